"""Leaving out what is in no better week: the optimum stays, and the model does get smaller."""

from __future__ import annotations

import pytest
from ortools.sat.python import cp_model

from planner.planning import plan_week
from planner.solver import master
from planner.solver.relaxation import Relaxation, narrowed, relax
from tests.planner.seeded import Size, seeded_week


def knapsack() -> cp_model.CpModel:
    """Return: at least two of five, at prices 1, 2, 3, 40 and 50, the first two not together; the best is 1 + 3."""
    model = cp_model.CpModel()
    takes = [model.new_bool_var(str(n)) for n in range(5)]
    model.add(sum(takes) >= 2)
    model.add_at_most_one(takes[:2])
    model.minimize(sum(price * take for price, take in zip((1, 2, 3, 40, 50), takes, strict=True)))
    return model


def test_the_relaxation_is_a_bound_and_prices_what_it_does_not_take() -> None:
    relaxation = relax(knapsack())
    assert relaxation is not None
    assert relaxation.bound == pytest.approx(4)
    assert {4} <= set(relaxation.hopeless(6).tolist()) <= {3, 4}
    assert relaxation.hopeless(100).tolist() == []


def test_a_model_is_narrowed_to_what_may_still_be_better() -> None:
    model = knapsack()
    relaxation = relax(model)
    assert relaxation is not None
    narrow = narrowed(model, relaxation, 6)
    assert narrow is not None
    assert [list(variable.domain) for variable in narrow.proto.variables][:3] == [[0, 1]] * 3
    assert list(narrow.proto.variables[4].domain) == [0, 0]
    assert [list(variable.domain) for variable in model.proto.variables] == [[0, 1]] * 5
    assert narrowed(model, relaxation, 100) is None


def test_narrowed_weeks_have_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = [seeded_week(seed, Size(communities=14, pairs=3, peak=6)) for seed in range(5)]
    known = [plan_week(problem, time_limit=20, explained=False).objective for problem in weeks]
    smaller = 0

    def counted(model: cp_model.CpModel, relaxation: Relaxation, ceiling: int) -> cp_model.CpModel | None:
        nonlocal smaller
        narrow = narrowed(model, relaxation, ceiling)
        smaller += narrow is not None
        return narrow

    monkeypatch.setattr(master, "LARGE", 0)
    monkeypatch.setattr(master, "narrowed", counted)
    found = [plan_week(problem, time_limit=20, explained=False).objective for problem in weeks]
    assert [each.total for each in found] == [each.total for each in known] == [each.bound for each in found]
    assert smaller > 2
