"""Stopping early: whenever it is asked for, there is a plan within a second, and it says that it was stopped."""

from __future__ import annotations

import random
import time

import pytest

from planner.event import Incident, OfficerIll
from planner.objective import price
from planner.planning import EXPLAINING, NOT_TRIED, STOPPED, Progress, plan_week
from planner.replan import replan
from planner.rules import judge
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.build import at, small_plan, small_problem, small_squad
from tests.planner.seeded import Size, seeded_week

LARGE = Size(communities=60, pairs=12, peak=24, cars=9, ebikes=2)


class Asked:
    """Says yes once so much work is done, and knows how much was done since."""

    def __init__(self, after: float) -> None:
        # This process's own time: on a machine busy with other things the clock runs on while it waits.
        self._moment = time.process_time() + after

    def __call__(self) -> bool:
        return self.late >= 0

    @property
    def late(self) -> float:
        return time.process_time() - self._moment


def keeps_the_rules(problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    broken = {rule.rule for rule in judge(problem, plan) if rule.hard}
    return broken <= {"mandatory_work_is_placed"}


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
def test_a_large_week_stopped_at_a_random_moment_has_a_plan_within_a_second(seed: int) -> None:
    problem = seeded_week(seed % 2, LARGE)
    stop = Asked(random.Random(seed).uniform(0, 2.5))
    plan = plan_week(problem, seed=0, time_limit=40, stop=stop)
    assert stop.late < 1.0
    assert keeps_the_rules(problem, plan)
    assert plan.objective.total == sum(price(problem, plan).values())
    assert plan.objective.bound <= plan.objective.total
    placed = {each.visit_id for route in plan.routes for each in route.stops}
    assert placed | {item.visit_id for item in plan.missed} == {visit.id for visit in problem.visits}
    assert all(item.reasons for item in plan.missed)
    assert STOPPED in plan.notes or plan.objective.gap < 0.05


def test_stopped_before_anything_is_known_a_plan_misses_everything_and_says_so() -> None:
    problem = seeded_week(1, Size())
    plan = plan_week(problem, stop=lambda: True)
    assert not plan.routes
    assert {item.visit_id for item in plan.missed} == {visit.id for visit in problem.visits}
    assert all(NOT_TRIED in item.reasons for item in plan.missed)
    assert plan.notes[-1] == STOPPED
    assert plan.objective.bound == 0


def test_squads_with_more_patrols_than_anybody_could_list_are_stopped_while_they_are_listed() -> None:
    stop = Asked(after=1.0)
    plan = plan_week(seeded_week(0, Size(communities=60, pairs=3, peak=20)), stop=stop)
    assert stop.late < 1.0
    assert plan.notes[-1] == STOPPED


def test_stopped_as_soon_as_there_is_a_plan_the_greedy_week_is_the_best_one() -> None:
    problem = seeded_week(0, Size())
    told: list[Progress] = []
    plan = plan_week(problem, progress=told.append, stop=lambda: bool(told))
    assert plan.routes
    assert plan.objective.total == told[0].best
    assert keeps_the_rules(problem, plan)


def test_a_plan_nobody_stops_is_the_same_as_ever_and_says_nothing_of_it() -> None:
    problem = seeded_week(3, Size())
    assert STOPPED not in plan_week(problem, seed=7, time_limit=5, stop=lambda: False).notes


def test_stopping_while_reasons_are_sought_ends_that_too() -> None:
    problem = seeded_week(0, Size(communities=9, pairs=1, peak=4, cars=1, ebikes=0, days=3))
    began: list[float] = []

    def tell(step: Progress) -> None:
        if step.stage == EXPLAINING:
            began.append(time.process_time())

    plan = plan_week(problem, time_limit=1, progress=tell, stop=lambda: bool(began))
    assert len(plan.missed) > 1
    assert all(item.reasons for item in plan.missed)
    assert time.process_time() - began[0] < 1.0


def test_a_week_planned_again_and_stopped_at_once_keeps_what_was_under_way() -> None:
    squad = small_squad()
    problem = small_problem(squad)
    incident = Incident(OfficerIll(at(4, "08:00"), "o1", at(4, "08:00"), at(5, "00:00")))
    done = replan(problem, squad, small_plan(problem), incident, stop=lambda: True)
    assert done.plan.notes[-1] == STOPPED
    kept = {item.route.id for item in done.problem.kept}
    assert kept
    assert {route.id for route in done.plan.routes} == kept
