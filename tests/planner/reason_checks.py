"""Checks of reasons and ways out that share nothing with how they were found but the solver and the rules."""

from __future__ import annotations

from dataclasses import replace

from planner.planning import plan_week
from planner.possible import Answer, ask, missed_by_obligation
from planner.reasons import Inquiry, Reasons
from planner.remedies import Relaxation
from planner.requirements import Requirement
from planner.rules import judge
from planner.week import WeeklyPlan, WeeklyProblem

RAISED = 10
"""A missed visit's price times this: the week planned anew then makes this visit, if it can, and not another."""


def answered(inquiry: Inquiry, kept: tuple[Requirement, ...], work: float) -> Answer:
    """Ask whether the visit can be made with only `kept` of its requirements, from nothing."""
    problem = inquiry.problem
    stays = {each.keeps for each in kept} | {None}
    most = {key: count for key, count in inquiry.most.items() if key in stays}
    most[inquiry.visit.obligation_id] = inquiry.missed[inquiry.visit.obligation_id] - 1
    for each in inquiry.every:
        if each.loosen is not None and each.key not in {other.key for other in kept}:
            problem = each.loosen(problem)
    return ask(problem, most, seed=inquiry.seed + 1, work=work)


def is_minimal(inquiry: Inquiry, found: Reasons, work: float = 6.0) -> bool:
    """Return whether the set is impossible, and possible without any one of its members."""
    if not answered(inquiry, found.together, work).impossible:
        return False
    rest = (tuple(other for other in found.together if other != each) for each in found.together)
    return all(answered(inquiry, kept, work).plan is not None for kept in rest)


def mends(problem: WeeklyProblem, plan: WeeklyPlan, obligation: str, way: Relaxation, time_limit: float = 10.0) -> bool:
    """Return whether the week planned anew with `way` makes the visit, misses no more elsewhere and keeps the rules."""
    dearer = tuple(
        replace(visit, missed=visit.missed * RAISED) if visit.obligation_id == obligation else visit
        for visit in way.problem.visits
    )
    changed = replace(way.problem, visits=dearer)
    anew = plan_week(changed, time_limit=time_limit, explained=False)
    before, after = missed_by_obligation(problem, plan), missed_by_obligation(changed, anew)
    broken = {rule.rule for rule in judge(changed, anew) if rule.hard} - {"mandatory_work_is_placed"}
    was_broken = {rule.rule for rule in judge(problem, plan) if rule.hard}
    # Raised, the obligation may take more than the one visit asked for: each of those may cost one elsewhere.
    return after[obligation] < before[obligation] and after.total() < before.total() and broken <= was_broken
