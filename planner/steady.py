"""The closed form of the check where response times never rise between breakpoints: the breakpoints say it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.curves import Curve
from planner.phases import NEVER, Seconds
from planner.team import HOUR, Peak, Team, named_peak


@dataclass(frozen=True, slots=True, eq=False)
class SteadyPart:
    """One team's stretches ``[begin, end)``, on each of which everybody's response time is one straight line.

    `values` is ``(everybody, stretches, points)`` at `begin`, and `best` what the team makes of it; it is late on
    ``[begin, late_until)``.
    """

    team: Team
    points: Seconds
    begin: Seconds
    values: Seconds
    best: Seconds
    late_until: Seconds
    first: Seconds

    @property
    def late(self) -> tuple[Seconds, Seconds]:
        """Starts and ends of what is not reached in time."""
        which = self.begin < self.late_until
        return self.begin[which], self.late_until[which]

    def into_hours(self, hourly: Seconds) -> None:
        """Raise each hour's slowest arrival to what it is here."""
        np.maximum.at(hourly, self.begin // HOUR, self.best.max(axis=1))

    def peak(self) -> Peak | None:
        """Return the slowest arrival of all, the earliest of equals."""
        return self._peak(0, len(self.begin))

    def peaks(self, starts: Seconds, ends: Seconds) -> list[Peak | None]:
        """Return the slowest arrival of reports within each ``[start, end)``, the earliest of equals."""
        low, high = np.searchsorted(self.begin, starts).tolist(), np.searchsorted(self.begin, ends).tolist()
        return [self._peak(first, last) for first, last in zip(low, high, strict=True)]

    def _peak(self, low: int, high: int) -> Peak | None:
        if low == high:
            return None
        row, column = divmod(int(self.best[low:high].argmax()) + low * len(self.points), len(self.points))
        instant, point = int(self.begin[row]), int(self.points[column])
        return named_peak(self.team, self.values[:, row, column], int(self.best[row, column]), instant, point)


def steady_part(
    curves: Sequence[Curve], team: Team, points: Seconds, begin: Seconds, end: Seconds, limit: int
) -> SteadyPart:
    """Evaluate a team's stretches, all of its curves being steady."""
    shape = (len(team.everybody), len(begin), len(points))
    values, falling = np.full(shape, NEVER, dtype=np.int64), np.zeros(shape[:2], dtype=np.bool_)
    for number, officer in enumerate(team.everybody):
        values[number], falling[number] = curves[officer].at(begin, points)
    drops = falling[:, :, None] & (values < NEVER)
    wait = np.where(drops, np.maximum(values - limit, 0), np.where(values > limit, NEVER, 0))
    late_until = np.minimum(begin[:, None] + team.arrival(wait), end[:, None]).max(axis=1)
    count = len(team.responders)
    first = _first_seconds(values[:count, :, 0], falling[:count], begin, end)
    return SteadyPart(team, points, begin, values, team.arrival(values), late_until, first)


def _first_seconds(values: Seconds, falling: NDArray[np.bool_], begin: Seconds, end: Seconds) -> Seconds:
    """Return ``(team,)`` seconds each would be first; the falling line may overtake the level one once a stretch."""
    seconds = np.zeros(len(values), dtype=np.int64)
    if not len(values):
        return seconds
    level = np.where(falling, NEVER, values)
    falls = np.where(falling, values, NEVER)
    steady, steady_value = level.argmin(axis=0), level.min(axis=0)
    coming, coming_value = falls.argmin(axis=0), falls.min(axis=0)
    overtakes = np.where(coming_value < NEVER, begin + np.maximum(coming_value - steady_value + 1, 0), end)
    overtakes = np.minimum(overtakes, end)
    np.add.at(seconds, steady, np.where(steady_value < NEVER, overtakes - begin, 0))
    np.add.at(seconds, coming, end - overtakes)
    return seconds
