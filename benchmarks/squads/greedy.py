"""The greedy week: of all patrols the one worth most, again and again. What every other engine has to beat."""

from __future__ import annotations

from collections import Counter, defaultdict

from benchmarks.squads.finish import Draft
from planner.solver.columns import all_columns, may_ride
from planner.solver.greedy import first_week
from planner.week import WeeklyProblem


def greedy_drafts(problem: WeeklyProblem) -> list[Draft]:
    """Return the crews of the greedy week, partners shared between crews not yet looked at."""
    columns = all_columns(problem)
    seconds: dict[tuple[int, str, str, int], list[str]] = defaultdict(list)
    for frame in {column.frame.slot: column.frame for column in columns}.values():
        for shift in problem.shifts:
            if problem.officers[shift.officer_id].certified and may_ride(problem, frame, shift):
                seconds[frame.slot].append(shift.officer_id)
    owed = Counter(visit.obligation_id for visit in problem.visits)
    chosen, riding = first_week(problem, columns, seconds, owed)
    return [
        Draft(
            column.frame.day,
            column.frame.band_id,
            column.frame.lead,
            tuple(task.key[0] for task in column.tasks),
            column.frame.kind,
            second,
        )
        for column, second in ((columns[k], who) for k, who in zip(chosen, riding, strict=True))
    ]
