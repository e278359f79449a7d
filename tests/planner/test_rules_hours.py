"""Each rule about hours and rest kept at its edge, and broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from planner.officer import Crew, Shift
from planner.policy import HOUR, MINUTE
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.build import MONDAY, at, plan_of, route
from tests.planner.edits import DAY_CREW, LATE_CREW, PLAN, PROBLEM, STATIONED, broken, two_trips


def limited(**limits: Any) -> WeeklyProblem:
    """The small week with o3 and o4 also on the early shift of every day, under other limits."""
    shifts = [
        Shift(who, MONDAY + timedelta(days=day), "early", at(0, "07:30"), at(0, "13:30"))
        for who in ("o3", "o4")
        for day in range(5)
    ]
    return replace(PROBLEM, shifts=(*PROBLEM.shifts, *shifts), policy=replace(PROBLEM.policy, **limits))


def with_a_morning_of_the_late_crew(day: int) -> WeeklyPlan:
    """The good plan with o3 and o4, who go out on Tuesday and Thursday afternoon, out on another morning too."""
    morning = route(PROBLEM, day, "early", LATE_CREW, [("extra-lake", at(day, "08:30"))], vehicle="car2", rest="11:00")
    return plan_of(PROBLEM, *PLAN.routes, replace(morning, id="morning"))


def test_two_shifts_on_patrol_in_a_day_may_fill_the_limit() -> None:
    plan = with_a_morning_of_the_late_crew(1)
    assert not broken("hours_within_the_limit_a_day", plan, limited(max_patrol_hours_per_day=12 * HOUR))


def test_more_hours_on_patrol_in_a_day_are_named_with_the_excess() -> None:
    plan = with_a_morning_of_the_late_crew(1)
    faults = broken("hours_within_the_limit_a_day", plan, limited(max_patrol_hours_per_day=12 * HOUR - 90))
    assert [(fault.where, fault.over) for fault in faults] == [(("o3", "2026-11-24"), 90), (("o4", "2026-11-24"), 90)]
    assert "11 小时 59 分钟" in faults[0].message.zh
    assert "12 h" in faults[0].message.en


def test_a_shift_on_standby_at_the_station_is_no_patrol() -> None:
    assert not broken("hours_within_the_limit_a_day", PLAN, limited(max_patrol_hours_per_day=6 * HOUR))


def test_two_outings_in_one_shift_take_its_hours_once() -> None:
    problem = replace(PROBLEM, policy=replace(PROBLEM.policy, max_patrol_hours_per_day=6 * HOUR, rest_between_bands=60))
    assert not broken("hours_within_the_limit_a_day", two_trips("16:00"), problem)
    assert not broken("rest_between_outings", two_trips("16:00"), problem)


def test_a_weeks_hours_may_fill_the_limit() -> None:
    assert not broken("hours_within_the_limit_a_week", PLAN, limited(max_patrol_hours_per_week=18 * HOUR))


def test_more_hours_in_a_week_are_named_for_everybody_who_goes_along() -> None:
    faults = broken("hours_within_the_limit_a_week", PLAN, limited(max_patrol_hours_per_week=18 * HOUR - 60))
    assert [(fault.where, fault.over) for fault in faults] == [(("o1",), 60), (("o2",), 60), (("x5",), 60)]


def test_a_night_of_exactly_the_rest_is_kept() -> None:
    plan = with_a_morning_of_the_late_crew(2)
    assert not broken("rest_between_outings", plan, limited(rest_between_days=12 * HOUR))


def test_too_short_a_night_is_named_with_both_outings_and_what_is_missing() -> None:
    plan = with_a_morning_of_the_late_crew(2)
    faults = broken("rest_between_outings", plan, limited(rest_between_days=12 * HOUR + 600))
    assert [(fault.where, fault.over) for fault in faults] == [
        ((PLAN.routes[1].id, "morning", officer), 600) for officer in ("o3", "o4")
    ]
    assert "只歇 12 小时,至少要 12 小时 10 分钟" in faults[0].message.zh


def test_a_double_shift_may_be_patrolled_twice_unless_the_policy_asks_for_rest_in_between() -> None:
    plan = with_a_morning_of_the_late_crew(1)
    assert not broken("rest_between_outings", plan, limited(rest_between_bands=0))
    faults = broken("rest_between_outings", plan, limited(rest_between_bands=10 * MINUTE))
    assert [(fault.where[-1], fault.over) for fault in faults] == [("o3", 600), ("o4", 600)]


def test_a_night_shift_split_at_midnight_is_one_duty() -> None:
    nights = [("o3", 0, 22, 24), ("o4", 0, 22, 24), ("o3", 1, 0, 6), ("o4", 1, 0, 6)]
    shifts = tuple(Shift(who, MONDAY + timedelta(d), "late", a * HOUR, b * HOUR) for who, d, a, b in nights)
    travel = {kind: {**bands, "late": bands["early"]} for kind, bands in PROBLEM.travel.items()}
    problem = replace(
        PROBLEM,
        shifts=shifts,
        bands={**PROBLEM.bands, "late": replace(PROBLEM.bands["early"], id="late")},
        travel=travel,
    )
    routes = [
        route(problem, day, "late", LATE_CREW, [("extra-lake", at(day, begin))])
        for day, begin in ((0, "22:30"), (1, "01:00"))
    ]
    assert not broken("rest_between_outings", plan_of(problem, *routes), problem)
    later = replace(shifts[2], start=HOUR), replace(shifts[3], start=HOUR)
    assert broken("rest_between_outings", plan_of(problem, *routes), replace(problem, shifts=(*shifts[:2], *later)))


def test_a_crew_without_the_shift_is_judged_by_the_hours_it_is_out() -> None:
    stray = route(PROBLEM, 4, "middle", Crew(("o1", "o2")), [("extra-lake", at(4, "14:00"))], rest="17:00")
    plan = plan_of(PROBLEM, *PLAN.routes, stray)
    out = stray.rest.end - stray.depart if stray.rest else 0
    faults = broken("hours_within_the_limit_a_week", plan, limited(max_patrol_hours_per_week=18 * HOUR))
    assert {fault.where: fault.over for fault in faults} == {("o1",): out, ("o2",): out}


def test_stationing_counts_like_any_other_shift() -> None:
    assert PLAN.routes[STATIONED].crew == DAY_CREW
    (fault, *_) = broken("hours_within_the_limit_a_day", PLAN, limited(max_patrol_hours_per_day=6 * HOUR - 1))
    assert fault.over == 1
