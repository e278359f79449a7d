"""How much people go out: the shifts of their outings, hours and rest between them, and who may take which vehicle.

Hours are those of the shift, not of the drive: whoever goes out for an hour of it has no other use of the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from planner.officer import Officer, VehicleKind
from planner.policy import Policy
from planner.rulebook import Span, at_work, hours, members, overlap
from planner.week import DAY, Route, WeeklyProblem


def shift_around(problem: WeeklyProblem, officer_id: str, day: int, band_id: str, out: Span) -> Span:
    """Return the hours of the officer's shift in which `out` lies, or most of it; `out` itself where there is none."""
    mine = [
        hours(problem, shift)
        for shift in problem.shifts
        if shift.officer_id == officer_id and shift.band_id == band_id and problem.day_of(shift) == day
    ]
    return _around(out, mine)


def _around(out: Span, shifts: Iterable[Span]) -> Span:
    best = max(shifts, key=lambda span: overlap(span, out), default=out)
    return best if overlap(best, out) > 0 else out


def outings_by_shift(problem: WeeklyProblem, routes: Iterable[Route]) -> dict[str, dict[Span, Route]]:
    """Return for everybody, auxiliaries too, the shifts in which they go out, each with its first route.

    Two outings in one shift take no more hours than one.
    """
    roster: dict[tuple[str, str, int], list[Span]] = {}
    for shift in problem.shifts:
        key = shift.officer_id, shift.band_id, problem.day_of(shift)
        roster.setdefault(key, []).append(hours(problem, shift))
    found: dict[str, dict[Span, Route]] = {}
    for out, _, route in sorted((at_work(route), n, route) for n, route in enumerate(routes)):
        for officer in members(route):
            span = _around(out, roster.get((officer, route.band_id, route.day), ()))
            found.setdefault(officer, {}).setdefault(span, route)
    return found


def seconds_of(shifts: Iterable[Span]) -> int:
    """Return what shifts add up to."""
    return sum(end - start for start, end in shifts)


def missing_rest(policy: Policy, one: Span, other: Span) -> int:
    """Return by how many seconds the rest between the shifts of two outings is too short; 0 where it is not.

    Shifts that overlap are no matter of rest: nobody is out with two crews at once.
    """
    (first, end), (start, _) = sorted((one, other))
    if end > start:
        return 0
    one_duty = first // DAY == start // DAY or end == start
    return max(0, (policy.rest_between_bands if one_duty else policy.rest_between_days) - (start - end))


def may_go_out(policy: Policy, already: Collection[Span], shift: Span) -> bool:
    """Return whether somebody who goes out in the shifts `already` may in one more: hours and rest allow it."""
    if shift in already:
        return True
    today = [other for other in already if other[0] // DAY == shift[0] // DAY]
    return (
        seconds_of((*today, shift)) <= policy.max_patrol_hours_per_day
        and seconds_of((*already, shift)) <= policy.max_patrol_hours_per_week
        and not any(missing_rest(policy, other, shift) for other in already)
    )


def may_take(kind: VehicleKind, crew: Iterable[Officer]) -> bool:
    """Return whether a crew may go out with a vehicle: somebody certified drives the car, everybody rides an e-bike."""
    if kind is VehicleKind.EBIKE:
        return all(kind in officer.drives for officer in crew)
    return any(kind in officer.drives for officer in crew if officer.certified)


def crew_may_take(officers: Mapping[str, Officer], kind: VehicleKind, crew: Iterable[str]) -> bool:
    """Return the same by ids; whoever nobody knows drives nothing and is asked for nothing."""
    return may_take(kind, [officers[officer] for officer in crew if officer in officers])


def may_join(kind: VehicleKind, officer: Officer) -> bool:
    """Return whether an officer may be in a crew with that vehicle, with the right companions: a car needs one."""
    return kind is VehicleKind.CAR or kind in officer.drives
