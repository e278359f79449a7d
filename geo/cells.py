"""What a table's cell says: text, numbers, days and times of day as people and Excel write them.

Each function returns the value or raises `RefusedError` with what is wrong and how to mend it. Nothing is guessed: a
day such as 11/12/2026, which two people read as two days, is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TypeAlias

from geo.decoding import normalise
from geo.errors import RefusedError
from geo.text import Text

Cell: TypeAlias = str | int | float | bool | date | datetime | time | None

EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's usual calendar (valid from 1900-03-01 on); Excel for Macintosh once began at 1904-01-01."""

SERIAL_RANGE = (20_000, 80_000)
"""Whole numbers taken for Excel day serials: 1954 to 2119."""
YEARS = range(1954, 2120)
"""Years taken for meant, however written: 0206 and 2206 are slips for 2026."""

_DAY = re.compile(r"(\d{4})\s*(?:-|/|\.|年)\s*(\d{1,2})\s*(?:-|/|\.|月)\s*(\d{1,2})\s*日?")
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_MOMENT = re.compile(
    r"(\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\s*日)?)(?:(?<=日)\s*|\s*[Tt]\s*|\s+)"
    r"(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*([Zz]|[+-]\d{2}:?\d{2})?"
)
_YES = frozenset({"是", "有", "yes", "y", "true", "1", "√"})
_NO = frozenset({"否", "无", "no", "n", "false", "0", "×"})
_DAY_SECONDS = 86_400


def is_blank(cell: Cell) -> bool:
    """Return whether a cell holds nothing, or nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not normalise(cell))


def as_text(cell: Cell) -> str:
    """Return the cell as it reads, spaces around it removed; a whole number written by Excel as 12.0 reads 12."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    if any(unicodedata.category(mark) == "Cc" and mark not in "\n\r\t" for mark in text):
        raise RefusedError(
            "control_character",
            Text("含有看不见的控制字符", "Holds an invisible control character"),
            Text("删去后重新输入", "Delete it and type the text again"),
        )
    return text


def as_number(cell: Cell) -> float:
    """Return a finite number."""
    try:
        value = float("" if isinstance(cell, bool | date | time) else normalise(str(cell)))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RefusedError(
            "not_a_number",
            Text(f"“{cell}”不是数字", f"'{cell}' is not a number"),
            Text("填写普通数字,不带单位", "Write a plain number without a unit"),
        )
    return value


def as_whole(cell: Cell) -> int:
    """Return a whole number."""
    value = as_number(cell)
    if not value.is_integer():
        raise RefusedError(
            "not_a_whole_number",
            Text(f"“{cell}”不是整数", f"'{cell}' is not a whole number"),
            Text("填写整数", "Write a whole number"),
        )
    return int(value)


def as_flag(cell: Cell) -> bool:
    """Return yes or no."""
    word = as_text(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise RefusedError(
        "not_yes_or_no",
        Text(f"“{cell}”既不是“是”也不是“否”", f"'{cell}' is neither yes nor no"),
        Text("填写“是”或“否”", "Write yes or no"),
    )


def as_day(cell: Cell, epoch: date = EXCEL_EPOCH) -> date:
    """Return a day from 2026-11-23, 2026/11/23, 2026.11.23, 2026年11月23日, 20261123, a date cell or an Excel serial.

    Parameters
    ----------
    epoch
        Day 0 of the workbook's serials.
    """
    day = _any_day(cell, epoch)
    if day.year not in YEARS:
        raise RefusedError(
            "implausible_year",
            Text(f"“{cell}”的年份不像是真的", f"The year of '{cell}' cannot be meant"),
            Text("核对年份", "Check the year"),
        )
    return day


def as_clock(cell: Cell) -> int:
    """Return seconds after midnight, 0 to 86 400, from 07:30, 24:00, a time cell or Excel's fraction of a day."""
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell <= 1:
        return round(cell * _DAY_SECONDS)
    text = normalise(str(cell)) if not isinstance(cell, date) else ""
    match = _CLOCK.fullmatch(text)
    if match:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        total = hours * 3600 + minutes * 60 + seconds
        if minutes < 60 and seconds < 60 and total <= _DAY_SECONDS:
            return total
    raise RefusedError(
        "not_a_time",
        Text(f"“{cell}”不是一天之内的时刻", f"'{cell}' is not a time of day"),
        Text("写成 07:30(24 小时制)", "Write it as 07:30, on the 24-hour clock"),
    )


def as_moment(cell: Cell, epoch: date = EXCEL_EPOCH) -> datetime:
    """Return a day with its time, from 2026-11-23 14:05[:30], days as in `as_day`, a cell with both or an Excel serial.

    It carries a zone only where one is written, as in 2026-11-23T14:05:00+08:00.

    Parameters
    ----------
    epoch
        Day 0 of the workbook's serials.
    """
    if isinstance(cell, float) and SERIAL_RANGE[0] <= cell <= SERIAL_RANGE[1] and not cell.is_integer():
        return datetime.combine(epoch, time()) + timedelta(seconds=round(cell * _DAY_SECONDS))
    if isinstance(cell, datetime):
        as_day(cell.date())
        return cell.replace(microsecond=0)
    match = _MOMENT.fullmatch(normalise(cell)) if isinstance(cell, str) else None
    zone = _zone(match[3]) if match else None
    if match and (zone is not None or not match[3]):
        return datetime.combine(as_day(match[1]), time(), zone) + timedelta(seconds=as_clock(match[2]))
    raise RefusedError(
        "not_a_moment",
        Text(f"“{cell}”不是日期加时刻", f"'{cell}' is not a day with a time"),
        Text("写成 2026-11-23 14:05", "Write it as 2026-11-23 14:05"),
    )


def _zone(word: str | None) -> timezone | None:
    """Return the zone that ``Z`` or ``+08:00`` names, or None: nowhere is a day ahead of Greenwich."""
    if not word:
        return None
    if word in {"Z", "z"}:
        return UTC
    hours, minutes = int(word[1:3]), int(word[-2:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if word[0] == "-" else ahead) if hours < 24 and minutes < 60 else None


def _any_day(cell: Cell, epoch: date) -> date:
    if isinstance(cell, datetime):
        return _midnight(cell)
    if isinstance(cell, date):
        return cell
    text = normalise(str(cell)) if not isinstance(cell, bool | time) else ""
    match = _DAY.fullmatch(text) or _PACKED_DAY.fullmatch(text)
    if match:
        return _calendar_day(text, *(int(part) for part in match.groups()))
    if re.fullmatch(r"\d{5}(\.0+)?", text) and SERIAL_RANGE[0] <= float(text) <= SERIAL_RANGE[1]:
        return epoch + timedelta(days=int(float(text)))
    raise RefusedError(
        "not_a_date",
        Text(f"“{cell}”不是年月日齐全的日期", f"'{cell}' is not a date with year, month and day in that order"),
        Text("写成 2026-11-23", "Write it as 2026-11-23"),
    )


def _calendar_day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise RefusedError(
            "impossible_date",
            Text(f"日历上没有“{text}”这一天", f"There is no such day as '{text}'"),
            Text("核对年月日", "Check year, month and day"),
        ) from None


def _midnight(moment: datetime) -> date:
    if moment.time() != time():
        raise RefusedError(
            "date_with_time",
            Text(f"“{moment}”带有时刻,此列只填日期", f"'{moment}' carries a time of day; this column takes a day"),
            Text("只保留日期部分", "Keep the day only"),
        )
    return moment.date()
