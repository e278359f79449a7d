"""From a plan to timelines: where each certified officer is at every second of the week, and how far from each scene.

A shift without a route is stand-by at the station. A route is a drive, a wait at the gate where the crew is early, the
visit, the next drive …; before and after it the crew stands by at the station. Everyone in a crew shares its timeline.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from types import MappingProxyType
from typing import TypeAlias

from geo.community import Phase as CommunityPhase
from geo.travel import TravelTimes
from planner.event import REPORT
from planner.officer import Shift, VehicleKind
from planner.phases import BreakTime, Duty, DutyPhase, Idle, Off, OnCase, OnLeave, Phase, Service, Timeline, Travel
from planner.policy import BreakPolicy
from planner.reach import Reach, gate_place
from planner.standby import standby_phases
from planner.week import DAY, STATION, Rest, Route, StandBy, Stop, WeeklyPlan, WeeklyProblem

LONGEST_REST = 2 * 3600
"""A rest may end after the phase it began in; ways on are known for so much longer."""

HORIZON = 8 * DAY
"""Timelines run a day past the week, so that an order given after a dispatch delay still finds everybody."""


Driven: TypeAlias = dict[int, tuple[Route, tuple[DutyPhase, ...]]]
"""What crews do on their routes (`route_phases`), by the identity of the route, which is kept alive by it."""


def scene_points(
    problem: WeeklyProblem, known: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[tuple[str, str], ...]:
    """Return (community, gate) ids of every gate of every community that is not closed, main gates first.

    Where the scene of a report is known, `known` names it by community: it takes the place of the community's gates.
    """
    return tuple(
        (community.id, scene)
        for community in problem.communities.values()
        if community.phase is not CommunityPhase.CLOSED
        for scene in known.get(community.id) or [gate.id for gate in community.gates]
    )


def timelines(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    known: Mapping[str, Sequence[str]] = MappingProxyType({}),
    among: Collection[str] | None = None,
    driven: Driven | None = None,
) -> tuple[Timeline, ...]:
    """Return the timeline of each certified officer, in the order of the roster.

    Parameters
    ----------
    travel
        Travel times by kind of vehicle; they know the station, each community and each gate (`gate_place`).
    hours
        Hour of the day, 0 to 23, whose traffic applies in each band.
    known
        Scenes that take the place of gates, see `scene_points`.
    among
        Only of these officers; None: of all.
    driven
        What is known already of the same routes in the same week; what is found out is added.
    """
    scenes = tuple(gate_place(*scene) for scene in scene_points(problem, known))
    rule = problem.policy.response
    reach = Reach(
        travel,
        hours,
        scenes,
        problem.policy.travel_buffer,
        rule.u_turn if rule.u_turns else None,
        rule.traffic_by_the_hour,
    )
    mine = [o.id for o in problem.officers.values() if o.certified and (among is None or o.id in among)]
    driven = {} if driven is None else driven
    for route in plan.routes:
        if id(route) not in driven and any(_rides(route, officer_id) for officer_id in mine):
            driven[id(route)] = route, route_phases(problem, route, reach)
    return tuple(_timeline(problem, officer_id, plan, driven, reach) for officer_id in mine)


def route_phases(problem: WeeklyProblem, route: Route, reach: Reach) -> tuple[DutyPhase, ...]:
    """Return what the crew of a route does from leaving the station until it is back, its rest not yet taken out.

    A visit that the problem does not know must be finished: nothing says that it may be broken off.
    """
    kinds = {vehicle.id: vehicle.kind for vehicle in problem.vehicles}
    kind = kinds.get(route.vehicle_id, standby_kind(problem, reach.travel))
    phases: list[DutyPhase] = []
    at, since = STATION, route.depart
    for leg, stop in zip_longest(route.legs, route.stops):
        if leg is not None:
            phases.append(_wait(problem, reach, kind, route.band_id, at, since, leg.depart))
            phases.append(reach.along(kind, route.band_id, leg))
            at, since = leg.destination, leg.arrive
        if stop is not None:
            at = gate_place(stop.community_id, stop.gate_id)
            phases.append(_wait(problem, reach, kind, route.band_id, at, since, stop.begin))
            phases.append(_service(problem, reach, kind, route.band_id, stop))
            since = stop.end
    return tuple(phase for phase in phases if phase.start < phase.end)


def _service(problem: WeeklyProblem, reach: Reach, kind: VehicleKind, band_id: str, stop: Stop) -> Service | OnCase:
    place = gate_place(stop.community_id, stop.gate_id)
    if stop.visit_id.startswith(REPORT):
        return OnCase(stop.begin, stop.end, place, stop.visit_id)
    onward = reach.from_place(kind, band_id, place, stop.begin, stop.end + LONGEST_REST)
    visit = next((visit for visit in problem.visits if visit.id == stop.visit_id), None)
    breakable, wrap_up = (False, 0) if visit is None else (visit.breakable, visit.wrap_up)
    return Service(stop.begin, stop.end, onward, breakable, wrap_up, stop.end, place, stop.visit_id)


def _wait(
    problem: WeeklyProblem, reach: Reach, kind: VehicleKind, band_id: str, place: str, start: int, end: int
) -> Idle:
    setup = problem.policy.response.setup
    return Idle(start, end, reach.from_place(kind, band_id, place, start, end + setup + LONGEST_REST), setup, place)


def standby_kind(
    problem: WeeklyProblem,
    travel: Mapping[VehicleKind, TravelTimes],
    drives: Collection[VehicleKind] = frozenset(VehicleKind),
) -> VehicleKind:
    """Return what somebody on stand-by at the station takes of what they may drive: a car where the squad has one.

    Whoever may drive none of the squad's vehicles is driven.
    """
    kinds = [vehicle.kind for vehicle in problem.vehicles if vehicle.kind in travel] or list(travel)
    mine = [kind for kind in kinds if kind in drives] or kinds
    return VehicleKind.CAR if VehicleKind.CAR in mine else mine[0]


def _timeline(
    problem: WeeklyProblem,
    officer_id: str,
    plan: WeeklyPlan,
    driven: Driven,
    reach: Reach,
) -> Timeline:
    kind = standby_kind(problem, reach.travel, problem.officers[officer_id].drives)
    shifts = sorted(
        (s for s in problem.shifts if s.officer_id == officer_id), key=lambda s: (problem.day_of(s), s.start)
    )
    worked: list[DutyPhase] = []
    duties: list[Duty] = []
    for shift in shifts:
        span = _span(problem, shift)
        of_shift = problem.day_of(shift), shift.band_id
        mine = [r for r in plan.routes if _rides(r, officer_id) and (r.day, r.band_id) == of_shift]
        away = [s for s in plan.standby if s.officer_id == officer_id and (s.day, s.band_id) == of_shift]
        worked += _shift_phases(problem, span, shift.band_id, mine, away, driven, reach, kind)
        if duties and duties[-1].end >= span.start:
            duties[-1] = Duty(duties[-1].start, max(duties[-1].end, span.end))
        else:
            duties.append(span)
    return Timeline(officer_id, _with_absences(worked, _away(problem, officer_id)), tuple(duties))


def _shift_phases(
    problem: WeeklyProblem,
    span: Duty,
    band_id: str,
    routes: Sequence[Route],
    away: Sequence[StandBy],
    driven: Driven,
    reach: Reach,
    kind: VehicleKind,
) -> list[DutyPhase]:
    errands = [(route.depart, driven[id(route)][1]) for route in routes]
    errands += [(item.out[0], standby_phases(problem, item, kind, reach)) for item in away]
    out = [phase for _, phases in sorted(errands, key=lambda errand: errand[0]) for phase in phases]
    phases: list[DutyPhase] = []
    cursor = span.start
    for phase in out:
        start, end = max(phase.start, cursor), min(phase.end, span.end)
        if start >= end:
            continue
        phases.append(_wait(problem, reach, kind, band_id, STATION, cursor, start))
        phases.append(replace(phase, start=start, end=end))
        cursor = end
    phases.append(_wait(problem, reach, kind, band_id, STATION, cursor, span.end))
    rule = problem.policy.breaks.get(band_id) or BreakPolicy(0, 0, 0)
    for route in routes:
        if route.rest is not None:
            phases = [part for phase in phases for part in _rested(phase, route.rest, rule)]
    return [phase for phase in phases if phase.start < phase.end]


def _rested(phase: DutyPhase, rest: Rest, rule: BreakPolicy) -> Iterable[DutyPhase]:
    """Yield a phase with the rest taken out of it; nobody rests at the wheel, nor leaves a must-finish visit in it."""
    start, end = max(rest.begin, phase.start), min(rest.end, phase.end)
    if isinstance(phase, Travel | BreakTime | OnCase) or start >= end:
        yield phase
        return
    held = isinstance(phase, Service) and not phase.breakable
    finish = phase.finish if isinstance(phase, Service) and held else rest.end
    yield replace(phase, end=start)
    yield BreakTime(start, end, phase.onward, rule.breakable and not held, rule.wrap_up, finish, phase.place)
    yield replace(phase, start=end)


def _with_absences(worked: Sequence[DutyPhase], leave: Sequence[tuple[int, int]]) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    cursor = 0
    for start, end, phase in [*((p.start, p.end, p) for p in worked), (HORIZON, HORIZON, None)]:
        if start > cursor:
            phases += _absence(cursor, start, leave)
        if phase is not None and end > cursor:
            phases.append(replace(phase, start=max(start, cursor)))
        cursor = max(cursor, end)
    return tuple(phases)


def _absence(start: int, end: int, leave: Sequence[tuple[int, int]]) -> list[Phase]:
    phases: list[Phase] = []
    cursor = start
    for away, back in leave:
        first, last = max(away, cursor), min(back, end)
        if first < last:
            phases += [Off(cursor, first), OnLeave(first, last)]
            cursor = last
    return [phase for phase in [*phases, Off(cursor, end)] if phase.start < phase.end]


def _away(problem: WeeklyProblem, officer_id: str) -> list[tuple[int, int]]:
    days = {(leave.day - problem.week.monday).days for leave in problem.leave if leave.officer_id == officer_id}
    return [(day * DAY, (day + 1) * DAY) for day in sorted(days)]


def _span(problem: WeeklyProblem, shift: Shift) -> Duty:
    midnight = problem.day_of(shift) * DAY
    return Duty(midnight + shift.start, midnight + shift.end)


def _rides(route: Route, officer_id: str) -> bool:
    return officer_id in route.crew.officers or officer_id in route.crew.auxiliaries
