"""Prove a repair: the rules judge the whole changed plan, and the exact check finds the gap gone from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
class Lateness:
    """What a check says of each community: when it is late, and its slowest arrival in seconds."""

    spans: Mapping[str, list[Span]]
    slowest: Mapping[str, int]

    @classmethod
    def of(cls, check: Checked) -> Lateness:
        """Return what a check says."""
        pairs = list(zip(check.scenes, check.covers, strict=True))
        return cls(
            {community: [(each.start, each.end) for each in cover.breaches] for community, cover in pairs},
            {community: 0 if cover.peak is None else cover.peak.seconds for community, cover in pairs},
        )

    def late(self, community_id: str) -> int:
        """Return for how many seconds a community is late."""
        return sum(end - start for start, end in self.spans[community_id])

    @property
    def total(self) -> int:
        """Seconds late, over all communities."""
        return sum(self.late(community_id) for community_id in self.spans)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A candidate's week, checked whole.

    Attributes
    ----------
    lawful
        Whether it breaks no hard rule that the plan did not break before, and none further.
    """

    plan: WeeklyPlan
    lawful: bool
    found: Lateness


def outcome_of(case: Case, candidate: Candidate) -> Outcome:
    """Return a candidate judged by the rules and checked whole; its plan states what it costs."""
    problem = candidate.problem
    terms = price(problem, candidate.plan)
    bound = case.plan.objective.bound if problem is case.problem else 0
    plan = replace(candidate.plan, objective=Objective(terms, min(bound, sum(terms.values()))))
    return Outcome(plan, _lawful(case, problem, plan), Lateness.of(case.checked(problem, plan)))


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
    before, after = Lateness.of(case.check), outcome.found
    left = left_of(gap, before.spans[gap.community_id], after.spans[gap.community_id])
    if not outcome.lawful or left is None or left > HALF * (gap.end - gap.start) or after.total >= before.total:
        return None
    mends = tuple(
        other
        for other in case.gaps
        if not any(start < other.end and other.start < end for start, end in after.spans[other.community_id])
    )
    return Repair(
        candidate.kind,
        candidate.text,
        candidate.problem,
        outcome.plan,
        price_of(case, candidate.problem, outcome.plan),
        mends,
        left,
        (before.total, after.total),
        tuple(_worse(before, after)),
    )


def _worse(before: Lateness, after: Lateness) -> Iterator[Worse]:
    """Yield the communities that are late for longer, or whose slowest arrival is slower."""
    for community in before.spans:
        late = before.late(community), after.late(community)
        slowest = before.slowest[community], after.slowest[community]
        if late[1] > late[0] or slowest[1] > slowest[0]:
            yield Worse(community, late, slowest)
