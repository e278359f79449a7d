"""What happens to a published week: each event, the instant it is known, and the sentence people read.

Instants are whole seconds since the week's Monday 00:00, Asia/Shanghai.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from casework.obligation import VisitKind
from casework.violation import Violation
from geo.community import Phase
from planner.visit import Pin

ATTEMPT, REPORT = "attempt-", "report-"
"""How the ids of stops begin that nobody owed: a fruitless attempt at a visit, and a report handled."""


@dataclass(frozen=True, slots=True)
class OfficerIll:
    """An officer is away from `start` until `end`."""

    known: int
    officer_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PartnerMoved:
    """A partner has other hours on one day of this week: spans in seconds after that day's midnight, or none."""

    known: int
    partner_id: str
    day: int
    hours: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class VehicleBroken:
    """A vehicle is out of service from `start` until `end`.

    A crew on the road with it finishes the visit it is at, or on its way to, and comes back.
    """

    known: int
    vehicle_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReportTakesCrew:
    """A report takes the crew of `officer_id` to a community, from `start` (ordered) until `end` (done)."""

    known: int
    officer_id: str
    community_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class VisitOverran:
    """A visit that has begun lasts until `until`."""

    known: int
    visit_id: str
    until: int


@dataclass(frozen=True, slots=True)
class VisitNotCompleted:
    """A visit that has begun came to nothing and is still owed."""

    known: int
    visit_id: str


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """A community is in another phase from now on, and is owed what that phase asks for."""

    known: int
    community_id: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class RoadClosed:
    """The way between two places, both directions, takes `delay` seconds more; None: there is no way.

    Where going by way of another known place is faster, that is what the drive takes.
    """

    known: int
    origin: str
    destination: str
    delay: int | None = None


@dataclass(frozen=True, slots=True)
class NewViolation:
    """A violation enters the register; what it makes due this week is added."""

    known: int
    violation: Violation


@dataclass(frozen=True, slots=True)
class VisitAsked:
    """Somebody asks for one more visit, on one of some days (Monday is 0), `duration` seconds long."""

    known: int
    visit_id: str
    community_id: str
    kind: VisitKind
    duration: int
    days: tuple[int, ...]
    partner_ids: tuple[str, ...]


Event: TypeAlias = (
    OfficerIll
    | PartnerMoved
    | VehicleBroken
    | ReportTakesCrew
    | VisitOverran
    | VisitNotCompleted
    | PhaseChanged
    | RoadClosed
    | NewViolation
    | VisitAsked
)


@dataclass(frozen=True, slots=True)
class Incident:
    """An event with what a leader wants left alone because of or in spite of it.

    Attributes
    ----------
    frozen_until
        Patrols that leave before this instant stay as published, whether or not they have left.
    pins
        Visits held to a day and band, and to a lead where one is named.
    broken_off
        Visits under way that the event cut short and that are still owed; `planner.replan` finds them.
    """

    event: Event
    frozen_until: int = 0
    pins: tuple[Pin, ...] = ()
    broken_off: tuple[str, ...] = ()

    @property
    def now(self) -> int:
        """The first instant at which anything can still be changed: a crew ordered out later is gone from then on."""
        ordered = self.event.start + 1 if isinstance(self.event, ReportTakesCrew) else 0
        return max(self.event.known, ordered)


def attempt_id(visit_id: str, known: int) -> str:
    """Return the id of the fruitless attempt at a visit: it stays in the plan, and the visit's own id is free again."""
    return f"{ATTEMPT}{known}-{visit_id}"


def report_id(event: ReportTakesCrew) -> str:
    """Return the id of the stop at which a crew handled a report."""
    return f"{REPORT}{event.start}-{event.community_id}"
