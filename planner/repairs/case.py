"""A plan with gaps in the two-hour promise, and what looking for repairs needs to know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from geo.travel import TravelTimes
from planner.officer import Shift, VehicleKind
from planner.phases import NEVER
from planner.reach import gate_place
from planner.response import Checked, checked, report_of
from planner.response_report import CoverageGap
from planner.roster_cover import Span
from planner.rulebook import BrokenRule, hours
from planner.rules import judge
from planner.week import Route, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True)
class Case:
    """A plan as it is.

    Attributes
    ----------
    travel, hours
        As `planner.response.check_response` takes them.
    """

    problem: WeeklyProblem
    plan: WeeklyPlan
    travel: Mapping[VehicleKind, TravelTimes]
    hours: Mapping[str, int]
    seed: int = 0

    @cached_property
    def kinds(self) -> Mapping[str, VehicleKind]:
        """Kinds of vehicle by id."""
        return {vehicle.id: vehicle.kind for vehicle in self.problem.vehicles}

    @cached_property
    def check(self) -> Checked:
        """The exact check of the plan as it is."""
        return checked(self.problem, self.plan, self.travel, self.hours)

    @cached_property
    def gaps(self) -> tuple[CoverageGap, ...]:
        """Its gaps."""
        return report_of(self.problem, self.check).gaps

    @cached_property
    def broken(self) -> Mapping[tuple[str, tuple[str, ...]], BrokenRule]:
        """The hard rules it breaks, by rule and where."""
        return {(each.rule, each.where): each for each in judge(self.problem, self.plan) if each.hard}

    def checked(self, problem: WeeklyProblem, plan: WeeklyPlan) -> Checked:
        """Return the exact check of another plan on the same roads."""
        return checked(problem, plan, self.travel, self.hours)

    def late(self, community_id: str, problem: WeeklyProblem, plan: WeeklyPlan) -> list[Span]:
        """Return when one community is late under another plan: the exact check of that community alone."""
        only = {community_id: problem.communities[community_id]}
        (cover,) = self.checked(replace(problem, communities=only), plan).covers
        return [(breach.start, breach.end) for breach in cover.breaches]

    def base(self, community_id: str) -> list[Span]:
        """Return when one community is late as it is."""
        at = list(self.check.scenes).index(community_id)
        return [(breach.start, breach.end) for breach in self.check.covers[at].breaches]

    def late_without(self, community_id: str, officers: tuple[str, ...]) -> list[Span]:
        """Return when a community is late if some officers answer nobody."""
        known = self.problem.officers
        away = {officer: replace(known[officer], certified=False) for officer in officers if officer in known}
        return self.late(community_id, replace(self.problem, officers={**known, **away}), self.plan)

    def away(self, kind: VehicleKind, band_id: str, place: str, community_id: str) -> int:
        """Return seconds from a place to the farthest gate of a community, parking included; `NEVER` for no way."""
        matrix = self.travel[kind].matrix(self.hours[band_id])
        gates = [gate_place(community_id, gate.id) for gate in self.problem.communities[community_id].gates]
        columns = [matrix.places.index(gate) for gate in gates]
        farthest = int(np.max(matrix.seconds[matrix.places.index(place), columns]))
        return farthest + self.problem.policy.travel_buffer * (farthest > 0) if farthest < NEVER else NEVER

    def out_about(self, gap: CoverageGap) -> Iterator[Route]:
        """Yield the routes that keep those who might answer away around a gap, but for those that stay as they are."""
        mine = {candidate.officer_id for candidate in gap.candidates}
        kept = {kept.route.id for kept in self.problem.kept}
        delay = self.problem.policy.response.dispatch_delay
        for route in self.plan.routes:
            meets = route.depart < gap.end + delay and gap.start + delay < route.back
            if meets and route.id not in kept and mine & {*route.crew.officers} and route.depart >= self.problem.now:
                yield route

    def with_route(self, route: Route, instead: Route | None) -> WeeklyPlan:
        """Return the plan with a route replaced, or left out."""
        routes = [instead if each.id == route.id else each for each in self.plan.routes]
        return replace(self.plan, routes=tuple(each for each in routes if each is not None))

    def shift_at(self, officer_id: str, instant: int) -> Shift | None:
        """Return the shift an officer is on at an instant of the week."""
        mine = (shift for shift in self.problem.shifts if shift.officer_id == officer_id)
        return next((s for s in mine if hours(self.problem, s)[0] <= instant < hours(self.problem, s)[1]), None)
