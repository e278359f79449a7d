"""Whether a repair holds: second by second at the gap's community, and by the rules and the check of the whole week."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geo.travel import TravelTimes
from planner.officer import VehicleKind
from planner.repairs.repair import Repair
from planner.response import check_response, checked
from planner.response_report import CoverageGap
from planner.rules import judge
from planner.week import WeeklyPlan, WeeklyProblem

STEP = 60
"""Seconds between the instants at which the gap is sampled besides: the exact check is not trusted alone."""


def holds(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    gap: CoverageGap,
    way: Repair,
) -> bool:
    """Return whether a way does what it says of itself."""
    before, after = (
        check_response(problem, plan, travel, hours),
        check_response(way.problem, way.plan, travel, hours),
    )
    overlaps = [
        min(other.end, gap.end) - max(other.start, gap.start)
        for other in after.gaps
        if other.community_id == gap.community_id
    ]
    left = sum(max(0, seconds) for seconds in overlaps)
    old = {(rule.rule, rule.where) for rule in judge(problem, plan) if rule.hard}
    new = {(rule.rule, rule.where) for rule in judge(way.problem, way.plan) if rule.hard}
    late = {cover.community_id: cover.late for cover in before.communities}
    worse = {cover.community_id for cover in after.communities if cover.late > late[cover.community_id]}
    gone = [other for other in before.gaps if not any(_meet(other, each) for each in after.gaps)]
    return (
        left == way.left <= (gap.end - gap.start) / 2
        and new <= old
        and (before.late, after.late) == way.late
        and after.late < before.late
        and worse <= {each.community_id for each in way.worse} - {gap.community_id}
        and list(way.mends) == gone
        and (not way.whole or not _sampled_late(way, travel, hours, gap))
    )


def _meet(one: CoverageGap, other: CoverageGap) -> bool:
    return one.community_id == other.community_id and one.start < other.end and other.start < one.end


def _sampled_late(
    way: Repair, travel: Mapping[VehicleKind, TravelTimes], hours: Mapping[str, int], gap: CoverageGap
) -> bool:
    """Return whether anybody's curves leave the community late at a sampled instant of the gap."""
    check = checked(way.problem, way.plan, travel, hours)
    scenes = check.scenes[gap.community_id]
    points = np.array(scenes.points, dtype=np.int64)
    for watch in scenes.watches:
        instants = np.arange(max(gap.start, watch.start), min(gap.end, watch.end), STEP, dtype=np.int64)
        if len(instants):
            values = np.stack([check.curves[officer].seconds(instants, points) for officer in watch.responders])
            if (values.min(axis=0) > check.terms.limit).any():
                return True
    return False
