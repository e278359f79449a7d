"""Working days: the public calendar of mainland China, corrected by the squad's own rest and make-up days.

`chinese_calendar` knows the holidays and make-up working days that have been announced. For a year it does not
know yet, Monday to Friday count as working days and `calendar_notes` says so.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

from geo.text import Text

SATURDAY = 5
SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Where the squad's days begin and end."""


def is_working_day(day: date, day_on: Collection[date] = (), day_off: Collection[date] = ()) -> bool:
    """Return whether `day` is a working day.

    Parameters
    ----------
    day_on, day_off
        The squad's own make-up working days and rest days; they win over the public calendar, and a day in both is on.
    """
    if day in day_on:
        return True
    if day in day_off:
        return False
    if not _announced(day):
        return day.weekday() < SATURDAY
    return bool(chinese_calendar.is_workday(day))


def working_days(monday: date, day_on: Collection[date] = (), day_off: Collection[date] = ()) -> tuple[bool, ...]:
    """Return, for each of the seven days from `monday` on, whether it is a working day."""
    return tuple(is_working_day(monday + timedelta(days=i), day_on, day_off) for i in range(7))


def shift_working_days(day: date, n: int, day_on: Collection[date] = (), day_off: Collection[date] = ()) -> date:
    """Return the `n`-th working day after `day` (before it where `n` is negative); `day` itself where `n` is 0."""
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(day, day_on, day_off)
    return day


def calendar_notes(monday: date) -> tuple[Text, ...]:
    """Return what a reader must know about the calendar of the week that begins on `monday`."""
    unknown = sorted({day.year for day in (monday, monday + timedelta(days=6)) if not _announced(day)})
    return tuple(
        Text(
            f"{year} 年放假安排尚未收录,按周一至周五为工作日计;可在中队日历里补充调休。",
            f"The public holidays of {year} are not known yet: Monday to Friday count as working days "
            "unless the squad's own calendar says otherwise.",
        )
        for year in unknown
    )


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def said_day(day: date) -> Text:
    """Return a day as people say it, without its year: ``11 月 23 日``."""
    return Text(f"{day.month} 月 {day.day} 日", f"{MONTHS[day.month - 1]} {day.day}")


def said_date(day: date) -> Text:
    """Return a day as people say it, with its year: ``2026 年 11 月 23 日``."""
    said = said_day(day)
    return Text(f"{day.year} 年 {said.zh}", f"{said.en}, {day.year}")


def _announced(day: date) -> bool:
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True
