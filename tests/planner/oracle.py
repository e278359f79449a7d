"""Is a plan legal? Answered second by second, without looking at any rule: the rules are tested against it.

Every officer, vehicle and partner has one cell for each second of the week; a plan fills cells, and may fill none twice
and none that is closed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from casework.obligation import VisitKind
from planner.week import DAY, STATION, Route, Stop, WeeklyPlan, WeeklyProblem

SECONDS = 7 * DAY


def legal(problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    """Return whether the plan keeps every hard rule that an edit of a plan can break."""
    if not _complete(problem, plan) or len({route.id for route in plan.routes}) < len(plan.routes):
        return False
    if not all(_route_possible(problem, route) for route in plan.routes):
        return False
    return (
        _nobody_twice(problem, plan)
        and _partners_possible(problem, plan)
        and _weekly(problem, plan)
        and all(_hours_possible(problem, plan, officer) for officer in problem.officers)
        and all(_driven(problem, route) for route in plan.routes)
    )


def _cells(*spans: tuple[int, int]) -> NDArray[np.int8]:
    cells = np.zeros(SECONDS, dtype=np.int8)
    for start, end in spans:
        cells[max(start, 0) : max(end, 0)] += 1
    return cells


def _complete(problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    made = Counter(stop.visit_id for route in plan.routes for stop in route.stops)
    every = {visit.id for visit in problem.visits}
    owed = {visit.id for visit in problem.visits if visit.mandatory}
    missed = [item.visit_id for item in plan.missed]
    nothing_twice = set(made.values()) <= {1} and len(set(missed)) == len(missed)
    return nothing_twice and owed <= made.keys() <= every and not made.keys() & set(missed)


def _route_possible(problem: WeeklyProblem, route: Route) -> bool:
    vehicle = next((v for v in problem.vehicles if v.id == route.vehicle_id), None)
    people = [*route.crew.officers, *route.crew.auxiliaries]
    if vehicle is None or not set(people) <= problem.officers.keys() or len(set(people)) < len(people):
        return False
    table = problem.travel[vehicle.kind][route.band_id].seconds
    if len(people) > vehicle.seats or len(route.legs) != len(route.stops) + 1 or not route.stops:
        return False
    time, place = route.day * DAY, STATION
    for leg, stop in zip(route.legs, (*route.stops, None), strict=True):
        goal = STATION if stop is None else stop.community_id
        hop = int(table[problem.places[place], problem.places[goal]])
        if (leg.origin, leg.destination) != (place, goal) or leg.depart < time or leg.arrive < leg.depart + hop:
            return False
        time, place = leg.arrive, goal
        if stop is not None:
            if stop.arrival != time or stop.begin < time or not _stop_possible(problem, route, stop):
                return False
            time = stop.end
    return time <= (route.day + 1) * DAY and _people_possible(problem, route) and _rest_possible(problem, route)


def _stop_possible(problem: WeeklyProblem, route: Route, stop: Stop) -> bool:
    visit = next(each for each in problem.visits if each.id == stop.visit_id)
    community = problem.communities[visit.community_id]
    knock = visit.kind in (VisitKind.ROUTINE, VisitKind.RECHECK, VisitKind.EXTRA)
    first, last = (8 * 3600, 21 * 3600) if knock else (0, DAY)
    rested = (
        0
        if route.rest is None
        else int((_cells((stop.begin, stop.end)) * _cells((route.rest.begin, route.rest.end))).sum())
    )
    partners = [problem.partners[partner] for partner in stop.partner_ids]
    certified = {o for o in stop.officers if o in problem.officers and problem.officers[o].certified}
    return (
        stop.community_id == visit.community_id
        and stop.gate_id in {gate.id for gate in community.gates}
        and route.day in visit.days
        and route.day * DAY + first <= stop.begin
        and stop.begin + visit.duration <= route.day * DAY + last
        and stop.end - stop.begin - rested >= visit.duration
        and all(visit.community_id in partner.community_ids for partner in partners)
        and set(problem.policy.visits[visit.kind].partners) <= {partner.kind for partner in partners}
        and set(visit.partner_ids) <= set(stop.partner_ids)
        and len(certified) >= 2
        and set(stop.officers) <= {*route.crew.officers, *route.crew.auxiliaries}
        and stop.officers[0] == route.crew.lead
        and stop.officers[0] in (community.a_officer, community.b_officer)
    )


def _busy(route: Route) -> tuple[int, int]:
    first, last = route.depart, route.back
    return (first, last) if route.rest is None else (min(first, route.rest.begin), max(last, route.rest.end))


def _on_duty(problem: WeeklyProblem, officer: str, band: str) -> NDArray[np.int8]:
    return _cells(
        *(
            (problem.day_of(s) * DAY + s.start, problem.day_of(s) * DAY + s.end)
            for s in problem.shifts
            if (s.officer_id, s.band_id) == (officer, band)
        )
    )


def _people_possible(problem: WeeklyProblem, route: Route) -> bool:
    start, end = _busy(route)
    everybody = (*route.crew.officers, *route.crew.auxiliaries)
    certified = [officer for officer in route.crew.officers if problem.officers[officer].certified]
    return len(certified) >= 2 and all(
        start >= 0 and end <= SECONDS and _on_duty(problem, officer, route.band_id)[start:end].all()
        for officer in everybody
    )


def _rest_possible(problem: WeeklyProblem, route: Route) -> bool:
    if route.rest is not None:
        stationed = {visit.id for visit in problem.visits if visit.whole_shift}
        busy = [(leg.depart, leg.arrive) for leg in route.legs]
        busy += [(stop.begin, stop.end) for stop in route.stops if stop.visit_id not in stationed]
        if route.rest.end < route.rest.begin or _cells(*busy)[route.rest.begin : route.rest.end].any():
            return False
    policy = problem.policy.breaks[route.band_id]
    opens, closes = route.day * DAY + policy.earliest, route.day * DAY + policy.latest
    if route.rest is not None:
        return opens <= route.rest.begin <= closes and route.rest.end - route.rest.begin >= policy.duration
    for officer in (*route.crew.officers, *route.crew.auxiliaries):
        free = (_on_duty(problem, officer, route.band_id) > 0) & (_cells(_busy(route)) == 0)
        run = np.convolve(free[opens : closes + policy.duration], np.ones(policy.duration, dtype=np.int64), "valid")
        if not (run == policy.duration).any():
            return False
    return True


def _nobody_twice(problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for route in plan.routes:
        for officer in (*route.crew.officers, *route.crew.auxiliaries):
            spans[f"officer {officer}"].append(_busy(route))
        spans[f"vehicle {route.vehicle_id}"].append((route.depart, route.back))
    outings = Counter(officer for route in plan.routes for officer in route.crew.officers)
    within = all(times <= problem.policy.max_outings_per_week for times in outings.values())
    return within and all(_cells(*each).max() <= 1 for each in spans.values())


def _partners_possible(problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    stops = [stop for route in plan.routes for stop in route.stops]
    for partner in problem.partners.values():
        mine = [stop for stop in stops if partner.id in stop.partner_ids]
        hours = [h for h in partner.hours if problem.working_days[h.weekday] or h.weekday > 4]
        present = _cells(*((h.weekday * DAY + h.start, h.weekday * DAY + h.end) for h in hours))
        if not all(present[stop.begin : stop.end].all() for stop in mine):
            return False
        for one, other in permutations(mine, 2):
            there = problem.partner_drive(one.community_id, other.community_id)
            back = problem.partner_drive(other.community_id, one.community_id)
            if other.begin - one.end < there and one.begin - other.end < back:
                return False
    return True


def _weekly(problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    made = {stop.visit_id: route for route in plan.routes for stop in route.stops}
    for one, other in permutations([visit for visit in problem.visits if visit.id in made], 2):
        alike = one.obligation_id == other.obligation_id
        if alike and abs(made[one.id].day - made[other.id].day) < one.min_days_apart:
            return False
    for visit in problem.visits:
        if visit.whole_shift and visit.id in made:
            route = made[visit.id]
            crew = {*route.crew.officers, *route.crew.auxiliaries}
            others = [r for r in plan.routes if r is not route and (r.day, r.band_id) == (route.day, route.band_id)]
            if len(route.stops) > 1 or any(crew & {*r.crew.officers, *r.crew.auxiliaries} for r in others):
                return False
    return True


def _hours_possible(problem: WeeklyProblem, plan: WeeklyPlan, officer: str) -> bool:
    """Count the seconds of whole shifts of which a second is spent out, and the empty cells from one to the next."""
    policy = problem.policy
    out = _cells(*(_busy(r) for r in plan.routes if officer in (*r.crew.officers, *r.crew.auxiliaries)))
    starts = {problem.day_of(s) * DAY + s.start: s.end - s.start for s in problem.shifts if s.officer_id == officer}
    worked = [start for start in sorted(starts) if out[start : start + starts[start]].any()]
    cells = _cells(*((start, start + starts[start]) for start in worked))
    if cells.sum() > policy.max_patrol_hours_per_week:
        return False
    if any(cells[day * DAY : (day + 1) * DAY].sum() > policy.max_patrol_hours_per_day for day in range(7)):
        return False
    for one, other in pairwise(worked):
        rest = int((cells[one:other] == 0).sum())
        overnight = one // DAY < other // DAY and rest > 0
        if rest < (policy.rest_between_days if overnight else policy.rest_between_bands):
            return False
    return True


def _driven(problem: WeeklyProblem, route: Route) -> bool:
    kind = next(vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id)
    can = {officer: kind in problem.officers[officer].drives for officer in route.crew.officers}
    if kind == "car":
        return any(can[officer] for officer in can if problem.officers[officer].certified)
    return all(can.values()) and all(kind in problem.officers[officer].drives for officer in route.crew.auxiliaries)
