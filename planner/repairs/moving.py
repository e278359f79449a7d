"""Repairs within a route: its stops in another order or at other times, its break at another time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geo.text import Text
from planner.phases import NEVER
from planner.repairs.case import Case
from planner.repairs.repair import Candidate, Kind
from planner.repairs.retime import Allowed, moved_rest, settled_again
from planner.response_report import CoverageGap
from planner.roster_cover import Span
from planner.rulebook import community_name, route_name
from planner.week import DAY, Route, Stop, WeeklyProblem
from planner.words import clock, listed


def moved(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield routes settled again so that none of their stops holds the crew while nobody else could answer.

    A stop at which the crew is held for `h` seconds at most before it could still come in time must not begin within
    ``(x - h, y)`` of a time ``[x, y)`` at which all others are late. Asked for together and for one stop at a time,
    earlier and later; the break is kept from those times too, or left free.
    """
    for route in case.out_about(gap):
        alone = case.late_without(gap.community_id, gap.start // DAY, route.crew.officers)
        near = [late for late in alone if late[0] < gap.end and gap.start < late[1]]
        whole = {stop.visit_id: _clear(case, gap, route, stop, alone) for stop in route.stops}
        asked = [Allowed(whole)]
        for stop in route.stops:
            for late in near:
                asked += [Allowed({stop.visit_id: (side,)}) for side in _sides(case, gap, route, stop, late)]
        asked += [Allowed(each.begins, rest) for each in asked[:1] for rest in _rest_sides(case, gap, route, near)]
        for allowed in asked:
            instead = settled_again(case, route, route.stops, allowed)
            if instead is not None and _times(instead) != _times(route):
                yield _candidate(case, route, instead)


def staggered(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield routes with their break elsewhere in its band's window, their visits as they are."""
    for route in case.out_about(gap):
        rule = case.problem.policy.breaks.get(route.band_id)
        if route.rest is None or rule is None:
            continue
        alone = case.late_without(gap.community_id, gap.start // DAY, route.crew.officers)
        near = [late for late in alone if late[0] < gap.end and gap.start < late[1]]
        fixed = {stop.visit_id: ((stop.begin, stop.begin),) for stop in route.stops}
        for side in _rest_sides(case, gap, route, near):
            instead = settled_again(case, route, route.stops, Allowed(fixed, side))
            if instead is not None:
                yield _break(case, route, instead)
        midnight, length = route.day * DAY, route.rest.end - route.rest.begin
        for begin in sorted({t for stop in route.stops for t in (stop.arrival, stop.begin - length, stop.end)}):
            if midnight + rule.earliest <= begin <= midnight + rule.latest and begin != route.rest.begin:
                yield _break(case, route, moved_rest(route, begin))


def _held(case: Case, gap: CoverageGap, route: Route, stop: Stop) -> int:
    """Return for how long from the begin of a stop a report would be reached too late by its crew; 0 for never."""
    visit = next((visit for visit in case.problem.visits if visit.id == stop.visit_id), None)
    policy = case.problem.policy.response
    kind = case.kinds.get(route.vehicle_id)
    away = NEVER if kind is None else case.away(kind, route.band_id, stop.community_id, gap.community_id)
    length = stop.end - stop.begin
    if visit is not None and visit.breakable and visit.wrap_up + away + policy.dispatch_delay <= policy.limit:
        return 0
    return min(length + max(0, away), max(0, length + away - policy.limit)) if away < NEVER else length


def _clear(case: Case, gap: CoverageGap, route: Route, stop: Stop, alone: list[Span]) -> tuple[Span, ...]:
    """Return the begins of a stop that hold nobody while all others are late."""
    held, delay = _held(case, gap, route, stop), case.problem.policy.response.dispatch_delay
    spans = [(route.day * DAY, (route.day + 1) * DAY)]
    for first, last in alone if held else ():
        parts = [part for a, b in spans for part in ((a, min(b, first - held)), (max(a, last + delay), b))]
        spans = [(a, b) for a, b in parts if a <= b]
    return tuple(spans)


def _sides(case: Case, gap: CoverageGap, route: Route, stop: Stop, late: Span) -> tuple[Span, Span]:
    held, delay = _held(case, gap, route, stop), case.problem.policy.response.dispatch_delay
    return (route.day * DAY, late[0] - held), (late[1] + delay, (route.day + 1) * DAY)


def _rest_sides(case: Case, gap: CoverageGap, route: Route, near: list[Span]) -> Iterator[Span]:
    """Yield begins of a break before and after each time at which all others are late."""
    if route.rest is None:
        return
    midnight, length = route.day * DAY, route.rest.end - route.rest.begin
    delay = case.problem.policy.response.dispatch_delay
    for first, last in near or [(gap.start, gap.end)]:
        yield midnight, first - length
        yield last + delay, midnight + DAY


def _times(route: Route) -> tuple[object, ...]:
    return tuple((stop.visit_id, stop.begin) for stop in route.stops), route.rest


def _candidate(case: Case, route: Route, instead: Route) -> Candidate:
    before = {stop.visit_id: stop for stop in route.stops}
    said = [_shift(case.problem, before[stop.visit_id], stop) for stop in instead.stops]
    changes = [each for each in said if each is not None]
    if instead.rest != route.rest and instead.rest is not None:
        begin = clock(instead.rest.begin)
        changes.append(Text(f"休息 {begin} 开始", f"break at {begin}"))
    name, what = route_name(case.problem, route), listed(changes)
    text = Text(f"{name.zh}:{what.zh}", f"{name.en}: {what.en}")
    return Candidate(Kind.MOVE, (route.id, _times(instead)), text, case.problem, case.with_route(route, instead))


def _shift(problem: WeeklyProblem, old: Stop, new: Stop) -> Text | None:
    if old.begin == new.begin:
        return None
    place = community_name(problem, new.community_id)
    was, now = clock(old.begin), clock(new.begin)
    return Text(f"{place} {was} 改为 {now} 开始", f"{place} begins at {now} instead of {was}")


def _break(case: Case, route: Route, instead: Route) -> Candidate:
    if route.rest is None or instead.rest is None:
        message = "only a break that there is moves"
        raise AssertionError(message)
    name, was, now = route_name(case.problem, route), clock(route.rest.begin), clock(instead.rest.begin)
    text = Text(f"{name.zh}:休息由 {was} 改到 {now}", f"{name.en}: break at {now} instead of {was}")
    kept = replace(instead, crew=route.crew)
    return Candidate(Kind.BREAK, (route.id, _times(instead)), text, case.problem, case.with_route(route, kept))
