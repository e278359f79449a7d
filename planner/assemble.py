"""From chosen patrols to a weekly plan: legs, vehicles, visit numbers and auxiliaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.officer import Crew, Vehicle
from planner.solver.columns import may_ride
from planner.solver.daily import Patrol
from planner.week import DAY, STATION, Leg, MissedVisit, Objective, Rest, Route, Stop, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Chosen:
    """A patrol with its second officer."""

    patrol: Patrol
    second: str


def assemble(problem: WeeklyProblem, chosen: Sequence[Chosen]) -> WeeklyPlan:
    """Return the plan of the chosen patrols; its objective and reasons are still to be filled in."""
    ordered = sorted(chosen, key=lambda c: (c.patrol.column.frame.start, c.patrol.column.frame.lead))
    names = _visit_names(problem, ordered)
    routes: list[Route] = []
    for item in ordered:
        routes.append(_route(problem, item, names, routes))
    placed = {stop.visit_id for route in routes for stop in route.stops}
    missed = tuple(MissedVisit(visit.id, ()) for visit in problem.visits if visit.mandatory and visit.id not in placed)
    return WeeklyPlan(problem.week, tuple(routes), missed, Objective({}, 0), 0, 0.0)


def _visit_names(problem: WeeklyProblem, chosen: Sequence[Chosen]) -> dict[tuple[str, int], str]:
    """Return visit ids by obligation and day, numbered in the order of the days."""
    free: dict[str, list[str]] = {}
    for visit in problem.visits:
        free.setdefault(visit.obligation_id, []).append(visit.id)
    keys = sorted({task.key for item in chosen for task in item.patrol.order}, key=lambda key: (key[1], key[0]))
    return {key: free[key[0]].pop(0) for key in keys}


def _route(problem: WeeklyProblem, item: Chosen, names: dict[tuple[str, int], str], earlier: Sequence[Route]) -> Route:
    patrol = item.patrol
    frame = patrol.column.frame
    legs = _legs(problem, patrol)
    crew = Crew((frame.lead, item.second))
    stops = tuple(
        Stop(
            names[task.key],
            task.visit.community_id,
            problem.communities[task.visit.community_id].main_gate.id,
            leg.arrive,
            begin,
            end,
            crew.officers,
            task.visit.partner_ids,
        )
        for task, leg, begin, end in zip(patrol.order, legs, patrol.begins, patrol.ends, strict=False)
    )
    vehicle = _vehicle(problem, patrol, earlier)
    return Route(
        f"{problem.week.days[frame.day].isoformat()}-{frame.band_id}-{frame.lead}",
        frame.day,
        frame.band_id,
        Crew(crew.officers, _auxiliaries(problem, patrol, vehicle, earlier)),
        vehicle.id,
        stops,
        legs,
        None if patrol.rest is None else Rest(*patrol.rest),
    )


def _legs(problem: WeeklyProblem, patrol: Patrol) -> tuple[Leg, ...]:
    """Leave the station just in time, every other place as soon as work (and a break taken there) is done."""
    frame = patrol.column.frame
    names = [STATION, *(task.visit.community_id for task in patrol.order), STATION]
    stops_before, leaving = patrol.rest_after
    legs: list[Leg] = []
    for n, (origin, destination) in enumerate(pairwise(names)):
        seconds = problem.drive(frame.kind, frame.band_id, origin, destination)
        resting_here = patrol.rest is not None and stops_before == n
        if n == 0:
            limit = patrol.begins[0]
            if patrol.rest is not None and resting_here and not leaving:
                limit = min(limit, patrol.rest[0])
            depart = limit - seconds
        elif patrol.rest is not None and resting_here and leaving:
            depart = max(patrol.ends[n - 1], patrol.rest[1])
        else:
            depart = patrol.ends[n - 1]
        metres = problem.metres(frame.kind, frame.band_id, origin, destination)
        legs.append(Leg(origin, destination, depart, depart + seconds, metres))
    return tuple(legs)


def _vehicle(problem: WeeklyProblem, patrol: Patrol, earlier: Sequence[Route]) -> Vehicle:
    """Return the first vehicle of the right kind that no crew of the same hours has."""
    frame = patrol.column.frame
    taken = {route.vehicle_id for route in earlier if route.day == frame.day and _overlap(problem, route, patrol)}
    return next(v for v in problem.crew_vehicles if v.kind == frame.kind and v.id not in taken)


def _auxiliaries(problem: WeeklyProblem, patrol: Patrol, vehicle: Vehicle, earlier: Sequence[Route]) -> tuple[str, ...]:
    """Return officers without a certificate on the same shift who have no crew yet, as far as there are seats."""
    frame = patrol.column.frame
    riding = {
        officer
        for route in earlier
        if route.day == frame.day and (route.band_id == frame.band_id or _overlap(problem, route, patrol))
        for officer in route.crew.auxiliaries
    }
    free = [
        shift.officer_id
        for shift in problem.shifts
        if may_ride(problem, frame, shift)
        and not problem.officers[shift.officer_id].certified
        and shift.officer_id not in riding
    ]
    return tuple(free[: max(0, min(1, vehicle.seats - 2))])


def _overlap(problem: WeeklyProblem, route: Route, patrol: Patrol) -> bool:
    """Return whether two crews' shifts overlap: each keeps its vehicle until its shift ends."""
    frame = patrol.column.frame
    midnight = route.day * DAY
    lead = next(
        shift
        for shift in problem.shifts
        if shift.officer_id == route.crew.lead
        and shift.band_id == route.band_id
        and problem.day_of(shift) == route.day
        and midnight + shift.start <= route.depart
        and route.back <= midnight + shift.end
    )
    return midnight + lead.start < frame.end and frame.start < midnight + lead.end
