"""Faults as JSON and back: they cross from the planning process to the server, and on to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.errors import Fault
from geo.text import Text


def text_to_dict(text: Text) -> dict[str, str]:
    """Return both languages of `text`."""
    return {"zh": text.zh, "en": text.en}


def text_from_dict(data: Mapping[str, str]) -> Text:
    """Return what `text_to_dict` wrote."""
    return Text(data["zh"], data["en"])


def fault_to_dict(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON-ready values."""
    return {
        "code": fault.code,
        "level": fault.level,
        "file": fault.file,
        "row": fault.row,
        "field": fault.field,
        "problem": text_to_dict(fault.problem),
        "mend": text_to_dict(fault.mend),
    }


def fault_from_dict(data: Mapping[str, Any]) -> Fault:
    """Return what `fault_to_dict` wrote."""
    return Fault(
        code=data["code"],
        file=data["file"],
        row=data["row"],
        field=data["field"],
        problem=text_from_dict(data["problem"]),
        mend=text_from_dict(data["mend"]),
        level=data["level"],
    )
