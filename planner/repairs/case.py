"""A plan with gaps in the two-hour promise, and what looking for repairs needs to know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from geo.travel import TravelTimes
from planner.objective import price
from planner.officer import Shift, VehicleKind
from planner.phases import NEVER
from planner.reach import gate_place
from planner.repairs.repair import Candidate
from planner.response import Checked, checked, report_of
from planner.response_report import CoverageGap
from planner.roster_cover import Span
from planner.rulebook import BrokenRule, hours
from planner.rules import judge
from planner.week import DAY, Route, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True)
class Case:
    """A plan as it is.

    Attributes
    ----------
    travel, hours
        As `planner.response.check_response` takes them.
    alone, elsewhere
        What was found out for one gap and holds for others: when a community is late without some officers, and where
        else a visit could be made.
    """

    problem: WeeklyProblem
    plan: WeeklyPlan
    travel: Mapping[VehicleKind, TravelTimes]
    hours: Mapping[str, int]
    seed: int = 0
    alone: dict[tuple[str, int, tuple[str, ...]], list[Span]] = field(default_factory=dict, repr=False)
    elsewhere: dict[str, tuple[Candidate, ...]] = field(default_factory=dict, repr=False)

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
    def costs(self) -> Mapping[str, int]:
        """What it costs, by term."""
        return price(self.problem, self.plan)

    @cached_property
    def broken(self) -> Mapping[tuple[str, tuple[str, ...]], BrokenRule]:
        """The hard rules it breaks, by rule and where."""
        return {(each.rule, each.where): each for each in judge(self.problem, self.plan) if each.hard}

    def checked(self, problem: WeeklyProblem, plan: WeeklyPlan) -> Checked:
        """Return the exact check of another plan on the same roads."""
        return checked(problem, plan, self.travel, self.hours)

    def late(self, community_id: str, day: int, problem: WeeklyProblem, plan: WeeklyPlan) -> list[Span]:
        """Return when one community is late on one day under another plan: the exact check of that much alone.

        Nobody's evening before matters to a report, nor whoever comes on too late for any of that day.
        """
        community = problem.communities[community_id]
        team = {officer for watch in self._watches(community_id, day) for officer in watch} | {*community.answering}
        shifts = tuple(_until_answered(problem, day))
        part = replace(
            problem,
            communities={community_id: community},
            officers={key: officer for key, officer in problem.officers.items() if key in team},
            shifts=shifts,
        )
        days = {problem.day_of(shift) for shift in shifts}
        todays = replace(
            plan,
            routes=tuple(route for route in plan.routes if route.day in days),
            standby=tuple(item for item in plan.standby if item.day in days),
        )
        (cover,) = self.checked(part, todays).covers
        spans = [(max(each.start, day * DAY), min(each.end, (day + 1) * DAY)) for each in cover.breaches]
        return [(start, end) for start, end in spans if start < end]

    def _watches(self, community_id: str, day: int) -> Iterator[tuple[str, ...]]:
        """Yield who answers for a community in each of its watches that meet a day."""
        for watch in self.check.scenes[community_id].watches:
            if watch.start < (day + 1) * DAY and day * DAY < watch.end:
                yield tuple(self.check.lines[officer].officer_id for officer in watch.team.everybody)

    def base(self, community_id: str, day: int) -> list[Span]:
        """Return when one community is late on one day as it is."""
        at = list(self.check.scenes).index(community_id)
        spans = [
            (max(each.start, day * DAY), min(each.end, (day + 1) * DAY)) for each in self.check.covers[at].breaches
        ]
        return [(start, end) for start, end in spans if start < end]

    def late_without(self, community_id: str, day: int, officers: tuple[str, ...]) -> list[Span]:
        """Return when a community is late on a day if some officers answer nobody."""
        key = community_id, day, officers
        if key not in self.alone:
            known = self.problem.officers
            away = {officer: replace(known[officer], certified=False) for officer in officers if officer in known}
            without_them = replace(self.problem, officers={**known, **away})
            self.alone[key] = self.late(community_id, day, without_them, self.plan)
        return self.alone[key]

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


def _until_answered(problem: WeeklyProblem, day: int) -> Iterator[Shift]:
    """Yield a day's shifts, and those of days after that begin soon enough for a report of that day to wait for."""
    policy = problem.policy.response
    last = max((hours(problem, shift)[1] for shift in problem.shifts if problem.day_of(shift) == day), default=0)
    for shift in problem.shifts:
        if problem.day_of(shift) >= day and hours(problem, shift)[0] < last + policy.limit + policy.dispatch_delay:
            yield shift
