"""How much a process of the server's may take for itself."""

from __future__ import annotations

import os
import sys


def modest(limit: int) -> None:
    """Let this process take no more than `limit` bytes of memory (0: no limit), and time that others leave."""
    if hasattr(os, "nice"):
        os.nice(10)  # whoever waits for an answer goes before whoever waits for a plan
    if limit and sys.platform == "linux":
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
