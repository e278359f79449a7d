"""The promise by the plan: both officers of a community out at once, which only the exact check can see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from api.prepare import planning_matrix
from planner.guarantee import Promise, broken_promises, roster_gaps
from planner.past import PastVisit
from planner.planning import plan_week
from planner.policy import HOUR
from planner.response import check_response
from planner.rules import judge
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, WeeklyProblem
from tests.planner.response_town import HOURS, MONDAY, community, shift, town, visit

NINE = 9 * HOUR
FIFTY_MINUTES = 3000


def two_inspections(*, second_on: tuple[int, ...], limit: int = 2400) -> tuple[WeeklyProblem, Promise]:
    """Return two inspections of fifty minutes at nine, one by the officer of each place, and a limit of forty.

    The second may be on Tuesday too, at a time when people there expect it.
    """
    communities = community("c0", 1, "o1", "o2"), community("c1", 1, "o2", "o1")
    monday = [shift(officer, 0, "early") for officer in ("o1", "o2", "o3", "o4")]
    tuesday = [shift(officer, 1, "early") for officer in ("o1", "o2", "o3")]
    visits = inspection("v0", "c0", (0,)), inspection("v1", "c1", second_on)
    spots = {STATION: (0, 0), "c0": (2, 0), "c1": (0, 2)}
    working = (True, True, *[False] * 5)
    problem, travel = town(communities, [*monday, *tuesday], spots, visits, working=working, limit=limit)
    places = [STATION, "c0", "c1"]
    matrices = {
        kind: {band: planning_matrix(times.matrix(hour), places, 180) for band, hour in HOURS.items()}
        for kind, times in travel.items()
    }
    known = {place: number for number, place in enumerate(places)}
    tuesday_before = PastVisit(MONDAY - timedelta(days=6), NINE, "c1", ("o4",), "early")
    policy = replace(problem.policy, breaks={})
    problem = replace(problem, travel=matrices, places=known, policy=policy, past=(tuesday_before,))
    return problem, Promise(travel, HOURS)


def inspection(name: str, place: str, days: tuple[int, ...]) -> Visit:
    windows = tuple(ArrivalWindow(day * DAY + NINE, day * DAY + NINE) for day in days)
    return replace(
        visit(name, place, breakable=False, wrap_up=0),
        days=days,
        windows=windows,
        duration=FIFTY_MINUTES,
        missed=40 * HOUR,
    )


def test_without_the_promise_both_officers_are_out_at_once_and_nobody_answers() -> None:
    problem, promise = two_inspections(second_on=(0, 1))
    plan = plan_week(problem, time_limit=5, explained=False)
    assert {route.day for route in plan.routes} == {0}
    gaps = check_response(problem, plan, promise.travel, promise.hours).gaps
    assert {gap.community_id for gap in gaps} == {"c0", "c1"}
    assert set(broken_promises(problem, plan, promise, roster_gaps(problem, promise))) == {
        ("c0", 0, "early"),
        ("c1", 0, "early"),
    }


def test_with_the_promise_one_of_them_goes_another_day_at_its_price() -> None:
    problem, promise = two_inspections(second_on=(0, 1))
    careless, plan = (
        plan_week(problem, time_limit=5, explained=False),
        plan_week(problem, time_limit=5, promise=promise, explained=False),
    )
    assert {route.day for route in plan.routes} == {0, 1}
    assert check_response(problem, plan, promise.travel, promise.hours).kept
    assert plan.objective.terms["late"] == 0
    assert plan.objective.terms["predictable"] == problem.policy.prices.predictable
    assert plan.objective.total > careless.objective.total == careless.objective.bound
    assert "stated_cost_is_true" not in {rule.rule for rule in judge(problem, plan)}


def test_mandatory_work_comes_before_the_promise_and_the_plan_states_what_that_costs() -> None:
    problem, promise = two_inspections(second_on=(0,))
    plan = plan_week(problem, time_limit=5, promise=promise, explained=False)
    assert not plan.missed
    assert len(check_response(problem, plan, promise.travel, promise.hours).gaps) == 2
    assert plan.objective.terms["late"] == 2 * problem.policy.prices.late
    assert plan.objective.bound <= plan.objective.total
    assert "stated_cost_is_true" not in {rule.rule for rule in judge(problem, plan)}


def test_a_squad_that_does_not_want_the_guarantee_is_planned_without_it() -> None:
    problem, promise = two_inspections(second_on=(0, 1))
    response = replace(problem.policy.response, guaranteed=False)
    careless = replace(problem, policy=replace(problem.policy, response=response))
    plan = plan_week(careless, time_limit=5, promise=promise, explained=False)
    assert {route.day for route in plan.routes} == {0}
    assert plan.objective.terms["late"] == 0


def test_what_is_late_although_nobody_is_out_is_not_the_plan_s_fault() -> None:
    """Within five minutes nobody comes from the station in time, out or not."""
    problem, promise = two_inspections(second_on=(0, 1), limit=300)
    plan = plan_week(problem, time_limit=5, explained=False)
    assert check_response(problem, plan, promise.travel, promise.hours).gaps
    assert broken_promises(problem, plan, promise, roster_gaps(problem, promise)) == {}
