"""What a rule is, what breaking one looks like, and what every rule needs to look up.

Rules read plans that people edited by hand, so every look-up survives names that nobody knows: those are reported once,
by `planner.rules_routes.names_are_known`, and skipped everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from casework.obligation import KIND_NAMES
from geo.text import Text
from planner.officer import Shift, VehicleKind
from planner.visit import Visit
from planner.week import DAY, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule that one part of a plan breaks.

    Attributes
    ----------
    rule
        Code of the rule: the name of the function that found it.
    hard
        A plan with a broken hard rule is not to be published.
    where
        Ids of the routes, visits, officers, partners or communities concerned, the widest first.
    message
        What is wrong, in words a squad leader would use.
    over
        By how much: seconds, or a count, where there is a figure.
    """

    rule: str
    hard: bool
    where: tuple[str, ...]
    message: Text
    over: int | None = None


Check: TypeAlias = Callable[[WeeklyProblem, WeeklyPlan], Iterator[BrokenRule]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the sentence people read, and the function that judges it."""

    check: Check
    sentence: Text
    hard: bool = True

    @property
    def code(self) -> str:
        """The function's name."""
        return self.check.__name__


def visits_by_id(problem: WeeklyProblem) -> dict[str, Visit]:
    """Return the week's visits by id."""
    return {visit.id: visit for visit in problem.visits}


def stops_with_visits(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[tuple[Route, Stop, Visit]]:
    """Yield every stop whose visit the problem knows."""
    visits = visits_by_id(problem)
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit_id in visits:
                yield route, stop, visits[stop.visit_id]


def out_of_station(route: Route) -> Span:
    """Return the first and last second of a route's drives and services."""
    instants = [t for leg in route.legs for t in (leg.depart, leg.arrive)]
    instants += [t for stop in route.stops for t in (stop.arrival, stop.begin, stop.end)]
    return (min(instants), max(instants)) if instants else (route.day * DAY, route.day * DAY)


def at_work(route: Route) -> Span:
    """Return the first and last second of a route, its break included wherever it is taken."""
    first, last = out_of_station(route)
    if route.rest is None:
        return first, last
    return min(first, route.rest.begin), max(last, route.rest.end)


def overlap(one: Span, other: Span) -> int:
    """Return for how many seconds two spans overlap; 0 where they only touch."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def members(route: Route) -> tuple[str, ...]:
    """Return everybody in the crew once, officers before auxiliaries."""
    return tuple(dict.fromkeys((*route.crew.officers, *route.crew.auxiliaries)))


def shifts_of(problem: WeeklyProblem, route: Route, officer_id: str) -> tuple[Shift, ...]:
    """Return an officer's shifts in the route's band on its day."""
    return tuple(
        s
        for s in problem.shifts
        if s.officer_id == officer_id and s.band_id == route.band_id and problem.day_of(s) == route.day
    )


def hours(problem: WeeklyProblem, shift: Shift) -> Span:
    """Return a shift in seconds of the week."""
    midnight = problem.day_of(shift) * DAY
    return midnight + shift.start, midnight + shift.end


def is_certified(problem: WeeklyProblem, officer_id: str) -> bool:
    """Return whether the officer is known and holds a certificate."""
    return officer_id in problem.officers and problem.officers[officer_id].certified


def vehicle_kind(problem: WeeklyProblem, route: Route) -> VehicleKind | None:
    """Return the kind of the route's vehicle, or None where vehicle, band or travel times are unknown."""
    kind = next((vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id), None)
    return kind if kind in problem.travel and route.band_id in problem.bands else None


def officer_name(problem: WeeklyProblem, officer_id: str) -> str:
    """Return the officer's name, or the id of somebody unknown."""
    return problem.officers[officer_id].name if officer_id in problem.officers else officer_id


def partner_name(problem: WeeklyProblem, partner_id: str) -> str:
    """Return the partner's name, or the id of somebody unknown."""
    return problem.partners[partner_id].name if partner_id in problem.partners else partner_id


def community_name(problem: WeeklyProblem, community_id: str) -> str:
    """Return the community's name, or the id of one unknown."""
    return problem.communities[community_id].name if community_id in problem.communities else community_id


def place_name(problem: WeeklyProblem, place: str) -> str:
    """Return the name of the station or of a community."""
    return problem.station.name if place not in problem.communities else community_name(problem, place)


def visit_name(problem: WeeklyProblem, visit: Visit) -> Text:
    """Return a visit's community and kind."""
    place, kind = community_name(problem, visit.community_id), KIND_NAMES[visit.kind]
    return Text(f"{place}{kind.zh}", f"{kind.en.lower()} at {place}")


def route_name(problem: WeeklyProblem, route: Route) -> Text:
    """Return a route's day, band and lead."""
    band = problem.bands[route.band_id].name if route.band_id in problem.bands else route.band_id
    lead = officer_name(problem, route.crew.lead) if route.crew.officers else "?"
    day = WEEKDAYS[route.day] if 0 <= route.day < len(WEEKDAYS) else Text(f"第 {route.day} 天", f"day {route.day}")
    return Text(f"{day.zh}{band} {lead}组", f"{day.en} {band}, {lead}'s crew")
