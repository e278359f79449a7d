"""Cuts by hours: what they cut off no day can make, and what a plan does they leave alone."""

from __future__ import annotations

from itertools import product

import pytest

from planner.crowding import cuts_by_hours
from planner.planning import plan_week
from planner.realise import crowding_cuts
from planner.solver.columns import Column, all_columns
from planner.solver.daily import settle
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.seeded import Size, seeded_week

CROWDED = Size(communities=9, pairs=3, peak=8, days=3)


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
    cuts = list(cuts_by_hours(problem, columns))
    assert len(running) >= len(plan.routes)
    assert cuts
    by_slot = {k: columns[k].frame.slot for k in running}
    for cut in cuts:
        # A lead may have the same patrol listed by car and by e-bike: it runs once.
        active = [len({by_slot[k] for k in group if k in running}) for group in cut.columns]
        assert sum(active) < len(cut.columns)


@pytest.mark.parametrize("seed", range(2))
def test_no_day_can_make_what_is_cut_off(seed: int) -> None:
    problem = seeded_week(seed, CROWDED)
    columns = all_columns(problem)
    tried = 0
    for cut in cuts_by_hours(problem, columns):
        alone = [[k for k in group if len(columns[k].tasks) == 1] for group in cut.columns]
        together = (p for p in product(*alone) if len({columns[k].frame.slot for k in p}) == len(p))
        for crews in list(together)[:1]:
            assert settle(problem, [columns[k] for k in crews], seed=0, work=1.0).impossible
            tried += 1
    assert tried > 1


def test_mornings_too_short_for_two_are_cut_off_where_the_day_is_not() -> None:
    problem = seeded_week(1, CROWDED)
    columns = all_columns(problem)
    assert set(cuts_by_hours(problem, columns)) - set(crowding_cuts(problem, columns))
