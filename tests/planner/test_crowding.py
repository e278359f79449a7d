"""Crowding: what is cut off no day can make, and what a plan does is left alone."""

from __future__ import annotations

from itertools import combinations, islice, product

import pytest

from planner.planning import plan_week
from planner.solver.choice import Cut
from planner.solver.columns import Column, all_columns
from planner.solver.crowding import crowding_cuts
from planner.solver.daily import settle
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.seeded import Size, seeded_week

CROWDED = Size(communities=9, pairs=3, peak=8, days=3)


def most_of(cut: Cut) -> int:
    return len(cut.columns) - 1 if cut.most is None else cut.most


def _running(problem: WeeklyProblem, plan: WeeklyPlan, columns: list[Column]) -> set[int]:
    """Return the columns that a plan runs."""
    obligations = {visit.id: visit.obligation_id for visit in problem.visits}
    out = {
        (
            route.day,
            route.band_id,
            route.crew.lead,
            frozenset((obligations[stop.visit_id], route.day) for stop in route.stops),
        )
        for route in plan.routes
    }
    return {k for k, c in enumerate(columns) if (c.frame.day, c.frame.band_id, c.frame.lead, c.keys) in out}


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_breaks_no_cut(seed: int) -> None:
    problem = seeded_week(seed, CROWDED)
    plan, columns = plan_week(problem, time_limit=5, explained=False), all_columns(problem)
    running = _running(problem, plan, columns)
    cuts = list(crowding_cuts(problem, columns))
    assert len(running) >= len(plan.routes)
    assert cuts
    by_slot = {k: columns[k].frame.slot for k in running}
    for cut in cuts:
        # A lead may have the same patrol listed by car and by e-bike: it runs once.
        active = [len({by_slot[k] for k in group if k in running}) for group in cut.columns]
        assert sum(active) <= most_of(cut)


@pytest.mark.parametrize("seed", range(2))
def test_no_day_can_make_what_is_cut_off(seed: int) -> None:
    problem = seeded_week(seed, CROWDED)
    columns = all_columns(problem)
    tried = 0
    for cut in crowding_cuts(problem, columns):
        alone = [[k for k in group if len(columns[k].tasks) == 1] for group in cut.columns]
        for some in combinations(alone, most_of(cut) + 1):
            for crews in islice(product(*some), 40):
                if len({columns[k].frame.slot for k in crews}) == len(crews) == len({columns[k].keys for k in crews}):
                    assert settle(problem, [columns[k] for k in crews], seed=0, work=1.0).impossible
                    tried += 1
    assert tried > 5


def test_a_band_too_short_for_two_is_cut_off_where_the_other_is_not() -> None:
    problem = seeded_week(1, CROWDED)
    columns = all_columns(problem)
    pairs: dict[frozenset[tuple[str, int]], set[str]] = {}
    for cut in crowding_cuts(problem, columns):
        for one, other in combinations(cut.columns if most_of(cut) == 1 else (), 2):
            alone = [columns[k] for group in (one, other) for k in group if len(columns[k].tasks) == 1]
            pairs.setdefault(frozenset().union(*(column.keys for column in alone)), set()).update(
                column.frame.band_id for column in alone
            )
    assert {"middle"} in pairs.values()
