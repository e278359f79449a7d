"""The way on when traffic changes by the hour: seconds to each scene point by the instant of setting off.

Within an hour the way takes the seconds that this hour's traffic gives it; whatever share of the way is left when the
hour ends is driven at the next hour's pace (Ichoua, Gendreau & Potvin 2003). Whoever sets off later never arrives
earlier, and between the instants of `Profile.breakpoints` the seconds only rise or only fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

NEVER = 10**9
"""Seconds that mean 'does not come at all'; the same number as `geo.travel.UNREACHABLE`."""

HOUR = 3600
ROUNDING = 1e-6

Seconds: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Seconds from one place to each scene point, hour by hour.

    Attributes
    ----------
    first
        Hour of the week of the first row; earlier ones are taken as that one, later ones as the last.
    levels
        ``(hours, points)`` seconds to drive in each hour's traffic, `NEVER` where there is no way.
    parking
        ``(points,)`` seconds to park and walk, whatever the hour.
    """

    first: int
    levels: Seconds
    parking: Seconds

    def at(self, departures: Seconds, points: Seconds | None = None) -> Seconds:
        """Return ``(departures, points)`` seconds; `departures` may also come as one column for each point."""
        chosen = np.arange(self.levels.shape[1]) if points is None else points
        begin = departures if departures.ndim == 2 else departures[:, None]
        begin, column = np.broadcast_arrays(begin, chosen[None, :])
        hour = begin // HOUR
        rest = self._level(hour, column).astype(np.float64)
        now = begin.astype(np.float64)
        for _ in range(len(self.levels) + 1):
            left = (hour + 1) * HOUR - now
            on = (rest > left) & (rest < NEVER) & (hour < self.first + len(self.levels) - 1)
            if not on.any():
                break
            pace = self._level(hour, column)
            after = self._level(hour + 1, column)
            rest = np.where(on, (rest - left) * after / np.maximum(pace, 1), rest)
            now = np.where(on, (hour + 1) * HOUR, now)
            hour = np.where(on, hour + 1, hour)
        seconds = np.ceil(now + rest - ROUNDING).astype(np.int64) - begin + self.parking[column]
        return np.where(rest < NEVER, seconds, NEVER)

    def breakpoints(self, start: int, end: int, points: Seconds) -> Seconds:
        """Return the departures within ``[start, end)`` at which a way to one of `points` changes its slope."""
        last = min((end - 1) // HOUR + len(self.levels), self.first + len(self.levels)) + 1
        marks = np.arange(start // HOUR, last + 1) * HOUR
        sooner = [self._leaving(mark, points) for mark in marks.tolist()]
        known = np.concatenate([marks.astype(np.float64), *sooner])
        whole = np.floor(known).astype(np.int64)
        found = np.unique(np.concatenate([whole, whole + 1]))
        return found[(found >= start) & (found < end)]

    def _leaving(self, arrival: int, points: Seconds) -> NDArray[np.float64]:
        """Return ``(points,)`` departures with which the drive ends at `arrival`, the end of an hour."""
        share = np.ones(len(points))
        now = np.full(len(points), float(arrival))
        for hour in range(arrival // HOUR - 1, self.first - 2, -1):
            pace = self._level(np.full(len(points), hour), points).astype(np.float64)
            used = share * pace if hour <= self.first else np.minimum(share * pace, HOUR)
            now -= used
            share -= used / np.maximum(pace, 1)
            if (share <= 0).all():
                break
        departures: NDArray[np.float64] = np.maximum(now, 0.0)
        return departures

    def _level(self, hour: Seconds, column: Seconds) -> Seconds:
        row = np.clip(hour - self.first, 0, len(self.levels) - 1)
        return self.levels[row, column]


Onward: TypeAlias = Seconds | Profile


def onward_at(onward: Onward, departures: Seconds, points: Seconds | None = None) -> Seconds:
    """Return ``(departures, points)`` seconds from a place, with or without a profile."""
    if isinstance(onward, Profile):
        return onward.at(departures, points)
    row = onward if points is None else onward[points]
    return np.broadcast_to(row, (len(departures), len(row)))


def no_way(onward: Onward, point: int) -> bool:
    """Return whether no way leads to a scene point, whatever the hour."""
    levels = onward.levels if isinstance(onward, Profile) else onward[None, :]
    return bool((levels[:, point] >= NEVER).all())
