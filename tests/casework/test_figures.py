"""Counts and shares that name their records, and how far small ones can be trusted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import SHANGHAI
from casework.figures import (
    Count,
    Interval,
    Period,
    Share,
    garwood,
    month,
    quarter,
    weighted_garwood,
    whole_year,
    wilson,
)
from geo.text import same


def test_periods_are_whole_months_quarters_and_years() -> None:
    february, last, year = month(2028, 2), quarter(2026, 4), whole_year(2026)
    assert (february.first, february.last) == (date(2028, 2, 1), date(2028, 2, 29))
    assert (last.first, last.last, last.days) == (date(2026, 10, 1), date(2026, 12, 31), 92)
    assert (year.first, year.last, year.days) == (date(2026, 1, 1), date(2026, 12, 31), 365)
    assert month(2026, 12).last == date(2026, 12, 31)
    assert (last.name.zh, last.name.en) == ("2026 年第 4 季度", "2026 Q4")


def test_the_day_of_an_instant_is_the_squads_whatever_zone_it_is_written_in() -> None:
    november = month(2026, 11)
    assert november.covers(datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI))
    assert not november.covers(datetime(2026, 11, 30, 16, 1, tzinfo=UTC))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2026, 11, 2), date(2026, 11, 1), same("-"))


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0, 3.6889), (1, 0.0253, 5.5716), (3, 0.6187, 8.7673), (10, 4.7954, 18.3904)]
)
def test_the_limits_of_a_count_are_those_of_the_published_tables(count: int, low: float, high: float) -> None:
    found = garwood(count)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)
    assert Count(tuple("abcdefghij"[:count])).interval == found


def test_the_limits_of_a_share_are_those_worked_by_hand() -> None:
    """1 of 10: (0.1 + 3.8415/20 ± 1.96 √(0.009 + 3.8415/400)) / (1 + 3.8415/10) = (0.2921 ± 0.2673) / 1.3841."""
    found = wilson(1, 10)
    assert (found.low, found.high) == pytest.approx((0.0179, 0.4042), abs=1e-4)
    assert wilson(0, 0) == Interval(0, 1)


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_lies_inside_its_limits_and_more_records_narrow_them(part: int, more: int) -> None:
    whole = part + more
    one, ten = wilson(part, whole), wilson(10 * part, 10 * whole)
    assert 0 <= one.low <= part / whole <= one.high <= 1
    assert ten.high - ten.low < one.high - one.low


@given(st.lists(st.sampled_from([0.5, 1.0])))
def test_a_weighted_sum_lies_inside_its_limits(weights: list[float]) -> None:
    found = weighted_garwood(weights)
    assert 0 <= found.low <= sum(weights) <= found.high


@given(st.integers(1, 40), st.sampled_from([0.5, 1.0, 2.0]))
def test_records_that_weigh_alike_have_the_exact_limits_times_their_weight(count: int, weight: float) -> None:
    found, exact = weighted_garwood([weight] * count), garwood(count)
    assert found.low == pytest.approx(weight * exact.low)
    assert found.high == pytest.approx(weight * exact.high)


def test_nothing_counted_may_still_be_as_much_as_the_heaviest_records_allow() -> None:
    assert weighted_garwood([], 0.5).high == pytest.approx(3.6889 / 2, abs=1e-4)


def test_intervals_overlap_where_they_share_a_value() -> None:
    steps = [Interval(0, 1), Interval(1, 2), Interval(1.5, 3)]
    assert all(a.overlaps(b) and b.overlaps(a) for a, b in pairwise(steps))
    assert not steps[0].overlaps(steps[2])
    assert not steps[2].overlaps(steps[0])


def test_a_share_shows_its_numerator_and_denominator() -> None:
    share = Share(("a", "b", "c"), ("a", "b", "c", "d"))
    assert (share.value, share.rest) == (0.75, ("d",))
    assert (share.text.zh, share.text.en) == ("3/4(75.0%)", "3 of 4 (75.0 %)")


def test_a_share_of_nothing_is_no_share_and_not_nought() -> None:
    nothing = Share((), ())
    assert nothing.value is None
    assert nothing.text.zh == "无记录"


def test_a_part_that_is_not_of_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="not of the whole: e"):
        Share(("e",), ("a",))


def test_a_record_counted_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        Count(("a", "a"))
