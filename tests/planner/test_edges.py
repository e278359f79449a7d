"""Weeks that nobody draws on a whiteboard: split shifts, lone seats, odd hours, hopeless limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.officer import Leave, Shift, Vehicle
from planner.planning import plan_week
from planner.policy import HOUR, MINUTE, BreakPolicy
from planner.rules import judge
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.build import CAR, EBIKE, at, hours, small_problem, small_squad
from tests.planner.seeded import Size, seeded_week


def _broken(problem: WeeklyProblem, plan: WeeklyPlan) -> set[str]:
    return {rule.rule for rule in judge(problem, plan) if rule.hard} - {"mandatory_work_is_placed", "a_or_b_is_on_duty"}


def _planned(**changes: Any) -> tuple[WeeklyProblem, WeeklyPlan]:
    problem = small_problem(small_squad(**changes))
    plan = plan_week(problem, time_limit=5)
    assert _broken(problem, plan) == set()
    assert all(item.reasons for item in plan.missed)
    assert plan.objective.gap == 0.0
    return problem, plan


def _shifts(*rows: tuple[str, str, str, str]) -> tuple[Shift, ...]:
    days = sorted({shift.day for shift in small_squad().shifts})
    return tuple(Shift(who, day, band, at(0, a), at(0, b)) for who, band, a, b in rows for day in days)


def test_nobody_rides_along_who_would_lose_a_break_that_the_lead_is_not_owed() -> None:
    # o1's shift ends inside the break window; o2 works on, is owed the break, and would be back too late for it
    noon = tuple(replace(p, hours=hours(range(5), "11:10", "12:40")) for p in small_squad().partners)
    rows = [("o1", "early", "07:30", "12:50"), ("o2", "early", "07:30", "13:30")]
    _, plan = _planned(shifts=_shifts(*rows), partners=noon)
    assert {"joint-lake#1", "joint-lake#2"} <= {item.visit_id for item in plan.missed}
    _, plan = _planned(shifts=_shifts(*rows[:1], ("o2", "early", "07:30", "12:50")), partners=noon)
    assert not {"joint-lake#1", "joint-lake#2"} & {item.visit_id for item in plan.missed}


def test_a_band_worked_in_two_parts_is_planned_part_by_part() -> None:
    rows = [(who, "early", *part) for who in ("o1", "o3") for part in (("07:30", "10:40"), ("11:00", "13:30"))]
    _, plan = _planned(shifts=_shifts(*rows, ("o2", "early", "07:30", "10:40"), ("o4", "early", "11:00", "13:30")))
    assert plan.routes


def test_two_bands_a_day_make_two_crews_of_the_same_people() -> None:
    bands = (("early", "07:30", "13:30"), ("middle", "13:30", "19:30"))
    _, plan = _planned(shifts=_shifts(*((who, *band) for who in ("o1", "o3") for band in bands)))
    assert {route.band_id for route in plan.routes} == {"early", "middle"}


def test_a_vehicle_with_one_seat_takes_no_crew() -> None:
    lone = Vehicle("lone", "单人车", CAR, 1)
    _, plan = _planned(vehicles=(lone, Vehicle("bike", "电动车", EBIKE, 2)))
    assert {route.vehicle_id for route in plan.routes} == {"bike"}
    _, none = _planned(vehicles=(lone,))
    assert {reason.zh for item in none.missed for reason in item.reasons} == {"中队没有坐得下两人的车辆"}


@pytest.mark.parametrize(
    "policy",
    [
        {"joint_per_week": 3},
        {"joint_per_week": 3, "min_days_apart": 1},
        {"min_days_apart": 0},
        {"routine_per_week": 2},
        {"max_outings_per_week": 0},
        {"max_outings_per_week": 1},
        {"breaks": {"early": BreakPolicy(30 * MINUTE, 13 * HOUR, 13 * HOUR)}},
    ],
)
def test_any_policy_gives_a_lawful_optimal_week(policy: dict[str, Any]) -> None:
    _planned(policy=replace(small_squad().policy, **policy))


@pytest.mark.parametrize(
    ("changes", "some"),
    [
        ({"shifts": ()}, False),
        ({"vehicles": ()}, False),
        ({"communities": (), "violations": (), "partners": ()}, False),
        ({"partners": ()}, True),
    ],
)
def test_a_squad_that_lacks_something_gets_the_week_it_can_have(changes: dict[str, Any], some: bool) -> None:
    _, plan = _planned(**changes)
    assert bool(plan.routes) is some


def test_whoever_is_on_duty_without_a_certificate_is_not_called_absent() -> None:
    squad = small_squad()
    officers = tuple(replace(o, certified=o.id not in ("o1", "x5")) for o in squad.officers)
    away = tuple(Leave("o3", day) for day in sorted({shift.day for shift in squad.shifts}))
    _, plan = _planned(officers=officers, leave=away)
    reasons = {r.zh for item in plan.missed if item.visit_id == "routine-mill" for r in item.reasons}
    assert "周一:当班的队员01没有执法证,不能带队" in reasons


@pytest.mark.parametrize(("seed", "limit"), [(5, 0.0), (1, 0.01), (2, 0.1)])
def test_a_hopeless_limit_still_gives_a_lawful_week(seed: int, limit: float) -> None:
    problem = seeded_week(seed, Size())
    plan = plan_week(problem, time_limit=limit)
    assert plan.routes
    assert _broken(problem, plan) == set()
    assert plan.objective.bound <= plan.objective.total


def test_a_missed_visit_is_not_said_to_cost_an_extra_visit_that_is_left_out_anyway() -> None:
    policy = small_squad().policy
    tired = replace(policy, max_outings_per_week=1, prices=replace(policy.prices, extra=0))
    problem, _ = _planned(policy=tired)
    visits = tuple(visit if visit.mandatory else replace(visit, windows=()) for visit in problem.visits)
    problem = replace(problem, visits=visits)
    plan = plan_week(problem, time_limit=5)
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    assert any(not visit.mandatory and visit.id not in placed for visit in problem.visits)
    said = [reason.zh for item in plan.missed for reason in item.reasons]
    assert any("要放弃" in reason for reason in said)
    assert not any("加访" in reason for reason in said)
