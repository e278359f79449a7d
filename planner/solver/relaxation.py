"""The linear relaxation of a model: a bound at once, and what every variable would cost a plan that uses it.

A variable whose reduced cost is more than what is left between the bound and the best plan known is 0 in every better
plan (reduced-cost fixing: Dantzig, Fulkerson and Johnson 1954), so most columns need not be looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model
from scipy.sparse import csr_matrix

SLACK = 1.0
"""Seconds by which a floating-point solution is not believed."""


FREE = -(2**62), 2**62
"""A row's least and most beyond these are no limits."""

WORTHWHILE = 0.2
"""A model is narrowed where at least such a share of its variables goes."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What the linear program says.

    Attributes
    ----------
    bound
        No solution costs less.
    reduced
        By variable index: by how much its least value 1 raises the bound.
    """

    bound: float
    reduced: NDArray[np.float64]

    def hopeless(self, ceiling: int) -> NDArray[np.int64]:
        """Return the variables that are 0 in every solution cheaper than `ceiling`."""
        return np.flatnonzero(self.reduced > max(0.0, ceiling - self.bound) + SLACK)


def relax(model: cp_model.CpModel) -> Relaxation | None:
    """Return the linear relaxation of a model of linear and at-most-one rows, or None where GLOP does not solve it."""
    proto = model.proto
    domains = [list(variable.domain) for variable in proto.variables]
    lower = np.array([domain[0] for domain in domains], np.float64)
    upper = np.array([domain[-1] for domain in domains], np.float64)
    costs = np.zeros(len(lower))
    costs[list(proto.objective.vars)] = list(proto.objective.coeffs)
    rows = _Rows()
    for constraint in proto.constraints:
        if constraint.has_at_most_one():
            rows.add_literals(constraint.at_most_one.literals, -np.inf)
        elif constraint.has_exactly_one():
            rows.add_literals(constraint.exactly_one.literals, 1.0)
        elif constraint.has_linear() and not constraint.enforcement_literal:
            domain = list(constraint.linear.domain)
            rows.add(list(constraint.linear.vars), list(constraint.linear.coeffs), domain[0], domain[-1])
    program: Any = model_builder.Model()  # type: ignore[no-untyped-call]  # its types are of an older numpy
    matrix = csr_matrix((rows.values, rows.columns, rows.starts), shape=(len(rows.lower), len(lower)))
    program.helper.fill_model_from_sparse_data(lower, upper, costs, np.array(rows.lower), np.array(rows.upper), matrix)
    solver = model_builder.Solver("GLOP")
    if solver.solve(program) != model_builder.SolveStatus.OPTIMAL:
        return None
    reduced = np.asarray(solver.reduced_costs(program.get_variables()), np.float64)
    return Relaxation(solver.objective_value + proto.objective.offset, np.where(lower == 0, reduced, 0.0))


def narrowed(model: cp_model.CpModel, relaxation: Relaxation, ceiling: int) -> cp_model.CpModel | None:
    """Return the model without what is in no solution cheaper than `ceiling`, or None where that leaves most of it."""
    hopeless = relaxation.hopeless(ceiling).tolist()
    if len(hopeless) < WORTHWHILE * len(relaxation.reduced):
        return None
    return _without(model, hopeless)


def likeliest(
    model: cp_model.CpModel,
    relaxation: Relaxation,
    among: NDArray[np.int64],
    most: int,
    keep: Sequence[int],
) -> cp_model.CpModel:
    """Return the model with `most` of the variables `among`, those of the least reduced cost, and those to `keep`."""
    order = among[np.argsort(relaxation.reduced[among], kind="stable")]
    return _without(model, sorted(set(order[most:].tolist()) - set(keep)))


def _without(model: cp_model.CpModel, indices: Iterable[int]) -> cp_model.CpModel:
    narrow = model.clone()
    for index in indices:
        domain = narrow.proto.variables[index].domain
        domain.clear()
        domain.extend([0, 0])
    return narrow


class _Rows:
    """Rows of a sparse matrix with their least and most."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.columns: list[int] = []
        self.starts: list[int] = [0]
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, columns: list[int], values: list[float], lower: float, upper: float) -> None:
        self.columns += columns
        self.values += values
        self.starts.append(len(self.columns))
        self.lower.append(-np.inf if lower <= FREE[0] else lower)
        self.upper.append(np.inf if upper >= FREE[1] else upper)

    def add_literals(self, literals: list[int], lower: float) -> None:
        """Add a row of literals of which at most one is true; −1 − index stands for a negated one."""
        signs = [1.0 if literal >= 0 else -1.0 for literal in literals]
        negated = sum(literal < 0 for literal in literals)
        self.add([n if n >= 0 else -1 - n for n in literals], signs, lower - negated, 1.0 - negated)
