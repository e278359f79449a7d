"""When could you come? Every moment at which one more visit fits a finished plan without moving anything else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from planner.aftermath import aftermath
from planner.assemble import Chosen, assemble
from planner.diff import Diff, compare
from planner.event import Incident, VisitAsked
from planner.objective import carried, price
from planner.officer import Vehicle
from planner.rulebook import BrokenRule, Span
from planner.rules import judge
from planner.solver.columns import Frame, Task, columns_of, frame_of, may_ride, shift_in, tasks_by_day, tolls_of
from planner.solver.daily import settle
from planner.squad import Squad
from planner.tolls import worthwhile_begins
from planner.visit import Visit
from planner.week import STATION, Leg, Objective, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.workload import crew_may_take, may_go_out, outings_by_shift

SETTLING_WORK = 0.5
"""Deterministic seconds for the times of one new outing with one stop; it takes thousandths."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to fit the visit in.

    Attributes
    ----------
    begin, latest
        Service may begin at any second from `begin` to `latest` (seconds since Monday 00:00); `plan` begins at `begin`,
        and `cost` is for that. Where a later begin is cheaper, it is a slot of its own.
    route_id
        The route that takes it.
    new_outing
        True where a crew goes out for it that would have stayed.
    cost
        What the plan costs more, in seconds of driving.
    broken
        Rules that the plan breaks with the visit and not without it.
    plan
        The plan with the visit in it, everything else untouched.
    """

    visit_id: str
    begin: int
    latest: int
    route_id: str
    new_outing: bool
    cost: int
    broken: tuple[BrokenRule, ...]
    plan: WeeklyPlan


def open_slots(problem: WeeklyProblem, plan: WeeklyPlan, visit: Visit, *, most: int = 10) -> tuple[Slot, ...]:
    """Return the `most` cheapest ways to fit `visit` into `plan`, those that break no hard rule first.

    Parameters
    ----------
    problem
        The week of the plan; `visit` need not be one of its visits.
    """
    known = problem if visit in problem.visits else replace(problem, visits=(*problem.visits, visit))
    before = sum(price(known, plan).values())
    slots = [replace(slot, cost=sum(price(known, slot.plan).values()) - before) for slot in _ways(known, plan, visit)]
    slots = list({(slot.route_id, slot.begin): slot for slot in slots}.values())
    slots.sort(key=lambda slot: (slot.cost, slot.begin, slot.route_id))
    old = set(judge(known, plan))
    slots = [replace(slot, broken=_newly_broken(known, slot.plan, old)) for slot in slots[: 2 * most]]
    slots.sort(key=lambda slot: any(rule.hard for rule in slot.broken))
    return tuple(slots[:most])


def take(
    problem: WeeklyProblem, squad: Squad, plan: WeeklyPlan, asked: VisitAsked, slot: Slot
) -> tuple[WeeklyProblem, WeeklyPlan, Diff]:
    """Return the week with the visit asked for, the plan that makes it as `slot` has it, and what changed.

    The plan's bound stays true: without the visit, any plan of the new week is one of the old and costs no more.
    """
    incident = Incident(asked)
    after, _ = aftermath(problem, squad, incident)
    terms = price(after, slot.plan)
    objective = Objective(terms, min(plan.objective.bound, sum(terms.values())))
    taken = replace(slot.plan, objective=objective)
    return after, taken, compare(problem, plan, after, taken, incident)


def _newly_broken(problem: WeeklyProblem, plan: WeeklyPlan, old: set[BrokenRule]) -> tuple[BrokenRule, ...]:
    return tuple(rule for rule in judge(problem, plan) if rule not in old and rule.rule != "stated_cost_is_true")


def _ways(problem: WeeklyProblem, plan: WeeklyPlan, visit: Visit) -> Iterator[Slot]:
    """Yield a slot, not yet priced or judged, for every gap of every patrol and every idle crew."""
    tasks = [
        replace(task, windows=tuple(free_windows(problem, plan, task)))
        for of_day in tasks_by_day(replace(problem, visits=(visit,))).values()
        for task in of_day
    ]
    standing = {kept.route.id for kept in problem.kept}
    been = outings_by_shift(problem, plan.routes)
    for task in tasks:
        if not task.windows or _too_near(plan, visit, task.day):
            continue
        for route in plan.routes:
            if route.day == task.day and route.id not in standing and not visit.whole_shift:
                yield from _into(problem, plan, route, task)
        yield from _fresh(problem, plan, task, been)


def _too_near(plan: WeeklyPlan, visit: Visit, day: int) -> bool:
    obligation = visit.obligation_id
    return any(
        stop.visit_id.split("#")[0] == obligation and abs(route.day - day) < max(1, visit.min_days_apart)
        for route in plan.routes
        for stop in route.stops
    )


def free_windows(problem: WeeklyProblem, plan: WeeklyPlan, task: Task) -> Iterator[tuple[int, int]]:
    """Yield a task's windows without the times at which the plan has one of its partners elsewhere or on the way."""
    windows = [(max(first, problem.now), last) for first, last in task.windows if last >= problem.now]
    for route in plan.routes:
        for stop in route.stops:
            if not set(stop.partner_ids) & set(task.visit.partner_ids):
                continue
            there = problem.partner_drive(task.visit.community_id, stop.community_id)
            back = problem.partner_drive(stop.community_id, task.visit.community_id)
            first, last = stop.begin - there - task.visit.duration + 1, stop.end + back - 1
            windows = [part for window in windows for part in _without(window, first, last)]
    yield from windows


def _without(window: tuple[int, int], first: int, last: int) -> Iterator[tuple[int, int]]:
    if window[0] < first:
        yield window[0], min(window[1], first - 1)
    if window[1] > last:
        yield max(window[0], last + 1), window[1]


def _into(problem: WeeklyProblem, plan: WeeklyPlan, route: Route, task: Task) -> Iterator[Slot]:
    """Yield the begins that fit between two stops of a route, every stop and the break left where they are.

    The earliest of each gap, and later ones that are cheaper.
    """
    frame = _frame_of(problem, route)
    community = problem.communities[task.visit.community_id]
    if frame is None or route.crew.lead not in (community.a_officer, community.b_officer, *task.visit.leads):
        return
    if any(_stationed(problem, stop) for stop in route.stops):
        return
    tolls = tolls_of(problem, frame, task)
    for n in range(len(route.stops) + 1):
        if route.legs[n].depart < problem.now:
            continue  # the crew is on its way already
        for gap in _gaps(problem, frame, route, n, task):
            for earliest, latest in task.windows:
                first, last = max(gap[0], earliest), min(gap[1], latest)
                span = replace(task, windows=((first, last),) if first <= last else ())
                for begin, _ in worthwhile_begins(tolls, first, span.next_begin):
                    longer = _with_stop(problem, frame, route, n, task, begin)
                    routes = tuple(longer if each.id == route.id else each for each in plan.routes)
                    new = _placed(plan, routes, task)
                    yield _slot(begin, last, longer, new, task, new_outing=False)


def _stationed(problem: WeeklyProblem, stop: Stop) -> bool:
    return any(visit.whole_shift for visit in problem.visits if visit.id == stop.visit_id)


def _frame_of(problem: WeeklyProblem, route: Route) -> Frame | None:
    kind = next((vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id), None)
    shift = next(
        (
            s
            for s in problem.shifts
            if (s.officer_id, s.band_id, problem.day_of(s)) == (route.crew.lead, route.band_id, route.day)
        ),
        None,
    )
    return None if kind is None or shift is None else frame_of(problem, shift, kind)


def _gaps(problem: WeeklyProblem, frame: Frame, route: Route, n: int, task: Task) -> Iterator[tuple[int, int]]:
    """Yield first and last begin before stop `n`: with the break before, after or on neither side of the new visit."""
    free = frame.start if n == 0 else max(frame.start, route.stops[n - 1].end)
    until = frame.end if n == len(route.stops) else route.stops[n].begin
    there, on, duration = *_hops(problem, frame, route, n, task), task.visit.duration
    first, last = free + there, until - on - duration
    rest = route.rest
    if rest is None or rest.end <= free or rest.begin >= until:
        yield first, last
        return
    yield max(first, rest.end + there), last  # the break where the crew still stands
    if first <= rest.begin:
        yield max(first, rest.end), last  # on arrival, before service
    yield first, min(last, rest.begin - duration, until - on - duration)  # on site, after service
    yield first, min(last, rest.begin - on - duration)  # at the next place


def _hops(problem: WeeklyProblem, frame: Frame, route: Route, n: int, task: Task) -> tuple[int, int]:
    here = STATION if n == 0 else route.stops[n - 1].community_id
    after = STATION if n == len(route.stops) else route.stops[n].community_id
    place = task.visit.community_id
    return problem.drive(frame.kind, frame.band_id, here, place), problem.drive(frame.kind, frame.band_id, place, after)


def _with_stop(problem: WeeklyProblem, frame: Frame, route: Route, n: int, task: Task, begin: int) -> Route:
    """Return the route with the visit as its stop `n`; drives next to it leave so as to leave the break alone."""
    there, on = _hops(problem, frame, route, n, task)
    end, place = begin + task.visit.duration, task.visit.community_id
    old = route.legs[n]
    rest = route.rest
    depart = begin - there if n == 0 else max(route.stops[n - 1].end, frame.start)
    if n > 0 and rest is not None and depart < rest.end and rest.begin < depart + there:
        depart = rest.end
    leave = end
    if rest is not None and leave < rest.end and rest.begin < leave + on:
        leave = rest.end
    metres = [
        problem.metres(frame.kind, frame.band_id, a, b) for a, b in ((old.origin, place), (place, old.destination))
    ]
    legs = (
        Leg(old.origin, place, depart, depart + there, metres[0]),
        Leg(place, old.destination, leave, leave + on, metres[1]),
    )
    stop = Stop(
        task.visit.id,
        place,
        problem.communities[place].main_gate.id,
        depart + there,
        begin,
        end,
        route.crew.officers,
        task.visit.partner_ids,
    )
    stops = (*route.stops[:n], stop, *route.stops[n:])
    if n < len(route.stops):
        stops = (*stops[: n + 1], replace(stops[n + 1], arrival=leave + on), *stops[n + 2 :])
    return replace(route, stops=stops, legs=(*route.legs[:n], *legs, *route.legs[n + 1 :]))


def _fresh(
    problem: WeeklyProblem, plan: WeeklyPlan, task: Task, been: Mapping[str, Collection[Span]]
) -> Iterator[Slot]:
    """Yield the outings of two officers who would have stayed at the station."""
    for shift in problem.shifts:
        if problem.day_of(shift) != task.day or _is_out(plan, task.day, shift.band_id, shift.officer_id):
            continue
        if not problem.officers[shift.officer_id].certified:
            continue
        for vehicle in _free_vehicles(problem, plan, task.day, shift.band_id):
            frame = frame_of(problem, shift, vehicle.kind)
            if _out_of_service(problem, vehicle, frame):
                continue
            second = _second(problem, plan, frame, been) if _has_hours(problem, frame, frame.lead, been) else None
            for column in columns_of(problem, frame, [task]) if second is not None else ():
                settled = settle(problem, [column], seed=0, work=SETTLING_WORK).patrols
                if settled and second is not None:
                    yield _outing(problem, plan, Chosen(settled[0], second), vehicle)


def _outing(problem: WeeklyProblem, plan: WeeklyPlan, chosen: Chosen, vehicle: Vehicle) -> Slot:
    """Return the slot of a new outing with one stop."""
    (route,) = assemble(problem, [chosen]).routes
    frame, (task,), (begin,) = chosen.patrol.column.frame, chosen.patrol.order, chosen.patrol.begins
    stops = (replace(route.stops[0], visit_id=task.visit.id),)
    route = replace(route, vehicle_id=vehicle.id, stops=stops)
    home = problem.drive(frame.kind, frame.band_id, task.visit.community_id, STATION)
    latest = min(max(last for first, last in task.windows if first <= begin), frame.end - home - task.visit.duration)
    new = _placed(plan, (*plan.routes, route), task)
    return _slot(begin, max(begin, latest), route, new, task, new_outing=True)


def _slot(begin: int, latest: int, route: Route, plan: WeeklyPlan, task: Task, *, new_outing: bool) -> Slot:
    """Return a slot whose price and broken rules are still to be found."""
    return Slot(task.visit.id, begin, latest, route.id, new_outing, 0, (), plan)


def _is_out(plan: WeeklyPlan, day: int, band_id: str, officer: str) -> bool:
    return any((r.day, r.band_id) == (day, band_id) and officer in r.crew.officers for r in plan.routes)


def _second(problem: WeeklyProblem, plan: WeeklyPlan, frame: Frame, been: Mapping[str, Collection[Span]]) -> str | None:
    """Return the free certified officer with the fewest outings who is there for all of the crew's hours.

    Their hours of patrol allow for one more outing, and with the lead they may take the vehicle.
    """
    free = [
        shift.officer_id
        for shift in problem.shifts
        if may_ride(problem, frame, shift)
        and problem.officers[shift.officer_id].certified
        and not _is_out(plan, frame.day, frame.band_id, shift.officer_id)
        and crew_may_take(problem.officers, frame.kind, (frame.lead, shift.officer_id))
        and _has_hours(problem, frame, shift.officer_id, been)
    ]
    carry = carried(problem)
    return min(free, key=lambda officer: (carry[officer] + _outings(plan, officer), officer), default=None)


def _has_hours(problem: WeeklyProblem, frame: Frame, officer: str, been: Mapping[str, Collection[Span]]) -> bool:
    """Return whether hours and rest let an officer go out in one more shift than in `been`."""
    return may_go_out(problem.policy, been.get(officer, ()), shift_in(problem, frame, officer))


def _outings(plan: WeeklyPlan, officer: str) -> int:
    return sum(officer in route.crew.officers for route in plan.routes)


def _out_of_service(problem: WeeklyProblem, vehicle: Vehicle, frame: Frame) -> bool:
    return any(
        broken.vehicle_id == vehicle.id and broken.start < frame.end and frame.start < broken.end
        for broken in problem.out_of_service
    )


def _free_vehicles(problem: WeeklyProblem, plan: WeeklyPlan, day: int, band_id: str) -> list[Vehicle]:
    """Return the first free vehicle of each kind."""
    taken = {r.vehicle_id for r in plan.routes if (r.day, r.band_id) == (day, band_id)}
    free = [vehicle for vehicle in problem.crew_vehicles if vehicle.id not in taken]
    return list({vehicle.kind: vehicle for vehicle in reversed(free)}.values())


def _placed(plan: WeeklyPlan, routes: tuple[Route, ...], task: Task) -> WeeklyPlan:
    missed = tuple(item for item in plan.missed if item.visit_id != task.visit.id)
    return replace(plan, routes=routes, missed=missed)
