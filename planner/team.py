"""Who answers together, when they are complete, and what is asked of a stretch of the week in which they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from planner.phases import NEVER, Seconds

HOUR = 3600
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Team:
    """Who answers: one of `responders` must be there, and where `company` is not empty, two of it as well."""

    responders: tuple[int, ...]
    company: tuple[int, ...] = ()

    @property
    def everybody(self) -> tuple[int, ...]:
        """All of them, the responders first."""
        return tuple(dict.fromkeys(self.responders + self.company))

    def arrival(self, values: Seconds) -> Seconds:
        """Return when the team is complete, of ``(everybody, …)`` response times."""
        mine = {officer: number for number, officer in enumerate(self.everybody)}
        never: Seconds = np.full(values.shape[1:], NEVER, dtype=np.int64)
        first: Seconds = values[[mine[r] for r in self.responders]].min(axis=0) if self.responders else never
        if not self.company:
            return first
        if len(self.company) < 2:  # a crew is two
            return never
        second: Seconds = np.partition(values[[mine[r] for r in self.company]], 1, axis=0)[1]
        complete: Seconds = np.maximum(first, second)
        return complete


@dataclass(frozen=True, slots=True)
class Peak:
    """A slowest arrival: for a report at `instant` at `point`, `seconds` until `responder` is there.

    Where two must come, it is the last of those needed.
    """

    seconds: int
    instant: int
    point: int
    responder: int


class Part(Protocol):
    """The stretches of one team, where response times only fall (`planner.steady`) or may rise (`planner.refine`).

    `late` are the starts and ends of stretches in which some point is not reached in time; `first` are the
    ``(responders,)`` seconds during which each would be the first at the main point.
    """

    @property
    def team(self) -> Team:
        """Who answers."""
        ...

    @property
    def late(self) -> tuple[Seconds, Seconds]:
        """Starts and ends."""
        ...

    @property
    def first(self) -> Seconds:
        """Seconds first at the main point."""
        ...

    def into_hours(self, hourly: Seconds) -> None:
        """Raise each hour's slowest arrival to what it is here."""
        ...

    def peak(self) -> Peak | None:
        """Return the slowest arrival of all, the earliest of equals."""
        ...

    def peaks(self, starts: Seconds, ends: Seconds) -> list[Peak | None]:
        """Return the slowest arrival of reports within each of several spans that follow one another."""
        ...


def named_peak(team: Team, times: Seconds, seconds: int, instant: int, point: int) -> Peak:
    """Return a peak with whoever makes the team complete; `times` are everybody's, ``(everybody,)``."""
    if seconds >= NEVER:
        return Peak(seconds, instant, point, NOBODY)
    there = {officer for officer, time in zip(team.everybody, times.tolist(), strict=True) if time == seconds}
    last = next(officer for officer in (*team.responders, *team.company) if officer in there)
    return Peak(seconds, instant, point, last)
