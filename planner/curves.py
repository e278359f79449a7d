"""How long one officer takes to every scene point, for a report at any instant: straight lines between breakpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.phases import NEVER, Lines, Off, OnLeave, Seconds, Timeline


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
class Curve:
    """R of one officer to every point, `delay` included; a line holds while ``t < until``, after that: `NEVER`.

    Attributes
    ----------
    cut
        Indices of the lines that are cut short somewhere before the next one starts.
    """

    starts: Seconds
    falling: NDArray[np.bool_]
    base: Seconds
    until: Seconds
    cut: Seconds

    def at(self, instants: Seconds, points: Seconds) -> tuple[Seconds, NDArray[np.bool_]]:
        """Return ``(instants, points)`` response times and ``(instants,)`` whether they fall."""
        line = np.searchsorted(self.starts, instants, "right") - 1
        falling = self.falling[line]
        cells = line[:, None], points
        value = self.base[cells] - np.where(falling, instants, 0)[:, None]
        return np.where(instants[:, None] < self.until[cells], value, NEVER), falling

    def seconds(self, instants: Seconds, points: Seconds) -> Seconds:
        """Return ``(instants, points)`` response times for reports at these instants."""
        return self.at(instants, points)[0]

    def breakpoints(self, points: Seconds) -> Seconds:
        """Return every instant at which a line to one of `points` starts or is cut."""
        return np.concatenate([self.starts, self.until[self.cut[:, None], points].ravel()])


def response_curve(timeline: Timeline, terms: Terms, points: int) -> Curve:
    """Return the response time of one officer to every point over the week."""
    blocks: list[tuple[Lines, Seconds]] = []
    resumed = np.full(points, NEVER, dtype=np.int64)
    for phase in reversed(timeline.phases):
        if phase.start >= phase.end:
            continue
        if isinstance(phase, Off | OnLeave):
            base = resumed if isinstance(phase, Off) else np.full(points, NEVER, dtype=np.int64)
            lines = Lines(np.array([phase.start]), np.array([phase.end]), np.array([True]), base[None, :])
            blocks.append((lines, np.where(lines.base < NEVER, phase.end, phase.start)))
            continue
        duty = timeline.duty_at(phase.start)
        lines = phase.lines()
        until = _feasible_until(lines, duty.end + terms.overtime - terms.handling)
        blocks.append((lines, until))
        if phase.start == duty.start:
            arrival = lines.base[0] + (0 if lines.falling[0] else phase.start)
            resumed = np.where(until[0] > phase.start, arrival, NEVER)
    return _shifted(blocks[::-1], terms.delay)


def _feasible_until(lines: Lines, latest_arrival: int) -> Seconds:
    starts, ends = lines.starts[:, None], lines.ends[:, None]
    level = np.clip(latest_arrival - lines.base + 1, starts, ends)
    falling = np.where(lines.base <= latest_arrival, ends, starts)
    until = np.where(lines.falling[:, None], falling, level)
    return np.where(lines.base < NEVER, until, starts)


def _shifted(blocks: Sequence[tuple[Lines, Seconds]], delay: int) -> Curve:
    falling = np.concatenate([lines.falling for lines, _ in blocks])
    base = np.concatenate([lines.base for lines, _ in blocks])
    starts = np.concatenate([lines.starts for lines, _ in blocks])
    ends = np.concatenate([lines.ends for lines, _ in blocks])
    until = np.concatenate([until for _, until in blocks])
    cut = np.flatnonzero(((starts[:, None] < until) & (until < ends[:, None])).any(axis=1))
    return Curve(starts - delay, falling, base + np.where(falling, 0, delay)[:, None], until - delay, cut)
