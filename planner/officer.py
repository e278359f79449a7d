"""Officers, their shifts and leave, the crews they form and the vehicles they drive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo.text import Text


class VehicleKind(StrEnum):
    """What a crew moves with."""

    CAR = "car"
    EBIKE = "ebike"


VEHICLE_NAMES: dict[VehicleKind, Text] = {
    VehicleKind.CAR: Text("汽车", "Car"),
    VehicleKind.EBIKE: Text("电动车", "E-bike"),
}


@dataclass(frozen=True, slots=True)
class Officer:
    """A member of the squad.

    Attributes
    ----------
    certified
        Holds an enforcement certificate; an auxiliary does not and never counts towards a crew's two.
    drives
        Kinds of vehicle that the officer may drive or ride.
    """

    id: str
    name: str
    certified: bool
    phone: str = ""
    drives: frozenset[VehicleKind] = frozenset(VehicleKind)


@dataclass(frozen=True, slots=True)
class Band:
    """A named part of the day (早, 中, 晚) with its usual hours, in seconds after midnight."""

    id: str
    name: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 86_400:
            msg = f"band {self.id} must begin before it ends, within one day"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Shift:
    """One officer's duty on one day in one band: ``[start, end)`` in seconds after that day's midnight."""

    officer_id: str
    day: date
    band_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 86_400:
            msg = f"shift of {self.officer_id} on {self.day} must begin before it ends, within one day"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Leave:
    """A day an officer is away, with the reason as the roster gives it."""

    officer_id: str
    day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle; an e-bike row stands for the pair of e-bikes that one crew takes."""

    id: str
    name: str
    kind: VehicleKind
    seats: int = 2


@dataclass(frozen=True, slots=True)
class Crew:
    """Two or more certified officers for one band of one day, the lead first; auxiliaries may ride along.

    Attributes
    ----------
    officers
        Certified officers, lead first.
    auxiliaries
        Officers without a certificate who come too.
    """

    officers: tuple[str, ...]
    auxiliaries: tuple[str, ...] = ()

    @property
    def lead(self) -> str:
        """The officer who leads every visit of the band."""
        return self.officers[0]
