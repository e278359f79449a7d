"""Days, weeks, spans and lists as people say them, in both languages: what every page shares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from casework.calendar import MONTHS, SHANGHAI, said_date, said_day
from geo.text import Language, Text
from maps.speak import span
from planner.week import Week
from planner.words import WEEKDAYS


def day(one: date, today: date | None = None) -> Text:
    """Return a day with its weekday: ``11 月 23 日 周一``; with its year where that is not the year of `today`."""
    weekday = WEEKDAYS[one.weekday()]
    short = short_day(one, today)
    return Text(f"{short.zh} {weekday.zh}", f"{short.en}, {weekday.en}")


def short_day(one: date, today: date | None = None) -> Text:
    """Return a day without its weekday: ``11 月 23 日``; with its year where that is not the year of `today`."""
    return said_day(one) if today is None or one.year == today.year else said_date(one)


def moment(at: datetime, today: date | None = None) -> Text:
    """Return an instant in Shanghai: ``11 月 23 日 周一 14:05``."""
    here = at.astimezone(SHANGHAI)
    said = day(here.date(), today)
    return Text(f"{said.zh} {here:%H:%M}", f"{said.en} {here:%H:%M}")


def clock(at: datetime) -> str:
    """Return the time of day in Shanghai: ``14:05``."""
    return f"{at.astimezone(SHANGHAI):%H:%M}"


def days(first: date, last: date) -> Text:
    """Return a stretch of days: ``11 月 23 日至 29 日``."""
    if first.month == last.month and first.year == last.year:
        until = Text(f"{last.day} 日", f"{last.day}")
    else:
        until = short_day(last)
    begin = short_day(first)
    return Text(f"{begin.zh}至 {until.zh}", f"{begin.en} – {until.en}")


def week(one: Week) -> Text:
    """Return a week: ``2026 年第 48 周(11 月 23 日至 29 日)``."""
    year, number, _ = one.monday.isocalendar()
    stretch = days(one.days[0], one.days[-1])
    return Text(f"{year} 年第 {number} 周({stretch.zh})", f"Week {number}, {year} ({stretch.en})")


def month(year: int, number: int) -> Text:
    """Return a month: ``2026 年 11 月``."""
    return Text(f"{year} 年 {number} 月", f"{MONTHS[number - 1]} {year}")


def lasting(length: timedelta) -> Text:
    """Return a length of time, rounded up to minutes, from two days on to hours: ``1 小时 38 分``, ``3 天 4 小时``."""
    seconds = round(length.total_seconds())
    if seconds < 2 * 86_400:
        return span(seconds)
    whole, hours = divmod(-(-seconds // 3600), 24)
    if not hours:
        return Text(f"{whole} 天", f"{whole} days")
    return Text(f"{whole} 天 {hours} 小时", f"{whole} days {hours} h")


def days_over(due: date, today: date) -> Text:
    """Return by how many days something is overdue, or in how many it is due."""
    over = (today - due).days
    if over > 0:
        return Text(f"逾期 {over} 天", f"{over} {_days(over)} overdue")
    if over == 0:
        return Text("今天到期", "due today")
    return Text(f"还有 {-over} 天", f"{-over} {_days(-over)} left")


def listed(names: Iterable[str], language: Language) -> str:
    """Return names one after another."""
    return ("、" if language == "zh" else ", ").join(names)


def _days(number: int) -> str:
    return "day" if number == 1 else "days"
