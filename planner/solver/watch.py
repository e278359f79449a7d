"""Set up a solve and watch it: tell of what it finds, break it off when asked to (CP-SAT itself asks nobody)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ortools.sat.python import cp_model

EVERY = 0.1
"""Seconds on the clock between two questions."""


@contextmanager
def stopped_by(stop: Callable[[], bool], solver: cp_model.CpSolver) -> Iterator[None]:
    """End a solve made in this context as soon as `stop` says yes; what it has found by then is kept.

    `stop` is asked from another thread.
    """
    over = threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            if stop():
                solver.stop_search()

    watcher = threading.Thread(target=watch, name="wuzao-stop", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


class Told(cp_model.CpSolverSolutionCallback):
    """Report best and bound at each new solution."""

    def __init__(self, progress: Callable[[int, int], None]) -> None:
        super().__init__()
        self._progress = progress

    def on_solution_callback(self) -> None:
        """Be told by the solver of a new solution."""
        self._progress(round(self.objective_value), whole(self.best_objective_bound))


def whole(bound: float) -> int:
    """Round a bound on an integer objective up, forgiving the solver's floating point."""
    return -int(-(bound - 1e-6) // 1)


def solver_for(seed: int, work: float) -> cp_model.CpSolver:
    """Return a solver for models of very many columns, of one worker and so much deterministic work."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    # Columns leave presolve little to find: probing and repeating it cost more than the search itself.
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    solver.parameters.catch_sigint_signal = False  # Ctrl-C is for whoever started us to answer
    return solver
