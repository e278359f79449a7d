"""How days, weeks and spans are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from api.pages import say
from planner.week import Week

MONDAY = date(2026, 11, 23)


def test_a_day_is_said_with_its_weekday() -> None:
    assert say.day(MONDAY).zh == "11 月 23 日 周一"
    assert say.day(MONDAY).en == "Nov 23, Mon"


def test_a_day_of_another_year_says_its_year() -> None:
    assert say.day(date(2025, 6, 30), MONDAY).zh == "2025 年 6 月 30 日 周一"
    assert say.short_day(date(2025, 6, 30), MONDAY).en == "Jun 30, 2025"
    assert say.short_day(MONDAY, MONDAY).zh == "11 月 23 日"


def test_an_instant_is_said_in_shanghai() -> None:
    assert say.moment(datetime(2026, 11, 22, 23, 5, tzinfo=UTC)).zh == "11 月 23 日 周一 07:05"
    assert say.clock(datetime(2026, 11, 22, 23, 5, tzinfo=UTC)) == "07:05"


def test_a_week_within_a_month_names_the_month_once() -> None:
    assert say.week(Week(MONDAY)).zh == "2026 年第 48 周(11 月 23 日至 29 日)"
    assert say.week(Week(MONDAY)).en == "Week 48, 2026 (Nov 23 – 29)"
    assert say.week(Week(date(2026, 11, 30))).zh == "2026 年第 49 周(11 月 30 日至 12 月 6 日)"


def test_the_first_days_of_january_may_be_of_last_years_last_week() -> None:
    assert say.week(Week(date(2026, 12, 28))).zh == "2026 年第 53 周(12 月 28 日至 1 月 3 日)"


def test_spans_are_said_in_what_people_count_in() -> None:
    assert say.lasting(timedelta(minutes=98)).zh == "1 小时 38 分"
    assert say.lasting(timedelta(hours=47, minutes=30)).en == "47 h 30 min"
    assert say.lasting(timedelta(days=3, hours=4)).zh == "3 天 4 小时"
    assert say.lasting(timedelta(days=3)).en == "3 days"


def test_what_is_overdue_says_for_how_long() -> None:
    assert say.days_over(MONDAY, date(2026, 11, 26)).zh == "逾期 3 天"
    assert say.days_over(MONDAY, date(2026, 11, 24)).en == "1 day overdue"
    assert say.days_over(MONDAY, MONDAY).zh == "今天到期"
    assert say.days_over(MONDAY, date(2026, 11, 21)).zh == "还有 2 天"


def test_months_and_lists() -> None:
    assert say.month(2026, 11).zh == "2026 年 11 月"
    assert say.month(2026, 11).en == "Nov 2026"
    assert say.listed(["队员01", "队员02"], "zh") == "队员01、队员02"
    assert say.listed(["队员01", "队员02"], "en") == "队员01, 队员02"
