"""The exact two-hour check: the slowest arrival over every instant, not over a sample of them. Integers only.

With R(r, p, t) the response time of officer r to scene point p for a report at instant t, the check is of

    F(c, t) = max over points p of community c of  min over allowed officers r of  R(r, p, t),

or, where two must come, the max over p of when the first of those allowed is there *and* two of the company are.

Without U-turns and with the same traffic all the time every R is made of straight lines of slope 0 and −1
(`planner.phases`). Between two neighbouring breakpoints of all officers such an F never rises, so its largest value is
the one *at* the earlier breakpoint and the part above a limit begins there: evaluating the breakpoints alone gives
suprema and violation intervals exactly. The one condition that cuts a line is the end of duty,
``t + R + handling <= end + overtime``: on a falling line t + R is constant, so it holds throughout or nowhere; on a
level line it ends at an instant that becomes a breakpoint. Where lines may rise, `planner.refine` finds what lies
between breakpoints.

Covering with response limits: Toregas et al. 1971 (LSCP); for patrols with guarantees: Chase & Lau 2017.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.curves import Curve, Terms, response_curve
from planner.phases import Seconds, Timeline
from planner.refine import rising_part
from planner.steady import Asked, Shape, steady_parts
from planner.team import Part, Peak, Team

HOUR = 3600

TOGETHER = 64
"""So many communities are evaluated at once, so that what is in memory stays small."""


@dataclass(frozen=True, slots=True)
class Watch:
    """``[start, end)``: a report in it is answered by one of `responders` (indices, the preferred one first).

    Where `company` is not empty, a crew of two must come: one of the responders, and two of the company in all.
    """

    start: int
    end: int
    responders: tuple[int, ...]
    company: tuple[int, ...] = ()

    @property
    def team(self) -> Team:
        """Who answers."""
        return Team(self.responders, self.company)


@dataclass(frozen=True, slots=True)
class Scenes:
    """The scene points of one community (columns of ``onward``, the main one first) and who answers when.

    `watches` are disjoint; a report outside all of them is not counted.
    """

    points: tuple[int, ...]
    watches: tuple[Watch, ...]


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
    O(points · Σ lines) time: each officer's lines are evaluated once per breakpoint of those who answer with them, or
    with others at the same hours.
    """
    curves = [response_curve(timeline, terms, points) for timeline in timelines]
    return cover_all(curves, communities, terms.limit, hours)


def cover_all(
    curves: Sequence[Curve], communities: Sequence[Scenes], limit: int, hours: int = 168
) -> tuple[Coverage, ...]:
    """Check every community, the response times of all officers already at hand (see `exact_worst`)."""
    parts: list[list[Part]] = [[] for _ in communities]
    alike: dict[tuple[Shape, tuple[tuple[int, int], ...]], list[tuple[int, Asked]]] = {}
    for number, scenes in enumerate(communities):
        for asked, watches in _asked(scenes):
            if all(curves[officer].steady for officer in asked.team.everybody):
                spans = tuple((watch.start, watch.end) for watch in watches)
                alike.setdefault((asked.shape, spans), []).append((number, asked))
            else:
                begin, end = stretches(curves, asked.team, asked.points, watches)
                parts[number].append(rising_part(curves, asked.team, asked.points, begin, end, limit))
    for (_, spans), group in alike.items():
        for first in range(0, len(group), TOGETHER):
            lot = group[first : first + TOGETHER]
            for (number, _), part in zip(lot, _steady(curves, [asked for _, asked in lot], spans, limit), strict=True):
                parts[number].append(part)
    return tuple(_joined(found, scenes, len(curves), hours) for found, scenes in zip(parts, communities, strict=True))


def _asked(scenes: Scenes) -> Iterator[tuple[Asked, list[Watch]]]:
    """Yield each team of a community with its watches."""
    points = np.array(scenes.points, dtype=np.int64)
    watches: dict[Team, list[Watch]] = {}
    for watch in sorted(scenes.watches, key=lambda watch: watch.start):
        watches.setdefault(watch.team, []).append(watch)
    for team, found in watches.items():
        yield Asked(team, points), found


def _joined(parts: Sequence[Part], scenes: Scenes, officers: int, hours: int) -> Coverage:
    hourly = np.full(hours, -1, dtype=np.int64)
    first = np.zeros(officers, dtype=np.int64)
    for part in parts:
        part.into_hours(hourly)
        np.add.at(first, np.array(part.team.responders, dtype=np.int64), part.first)
    breaches = _breaches(parts)
    return Coverage(
        slowest([part.peak() for part in parts]),
        breaches,
        hourly,
        sum(watch.end - watch.start for watch in scenes.watches),
        sum(breach.end - breach.start for breach in breaches),
        first,
    )


def _steady(
    curves: Sequence[Curve], asked: Sequence[Asked], spans: Sequence[tuple[int, int]], limit: int
) -> Sequence[Part]:
    """Return the parts of several communities whose teams are of one shape and answer in the same `spans`.

    All are evaluated at the breakpoints of any: a stretch cut in two says the same twice, and many small evaluations
    take longer than a few large ones.
    """
    points: dict[int, list[Seconds]] = {}
    for one in asked:
        for officer in one.team.everybody:
            points.setdefault(officer, []).append(one.points)
    breakpoints = [curves[officer].breakpoints(np.concatenate(all_), spans) for officer, all_ in points.items()]
    begin, end = _between(breakpoints, spans)
    return steady_parts(curves, asked, begin, end, limit)


def stretches(
    curves: Sequence[Curve], team: Team, points: Seconds, watches: Sequence[Watch]
) -> tuple[Seconds, Seconds]:
    """Return ``[begin, end)`` of the stretches between breakpoints of a team's watches, each within one hour."""
    spans = sorted((watch.start, watch.end) for watch in watches)
    return _between([curves[officer].breakpoints(points, spans) for officer in team.everybody], spans)


def _between(breakpoints: Sequence[Seconds], spans: Sequence[tuple[int, int]]) -> tuple[Seconds, Seconds]:
    """Return ``[begin, end)`` of the stretches between breakpoints, and hours, that lie in `spans`."""
    starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    hours = np.arange(starts.min() // HOUR, ends.max() // HOUR + 1) * HOUR
    marks = np.sort(np.concatenate([*breakpoints, hours, starts, ends]))
    marks = marks[np.append(True, marks[1:] > marks[:-1])]  # as numpy.unique, whose hash table takes ten times as long
    watch = np.searchsorted(starts, marks, "right") - 1
    inside = (watch >= 0) & (marks < ends[np.maximum(watch, 0)])
    return marks[inside], marks[np.flatnonzero(inside) + 1]


def slowest(peaks: Iterable[Peak | None]) -> Peak | None:
    """Return the slowest arrival, the earliest of equals."""
    found = [peak for peak in peaks if peak is not None]
    return min(found, key=lambda peak: (-peak.seconds, peak.instant), default=None)


def _breaches(parts: Sequence[Part]) -> tuple[Breach, ...]:
    """Return the union over points and stretches of what is late, touching stretches joined."""
    spans = [late for part in parts if len((late := part.late)[0])]
    if not spans:
        return ()
    starts, ends = (np.concatenate(marks) for marks in zip(*spans, strict=True))
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    fresh = np.flatnonzero(np.append(True, starts[1:] > ends[:-1]))
    closing = np.append(fresh[1:], len(starts)) - 1
    starts, ends = starts[fresh], ends[closing]
    peaks = [slowest(found) for found in zip(*(part.peaks(starts, ends) for part in parts), strict=True)]
    joined = zip(starts.tolist(), ends.tolist(), peaks, strict=True)
    return tuple(Breach(start, end, peak) for start, end, peak in joined if peak is not None)
