"""Visits: obligations turned into work that can be placed, one by one."""

from __future__ import annotations

from dataclasses import dataclass

from casework.obligation import VisitKind
from geo.text import Text


@dataclass(frozen=True, slots=True)
class ArrivalWindow:
    """When service may *begin*: ``earliest ≤ begin ≤ latest``, in seconds since the week's Monday 00:00."""

    earliest: int
    latest: int

    def __post_init__(self) -> None:
        if self.earliest > self.latest:
            msg = "an arrival window ends before it opens"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to be placed.

    Attributes
    ----------
    id
        The obligation's id and, where the obligation takes several visits, ``#1``, ``#2`` …
    obligation_id
        Visits of one obligation are alike; `min_days_apart` holds between any two of them.
    days
        Days of the week (Monday is 0) on which it may be made.
    windows
        When service may begin, over the whole week, sorted: the days above with the hours of all partners taken
        together (whoever joins must be able to stay to the end, so a partner's hours are shortened by `duration`).
    duration
        Seconds of service; for a whole shift the least presence that counts.
    whole_shift
        Stationing: the visit fills the crew's shift.
    partner_ids
        Who joins.
    missed
        Price of leaving it out (an extra visit: what making it is worth).
    leads
        Certified officers who may lead it beside the A and the B officer, by the leader's word.
    """

    id: str
    obligation_id: str
    community_id: str
    kind: VisitKind
    days: tuple[int, ...]
    windows: tuple[ArrivalWindow, ...]
    duration: int
    mandatory: bool = True
    missed: int = 0
    min_days_apart: int = 0
    whole_shift: bool = False
    breakable: bool = True
    wrap_up: int = 0
    partner_ids: tuple[str, ...] = ()
    violation_ids: tuple[str, ...] = ()
    checklist: tuple[Text, ...] = ()
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit held to one day and band by the leader, and to one lead unless that is None.

    Attributes
    ----------
    second
        Who rides second with that lead then, where that is held too; nobody of the two rides with anybody else.
    """

    visit_id: str
    day: int
    band_id: str
    lead: str | None = None
    second: str | None = None
