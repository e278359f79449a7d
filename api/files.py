"""How files are named and written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote


def file_name(id_: str) -> str:
    """Return an id as a file name that every system accepts, that leads nowhere else and that no other id has.

    Letters of any script, digits, dashes and dots stay; all else is percent-encoded as in a link. `id_of` undoes it.
    """
    safe = "".join(sign if sign.isalnum() or sign in "-_." else quote(sign, safe="") for sign in id_)
    # Windows keeps some names for devices and drops a dot at the end; a dot in front hides a file or leads upwards.
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", safe) or safe.startswith("."):
        safe = f"%{ord(safe[0]):02X}{safe[1:]}"
    return f"{safe[:-1]}%2E" if safe.endswith(".") else safe


def id_of(name: str) -> str:
    """Return the id that `file_name` made `name` of."""
    return unquote(name)


def json_text(data: Mapping[str, Any]) -> str:
    """Return JSON that is the same for the same plan and can be read and compared line by line."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def packed_json(data: Mapping[str, Any]) -> str:
    """Return JSON for programs: as short as it can be."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with the same line ends on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
