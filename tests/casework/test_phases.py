"""When a community moves on to its next phase, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.phases import PhaseRules, Renovation, homes_registered, months_after, next_phase
from geo.community import Community, Phase
from tests.casework.communities import community

DELIVERED = date(2026, 3, 31)
RULES = PhaseRules(peak_share=0.05, routine_after_months=6, routine_share=0.8)


def _at(phase: Phase, delivered: date | None = DELIVERED, households: int = 600) -> Community:
    return community("C1", phase, delivery_date=delivered, households=households)


def test_the_peak_begins_on_the_day_of_delivery_and_not_before() -> None:
    before = next_phase(_at(Phase.PRE_DELIVERY), DELIVERED - timedelta(days=1), 0, RULES)
    on_it = next_phase(_at(Phase.PRE_DELIVERY), DELIVERED, 0, RULES)
    assert (before.phase, on_it.phase) == (Phase.PRE_DELIVERY, Phase.PEAK)
    assert "2026 年 3 月 31 日" in on_it.reason.zh


def test_registered_renovations_show_that_the_peak_began_where_no_delivery_is_known() -> None:
    waiting = next_phase(_at(Phase.PRE_DELIVERY, None), DELIVERED, 29, RULES)
    begun = next_phase(_at(Phase.PRE_DELIVERY, None), DELIVERED, 30, RULES)
    assert (waiting.phase, waiting.reason.zh) == (Phase.PRE_DELIVERY, "交付日期未定")
    assert (begun.phase, begun.reason.zh) == (Phase.PEAK, "装修登记 30/600 户(5.0%),集中装修期已开始")


def test_the_peak_is_over_so_many_months_after_delivery() -> None:
    over = date(2026, 9, 30)
    assert next_phase(_at(Phase.PEAK), over - timedelta(days=1), 0, RULES).phase is Phase.PEAK
    moved = next_phase(_at(Phase.PEAK), over, 0, RULES)
    assert (moved.phase, moved.reason.zh) == (Phase.ROUTINE, "交付已满 6 个月(2026 年 9 月 30 日),转入常态走访")


def test_the_peak_is_over_earlier_where_most_homes_have_registered() -> None:
    """The four communities of the report: 1,877 of 2,486 homes, 75.5 %."""
    four = _at(Phase.PEAK, households=2486)
    stays = next_phase(four, DELIVERED, 1877, RULES)
    moves = next_phase(four, DELIVERED, 1877, replace(RULES, routine_share=0.75))
    assert (stays.phase, moves.phase) == (Phase.PEAK, Phase.ROUTINE)
    assert "1877/2486 户(75.5%)" in stays.reason.zh
    assert "75 %" in moves.reason.en


def test_a_share_of_an_unknown_number_of_homes_decides_nothing() -> None:
    unknown = next_phase(_at(Phase.PEAK, None, households=0), DELIVERED, 900, RULES)
    assert unknown.phase is Phase.PEAK
    assert "总户数未登记" in unknown.reason.zh


@given(st.sampled_from([Phase.ROUTINE, Phase.CLOSED]), st.integers(0, 900), st.integers(0, 5000))
def test_nothing_is_moved_on_by_rule_from_the_everyday_phase_and_nothing_moves_back(
    phase: Phase, registered: int, days: int
) -> None:
    proposal = next_phase(_at(phase), DELIVERED + timedelta(days=days), registered, RULES)
    assert proposal.phase is phase
    assert proposal.reason.zh


def test_a_home_that_registers_twice_counts_once() -> None:
    register = [
        Renovation("n1", "C1", "3 号楼 402", DELIVERED),
        Renovation("n2", "C1", "3 号楼 402", DELIVERED + timedelta(days=90)),
        Renovation("n3", "C1", "", DELIVERED),
        Renovation("n4", "C1", "", DELIVERED),
        Renovation("n5", "C2", "3 号楼 402", DELIVERED),
    ]
    assert (homes_registered(register, "C1"), homes_registered(register, "C2")) == (3, 1)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 15), 24, date(2028, 1, 15)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_months_last(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_work_that_ends_before_it_was_registered_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Renovation("n1", "C1", "", DELIVERED, DELIVERED - timedelta(days=1))


@pytest.mark.parametrize("changes", [{"peak_share": 0.9}, {"peak_share": 0.0}, {"routine_after_months": 0}])
def test_rules_by_which_the_peak_is_over_before_it_begins_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="peak"):
        replace(RULES, **changes)  # type: ignore[arg-type]  # a test names fields freely
