"""What a changed week costs beside the old one: read off the two weeks, not from whoever changed it."""

from __future__ import annotations

from planner.objective import price
from planner.policy import MOVED
from planner.repairs.case import Case
from planner.repairs.repair import Price
from planner.week import Route, Stop, WeeklyPlan, WeeklyProblem


def price_of(case: Case, after: WeeklyProblem, changed: WeeklyPlan) -> Price:
    """Return the price of a changed week."""
    problem, plan = case.problem, case.plan
    old, new = case.costs, price(after, changed)
    terms = {term: new[term] - old.get(term, 0) for term in new if new[term] != old.get(term, 0)}
    counts = _visits(problem, plan, changed), _rests(problem, plan, changed), _others(problem, plan, after, changed)
    return Price(
        _metres(changed) - _metres(plan),
        max(0, _on_duty(after) - _on_duty(problem)),
        sum(count for count, _ in counts),
        terms,
        sum(asked for _, asked in counts),
    )


def _metres(plan: WeeklyPlan) -> int:
    return sum(leg.metres for each in plan.errands for leg in each.legs)


def _on_duty(problem: WeeklyProblem) -> int:
    return sum(shift.end - shift.start for shift in problem.shifts)


def _visits(problem: WeeklyProblem, plan: WeeklyPlan, changed: WeeklyPlan) -> tuple[int, int]:
    before, after = _placed(plan), _placed(changed)
    asked = [_moved(problem, before.get(visit), after.get(visit)) for visit in before.keys() | after.keys()]
    return sum(one is not None for one in asked), sum(one or 0 for one in asked)


def _placed(plan: WeeklyPlan) -> dict[str, tuple[Route, Stop]]:
    return {stop.visit_id: (route, stop) for route in plan.routes for stop in route.stops}


def _moved(problem: WeeklyProblem, old: tuple[Route, Stop] | None, new: tuple[Route, Stop] | None) -> int | None:
    """Return the price of making a visit otherwise, as after publication; None where it stays as it was."""
    prices = problem.policy.prices
    if old is None or new is None:
        return prices.moved_day
    (one, was), (other, now) = old, new
    if (one.day, one.band_id, was.officers, was.begin) == (other.day, other.band_id, now.officers, now.begin):
        return None
    if one.day != other.day:
        return prices.moved_day
    asked = prices.moved_band if one.band_id != other.band_id else 0
    if not asked and abs(was.begin - now.begin) > MOVED:
        asked = prices.moved_begin
    if was.officers[:1] != now.officers[:1]:
        return asked + prices.new_lead
    return asked + (prices.new_second if {*was.officers} != {*now.officers} else 0)


def _rests(problem: WeeklyProblem, plan: WeeklyPlan, changed: WeeklyPlan) -> tuple[int, int]:
    """Count the breaks that move though their route's visits do not: whose day changes anyway is told once."""
    before = {route.id: route for route in plan.routes}
    moved = [
        route
        for route in changed.routes
        if route.id in before
        and route.rest != before[route.id].rest
        and [(stop.visit_id, stop.begin) for stop in route.stops]
        == [(stop.visit_id, stop.begin) for stop in before[route.id].stops]
    ]
    return len(moved), len(moved) * problem.policy.repairs.rest


def _others(problem: WeeklyProblem, plan: WeeklyPlan, after: WeeklyProblem, changed: WeeklyPlan) -> tuple[int, int]:
    """Count stand-bys, visits that may be broken off, breaks alike, people whose shifts or leave change, and posts."""
    prices = problem.policy.repairs
    known = {visit.id: visit.breakable for visit in problem.visits}
    bands = after.policy.breaks.keys() & problem.policy.breaks.keys()
    breakable = sum(visit.breakable != known.get(visit.id, visit.breakable) for visit in after.visits)
    breakable += sum(after.policy.breaks[b].breakable != problem.policy.breaks[b].breakable for b in bands)
    duties = {(s.officer_id, s.day) for s in {*problem.shifts} ^ {*after.shifts}}
    posts = sum(
        len({*community.answering} - {*problem.communities[key].answering})
        for key, community in after.communities.items()
        if key in problem.communities
    )
    leave = len({*after.leave} - {*problem.leave})
    counted = (
        (len({*plan.standby} ^ {*changed.standby}), prices.stand_by),
        (breakable, prices.breakable),
        (len(duties), prices.duty),
        (leave, prices.leave),
        (posts, prices.b_post),
    )
    return sum(count for count, _ in counted), sum(count * each for count, each in counted)
