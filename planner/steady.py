"""The closed form of the check where response times never rise between breakpoints: the breakpoints say it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

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


Shape: TypeAlias = tuple[int, tuple[int, ...], int]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A team that is asked for, and the scene points of the community, the main one first."""

    team: Team
    points: Seconds

    @property
    def shape(self) -> Shape:
        """What must be the same where several are evaluated at once: how many answer, the company's places, points."""
        places = {officer: number for number, officer in enumerate(self.team.everybody)}
        return len(self.team.responders), tuple(places[officer] for officer in self.team.company), len(self.points)


def steady_parts(
    curves: Sequence[Curve], asked: Sequence[Asked], begin: Seconds, end: Seconds, limit: int
) -> list[SteadyPart]:
    """Evaluate the stretches of several teams of one shape, all of whose curves are steady."""
    members = np.array([one.team.everybody for one in asked], dtype=np.int64).T
    points = np.stack([one.points for one in asked])
    shape = (*members.shape, len(begin), points.shape[1])
    values, falling = np.full(shape, NEVER, dtype=np.int64), np.zeros(shape[:3], dtype=np.bool_)
    for officer in np.unique(members).tolist():
        place, community = np.nonzero(members == officer)
        found, falls = curves[officer].at(begin, points[community].ravel())
        values[place, community] = found.reshape(len(begin), len(community), -1).swapaxes(0, 1)
        falling[place, community] = falls
    team = asked[0].team
    drops = falling[..., None] & (values < NEVER)
    wait = np.where(drops, np.maximum(values - limit, 0), np.where(values > limit, NEVER, 0))
    late_until = np.minimum(begin[:, None] + team.arrival(wait), end[:, None]).max(axis=-1)
    best = team.arrival(values)
    count = len(team.responders)
    first = _first_seconds(values[:count, ..., 0], falling[:count], begin, end)
    return [
        SteadyPart(one.team, one.points, begin, values[:, n], best[n], late_until[n], first[:, n])
        for n, one in enumerate(asked)
    ]


def _first_seconds(values: Seconds, falling: NDArray[np.bool_], begin: Seconds, end: Seconds) -> Seconds:
    """Return ``(team, communities)`` seconds each would be first of ``(team, communities, stretches)`` response times.

    The falling line may overtake the level one once a stretch.
    """
    seconds = np.zeros(values.shape[:2], dtype=np.int64)
    if not len(values):
        return seconds
    level = np.where(falling, NEVER, values)
    falls = np.where(falling, values, NEVER)
    steady, steady_value = level.argmin(axis=0), level.min(axis=0)
    coming, coming_value = falls.argmin(axis=0), falls.min(axis=0)
    overtakes = np.where(coming_value < NEVER, begin + np.maximum(coming_value - steady_value + 1, 0), end)
    overtakes = np.minimum(overtakes, end)
    held = np.where(steady_value < NEVER, overtakes - begin, 0)
    for number in range(len(values)):
        mine = np.where(steady == number, held, 0) + np.where(coming == number, end - overtakes, 0)
        seconds[number] = mine.sum(axis=1)
    return seconds
