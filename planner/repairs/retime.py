"""Settle one route of a plan again: order, starts and break, with some seconds forbidden, the others as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.assemble import Chosen, assemble
from planner.repairs.case import Case
from planner.roster_cover import Span
from planner.rulebook import hours, members, shifts_of
from planner.solver.columns import Column, Frame, Task, frame_of, tasks_by_day
from planner.solver.daily import settle
from planner.week import DAY, Kept, Rest, Route, Stop, WeeklyPlan, WeeklyProblem

WORK = 0.5
"""Deterministic seconds for the times of one route; it takes hundredths."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """When a route's visits and its break may begin: spans, ends included.

    Attributes
    ----------
    begins
        By visit; a visit that is not named stays free within its windows.
    rest
        None where the break is free within its band's.
    """

    begins: Mapping[str, Sequence[Span]]
    rest: Span | None = None


def settled_again(
    case: Case, route: Route, stops: Sequence[Stop], allowed: Allowed, work: float = WORK
) -> Route | None:
    """Return a route that makes `stops` at allowed seconds with least driving, or None where none is found.

    Partners stay with the other routes as planned; crew, vehicle and id stay.

    Parameters
    ----------
    work
        Most deterministic seconds.
    """
    frame, tasks = _frame(case.problem, route), _tasks(case.problem, route, stops, allowed)
    if frame is None or len(tasks) < len(stops) or not stops or any(task.visit.whole_shift for task in tasks.values()):
        return None
    if route.rest is None:
        frame = replace(frame, rest=None)
    elif frame.rest is not None and allowed.rest is not None:
        first, last = max(frame.rest[0], allowed.rest[0]), min(frame.rest[1], allowed.rest[1])
        if first > last:
            return None
        frame = replace(frame, rest=(first, last, frame.rest[2]))
    others = tuple(Kept(each, each.back, finished=True) for each in case.plan.routes if each.id != route.id)
    column = Column(frame, tuple(tasks.values()), 0, 0)
    settled = settle(replace(case.problem, kept=others), [column], seed=case.seed, work=work).patrols
    if settled is None:
        return None
    alone = replace(case.problem, kept=(), published=(), out_of_service=(), pins=())
    (made,) = assemble(alone, [Chosen(settled[0], route.crew.officers[1])]).routes
    names = {task.visit.obligation_id: visit for visit, task in tasks.items()}
    fresh = [
        replace(stop, visit_id=names[task.visit.obligation_id], officers=route.crew.officers)
        for stop, task in zip(made.stops, settled[0].order, strict=True)
    ]
    return replace(made, id=route.id, crew=route.crew, vehicle_id=route.vehicle_id, stops=tuple(fresh))


def _frame(problem: WeeklyProblem, route: Route) -> Frame | None:
    """Return the hours in which all of the crew is there, with the break it states."""
    vehicle = next((v for v in problem.crew_vehicles if v.id == route.vehicle_id), None)
    mine = next(iter(shifts_of(problem, route, route.crew.lead)), None)
    if vehicle is None or mine is None or len(route.crew.officers) < 2:
        return None
    frame = frame_of(problem, mine, vehicle.kind)
    everybody = [shift for officer in members(route) for shift in shifts_of(problem, route, officer)[:1]]
    spans = [hours(problem, shift) for shift in everybody]
    if len(spans) < len(members(route)):
        return None
    rule = problem.policy.breaks.get(route.band_id)
    rest = frame.rest
    if rest is None and rule is not None:
        rest = route.day * DAY + rule.earliest, route.day * DAY + rule.latest, rule.duration
    start, end = max(frame.start, *(first for first, _ in spans)), min(frame.end, *(last for _, last in spans))
    return replace(frame, start=start, end=end, rest=rest)


def _tasks(problem: WeeklyProblem, route: Route, stops: Sequence[Stop], allowed: Allowed) -> dict[str, Task]:
    obligations = {visit.id: visit.obligation_id for visit in problem.visits}
    known = {task.visit.obligation_id: task for task in tasks_by_day(problem)[route.day]}
    tasks: dict[str, Task] = {}
    for stop in stops:
        task = known.get(obligations.get(stop.visit_id, ""))
        if task is not None:
            spans = allowed.begins.get(stop.visit_id)
            windows = task.windows if spans is None else tuple(_common(task.windows, spans))
            if windows:
                tasks[stop.visit_id] = replace(task, windows=windows, visit=replace(task.visit, duration=_length(stop)))
    return tasks


def _length(stop: Stop) -> int:
    return stop.end - stop.begin


def _common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return sorted((a, b) for a, b in both if a <= b)


def without_stop(case: Case, route: Route, out: Stop) -> WeeklyPlan | None:
    """Return the plan with a stop left out of a route, the others at their seconds; None where that cannot be had."""
    stops = [stop for stop in route.stops if stop is not out]
    if not stops:
        return case.with_route(route, None)
    fixed = {stop.visit_id: ((stop.begin, stop.begin),) for stop in stops}
    rest = route.rest
    same_rest = None if rest is None else (rest.begin, rest.begin)
    shorter = settled_again(case, route, stops, Allowed(fixed, same_rest))
    return None if shorter is None else case.with_route(route, shorter)


def moved_rest(route: Route, begin: int) -> Route:
    """Return a route with its break at another time."""
    if route.rest is None:
        return route
    return replace(route, rest=Rest(begin, begin + route.rest.end - route.rest.begin))
