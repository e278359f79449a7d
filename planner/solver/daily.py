"""One day's exact seconds: the order, the starts and the breaks of the crews that share partners.

Crews that share no partner on a day do not touch each other, so each group of crews tied together by partners is a
small CP-SAT model of its own: a circuit per crew, a start per visit, a break between two stops, and each partner in one
place at a time, with the drive between two of its communities in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol, TypeAlias

from ortools.sat.python import cp_model

from geo.travel import UNREACHABLE
from planner.solver.columns import Column, Frame, Task, stationing, tolls_of
from planner.week import STATION, WeeklyProblem

Expression: TypeAlias = cp_model.LinearExpr | int
Literal: TypeAlias = cp_model.IntVar

DRIVE_WEIGHT = 1_000_000
"""Driving comes first, then early service: the begins of eleven visits within one day add up to less than this."""


@dataclass(frozen=True, slots=True)
class Patrol:
    """A column with its seconds settled.

    Attributes
    ----------
    order
        Tasks in visiting order.
    begins, ends
        Service of each, in that order.
    rest
        Begin and end of the break, or None where none is owed.
    rest_after
        How many stops come before the break, and whether it is taken before leaving the place of the last of them.
    """

    column: Column
    order: tuple[Task, ...]
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    rest: tuple[int, int] | None
    rest_after: tuple[int, bool]
    drive: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of settling a group of crews.

    Attributes
    ----------
    patrols
        Their patrols, or None where none were found.
    impossible
        Proven that there are none: only then may the group be cut off.
    least
        Seconds of driving, with the tolls of begins, that no settling of the group stays below.
    """

    patrols: list[Patrol] | None
    impossible: bool
    least: int


class Settling(Protocol):
    """How days are settled: `settle`, or what remembers its answers."""

    def __call__(self, problem: WeeklyProblem, columns: Sequence[Column], *, seed: int, work: float) -> Settled:
        """Settle the columns' patrols with least driving."""
        ...


def tied(columns: Sequence[Column]) -> list[list[int]]:
    """Group the columns of one day that share a partner, directly or through others; indices into `columns`."""
    groups: list[tuple[set[str], list[int]]] = []
    for k, column in enumerate(columns):
        partners = {partner for task in column.tasks for partner in task.visit.partner_ids}
        members = [k]
        apart = []
        for theirs, indices in groups:
            if partners & theirs:
                partners |= theirs
                members = indices + members
            else:
                apart.append((theirs, indices))
        groups = [*apart, (partners, sorted(members))]
    return sorted(indices for _, indices in groups)


def settle(problem: WeeklyProblem, columns: Sequence[Column], *, seed: int, work: float) -> Settled:
    """Settle the columns' patrols with least driving."""
    day = _Day(problem)
    for column in columns:
        if not column.tasks:
            day.add_return(column)
        elif column.tasks[0].visit.whole_shift:
            day.add_stationing(column)
        else:
            day.add_patrol(column)
    day.add_kept({column.frame.day for column in columns})
    day.keep_partners_in_one_place()
    return day.solve(seed=seed, work=work)


@dataclass(frozen=True, slots=True)
class _Served:
    """A visit's place, partners and seconds."""

    community_id: str
    partners: tuple[str, ...]
    begin: Expression
    end: Expression


class _Day:
    """The model of one group of crews."""

    def __init__(self, problem: WeeklyProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.served: list[_Served] = []
        self.kept: list[_Served] = []
        self.drives: list[Expression] = []
        self.lateness: list[Expression] = []
        self.readers: list[Callable[[cp_model.CpSolver], Patrol]] = []

    def add_stationing(self, column: Column) -> None:
        frame, task = column.frame, column.tasks[0]
        stationed = stationing(self.problem, frame, task)
        if stationed is None:
            message = "a stationing column begins within its window"
            raise AssertionError(message)
        begin = stationed[0]
        end = frame.end - self.problem.drive(frame.kind, frame.band_id, task.visit.community_id, STATION)
        rest = None if frame.rest is None else (max(begin, frame.rest[0]), max(begin, frame.rest[0]) + frame.rest[2])
        patrol = Patrol(column, (task,), (begin,), (end,), rest, (1, True), column.drive)
        self.served.append(_Served(task.visit.community_id, task.visit.partner_ids, begin, end))
        self.drives.append(column.drive)
        self.readers.append(lambda _: patrol)

    def add_return(self, column: Column) -> None:
        """Send a crew on the road home; it takes its break at the station, or before leaving where that is too late."""
        frame = column.frame
        rest = None
        if frame.rest is not None and not frame.finished:
            earliest, latest, duration = frame.rest
            before, home = max(frame.start, earliest), max(frame.start + column.drive, earliest)
            at_the_station = home <= latest and home + duration <= frame.end
            if not at_the_station and before <= latest and before + duration + column.drive <= frame.end:
                rest = before, before + duration
        patrol = Patrol(column, (), (), (), rest, (0, True), column.drive)
        self.drives.append(column.drive)
        self.readers.append(lambda _: patrol)

    def add_kept(self, days: set[int]) -> None:
        """Add the visits that stay: their partners are there whatever is planned beside them."""
        for kept in self.problem.kept:
            if kept.route.day in days:
                self.kept += [_Served(s.community_id, s.partner_ids, s.begin, s.end) for s in kept.route.stops]

    def add_patrol(self, column: Column) -> None:
        frame, tasks = column.frame, column.tasks
        home = len(tasks)
        begins = [self._begin(task, frame) for task in tasks]
        arcs = self._circuit(frame, tasks)
        rest = None if frame.rest is None else _RestVars(self.model, frame, home)
        for (i, j), (arc, hop) in arcs.items():
            ready: Expression = frame.start if i == home else begins[i] + tasks[i].visit.duration
            done: Expression = frame.end if j == home else begins[j]
            self.model.add(ready + hop <= done).only_enforce_if(arc)
            if rest is not None:
                rest.between(arc, i, ready, hop, done)
        for task, begin in zip(tasks, begins, strict=True):
            end = begin + task.visit.duration
            self.served.append(_Served(task.visit.community_id, task.visit.partner_ids, begin, end))
            self._price_begin(frame, task, begin)
        self.drives.append(sum(arc * hop for arc, hop in arcs.values()))
        self.lateness += [begin - frame.start for begin in begins]
        self.readers.append(lambda solver: _read(solver, column, begins, arcs, rest))

    def _begin(self, task: Task, frame: Frame) -> Literal:
        inside = [(max(a, frame.start), min(b, frame.end)) for a, b in task.windows]
        domain = cp_model.Domain.from_intervals([[a, b] for a, b in inside if a <= b])
        return self.model.new_int_var_from_domain(domain, f"begin {task.visit.id}")

    def _circuit(self, frame: Frame, tasks: Sequence[Task]) -> dict[tuple[int, int], tuple[Literal, int]]:
        inner = [task.visit.community_id for task in tasks]
        arcs = {
            (i, j): (self.model.new_bool_var(f"{i}>{j}"), self.problem.drive(frame.kind, frame.band_id, a, b))
            for i, a in enumerate([*inner, frame.origin])
            for j, b in enumerate([*inner, STATION])
            if i != j and self.problem.drive(frame.kind, frame.band_id, a, b) < UNREACHABLE
        }
        self.model.add_circuit([(i, j, arc) for (i, j), (arc, _) in arcs.items()])
        return arcs

    def _price_begin(self, frame: Frame, task: Task, begin: Literal) -> None:
        """Charge the tolls: one is paid, or service begins outside its seconds."""
        for toll in tolls_of(self.problem, frame, task):
            paid = self.model.new_bool_var(f"toll {task.visit.id}")
            outside = cp_model.Domain(toll.first, toll.last).complement()
            self.model.add_linear_expression_in_domain(begin, outside).only_enforce_if(~paid)
            self.drives.append(toll.price * paid)

    def keep_partners_in_one_place(self) -> None:
        """Two visits of one partner follow each other with the drive between their communities in between."""
        by_partner: dict[str, list[_Served]] = defaultdict(list)
        for served in self.served:
            for partner in served.partners:
                by_partner[partner].append(served)
        for partner, visits in by_partner.items():
            for first, second in combinations(visits, 2):
                self._apart(first, second)
            for first in visits:
                for second in self.kept:
                    if partner in second.partners:
                        self._apart(first, second)

    def _apart(self, first: _Served, second: _Served) -> None:
        order = self.model.new_bool_var("first")
        onward = self.problem.partner_drive(first.community_id, second.community_id)
        back = self.problem.partner_drive(second.community_id, first.community_id)
        self.model.add(first.end + onward <= second.begin).only_enforce_if(order)
        self.model.add(second.end + back <= first.begin).only_enforce_if(~order)

    def solve(self, *, seed: int, work: float) -> Settled:
        self.model.minimize(DRIVE_WEIGHT * sum(self.drives) + sum(self.lateness))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = work
        solver.parameters.catch_sigint_signal = False
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Settled(None, impossible=status == cp_model.INFEASIBLE, least=0)
        # What stands behind the driving in the objective is below one second's weight, so it rounds away.
        least = int(solver.best_objective_bound // DRIVE_WEIGHT)
        return Settled([read(solver) for read in self.readers], impossible=False, least=least)


class _RestVars:
    """A break somewhere on a patrol: after which stop, and before leaving or after arriving."""

    def __init__(self, model: cp_model.CpModel, frame: Frame, home: int) -> None:
        if frame.rest is None:
            message = "this frame owes no break"
            raise AssertionError(message)
        earliest, latest, self.duration = frame.rest
        self.model = model
        self.begin = model.new_int_var(earliest, latest, "rest")
        self.after = [model.new_bool_var(f"rest after {i}") for i in range(home + 1)]
        self.leaving = model.new_bool_var("rest before leaving")
        model.add_exactly_one(self.after)

    def between(self, arc: Literal, i: int, ready: Expression, hop: int, done: Expression) -> None:
        """Take the break on the way of `arc`, where it is the one after stop `i`."""
        here = [arc, self.after[i]]
        self.model.add(ready <= self.begin).only_enforce_if([*here, self.leaving])
        self.model.add(self.begin + self.duration + hop <= done).only_enforce_if([*here, self.leaving])
        self.model.add(ready + hop <= self.begin).only_enforce_if([*here, ~self.leaving])
        self.model.add(self.begin + self.duration <= done).only_enforce_if([*here, ~self.leaving])


def _read(
    solver: cp_model.CpSolver,
    column: Column,
    begins: Sequence[Literal],
    arcs: dict[tuple[int, int], tuple[Literal, int]],
    rest: _RestVars | None,
) -> Patrol:
    home = len(column.tasks)
    follows = {i: j for (i, j), (arc, _) in arcs.items() if solver.boolean_value(arc)}
    order: list[int] = []
    at = follows[home]
    while at != home:
        order.append(at)
        at = follows[at]
    starts = tuple(solver.value(begins[i]) for i in order)
    ends = tuple(begin + column.tasks[i].visit.duration for begin, i in zip(starts, order, strict=True))
    drive = sum(hop for (i, j), (_, hop) in arcs.items() if follows[i] == j)
    taken, after = None, (0, True)
    if rest is not None:
        begin = solver.value(rest.begin)
        taken = begin, begin + rest.duration
        last = next(i for i, here in enumerate(rest.after) if solver.boolean_value(here))
        after = 0 if last == home else order.index(last) + 1, solver.boolean_value(rest.leaving)
    return Patrol(column, tuple(column.tasks[i] for i in order), starts, ends, taken, after, drive)


def smallest_clash(
    problem: WeeklyProblem,
    columns: Sequence[Column],
    *,
    seed: int,
    work: float,
    stop: Callable[[], bool] = lambda: False,
) -> list[tuple[Task, ...]]:
    """Shrink columns that cannot share a day to the fewest visits that still cannot: a stronger cut.

    A deletion filter: leave out one visit at a time and keep it out while the rest stays impossible. Leaving visits out
    of a possible day keeps it possible, since drives obey the triangle inequality, so the cut holds for every column
    that contains what is left. Once `stop` says yes, it is not shrunk any further.
    """
    left = [list(column.tasks) for column in columns]
    for k, column in enumerate(columns):
        for task in column.tasks:
            trial = [[t for t in tasks if not (n == k and t is task)] for n, tasks in enumerate(left)]
            smaller = [_with(c, t) for c, t in zip(columns, trial, strict=True) if t]
            if not stop() and settle(problem, smaller, seed=seed, work=work).impossible:
                left = trial
    return [tuple(tasks) for tasks in left]


def _with(column: Column, tasks: Sequence[Task]) -> Column:
    return Column(column.frame, tuple(tasks), column.drive, column.b_leads)
