"""From chosen patrols to a weekly plan: legs, vehicles, visit numbers and auxiliaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from planner.officer import Crew, Vehicle
from planner.solver.columns import may_ride, open_visits, shift_in
from planner.solver.daily import Patrol
from planner.week import DAY, STATION, Leg, MissedVisit, Objective, Rest, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.workload import may_go_out, may_join, outings_by_shift


@dataclass(frozen=True, slots=True)
class Chosen:
    """A patrol with its second officer."""

    patrol: Patrol
    second: str


def assemble(problem: WeeklyProblem, chosen: Sequence[Chosen]) -> WeeklyPlan:
    """Return the plan of the chosen patrols; its objective and reasons are still to be filled in."""
    stays = [item for item in chosen if item.patrol.column.frame.resumes is not None]
    fresh = [item for item in chosen if item.patrol.column.frame.resumes is None]
    names = _visit_names(problem, chosen)
    routes = [_resumed(problem, item, names) for item in stays]
    for item in sorted(fresh, key=lambda c: (c.patrol.column.frame.start, c.patrol.column.frame.lead)):
        routes.append(_route(problem, item, names, routes))
    if stays:
        routes.sort(key=lambda route: (route.day, problem.bands[route.band_id].start, route.crew.lead))
    placed = {stop.visit_id for route in routes for stop in route.stops}
    missed = tuple(MissedVisit(visit.id, ()) for visit in problem.visits if visit.mandatory and visit.id not in placed)
    return WeeklyPlan(problem.week, tuple(routes), missed, Objective({}, 0), 0, 0.0)


def _visit_names(problem: WeeklyProblem, chosen: Sequence[Chosen]) -> dict[tuple[str, int], str]:
    """Return visit ids by obligation and day: as pinned, as published, and else numbered in the order of the days."""
    free: dict[str, list[str]] = {}
    obligations: dict[str, str] = {}
    for visit in open_visits(problem):
        free.setdefault(visit.obligation_id, []).append(visit.id)
        obligations[visit.id] = visit.obligation_id
    keys = sorted({task.key for item in chosen for task in item.patrol.order}, key=lambda key: (key[1], key[0]))
    names: dict[tuple[str, int], str] = {}
    held = [(pin.visit_id, pin.day) for pin in problem.pins]
    for visit_id, day in (*held, *((item.visit_id, item.day) for item in problem.published)):
        key = obligations.get(visit_id, ""), day
        if key in keys and key not in names and visit_id in free[key[0]]:
            free[key[0]].remove(visit_id)
            names[key] = visit_id
    return names | {key: free[key[0]].pop(0) for key in keys if key not in names}


def _resumed(problem: WeeklyProblem, item: Chosen, names: dict[tuple[str, int], str]) -> Route:
    """Return a route that stays, with what its crew does from where it stands."""
    kept = item.patrol.column.frame.resumes
    if kept is None:
        raise AssertionError("a fresh patrol resumes nothing")
    route = kept.route
    if kept.finished:
        return route
    more = _legs(problem, item.patrol)
    stops = (*route.stops, *_stops(problem, item.patrol, more, route.crew.officers, names))
    rest = route.rest if item.patrol.rest is None else Rest(*item.patrol.rest)
    return replace(route, stops=stops, legs=(*route.legs, *more), rest=rest)


def _route(problem: WeeklyProblem, item: Chosen, names: dict[tuple[str, int], str], earlier: Sequence[Route]) -> Route:
    patrol = item.patrol
    frame = patrol.column.frame
    legs = _legs(problem, patrol)
    crew = Crew((frame.lead, item.second))
    stops = _stops(problem, patrol, legs, crew.officers, names)
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


def _stops(
    problem: WeeklyProblem,
    patrol: Patrol,
    legs: Sequence[Leg],
    officers: tuple[str, ...],
    names: dict[tuple[str, int], str],
) -> tuple[Stop, ...]:
    return tuple(
        Stop(
            names[task.key],
            task.visit.community_id,
            problem.communities[task.visit.community_id].main_gate.id,
            leg.arrive,
            begin,
            end,
            officers,
            task.visit.partner_ids,
        )
        for task, leg, begin, end in zip(patrol.order, legs, patrol.begins, patrol.ends, strict=False)
    )


def _legs(problem: WeeklyProblem, patrol: Patrol) -> tuple[Leg, ...]:
    """Leave the station just in time, every other place as soon as work (and a break taken there) is done."""
    frame = patrol.column.frame
    done = [frame.start, *patrol.ends]
    names = [frame.origin, *(task.visit.community_id for task in patrol.order), STATION]
    stops_before, leaving = patrol.rest_after
    legs: list[Leg] = []
    for n, (origin, destination) in enumerate(pairwise(names)):
        seconds = problem.drive(frame.kind, frame.band_id, origin, destination)
        resting_here = patrol.rest is not None and stops_before == n
        if n == 0 and frame.resumes is None:
            limit = patrol.begins[0]
            if patrol.rest is not None and resting_here and not leaving:
                limit = min(limit, patrol.rest[0])
            depart = limit - seconds
        elif patrol.rest is not None and resting_here and leaving:
            depart = max(done[n], patrol.rest[1])
        else:
            depart = done[n]
        metres = problem.metres(frame.kind, frame.band_id, origin, destination)
        legs.append(Leg(origin, destination, depart, depart + seconds, metres))
    return tuple(legs)


def _vehicle(problem: WeeklyProblem, patrol: Patrol, earlier: Sequence[Route]) -> Vehicle:
    """Return a vehicle of the right kind that no crew of the same hours has: the published one, or else the first."""
    frame = patrol.column.frame
    taken = {route.vehicle_id for route in earlier if route.day == frame.day and _overlap(problem, route, patrol)}
    taken |= {item.vehicle_id for item in problem.out_of_service if item.start < frame.end and frame.start < item.end}
    published = {(p.day, p.band_id, p.lead): p.vehicle_id for p in problem.published}.get(frame.slot[:3])
    free = [v for v in problem.crew_vehicles if v.kind == frame.kind and v.id not in taken]
    return next((v for v in free if v.id == published), free[0])


def _auxiliaries(problem: WeeklyProblem, patrol: Patrol, vehicle: Vehicle, earlier: Sequence[Route]) -> tuple[str, ...]:
    """Return officers without a certificate on the same shift who may come and have no crew yet, as seats allow."""
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
        if not problem.officers[shift.officer_id].certified
        and may_ride(problem, frame, shift)
        and shift.officer_id not in riding
        and may_join(frame.kind, problem.officers[shift.officer_id])
    ]
    been = outings_by_shift(problem, earlier) if free else {}
    free = [
        officer
        for officer in free
        if may_go_out(problem.policy, been.get(officer, ()), shift_in(problem, frame, officer))
    ]
    return tuple(free[: max(0, min(1, vehicle.seats - 2))])


def _overlap(problem: WeeklyProblem, route: Route, patrol: Patrol) -> bool:
    """Return whether two crews' shifts overlap: each keeps its vehicle until its shift ends."""
    frame = patrol.column.frame
    midnight = route.day * DAY
    mine = [
        shift
        for shift in problem.shifts
        if shift.officer_id == route.crew.lead
        and shift.band_id == route.band_id
        and problem.day_of(shift) == route.day
        and midnight + shift.start <= route.depart
        and route.back <= midnight + shift.end
    ]
    first = min([midnight + shift.start for shift in mine], default=route.depart)
    last = max([midnight + shift.end for shift in mine], default=route.back)
    return first < frame.end and frame.start < max(last, route.back)
