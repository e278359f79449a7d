"""The way on when traffic changes by the hour: seconds to each scene point by the instant of setting off.

Within an hour the way takes the seconds that this hour's traffic gives it; whatever share of the way is left when the
hour ends is driven at the next hour's pace (Ichoua, Gendreau & Potvin 2003). Whoever sets off later never arrives
earlier, and between the instants of `Profiles.breakpoints` the seconds only rise or only fall.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    def at(self, departures: Seconds) -> Seconds:
        """Return ``(departures, points)`` seconds; `departures` may also come as ``(1, points)``, each its own."""
        points: Seconds = np.arange(self.levels.shape[1])
        rows = np.zeros(len(departures), dtype=np.int64)
        return stacked([self]).at(rows, departures, points)


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Many profiles at once: `levels` is ``(profiles, hours, points)``, the last hour of each repeated to its end."""

    first: Seconds
    levels: NDArray[np.int32]
    parking: NDArray[np.int32]

    def at(self, rows: Seconds, departures: Seconds, points: Seconds) -> Seconds:
        """Return ``(n, points)`` seconds by profiles `rows` ``(n,)``; departures are ``(n,)`` or ``(n, points)``."""
        shape = (len(rows), len(points))
        begin = np.broadcast_to(departures if departures.ndim > 1 else departures[:, None], shape)
        row, column = np.broadcast_to(rows[:, None], shape), np.broadcast_to(points, shape)
        hour, now = begin // HOUR, begin.astype(np.float64)
        pace = self._level(row, hour, column)
        rest = pace.astype(np.float64)
        last = self.first[row] + self.levels.shape[1] - 1
        for _ in range(self.levels.shape[1] + 1):
            until = (hour + 1) * HOUR
            on = (rest > until - now) & (rest < NEVER) & (hour < last)
            if not on.any():
                break
            after = self._level(row, hour + 1, column)
            rest = np.where(on, (rest - (until - now)) * after / np.maximum(pace, 1), rest)
            now, hour = np.where(on, until, now), np.where(on, hour + 1, hour)
            pace = np.where(on, after, pace)
        seconds = np.ceil(now + rest - ROUNDING).astype(np.int64) - begin + self.parking[row, column]
        return np.where(rest < NEVER, seconds, NEVER)

    def breakpoints(self, rows: Seconds, starts: Seconds, ends: Seconds, points: Seconds) -> tuple[Seconds, Seconds]:
        """Return the departures within ``[start, end)`` of each of `rows` at which a way to `points` bends.

        Returns
        -------
        ``(m,)`` indices into `rows`, and ``(m,)`` departures.
        """
        hours = self.levels.shape[1]
        furthest = int(((ends - 1) // HOUR - starts // HOUR).max(initial=0)) + hours + 1
        marks = (starts // HOUR)[:, None] + np.arange(furthest + 1)
        marks = np.minimum(marks, (self.first[rows] + hours + 1)[:, None]) * HOUR
        sooner = self._leaving(rows, marks, points)
        whole = np.floor(np.concatenate([marks[:, :, None], sooner], axis=2)).astype(np.int64).reshape(len(rows), -1)
        found = np.concatenate([whole, whole + 1], axis=1)
        inside = (found >= starts[:, None]) & (found < ends[:, None])
        which, place = np.nonzero(inside)
        return which, found[which, place]

    def _leaving(self, rows: Seconds, arrivals: Seconds, points: Seconds) -> NDArray[np.float64]:
        """Return ``(rows, arrivals, points)`` departures with which the drive ends at the end of an hour."""
        shape = (*arrivals.shape, len(points))
        row = np.broadcast_to(rows[:, None, None], shape)
        column = np.broadcast_to(points, shape)
        hour = np.broadcast_to(arrivals[:, :, None] // HOUR - 1, shape)
        share, now = np.ones(shape), np.broadcast_to(arrivals[:, :, None], shape).astype(np.float64)
        for _ in range(int((arrivals.max(initial=0) // HOUR) - self.first.min(initial=0)) + 1):
            pace = self._level(row, hour, column).astype(np.float64)
            used = np.where(hour <= self.first[row], share * pace, np.minimum(share * pace, HOUR))
            now, share, hour = now - used, share - used / np.maximum(pace, 1), hour - 1
            if (share <= 0).all():
                break
        return np.clip(now, 0, None)

    def _level(self, row: Seconds, hour: Seconds, column: Seconds) -> Seconds:
        at = np.minimum(np.maximum(hour - self.first[row], 0), self.levels.shape[1] - 1)
        seconds: Seconds = self.levels[row, at, column]
        return seconds


def stacked(profiles: Sequence[Profile]) -> Profiles:
    """Put profiles into one stack, to be read together."""
    hours = max(len(profile.levels) for profile in profiles)
    rows = [np.concatenate([p.levels, np.repeat(p.levels[-1:], hours - len(p.levels), axis=0)]) for p in profiles]
    return Profiles(
        np.array([profile.first for profile in profiles], dtype=np.int64),
        np.array(rows, dtype=np.int32),
        np.array([profile.parking for profile in profiles], dtype=np.int32),
    )


Onward: TypeAlias = Seconds | Profile


def onward_at(onward: Onward, instant: int) -> Seconds:
    """Return ``(points,)`` seconds from a place that is left at an instant, with or without a profile."""
    return onward.at(np.array([instant], dtype=np.int64))[0] if isinstance(onward, Profile) else onward


def no_way(onward: Onward, point: int) -> bool:
    """Return whether no way leads to a scene point, whatever the hour."""
    levels = onward.levels if isinstance(onward, Profile) else onward[None, :]
    return bool((levels[:, point] >= NEVER).all())
