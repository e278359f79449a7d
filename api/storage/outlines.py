"""Outlines and gates of communities on record, and where violations and reports lie: drawn, moved, put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from sqlalchemy import Connection, RowMapping, select, update

from api.errors import StaleError, UnknownRecordError
from api.storage.case_tables import CASES
from api.storage.places import community_at
from api.storage.squad_tables import BOUNDARIES, COMMUNITIES, VIOLATIONS
from api.storage.squads import save_boundary
from geo.community import Boundary, Gate, GeometrySource
from geo.text import Text


@dataclass(frozen=True, slots=True)
class KeptOutline:
    """A community's outline and gates as they are on record.

    Attributes
    ----------
    version
        Of the community; whatever is drawn makes it another.
    drawn
        Version of the boundary.
    """

    community_id: str
    name: str
    version: int
    drawn: int
    boundary: Boundary
    gates: tuple[Gate, ...]


def kept_outline(connection: Connection, squad_id: str, community_id: str) -> KeptOutline:
    """Return a community's outline; raise `UnknownRecordError` where there is no such community."""
    mine = (COMMUNITIES.c.squad_id == squad_id) & (COMMUNITIES.c.id == community_id)
    row = connection.execute(_outlines().where(mine)).mappings().first()
    if row is None:
        raise UnknownRecordError(Text(f"没有小区 {community_id}", f"There is no community {community_id}"))
    return _kept(row)


def all_outlines(connection: Connection, squad_id: str) -> list[KeptOutline]:
    """Return every community's outline, in the squad's order."""
    mine = _outlines().where(COMMUNITIES.c.squad_id == squad_id).order_by(COMMUNITIES.c.position)
    return [_kept(row) for row in connection.execute(mine).mappings()]


def neighbours(connection: Connection, squad_id: str, community_id: str) -> Mapping[str, Polygon | MultiPolygon]:
    """Return the outlines of all other communities, by name."""
    others = [one for one in all_outlines(connection, squad_id) if one.community_id != community_id]
    return {one.name: one.boundary.polygon for one in others}


def draw(
    connection: Connection,
    squad_id: str,
    kept: KeptOutline,
    boundary: Boundary,
    gates: Sequence[Gate],
    version: int | None,
    at: datetime,
) -> KeptOutline:
    """Write an outline and its gates as the newest; raise `StaleError` where somebody else did since `version`."""
    if version is not None and version != kept.version:
        raise StaleError(Text("别人刚改过这个小区,请刷新后再试", "Somebody has just changed it: load it again"))
    save_boundary(connection, squad_id, kept.community_id, boundary, at)
    mine = (COMMUNITIES.c.squad_id == squad_id) & (COMMUNITIES.c.id == kept.community_id)
    rows = [{"id": gate.id, "name": gate.name, "lon": gate.lon, "lat": gate.lat} for gate in gates]
    connection.execute(update(COMMUNITIES).where(mine).values(gates=rows, version=kept.version + 1))
    return kept_outline(connection, squad_id, kept.community_id)


def former_boundary(connection: Connection, squad_id: str, community_id: str, version: int) -> Boundary:
    """Return a boundary as it was drawn once; raise `UnknownRecordError` where it never was."""
    mine = (BOUNDARIES.c.squad_id == squad_id) & (BOUNDARIES.c.community_id == community_id)
    wanted = select(BOUNDARIES.c.wkb, BOUNDARIES.c.source).where(mine & (BOUNDARIES.c.version == version))
    row = connection.execute(wanted).first()
    if row is None:
        raise UnknownRecordError(Text("没有这一版边界", "There is no such version of the boundary"))
    return Boundary(shapely.from_wkb(row.wkb), GeometrySource(row.source))


def put_right(connection: Connection, squad_id: str, record_id: str, lon: float, lat: float) -> tuple[str, str | None]:
    """Move a violation, or the scene of a case, to where it lies; return what it is and its community then.

    A place in no community leaves it with the one it had.
    """
    place = community_at(connection, squad_id, lon, lat)
    for kind, table in (("violation", VIOLATIONS), ("case", CASES)):
        mine = (table.c.squad_id == squad_id) & (table.c.id == record_id)
        row = connection.execute(select(table.c.community_id).where(mine)).first()
        if row is not None:
            now = place or row.community_id
            more = {"version": CASES.c.version + 1} if table is CASES else {}
            connection.execute(update(table).where(mine).values(lon=lon, lat=lat, community_id=now, **more))
            return kind, now
    raise UnknownRecordError(Text(f"没有编号为 {record_id} 的违法点", f"There is no violation {record_id}"))


def _outlines() -> Any:  # noqa: ANN401 - a select of many columns
    return select(
        COMMUNITIES.c.id,
        COMMUNITIES.c.name,
        COMMUNITIES.c.version,
        COMMUNITIES.c.gates,
        BOUNDARIES.c.version.label("drawn"),
        BOUNDARIES.c.source,
        BOUNDARIES.c.wkb,
    ).join(
        BOUNDARIES,
        (BOUNDARIES.c.squad_id == COMMUNITIES.c.squad_id)
        & (BOUNDARIES.c.community_id == COMMUNITIES.c.id)
        & BOUNDARIES.c.current,
    )


def _kept(row: RowMapping) -> KeptOutline:
    return KeptOutline(
        row["id"],
        row["name"],
        row["version"],
        row["drawn"],
        Boundary(shapely.from_wkb(row["wkb"]), GeometrySource(row["source"])),
        tuple(Gate(**gate) for gate in row["gates"]),
    )
