"""The two-hour promise by the plan: gaps that the exact check finds in a plan go back to the choice of patrols as cuts.

What the roster alone decides is priced before any route is there (`planner.roster_cover`); here is what it takes two
routes, or a second officer, to break.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from geo.travel import TravelTimes
from planner.officer import VehicleKind
from planner.response import Checked, checked, report_of
from planner.response_absence import twice
from planner.response_report import CoverageGap
from planner.roster_cover import unanswered, without
from planner.solver.choice import PromiseCut
from planner.solver.master import Master
from planner.standing import homeward
from planner.week import DAY, Objective, Route, Stop, WeeklyPlan, WeeklyProblem

Cell: TypeAlias = tuple[str, int, str]
"""Community, day and band: what gaps in the promise are counted by."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the exact check needs to know of the roads.

    Attributes
    ----------
    travel
        Travel times by kind of vehicle, as `planner.response.check_response` takes them.
    hours
        Hour of the day, 0 to 23, whose traffic applies in each band.
    """

    travel: Mapping[VehicleKind, TravelTimes]
    hours: Mapping[str, int]


def roster_gaps(problem: WeeklyProblem, promise: Promise) -> tuple[CoverageGap, ...]:
    """Return what is late although everybody who is not out already stands by at the station: no plan mends it."""
    if not problem.policy.response.guaranteed:
        return ()
    return _promised_gaps(problem, _standing_by(problem), promise)


def broken_promises(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    promise: Promise,
    roster: Sequence[CoverageGap],
    check: Checked | None = None,
) -> dict[Cell, CoverageGap]:
    """Return the gaps in the promise that the plan makes beyond its tolls, one a community, day and band.

    Parameters
    ----------
    roster
        What `roster_gaps` found: it is none of the plan's.
    check
        The exact check of `plan`, where it is at hand.
    """
    if not problem.policy.response.guaranteed:
        return {}
    found: dict[Cell, CoverageGap] = {}
    for gap in _promised_gaps(problem, plan, promise, check):
        spans = [(gap.start, gap.end)]
        for other in roster:
            if other.community_id == gap.community_id:
                spans = without(spans, other.start, other.end)
        for stop in _charged(problem, plan, gap):
            spans = without(spans, stop.begin - problem.policy.response.dispatch_delay, stop.end)
        if spans:
            found.setdefault((gap.community_id, spans[0][0] // DAY, _band_at(problem, spans[0][0])), gap)
    return found


def charged(problem: WeeklyProblem, plan: WeeklyPlan, broken: Mapping[Cell, CoverageGap]) -> WeeklyPlan:
    """Return a plan, priced without them, at its price with the promises that it breaks."""
    terms = plan.objective.terms
    late = terms["late"] + problem.policy.prices.late * len(broken)
    return replace(plan, objective=replace(plan.objective, terms={**terms, "late": late}))


def _promised_gaps(
    problem: WeeklyProblem, plan: WeeklyPlan, promise: Promise, check: Checked | None = None
) -> tuple[CoverageGap, ...]:
    """Return the gaps in what is promised: somebody in time at every second, or two of those who answer."""
    if check is None:
        check = checked(problem, plan, promise.travel, promise.hours)
    if problem.policy.response.two_deep:
        check = twice(check)
    return report_of(problem, check).gaps


def _standing_by(problem: WeeklyProblem) -> WeeklyPlan:
    routes = tuple(homeward(problem, kept.route) for kept in problem.kept)
    return WeeklyPlan(problem.week, routes, (), Objective({}, 0), 0, 0.0)


def _charged(problem: WeeklyProblem, plan: WeeklyPlan, gap: CoverageGap) -> Iterator[Stop]:
    for route in plan.routes:
        if route.depart < gap.end and gap.start < route.back:
            for stop in route.stops:
                if gap.community_id in unanswered(problem, route, stop):
                    yield stop


def _band_at(problem: WeeklyProblem, instant: int) -> str:
    second = instant % DAY
    return next((band.id for band in problem.bands.values() if band.start <= second < band.end), "")


def promise_cuts(
    problem: WeeklyProblem, plan: WeeklyPlan, broken: Mapping[Cell, CoverageGap], master: Master
) -> list[PromiseCut]:
    """Return a cut for each broken promise: one of the routes that keep responders away changes, or it is paid for.

    Another route with the same visit under way is taken to keep them away alike, whatever its hours turn out to be: a
    guess that guides the choice, so the bound must not rest on it.
    """
    obligations = {visit.id: visit.obligation_id for visit in problem.visits}
    cuts = []
    for cell, gap in sorted(broken.items()):
        groups: list[tuple[int, ...]] = []
        riders: list[tuple[tuple[int, str, str], str]] = []
        for route, officer in _out_meanwhile(plan, gap):
            under_way = [stop for stop in route.stops if stop.begin <= gap.instant < stop.end] or route.stops
            keys = {(obligations[stop.visit_id], route.day) for stop in under_way if stop.visit_id in obligations}
            slot = route.day, route.band_id, route.crew.lead
            alike = master.weekly.making(keys) if keys else range(len(master.columns))
            groups.append(tuple(k for k in alike if master.columns[k].frame.slot[:3] == slot))
            if officer != route.crew.lead:
                riders.append((slot, officer))
        if groups and all(groups):
            cuts.append(PromiseCut(cell, tuple(dict.fromkeys(groups)), tuple(riders)))
    return cuts


def _out_meanwhile(plan: WeeklyPlan, gap: CoverageGap) -> list[tuple[Route, str]]:
    """Return the routes that those who might answer are out on, each with who rides."""
    return [
        (route, candidate.officer_id)
        for candidate in gap.candidates
        for route in plan.routes
        if candidate.officer_id in route.crew.officers and route.depart < gap.end and gap.start < route.back
    ]
