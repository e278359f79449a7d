"""Repairs that change who does what: another officer in a crew, or a visit made by another crew or at another time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geo.text import Text
from planner.officer import Crew
from planner.repairs.case import Case
from planner.repairs.repair import Candidate, Kind
from planner.repairs.retime import without_stop
from planner.response_report import CoverageGap
from planner.rulebook import community_name, officer_name, route_name
from planner.slots import Slot, open_slots
from planner.week import Route, Stop, WeeklyPlan
from planner.words import moment

SLOTS = 6
"""So many other places are tried for each visit, the cheapest first."""


def other_officer(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield crews in which somebody who might answer is replaced by somebody on the same shift, free or out too.

    Whoever is out with another crew changes places.
    """
    mine = [candidate.officer_id for candidate in gap.candidates]
    for route in case.out_about(gap):
        on = _on_shift(case, route)
        for officer in (each for each in route.crew.officers if each in mine):
            for other in dict.fromkeys(each for each in on if each not in route.crew.officers):
                yield _exchanged(case, route, officer, other)


def _exchanged(case: Case, route: Route, officer: str, other: str) -> Candidate:
    plan = case.with_route(route, _with(route, officer, other))
    theirs = next(
        (r for r in case.plan.routes if r.day == route.day and other in r.crew.officers and _meet(r, route)), None
    )
    if theirs is not None:
        plan = replace(plan, routes=tuple(_with(r, other, officer) if r.id == theirs.id else r for r in plan.routes))
    name, a, b = (
        route_name(case.problem, route),
        officer_name(case.problem, officer),
        officer_name(case.problem, other),
    )
    text = Text(f"{name.zh}:{a}换成{b}", f"{name.en}: {b} goes instead of {a}")
    if theirs is not None:
        text = Text(f"{text.zh},{a}去{b}原来那组", f"{text.en}, and {a} in {b}'s crew")
    return Candidate(Kind.OFFICER, (Kind.OFFICER, route.id, officer, other), text, case.problem, plan)


def _with(route: Route, officer: str, other: str) -> Route:
    def changed(officers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(other if each == officer else each for each in officers)

    stops = tuple(replace(stop, officers=changed(stop.officers)) for stop in route.stops)
    return replace(route, crew=Crew(changed(route.crew.officers), route.crew.auxiliaries), stops=stops)


def _meet(one: Route, other: Route) -> bool:
    return one.depart < other.back and other.depart < one.back


def other_crew(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield plans in which a visit that keeps somebody away is made elsewhere: whatever `planner.slots` finds."""
    for route in case.out_about(gap):
        for stop in route.stops:
            if stop.visit_id not in case.elsewhere:
                case.elsewhere[stop.visit_id] = tuple(_elsewhere(case, route, stop))
            yield from case.elsewhere[stop.visit_id]


def _elsewhere(case: Case, route: Route, stop: Stop) -> Iterator[Candidate]:
    visit = next((visit for visit in case.problem.visits if visit.id == stop.visit_id), None)
    plan = None if visit is None else without_stop(case, route, stop)
    if visit is None or plan is None:
        return
    broken = {rule for rule, _ in case.broken}
    for slot in open_slots(case.problem, plan, visit, most=SLOTS):
        if not any(each.hard and each.rule not in broken for each in slot.broken) and not _same(case.plan, slot, stop):
            yield _made_elsewhere(case, stop, slot)
            yield from _other_seconds(case, stop, slot)


def _other_seconds(case: Case, stop: Stop, slot: Slot) -> Iterator[Candidate]:
    """Yield a new outing with others as second officer: whoever has the fewest outings may be needed elsewhere."""
    route = next(route for route in slot.plan.routes if route.id == slot.route_id)
    if not slot.new_outing:
        return
    busy = {each for r in slot.plan.routes if r.day == route.day and _meet(r, route) for each in r.crew.officers}
    second = route.crew.officers[1]
    for other in dict.fromkeys(_on_shift(case, route)):
        if other not in busy:
            fresh = _with(route, second, other)
            plan = replace(slot.plan, routes=tuple(fresh if r is route else r for r in slot.plan.routes))
            yield _made_elsewhere(case, stop, replace(slot, plan=plan))


def _on_shift(case: Case, route: Route) -> list[str]:
    """Return the certified officers on a shift of a route's band."""
    return [
        shift.officer_id
        for shift in case.problem.shifts
        if (case.problem.day_of(shift), shift.band_id) == (route.day, route.band_id)
        and case.problem.officers[shift.officer_id].certified
    ]


def _same(plan: WeeklyPlan, slot: Slot, stop: Stop) -> bool:
    return any(
        route.id == slot.route_id
        and stop.visit_id in {each.visit_id for each in route.stops}
        and slot.begin == stop.begin
        for route in plan.routes
    )


def _made_elsewhere(case: Case, stop: Stop, slot: Slot) -> Candidate:
    place, was, now = community_name(case.problem, stop.community_id), moment(stop.begin), moment(slot.begin)
    route = next(route for route in slot.plan.routes if route.id == slot.route_id)
    crew = [officer_name(case.problem, officer) for officer in route.crew.officers]
    fresh = Text("另出一组,", "a new outing, ") if slot.new_outing else Text("", "")
    text = Text(
        f"{was.zh} {place}的任务改到 {now.zh}({fresh.zh}{'、'.join(crew)})",
        f"the visit at {place} on {was.en} moves to {now.en} ({fresh.en}{' and '.join(crew)})",
    )
    key = Kind.VISIT, stop.visit_id, slot.route_id, slot.begin, route.crew.officers
    return Candidate(Kind.VISIT, key, text, case.problem, slot.plan)
