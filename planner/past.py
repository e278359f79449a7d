"""What was done in the past weeks: whoever hides work learns when patrols come, and outings are shared over weeks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS_BACK = 4
"""Weeks before the planned one that count: older habits are forgotten, and older unfairness is not made up for."""


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit that was made.

    Attributes
    ----------
    day
        The date it was made on.
    begin
        When service began, in seconds after midnight.
    officers
        Ids of who went.
    band_id
        The band they went in; empty where nobody wrote it down, and the band is then told by `begin`.
    """

    day: date
    begin: int
    community_id: str
    officers: tuple[str, ...]
    band_id: str = ""


def recent(past: Iterable[PastVisit], monday: date) -> tuple[PastVisit, ...]:
    """Return what was done in the last `WEEKS_BACK` weeks before the week of `monday`."""
    first = monday - timedelta(weeks=WEEKS_BACK)
    return tuple(visit for visit in past if first <= visit.day < monday)
