"""Mend the two-hour promise: for each gap the ways that are proven to close it, cheapest first.

think of changes, kind by kind, cheapest first  (`planner.repairs`)
check the gap's community and day alone         (the exact check, so nothing that mends is screened out)
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
    prices: dict[tuple[object, ...], int] = field(default_factory=dict)

    def mend(self, gap: CoverageGap, gaps: int) -> Mending:
        """Return the ways for one gap, with its share of the work left for so many gaps."""
        least = self.left - self.left / gaps
        tried: Counter[Kind] = Counter()
        ways: list[Repair] = []
        for candidates in self._by_kind(gap):
            tried.update(candidate.kind for candidate in candidates)
            way = self._cheapest(gap, candidates, least)
            ways += [] if way is None else [way]
        ways.sort(key=lambda way: (not way.whole, way.price.total))
        return Mending(gap, tuple(ways), dict(tried), stopped=self.left <= least)

    def _by_kind(self, gap: CoverageGap) -> list[list[Candidate]]:
        """Return the different changes of each kind, the cheapest first."""
        kinds: dict[Kind, dict[tuple[object, ...], Candidate]] = {}
        for generate in KINDS:
            for candidate in generate(self.case, gap):
                kinds.setdefault(candidate.kind, {}).setdefault(candidate.key, candidate)
        return [sorted(found.values(), key=self._price) for found in kinds.values()]

    def _price(self, candidate: Candidate) -> int:
        if candidate.key not in self.prices:
            self.prices[candidate.key] = price_of(self.case, candidate.problem, candidate.plan).total
        return self.prices[candidate.key]

    def _cheapest(self, gap: CoverageGap, candidates: Sequence[Candidate], least: float) -> Repair | None:
        """Return the cheapest proven way that mends all of the gap, or else the cheapest that mends most of it."""
        partly: Repair | None = None
        for candidate in candidates:
            if self.left <= least:
                break
            left = self._left(gap, candidate)
            if left is None or (left and partly is not None):
                continue
            repair = proven(self.case, gap, candidate, self._outcome(candidate))
            if repair is not None and repair.whole:
                return repair
            partly = partly or repair
        return partly

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
