"""Keep the two-hour promise by the clock: the same patrols, a stop or a break begun at another time.

The choice of patrols knows of promises which crews keep whom away, not at what minute; where two visits overlap by a
few minutes too many, moving one of them is all it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from planner.guarantee import Cell, Promise
from planner.repairs.case import Case
from planner.repairs.moving import moved, staggered
from planner.repairs.repair import Candidate
from planner.response_report import CoverageGap
from planner.rules import judge
from planner.week import WeeklyPlan, WeeklyProblem

CHECKED = 4e-3
"""Deterministic seconds of pricing, judging and checking one more week, for each of its communities."""

Charged = tuple[WeeklyPlan, Mapping[Cell, CoverageGap]]


@dataclass
class Retiming:
    """Moves stops and breaks as long as that makes a plan cheaper, its broken promises among its price.

    Attributes
    ----------
    charged
        Returns a plan at its price and what it breaks.
    work
        Deterministic seconds that are left.
    """

    problem: WeeklyProblem
    promise: Promise
    charged: Callable[[WeeklyPlan], Charged]
    seed: int
    work: float
    stop: Callable[[], bool]

    def better(self, plan: WeeklyPlan) -> WeeklyPlan:
        """Return the plan, moved, or as it is where nothing helps."""
        plan, broken = self.charged(plan)
        while broken:
            found = self._cheaper(plan, broken)
            if found is None:
                break
            plan, broken = found
        return plan

    def _cheaper(self, plan: WeeklyPlan, broken: Mapping[Cell, CoverageGap]) -> Charged | None:
        case = Case(self.problem, plan, self.promise.travel, self.promise.hours, self.seed)
        for candidate in _moves(case, broken):
            if self.work <= 0 or self.stop():
                return None
            self.work -= CHECKED * len(self.problem.communities)
            if any(
                rule.hard and (rule.rule, rule.where) not in case.broken for rule in judge(self.problem, candidate.plan)
            ):
                continue
            found = self.charged(candidate.plan)
            if found[0].objective.total < plan.objective.total:
                return found
        return None


def _moves(case: Case, broken: Mapping[Cell, CoverageGap]) -> Iterator[Candidate]:
    seen = set()
    for _, gap in sorted(broken.items()):
        for generate in (moved, staggered):
            for candidate in generate(case, gap):
                if candidate.key not in seen:
                    seen.add(candidate.key)
                    yield candidate
