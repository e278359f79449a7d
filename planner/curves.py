"""How long one officer takes to every scene point, for a report at any instant: lines between breakpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.phases import NEVER, Duty, Lines, Off, OnCase, OnLeave, Phase, Seconds, Timeline, Travel, rise
from planner.profile import Profiles, stacked


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts as an answer, in seconds.

    Attributes
    ----------
    limit
        H, from report to arrival.
    delay
        From the report to the order to go: ``R'(t) = delay + R(t + delay)``.
    handling, overtime
        Work on the scene must fit before the end of duty plus the permitted overtime.
    """

    limit: int
    delay: int = 0
    handling: int = 0
    overtime: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Branch:
    """R to every point as lines that follow one another; a line holds while ``t < until``, after that: `NEVER`.

    Attributes
    ----------
    cut
        Indices of the lines that are cut short somewhere before the next one starts.
    steady
        Whether no line rises or changes with the hour: each is level or falls one second per second.
    profiled, profiles
        ``(lines,)`` which of `profiles` a line has, −1 for none.
    """

    lines: Lines
    until: Seconds
    cut: Seconds
    steady: bool
    profiled: Seconds
    profiles: Profiles | None

    def at(self, instants: Seconds, points: Seconds) -> tuple[Seconds, NDArray[np.bool_]]:
        """Return ``(instants, points)`` response times and ``(instants,)`` whether they fall."""
        lines = self.lines
        line = np.searchsorted(lines.starts, instants, "right") - 1
        cells = line[:, None], points
        falling = lines.falling[line]
        value = lines.base[cells] - np.where(falling, instants, 0)[:, None]
        if not self.steady:
            up = rise(instants, lines.since[line], lines.back[line], lines.whole[line])
            value = value + up[:, None]
            rows = self.profiled[line]
            here = np.flatnonzero(rows >= 0)
            if self.profiles is not None and len(here):
                held = lines.hold[line[here]] + up[here]
                value[here] = held[:, None] + self.profiles.at(rows[here], instants[here] + held, points)
        return np.where(instants[:, None] < self.until[cells], value, NEVER), falling

    def breakpoints(self, points: Seconds, spans: Sequence[tuple[int, int]] | None) -> list[Seconds]:
        found = [self.lines.starts, self.until[self.cut[:, None], points].ravel()]
        if self.profiles is not None:
            found.append(self._bends(self.profiles, points, spans))
        return found

    def _bends(self, profiles: Profiles, points: Seconds, spans: Sequence[tuple[int, int]] | None) -> Seconds:
        """Return the reports at which lines with a profile change their slope, within `spans`."""
        lines = self.lines
        asked = self.profiled >= 0
        if spans is not None:
            starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
            asked &= np.searchsorted(ends, lines.starts, "right") < np.searchsorted(starts, lines.ends, "left")
        which = np.flatnonzero(asked)
        if not len(which):
            return which
        since, back, whole, hold = lines.since[which], lines.back[which], lines.whole[which], lines.hold[which]
        first, last = lines.starts[which], lines.ends[which] - 1
        leaves = first + hold + rise(first, since, back, whole), last + hold + rise(last, since, back, whole)
        row, departures = profiles.breakpoints(self.profiled[which], leaves[0], leaves[1] + 1, points)
        # t + hold + rise(t) = departure, solved for t; rounding may put the report a second before or after
        reports = since[row] + (departures - hold[row] - since[row]) * whole[row] // (whole + back)[row]
        near = np.concatenate([reports - 1, reports, reports + 1])
        again = np.tile(row, 3)
        inside: Seconds = near[(near >= first[again]) & (near <= last[again])]
        return inside


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """R of one officer to every point, `delay` included: the quickest of going on and, on the road, turning round."""

    branches: tuple[_Branch, ...]

    @property
    def steady(self) -> bool:
        """Whether the response time never rises but at breakpoints, and falls one second per second where it falls."""
        return all(branch.steady for branch in self.branches)

    def seconds(self, instants: Seconds, points: Seconds) -> Seconds:
        """Return ``(instants, points)`` response times for reports at these instants."""
        return self.at(instants, points)[0]

    def at(self, instants: Seconds, points: Seconds) -> tuple[Seconds, NDArray[np.bool_]]:
        """Return ``(instants, points)`` response times and, of a steady curve, ``(instants,)`` whether they fall."""
        value, falling = self.branches[0].at(instants, points)
        for branch in self.branches[1:]:
            value = np.minimum(value, branch.at(instants, points)[0])
        return value, falling

    def each(self, instants: Seconds, points: Seconds) -> Seconds:
        """Return ``(branches, instants, points)``: between breakpoints each of them only rises or only falls."""
        return np.stack([branch.at(instants, points)[0] for branch in self.branches])

    def breakpoints(self, points: Seconds, spans: Sequence[tuple[int, int]] | None = None) -> Seconds:
        """Return every instant at which a line to one of `points` starts, is cut or changes its slope.

        Of `spans`, which are in order, only what lies within them need be known.
        """
        return np.concatenate([mark for branch in self.branches for mark in branch.breakpoints(points, spans)])


def response_curve(timeline: Timeline, terms: Terms, points: int) -> Curve:
    """Return the response time of one officer to every point over the week."""
    on, turned = [], []
    resumed = np.full(points, NEVER, dtype=np.int64)
    for phases in reversed(_spells(timeline)):
        start, end = phases[0].start, phases[-1].end
        lines = [phase.lines() for phase in phases if not isinstance(phase, Off | OnLeave | OnCase)]
        if not lines:
            on.append(_waiting(phases[0], resumed, points))
            turned.append(_nothing(start, end, points))
            if isinstance(phases[0], OnCase) and start == timeline.duty_at(start).start:
                resumed = np.full(points, NEVER, dtype=np.int64)
            continue
        duty = timeline.duty_at(start)
        latest = duty.end + terms.overtime - terms.handling
        both = [_feasible(_in_a_row(lines), latest)]
        on.append(both[0])
        backs = [back for phase in phases if isinstance(phase, Travel) and (back := phase.turned()) is not None]
        if not backs:
            turned.append(_nothing(start, end, points))
        else:
            both.append(_feasible(_in_a_row(backs), latest))
            turned.append(_within(both[1], start, end, points))
        if start == duty.start:
            resumed = np.min([_arrival(one, start) for one in both], axis=0)
    branches = [_joined(on[::-1], terms.delay)]
    if any(block.lines.back.any() for block in turned):
        branches.append(_joined(turned[::-1], terms.delay))
    return Curve(tuple(branches))


def _spells(timeline: Timeline) -> list[list[Phase]]:
    """Return the phases, those of one duty that follow one another together: one end of duty applies to all."""
    spells: list[list[Phase]] = []
    last: Duty | None = None
    for phase in timeline.phases:
        if phase.start >= phase.end:
            continue
        duty = None if isinstance(phase, Off | OnLeave | OnCase) else timeline.duty_at(phase.start)
        if duty is not None and duty == last:
            spells[-1].append(phase)
        else:
            spells.append([phase])
        last = duty
    return spells


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Lines of one phase, and until when each holds to each point."""

    lines: Lines
    until: Seconds


def _waiting(phase: Phase, resumed: Seconds, points: int) -> _Block:
    """Return the wait for the next duty, whose first arrivals are `resumed`; on leave or on a case nobody comes."""
    if not isinstance(phase, Off):
        return _nothing(phase.start, phase.end, points)
    until = np.where(resumed < NEVER, phase.end, phase.start)[None, :]
    return _Block(_level(phase.start, phase.end, resumed, falling=True), until)


def _nothing(start: int, end: int, points: int) -> _Block:
    base = np.full(points, NEVER, dtype=np.int64)
    return _Block(_level(start, end, base, falling=True), np.full((1, points), start, dtype=np.int64))


def _level(start: int, end: int, base: Seconds, *, falling: bool) -> Lines:
    zero, one = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    start_, end_ = np.array([start], dtype=np.int64), np.array([end], dtype=np.int64)
    return Lines(start_, end_, np.array([falling]), base[None, :], zero, zero, zero, one, (None,))


def _within(block: _Block, start: int, end: int, points: int) -> _Block:
    """Return a block whose holes within ``[start, end)`` are filled with lines on which nobody comes."""
    parts, cursor = [], start
    for number, (first, last) in enumerate(zip(block.lines.starts.tolist(), block.lines.ends.tolist(), strict=True)):
        if first > cursor:
            parts.append(_nothing(cursor, first, points))
        parts.append(_Block(_picked(block.lines, [number]), block.until[[number]]))
        cursor = last
    if cursor < end:
        parts.append(_nothing(cursor, end, points))
    return _chained(parts)


def _picked(lines: Lines, rows: Sequence[int]) -> Lines:
    return Lines(
        lines.starts[rows],
        lines.ends[rows],
        lines.falling[rows],
        lines.base[rows],
        lines.hold[rows],
        lines.since[rows],
        lines.back[rows],
        lines.whole[rows],
        tuple(lines.profiles[row] for row in rows),
    )


def _arrival(block: _Block, instant: int) -> Seconds:
    """Return the instants of arrival for an order at `instant`, `NEVER` where nobody comes."""
    if not len(block.lines.starts) or block.lines.starts[0] > instant:
        return np.full(block.until.shape[1], NEVER, dtype=np.int64)
    now = np.array([instant], dtype=np.int64)
    seconds = _branch(block, now[:0]).at(now, np.arange(block.until.shape[1]))[0][0]
    return np.where(seconds < NEVER, instant + seconds, NEVER)


def _feasible(lines: Lines, latest_arrival: int) -> _Block:
    """Cut lines where an arrival would come after `latest_arrival`: whoever sets off later never arrives earlier."""
    starts, ends = lines.starts[:, None], lines.ends[:, None]
    since, back, whole = lines.since[:, None], lines.back[:, None], lines.whole[:, None]
    # t + base + rise(t) <= latest_arrival, solved for t
    level = since + (latest_arrival - lines.base - since) * whole // (whole + back) + 1
    falling = np.where(lines.base <= latest_arrival, ends, starts)
    until = np.where(lines.falling[:, None], falling, np.clip(level, starts, ends))
    until = np.where(lines.base < NEVER, until, starts)
    which = np.flatnonzero([profile is not None for profile in lines.profiles])
    if len(which):
        until[which] = _last_in_time(lines, which, latest_arrival)
    return _Block(lines, until)


def _last_in_time(lines: Lines, which: Seconds, latest_arrival: int) -> Seconds:
    """Return ``(which, points)`` the first report of lines with profiles that is answered too late, by bisection."""
    profiles = stacked([profile for profile in lines.profiles if profile is not None])
    points, rows = np.arange(lines.base.shape[1]), np.arange(len(which))
    shape = (len(which), len(points))
    low = np.broadcast_to(lines.starts[which, None], shape)
    high = np.broadcast_to(lines.ends[which, None], shape)
    while (low < high).any():
        middle = (low + high) // 2
        up = rise(middle, lines.since[which, None], lines.back[which, None], lines.whole[which, None])
        leaves = middle + lines.hold[which, None] + up
        away = profiles.at(rows, leaves, points)
        in_time = (away < NEVER) & (leaves + away <= latest_arrival)
        low, high = np.where(in_time & (low < high), middle + 1, low), np.where(in_time, high, middle)
    return low


def _in_a_row(parts: Sequence[Lines]) -> Lines:
    def column(name: str) -> NDArray[np.int64]:
        return np.concatenate([getattr(lines, name) for lines in parts])

    return Lines(
        column("starts"),
        column("ends"),
        np.concatenate([lines.falling for lines in parts]),
        column("base"),
        column("hold"),
        column("since"),
        column("back"),
        column("whole"),
        tuple(profile for lines in parts for profile in lines.profiles),
    )


def _chained(blocks: Sequence[_Block]) -> _Block:
    return _Block(_in_a_row([block.lines for block in blocks]), np.concatenate([block.until for block in blocks]))


def _joined(blocks: Sequence[_Block], delay: int) -> _Branch:
    """Return the week's lines as seen from the report, `delay` before the order."""
    whole = _chained(blocks)
    lines = whole.lines
    starts, ends, until = lines.starts[:, None], lines.ends[:, None], whole.until
    cut = np.flatnonzero(((starts < until) & (until < ends)).any(axis=1))
    shifted = Lines(
        lines.starts - delay,
        lines.ends - delay,
        lines.falling,
        lines.base + np.where(lines.falling, 0, delay)[:, None],
        lines.hold + np.where(lines.falling, 0, delay),
        lines.since - delay,
        lines.back,
        lines.whole,
        lines.profiles,
    )
    return _branch(_Block(shifted, until - delay), cut)


def _branch(block: _Block, cut: Seconds) -> _Branch:
    known = [profile for profile in block.lines.profiles if profile is not None]
    profiled = np.full(len(block.lines.profiles), -1, dtype=np.int64)
    profiled[[profile is not None for profile in block.lines.profiles]] = np.arange(len(known))
    steady = not block.lines.back.any() and not known
    return _Branch(block.lines, block.until, cut, steady, profiled, stacked(known) if known else None)
