"""An obligation: one thing the squad owes one community in one week, and the rule it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo.text import Text


class VisitKind(StrEnum):
    """Why the squad goes somewhere."""

    JOINT = "joint"
    STATIONING = "stationing"
    ROUTINE = "routine"
    RECHECK = "recheck"
    PRE_DELIVERY = "pre_delivery"
    EXTRA = "extra"


KIND_NAMES: dict[VisitKind, Text] = {
    VisitKind.JOINT: Text("联合检查", "Joint inspection"),
    VisitKind.STATIONING: Text("驻点", "Stationing"),
    VisitKind.ROUTINE: Text("走访", "Routine visit"),
    VisitKind.RECHECK: Text("复查", "Re-check"),
    VisitKind.PRE_DELIVERY: Text("交付前共商", "Pre-delivery meeting"),
    VisitKind.EXTRA: Text("加访", "Extra visit"),
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """What is due.

    Attributes
    ----------
    id
        ``<kind>-<community>`` and, for a re-check, ``-<violation>``: the first of those looked at together.
    count
        How many visits it takes within the week.
    days
        Days on which those visits may be made.
    duration
        Seconds of service of each visit; 0 for stationing, which lasts as long as the shift.
    rule
        The sentence of the rule that it comes from.
    mandatory
        False for extra visits, which are made only when time is left.
    due
        The day it falls due, where there is one; of overdue re-checks together, the earliest.
    checklist
        What to look at, most urgent first, as text already in the squad's language (buildings, notes).
    weight
        Expected findings, from the risk model: who gets extra visits first.
    """

    id: str
    community_id: str
    kind: VisitKind
    count: int
    days: tuple[date, ...]
    duration: int
    rule: Text
    mandatory: bool = True
    due: date | None = None
    min_days_apart: int = 0
    checklist: tuple[Text, ...] = ()
    violation_ids: tuple[str, ...] = ()
    weight: float = 0.0

    def __post_init__(self) -> None:
        if self.count < 1 or not self.days:
            msg = f"obligation {self.id} needs at least one visit and one day"
            raise ValueError(msg)
