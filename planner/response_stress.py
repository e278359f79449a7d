"""The two-hour check under what may go otherwise: slower traffic, longer handling, other rules for breaking off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.travel import UNREACHABLE, Drive, TravelTimeMatrix, TravelTimes
from planner.officer import VehicleKind
from planner.response import Checked, checked
from planner.week import WeeklyPlan, WeeklyProblem

FINEST = 0.01
"""Break-even factors are found to within so much."""

MOST = 16.0
"""The greatest factor tried."""


@dataclass(frozen=True, slots=True)
class SlowerTravel:
    """Travel times with every response `factor` times as long; patrols are where the plan has them."""

    base: TravelTimes
    factor: float

    @property
    def places(self) -> tuple[str, ...]:
        """Ids of the places known."""
        return self.base.places

    @property
    def estimated(self) -> bool:
        """As of the base."""
        return self.base.estimated

    def matrix(self, hour: int) -> TravelTimeMatrix:
        """Return the base's matrix, slowed."""
        return replace(self.base.matrix(hour), seconds=self._slowed(self.base.matrix(hour).seconds))

    def drive(self, origin: str, destination: str, hour: int) -> Drive:
        """Return the planned way, as fast as planned."""
        return self.base.drive(origin, destination, hour)

    def onward(self, states: NDArray[np.int64], targets: Sequence[str], hour: int) -> NDArray[np.int64]:
        """Return the base's seconds, slowed."""
        return self._slowed(self.base.onward(states, targets, hour))

    def turned(self, states: NDArray[np.int64], hour: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the base's way back, slowed."""
        back, began = self.base.turned(states, hour)
        return self._slowed(back), began

    def _slowed(self, seconds: NDArray[np.int64]) -> NDArray[np.int64]:
        slowed = np.ceil(seconds * self.factor - 1e-6).astype(np.int64)
        return np.where(seconds < UNREACHABLE, slowed, seconds)


@dataclass(frozen=True, slots=True)
class Stress:
    """The check under one change.

    Attributes
    ----------
    name
        ``travel``, ``handling``, ``all_breakable`` or ``none_breakable``.
    factor
        How many times as long; 1 where nothing is lengthened.
    share
        Of all communities' duty time in which a report is reached within the limit, 0 to 1.
    late
        Seconds in a gap, added up over communities.
    worst
        Slowest arrival, seconds; `planner.phases.NEVER` where nobody can come.
    """

    name: str
    factor: float
    share: float
    late: int
    worst: int


def stresses(
    problem: WeeklyProblem, plan: WeeklyPlan, travel: Mapping[VehicleKind, TravelTimes], hours: Mapping[str, int]
) -> tuple[Stress, ...]:
    """Return the check with travel ×1.3, handling ×1.5, every visit breakable, and none."""
    response = problem.policy.response
    longer = replace(response, handling=round(response.handling * 1.5))
    handled = replace(problem, policy=replace(problem.policy, response=longer))
    return (
        _stress("travel", 1.3, checked(problem, plan, slowed(travel, 1.3), hours)),
        _stress("handling", 1.5, checked(handled, plan, travel, hours)),
        _stress("all_breakable", 1.0, checked(_with_breaking(problem, yes=True), plan, travel, hours)),
        _stress("none_breakable", 1.0, checked(_with_breaking(problem, yes=False), plan, travel, hours)),
    )


def slowed(travel: Mapping[VehicleKind, TravelTimes], factor: float) -> dict[VehicleKind, TravelTimes]:
    """Return travel with every response `factor` times as long."""
    return {kind: SlowerTravel(times, factor) for kind, times in travel.items()}


def break_even(
    problem: WeeklyProblem, plan: WeeklyPlan, travel: Mapping[VehicleKind, TravelTimes], hours: Mapping[str, int]
) -> float | None:
    """Return the greatest factor on responses' travel, to within `FINEST`, with which no report is late.

    None where some are late even as it is; `MOST` where that much changes nothing. Whoever drives slower is never there
    sooner, so the factors that keep the promise are all those up to one; it is found by halving.
    """

    def kept(factor: float) -> bool:
        return late_seconds(checked(problem, plan, slowed(travel, factor), hours)) == 0

    return _greatest(kept)


def _greatest(kept: Callable[[float], bool]) -> float | None:
    if not kept(1.0):
        return None
    low, high = 1.0, 2.0
    while high < MOST and kept(high):
        low, high = high, 2 * high
    if high >= MOST and kept(MOST):
        return MOST
    while high - low > FINEST:
        middle = (low + high) / 2
        low, high = (middle, high) if kept(middle) else (low, middle)
    return low


def late_seconds(check: Checked) -> int:
    """Return the seconds in a gap, added up over communities."""
    return sum(cover.late for cover in check.covers)


def worst_seconds(check: Checked) -> int:
    """Return the slowest arrival of all; 0 where no report counts."""
    return max((cover.peak.seconds for cover in check.covers if cover.peak is not None), default=0)


def share_in_time(check: Checked) -> float:
    """Return the share of all communities' duty time in which a report is reached in time."""
    watched = sum(cover.watched for cover in check.covers)
    return 1 - late_seconds(check) / watched if watched else 1.0


def _stress(name: str, factor: float, check: Checked) -> Stress:
    return Stress(name, factor, share_in_time(check), late_seconds(check), worst_seconds(check))


def _with_breaking(problem: WeeklyProblem, *, yes: bool) -> WeeklyProblem:
    return replace(problem, visits=tuple(replace(visit, breakable=yes) for visit in problem.visits))
