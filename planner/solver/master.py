"""The week's master: solves its program, which gets cuts meanwhile, whole or among the likeliest columns.

CP-SAT on one worker solves (the same seed and work limit then give the same answer); of a large program the linear
relaxation says which columns it need not look at, and gives a bound by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from planner.solver.branching import Effort, branch
from planner.solver.choice import Choice, Cut, PromiseCut, Trial
from planner.solver.columns import Column, open_visits
from planner.solver.greedy import first_week
from planner.solver.program import Part
from planner.solver.relaxation import Relaxation
from planner.solver.standing import as_published
from planner.solver.thinning import spare_kinds, thin
from planner.solver.watch import Told, solver_for, stopped_by, whole
from planner.solver.weekly import WeeklyProgram
from planner.visit import Visit
from planner.week import Route, WeeklyPlan, WeeklyProblem

Slot: TypeAlias = tuple[int, str, str, int]

LARGE = 2000
"""Columns from which on the linear relaxation is worth its seconds."""

AROUND = 3000
"""How many columns are looked at, of a large program, for what one more visit would cost."""

STRIDE = 1000
"""About so many columns does the relaxation begin with, beside those of the week at hand."""


@dataclass
class Master:
    """The program, kept between solves so that cuts accumulate; `stop` is asked while it solves."""

    problem: WeeklyProblem
    columns: Sequence[Column]
    stop: Callable[[], bool] = lambda: False
    weekly: WeeklyProgram = field(init=False)

    def __post_init__(self) -> None:
        self.columns = thin(self.problem, self.columns, spare_kinds(self.problem))
        self.weekly = WeeklyProgram(self.problem, self.columns, self.stop)
        self._cuts: set[Cut] = set()
        self._promises: set[PromiseCut] = set()
        self._relaxation: Relaxation | None = None
        self._everything: Part | None = None

    @property
    def obligations(self) -> dict[str, Visit]:
        """A visit of each obligation that is still to be placed."""
        return self.weekly.obligations

    @property
    def counts(self) -> dict[str, int]:
        """How many visits of each obligation are still to be placed."""
        return self.weekly.counts

    @property
    def large(self) -> bool:
        """Whether there are so many columns that their linear relaxation is worth its seconds."""
        return len(self.columns) >= LARGE

    def add(self, cuts: Iterable[Cut]) -> int:
        """Add what the days could not realise; return how much of it was new."""
        new = [cut for cut in dict.fromkeys(cuts) if cut not in self._cuts]
        self._cuts.update(new)
        rows = self.weekly.program.rows
        before = len(rows)
        for cut in new:
            self.weekly.add_cut(cut)
        if self._relaxation is not None and new:
            self._relaxation.add(rows[before:])
        return len(new)

    def add_promises(self, cuts: Iterable[PromiseCut]) -> int:
        """Add routes that together break the two-hour promise, at its price; return how many were new."""
        new = [cut for cut in dict.fromkeys(cuts) if cut not in self._promises]
        self._promises.update(new)
        for cut in new:
            self.weekly.add_promise(cut)
        return len(new)

    def tighten(self, hint: Choice, ceiling: int, work: float) -> tuple[int, float]:
        """Raise the bound of a large program for at most so much work; return the bound and the work it took.

        Only weeks cheaper than `ceiling` are of interest from then on.
        """
        if self._relaxation is None:
            running = self.weekly.values(hint.columns, hint.seconds)
            running[: len(self.columns) : max(1, len(self.columns) // STRIDE)] = 1
            running[len(self.columns) :] = 1
            self._relaxation = Relaxation(self.weekly.program, np.flatnonzero(running), self.stop)
        relaxation, before = self._relaxation, self._relaxation.work
        relaxation.forget(ceiling)
        relaxation.tighten(ceiling, work)
        return min(whole(max(relaxation.bound, 1.0) - 1), ceiling), relaxation.work - before

    def proves(self, ceiling: int, most: int) -> bool:
        """Return whether the likeliest `most` are all the columns that a week cheaper than `ceiling` may have."""
        return self._relaxation is None or int(self._among(ceiling)[: len(self.columns)].sum()) <= most

    def _among(self, ceiling: int | None, most: int | None = None) -> NDArray[np.bool_]:
        """Return the variables that may be in a week cheaper than `ceiling`, only `most` of the likeliest columns."""
        among = np.ones(len(self.weekly.program.most), np.bool_)
        if self._relaxation is None:
            return among
        count = len(self.columns)
        if ceiling is not None:
            among[:count] = ~self._relaxation.hopeless(ceiling)[:count]
        if most is not None and among[:count].sum() > most:
            order = self._relaxation.likeliest(count)
            order = order[among[order]]
            among[order[most:]] = False
        return among

    def solve(
        self,
        *,
        seed: int,
        work: float,
        tolerance: float = 0.0,
        hint: Choice | None = None,
        ceiling: int | None = None,
        most: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Choice:
        """Minimise the week's cost for at most `work` deterministic seconds, `tolerance` off the bound (a share).

        Only weeks cheaper than `ceiling` are of interest: what is in none of them is left out of a large program. Of
        that only `most` columns, the likeliest, are looked at, and those of the hint: nothing is proven then, unless
        these are all, and `progress` is told of a bound of 0.
        """
        start = self.greedy() if hint is None else hint
        values = self.weekly.values(start.columns, start.seconds)
        among = self._among(ceiling, most)
        proven = most is None or ceiling is None or self.proves(ceiling, most)
        effort = Effort(seed, work, tolerance)

        def told(best: int, bound: int) -> None:
            if progress is not None:
                progress(best, bound if proven else 0)

        if self._relaxation is None:
            part = self.weekly.program.part(among)
            part.hint(values)
            found = self._run(part, effort, told)
        else:
            found = self._branch(self._relaxation, among | (values > 0), values, effort, told)
        choice = found.choice or replace(start, work=found.work)
        if not proven:
            return replace(choice, bound=0)
        if ceiling is None:
            return choice
        return replace(choice, bound=ceiling if found.impossible else min(choice.bound, ceiling))

    def solve_with(self, obligation: str, missed: int, *, seed: int, work: float) -> Trial:
        """Find the cheapest week that misses at most `missed` visits of one obligation.

        Of a large program only the likeliest columns are looked at, and nothing is proven impossible.
        """
        relaxation = self._relaxation
        among = None if relaxation is None else self._around(relaxation, obligation)
        part = self._whole() if among is None else self.weekly.program.part(among)
        part.limit([(self.weekly.missed[obligation], missed)])
        trial = self._run(part, Effort(seed, work))
        return trial if among is None else replace(trial, impossible=False)

    def _around(self, relaxation: Relaxation, obligation: str) -> NDArray[np.bool_]:
        """Return the variables of the likeliest columns, and of the likeliest of those that make an obligation."""
        among = self._among(None, AROUND)
        order = relaxation.likeliest(len(self.columns))
        making = [runs for (made, _), runs in self.weekly.holding.items() if made == obligation]
        mine = order[np.isin(order, np.concatenate([np.zeros(0, np.int32), *making]))]
        among[mine[:AROUND]] = True
        return among

    def find(self, most: Mapping[str, int], *, seed: int, work: float) -> Trial:
        """Find any week that misses at most so many visits of each obligation named, whatever it costs."""
        part = self._whole()
        part.minimize(())
        part.limit((self.weekly.missed[obligation], missed) for obligation, missed in most.items())
        return self._run(part, Effort(seed, work))

    def fewest_missed(self, *, seed: int, work: float) -> int:
        """Return how many mandatory visits every plan of the week misses at least, as far as `work` proves it."""
        owed = [self.weekly.missed[key] for key, visit in self.obligations.items() if visit.mandatory]
        if not owed:
            return 0
        part = self._whole()
        part.minimize(owed)
        solver = solver_for(seed, work)
        with stopped_by(self.stop, solver):
            status = solver.solve(part.model)
        known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN)
        return max(0, whole(solver.best_objective_bound)) if known else 0

    def _whole(self) -> Part:
        """Return a copy of the whole program as it is now; building it takes much longer than copying."""
        program = self.weekly.program
        if self._everything is None or len(self._everything.variables) < len(program.most):
            self._everything = program.part(np.ones(len(program.most), np.bool_))
        self._everything.follow(program)
        return self._everything.copy()

    def _run(self, part: Part, effort: Effort, progress: Callable[[int, int], None] | None = None) -> Trial:
        if self.stop():
            return Trial(None, impossible=False, work=effort.work)
        solver = solver_for(effort.seed, effort.work)
        solver.parameters.relative_gap_limit = effort.tolerance
        with stopped_by(self.stop, solver):
            status = solver.solve(part.model, None if progress is None else Told(progress))
        spent = solver.response_proto.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Trial(None, status == cp_model.INFEASIBLE, spent)
        values = np.zeros(len(self.weekly.program.most), np.int64)
        values[list(part.variables)] = [solver.value(variable) for variable in part.variables.values()]
        return self._trial(values, solver.best_objective_bound, spent)

    def _branch(
        self,
        relaxation: Relaxation,
        among: NDArray[np.bool_],
        start: NDArray[np.int64],
        effort: Effort,
        progress: Callable[[int, int], None],
    ) -> Trial:
        def told(best: float, bound: float) -> None:
            progress(round(best), whole(max(bound, 0.0)))

        program = self.weekly.program
        found = branch(program, relaxation.halves, among, start, effort, progress=told, stop=self.stop)
        if found.values is None:
            return Trial(None, found.bound == np.inf, found.work)
        return self._trial(found.values, found.bound, found.work)

    def _trial(self, values: NDArray[np.int64], bound: float, work: float) -> Trial:
        """Return the choice that the values of the program's variables stand for."""
        chosen = np.flatnonzero(values[: len(self.columns)]).tolist()
        riding = {slot: officer for (slot, officer), i in self.weekly.second.items() if values[i]}
        program = self.weekly.program
        cost = int(values @ np.array(program.costs)) + program.constant
        choice = Choice(
            tuple(chosen),
            tuple(riding[self.columns[k].frame.slot] for k in chosen),
            {key: int(values[i]) for key, i in self.weekly.missed.items()},
            cost,
            whole(min(max(bound, 0.0), cost)),
            work,
        )
        return Trial(choice, impossible=False, work=work)

    def greedy(self) -> Choice:
        """Return the greedy week, for a start and for a limit too short to find any."""
        seconds: dict[Slot, list[str]] = defaultdict(list)
        for slot, officer in self.weekly.second:
            seconds[slot].append(officer)
        standing = as_published(self.problem, self.columns)
        return self._as_choice(*first_week(self.problem, self.columns, seconds, self.counts, standing))

    def choice_of(self, plan: WeeklyPlan) -> Choice:
        """Return a plan as a choice; where one's column was thinned out, it goes by the better vehicle."""
        obligations = {visit.id: visit.obligation_id for visit in open_visits(self.problem)}
        kinds = {vehicle.id: vehicle.kind for vehicle in self.problem.vehicles}
        columns: list[int] = []
        seconds: list[str] = []
        for route in plan.routes:
            begins = {(obligations[s.visit_id], route.day): s.begin for s in route.stops if s.visit_id in obligations}
            alike = {self.columns[k].frame.kind: k for k in self._making(route, begins)}
            if alike:
                columns.append(alike.get(kinds[route.vehicle_id], next(iter(alike.values()))))
                seconds.append(route.crew.officers[1])
        return self._as_choice(tuple(columns), tuple(seconds))

    def _making(self, route: Route, begins: Mapping[tuple[str, int], int]) -> Iterator[int]:
        """Yield the columns of a route's crew and shift that make just the visits that begin so."""
        for k in self.weekly.making(begins) if begins else range(len(self.columns)):
            frame, count = self.columns[k].frame, len(self.columns[k].tasks)
            theirs = frame.slot[:3] == (route.day, route.band_id, route.crew.lead) and count == len(begins)
            within = all(frame.start <= begin <= frame.end for begin in begins.values())
            if theirs and within and (frame.slot, route.crew.officers[1]) in self.weekly.second:
                yield k

    def _as_choice(self, columns: tuple[int, ...], seconds: tuple[str, ...]) -> Choice:
        """Return a choice whose cost, of which only what is missed is reckoned, is no bound; no cost is below 0."""
        made = Counter(task.key[0] for k in columns for task in self.columns[k].tasks)
        missed = {key: count - made[key] for key, count in self.counts.items()}
        cost = self.weekly.standing + sum(self.obligations[key].missed * count for key, count in missed.items())
        return Choice(columns, seconds, missed, cost, 0, 0.0)
