"""The linear relaxation of a program: a bound at once, and what every variable would cost a plan that uses it.

Columns are priced in as they are needed, for of a hundred thousand some thousands matter; rows are cut off by halves
(`subset_rows`). A variable whose reduced cost is more than what is left between the bound and the best plan known is 0
in every better plan (reduced-cost fixing: Dantzig, Fulkerson and Johnson 1954), so most columns need not be looked at.
HiGHS solves the linear programs: it keeps its basis while rows and columns come, which makes each next one cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, vstack

from planner.solver.program import FREE, Program, Row, limits, matrix
from planner.solver.quiet import QuietHighs
from planner.solver.subset_rows import Fraction, Group, broken_groups

SLACK = 1.0
"""Seconds by which a floating-point solution is not believed."""

OPTIONS = ("presolve", "off"), ("solver", "simplex")

MORE = 1500
"""The most variables that are priced in at once."""

TINY = 1e-6
"""A reduced cost this little below 0 is none."""

ITERATION = 4.5e-7
"""Deterministic seconds of one simplex iteration, a row, what follows from it included."""

LOOK = 4.5e-9
"""Deterministic seconds of looking at one entry of the matrix."""

STALE, GAIN = 5, 0.0002
"""Cutting stops where so many rounds have together raised the bound by less than such a share."""

ROOM, FEW = 0.3, 2
"""A row with more room than this, or a higher limit, is in no group worth halving."""


@dataclass
class Relaxation:
    """The relaxation of a program's rows and variables as they are now; rows may be added.

    Attributes
    ----------
    start
        Variables to begin with, those of a solution among them.
    stop
        Asked all the while; once it says yes, what is known by then stays.
    bound
        No solution costs less.
    reduced
        By variable: by how much its being 1 raises the bound.
    work
        Deterministic seconds spent so far.
    halves
        Rows that cut off weeks in halves.
    """

    program: Program
    start: NDArray[np.int64]
    stop: Callable[[], bool] = lambda: False
    bound: float = field(init=False, default=-np.inf)
    reduced: NDArray[np.float64] = field(init=False)
    work: float = field(init=False, default=0.0)
    halves: list[Row] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.program.most)
        self._costs = np.array(self.program.costs, np.float64)
        self._most = np.array(self.program.most, np.float64)
        self._rows: list[Row] = []
        self._simple: list[bool] = []
        self._seen: list[NDArray[np.float32]] = []
        self._blocks: list[csc_matrix] = []
        self._groups: set[Group] = set()
        self._place = np.full(count, -1, np.int32)
        self._active = np.zeros(0, np.int64)
        self._alive = np.ones(count, np.bool_)
        self._values = np.zeros(0)
        self.reduced = np.zeros(count)
        self._highs = QuietHighs()
        for option, value in OPTIONS:
            self._highs.setOptionValue(option, value)
        self._append(self.program.rows)
        self._enter(self.start)
        self._solve()

    def hopeless(self, ceiling: int) -> NDArray[np.bool_]:
        """Return which variables are 0 in every solution cheaper than `ceiling`."""
        return ~self._alive | (self.reduced > max(0.0, ceiling - self.bound) + SLACK)

    def likeliest(self, count: int) -> NDArray[np.int64]:
        """Return the first `count` variables, the likeliest first: those of least reduced cost.

        It is the mean of before any halves, half the way and now: the halves' own prices are as arbitrary as they
        are many, and by the last alone the best week was often left out.
        """
        if not self._seen:
            return np.arange(count)
        prices = [self._seen[0], self._seen[len(self._seen) // 2], self._seen[-1]]
        return np.argsort(np.sum([price[:count] for price in prices], axis=0), kind="stable")

    def forget(self, ceiling: int) -> None:
        """Leave out for good what is in no solution cheaper than `ceiling`; only such are of interest from now on."""
        dead = self.hopeless(ceiling) & self._alive
        dead[self.start] = False
        self._alive &= ~dead
        gone = self._place[dead & (self._place >= 0)]
        self._highs.changeColsBounds(len(gone), gone, np.zeros(len(gone)), np.zeros(len(gone)))

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows that every solution of interest keeps."""
        self._append(rows)
        self._solve()

    def tighten(self, ceiling: int, work: float) -> None:
        """Cut off halves until that gains little, the bound is at the ceiling or the work is done."""
        last = self.work + work
        bounds = [self.bound]
        while self.bound < ceiling and self.work < last and not self.stop():
            groups = self._broken()
            if not groups:
                return
            halves = [self._halved(group) for group in groups]
            self.halves += halves
            self.add(halves)
            self.forget(ceiling)
            bounds.append(self.bound)
            if len(bounds) > STALE and self.bound - bounds[-1 - STALE] < GAIN * abs(self.bound):
                return

    def _append(self, rows: Sequence[Row]) -> None:
        block = matrix(rows, len(self._costs)).tocsc()
        self._rows += rows
        self._simple += [row.coefficients is None and row.most <= FEW and len(row.variables) > 1 for row in rows]
        self._blocks.append(block)
        mine = block[:, self._active].tocsr()
        self._highs.addRows(len(rows), *limits(rows), mine.nnz, mine.indptr[:-1], mine.indices, mine.data)

    def _enter(self, variables: NDArray[np.int64]) -> None:
        self._place[variables] = np.arange(len(self._active), len(self._active) + len(variables))
        self._active = np.concatenate([self._active, variables])
        mine = vstack([block[:, variables] for block in self._blocks], format="csc")
        costs, most = self._costs[variables], self._most[variables]
        self._highs.addCols(
            len(variables), costs, np.zeros(len(variables)), most, mine.nnz, mine.indptr[:-1], mine.indices, mine.data
        )

    def _solve(self) -> None:
        """Solve, pricing in what would lower the cost, until nothing would."""
        while not self.stop():
            self._highs.run()
            if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return  # the bound and the prices of before still hold
            solution, info = self._highs.getSolution(), self._highs.getInfo()
            self.work += max(1, info.simplex_iteration_count) * len(self._rows) * ITERATION
            self._values = np.array(solution.col_value)
            bound, reduced = self._reckon(np.array(solution.row_dual))
            if bound >= self.bound:
                self.bound, self.reduced = bound, reduced
            missing = np.flatnonzero((reduced < -TINY) & self._alive & (self._place < 0))
            if not len(missing):
                self._seen.append(np.maximum(reduced, 0.0).astype(np.float32))
                return
            self._enter(missing[np.argsort(reduced[missing], kind="stable")[:MORE]])

    def _reckon(self, duals: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the bound that these prices of the rows prove, whatever the solver's tolerances, and reduced costs."""
        limits = np.where(duals > 0, [row.least for row in self._rows], [row.most for row in self._rows])
        duals = np.where(np.abs(limits) >= FREE, 0.0, duals)
        reduced, first = self._costs.copy(), 0
        for block in self._blocks:
            reduced -= block.T @ duals[first : first + block.shape[0]]
            first += block.shape[0]
            self.work += block.nnz * LOOK
        gains = np.minimum(reduced, 0.0) * self._most
        return self.program.constant + float(duals @ limits.astype(float) + gains[self._alive].sum()), reduced

    def _broken(self) -> list[Group]:
        """Return new groups of rows that the solution breaks when halved."""
        taken = np.flatnonzero(self._values > 1e-5)
        values = self._values[taken]
        variables = self._active[taken]
        part = vstack([block[:, variables] for block in self._blocks], format="csr")
        halves = part[:, values < 1 - 1e-5].getnnz(axis=1) > 0
        room = np.array([row.most for row in self._rows], np.float64) - part @ values
        rows = [i for i in np.flatnonzero(halves & (room < ROOM)).tolist() if self._simple[i]]
        bounds = np.array([self._rows[i].most for i in rows], np.float64)
        found = broken_groups(Fraction(rows, bounds, part[rows].toarray(), values))
        new = [group for group in found if group not in self._groups]
        self._groups.update(new)
        return new

    def _halved(self, group: Group) -> Row:
        """Return the cut of a group: its rows added up and halved, every half rounded down."""
        members = [self._rows[i] for i in group]
        every, times = np.unique(np.concatenate([row.variables for row in members]), return_counts=True)
        halves = (times // 2).astype(np.int8)  # of tens of millions, nearly all 1
        return Row(every[halves > 0], halves[halves > 0], -FREE, sum(row.most for row in members) // 2)
