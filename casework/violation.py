"""Violations: what was found where, when it was handled, and how bad each type is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo.text import Text


class ViolationType(StrEnum):
    """The six types of the report."""

    LOAD_BEARING = "load_bearing"
    PUBLIC_FACILITY = "public_facility"
    DRYING_RACK = "drying_rack"
    FLUE = "flue"
    ILLEGAL_STRUCTURE = "illegal_structure"
    SUBLET_RENOVATION = "sublet_renovation"


@dataclass(frozen=True, slots=True)
class TypeStandard:
    """One row of the catalogue: the name of a type, how severe it is (1 to 5) and what it is judged by."""

    name: Text
    severity: int
    standard: Text


CATALOGUE: dict[ViolationType, TypeStandard] = {
    ViolationType.LOAD_BEARING: TypeStandard(
        Text("损坏承重结构", "Load-bearing structure"),
        5,
        Text(
            "对照竣工图,承重墙、梁、柱、楼板被拆改或开洞",
            "Bearing wall, beam, column or slab cut or removed against the as-built drawing",
        ),
    ),
    ViolationType.PUBLIC_FACILITY: TypeStandard(
        Text("拆除公共设施", "Public facilities removed"),
        4,
        Text(
            "消防、管道井、外墙等共用部位设施被拆、移或占用",
            "Shared fire, riser or facade fixtures removed, moved or taken over",
        ),
    ),
    ViolationType.ILLEGAL_STRUCTURE: TypeStandard(
        Text("违法搭建", "Illegal structure"),
        4,
        Text("无规划许可的加建、扩建、封闭", "Addition or enclosure without a planning permit"),
    ),
    ViolationType.FLUE: TypeStandard(
        Text("违规排烟道", "Flue"),
        3,
        Text("排烟道改动、外墙开孔或接入不合规", "Flue altered, facade bored, or wrongly connected"),
    ),
    ViolationType.SUBLET_RENOVATION: TypeStandard(
        Text("二房东装修", "Sub-let renovation"),
        3,
        Text(
            "为分割出租而改变房屋布局、增设隔间或卫生间",
            "Layout changed for split letting: partitions or bathrooms added",
        ),
    ),
    ViolationType.DRYING_RACK: TypeStandard(
        Text("违规晾衣架", "Drying rack"),
        1,
        Text("外挑晾衣架超出统一样式或位置", "Projecting rack outside the agreed pattern or place"),
    ),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A field record; a broken planning constraint is a `BrokenRule`, never a violation.

    Attributes
    ----------
    community_id
        None where the place lies outside every boundary: kept, and reported.
    handled_on
        The day it was put right; the re-check is due seven days later.
    rechecked_on
        The day a re-check found it still right.
    building
        Building and flat as the officers write it.
    reporter_phone
        Personal data: never logged, never drawn.
    reported_at
        Seconds after midnight at which it was reported, where that is known.
    handling
        Seconds that dealing with the report took on the scene, where that is known.
    """

    id: str
    type: ViolationType
    lon: float
    lat: float
    found_on: date
    community_id: str | None = None
    handled_on: date | None = None
    rechecked_on: date | None = None
    building: str = ""
    note: str = ""
    reporter_phone: str = ""
    reported_at: int | None = None
    handling: int | None = None

    def __post_init__(self) -> None:
        for later, earlier, word in (
            (self.handled_on, self.found_on, "handled before it was found"),
            (self.rechecked_on, self.handled_on or self.found_on, "re-checked before it was handled"),
        ):
            if later is not None and later < earlier:
                msg = f"violation {self.id} was {word}"
                raise ValueError(msg)
        if self.rechecked_on is not None and self.handled_on is None:
            msg = f"violation {self.id} was re-checked but never handled"
            raise ValueError(msg)

    @property
    def severity(self) -> int:
        """Severity of its type, 1 to 5."""
        return CATALOGUE[self.type].severity
