"""A squad as its files describe it, checked and in one piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from casework.violation import Violation
from geo.community import Community, Gate
from planner.officer import Band, Leave, Officer, Shift, Vehicle
from planner.partner import Partner
from planner.past import PastVisit
from planner.policy import Policy


@dataclass(frozen=True, slots=True)
class Squad:
    """Everything that planning starts from.

    Attributes
    ----------
    station
        Where shifts begin and end.
    bands
        In the order of the day.
    shifts, leave
        Every shift and day of leave the roster names, whichever week.
    made_up
        True where people and geometry are invented: every output then says so.
    roads
        The road file, or None: travel times are then an estimate and say so.
    past
        Visits made in earlier weeks, as far as they are known.
    day_off, day_on
        The squad's own corrections of the public calendar: rest days and make-up working days.
    """

    id: str
    name: str
    hotline: str
    station: Gate
    bands: tuple[Band, ...]
    communities: tuple[Community, ...]
    officers: tuple[Officer, ...]
    shifts: tuple[Shift, ...]
    leave: tuple[Leave, ...]
    partners: tuple[Partner, ...]
    vehicles: tuple[Vehicle, ...]
    violations: tuple[Violation, ...]
    policy: Policy
    roads: Path | None = None
    made_up: bool = False
    attribution: str = ""
    day_off: tuple[date, ...] = ()
    day_on: tuple[date, ...] = ()
    past: tuple[PastVisit, ...] = ()
