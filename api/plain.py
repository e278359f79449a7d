"""The inner rooms' objects as JSON: what they hold, figures with their numerator, denominator and interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from casework.figures import Count, Share
from geo.text import Text


def plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - any object of the inner rooms; one return a kind
    """Return a value as lists, objects, text, numbers, yes and no."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Count):
        return {"number": value.number, "ids": list(value.ids), "interval": plain(value.interval)}
    if isinstance(value, Share):
        shown = {"part": len(value.part), "whole": len(value.whole), "value": value.value, "text": plain(value.text)}
        return {
            **shown,
            "part_ids": list(value.part),
            "whole_ids": list(value.whole),
            "interval": plain(value.interval),
        }
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value
