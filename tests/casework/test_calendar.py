"""Working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import calendar_notes, is_working_day, shift_working_days, working_days

ORDINARY = (True, True, True, True, True, False, False)


def test_an_ordinary_week_works_monday_to_friday() -> None:
    assert working_days(date(2026, 11, 23)) == ORDINARY


def test_national_day_takes_the_week_off_and_a_saturday_makes_up_for_it() -> None:
    assert working_days(date(2025, 9, 29)) == (True, True, False, False, False, False, False)
    assert is_working_day(date(2025, 10, 11))


def test_the_squads_own_days_win_over_the_public_calendar() -> None:
    monday = date(2026, 11, 23)
    saturday = monday + timedelta(days=5)
    assert working_days(monday, day_on=[saturday], day_off=[monday]) == (False, True, True, True, True, True, False)
    assert is_working_day(monday, day_on=[monday], day_off=[monday])


def test_a_year_nobody_has_announced_works_monday_to_friday_and_says_so() -> None:
    assert working_days(date(2039, 10, 3)) == ORDINARY
    (note,) = calendar_notes(date(2039, 10, 3))
    assert "2039" in note.zh
    assert "2039" in note.en
    assert calendar_notes(date(2026, 11, 23)) == ()


def test_a_week_across_new_year_names_only_the_year_it_lacks() -> None:
    (note,) = calendar_notes(date(2026, 12, 28))
    assert "2027" in note.zh


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 11, 25), 1, date(2026, 11, 26)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), -1, date(2026, 11, 27)),
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
        (date(2026, 11, 25), 5, date(2026, 12, 2)),
    ],
)
def test_working_days_are_counted_past_rest_days(start: date, n: int, end: date) -> None:
    assert shift_working_days(start, n) == end


@given(st.dates(date(2020, 1, 1), date(2026, 12, 1)), st.integers(-9, 9).filter(bool))
def test_a_shift_lands_on_a_working_day_with_the_right_number_passed(day: date, n: int) -> None:
    landed = shift_working_days(day, n)
    step = 1 if n > 0 else -1
    passed = [day + timedelta(days=step * i) for i in range(1, abs((landed - day).days) + 1)]
    assert sum(map(is_working_day, passed)) == abs(n)
    assert is_working_day(landed)
