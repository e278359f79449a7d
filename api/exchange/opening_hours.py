"""A partner's hours as people write them: ``周一 09:00-11:30; 周三 14:00-16:30``, ``Mon-Fri 09:00-11:30``."""

from __future__ import annotations

import re
from itertools import pairwise

from geo.cells import as_clock
from geo.decoding import normalise
from geo.errors import RefusedError
from geo.text import Text
from planner.partner import OpenHours

_ZH = "一二三四五六日"
_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EN_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {
    "每天": range(7),
    "daily": range(7),
    "工作日": range(5),
    "weekdays": range(5),
    "周末": range(5, 7),
    "weekends": range(5, 7),
}
_DAY = "|".join(("(?:周|星期|礼拜)?[一二三四五六日天]", *_EN_LONG, *_EN))
_DASH = r"\s*(?:-|–|—|~|至|到|to)\s*"
_ITEM = re.compile(r"(?P<days>[^\d]+?)\s*(?P<hours>\d[\d:\s,、–—~至到to-]*)", re.IGNORECASE)
_SPAN = re.compile(rf"(?P<first>{_DAY})(?:{_DASH}(?P<last>{_DAY}))?", re.IGNORECASE)
_RANGE = re.compile(rf"(\d{{1,2}}:\d{{2}}){_DASH}(\d{{1,2}}:\d{{2}})")
_MEND = Text("写成“周一 09:00-11:30; 周三 14:00-16:30”", "Write it as 'Mon 09:00-11:30; Wed 14:00-16:30'")


def parse_hours(text: str) -> tuple[OpenHours, ...]:
    """Return the hours that `text` lists, by weekday and time.

    Raises
    ------
    RefusedError
        Where a part cannot be read, closes before it opens, or overlaps another of the same day.
    """
    parts = [part for part in map(normalise, re.split(r"[;；\n]", text)) if part]
    hours = sorted((span for part in parts for span in _part(part)), key=lambda span: (span.weekday, span.start))
    for earlier, later in pairwise(hours):
        if earlier.weekday == later.weekday and later.start < earlier.end:
            day = _ZH[later.weekday]
            problem = Text(f"周{day}的时间有重叠", f"Hours overlap on {_EN[later.weekday].capitalize()}")
            raise RefusedError("overlapping_hours", problem, Text("合并成一段", "Join them into one"))
    return tuple(hours)


def format_hours(hours: tuple[OpenHours, ...]) -> str:
    """Return hours as `parse_hours` reads them, in Chinese."""
    return "; ".join(f"周{_ZH[span.weekday]} {clock(span.start)}-{clock(span.end)}" for span in hours)


def clock(seconds: int) -> str:
    """Return seconds after midnight as ``07:30``, with seconds only where there are any."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{rest:02d}" if rest else "")


def _part(part: str) -> list[OpenHours]:
    item = _ITEM.fullmatch(part)
    if item is None:
        raise _unreadable(part)
    ranges = [
        _range(piece, part) for piece in re.split(r"[,、]|\s+(?=\d{1,2}:\d{2}\s*\D)", item["hours"]) if piece.strip()
    ]
    return [OpenHours(day, start, end) for day in _days(item["days"], part) for start, end in ranges]


def _range(piece: str, part: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(piece.strip())
    if match is None:
        raise _unreadable(part)
    start, end = as_clock(match[1]), as_clock(match[2])
    if start >= end:
        problem = Text(f"“{part}”还没开始就结束了", f"'{part}' closes before it opens")
        raise RefusedError("closes_before_opening", problem, Text("核对起止时间", "Check both times"))
    return start, end


def _days(text: str, part: str) -> list[int]:
    days: list[int] = []
    for piece in re.split(r"[,、\s]+", re.sub(_DASH, "-", text.strip(" :,、"))):
        group = _GROUPS.get(piece.casefold())
        span = _SPAN.fullmatch(piece)
        if group is not None:
            days.extend(group)
        elif span is not None:
            first, last = _weekday(span["first"]), _weekday(span["last"] or span["first"])
            if first > last:
                raise _unreadable(part)
            days.extend(range(first, last + 1))
        else:
            raise _unreadable(part)
    return days


def _weekday(word: str) -> int:
    if word[-1] in _ZH + "天":
        return _ZH.index(word[-1].replace("天", "日"))
    return _EN.index(word[:3].casefold())


def _unreadable(part: str) -> RefusedError:
    return RefusedError("unreadable_hours", Text(f"看不懂“{part}”", f"Cannot read '{part}'"), _MEND)
