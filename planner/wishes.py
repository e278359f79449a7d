"""Wishes about when a visit begins: at hours its partners prefer, and not when people have learnt to expect it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from casework.obligation import VisitKind
from planner.past import PastVisit
from planner.policy import LIKE_BEFORE
from planner.tolls import Toll, tolls_inside, tolls_outside
from planner.visit import Visit
from planner.week import DAY, Stop, WeeklyPlan, WeeklyProblem

EXPECTED_ANYWAY = frozenset({VisitKind.STATIONING, VisitKind.PRE_DELIVERY})
"""Stationing fills the shift and a meeting before delivery has nothing to surprise: neither need be unpredictable."""

Habits: TypeAlias = Mapping[tuple[str, int], Sequence[PastVisit]]


def habits(problem: WeeklyProblem) -> Habits:
    """Return the visits of the past weeks by community and weekday."""
    found: dict[tuple[str, int], list[PastVisit]] = defaultdict(list)
    for visit in problem.past:
        found[visit.community_id, visit.day.weekday()].append(visit)
    return found


def against_preference(problem: WeeklyProblem, partner_ids: Sequence[str], begin: int) -> tuple[str, ...]:
    """Return the partners who prefer certain hours, of which `begin` lies in none."""
    return tuple(
        partner
        for partner in partner_ids
        if partner in problem.partners
        and problem.partners[partner].preferred
        and not any(first <= begin <= last for first, last in _preferred(problem, partner, begin // DAY))
    )


def like_before(known: Habits, visit: Visit, begin: int) -> PastVisit | None:
    """Return the latest visit of the past weeks that began about then, at that community, on that weekday."""
    if visit.kind in EXPECTED_ANYWAY:
        return None
    day, second = divmod(begin, DAY)
    alike = (past for past in known.get((visit.community_id, day), ()) if abs(second - past.begin) < LIKE_BEFORE)
    return max(alike, key=lambda past: past.day, default=None)


def wished_stops(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[tuple[Stop, Visit]]:
    """Yield the stops that wishes are about: those of the week's visits."""
    visits = {visit.id: visit for visit in problem.visits}
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit_id in visits:
                yield stop, visits[stop.visit_id]


def unpreferred_price(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    """Return the price of begins that partners would rather have had at other hours."""
    stops = wished_stops(problem, plan)
    against = sum(len(against_preference(problem, stop.partner_ids, stop.begin)) for stop, _ in stops)
    return problem.policy.prices.unpreferred * against


def predictable_price(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    """Return the price of begins that people have learnt to expect."""
    known = habits(problem)
    stops = wished_stops(problem, plan)
    return problem.policy.prices.predictable * sum(like_before(known, v, s.begin) is not None for s, v in stops)


def wish_tolls(problem: WeeklyProblem, known: Habits, visit: Visit, day: int) -> Iterator[Toll]:
    """Yield what it costs to begin a visit against these wishes, second by second of a day."""
    prices = problem.policy.prices
    for partner in visit.partner_ids:
        if problem.partners[partner].preferred and prices.unpreferred:
            spans = _preferred(problem, partner, day)
            yield from tolls_outside(spans, (day * DAY, (day + 1) * DAY - 1), prices.unpreferred)
    if visit.kind not in EXPECTED_ANYWAY and prices.predictable:
        begins = (day * DAY + past.begin for past in known.get((visit.community_id, day), ()))
        around = ((begin - LIKE_BEFORE + 1, begin + LIKE_BEFORE - 1) for begin in begins)
        yield from tolls_inside(around, prices.predictable)


def _preferred(problem: WeeklyProblem, partner: str, day: int) -> list[tuple[int, int]]:
    """Return first and last second of a day's preferred hours; service that begins as they end begins too late."""
    hours = problem.partners[partner].preferred
    return [(day * DAY + h.start, day * DAY + h.end - 1) for h in hours if h.weekday == day]
