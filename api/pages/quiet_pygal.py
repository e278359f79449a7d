"""pygal, without what it does to everybody's imports.

It adds a finder of a kind that Python no longer takes, for plug-ins that nobody here has; every import that finds
nothing would then warn of it.
"""

from __future__ import annotations

import sys

import pygal
from pygal.style import Style

sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

__all__ = ["Style", "pygal"]
