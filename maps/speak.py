"""How instants, spans and distances are said."""

from __future__ import annotations

from datetime import date

from geo.text import Language, Text
from planner.week import DAY, Week
from planner.words import WEEKDAYS


def clock(second: int) -> str:
    """Return the time of day of an instant (seconds since Monday 00:00, or since midnight) as ``HH:MM``."""
    minutes = second % DAY // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def moment(second: int) -> Text:
    """Return an instant of the week as weekday and time."""
    weekday = WEEKDAYS[second // DAY % 7]
    return Text(f"{weekday.zh} {clock(second)}", f"{weekday.en} {clock(second)}")


def span(seconds: int) -> Text:
    """Return a length of time in hours and minutes, rounded up: a promise is not kept by rounding."""
    minutes = -(-seconds // 60)
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return Text(f"{rest} 分", f"{rest} min")
    if rest == 0:
        return Text(f"{hours} 小时", f"{hours} h")
    return Text(f"{hours} 小时 {rest} 分", f"{hours} h {rest} min")


def kilometres(metres: int) -> Text:
    """Return a distance in kilometres."""
    return Text(f"{metres / 1000:.1f} 公里", f"{metres / 1000:.1f} km")


def day_name(day: date) -> Text:
    """Return a date as month, day and weekday."""
    weekday = WEEKDAYS[day.weekday()]
    return Text(f"{day.month}/{day.day} {weekday.zh}", f"{weekday.en} {day.day} {_month(day)}")


def week_name(week: Week) -> Text:
    """Return an ISO week with its first and last day."""
    year, number, _ = week.monday.isocalendar()
    first, last = week.days[0], week.days[-1]
    end = f"{last.day}" if first.month == last.month else f"{last.month} 月 {last.day}"
    return Text(
        f"{year} 年第 {number} 周 · {first.month} 月 {first.day} – {end} 日",
        f"Week {number} of {year} · {first.day} {_month(first)} – {last.day} {_month(last)}",
    )


def people(names: list[str], language: Language) -> str:
    """Return names in a row."""
    return ("、" if language == "zh" else ", ").join(names)


def _month(day: date) -> str:
    return ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.month - 1]
