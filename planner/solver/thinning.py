"""Thin the columns: leave out what is in no better plan because another vehicle serves as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.officer import VehicleKind
from planner.solver.columns import Column
from planner.week import STATION, WeeklyProblem


def thin(problem: WeeklyProblem, columns: Sequence[Column], spare: Mapping[VehicleKind, bool]) -> list[Column]:
    """Drop a column where another kind of vehicle, of which there is always one to spare, serves its set as well."""
    spared: dict[tuple[tuple[int, str, str, int], frozenset[tuple[str, int]]], list[Column]] = {}
    for column in columns:
        if spare[column.frame.kind]:
            spared.setdefault((column.frame.slot, column.keys), []).append(column)
    return [
        column
        for column in columns
        if not any(
            _as_well(problem, other, column) and (other.frame.kind < column.frame.kind or not spare[column.frame.kind])
            for other in spared.get((column.frame.slot, column.keys), ())
        )
    ]


def _as_well(problem: WeeklyProblem, other: Column, column: Column) -> bool:
    """Return whether `other` is never dearer: with partners, who may force any order and hour, on no drive slower."""
    if other.frame.kind == column.frame.kind or other.drive > column.drive:
        return False
    if not any(task.visit.partner_ids for task in column.tasks):
        return True
    places = (STATION, *(task.visit.community_id for task in column.tasks))
    band = column.frame.band_id
    return all(
        problem.drive(other.frame.kind, band, a, b) <= problem.drive(column.frame.kind, band, a, b)
        for a in places
        for b in places
    )
