"""Stand-by of a published plan after the week was planned again: kept where it still fits, told where it does not."""

from __future__ import annotations

from dataclasses import replace

from planner.officer import Leave
from planner.replan import with_standby
from planner.rules import judge
from planner.standby import stand_by
from planner.week import StandBy, WeeklyPlan, WeeklyProblem
from tests.planner.build import at, small_plan, small_problem, small_squad

PROBLEM: WeeklyProblem = small_problem(small_squad())
PLAN: WeeklyPlan = small_plan(PROBLEM)


def wait(officer: str, start: str, end: str) -> StandBy:
    """Tuesday at the mill, early band."""
    return stand_by(PROBLEM, officer, "car2", "mill", (1, "early"), at(1, start), at(1, end))


def test_a_stand_by_that_is_still_possible_stays() -> None:
    item = wait("o1", "09:00", "10:30")
    kept = with_standby(PROBLEM, PLAN, [item])
    assert kept.standby == (item,)
    assert kept.notes == PLAN.notes
    assert judge(PROBLEM, kept) == judge(PROBLEM, PLAN)


def test_a_stand_by_whose_officer_is_away_is_off_and_the_plan_says_so() -> None:
    away = replace(PROBLEM, leave=(*PROBLEM.leave, Leave("o1", PROBLEM.week.days[1])))
    kept = with_standby(away, PLAN, [wait("o1", "09:00", "10:30")])
    assert kept.standby == ()
    (note,) = kept.notes[len(PLAN.notes) :]
    assert note.zh.startswith("原定备勤取消:")
    assert note.en.startswith("A stand-by is off:")


def test_of_two_stand_bys_at_once_with_one_vehicle_the_first_stays() -> None:
    first, second = wait("o1", "09:00", "10:30"), wait("o2", "09:30", "10:00")
    kept = with_standby(PROBLEM, PLAN, [first, second])
    assert kept.standby == (first,)
    assert len(kept.notes) == len(PLAN.notes) + 1
