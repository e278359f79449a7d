"""Realise a choice of columns: settle each day's seconds, and say what could not be had as cuts for the next choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from planner.assemble import Chosen, assemble
from planner.solver.choice import Choice, Cut
from planner.solver.columns import Column, Task, resumed, way_home
from planner.solver.daily import Patrol, Settling, settle, smallest_clash, tied
from planner.solver.master import Master
from planner.week import WeeklyPlan, WeeklyProblem

DAY_WORK = 4.0
"""Most deterministic seconds for the model of one day's tied crews; they take hundredths."""

HURRIED_WORK = 0.1
"""The same for somebody who waits for the plan."""


def nothing_new(problem: WeeklyProblem) -> WeeklyPlan:
    """Return the plan in which the crews on the road go home and nobody else goes out."""
    ways = [resumed(problem, kept) for kept in problem.kept]
    columns = [Column(frame, (), way_home(problem, frame), 0) for frame in ways]
    patrols = settle(problem, columns, seed=0, work=HURRIED_WORK).patrols or []
    seconds = [kept.route.crew.officers[1] for kept in problem.kept]
    return assemble(problem, [Chosen(patrol, second) for patrol, second in zip(patrols, seconds, strict=True)])


def realise(
    problem: WeeklyProblem,
    master: Master,
    choice: Choice,
    seed: int,
    *,
    hurried: bool = False,
    settling: Settling = settle,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[list[Chosen], list[Cut]]:
    """Settle every day of a choice; return its patrols and the cuts for what could not be had at the price.

    Hurried, it looks for no cuts beyond what settling gives. `settling` may know days that were settled before. Once
    `stop` says yes, patrols are missing.
    """
    work = HURRIED_WORK if hurried else DAY_WORK
    chosen: list[Chosen] = []
    cuts: list[Cut] = []
    picked = list(zip(choice.columns, choice.seconds, strict=True))
    for day in range(7):
        todays = [(k, second) for k, second in picked if master.columns[k].frame.day == day]
        seconds = {master.columns[k].frame.slot: second for k, second in todays}
        dearer: list[Cut] = []
        for group in [] if stop() else tied([master.columns[k] for k, _ in todays]):
            members = [todays[i][0] for i in group]
            columns = [master.columns[k] for k in members]
            settled = settling(problem, columns, seed=seed, work=work)
            patrols = settled.patrols
            if patrols is None:
                patrols, clashes = _mended(problem, columns, master, seed, work, hurried=hurried, stop=stop)
                cuts += clashes
            elif (more := settled.least - sum(column.drive for column in columns)) > 0:
                dearer.append(Cut(tuple((k,) for k in members), day, more))
            chosen += [Chosen(patrol, seconds[patrol.column.frame.slot]) for patrol in patrols]
        cuts += dearer
        if len(dearer) > 1:
            cuts.append(Cut(tuple(g for cut in dearer for g in cut.columns), day, sum(cut.extra for cut in dearer)))
    return chosen, cuts


def _mended(
    problem: WeeklyProblem,
    columns: Sequence[Column],
    master: Master,
    seed: int,
    work: float,
    *,
    hurried: bool,
    stop: Callable[[], bool],
) -> tuple[list[Patrol], list[Cut]]:
    """Leave out the cheapest visit of each clash until the day can be made; return its patrols, and the cuts."""
    left = list(columns)
    cuts: list[Cut] = []
    while left and not stop():
        settled = settle(problem, left, seed=seed, work=work)
        if settled.patrols is not None:
            return settled.patrols, cuts
        clash = [column.tasks for column in left]
        if settled.impossible and not hurried:
            clash = smallest_clash(problem, left, seed=seed, work=DAY_WORK, stop=stop)
            cuts.append(_cut_of(left, clash, master))
        out = min((task for tasks in clash for task in tasks), key=lambda task: (task.visit.missed, task.visit.id))
        shorter = [_without(problem, column, out) for column in left]
        left = [column for column in shorter if column.tasks or column.frame.resumes is not None]
    return [], cuts


def _without(problem: WeeklyProblem, column: Column, out: Task) -> Column:
    tasks = tuple(task for task in column.tasks if task.key != out.key)
    going_home = not tasks and column.frame.resumes is not None
    return replace(column, tasks=tasks, drive=way_home(problem, column.frame) if going_home else column.drive)


def _cut_of(columns: Sequence[Column], clash: Sequence[tuple[Task, ...]], master: Master) -> Cut:
    """Return the cut of a clash for every column that contains its visits, whoever leads."""
    groups: list[tuple[int, ...]] = []
    for column, tasks in zip(columns, clash, strict=True):
        if tasks:
            alike = master.weekly.making(task.key for task in tasks)
            groups.append(tuple(k for k in alike if master.columns[k].frame.hours == column.frame.hours))
    return Cut(tuple(groups), columns[0].frame.day)
