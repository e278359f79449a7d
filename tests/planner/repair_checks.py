"""Whether a repair holds: minute by minute at the gap's community, and by the rules and the check of the whole week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.travel import TravelTimes
from planner.officer import VehicleKind
from planner.repairs.repair import Repair
from planner.response import Checked, check_response, checked, report_of
from planner.response_report import CoverageGap, ResponseReport
from planner.rules import judge
from planner.week import WeeklyPlan, WeeklyProblem

STEP = 60
"""Seconds between the instants at which the gap is sampled besides: the exact check is not trusted alone."""


@dataclass(frozen=True)
class Anew:
    """A plan with gaps, against which repairs are checked."""

    problem: WeeklyProblem
    plan: WeeklyPlan
    travel: Mapping[VehicleKind, TravelTimes]
    hours: Mapping[str, int]

    @cached_property
    def before(self) -> ResponseReport:
        """The plan's check."""
        return check_response(self.problem, self.plan, self.travel, self.hours)

    @cached_property
    def broken(self) -> set[tuple[str, tuple[str, ...]]]:
        """Hard rules it breaks, and where."""
        return _broken(self.problem, self.plan)

    def holds(self, gap: CoverageGap, way: Repair) -> bool:
        """Return whether a way does what it says of itself."""
        check = checked(way.problem, way.plan, self.travel, self.hours)
        after = report_of(way.problem, check)
        overlaps = [
            min(other.end, gap.end) - max(other.start, gap.start)
            for other in after.gaps
            if other.community_id == gap.community_id
        ]
        left = sum(max(0, seconds) for seconds in overlaps)
        late = {cover.community_id: cover.late for cover in self.before.communities}
        worse = {cover.community_id for cover in after.communities if cover.late > late[cover.community_id]}
        gone = [other for other in self.before.gaps if not any(_meet(other, each) for each in after.gaps)]
        return (
            left == way.left <= (gap.end - gap.start) / 2
            and _broken(way.problem, way.plan) <= self.broken
            and (self.before.late, after.late) == way.late
            and after.late < self.before.late
            and worse <= {each.community_id for each in way.worse} - {gap.community_id}
            and list(way.mends) == gone
            and (not way.whole or not _sampled_late(check, gap))
        )


def _broken(problem: WeeklyProblem, plan: WeeklyPlan) -> set[tuple[str, tuple[str, ...]]]:
    return {(rule.rule, rule.where) for rule in judge(problem, plan) if rule.hard}


def _meet(one: CoverageGap, other: CoverageGap) -> bool:
    return one.community_id == other.community_id and one.start < other.end and other.start < one.end


def _sampled_late(check: Checked, gap: CoverageGap) -> bool:
    """Return whether somebody's curves leave the community late at a sampled instant of the gap."""
    scenes = check.scenes[gap.community_id]
    points = np.array(scenes.points, dtype=np.int64)
    for watch in scenes.watches:
        instants = np.arange(max(gap.start, watch.start), min(gap.end, watch.end), STEP, dtype=np.int64)
        if len(instants):
            values = np.stack([check.curves[officer].seconds(instants, points) for officer in watch.responders])
            if (values.min(axis=0) > check.terms.limit).any():
                return True
    return False
