"""Can the week be made with no more missed than so many? Asked of the solver without a price: yes, no, or not known.

'Yes' is a plan, settled to the second; 'no' is a proof for the whole week, since the master relaxes it and its cuts
only remove what no day can do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planner.assemble import assemble
from planner.realise import realise
from planner.solver.columns import Column, Frame, Task, all_columns, columns_of, frames, posts, tasks_by_day
from planner.solver.crowding import crowding_cuts
from planner.solver.daily import Settled, Settling, settle
from planner.solver.master import Master
from planner.week import WeeklyPlan, WeeklyProblem

LEAST_WORK, COLUMN_WORK = 0.02, 0.00005
"""A question counts for at least so many deterministic seconds, and so many a column: building the model is work."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan, or the proof that there is none, or neither.

    Attributes
    ----------
    plan
        A plan that misses no more than was asked; unpriced, and without visits that nobody owes.
    impossible
        Proven that there is none.
    work
        Deterministic seconds spent.
    """

    plan: WeeklyPlan | None
    impossible: bool
    work: float


@dataclass
class Columns:
    """Columns that were listed before and days that were settled: changing one visit asks of what it touches only.

    Good for weeks that share travel times, prices and whatever else a column depends on but its frame and tasks.
    """

    _known: dict[tuple[Frame, tuple[Task, ...]], list[Column]] = field(default_factory=dict)
    _settled: dict[tuple[tuple[Column, ...], int, float], Settled] = field(default_factory=dict)

    def of(self, problem: WeeklyProblem) -> list[Column]:
        """Return every column of the week, as `planner.solver.columns.all_columns` does."""
        tasks = tasks_by_day(problem)
        return [column for frame in frames(problem) for column in self.within(problem, frame, tasks[frame.day])]

    def within(self, problem: WeeklyProblem, frame: Frame, tasks: Iterable[Task]) -> list[Column]:
        """Return the columns of one frame, of those of the tasks that its lead may make."""
        mine = tuple(task for task in tasks if frame.lead in posts(problem, task.visit))
        if (frame, mine) not in self._known:
            self._known[frame, mine] = list(columns_of(problem, frame, mine))
        return self._known[frame, mine]

    def settle(self, problem: WeeklyProblem, columns: Sequence[Column], *, seed: int, work: float) -> Settled:
        """Settle crews as `planner.solver.daily.settle` does, the same ones once."""
        key = tuple(columns), seed, work
        if key not in self._settled:
            self._settled[key] = settle(problem, columns, seed=seed, work=work)
        return self._settled[key]


def ask(
    problem: WeeklyProblem,
    most: Mapping[str, int],
    *,
    seed: int,
    work: float,
    columns: Callable[[WeeklyProblem], list[Column]] = all_columns,
    settling: Settling = settle,
    stop: Callable[[], bool] = lambda: False,
) -> Answer:
    """Find a plan that misses at most so many visits of each obligation, or prove that there is none.

    Parameters
    ----------
    most
        By obligation; one that is not named may be missed altogether.
    work
        Deterministic seconds after which the answer is 'not known'.
    columns
        Lists the week's columns; where it lists only some, 'impossible' holds for these only.
    settling
        Settles days; may know some that were settled before.
    stop
        Asked all the while; once it says yes, the answer is 'not known'.
    """
    if work <= 0 or stop():
        return Answer(None, impossible=False, work=0.0)
    owed = _owed_only(problem)
    master = Master(owed, columns(owed), stop)
    if stop():
        return Answer(None, impossible=False, work=0.0)
    master.add(crowding_cuts(owed, master.columns))
    named = {obligation: count for obligation, count in most.items() if obligation in master.counts}
    left = work
    while left > 0 and not stop():
        trial = master.find(named, seed=seed, work=left)
        left -= max(trial.work, LEAST_WORK, COLUMN_WORK * len(master.columns))
        if trial.choice is None:
            return Answer(None, trial.impossible, work - left)
        chosen, cuts = realise(owed, master, trial.choice, seed, settling=settling)
        plan = assemble(owed, chosen)
        missed = missed_by_obligation(owed, plan)
        if all(missed[obligation] <= count for obligation, count in named.items()):
            return Answer(plan, impossible=False, work=work - left)
        if not master.add(cut for cut in cuts if cut.extra <= 0):
            break  # a day was left open, neither made nor proven impossible
    return Answer(None, impossible=False, work=work - left)


def missed_by_obligation(problem: WeeklyProblem, plan: WeeklyPlan) -> Counter[str]:
    """Return how many mandatory visits of each obligation a plan leaves out."""
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    return Counter(v.obligation_id for v in problem.visits if v.mandatory and v.id not in placed)


def _owed_only(problem: WeeklyProblem) -> WeeklyProblem:
    """Leave out visits that nobody owes: what can be made with them can be made without them."""
    stay = {stop.visit_id for kept in problem.kept for stop in kept.route.stops}
    return replace(problem, visits=tuple(v for v in problem.visits if v.mandatory or v.id in stay))
