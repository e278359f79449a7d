"""What one officer does through the week: phases that follow one another. Plain integers and arrays, no geography.

Instants are seconds since Monday 00:00, phases are ``[start, end)``. ``onward`` is always seconds from where the
officer is to each scene point, `NEVER` or more where there is no way.

Between two of its own instants the response time of an officer is a straight line in the instant of the report, level
or falling one second per second, so a phase is handed to the check as `Lines`. Reports are timed in whole seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

NEVER = 10**9
"""Seconds that mean 'does not come at all'; the same number as `geo.travel.UNREACHABLE`."""

Seconds: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Response time as straight lines: ``base`` where level, ``base - t`` where falling.

    Attributes
    ----------
    starts, ends
        ``(k,)`` instants.
    falling
        ``(k,)`` bool.
    base
        ``(k, points)`` seconds; on a falling line it is the instant of arrival.
    """

    starts: Seconds
    ends: Seconds
    falling: NDArray[np.bool_]
    base: Seconds


@dataclass(frozen=True, slots=True, eq=False)
class Off:
    """Between duties: a report waits for the next duty and is answered from where that one starts."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class OnLeave:
    """Away: does not come."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Idle:
    """On stand-by at a place, `setup` seconds from setting off."""

    start: int
    end: int
    onward: Seconds
    setup: int
    place: str = ""

    def lines(self) -> Lines:
        """Return the level line ``setup + onward``."""
        return _lines([(self.start, self.end, False, self.setup + self.onward)])


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """At work at a place until `finish`; one that may be broken off is left within `wrap_up` seconds.

    `finish` lies past `end` where a break splits the work.
    """

    start: int
    end: int
    onward: Seconds
    breakable: bool
    wrap_up: int
    finish: int
    place: str = ""
    visit_id: str = ""

    def lines(self) -> Lines:
        """Return ``min(wrap_up, finish - t) + onward``, or ``(finish - t) + onward`` where it must be finished."""
        return _until_free(self)


@dataclass(frozen=True, slots=True, eq=False)
class BreakTime:
    """A rest at a place until `finish`, under the same rule as `Service`."""

    start: int
    end: int
    onward: Seconds
    breakable: bool
    wrap_up: int
    finish: int
    place: str = ""

    def lines(self) -> Lines:
        """Return ``min(wrap_up, finish - t) + onward``, or ``(finish - t) + onward`` where it must be finished."""
        return _until_free(self)


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """On the road. Between two nodes the vehicle is committed to the later one, for it does not turn in mid-road.

    Attributes
    ----------
    nodes
        ``(m,)`` instants at which the nodes are reached, never falling, the first at departure.
    onward
        ``(m, points)`` seconds from each node.
    """

    start: int
    end: int
    nodes: Seconds
    onward: Seconds
    origin: str = ""
    destination: str = ""

    def lines(self) -> Lines:
        """Return ``(b - t) + onward from v`` for each stretch that reaches node ``v`` at ``b``."""
        starts = np.maximum(self.nodes[:-1], self.start)
        ends = np.minimum(self.nodes[1:], self.end)
        real = starts < ends
        arrival = self.nodes[1:, None] + self.onward[1:]
        return Lines(starts[real], ends[real], np.ones(int(real.sum()), dtype=np.bool_), arrival[real])


DutyPhase: TypeAlias = Idle | Service | BreakTime | Travel
Phase: TypeAlias = Off | OnLeave | DutyPhase


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """One stretch of duty ``[start, end)``; shifts that touch are one duty."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """One officer's week: `phases` without holes, `duties` in order; every duty begins with a phase of its own."""

    officer_id: str
    phases: tuple[Phase, ...]
    duties: tuple[Duty, ...]

    def phase_at(self, instant: int) -> Phase:
        """Return the phase an instant lies in (after the last one: the last one)."""
        return next((phase for phase in self.phases if instant < phase.end), self.phases[-1])

    def next_duty(self, instant: int) -> Duty | None:
        """Return the first duty that starts at or after an instant."""
        return next((duty for duty in self.duties if duty.start >= instant), None)

    def duty_at(self, instant: int) -> Duty:
        """Return the duty an instant lies in."""
        return next(duty for duty in self.duties if duty.start <= instant < duty.end)


def _until_free(phase: Service | BreakTime) -> Lines:
    done = phase.finish + phase.onward
    if not phase.breakable:
        return _lines([(phase.start, phase.end, True, done)])
    turn = min(max(phase.finish - phase.wrap_up, phase.start), phase.end)
    return _lines([(phase.start, turn, False, phase.wrap_up + phase.onward), (turn, phase.end, True, done)])


def _lines(rows: Sequence[tuple[int, int, bool, Seconds]]) -> Lines:
    real = [row for row in rows if row[0] < row[1]]
    return Lines(
        np.array([row[0] for row in real], dtype=np.int64),
        np.array([row[1] for row in real], dtype=np.int64),
        np.array([row[2] for row in real], dtype=np.bool_),
        np.array([row[3] for row in real], dtype=np.int64).reshape(len(real), -1),
    )
