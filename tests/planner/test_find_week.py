from __future__ import annotations

from dataclasses import replace

import pytest

from casework.obligation import VisitKind
from planner.assemble import assemble
from planner.find_week import find_week, settled
from planner.objective import outings, price
from planner.planning import plan_week
from planner.policy import HOUR, BreakPolicy
from planner.rules import judge
from planner.seconds import seconds_for
from planner.solver.columns import frames
from planner.visit import ArrivalWindow, Pin, Visit
from planner.week import DAY, WeeklyPlan, WeeklyProblem
from tests.planner.seeded import Size, seeded_week

SIZES = (
    Size(8, 2, 4, 1, 1),
    Size(12, 3, 8, 3, 1),
    Size(16, 4, 16, 2, 3),
    Size(20, 4, 8, 0, 4),
    Size(30, 6, 14, 5, 1),
)
LEFT_OUT_RULES = {"mandatory_work_is_placed"}


def squad(seed: int) -> WeeklyProblem:
    """One of several squads, some with stationing, some with a break in the middle of the band, some with two outings."""
    problem = seeded_week(seed, SIZES[seed % len(SIZES)])
    if seed % 2:
        problem = replace(problem, visits=(*problem.visits, *(stationing(n) for n in range(1 + seed % 3))))
    policy = problem.policy
    if seed % 3 == 0:
        policy = replace(policy, breaks={**policy.breaks, "early": BreakPolicy(2400, 36_000, 39_600)})
    if seed % 4 == 0:
        policy = replace(policy, max_outings_per_week=3)
    return replace(problem, policy=policy)


def stationing(number: int) -> Visit:
    windows = tuple(ArrivalWindow(day * DAY + 7 * HOUR, day * DAY + 15 * HOUR) for day in range(5))
    return Visit(
        f"stationing-c{number}",
        f"stationing-c{number}",
        f"c{number}",
        VisitKind.STATIONING,
        tuple(range(5)),
        windows,
        4 * HOUR,
        missed=40 * HOUR,
        whole_shift=True,
    )


def planned(problem: WeeklyProblem, *, seed: int = 0, work: int = 200_000) -> WeeklyPlan:
    found = find_week(problem, seed=seed, work=work)
    chosen = settled(problem, found)
    assert len(chosen) == len(found.patrols)  # every day could be settled as found
    return assemble(problem, chosen)


def terms(problem: WeeklyProblem, plan: WeeklyPlan) -> tuple[int, int]:
    """What is missed, and what everything else costs."""
    costs = price(problem, plan)
    return costs["missed"], sum(costs.values()) - costs["missed"]


@pytest.mark.parametrize("seed", range(24))
def test_every_week_found_keeps_every_hard_rule(seed: int) -> None:
    problem = squad(seed)
    plan = planned(problem)
    broken = [item for item in judge(problem, plan) if item.hard and item.rule not in LEFT_OUT_RULES]
    assert broken == []
    assert len(plan.routes) > 2
