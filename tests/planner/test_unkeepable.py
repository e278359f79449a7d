"""Gaps that no plan could avoid: proven, and told with their reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.travel import TravelTimes
from planner.guarantee import Promise
from planner.officer import VehicleKind
from planner.planning import plan_week
from planner.response import check_response
from planner.unkeepable import harmless_nowhere, unkeepable
from planner.week import Objective, WeeklyPlan, WeeklyProblem
from tests.planner.tight import HOURS, tight_week


def _guaranteed(seed: int) -> tuple[WeeklyProblem, dict[VehicleKind, TravelTimes]]:
    problem, travel = tight_week(seed)
    response = replace(problem.policy.response, guaranteed=True)
    return replace(problem, policy=replace(problem.policy, response=response)), travel


def _idle(problem: WeeklyProblem) -> WeeklyPlan:
    return WeeklyPlan(problem.week, (), (), Objective({}, 0), 0, 0.0)


def test_a_plan_that_nobody_could_keep_says_which_visits_are_to_blame() -> None:
    problem, travel = _guaranteed(0)
    promise = Promise(travel, HOURS)
    plan = plan_week(problem, time_limit=0.5, promise=promise, explained=False)
    report = check_response(problem, plan, travel, HOURS)
    found = unkeepable(problem, plan, report, promise)
    assert found
    assert {one.gap for one in found} <= set(report.gaps)
    for one in found:
        name = problem.communities[one.gap.community_id].name
        assert name in one.reason.zh
        assert "须做完" in one.reason.zh
        assert "whoever leads it and whenever it is made" in one.reason.en


@pytest.mark.parametrize("seed", [0])
def test_a_visit_that_is_harmless_nowhere_breaks_the_promise_even_when_it_is_the_only_one(seed: int) -> None:
    problem, travel = _guaranteed(seed)
    mandatory = [visit for visit in problem.visits if visit.mandatory]
    blamed = [visit for visit in mandatory if harmless_nowhere(problem, visit)]
    assert blamed
    for visit in blamed[:2]:
        alone = replace(problem, visits=(visit,))
        plan = plan_week(alone, time_limit=1, promise=Promise(travel, HOURS), explained=False)
        assert [stop.visit_id for route in plan.routes for stop in route.stops] == [visit.id]
        assert not check_response(alone, plan, travel, HOURS).kept


@pytest.mark.parametrize("seed", [3, 13])
def test_with_both_posts_on_duty_every_visit_can_be_made_without_harm_and_the_promise_is_kept(seed: int) -> None:
    # of seed 13 the last gap is closed by beginning a visit some minutes later
    problem, travel = _guaranteed(seed)
    promise = Promise(travel, HOURS)
    assert not any(harmless_nowhere(problem, visit) for visit in problem.visits if visit.mandatory)
    plan = plan_week(problem, time_limit=2, promise=promise, explained=False)
    report = check_response(problem, plan, travel, HOURS)
    assert report.kept
    assert unkeepable(problem, plan, report, promise) == ()


def test_what_is_late_though_everybody_stands_by_is_the_rosters() -> None:
    problem, travel = _guaranteed(1)
    community = next(iter(problem.communities.values()))
    posts = {community.a_officer, community.b_officer}
    fewer = tuple(s for s in problem.shifts if s.officer_id not in posts or s.band_id != "middle")
    holed = replace(problem, shifts=fewer)
    promise = Promise(travel, HOURS)
    report = check_response(holed, _idle(holed), travel, HOURS)
    found = unkeepable(holed, _idle(holed), report, promise)
    assert found
    assert len(found) == len(report.gaps)
    assert all("即使所有人都在队部待命" in one.reason.zh for one in found)


def test_nothing_is_said_where_nobody_tried_to_keep_it() -> None:
    problem, travel = tight_week(0)
    plan = plan_week(problem, time_limit=1, explained=False)
    report = check_response(problem, plan, travel, HOURS)
    assert not report.kept
    assert unkeepable(problem, plan, report, Promise(travel, HOURS)) == ()
