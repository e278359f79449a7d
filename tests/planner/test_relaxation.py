"""The linear relaxation and its halves: no solution beats the bound, and what a better one needs is not left out."""

from __future__ import annotations

import threading
import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from planner import planning
from planner.planning import plan_week
from planner.solver import master
from planner.solver.branching import Effort, _Calls, _ended, branch
from planner.solver.columns import all_columns
from planner.solver.program import FREE, Part, Program, Row
from planner.solver.relaxation import Relaxation
from planner.solver.subset_rows import Fraction, broken_groups
from tests.planner.seeded import Size, seeded_week


def knapsack() -> Program:
    """Return: at least two of five, at prices 1, 2, 3, 40 and 50, the first two not together; the best is 1 + 3."""
    program = Program()
    takes = [program.variable(price) for price in (1, 2, 3, 40, 50)]
    program.between(2, FREE, takes)
    program.at_most(1, takes[:2])
    return program


def triangle() -> Program:
    """Return: three patrols make three visits two by two, so only one can run; each spares 10 of the 30 of missing."""
    program = Program(constant=30)
    one, two, three = (program.variable(-10) for _ in range(3))
    for pair in ((one, two), (two, three), (one, three)):
        program.at_most(1, pair)
    return program


def relaxed(program: Program) -> Relaxation:
    return Relaxation(program, np.arange(len(program.most)))


def solutions(program: Program) -> list[tuple[int, np.ndarray]]:
    """Return every solution with its cost."""
    found = []
    for values in product(*(range(most + 1) for most in program.most)):
        array = np.array(values)
        if all(row.least <= total(row, array) <= row.most for row in program.rows):
            found.append((int(array @ np.array(program.costs)) + program.constant, array))
    return found


def total(row: Row, values: np.ndarray) -> int:
    weights = np.ones(len(row.variables), int) if row.coefficients is None else row.coefficients
    return int(weights @ values[row.variables])


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw packings and coverings of few variables, all of which may be 0."""
    program = Program(constant=draw(st.integers(0, 50)))
    count = draw(st.integers(4, 8))
    for _ in range(count):
        program.variable(draw(st.integers(-20, 20)))
    for _ in range(draw(st.integers(2, 7))):
        members = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=6, unique=True))
        program.at_most(draw(st.integers(1, 2)), members)
    missed = program.variable(draw(st.integers(1, 60)), 2)
    members = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=5, unique=True))
    program.exactly(draw(st.integers(1, 2)), [*members, missed])
    return program


def test_the_relaxation_is_a_bound_and_prices_what_it_does_not_take() -> None:
    relaxation = relaxed(knapsack())
    assert relaxation.bound == pytest.approx(4)
    assert {4} <= set(np.flatnonzero(relaxation.hopeless(6)).tolist()) <= {3, 4}
    assert not relaxation.hopeless(100).any()


def test_variables_are_priced_in_from_few() -> None:
    relaxation = Relaxation(knapsack(), np.array([3, 4]))
    assert relaxation.bound == pytest.approx(4)


def test_halves_cut_off_three_patrols_a_half_each() -> None:
    relaxation = relaxed(triangle())
    assert relaxation.bound == pytest.approx(15)
    relaxation.tighten(100, 10.0)
    assert relaxation.bound == pytest.approx(20)
    assert [(row.variables.tolist(), row.most) for row in relaxation.halves] == [([0, 1, 2], 1)]


def test_five_patrols_round_a_ring_of_five_visits_are_cut_off_by_a_five() -> None:
    ring = np.array([[1.0 if column in {row, (row + 1) % 5} else 0.0 for column in range(5)] for row in range(5)])
    groups = broken_groups(Fraction(range(10, 15), np.ones(5), ring, np.full(5, 0.5)))
    assert groups == [(10, 11, 12, 13, 14)]


@given(programs())
@settings(max_examples=80, deadline=None)
def test_no_solution_is_below_the_bound_and_every_solution_keeps_the_halves(program: Program) -> None:
    every = solutions(program)
    best = min(cost for cost, _ in every)
    relaxation = relaxed(program)
    plain = relaxation.bound
    relaxation.tighten(best + 1, 10.0)
    assert plain - 1e-6 <= relaxation.bound <= best + 1e-6
    for cost, values in every:
        if cost < best + 1:  # only these are of interest
            assert all(total(row, values) <= row.most for row in relaxation.halves)
            assert not relaxation.hopeless(best + 1)[values > 0].any()


@given(programs(), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_branching_finds_the_best_solution_and_proves_it(program: Program, seed: int) -> None:
    every = solutions(program)
    start = every[0][1]
    found = branch(program, [], np.ones(len(start), np.bool_), start, Effort(seed, 10.0))
    assert found.values is not None
    cost = int(found.values @ np.array(program.costs)) + program.constant
    assert cost == min(cost for cost, _ in every) == pytest.approx(found.bound, abs=0.51)


def test_branching_looks_among_some_variables_only() -> None:
    start = np.array([0, 1, 1, 0, 0])
    found = branch(knapsack(), [], np.array([False, True, True, True, True]), start, Effort(0, 10.0))
    assert found.values is not None
    assert found.values.tolist() == [0, 1, 1, 0, 0]


def test_what_cannot_be_is_told_from_what_was_not_found() -> None:
    program = knapsack()
    start = np.array([1, 0, 1, 0, 0])
    none = branch(program, [], np.array([True, True, False, False, False]), start, Effort(0, 10.0))
    assert none.values is None
    assert none.bound == np.inf
    stopped = branch(program, [], np.ones(5, np.bool_), start, Effort(0, 10.0), stop=lambda: True)
    assert stopped.values is None or stopped.values.tolist() == [1, 0, 1, 0, 0]


class Endless:
    """A solve that ends a moment after it is told to."""

    def __init__(self, calls: _Calls) -> None:
        self.calls = calls
        self.thread: threading.Thread | None = None

    def run(self) -> None:
        self.thread = threading.current_thread()
        while not self.calls.over:
            time.sleep(0.01)


def test_asked_to_stop_nobody_waits_for_the_solve_but_python_as_it_ends() -> None:
    calls = _Calls(10.0, 0.0, 0.0, None)
    solve = Endless(calls)
    began = time.monotonic()
    assert not _ended(solve, calls, lambda: True)  # type: ignore[arg-type]  # as much of HiGHS as is asked for
    assert time.monotonic() - began < 0.5
    assert solve.thread is not None
    assert not solve.thread.daemon  # a daemon that HiGHS calls back from aborts an interpreter on its way out
    solve.thread.join(1.0)
    assert not solve.thread.is_alive()


def test_a_copy_of_a_part_is_limited_alone_and_the_part_follows_the_program() -> None:
    program = knapsack()
    part = program.part(np.ones(5, np.bool_))
    copy = part.copy()
    copy.limit([(0, 0)])
    assert [cost_of(each) for each in (part, copy)] == [4, 5]
    program.at_most(0, [2])
    part.follow(program)
    assert cost_of(part) == 41
    copy.minimize([3, 4])
    assert cost_of(copy) == 0


def cost_of(part: Part) -> int:
    solver = cp_model.CpSolver()
    assert solver.solve(part.model) == cp_model.OPTIMAL
    return round(solver.objective_value)


def test_nothing_is_said_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    relaxed(triangle()).tighten(100, 10.0)
    branch(knapsack(), [], np.ones(5, np.bool_), np.array([1, 0, 1, 0, 0]), Effort(0, 10.0))
    assert capfd.readouterr().out == ""


def test_large_weeks_have_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = [seeded_week(seed, Size(communities=12, pairs=3, peak=5)) for seed in range(4)]
    known = [plan_week(problem, time_limit=20, explained=False).objective for problem in weeks]
    monkeypatch.setattr(master, "LARGE", 0)
    found = [plan_week(problem, time_limit=20, explained=False).objective for problem in weeks]
    assert [each.total for each in found] == [each.total for each in known] == [each.bound for each in found]


def test_large_weeks_are_planned_alike_from_the_same_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = seeded_week(1, Size(communities=14, pairs=3, peak=10, cars=1, ebikes=1))
    monkeypatch.setattr(master, "LARGE", 0)
    monkeypatch.setattr(planning, "LIKELY", 60)
    once, again = (plan_week(problem, seed=3, time_limit=5, explained=False) for _ in range(2))
    assert once == again
    assert once.objective.bound > 0


def test_what_one_more_visit_would_cost_is_found_among_the_likeliest_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(master, "AROUND", 200)
    problem = seeded_week(3, Size(communities=14, pairs=2, peak=12, cars=1))
    whole, large = (master.Master(problem, all_columns(problem)) for _ in range(2))
    start = large.greedy()
    large.tighten(start, start.cost + 100_000, 5.0)
    assert len(large.columns) > 900
    wanted = {obligation: missed - 1 for obligation, missed in start.missed.items() if missed}
    found = 0
    for obligation, most in wanted.items():
        asked, near = (one.solve_with(obligation, most, seed=0, work=20.0) for one in (whole, large))
        assert not near.impossible, "of a part of the columns nothing is proven"
        assert (near.choice is None) == (asked.choice is None)
        if asked.choice is not None and near.choice is not None:
            assert near.choice.missed[obligation] <= most
            assert asked.choice.cost <= near.choice.cost <= 1.001 * asked.choice.cost
            found += 1
    assert found
