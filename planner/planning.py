"""Plan a week: the use case, read like a recipe.

list every patrol that each lead could make in each band
choose among them for the least cost                          (a bound for the whole problem)
settle every day's seconds
what a day cannot realise goes back as a cut, and choose again
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from geo.text import Text
from planner.assemble import Chosen, assemble
from planner.explain import explain_missed
from planner.objective import price
from planner.solver.columns import Column, all_columns, tasks_by_day
from planner.solver.daily import crowded, settle, smallest_clash, tied
from planner.solver.master import Choice, Cut, Master
from planner.week import Objective, WeeklyPlan, WeeklyProblem

DAY_WORK = 4.0
"""Most deterministic seconds for the model of one day's tied crews; they take hundredths."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a planning run stands: cost of the best plan so far (None before the first), bound, and what it is doing."""

    best: int | None
    bound: int
    stage: Text


CHOOSING = Text("选择班组与路线", "Choosing crews and patrols")
SETTLING = Text("核定每日时刻", "Settling each day's times")


def plan_week(
    problem: WeeklyProblem,
    *,
    seed: int = 0,
    time_limit: float = 40.0,
    progress: Callable[[Progress], None] = lambda _: None,
) -> WeeklyPlan:
    """Return the cheapest plan found for the week, with a proven bound.

    Parameters
    ----------
    problem
        The week with its visits, people and travel times.
    seed
        Same problem, seed and limit: same plan.
    time_limit
        Work limit in the solver's deterministic seconds, which are close to seconds on one core of an ordinary machine.
    progress
        Told of every improvement.

    Returns
    -------
    WeeklyPlan
        Always a plan, with what it misses and why; `objective.gap` 0 means proven optimal.
    """
    master = Master(problem, all_columns(problem))
    master.add(crowding_cuts(problem, master.columns))
    best: WeeklyPlan | None = None
    choice: Choice | None = None
    bound, left = 0, time_limit
    while best is None or (left > 0 and best.objective.total > bound):
        floor, known = bound, None if best is None else best.objective.total
        choice = master.solve(
            seed=seed,
            work=max(left * 0.6, min(left, 1.0), 0.1),
            hint=choice,
            progress=lambda _, low, known=known, floor=floor: progress(Progress(known, max(low, floor), CHOOSING)),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )
        left -= choice.work
        bound = max(bound, choice.bound)
        chosen, cuts = realise(problem, master, choice, seed)
        plan = _priced(problem, assemble(problem, chosen), bound, seed, time_limit)
        if best is None or plan.objective.total < best.objective.total:
            best = plan
        progress(Progress(best.objective.total, bound, SETTLING))
        if not cuts and not choice.optimal and left < time_limit * 0.05:
            break
        master.add(cuts)
    objective = replace(best.objective, bound=min(bound, best.objective.total))
    return explain_missed(problem, replace(best, objective=objective))


def _priced(problem: WeeklyProblem, plan: WeeklyPlan, bound: int, seed: int, work_limit: float) -> WeeklyPlan:
    objective = Objective(price(problem, plan), bound)
    return replace(plan, objective=objective, seed=seed, work_limit=work_limit)


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
