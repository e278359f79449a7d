"""An integer linear program kept as rows: said once, and read as a linear relaxation or, whole or in part, by CP-SAT.

Most of a week's columns are in no good week, so nothing is ever built for all of them but the sparse rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.sparse import csr_matrix

FREE = 2**62
"""No limit of a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """`least` ≤ Σ coefficient × variable ≤ `most`.

    Attributes
    ----------
    variables
        Their indices, each once.
    coefficients
        In the same order; None where all are 1.
    """

    variables: NDArray[np.int32]
    coefficients: NDArray[np.int64] | NDArray[np.int8] | None
    least: int
    most: int


@dataclass
class Program:
    """Minimise what the variables cost, all of them whole numbers from 0 on, within the rows.

    Attributes
    ----------
    most
        The most that each variable may be.
    costs
        Of one unit of each.
    constant
        What is paid whatever they are.
    """

    most: list[int] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    constant: int = 0

    def variable(self, cost: int = 0, most: int = 1) -> int:
        """Add a variable and return its index."""
        self.most.append(most)
        self.costs.append(cost)
        return len(self.most) - 1

    def at_most(self, most: int, variables: Sequence[int], coefficients: Sequence[int] | None = None) -> None:
        """Add a row with an upper limit."""
        self.between(-FREE, most, variables, coefficients)

    def exactly(self, value: int, variables: Sequence[int], coefficients: Sequence[int] | None = None) -> None:
        """Add an equation."""
        self.between(value, value, variables, coefficients)

    def between(
        self, least: int, most: int, variables: Sequence[int], coefficients: Sequence[int] | None = None
    ) -> None:
        """Add a row."""
        weights = None if coefficients is None else np.asarray(coefficients, np.int64)
        self.rows.append(Row(np.asarray(variables, np.int32), weights, least, most))

    def part(self, among: NDArray[np.bool_]) -> Part:
        """Return the program as a CP-SAT model of the variables `among`, all others being 0."""
        model = cp_model.CpModel()
        taken = np.flatnonzero(among).tolist()
        variables = {i: model.new_int_var(0, self.most[i], f"v{i}") for i in taken}
        part = Part(model, variables)
        part.follow(self)
        costs = [self.costs[i] for i in taken]
        model.minimize(cp_model.LinearExpr.weighted_sum(list(variables.values()), costs) + self.constant)
        return part


@dataclass
class Part:
    """A CP-SAT model of some of a program's variables, by their indices there.

    Attributes
    ----------
    rows
        How many of the program's rows it has.
    """

    model: cp_model.CpModel
    variables: Mapping[int, cp_model.IntVar]
    rows: int = 0

    def follow(self, program: Program) -> None:
        """Add the rows that the program got meanwhile."""
        among = np.zeros(len(program.most), np.bool_)
        among[list(self.variables)] = True
        for row in program.rows[self.rows :]:
            _add(self.model, row, among, self.variables)
        self.rows = len(program.rows)

    def copy(self) -> Part:
        """Return a part that can be limited and priced otherwise while this one stays."""
        model = self.model.clone()
        return Part(
            model, {i: model.get_int_var_from_proto_index(v.index) for i, v in self.variables.items()}, self.rows
        )

    def hint(self, values: NDArray[np.int64]) -> None:
        """Offer a value for every variable, so that the solver begins from it as a solution."""
        for i, variable in self.variables.items():
            self.model.add_hint(variable, int(values[i]))

    def limit(self, limits: Iterable[tuple[int, int]]) -> None:
        """Let variables, by their indices in the program, be at most so much."""
        for i, most in limits:
            self.model.add(self.variables[i] <= most)

    def minimize(self, indices: Iterable[int]) -> None:
        """Minimise the sum of some variables instead of the cost: of none, find anything."""
        self.model.clear_objective()  # type: ignore[no-untyped-call]  # OR-Tools leaves it untyped
        if chosen := [self.variables[i] for i in indices]:
            self.model.minimize(cp_model.LinearExpr.sum(chosen))


def matrix(rows: Sequence[Row], count: int) -> csr_matrix:
    """Return rows as a sparse matrix, a column for each of `count` variables."""
    variables = np.concatenate([np.zeros(0, np.int32), *(row.variables for row in rows)])
    starts = np.cumsum([0, *(len(row.variables) for row in rows)])
    values = np.ones(len(variables))
    for row, first in zip(rows, starts[:-1].tolist(), strict=True):
        if row.coefficients is not None:
            values[first : first + len(row.variables)] = row.coefficients
    return csr_matrix((values, variables, starts), shape=(len(rows), count))


def within(rows: Iterable[Row], taken: NDArray[np.int64], count: int) -> Iterator[Row]:
    """Yield the rows with no variables but `taken` of the `count`, numbered as they come there."""
    places = np.full(count, -1, np.int32)
    places[taken] = np.arange(len(taken), dtype=np.int32)
    for row in rows:
        mine = places[row.variables]
        inside = mine >= 0
        yield replace(
            row, variables=mine[inside], coefficients=None if row.coefficients is None else row.coefficients[inside]
        )


def keeps(row: Row, values: NDArray[np.int64]) -> bool:
    """Return whether whole values keep a row exactly, whatever a solver's tolerances."""
    mine = values[row.variables]
    total = int(mine.sum() if row.coefficients is None else mine @ row.coefficients)
    return row.least <= total <= row.most


def limits(rows: Sequence[Row]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the most of rows, infinite where there is no limit."""
    least = np.array([-np.inf if row.least <= -FREE else row.least for row in rows], np.float64)
    return least, np.array([np.inf if row.most >= FREE else row.most for row in rows], np.float64)


def _add(model: cp_model.CpModel, row: Row, among: NDArray[np.bool_], variables: Mapping[int, cp_model.IntVar]) -> None:
    inside = among[row.variables]
    mine = [variables[i] for i in row.variables[inside].tolist()]
    if not mine:
        if not row.least <= 0 <= row.most:
            model.add_bool_or([])  # nothing is left that could meet it
        return
    if row.coefficients is not None:
        terms = cp_model.LinearExpr.weighted_sum(mine, row.coefficients[inside].tolist())
        model.add_linear_constraint(terms, row.least, row.most)
    elif row.most == 1 and row.least <= 0 and all(v.is_boolean for v in mine):
        model.add_at_most_one(mine)
    elif row.most == row.least == 1 and all(v.is_boolean for v in mine):
        model.add_exactly_one(mine)
    else:
        model.add_linear_constraint(cp_model.LinearExpr.sum(mine), row.least, row.most)
