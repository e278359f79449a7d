"""Two-deep cover as an option: where the roster allows it, a second of those who answer is in time as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.guarantee import Promise, broken_promises, roster_gaps
from planner.planning import plan_week
from planner.policy import MINUTE
from planner.response import checked
from planner.response_absence import two_deep
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.tight import HOURS, tight_week


def _planned(seed: int, *, deep: bool) -> tuple[WeeklyProblem, WeeklyPlan, Promise]:
    loose, travel = tight_week(seed)
    response = replace(loose.policy.response, guaranteed=True, two_deep=deep, limit=100 * MINUTE)
    problem = replace(loose, policy=replace(loose.policy, response=response))
    promise = Promise(travel, HOURS)
    return problem, plan_week(problem, time_limit=6, promise=promise, explained=False), promise


def _shallow(problem: WeeklyProblem, plan: WeeklyPlan, promise: Promise) -> int:
    covers = two_deep(checked(problem, plan, promise.travel, promise.hours))
    return sum(cover.late for cover in covers.values())


@pytest.mark.parametrize("seed", [3])
def test_a_plan_made_two_deep_is_so_for_longer_than_one_that_is_not(seed: int) -> None:
    flat, deep = _planned(seed, deep=False), _planned(seed, deep=True)
    assert _shallow(*deep) <= _shallow(*flat)
    must = {visit.id for visit in deep[0].visits if visit.mandatory}
    assert not must & {miss.visit_id for miss in deep[1].missed} - {miss.visit_id for miss in flat[1].missed}


def test_what_is_not_two_deep_is_paid_for_by_cell_and_the_rosters_own_is_not() -> None:
    problem, plan, promise = _planned(1, deep=True)
    roster = roster_gaps(problem, promise)
    broken = broken_promises(problem, plan, promise, roster)
    assert plan.objective.terms["late"] >= problem.policy.prices.late * len(broken)
    holes = {(gap.community_id, gap.start) for gap in roster}
    assert not holes & {(gap.community_id, gap.start) for gap in broken.values()}
