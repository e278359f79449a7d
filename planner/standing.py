"""What of a published plan stays to the second when something happens: what is done, under way or frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.event import Incident, OfficerIll, ReportTakesCrew, VisitNotCompleted, VisitOverran, attempt_id, report_id
from planner.officer import VehicleKind
from planner.rulebook import overlap, shifts_of, vehicle_kind
from planner.week import DAY, STATION, Kept, Leg, Published, Rest, Route, Stop, WeeklyPlan, WeeklyProblem


def kept_of(problem: WeeklyProblem, plan: WeeklyPlan, incident: Incident) -> tuple[Kept, ...]:
    """Return the part of every route that stays.

    A route that is back, or that leaves before `incident.frozen_until`, stays as a whole unless the event makes it
    impossible. Of one under way stay the stops its crew is at or on its way to. A route of which no stop stays is
    planned again from the station.

    Parameters
    ----------
    problem
        The week after the event.
    """
    found = (_kept(problem, route, incident) for route in plan.routes)
    return tuple(kept for kept in found if kept is not None)


def broken_off(problem: WeeklyProblem, plan: WeeklyPlan, incident: Incident) -> tuple[str, ...]:
    """Return the visits under way that the event breaks off too early to count: they are still owed."""
    event = incident.event
    if not isinstance(event, OfficerIll | ReportTakesCrew):
        return ()
    visits = {visit.id: visit for visit in problem.visits}
    return tuple(
        stop.visit_id
        for route in plan.routes
        if event.officer_id in route.crew.officers
        for stop in route.stops
        if stop.begin < min(event.start, incident.now) and event.start < stop.end
        if _served(route, stop, event.start) < visits[stop.visit_id].duration
    )


def _served(route: Route, stop: Stop, until: int) -> int:
    rest = 0 if route.rest is None else overlap((route.rest.begin, route.rest.end), (stop.begin, until))
    return until - stop.begin - rest


def published_of(problem: WeeklyProblem, plan: WeeklyPlan, kept: Sequence[Kept]) -> tuple[Published, ...]:
    """Return what was published and may still change: not what stays, nor what is owed no longer."""
    stays = {stop.visit_id for item in kept for stop in item.route.stops}
    owed = {visit.id for visit in problem.visits if any(window.latest >= problem.now for window in visit.windows)}
    return tuple(
        Published(
            stop.visit_id,
            route.day,
            route.band_id,
            route.crew.lead,
            route.crew.officers[1] if len(route.crew.officers) > 1 else "",
            route.vehicle_id,
            stop.begin,
        )
        for route in plan.routes
        for stop in route.stops
        if stop.begin >= problem.now and stop.visit_id not in stays and stop.visit_id in owed
    )


def history(problem: WeeklyProblem, plan: WeeklyPlan) -> WeeklyPlan:
    """Return a plan of only what had begun by the problem's `now`: what it breaks can no longer be mended.

    A crew that was given nothing more to do is on its way home, as the plan has it.
    """
    routes: list[Route] = []
    for route in plan.routes:
        begun = _begun(route, problem.now)
        if begun is not None:
            routes.append(route if len(begun.stops) == len(route.stops) else homeward(problem, begun))
    return replace(plan, routes=tuple(routes), missed=())


def _kept(problem: WeeklyProblem, route: Route, incident: Incident) -> Kept | None:
    event, now = incident.event, problem.now
    if isinstance(event, ReportTakesCrew) and takes(problem, route, event):
        return _with_report(problem, route, event, incident)
    frozen = route.depart < incident.frozen_until
    if frozen and _possible(problem, route) and not _touched(route, incident):
        return Kept(route, route.back, finished=True)
    begun = _begun(route, now)
    return None if begun is None else _resumable(problem, begun, _cut(begun, incident))


def _resumable(problem: WeeklyProblem, begun: Route, stays: Route) -> Kept | None:
    """Return a begun route as far as the event leaves it, and when its crew can go on from there."""
    now = problem.now
    possible = [stop for stop in stays.stops if stop.begin < now or _stop_possible(problem, stays, stop)]
    if not possible:
        return None
    if len(possible) == len(stays.stops) < len(stays.legs):
        return Kept(stays, stays.back, finished=True)
    rested = stays.rest.end if stays.rest is not None else 0
    ready = max(now, possible[-1].end, rested, _turned(begun, possible, now))
    stays = replace(stays, stops=tuple(possible), legs=stays.legs[: len(possible)])
    stays = replace(stays, rest=_rest_before(stays, max(now, possible[-1].end)))
    return Kept(stays, ready, finished=False)


def _turned(begun: Route, stays: Sequence[Stop], now: int) -> int:
    """Return when a crew is back at its last place if it turns round on a drive that now leads nowhere."""
    onward = begun.legs[len(stays) : len(stays) + 1]
    on_the_way = begun.stops[len(stays) : len(stays) + 1]
    driving = onward and on_the_way and onward[0].depart >= stays[-1].end and on_the_way[0].begin >= now
    return now + min(now, onward[0].arrive) - onward[0].depart if driving else 0


def _begun(route: Route, now: int) -> Route | None:
    """Return what of a route has begun by `now`, or None; the leg home is part of it where that has begun.

    A break before the end of the last of its stops is part of it too: nothing will change before then.
    """
    legs = tuple(leg for leg in route.legs if leg.depart < now)
    if not legs:
        return None
    stops = route.stops[: len(legs)]
    settled = max([now, *(stop.end for stop in stops[-1:])])
    return replace(route, legs=legs, stops=stops, rest=_rest_before(route, settled))


def _rest_before(route: Route, moment: int) -> Rest | None:
    return route.rest if route.rest is not None and route.rest.begin < moment else None


def _touched(route: Route, incident: Incident) -> bool:
    """Return whether the event itself changes a stop of this route."""
    event = incident.event
    if not isinstance(event, VisitOverran | VisitNotCompleted):
        return False
    return any(stop.visit_id == event.visit_id for stop in route.stops)


def _cut(route: Route, incident: Incident) -> Route:
    """Return a begun route with its stops as the event leaves them."""
    event = incident.event
    if isinstance(event, VisitOverran):
        return _overran(route, event)
    if isinstance(event, VisitNotCompleted):
        return _fruitless(route, event)
    if isinstance(event, OfficerIll) and event.officer_id in route.crew.officers:
        return _stopped(route, event.start, incident)
    return route


def _overran(route: Route, event: VisitOverran) -> Route:
    """Return a route in which one visit lasts longer: nothing after it has begun."""
    for n, stop in enumerate(route.stops):
        if stop.visit_id == event.visit_id:
            stops = *route.stops[:n], replace(stop, end=event.until)
            return replace(route, stops=stops, legs=route.legs[: n + 1], rest=_rest_before(route, stop.end))
    return route


def _fruitless(route: Route, event: VisitNotCompleted) -> Route:
    """Return a route in which one visit was tried in vain, and left as soon as that was known."""
    for n, stop in enumerate(route.stops):
        if stop.visit_id == event.visit_id:
            end = min(stop.end, max(event.known, stop.begin))
            tried = replace(stop, visit_id=attempt_id(stop.visit_id, event.known), end=end)
            if end == stop.end:
                return replace(route, stops=(*route.stops[:n], tried, *route.stops[n + 1 :]))
            return replace(
                route, stops=(*route.stops[:n], tried), legs=route.legs[: n + 1], rest=_rest_before(route, end)
            )
    return route


def _stopped(route: Route, moment: int, incident: Incident) -> Route:
    """Return a route whose crew stops work at a moment: what begins later is dropped, what is under way broken off."""
    rest = route.rest if route.rest is not None and route.rest.end <= moment else None
    if all(stop.end <= moment for stop in route.stops):
        return replace(route, rest=rest)
    stops: list[Stop] = []
    for stop in route.stops:
        if stop.begin >= moment:
            break
        short = stop.visit_id in incident.broken_off
        name = attempt_id(stop.visit_id, incident.event.known) if short else stop.visit_id
        stops.append(replace(stop, visit_id=name, end=min(stop.end, moment)))
    return replace(route, stops=tuple(stops), legs=route.legs[: len(stops)], rest=rest)


def takes(problem: WeeklyProblem, route: Route, event: ReportTakesCrew) -> bool:
    """Return whether the report takes this route's crew: it is out, or still to go, in the shift of the order."""
    if event.officer_id not in route.crew.officers or route.back <= event.start:
        return False
    midnight = route.day * DAY
    shifts = shifts_of(problem, route, event.officer_id)
    return any(midnight + shift.start <= event.start < midnight + shift.end for shift in shifts)


def _with_report(problem: WeeklyProblem, route: Route, event: ReportTakesCrew, incident: Incident) -> Kept:
    """Return a route whose crew leaves what it does for a report; a drive under way becomes the drive there."""
    stopped = _stopped(route, event.start, incident)
    legs = stopped.legs[: len(stopped.stops)]
    underway = [leg for leg in route.legs[len(legs) :] if leg.depart < event.start]
    last = stopped.stops[-1] if stopped.stops else None
    origin = STATION if last is None else last.community_id
    drive = problem.drive(_kind(problem, route), route.band_id, origin, event.community_id)
    metres = problem.metres(_kind(problem, route), route.band_id, origin, event.community_id)
    depart = underway[0].depart if underway else event.start
    arrive = event.start + drive
    leg = Leg(origin, event.community_id, depart, arrive, metres)
    gate = problem.communities[event.community_id].main_gate.id
    end = max(arrive, event.end)
    handled = Stop(report_id(event), event.community_id, gate, arrive, arrive, end, route.crew.officers)
    taken = replace(stopped, stops=(*stopped.stops, handled), legs=(*legs, leg))
    return Kept(taken, end, finished=False)


def _possible(problem: WeeklyProblem, route: Route) -> bool:
    """Return whether a route not yet begun can still be made as it was published."""
    on_shift = all(
        any(s.start <= route.depart - route.day * DAY and route.back - route.day * DAY <= s.end for s in shifts)
        for shifts in (shifts_of(problem, route, officer) for officer in route.crew.officers)
    )
    vehicle = not any(
        item.vehicle_id == route.vehicle_id and overlap((item.start, item.end), (route.depart, route.back))
        for item in problem.out_of_service
    )
    ways = all(_way_open(problem, route, leg) for leg in route.legs)
    return on_shift and vehicle and ways and all(_stop_possible(problem, route, stop) for stop in route.stops)


def _way_open(problem: WeeklyProblem, route: Route, leg: Leg) -> bool:
    seconds = problem.drive(_kind(problem, route), route.band_id, leg.origin, leg.destination)
    return leg.depart < problem.now or leg.arrive - leg.depart >= seconds


def _stop_possible(problem: WeeklyProblem, route: Route, stop: Stop) -> bool:
    visit = next((visit for visit in problem.visits if visit.id == stop.visit_id), None)
    return (
        visit is not None
        and any(window.earliest <= stop.begin <= window.latest for window in visit.windows)
        and route.day == stop.begin // DAY
    )


def _kind(problem: WeeklyProblem, route: Route) -> VehicleKind:
    return vehicle_kind(problem, route) or next(iter(problem.travel))


def homeward(problem: WeeklyProblem, route: Route) -> Route:
    """Return a begun route with the way home straight after what has begun."""
    if len(route.legs) > len(route.stops):
        return route
    origin = route.stops[-1].community_id
    kind = _kind(problem, route)
    seconds = problem.drive(kind, route.band_id, origin, STATION)
    ready = max(problem.now, route.stops[-1].end, route.rest.end if route.rest is not None else 0)
    leg = Leg(origin, STATION, ready, ready + seconds, problem.metres(kind, route.band_id, origin, STATION))
    return replace(route, legs=(*route.legs, leg))
