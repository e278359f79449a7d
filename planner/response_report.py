"""The two-hour check's result, as squads read it: slowest arrivals, gaps, who could come."""

from __future__ import annotations

from dataclasses import dataclass

from geo.text import Text


@dataclass(frozen=True, slots=True)
class Arrival:
    """The slowest arrival at a community: a report at `instant` at gate `gate_id` is reached after `seconds`.

    Attributes
    ----------
    seconds
        `planner.phases.NEVER` where nobody can come.
    instant
        Seconds since Monday 00:00.
    officer_id
        Who is there first; None where nobody can come.
    state, place
        What that officer does, and where, when the report comes in.
    """

    community_id: str
    gate_id: str
    instant: int
    seconds: int
    officer_id: str | None
    state: Text
    place: Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may answer, and how far over the limit at the gap's slowest instant.

    Attributes
    ----------
    seconds
        From report to arrival; `planner.phases.NEVER` where it is not to be had.
    over
        Seconds past the limit; `NEVER` likewise.
    """

    officer_id: str
    state: Text
    place: Text
    seconds: int
    over: int


@dataclass(frozen=True, slots=True)
class CoverageGap:
    """``[start, end)``: a report from the community in it is not reached within the limit.

    Attributes
    ----------
    gate_id, instant, worst
        The slowest arrival within the gap: at which gate, for a report when, after how many seconds.
    candidates
        Everybody who may answer then, the fastest first.
    """

    community_id: str
    start: int
    end: int
    gate_id: str
    instant: int
    worst: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class CommunityCover:
    """How well one community is covered.

    Attributes
    ----------
    worst
        None where no second of the week counts.
    watched, late
        Seconds of duty time, and those among them in a gap.
    hourly
        Slowest arrival of reports in each of the week's 168 hours, in seconds; −1 outside duty hours.
    first
        Seconds of duty time during which each officer would be the first at the main gate, the most first.
    """

    community_id: str
    worst: Arrival | None
    watched: int
    late: int
    hourly: tuple[int, ...]
    first: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        """Share of duty time in which a report is reached within the limit, 0 to 1; exact."""
        return 1.0 if not self.watched else 1 - self.late / self.watched


@dataclass(frozen=True, slots=True)
class ResponseReport:
    """The two-hour check of a plan.

    Attributes
    ----------
    limit
        H, seconds from report to arrival.
    communities
        In the order of the problem; closed ones are left out.
    gaps
        Every gap of every community, by community and start.
    duty
        The week's duty hours, ``[start, end)``.
    statements
        What counts and what is assumed; stated wherever the figures are shown.
    """

    limit: int
    communities: tuple[CommunityCover, ...]
    gaps: tuple[CoverageGap, ...]
    duty: tuple[tuple[int, int], ...]
    estimated: bool
    statements: tuple[Text, ...]

    @property
    def worst(self) -> Arrival | None:
        """The slowest arrival of all (the earliest of equals)."""
        known = [cover.worst for cover in self.communities if cover.worst is not None]
        return min(known, key=lambda arrival: (-arrival.seconds, arrival.instant), default=None)

    @property
    def share(self) -> float:
        """Share of all communities' duty time in which a report is reached within the limit, 0 to 1; exact."""
        watched = sum(cover.watched for cover in self.communities)
        return 1.0 if not watched else 1 - self.late / watched

    @property
    def late(self) -> int:
        """Seconds in a gap, added up over communities."""
        return sum(cover.late for cover in self.communities)

    @property
    def kept(self) -> bool:
        """Whether the promise holds at every second of the duty hours."""
        return not self.gaps

    @property
    def first(self) -> dict[str, int]:
        """Seconds during which each officer would come first, added up over communities, the most first."""
        total: dict[str, int] = {}
        for cover in self.communities:
            for officer_id, seconds in cover.first:
                total[officer_id] = total.get(officer_id, 0) + seconds
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))
