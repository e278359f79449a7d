"""What changing a published plan costs: the same prices for the solver's columns and for a finished plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.policy import MOVED
from planner.tolls import Toll, tolls_outside
from planner.week import DAY, Published, WeeklyPlan, WeeklyProblem


def promises(problem: WeeklyProblem) -> dict[tuple[str, int], Published]:
    """Return what was published by obligation and day; visits of one obligation are alike, so the day tells them."""
    obligations = {visit.id: visit.obligation_id for visit in problem.visits}
    return {(obligations[item.visit_id], item.day): item for item in problem.published if item.visit_id in obligations}


def seconds_published(problem: WeeklyProblem) -> dict[tuple[int, str, str], str]:
    """Return the published second officer by day, band and lead."""
    return {(item.day, item.band_id, item.lead): item.second for item in problem.published}


def kept_day(problem: WeeklyProblem, promise: Published, band_id: str, lead: str) -> int:
    """Return the price of a visit made on its published day, but perhaps in another band or by another lead."""
    prices = problem.policy.prices
    return prices.moved_band * (band_id != promise.band_id) + prices.new_lead * (lead != promise.lead)


def has_moved(promise: Published, band_id: str, begin: int) -> bool:
    """Return whether a visit that stays in its band begins at another time than people were told."""
    return band_id == promise.band_id and abs(begin - promise.begin) > MOVED


def promise_tolls(problem: WeeklyProblem, promise: Published | None) -> Iterator[Toll]:
    """Yield what it costs to begin a visit on its published day and in its band, but not at the published time."""
    if promise is None:
        return
    told = promise.begin - MOVED, promise.begin + MOVED
    day = promise.day * DAY, (promise.day + 1) * DAY - 1
    for toll in tolls_outside([told], day, problem.policy.prices.moved_begin):
        yield replace(toll, band_id=promise.band_id)


def stability(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    """Return the price of all changes that `plan` makes to what was published, in seconds of driving."""
    prices = problem.policy.prices
    placed = _placed(problem, plan)
    seconds = seconds_published(problem)
    cost = 0
    for key, promise in promises(problem).items():
        if key not in placed:
            cost += prices.moved_day
            continue
        band_id, lead, begin = placed[key]
        cost += kept_day(problem, promise, band_id, lead)
        cost += prices.moved_begin * has_moved(promise, band_id, begin)
    for route in plan.routes:
        published = seconds.get((route.day, route.band_id, route.crew.lead))
        cost += prices.new_second * (published is not None and route.crew.officers[1:2] != (published,))
    return cost


def _placed(problem: WeeklyProblem, plan: WeeklyPlan) -> Mapping[tuple[str, int], tuple[str, str, int]]:
    obligations = {visit.id: visit.obligation_id for visit in problem.visits}
    return {
        (obligations[stop.visit_id], route.day): (route.band_id, route.crew.lead, stop.begin)
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id in obligations
    }
