"""Words for days, times and spans, as a squad leader would say them."""

from __future__ import annotations

from collections.abc import Sequence

from geo.text import Text
from planner.week import DAY

WEEKDAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)


def clock(second: int) -> str:
    """Return the time of day, ``09:30``; seconds are shown where there are any."""
    of_day = second % DAY
    shown = f"{of_day // 3600:02d}:{of_day % 3600 // 60:02d}"
    return shown if of_day % 60 == 0 else f"{shown}:{of_day % 60:02d}"


def moment(second: int) -> Text:
    """Return an instant of the week as weekday and time."""
    day = WEEKDAYS[second // DAY % 7]
    return Text(f"{day.zh} {clock(second)}", f"{day.en} {clock(second)}")


def span(seconds: int) -> Text:
    """Return a length of time in minutes, or in seconds below one minute."""
    if seconds < 60:
        return Text(f"{seconds} 秒", f"{seconds} s")
    minutes = -(-seconds // 60)
    return Text(f"{minutes} 分钟", f"{minutes} min")


def in_hours(seconds: int) -> Text:
    """Return a length of time in hours and minutes, seconds below a minute shown as such."""
    hours, rest = divmod(seconds, 3600)
    if not rest:
        return Text(f"{hours} 小时", f"{hours} h")
    more = span(rest)
    return Text(f"{hours} 小时 {more.zh}", f"{hours} h {more.en}") if hours else more


def listed(words: Sequence[Text]) -> Text:
    """Return words one after another."""
    return Text("、".join(word.zh for word in words), ", ".join(word.en for word in words))
