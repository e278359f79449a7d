"""The two-hour promise by the roster: begins of a visit that leave a community unanswered, known before any route is.

A visit that must be finished may hold its crew so long that a community of its lead's could not be reached in time,
at a moment when nobody else answers for it. That is a price of beginning then, the same in columns and objective.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from geo.community import Phase
from geo.travel import UNREACHABLE
from planner.officer import VehicleKind
from planner.response import duty_hours, watches
from planner.tolls import Toll
from planner.visit import Visit
from planner.week import DAY, STATION, Route, Stop, WeeklyPlan, WeeklyProblem

Span: TypeAlias = tuple[int, int]

NARROW, WIDE = (0,), (1,)


def late_tolls(
    problem: WeeklyProblem, lead: str, kind: VehicleKind, band_id: str, visit: Visit, day: int
) -> tuple[Toll, ...]:
    """Return the tolls of beginning a visit when that leaves a community unanswered.

    A report that comes as the service begins waits for the end of a visit that must be finished, or for the wrap-up
    of one that may be broken off, and for the drive from there. One toll for each community that this makes late while
    nobody but the lead answers for it.
    """
    return tuple(
        Toll(first, last, problem.policy.prices.late)
        for community_id in _out_of_reach(problem, lead, kind, band_id, visit)
        for first, last in _alone(problem, community_id, lead, day)
    )


def unanswered(problem: WeeklyProblem, route: Route, stop: Stop) -> list[str]:
    """Return the communities that a stop leaves unanswered by the roster, as `late_tolls` has it."""
    visit = next((visit for visit in problem.visits if visit.id == stop.visit_id), None)
    kind = next((vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id), None)
    known = stop.community_id in problem.places and route.band_id in problem.bands
    if visit is None or kind is None or kind not in problem.travel or not known or not route.crew.officers:
        return []
    return [
        community_id
        for community_id in _out_of_reach(problem, route.crew.lead, kind, route.band_id, visit)
        if any(a <= stop.begin <= b for a, b in _alone(problem, community_id, route.crew.lead, route.day))
    ]


def _out_of_reach(problem: WeeklyProblem, lead: str, kind: VehicleKind, band_id: str, visit: Visit) -> Iterator[str]:
    """Yield the lead's communities that a report as the visit begins would reach too late."""
    response = problem.policy.response
    if not response.guaranteed:
        return
    held = response.dispatch_delay + (min(visit.wrap_up, visit.duration) if visit.breakable else visit.duration)
    for community in problem.communities.values():
        if lead not in (community.a_officer, community.b_officer) or community.phase is Phase.CLOSED:
            continue
        away = problem.drive(kind, band_id, visit.community_id, community.id)
        if away < UNREACHABLE and held + away > response.limit:
            yield community.id


def _alone(problem: WeeklyProblem, community_id: str, officer: str, day: int) -> list[Span]:
    """Return the begins on a day, ends included, at which nobody but `officer` could answer for a community in time.

    Whoever is on shift might be free, and whoever is on shift soon enough comes from the station: neither counts.
    """
    community, delay = problem.communities[community_id], problem.policy.response.dispatch_delay
    first, last = day * DAY, (day + 1) * DAY
    spans = [
        (max(watch.start, first), min(watch.end, last))
        for watch in watches(problem, duty_hours(problem), NARROW, WIDE)
        if watch.responders == NARROW
    ]
    for other in {*community.answering} - {officer}:
        for shift in problem.shifts:
            if shift.officer_id == other:
                midnight = problem.day_of(shift) * DAY
                early = _fastest(problem, shift.band_id, community_id) - problem.policy.response.limit
                spans = without(spans, midnight + shift.start + min(0, early), midnight + shift.end)
    return [(start + delay, end + delay - 1) for start, end in spans if start < end]


def _fastest(problem: WeeklyProblem, band_id: str, community_id: str) -> int:
    return min(problem.drive(kind, band_id, STATION, community_id) for kind in problem.travel)


def without(spans: list[Span], start: int, end: int) -> list[Span]:
    """Return what is left of spans ``[a, b)`` outside of ``[start, end)``."""
    parts = ((a, min(b, start)) for a, b in spans), ((max(a, end), b) for a, b in spans)
    return [(a, b) for part in parts for a, b in part if a < b]


def late_by_roster(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    """Return the price of all stops that leave a community unanswered by the roster."""
    late = sum(len(unanswered(problem, route, stop)) for route in plan.routes for stop in route.stops)
    return problem.policy.prices.late * late
