"""The exact two-hour check: the slowest arrival over every instant, not over a sample of them. Integers only.

With R(r, p, t) the response time of officer r to scene point p for a report at instant t, the check is of

    F(c, t) = max over points p of community c of  min over allowed officers r of  R(r, p, t).

Without U-turns every R is made of straight lines of slope 0 and −1 (`planner.phases`). Between two neighbouring
breakpoints of all officers the minimum never rises, so its largest value is the one *at* the earlier breakpoint and
the part above a limit begins there: evaluating the breakpoints alone gives suprema and violation intervals exactly.
The one condition that cuts a line is the end of duty, ``t + R + handling <= end + overtime``: on a falling line t + R
is constant, so it holds throughout or nowhere; on a level line it ends at an instant that becomes a breakpoint.

Covering with response limits: Toregas et al. 1971 (LSCP); for patrols with guarantees: Chase & Lau 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.curves import Curve, Terms, response_curve
from planner.phases import NEVER, Seconds, Timeline

HOUR = 3600
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Watch:
    """``[start, end)``: a report in it is answered by one of `responders` (indices, the preferred one first)."""

    start: int
    end: int
    responders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scenes:
    """The scene points of one community (columns of ``onward``, the main one first) and who answers when.

    `watches` are disjoint; a report outside all of them is not counted.
    """

    points: tuple[int, ...]
    watches: tuple[Watch, ...]


@dataclass(frozen=True, slots=True)
class Peak:
    """A slowest arrival: for a report at `instant` at `point`, `seconds` until `responder` is there."""

    seconds: int
    instant: int
    point: int
    responder: int


@dataclass(frozen=True, slots=True)
class Breach:
    """``[start, end)``: a report in it is not answered within the limit; `peak` is the slowest of them."""

    start: int
    end: int
    peak: Peak


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """The check of one community.

    Attributes
    ----------
    peak
        None where no instant counts.
    hourly
        ``(hours,)`` slowest arrival of reports within each hour; −1 where none counts.
    watched, late
        Seconds that count, and those among them in breach.
    first
        ``(officers,)`` seconds during which each officer would be the first at the main point.
    """

    peak: Peak | None
    breaches: tuple[Breach, ...]
    hourly: Seconds
    watched: int
    late: int
    first: Seconds


def exact_worst(
    timelines: Sequence[Timeline], communities: Sequence[Scenes], terms: Terms, points: int, hours: int = 168
) -> tuple[Coverage, ...]:
    """Check every community over all of its watches.

    Parameters
    ----------
    timelines
        One per officer; `Watch.responders` are indices into it. They cover all watches, `delay` included.
    communities
        Where reports may come from and who answers them.
    terms
        What counts as an answer.
    points
        Number of scene points, the columns of every ``onward``.
    hours
        Length of `Coverage.hourly`; hour 0 begins at instant 0.

    Notes
    -----
    O(points · Σ lines) time: each officer's lines are evaluated once per breakpoint of those who answer with them.
    """
    curves = [response_curve(timeline, terms, points) for timeline in timelines]
    return cover_all(curves, communities, terms.limit, hours)


def cover_all(
    curves: Sequence[Curve], communities: Sequence[Scenes], limit: int, hours: int = 168
) -> tuple[Coverage, ...]:
    """Check every community, the response times of all officers already at hand (see `exact_worst`)."""
    return tuple(_cover(curves, scenes, limit, hours) for scenes in communities)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Stretches ``[begin, end)`` on which every allowed officer's response time is one straight line.

    `best` and `who` are ``(pieces, points)`` at `begin`; the response is late on ``[begin, late)``.
    """

    begin: Seconds
    end: Seconds
    best: Seconds
    who: Seconds
    late: Seconds
    first: Seconds


def _cover(curves: Sequence[Curve], scenes: Scenes, limit: int, hours: int) -> Coverage:
    points = np.array(scenes.points, dtype=np.int64)
    teams = dict.fromkeys(watch.responders for watch in scenes.watches)
    parts = [
        _pieces(curves, team, [w for w in scenes.watches if w.responders == team], points, limit) for team in teams
    ]
    hourly = np.full(hours, -1, dtype=np.int64)
    first = np.zeros(len(curves), dtype=np.int64)
    for part in parts:
        np.maximum.at(hourly, part.begin // HOUR, part.best.max(axis=1))
        first += part.first
    breaches = _breaches(parts, points)
    return Coverage(
        _peak(parts, points),
        breaches,
        hourly,
        sum(watch.end - watch.start for watch in scenes.watches),
        sum(breach.end - breach.start for breach in breaches),
        first,
    )


def _pieces(
    curves: Sequence[Curve], team: tuple[int, ...], watches: Sequence[Watch], points: Seconds, limit: int
) -> _Pieces:
    begin, end = _stretches([curves[r].breakpoints(points) for r in team], watches)
    shape = (len(begin), len(points))
    first = np.zeros(len(curves), dtype=np.int64)
    if not team:
        nobody = np.full(shape, NOBODY, dtype=np.int64)
        late = np.repeat(end[:, None], len(points), axis=1)
        return _Pieces(begin, end, np.full(shape, NEVER, dtype=np.int64), nobody, late, first)
    evaluated = [curves[r].at(begin, points) for r in team]
    values = np.stack([value for value, _ in evaluated])
    falling = np.stack([falls for _, falls in evaluated])
    members = np.array(team, dtype=np.int64)
    best, who = values.min(axis=0), members[values.argmin(axis=0)]
    who[best >= NEVER] = NOBODY
    np.add.at(first, members, _first_seconds(values[:, :, 0], falling, begin, end))
    return _Pieces(begin, end, best, who, _late_until(values, falling, begin, end, limit), first)


def _stretches(breakpoints: Sequence[Seconds], watches: Sequence[Watch]) -> tuple[Seconds, Seconds]:
    watches = sorted(watches, key=lambda watch: watch.start)
    starts = np.array([watch.start for watch in watches], dtype=np.int64)
    ends = np.array([watch.end for watch in watches], dtype=np.int64)
    hours = np.arange(starts.min() // HOUR, ends.max() // HOUR + 1) * HOUR
    marks = np.sort(np.concatenate([*breakpoints, hours, starts, ends]))
    marks = marks[np.append(True, marks[1:] > marks[:-1])]  # as numpy.unique, whose hash table takes ten times as long
    watch = np.searchsorted(starts, marks, "right") - 1
    inside = (watch >= 0) & (marks < ends[np.maximum(watch, 0)])
    return marks[inside], marks[np.flatnonzero(inside) + 1]


def _late_until(values: Seconds, falling: NDArray[np.bool_], begin: Seconds, end: Seconds, limit: int) -> Seconds:
    drops = falling[:, :, None] & (values < NEVER)
    wait = np.where(drops, np.maximum(values - limit, 0), np.where(values > limit, NEVER, 0))
    late: Seconds = np.minimum(begin[:, None] + wait.min(axis=0), end[:, None])
    return late


def _first_seconds(values: Seconds, falling: NDArray[np.bool_], begin: Seconds, end: Seconds) -> Seconds:
    """Return ``(team,)`` seconds each would be first; the falling line may overtake the level one once a piece."""
    level = np.where(falling, NEVER, values)
    falls = np.where(falling, values, NEVER)
    steady, steady_value = level.argmin(axis=0), level.min(axis=0)
    coming, coming_value = falls.argmin(axis=0), falls.min(axis=0)
    overtakes = np.where(coming_value < NEVER, begin + np.maximum(coming_value - steady_value + 1, 0), end)
    overtakes = np.minimum(overtakes, end)
    seconds = np.zeros(len(values), dtype=np.int64)
    np.add.at(seconds, steady, np.where(steady_value < NEVER, overtakes - begin, 0))
    np.add.at(seconds, coming, end - overtakes)
    return seconds


def _peak(parts: Sequence[_Pieces], points: Seconds, start: int | None = None, end: int | None = None) -> Peak | None:
    """Return the slowest arrival (the earliest of equals) among pieces that begin within ``[start, end)``."""
    found: list[Peak] = []
    for part in parts:
        lo = 0 if start is None else int(np.searchsorted(part.begin, start))
        hi = len(part.begin) if end is None else int(np.searchsorted(part.begin, end))
        if lo < hi:
            row, column = divmod(int(part.best[lo:hi].argmax()) + lo * len(points), len(points))
            found.append(
                Peak(
                    int(part.best[row, column]),
                    int(part.begin[row]),
                    int(points[column]),
                    int(part.who[row, column]),
                )
            )
    return min(found, key=lambda peak: (-peak.seconds, peak.instant), default=None)


def _breaches(parts: Sequence[_Pieces], points: Seconds) -> tuple[Breach, ...]:
    """Return the union over points and pieces of what is late, touching stretches joined."""
    starts = np.concatenate([part.begin for part in parts]) if parts else np.zeros(0, dtype=np.int64)
    ends = np.concatenate([part.late.max(axis=1) for part in parts]) if parts else starts
    late = np.flatnonzero(starts < ends)
    late = late[np.argsort(starts[late], kind="stable")]
    starts, ends = starts[late], np.maximum.accumulate(ends[late])
    fresh = np.flatnonzero(np.concatenate([[True], starts[1:] > ends[:-1]])) if len(starts) else late
    closing = np.append(fresh[1:], len(starts)) - 1 if len(starts) else late
    joined = zip(starts[fresh].tolist(), ends[closing].tolist(), strict=True)
    return tuple(
        Breach(start, end, peak) for start, end in joined if (peak := _peak(parts, points, start, end)) is not None
    )
