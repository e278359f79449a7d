"""How files are named and written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote


def file_name(id_: str) -> str:
    """Return an id as a file name that every system accepts and that leads nowhere else.

    Letters of any script, digits, dashes and dots stay; all else is percent-encoded as in a link.
    """
    safe = "".join(sign if sign.isalnum() or sign in "-_." else quote(sign, safe="") for sign in id_)
    # Windows keeps these names for devices, and a leading or trailing dot means something everywhere.
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?|", safe) or safe.startswith(".") or safe.endswith("."):
        return "_" + safe.replace(".", "%2E")
    return safe


def id_of(name: str) -> str:
    """Return the id that `file_name` made `name` of."""
    whole = unquote(name)
    return whole if file_name(whole) == name else unquote(name.removeprefix("_"))


def json_text(data: Mapping[str, Any]) -> str:
    """Return JSON that is the same for the same plan and can be read and compared line by line."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with the same line ends on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
