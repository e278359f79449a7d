"""Partners of the joint inspection: residents' committees, property companies and others, each with a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.text import Text


class PartnerKind(StrEnum):
    """What a partner is."""

    COMMITTEE = "committee"
    PROPERTY = "property"
    DEVELOPER = "developer"
    HOUSING = "housing"


PARTNER_NAMES: dict[PartnerKind, Text] = {
    PartnerKind.COMMITTEE: Text("居委", "Residents' committee"),
    PartnerKind.PROPERTY: Text("物业", "Property company"),
    PartnerKind.DEVELOPER: Text("开发商", "Developer"),
    PartnerKind.HOUSING: Text("房管", "Housing office"),
}


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Hours on one weekday (Monday is 0) when a partner can be present from beginning to end of a visit."""

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.start < self.end <= 86_400):
            msg = f"hours {self} must open before they close, on a weekday from 0 to 6"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Partner:
    """Someone who joins visits, in one place at a time.

    Attributes
    ----------
    hours
        When the partner can come.
    preferred
        Hours within which the partner would rather have a visit begin; empty for no preference.
    """

    id: str
    name: str
    kind: PartnerKind
    community_ids: tuple[str, ...]
    hours: tuple[OpenHours, ...]
    contact: str = ""
    phone: str = ""
    preferred: tuple[OpenHours, ...] = ()
