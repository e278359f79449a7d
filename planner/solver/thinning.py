"""Thin the columns: leave out what is in no better plan because another vehicle serves as well."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product

from planner.officer import VehicleKind
from planner.solver.columns import Column
from planner.week import STATION, WeeklyProblem
from planner.workload import may_take


def thin(problem: WeeklyProblem, columns: Sequence[Column], spare: Mapping[VehicleKind, bool]) -> list[Column]:
    """Drop a column where another kind of vehicle serves as well: always one to spare, and driven by any crew."""
    if not any(spare.values()):
        return list(columns)
    anyones = _driven_with_anybody(problem)
    spared: dict[tuple[tuple[int, str, str, int], frozenset[tuple[str, int]]], list[Column]] = {}
    for column in columns:
        if spare[column.frame.kind] and (column.frame.lead, column.frame.kind) in anyones:
            spared.setdefault((column.frame.slot, column.keys), []).append(column)
    quick = _nowhere_slower(problem)
    return [
        column
        for column in columns
        if not any(
            (other.frame.kind < column.frame.kind or not spare[column.frame.kind])
            and _as_well(problem, other, column, quick)
            for other in spared.get((column.frame.slot, column.keys), ())
        )
    ]


def _driven_with_anybody(problem: WeeklyProblem) -> set[tuple[str, VehicleKind]]:
    """Return which lead may take what kind of vehicle whoever rides second."""
    certified = [officer for officer in problem.officers.values() if officer.certified]
    return {
        (lead.id, kind)
        for lead in certified
        for kind in VehicleKind
        if all(may_take(kind, (lead, second)) for second in certified)
    }


def _nowhere_slower(problem: WeeklyProblem) -> set[tuple[VehicleKind, VehicleKind, str]]:
    """Return which kind of vehicle is slower than another on no drive at all, by band."""
    return {
        (quick, slow, band)
        for quick, slow in product(problem.travel, repeat=2)
        for band in problem.travel[quick].keys() & problem.travel[slow].keys()
        if (problem.travel[quick][band].seconds <= problem.travel[slow][band].seconds).all()
    }


def _as_well(
    problem: WeeklyProblem, other: Column, column: Column, quick: Collection[tuple[VehicleKind, VehicleKind, str]]
) -> bool:
    """Return whether `other` is never dearer: with partners, who may force any order and hour, on no drive slower."""
    if other.frame.kind == column.frame.kind or other.drive > column.drive:
        return False
    if not any(task.visit.partner_ids for task in column.tasks):
        return True
    band = column.frame.band_id
    if (other.frame.kind, column.frame.kind, band) in quick:
        return True
    places = (STATION, *(task.visit.community_id for task in column.tasks))
    return all(
        problem.drive(other.frame.kind, band, a, b) <= problem.drive(column.frame.kind, band, a, b)
        for a in places
        for b in places
    )


def _vehicles(problem: WeeklyProblem) -> dict[VehicleKind, int]:
    """Return how many vehicles of each kind are never out of service."""
    broken = {item.vehicle_id for item in problem.out_of_service}
    return {kind: sum(v.kind == kind and v.id not in broken for v in problem.crew_vehicles) for kind in VehicleKind}


def spare_kinds(problem: WeeklyProblem) -> dict[VehicleKind, bool]:
    """Tell of which kinds of vehicle there is one for every crew that could ever be out at once."""
    most = 0
    for shift in problem.shifts:
        day = problem.day_of(shift)
        out = {
            other.officer_id
            for other in problem.shifts
            if problem.day_of(other) == day
            and other.start <= shift.start < other.end
            and problem.officers[other.officer_id].certified
        }
        most = max(most, len(out) // 2)
    return {kind: count >= most for kind, count in _vehicles(problem).items()}
