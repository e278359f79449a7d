"""Branch and bound over the rows and their halves: far ahead of CP-SAT where the relaxation says nearly everything.

HiGHS on one thread does the same on every run; it is told to stop after so many of its own calls back, which are the
same too, and not after seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from highspy import HighsCallbackEvent, HighsModelStatus, SolutionStatus
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from planner.solver.program import Program, Row, keeps, limits, matrix, within
from planner.solver.quiet import QuietHighs

EVERY = 0.1
"""Seconds on the clock between two questions whether to stop."""

BEGIN, CALL = 1.5e-5, 1.2e-6
"""Deterministic seconds, an entry of the matrix, of beginning and of what is done between two calls back."""

OPTIONS = (
    ("mip_heuristic_run_feasibility_jump", False),  # it looks where a week from search already is
    ("mip_allow_restart", False),  # presolving anew takes longer than it spares
    ("mip_pool_soft_limit", 1000),  # of 10,000 cuts of up to a thousand entries each, hardly any are used
    ("mip_abs_gap", 0.5),
)


@dataclass(frozen=True, slots=True)
class Branched:
    """What came of it.

    Attributes
    ----------
    values
        Of all variables of the program, or None where nothing was found.
    bound
        No solution among the variables looked at costs less.
    work
        Deterministic seconds spent.
    """

    values: NDArray[np.int64] | None
    bound: float
    work: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look.

    Attributes
    ----------
    work
        Deterministic seconds.
    tolerance
        How far off the bound is good enough, as a share.
    """

    seed: int
    work: float
    tolerance: float = 0.0


def branch(
    program: Program,
    halves: Sequence[Row],
    among: NDArray[np.bool_],
    start: NDArray[np.int64],
    effort: Effort,
    *,
    progress: Callable[[float, float], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Branched:
    """Minimise a program over some of its variables, all others being 0.

    Parameters
    ----------
    halves
        Rows that every solution keeps and the relaxation does not.
    start
        A solution to begin with.
    """
    taken = np.flatnonzero(among)
    rows = [*program.rows, *halves]
    part = matrix(list(within(rows, taken, len(program.most))), len(taken)).tocsc()
    if stop():
        return Branched(None, -np.inf, 0.0)
    highs = _highs(program, rows, part, taken, start)
    highs.setOptionValue("random_seed", effort.seed)
    highs.setOptionValue("mip_rel_gap", effort.tolerance)
    calls = _Calls(effort.work, BEGIN * part.nnz, CALL * part.nnz, progress)
    highs.cbMipInterrupt += calls.interrupt
    highs.cbMipImprovingSolution += calls.improved
    if not _ended(highs, calls, stop):
        return Branched(None, -np.inf, calls.spent)
    if highs.getModelStatus() == HighsModelStatus.kInfeasible:
        return Branched(None, np.inf, calls.spent)
    info = highs.getInfo()
    values = np.zeros(len(program.most), np.int64)
    values[taken] = np.rint(found) if len(found := np.array(highs.getSolution().col_value)) else 0
    kept = info.primal_solution_status == SolutionStatus.kSolutionStatusFeasible and all(
        keeps(row, values) for row in rows
    )
    return Branched(values if kept else None, info.mip_dual_bound, calls.spent)


class _Calls:
    """Counts the calls back and ends the solve after so many."""

    def __init__(self, work: float, spent: float, each: float, progress: Callable[[float, float], None] | None) -> None:
        self.work, self.spent, self.each, self.progress = work, spent, each, progress
        self.over = False

    def interrupt(self, event: HighsCallbackEvent) -> None:
        self.spent += self.each
        if self.over or self.spent >= self.work:
            event.interrupt()

    def improved(self, event: HighsCallbackEvent) -> None:
        if self.progress is not None and not self.over:
            self.progress(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)


def _highs(
    program: Program, rows: Sequence[Row], part: csc_matrix, taken: NDArray[np.int64], start: NDArray[np.int64]
) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.offset_ = len(taken), len(rows), float(program.constant)
    lp.col_cost_ = np.array(program.costs, np.float64)[taken]
    lp.col_lower_, lp.col_upper_ = np.zeros(len(taken)), np.array(program.most, np.float64)[taken]
    lp.row_lower_, lp.row_upper_ = limits(rows)
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = part.indptr, part.indices, part.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(taken)
    highs = QuietHighs()
    for option, value in OPTIONS:
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    solution = highspy.HighsSolution()
    solution.col_value = start[taken].astype(float)
    highs.setSolution(solution)
    return highs


def _ended(highs: highspy.Highs, calls: _Calls, stop: Callable[[], bool]) -> bool:
    """Solve in another thread; no sooner asked to stop than gone, while HiGHS ends at its next call back.

    No daemon: Python waits for it before it ends, for it would abort where HiGHS called back afterwards.
    """
    solving = threading.Thread(target=highs.run, name="wuzao-branching")
    solving.start()
    while solving.is_alive():
        solving.join(EVERY)
        if solving.is_alive() and stop():
            calls.over = True
            return False
    return True
