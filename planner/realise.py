"""Realise a choice of columns: settle each day's seconds, and say what could not be had as cuts for the next choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.assemble import Chosen
from planner.solver.columns import Column, tasks_by_day
from planner.solver.daily import crowded, settle, smallest_clash, tied
from planner.solver.master import Choice, Cut, Master
from planner.week import WeeklyProblem

DAY_WORK = 4.0
"""Most deterministic seconds for the model of one day's tied crews; they take hundredths."""


def crowding_cuts(problem: WeeklyProblem, columns: Sequence[Column]) -> Iterator[Cut]:
    """Yield cuts for pairs and triples of visits that one partner cannot make on one day, whoever comes."""
    for tasks in tasks_by_day(problem).values():
        for size in (2, 3):
            for group in crowded(problem, tasks, size):
                yield Cut(
                    tuple(tuple(k for k, column in enumerate(columns) if task.key in column.keys) for task in group)
                )


def realise(problem: WeeklyProblem, master: Master, choice: Choice, seed: int) -> tuple[list[Chosen], list[Cut]]:
    """Settle every day of a choice; return its patrols and the cuts for what could not be had at the price."""
    cuts: list[Cut] = []
    chosen: list[Chosen] = []
    for day in range(7):
        picked = [
            (k, second)
            for k, second in zip(choice.columns, choice.seconds, strict=True)
            if master.columns[k].frame.day == day
        ]
        for group in tied([master.columns[k] for k, _ in picked]):
            members = [picked[i] for i in group]
            columns = [master.columns[k] for k, _ in members]
            patrols = settle(problem, columns, seed=seed, work=DAY_WORK)
            if patrols is None:
                columns, clash = _mended(problem, columns, master.columns, seed)
                cuts += clash
                patrols = settle(problem, columns, seed=seed, work=DAY_WORK) or []
            elif (dearer := sum(p.drive for p in patrols) - sum(column.drive for column in columns)) > 0:
                cuts.append(Cut(tuple((k,) for k, _ in members), dearer))
            seconds = {master.columns[k].frame.slot: second for k, second in members}
            chosen += [Chosen(patrol, seconds[patrol.column.frame.slot]) for patrol in patrols]
    return chosen, cuts


def _mended(
    problem: WeeklyProblem, columns: Sequence[Column], everything: Sequence[Column], seed: int
) -> tuple[list[Column], list[Cut]]:
    """Leave out the cheapest visit of each clash until the day can be made; return what is left, and the cuts."""
    left = list(columns)
    cuts: list[Cut] = []
    while left and settle(problem, left, seed=seed, work=DAY_WORK) is None:
        clash = smallest_clash(problem, left, seed=seed, work=DAY_WORK)
        cuts.append(
            Cut(
                tuple(
                    tuple(
                        k
                        for k, other in enumerate(everything)
                        if other.frame.hours == column.frame.hours and {task.key for task in tasks} <= other.keys
                    )
                    for column, tasks in zip(left, clash, strict=True)
                    if tasks
                )
            )
        )
        out = min((task for tasks in clash for task in tasks), key=lambda task: (task.visit.missed, task.visit.id))
        shorter = [replace(c, tasks=tuple(task for task in c.tasks if task.key != out.key)) for c in left]
        left = [column for column in shorter if column.tasks]
    return left, cuts
