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
    """Return whether the week planned anew with `way` makes the visit, misses no more of any other and keeps the rules.

    It is asked for what the plan makes and one visit more, and must make all of it. (Raising the visit's price instead
    asks for something else: where two of an obligation are missed, the plan then makes both at the cost of two others.)
    """
    given_up = [item.visit_id for item in plan.missed]
    given_up.remove(
        next(visit.id for visit in problem.visits if visit.obligation_id == obligation and visit.id in given_up)
    )
    changed = replace(way.problem, visits=tuple(visit for visit in way.problem.visits if visit.id not in given_up))
    anew = plan_week(changed, time_limit=time_limit, explained=False)
    broken = {rule.rule for rule in judge(changed, anew) if rule.hard}
    was_broken = {rule.rule for rule in judge(problem, plan) if rule.hard} - {"mandatory_work_is_placed"}
    return not missed_by_obligation(changed, anew) and broken <= was_broken
