"""Prove a repair: the rules judge the whole changed plan, and the exact check finds the gap gone from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.objective import price
from planner.repairs.case import Case
from planner.repairs.prices import price_of
from planner.repairs.repair import Candidate, Repair, Worse
from planner.response import Checked
from planner.response_report import CoverageGap
from planner.roster_cover import Span, without
from planner.rules import judge
from planner.week import Objective, WeeklyPlan, WeeklyProblem

HALF = 0.5
"""A repair leaves at most so much of a gap."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A candidate's week, checked whole.

    Attributes
    ----------
    lawful
        Whether it breaks no hard rule that the plan did not break before, and none further.
    """

    plan: WeeklyPlan
    check: Checked
    lawful: bool


def outcome_of(case: Case, candidate: Candidate) -> Outcome:
    """Return a candidate judged by the rules and checked whole; its plan states what it costs."""
    problem = candidate.problem
    terms = price(problem, candidate.plan)
    bound = case.plan.objective.bound if problem is case.problem else 0
    plan = replace(candidate.plan, objective=Objective(terms, min(bound, sum(terms.values()))))
    return Outcome(plan, case.checked(problem, plan), _lawful(case, problem, plan))


def _lawful(case: Case, problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    for each in judge(problem, plan):
        before = case.broken.get((each.rule, each.where))
        if each.hard and (before is None or (each.over or 0) > (before.over or 0)):
            return False
    return True


def left_of(gap: CoverageGap, before: Sequence[Span], after: Sequence[Span]) -> int | None:
    """Return how many seconds of a gap are left; None where the community is late when it was not before."""
    fresh = [span for late in after for span in _outside(late, before)]
    if fresh:
        return None
    return sum(max(0, min(end, gap.end) - max(start, gap.start)) for start, end in after)


def _outside(span: Span, spans: Sequence[Span]) -> list[Span]:
    left = [span]
    for start, end in spans:
        left = without(left, start, end)
    return left


def proven(case: Case, gap: CoverageGap, candidate: Candidate, outcome: Outcome) -> Repair | None:
    """Return a candidate as a repair of a gap; None where the rules or the exact check say otherwise."""
    before, after = _late(case.check), _late(outcome.check)
    left = left_of(gap, before[gap.community_id], after[gap.community_id])
    if not outcome.lawful or left is None or left > HALF * (gap.end - gap.start):
        return None
    late = case.check, outcome.check
    totals = sum(cover.late for cover in late[0].covers), sum(cover.late for cover in late[1].covers)
    if totals[1] >= totals[0]:
        return None
    mends = tuple(
        other
        for other in case.gaps
        if not any(start < other.end and other.start < end for start, end in after[other.community_id])
    )
    return Repair(
        candidate.kind,
        candidate.text,
        candidate.problem,
        outcome.plan,
        price_of(case.problem, case.plan, candidate.problem, outcome.plan),
        mends,
        left,
        totals,
        _worse(case.check, outcome.check),
    )


def _late(check: Checked) -> dict[str, list[Span]]:
    return {
        community: [(breach.start, breach.end) for breach in cover.breaches]
        for community, cover in zip(check.scenes, check.covers, strict=True)
    }


def _worse(before: Checked, after: Checked) -> tuple[Worse, ...]:
    """Return the communities that are late for longer, or whose slowest arrival is slower."""
    found = []
    for community, old, new in zip(before.scenes, before.covers, after.covers, strict=True):
        slowest = tuple(0 if cover.peak is None else cover.peak.seconds for cover in (old, new))
        if new.late > old.late or slowest[1] > slowest[0]:
            found.append(Worse(community, (old.late, new.late), (slowest[0], slowest[1])))
    return tuple(found)
