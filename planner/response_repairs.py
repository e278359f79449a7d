"""Mend the two-hour promise: for each gap the ways that are proven to close it, cheapest first.

think of changes, kind by kind                  (`planner.repairs`)
check the gap's community and day alone         (the exact check, so nothing that mends is screened out)
order what is left by price
judge and check the whole changed week          (the rules, the exact check)
offer the cheapest of each kind                 (and say what it makes worse)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from geo.travel import TravelTimes
from planner.officer import VehicleKind
from planner.repairs.breakable import breakable
from planner.repairs.case import Case
from planner.repairs.duty import other_duty, other_hours, other_leave
from planner.repairs.moving import moved, staggered
from planner.repairs.posts import further_post
from planner.repairs.prices import price_of
from planner.repairs.proof import HALF, Outcome, left_of, outcome_of, proven
from planner.repairs.repair import Candidate, Kind, Mending, Repair
from planner.repairs.standing_by import standing_by
from planner.repairs.swapping import other_crew, other_officer
from planner.response_report import CoverageGap
from planner.week import DAY, WeeklyPlan, WeeklyProblem

KINDS: tuple[Callable[[Case, CoverageGap], Iterator[Candidate]], ...] = (
    breakable,
    moved,
    staggered,
    other_officer,
    other_crew,
    standing_by,
    other_hours,
    other_duty,
    other_leave,
    further_post,
)
"""One generator a kind of change, in the order in which a leader would think of them."""

SCREENED, PROVEN = 2e-3, 4e-3
"""Deterministic seconds of checking a community on one day, and of judging and checking each one of a changed week."""


def repairs(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    *,
    gaps: Sequence[CoverageGap] | None = None,
    seed: int = 0,
    time_limit: float = 20.0,
) -> tuple[Mending, ...]:
    """Return what would mend each gap of a plan's two-hour promise, each way proven by rules and exact check.

    Parameters
    ----------
    travel, hours
        As for `planner.response.check_response`.
    gaps
        Which of the plan's gaps; None: all of them.
    time_limit
        Work limit in deterministic seconds, shared between the gaps.

    Returns
    -------
    tuple of Mending
        One a gap, in the order of the gaps; `Mending.ways` is empty where nothing that was tried mends it.
    """
    case = Case(problem, plan, travel, hours, seed)
    asked = case.gaps if gaps is None else tuple(gaps)
    search = _Search(case, time_limit)
    return tuple(search.mend(gap, len(asked) - number) for number, gap in enumerate(asked))


@dataclass
class _Search:
    """The work that is left, and the changed weeks that are judged and checked already."""

    case: Case
    left: float
    known: dict[tuple[object, ...], Outcome] = field(default_factory=dict)

    def mend(self, gap: CoverageGap, gaps: int) -> Mending:
        """Return the ways for one gap, with its share of the work left for so many gaps."""
        budget = self.left - self.left / gaps
        tried: Counter[Kind] = Counter()
        hopeful: list[tuple[tuple[int, int], int, Candidate]] = []
        stopped = False
        for candidate in self._candidates(gap):
            if self.left <= budget:
                stopped = True
                break
            tried[candidate.kind] += 1
            left = self._left(gap, candidate)
            if left is not None:
                price = price_of(self.case.problem, self.case.plan, candidate.problem, candidate.plan)
                hopeful.append(((int(left > 0), price.total), len(hopeful), candidate))
        ways: list[Repair] = []
        for _, _, candidate in sorted(hopeful, key=lambda each: each[:2]):
            if any(way.kind is candidate.kind for way in ways):
                continue
            if self.left <= budget:
                stopped = True
                break
            repair = proven(self.case, gap, candidate, self._outcome(candidate))
            if repair is not None:
                ways.append(repair)
        return Mending(gap, tuple(ways), dict(tried), stopped)

    def _candidates(self, gap: CoverageGap) -> Iterator[Candidate]:
        seen: set[tuple[object, ...]] = set()
        for kind in KINDS:
            for candidate in kind(self.case, gap):
                if candidate.key not in seen:
                    seen.add(candidate.key)
                    yield candidate

    def _left(self, gap: CoverageGap, candidate: Candidate) -> int | None:
        """Return what is left of the gap by the exact check of its community; None where it is not worth proving."""
        self.left -= SCREENED
        day = gap.start // DAY
        before = self.case.base(gap.community_id, day)
        left = left_of(gap, before, self.case.late(gap.community_id, day, candidate.problem, candidate.plan))
        return None if left is None or left > HALF * (gap.end - gap.start) else left

    def _outcome(self, candidate: Candidate) -> Outcome:
        if candidate.key not in self.known:
            self.left -= PROVEN * len(self.case.problem.communities)
            self.known[candidate.key] = outcome_of(self.case, candidate)
        return self.known[candidate.key]
