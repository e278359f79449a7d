"""What one officer does through the week: phases that follow one another. Plain integers and arrays, no geography.

Instants are seconds since Monday 00:00, phases are ``[start, end)``. ``onward`` says how many seconds it takes from
where the officer is to each scene point, `NEVER` or more where there is no way: one row of seconds, or a
`planner.profile.Profile` where that depends on when one sets off.

Between two of its own instants the response time of an officer is a simple line in the instant of the report, so a
phase is handed to the check as `Lines`: level, falling one second per second, or rising with the way back before a
U-turn. Reports are timed in whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from planner.profile import NEVER, Onward, Profile, Seconds, onward_at


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Response time as lines: ``base - t`` where falling, else ``base + rise(t)``, the officer setting off at once.

    The rise is that of `rise`: nothing but on the way back from a U-turn. Where the way on depends on when one sets
    off, `profiles` has it, and the response time is ``hold + rise + profile(t + hold + rise)``.

    Attributes
    ----------
    starts, ends
        ``(k,)`` instants.
    falling
        ``(k,)`` bool.
    base
        ``(k, points)`` seconds; on a falling line it is the instant of arrival.
    hold
        ``(k,)`` seconds before setting off.
    since, back, whole
        ``(k,)`` a stretch entered at `since` takes `whole` seconds, and `back` seconds the other way.
    profiles
        One for each line, or None where `base` says it all.
    """

    starts: Seconds
    ends: Seconds
    falling: NDArray[np.bool_]
    base: Seconds
    hold: Seconds
    since: Seconds
    back: Seconds
    whole: Seconds
    profiles: tuple[Profile | None, ...]


def rise(instants: Seconds, since: Seconds, back: Seconds, whole: Seconds) -> Seconds:
    """Return the seconds, rounded up, that it takes back to where a stretch was entered."""
    seconds: Seconds = -(-(instants - since) * back // whole)
    return seconds


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
    onward: Onward
    setup: int
    place: str = ""

    def lines(self) -> Lines:
        """Return the level line ``setup + onward``."""
        return _lines([_leaving(self.start, self.end, self.setup, self.onward)])


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """At work at a place until `finish`; one that may be broken off is left within `wrap_up` seconds.

    `finish` lies past `end` where a break splits the work.
    """

    start: int
    end: int
    onward: Onward
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
    onward: Onward
    breakable: bool
    wrap_up: int
    finish: int
    place: str = ""

    def lines(self) -> Lines:
        """Return ``min(wrap_up, finish - t) + onward``, or ``(finish - t) + onward`` where it must be finished."""
        return _until_free(self)


@dataclass(frozen=True, slots=True, eq=False)
class OnCase:
    """At another report: does not come before it is dealt with."""

    start: int
    end: int
    place: str = ""
    visit_id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """Turning round in mid-road, on stretch ``i`` of a drive (from node ``i`` to node ``i + 1``).

    Attributes
    ----------
    seconds
        To turn round.
    back
        ``(m - 1,)`` seconds to drive the whole stretch back, `NEVER` where that may not be.
    onward
        For each stretch the way on from node ``i``, once back there.
    """

    seconds: int
    back: Seconds
    onward: tuple[Onward, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """On the road. Between two nodes the vehicle is committed to the later one, unless it may turn round.

    Attributes
    ----------
    nodes
        ``(m,)`` instants at which the nodes are reached, never falling, the first at departure.
    onward
        ``(m, points)`` seconds from each node, when it is reached.
    turning
        None where nobody turns round in mid-road.
    """

    start: int
    end: int
    nodes: Seconds
    onward: Seconds
    origin: str = ""
    destination: str = ""
    turning: Turning | None = None

    def lines(self) -> Lines:
        """Return ``(b - t) + onward from v`` for each stretch that reaches node ``v`` at ``b``."""
        starts, ends, real = self._stretches()
        arrival = (self.nodes[1:, None] + self.onward[1:])[real]
        count = len(arrival)
        zero, one = np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.int64)
        return Lines(starts, ends, one.astype(np.bool_), arrival, zero, zero, zero, one, (None,) * count)

    def turned(self) -> Lines | None:
        """Return ``seconds to turn + (t - a)·back/(b - a) + onward from u`` for each stretch entered at ``a``."""
        if self.turning is None:
            return None
        _, _, real = self._stretches()
        which = [int(i) for i in np.flatnonzero(real) if self.turning.back[i] < NEVER]
        rows = [
            _Row(
                max(int(self.nodes[i]), self.start),
                min(int(self.nodes[i + 1]), self.end),
                falling=False,
                hold=self.turning.seconds,
                onward=self.turning.onward[i],
                since=int(self.nodes[i]),
                back=int(self.turning.back[i]),
                whole=int(self.nodes[i + 1] - self.nodes[i]),
            )
            for i in which
        ]
        return _lines(rows) if rows else None

    def _stretches(self) -> tuple[Seconds, Seconds, NDArray[np.bool_]]:
        starts = np.maximum(self.nodes[:-1], self.start)
        ends = np.minimum(self.nodes[1:], self.end)
        real = starts < ends
        return starts[real], ends[real], real


DutyPhase: TypeAlias = Idle | Service | BreakTime | Travel | OnCase
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


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One line: falling to ``until + onward`` where `falling`, or setting off `hold` seconds after the order."""

    start: int
    end: int
    falling: bool
    hold: int
    onward: Onward
    since: int = 0
    back: int = 0
    whole: int = 1

    @property
    def base(self) -> Seconds:
        """Instant of arrival (`hold` is then the instant of setting off), or seconds to arrival."""
        if isinstance(self.onward, Profile) and not self.falling:
            shortest: Seconds = self.hold + self.onward.levels.min(axis=0) + self.onward.parking
            return shortest
        away = onward_at(self.onward, self.hold)
        arrival: Seconds = np.where(away < NEVER, self.hold + away, NEVER)
        return arrival


def _leaving(start: int, end: int, hold: int, onward: Onward) -> _Row:
    return _Row(start, end, falling=False, hold=hold, onward=onward)


def _free_at(start: int, end: int, instant: int, onward: Onward) -> _Row:
    return _Row(start, end, falling=True, hold=instant, onward=onward)


def _until_free(phase: Service | BreakTime) -> Lines:
    if not phase.breakable:
        return _lines([_free_at(phase.start, phase.end, phase.finish, phase.onward)])
    turn = min(max(phase.finish - phase.wrap_up, phase.start), phase.end)
    return _lines(
        [
            _leaving(phase.start, turn, phase.wrap_up, phase.onward),
            _free_at(turn, phase.end, phase.finish, phase.onward),
        ]
    )


def _lines(rows: Sequence[_Row]) -> Lines:
    real = [row for row in rows if row.start < row.end]

    def column(values: Iterable[int]) -> Seconds:
        return np.array(list(values), dtype=np.int64)

    return Lines(
        column(row.start for row in real),
        column(row.end for row in real),
        np.array([row.falling for row in real], dtype=np.bool_),
        np.array([row.base for row in real], dtype=np.int64).reshape(len(real), -1),
        column(row.hold for row in real),
        column(row.since for row in real),
        column(row.back for row in real),
        column(row.whole for row in real),
        tuple(row.onward if isinstance(row.onward, Profile) and not row.falling else None for row in real),
    )


__all__ = [
    "NEVER",
    "BreakTime",
    "Duty",
    "DutyPhase",
    "Idle",
    "Lines",
    "Off",
    "OnCase",
    "OnLeave",
    "Onward",
    "Phase",
    "Profile",
    "Seconds",
    "Service",
    "Timeline",
    "Travel",
    "Turning",
    "rise",
]
