"""Where the slowest arrival lies when response times may rise: bounds between breakpoints, halved until they meet.

Between breakpoints each branch of each officer's response time only rises or only falls, so over a stretch it lies
between its two ends, and so does whatever minima and second minima make of them. A stretch whose bounds decide nothing
is halved, down to single seconds (branch and bound; with U-turns the peak lies where a rising and a falling line
cross, which no breakpoint tells).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.curves import Curve
from planner.phases import NEVER, Seconds
from planner.team import HOUR, Peak, Team, named_peak


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Stretches ``[begin, end)`` of one point each, with what is known of the team's arrival within them.

    Attributes
    ----------
    column
        Index of the point among those asked about.
    low, high
        Bounds of the arrival, both reached where the stretch is one second.
    """

    begin: Seconds
    end: Seconds
    column: Seconds
    low: Seconds
    high: Seconds

    def __getitem__(self, which: NDArray[np.bool_] | Seconds) -> Stretches:
        return Stretches(self.begin[which], self.end[which], self.column[which], self.low[which], self.high[which])

    def __len__(self) -> int:
        return len(self.begin)


@dataclass(frozen=True, slots=True, eq=False)
class RisingPart:
    """One team's stretches, on each of which everybody's branches only rise or only fall."""

    curves: Sequence[Curve]
    team: Team
    points: Seconds
    whole: Stretches
    late: tuple[Seconds, Seconds]
    first: Seconds
    hours: Seconds
    by_hour: tuple[Seconds, Seconds, Seconds]

    def into_hours(self, hourly: Seconds) -> None:
        """Raise each hour's slowest arrival to what it is here."""
        np.maximum.at(hourly, self.hours, self.by_hour[0])

    def peak(self) -> Peak | None:
        """Return the slowest arrival of all, the earliest of equals."""
        seconds, instants, columns = self.by_hour
        return self._named(*(int(one[seconds.argmax()]) for one in (seconds, instants, columns)))

    def peaks(self, starts: Seconds, ends: Seconds) -> list[Peak | None]:
        """Return the slowest arrival of reports within each ``[start, end)``, the earliest of equals."""
        whole = self.whole
        # a stretch belongs to every span that it meets: once to the first of them, and on to the last
        low = np.searchsorted(ends, whole.begin, "right")
        count = np.maximum(np.searchsorted(starts, whole.end, "left") - low, 0)
        which = np.repeat(np.arange(len(whole)), count)
        span = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + low[which]
        begin, end = np.maximum(whole.begin[which], starts[span]), np.minimum(whole.end[which], ends[span])
        clipped = bounded(self.curves, self.team, self.points, begin, end, whole.column[which])
        spans, groups = np.unique(span, return_inverse=True)
        found: list[Peak | None] = [None] * len(starts)
        peaks = slowest(self.curves, self.team, self.points, clipped, groups)
        for number, seconds, instant, column in zip(spans.tolist(), *(one.tolist() for one in peaks), strict=True):
            found[number] = self._named(seconds, instant, column)
        return found

    def _named(self, seconds: int, instant: int, column: int) -> Peak:
        now, there = np.array([instant], dtype=np.int64), self.points[[column]]
        times = [int(self.curves[officer].seconds(now, there)[0, 0]) for officer in self.team.everybody]
        return named_peak(self.team, np.array(times, dtype=np.int64), seconds, instant, int(there[0]))


def rising_part(
    curves: Sequence[Curve], team: Team, points: Seconds, begin: Seconds, end: Seconds, limit: int
) -> RisingPart:
    """Search a team's stretches between breakpoints, whatever rises within them."""
    count = len(points)
    column = np.tile(np.arange(count), len(begin))
    whole = bounded(curves, team, points, np.repeat(begin, count), np.repeat(end, count), column)
    late = late_spans(curves, team, points, whole, limit)
    first = first_to_come(curves, team.responders, int(points[0]), begin, end)
    hours, groups = np.unique(whole.begin // HOUR, return_inverse=True)
    by_hour = slowest(curves, team, points, whole, groups)
    return RisingPart(curves, team, points, whole, late, first, hours, by_hour)


def bounded(
    curves: Sequence[Curve], team: Team, points: Seconds, begin: Seconds, end: Seconds, column: Seconds
) -> Stretches:
    """Return stretches between breakpoints with bounds on the team's arrival."""
    low, high = ends_of(curves, team.everybody, points, begin, end, column)
    return Stretches(begin, end, column, team.arrival(low), team.arrival(high))


def ends_of(
    curves: Sequence[Curve], officers: Sequence[int], points: Seconds, begin: Seconds, end: Seconds, column: Seconds
) -> tuple[Seconds, Seconds]:
    """Return ``(officers, stretches)`` least and greatest response times within stretches between breakpoints."""
    shape = (len(officers), len(begin))
    low, high = np.full(shape, NEVER, dtype=np.int64), np.full(shape, NEVER, dtype=np.int64)
    for place in np.unique(column).tolist():
        here = np.flatnonzero(column == place)
        asked = points[[place]]
        for number, officer in enumerate(officers):
            both = curves[officer].each(np.concatenate([begin[here], end[here] - 1]), asked)[:, :, 0]
            first, last = both[:, : len(here)], both[:, len(here) :]
            low[number, here] = np.minimum(first, last).min(axis=0)
            high[number, here] = np.maximum(first, last).min(axis=0)
    return low, high


def halved(curves: Sequence[Curve], team: Team, points: Seconds, open_: Stretches) -> Stretches:
    """Return both halves of each stretch."""
    middle = (open_.begin + open_.end) // 2
    begin = np.concatenate([open_.begin, middle])
    end = np.concatenate([middle, open_.end])
    return bounded(curves, team, points, begin, end, np.concatenate([open_.column, open_.column]))


def late_spans(
    curves: Sequence[Curve], team: Team, points: Seconds, all_: Stretches, limit: int
) -> tuple[Seconds, Seconds]:
    """Return the starts and ends of stretches in which the arrival is later than `limit`, throughout."""
    starts, ends = [], []
    open_ = all_
    while len(open_):
        late = open_.low > limit
        starts.append(open_.begin[late])
        ends.append(open_.end[late])
        doubtful = ~late & (open_.high > limit)
        open_ = halved(curves, team, points, open_[doubtful]) if doubtful.any() else open_[doubtful]
    return np.concatenate(starts), np.concatenate(ends)


def slowest(
    curves: Sequence[Curve], team: Team, points: Seconds, all_: Stretches, groups: Seconds
) -> tuple[Seconds, Seconds, Seconds]:
    """Return the slowest arrival of each group of stretches: seconds, instant (the earliest of equals), column.

    Parameters
    ----------
    groups
        ``(stretches,)`` numbers from 0 on, without holes.
    """
    count = int(groups.max(initial=-1)) + 1
    bound = np.full(count, -1, dtype=np.int64)
    found = np.stack([np.full(count, -1), np.zeros(count), np.zeros(count)]).astype(np.int64)
    open_, mine = all_, groups
    while len(open_):
        known = open_.low == open_.high
        _keep_slowest(found, open_[known], mine[known])
        np.maximum.at(bound, mine, open_.low)
        doubtful = ~known & (open_.high >= bound[mine])
        open_, mine = open_[doubtful], np.concatenate([mine[doubtful], mine[doubtful]])
        if len(open_):
            open_ = halved(curves, team, points, open_)
    return found[0], found[1], found[2]


def _keep_slowest(found: Seconds, known: Stretches, groups: Seconds) -> None:
    """Put the slowest of each group's known stretches into `found`, where they are slower or as slow but earlier."""
    order = np.lexsort((known.column, known.begin, -known.low, groups))
    first = order[np.flatnonzero(np.diff(groups[order], prepend=-1))]
    for number in first.tolist():
        group = int(groups[number])
        value, begin, column = int(known.low[number]), int(known.begin[number]), int(known.column[number])
        if (-value, begin, column) < (-int(found[0, group]), int(found[1, group]), int(found[2, group])):
            found[:, group] = value, begin, column


def first_to_come(
    curves: Sequence[Curve], responders: Sequence[int], point: int, begin: Seconds, end: Seconds
) -> Seconds:
    """Return ``(responders,)`` seconds within stretches between breakpoints during which each would come first."""
    seconds = np.zeros(len(responders), dtype=np.int64)
    points = np.array([point], dtype=np.int64)
    while len(begin) and responders:
        low, high = ends_of(curves, responders, points, begin, end, np.zeros(len(begin), dtype=np.int64))
        who = high.argmin(axis=0)
        others = low.copy()
        others[who, np.arange(len(begin))] = NEVER
        best = high.min(axis=0)
        never = low.min(axis=0) >= NEVER
        settled = never | (best <= others.min(axis=0)) | (end - begin == 1)
        np.add.at(seconds, who[settled & ~never], (end - begin)[settled & ~never])
        middle = (begin + end) // 2
        begin, end = (
            np.concatenate([begin[~settled], middle[~settled]]),
            np.concatenate([middle[~settled], end[~settled]]),
        )
    return seconds
