"""From scene to scene: how long whoever dealt with one report takes to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.travel import UNREACHABLE, TravelTimes
from planner.duty import standby_kind
from planner.officer import VehicleKind
from planner.phases import Seconds
from planner.reach import gate_place
from planner.response import Checked
from planner.week import WeeklyProblem


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Seconds between scene points, parking included, in the traffic of the slowest band, by officer.

    Attributes
    ----------
    between
        ``(points, points)`` for each officer by the vehicle he would take from the station, `planner.phases.NEVER`
        where there is no way.
    setup
        Seconds to set off again after a case.
    """

    between: tuple[Seconds, ...]
    setup: int


def ways_of(
    problem: WeeklyProblem, check: Checked, travel: Mapping[VehicleKind, TravelTimes], hours: Mapping[str, int]
) -> Ways:
    """Return the ways between the scene points of a check."""
    kinds = [standby_kind(problem, travel, problem.officers[line.officer_id].drives) for line in check.lines]
    between = {kind: _between(problem, check, travel[kind], hours) for kind in set(kinds)}
    return Ways(tuple(between[kind] for kind in kinds), problem.policy.response.setup)


def _between(problem: WeeklyProblem, check: Checked, times: TravelTimes, hours: Mapping[str, int]) -> Seconds:
    places = [gate_place(*point) for point in check.points]
    slowest: Seconds = np.zeros((len(places), len(places)), dtype=np.int64)
    for hour in sorted(set(hours.values())):
        matrix = times.matrix(hour)
        rows = [matrix.places.index(place) for place in places]
        slowest = np.maximum(slowest, matrix.seconds[np.ix_(rows, rows)])
    parked = np.where(slowest > 0, slowest + problem.policy.travel_buffer, 0)
    return np.where(slowest < UNREACHABLE, parked, UNREACHABLE)
