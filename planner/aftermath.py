"""What an event makes of the week that is still to be made: shifts, windows, vehicles, ways and what is due.

The published plan is not asked here (`planner.standing` does that), so a plan that was made after some events is judged
by telling the same events again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from casework.obligation import VisitKind
from geo.text import Text
from geo.travel import UNREACHABLE, TravelTimeMatrix
from planner.asked import asked_visit
from planner.demand import joint_windows, weekly_problem
from planner.event import (
    Incident,
    NewViolation,
    OfficerIll,
    PartnerMoved,
    PhaseChanged,
    ReportTakesCrew,
    RoadClosed,
    VehicleBroken,
    VisitAsked,
    VisitNotCompleted,
    attempt_id,
    report_id,
)
from planner.officer import Shift
from planner.partner import OpenHours
from planner.squad import Squad
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, OutOfService, WeeklyProblem

Key = TypeVar("Key")
WHOLE_WEEK = ArrivalWindow(0, 7 * DAY)


def aftermath(  # noqa: C901, PLR0911 - one return a kind of event
    problem: WeeklyProblem, squad: Squad, incident: Incident
) -> tuple[WeeklyProblem, Squad]:
    """Return the week and the squad as they are after one incident; what is kept and published is still to be said."""
    now = max(problem.now, incident.now)
    problem = replace(problem, now=now, incidents=(*problem.incidents, incident), pins=(*problem.pins, *incident.pins))
    event = incident.event
    for visit_id in incident.broken_off:
        problem = _with_attempt(problem, visit_id, event.known)
    if isinstance(event, OfficerIll):
        return replace(problem, shifts=tuple(_cut(problem, event))), squad
    if isinstance(event, VehicleBroken):
        broken = OutOfService(event.vehicle_id, event.start, event.end)
        return replace(problem, out_of_service=(*problem.out_of_service, broken)), squad
    if isinstance(event, PartnerMoved):
        return _with_hours(problem, event), squad
    if isinstance(event, RoadClosed):
        return _with_closure(problem, event), squad
    if isinstance(event, VisitNotCompleted):
        return _with_attempt(problem, event.visit_id, event.known), squad
    if isinstance(event, ReportTakesCrew):
        return replace(problem, visits=(*problem.visits, _report(event))), squad
    if isinstance(event, PhaseChanged):
        place = replace(problem.communities[event.community_id], phase=event.phase)
        communities = tuple(place if c.id == place.id else c for c in squad.communities)
        squad = replace(squad, communities=communities)
        problem = replace(problem, communities={**problem.communities, place.id: place})
        return _with_due(problem, squad, place.id, changed=True), squad
    if isinstance(event, NewViolation):
        squad = replace(squad, violations=(*squad.violations, event.violation))
        return _with_due(problem, squad, event.violation.community_id, changed=False), squad
    if isinstance(event, VisitAsked):
        return replace(problem, visits=(*problem.visits, asked_visit(problem, event))), squad
    return problem, squad


def _with_attempt(problem: WeeklyProblem, visit_id: str, known: int) -> WeeklyProblem:
    """Add a visit that stands for what was tried: nobody owes it, and it may have been as short as it was."""
    name = attempt_id(visit_id, known)
    if any(visit.id == name for visit in problem.visits):
        return problem
    visit = next(visit for visit in problem.visits if visit.id == visit_id)
    tried = replace(
        visit,
        id=name,
        obligation_id=name,
        days=tuple(range(7)),
        windows=(WHOLE_WEEK,),
        duration=0,
        mandatory=False,
        missed=0,
        whole_shift=False,
        min_days_apart=0,
    )
    return replace(problem, visits=(*problem.visits, tried))


def _report(event: ReportTakesCrew) -> Visit:
    name = report_id(event)
    return Visit(
        id=name,
        obligation_id=name,
        community_id=event.community_id,
        kind=VisitKind.EXTRA,
        days=tuple(range(7)),
        windows=(WHOLE_WEEK,),
        duration=0,
        mandatory=False,
        checklist=(Text("处置举报", "Handle the report"),),
    )


def _cut(problem: WeeklyProblem, event: OfficerIll) -> Iterator[Shift]:
    """Yield the shifts without the officer's absence; of a shift that it parts the longer part remains."""
    for shift in problem.shifts:
        midnight = problem.day_of(shift) * DAY
        start, end = midnight + shift.start, midnight + shift.end
        if shift.officer_id != event.officer_id or event.end <= start or end <= event.start:
            yield shift
            continue
        before = start, min(end, event.start)
        after = max(start, event.end), end
        first, last = max((before, after), key=lambda part: part[1] - part[0])
        if first < last:
            yield replace(shift, start=first - midnight, end=last - midnight)


def _with_hours(problem: WeeklyProblem, event: PartnerMoved) -> WeeklyProblem:
    partner = problem.partners[event.partner_id]
    others = tuple(hours for hours in partner.hours if hours.weekday != event.day)
    todays = tuple(OpenHours(event.day, start, end) for start, end in event.hours)
    moved = replace(partner, hours=tuple(sorted((*others, *todays), key=lambda h: (h.weekday, h.start))))
    problem = replace(problem, partners={**problem.partners, partner.id: moved})
    visits = (
        replace(visit, windows=_windows_after(problem, visit, event.day)) if partner.id in visit.partner_ids else visit
        for visit in problem.visits
    )
    return replace(problem, visits=tuple(visits))


def _windows_after(problem: WeeklyProblem, visit: Visit, day: int) -> tuple[ArrivalWindow, ...]:
    others = [window for window in visit.windows if not day * DAY <= window.earliest < (day + 1) * DAY]
    if visit.duration == 0 or day not in visit.days:
        return visit.windows
    return tuple(sorted([*others, *joint_windows(problem, visit, day)], key=lambda window: window.earliest))


def _with_closure(problem: WeeklyProblem, event: RoadClosed) -> WeeklyProblem:
    travel = {
        kind: _each(bands, lambda matrix: _closed(matrix, event.origin, event.destination, event.delay))
        for kind, bands in problem.travel.items()
    }
    return replace(problem, travel=travel)


def _each(
    bands: Mapping[Key, TravelTimeMatrix], change: Callable[[TravelTimeMatrix], TravelTimeMatrix]
) -> dict[Key, TravelTimeMatrix]:
    return {band: change(matrix) for band, matrix in bands.items()}


def _closed(matrix: TravelTimeMatrix, origin: str, destination: str, delay: int | None) -> TravelTimeMatrix:
    """Return the matrix with one pair slower, and that pair's drive by way of another place where that is faster.

    Only that pair: other drives may use the same road, but nothing here says so.
    """
    seconds, metres = matrix.seconds.copy(), matrix.metres.copy()
    a, b = matrix.places.index(origin), matrix.places.index(destination)
    for i, j in ((a, b), (b, a)):
        direct = UNREACHABLE if delay is None else min(UNREACHABLE, int(matrix.seconds[i, j]) + delay)
        via = matrix.seconds[i] + matrix.seconds[:, j]
        via[[i, j]] = 2 * UNREACHABLE
        best = int(np.argmin(via))
        seconds[i, j] = min(direct, int(via[best]), UNREACHABLE)
        if via[best] < direct:
            metres[i, j] = matrix.metres[i, best] + matrix.metres[best, j]
        elif direct >= UNREACHABLE:
            metres[i, j] = UNREACHABLE
    return TravelTimeMatrix(matrix.places, seconds, metres, matrix.estimated)


def _with_due(problem: WeeklyProblem, squad: Squad, community_id: str | None, *, changed: bool) -> WeeklyProblem:
    """Return the week with what a community is owed now; what it is no longer owed stays only where it was made."""
    fresh = weekly_problem(squad, problem.week, problem.travel).visits
    due = [visit for visit in fresh if visit.community_id == community_id]
    known = {visit.id for visit in problem.visits}
    owed = {visit.id for visit in due}
    visits = [
        _over(visit, problem.now) if changed and visit.community_id == community_id and visit.id not in owed else visit
        for visit in problem.visits
    ]
    return replace(problem, visits=(*visits, *(visit for visit in due if visit.id not in known)))


def _over(visit: Visit, now: int) -> Visit:
    """Return a visit that nobody owes any longer and that begins nowhere after `now`."""
    if visit.duration == 0:
        return visit
    windows = tuple(ArrivalWindow(w.earliest, min(w.latest, now - 1)) for w in visit.windows if w.earliest < now)
    return replace(visit, windows=windows, mandatory=False, missed=0)
