"""Outlines, gates and places as they go over HTTP, checked at the door."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints
from shapely.geometry import mapping

from api.case_schemas import Id, Lat, Lon
from api.schemas import Bilingual, Strict, both
from api.storage.outlines import KeptOutline
from geo.community import GeometrySource, Phase
from geo.errors import Fault

GateName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
System = Annotated[Literal["WGS84", "GCJ-02"], Field(description="what the coordinates are; kept as WGS84")]


class GateGiven(Strict):
    """A gate as drawn; one without an id is new."""

    id: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    name: GateName
    lon: Lon
    lat: Lat


class OutlineGiven(Strict):
    """An outline and its gates as drawn, the main gate first; what is absent stays as it is."""

    geometry: Annotated[dict[str, Any] | None, Field(description="GeoJSON Polygon or MultiPolygon")] = None
    gates: Annotated[list[GateGiven] | None, Field(max_length=60)] = None
    source: GeometrySource | None = None
    crs: System = "WGS84"


class GateShown(BaseModel):
    """A gate, WGS84."""

    id: str
    name: str
    lon: float
    lat: float


class OutlineShown(BaseModel):
    """A community's outline and gates, WGS84, the main gate first; `version` goes along with a change."""

    community: str
    version: int
    boundary_version: int
    source: GeometrySource
    geometry: Annotated[dict[str, Any], Field(description="GeoJSON geometry")]
    gates: list[GateShown]


class FaultShown(BaseModel):
    """One thing wrong with an outline: an error is refused, a warning is kept."""

    code: str
    level: Literal["error", "warning"]
    problem: Bilingual
    mend: Bilingual


class OutlineJudged(BaseModel):
    """An outline as it would be kept, and what is wrong with it."""

    geometry: dict[str, Any]
    gates: list[GateShown]
    faults: list[FaultShown]


class PlaceGiven(Strict):
    """Where something lies."""

    lon: Lon
    lat: Lat
    crs: System = "WGS84"


class PlaceShown(BaseModel):
    """Where something lies now, WGS84, and in which community."""

    id: Id
    kind: Literal["violation", "case"]
    lon: float
    lat: float
    community: str | None


class CommunityOnMap(OutlineShown):
    """A community as the map shows it."""

    name: str
    phase: Phase
    phase_name: Bilingual
    households: int
    expected: Annotated[float, Field(description="findings to be expected this week")]


class ViolationOnMap(BaseModel):
    """What is still open, and where; telephone numbers masked."""

    id: str
    kind: Literal["violation", "case"]
    state: Literal["open", "handled"]
    type_name: Bilingual | None
    community: str | None
    building: str
    found_on: date
    lon: float
    lat: float


class GroundShown(BaseModel):
    """A squad's communities, with their outlines and gates, and what is open in them."""

    communities: list[CommunityOnMap]
    violations: list[ViolationOnMap]


def outline_shown(kept: KeptOutline) -> OutlineShown:
    """Return an outline as it goes over HTTP."""
    return OutlineShown(
        community=kept.community_id,
        version=kept.version,
        boundary_version=kept.drawn,
        source=kept.boundary.source,
        geometry=mapping(kept.boundary.polygon),
        gates=[GateShown(id=gate.id, name=gate.name, lon=gate.lon, lat=gate.lat) for gate in kept.gates],
    )


def fault_shown(fault: Fault) -> FaultShown:
    """Return a fault as it goes over HTTP."""
    return FaultShown(code=fault.code, level=fault.level, problem=both(fault.problem), mend=both(fault.mend))
