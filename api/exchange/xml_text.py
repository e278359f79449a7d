"""Text as XML files can hold it."""

from __future__ import annotations

import re

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return `text` without the characters that no XML file may hold (XML 1.0, 2.2)."""
    return _UNWRITABLE.sub("", text)
