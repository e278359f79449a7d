"""Whom a leader's choice of an officer sends out: the crew that he rides with, or a new one with him at its head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geo.text import Text
from planner.errors import ImpossibleMoveError
from planner.objective import carried, outings
from planner.officer import Crew, Shift, Vehicle
from planner.rulebook import Span, at_work, hours, members, officer_name, overlap
from planner.solver.columns import Frame, frame_of, shift_in
from planner.week import DAY, Route, WeeklyPlan, WeeklyProblem
from planner.workload import crew_may_take, may_go_out, outings_by_shift


@dataclass(frozen=True, slots=True)
class Sent:
    """A crew with its vehicle and its hours.

    Attributes
    ----------
    amiss
        How much is said against whom and what it takes; 0 of a crew that goes out anyway.
    """

    crew: Crew
    vehicle_id: str
    frame: Frame
    amiss: int = 0


def riding(plan: WeeklyPlan, day: int, band_id: str, officer_id: str) -> Route | None:
    """Return the route on which an officer is out in a band of a day."""
    return next((r for r in plan.routes if (r.day, r.band_id) == (day, band_id) and officer_id in members(r)), None)


def crew_of(problem: WeeklyProblem, route: Route) -> Sent:
    """Return a route's crew with the hours in which all of it is there."""
    vehicle = next((vehicle for vehicle in problem.vehicles if vehicle.id == route.vehicle_id), None)
    if vehicle is None or not route.crew.officers:
        raise ImpossibleMoveError(Text("这组没有人或没有车", "The crew has nobody, or no vehicle"))
    return Sent(route.crew, route.vehicle_id, _frame(problem, route.day, route.band_id, members(route), vehicle))


def new_crews(problem: WeeklyProblem, plan: WeeklyPlan, day: int, band_id: str, lead: str) -> Iterator[Sent]:
    """Yield the crews that an officer may go out with: for each kind of vehicle the one against which least is said.

    Raises
    ------
    ImpossibleMoveError
        Where he cannot lead, or there is nobody to go with him, or nothing to go with.
    """
    if not problem.officers[lead].certified:
        who = officer_name(problem, lead)
        raise ImpossibleMoveError(
            Text(
                f"{who}没有执法证,不能带队;这个班也没有他在的组",
                f"{who} holds no certificate and cannot lead, and rides with no crew on that shift",
            )
        )
    if not problem.crew_vehicles:
        raise ImpossibleMoveError(Text("没有坐得下两个人的车", "No vehicle has seats for two"))
    for kind in sorted({vehicle.kind for vehicle in problem.crew_vehicles}):
        mine = [vehicle for vehicle in problem.crew_vehicles if vehicle.kind == kind]
        frame = _frame(problem, day, band_id, (lead,), mine[0])
        vehicle = min(mine, key=lambda each: _taken(problem, plan, each, frame))
        second, amiss = _second(problem, plan, frame)
        yield Sent(Crew((lead, second)), vehicle.id, frame, amiss + _taken(problem, plan, vehicle, frame))


def _second(problem: WeeklyProblem, plan: WeeklyPlan, frame: Frame) -> tuple[str, int]:
    """Return the certified officer against whom least is said, of equals who goes out least, and how much that is."""
    others = [o.id for o in problem.officers.values() if o.certified and o.id != frame.lead]
    if not others:
        raise ImpossibleMoveError(Text("没有第二名持证队员可派", "There is no second officer with a certificate"))
    been, often, carry = outings_by_shift(problem, plan.routes), outings(problem, plan), carried(problem)
    on = {s.officer_id for s in problem.shifts if (problem.day_of(s), s.band_id) == (frame.day, frame.band_id)}
    leave = {item.officer_id for item in problem.leave if (item.day - problem.week.monday).days == frame.day}

    def amiss(officer: str) -> int:
        rested = may_go_out(problem.policy, been.get(officer, ()), shift_in(problem, frame, officer))
        faults = (
            officer in leave,
            officer not in on,
            _is_out(plan, frame, officer),
            not rested or often[officer] >= problem.policy.max_outings_per_week,
            not crew_may_take(problem.officers, frame.kind, (frame.lead, officer)),
        )
        return sum(faults)

    second = min(others, key=lambda officer: (amiss(officer), carry.get(officer, 0) + often[officer], officer))
    return second, amiss(second)


def _is_out(plan: WeeklyPlan, frame: Frame, officer: str) -> bool:
    """Return whether an officer is out with a crew, or stands by elsewhere, within a frame's hours."""
    out: list[Span] = [at_work(route) for route in plan.routes if officer in members(route)]
    out += [item.out for item in plan.standby if item.officer_id == officer]
    elsewhere = any(overlap((frame.start, frame.end), each) for each in out)
    return elsewhere or riding(plan, frame.day, frame.band_id, officer) is not None


def _taken(problem: WeeklyProblem, plan: WeeklyPlan, vehicle: Vehicle, frame: Frame) -> bool:
    """Return whether somebody else has a vehicle within a frame's hours, or it is out of service."""
    out: list[Span] = [at_work(route) for route in plan.routes if route.vehicle_id == vehicle.id]
    out += [item.out for item in plan.standby if item.vehicle_id == vehicle.id]
    out += [(item.start, item.end) for item in problem.out_of_service if item.vehicle_id == vehicle.id]
    return any(overlap((frame.start, frame.end), each) for each in out)


def _frame(problem: WeeklyProblem, day: int, band_id: str, crew: tuple[str, ...], vehicle: Vehicle) -> Frame:
    """Return the hours in which all of a crew is there; the band's, as far as they have no shift in it."""
    band = problem.bands[band_id]
    if day * DAY + band.end <= problem.now:
        raise ImpossibleMoveError(Text("这个班已经过去", "That shift is over"))
    usual = Shift(crew[0], problem.week.days[day], band_id, band.start, band.end)
    known = [_shift(problem, day, band_id, officer) for officer in crew]
    frame = frame_of(problem, known[0] or usual, vehicle.kind)
    spans = [hours(problem, shift) for shift in known if shift is not None]
    start, end = max([frame.start, *(first for first, _ in spans)]), min([frame.end, *(last for _, last in spans)])
    return frame if start >= end else Frame(day, band_id, crew[0], vehicle.kind, start, end, frame.rest)


def _shift(problem: WeeklyProblem, day: int, band_id: str, officer: str) -> Shift | None:
    mine = (s for s in problem.shifts if (s.officer_id, s.band_id, problem.day_of(s)) == (officer, band_id, day))
    return next(mine, None)
