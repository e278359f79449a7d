"""Rows of the master about people: hours on patrol, rest between outings, who may take which vehicle.

Rows that cannot bind are left out, so a squad whose roster keeps the limits by itself has the same model without them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from planner.officer import VehicleKind
from planner.rulebook import Span
from planner.solver.columns import Column, shift_in
from planner.solver.program import Program
from planner.week import DAY, WeeklyProblem
from planner.workload import missing_rest, outings_by_shift, seconds_of

Slot: TypeAlias = tuple[int, str, str, int]
Shifts: TypeAlias = dict[Span, list[int]]


def limit_people(
    program: Program, problem: WeeklyProblem, columns: Sequence[Column], seconds: Mapping[tuple[Slot, str], int]
) -> None:
    """Add the rows; variable k is column k, `seconds` are those of second officers by the slot of their lead."""
    fresh = [(column, k) for k, column in enumerate(columns) if column.frame.resumes is None]
    kept = outings_by_shift(problem, (item.route for item in problem.kept))
    for officer, shifts in sorted(_chances(problem, fresh, seconds).items()):
        stays = tuple(kept.get(officer, ()))
        _limit_hours(program, problem, shifts, stays)
        _keep_rest(program, problem, shifts, stays)
    _find_drivers(program, problem, fresh, seconds)


def _chances(
    problem: WeeklyProblem, fresh: Iterable[tuple[Column, int]], seconds: Mapping[tuple[Slot, str], int]
) -> dict[str, Shifts]:
    """Return what sends each officer out in each shift, as lead or second; of one shift one variable is 1 at most."""
    found: dict[str, Shifts] = defaultdict(lambda: defaultdict(list))
    frames = {}
    hours: dict[Slot, Span] = {}
    for column, run in fresh:
        frame = column.frame
        frames[frame.slot] = frame
        if frame.slot not in hours:
            hours[frame.slot] = shift_in(problem, frame, frame.lead)
        found[frame.lead][hours[frame.slot]].append(run)
    for (slot, officer), var in seconds.items():
        if slot in frames:
            found[officer][shift_in(problem, frames[slot], officer)].append(var)
    return found


def _limit_hours(program: Program, problem: WeeklyProblem, shifts: Shifts, kept: Sequence[Span]) -> None:
    """Limit the hours of patrol of each day and of the week to what the outings that stay leave of them."""
    policy = problem.policy
    _limit(program, shifts, kept, policy.max_patrol_hours_per_week)
    for day in sorted({start // DAY for start, _ in shifts}):
        todays = {span: runs for span, runs in shifts.items() if span[0] // DAY == day}
        _limit(program, todays, [span for span in kept if span[0] // DAY == day], policy.max_patrol_hours_per_day)


def _limit(program: Program, shifts: Shifts, kept: Sequence[Span], limit: int) -> None:
    left = max(0, limit - seconds_of(kept))
    more = {span: runs for span, runs in shifts.items() if span not in kept}
    if seconds_of(more) > left:
        runs = [run for runs in more.values() for run in runs]
        program.at_most(left, runs, [end - start for (start, end), mine in more.items() for _ in mine])


def _keep_rest(program: Program, problem: WeeklyProblem, shifts: Shifts, kept: Sequence[Span]) -> None:
    """Send nobody out in two shifts that are too near each other, nor in one too near an outing that stays."""
    free = []
    for shift, runs in sorted(shifts.items()):
        if any(missing_rest(problem.policy, shift, stays) for stays in kept):
            program.exactly(0, runs)
        else:
            free.append(shift)
    for one, other in combinations(free, 2):
        if missing_rest(problem.policy, one, other):
            program.at_most(1, [*shifts[one], *shifts[other]])


def _find_drivers(
    program: Program,
    problem: WeeklyProblem,
    fresh: Iterable[tuple[Column, int]],
    seconds: Mapping[tuple[Slot, str], int],
) -> None:
    """Give a lead who may not drive a car a second who may, and an e-bike's lead a second who rides."""
    out: dict[tuple[Slot, VehicleKind], list[int]] = defaultdict(list)
    for column, run in fresh:
        out[column.frame.slot, column.frame.kind].append(run)
    riders: dict[Slot, list[tuple[str, int]]] = defaultdict(list)
    for (slot, officer), var in seconds.items():
        riders[slot].append((officer, var))
    for (slot, kind), runs in out.items():
        able = {officer for officer, _ in riders[slot] if kind in problem.officers[officer].drives}
        if kind is VehicleKind.EBIKE:
            for officer, var in riders[slot]:
                if officer not in able:
                    program.at_most(1, [*runs, var])
        elif kind not in problem.officers[slot[2]].drives:
            drivers = [var for officer, var in riders[slot] if officer in able]
            program.at_most(0, [*runs, *drivers], [1] * len(runs) + [-1] * len(drivers))
