"""When could you come? Slots in finished plans: found, priced, and true."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from time import process_time

import pytest

from casework.obligation import VisitKind
from planner.objective import price
from planner.planning import plan_week
from planner.rules import judge
from planner.slots import open_slots
from planner.visit import Visit
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.seeded import Size, seeded_week


@cache
def _week(seed: int, size: Size) -> tuple[WeeklyProblem, set[str]]:
    """Return a week and the visits that its plan places."""
    problem = seeded_week(seed, size)
    plan = plan_week(problem, time_limit=10, explained=False)
    return problem, {stop.visit_id for route in plan.routes for stop in route.stops}


@cache
def _without_one(
    seed: int,
    nth: int,
    kind: VisitKind,
    size: Size = Size(),  # noqa: B008 - frozen
) -> tuple[WeeklyPlan, WeeklyProblem, Visit]:
    """Return a plan of the week without one of its visits, the whole week, and that visit."""
    problem, placed = _week(seed, size)
    possible = [visit for visit in problem.visits if visit.kind is kind and visit.id in placed]
    visit = possible[nth % len(possible)]
    less = replace(problem, visits=tuple(v for v in problem.visits if v != visit))
    return plan_week(less, time_limit=10, explained=False), problem, visit


KINDS = pytest.mark.parametrize("kind", [VisitKind.ROUTINE, VisitKind.JOINT])


@KINDS
@pytest.mark.parametrize("seed", range(4))
def test_every_slot_is_a_plan_that_breaks_what_it_says_and_costs_what_it_says(seed: int, kind: VisitKind) -> None:
    plan, problem, visit = _without_one(seed, seed, kind)
    before = sum(price(problem, plan).values())
    slots = open_slots(problem, plan, visit)
    assert slots or kind is VisitKind.JOINT
    for slot in slots:
        assert any(stop.visit_id == visit.id for route in slot.plan.routes for stop in route.stops)
        assert slot.cost == sum(price(problem, slot.plan).values()) - before
        hard = {rule.rule for rule in judge(problem, slot.plan) if rule.hard} - {"mandatory_work_is_placed"}
        assert hard == {rule.rule for rule in slot.broken if rule.hard}
    assert not [rule for slot in slots[:1] for rule in slot.broken if rule.hard]


@KINDS
@pytest.mark.parametrize("seed", range(4))
def test_a_slot_leaves_everybody_elses_times_alone(seed: int, kind: VisitKind) -> None:
    plan, problem, visit = _without_one(seed, seed, kind)
    old = {stop.visit_id: (stop.begin, stop.end, stop.officers) for route in plan.routes for stop in route.stops}
    for slot in open_slots(problem, plan, visit):
        new = {s.visit_id: (s.begin, s.end, s.officers) for route in slot.plan.routes for s in route.stops}
        assert new.pop(visit.id)[0] == slot.begin <= slot.latest
        assert new == old
        breaks = {route.id: route.rest for route in slot.plan.routes}
        assert all(breaks[route.id] == route.rest for route in plan.routes)


def test_slots_come_cheapest_first() -> None:
    plan, problem, visit = _without_one(2, 3, VisitKind.ROUTINE)
    kept = [slot.cost for slot in open_slots(problem, plan, visit) if not any(rule.hard for rule in slot.broken)]
    assert len(kept) >= 2
    assert kept == sorted(kept)


def test_a_visit_nobody_can_make_has_no_slot() -> None:
    plan, problem, visit = _without_one(1, 1, VisitKind.ROUTINE)
    assert open_slots(problem, plan, replace(visit, windows=())) == ()


def test_a_large_squad_answers_within_a_second() -> None:
    size = Size(communities=36, pairs=12, peak=16, cars=10)
    plan, problem, visit = _without_one(5, 4, VisitKind.ROUTINE, size)
    begun = process_time()
    assert open_slots(problem, plan, visit)
    assert process_time() - begun < 1.0
