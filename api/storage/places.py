"""Where a point lies among a squad's communities: asked of the boundaries' boxes first, then of their outlines."""

from __future__ import annotations

import shapely
from sqlalchemy import ColumnElement, Connection, Select, and_, select, text

from api.storage.squad_tables import BOUNDARIES, COMMUNITIES
from geo.coordinates import in_china, to_metres

NEAR_GATE = 150.0
"""Metres from a gate, or outside the boundary, within which whoever reports an arrival is believed to be there."""

AT_GATE = 50.0
"""Metres from a gate within which a report is of its community."""


def community_at(connection: Connection, squad_id: str, lon: float, lat: float) -> str | None:
    """Return the community that a point lies in (its line counts; of several the first by id), or None.

    A point outside all of them but at a gate is its community's: whoever reports from a gate stands in the street.
    """
    if not in_china(lon, lat, lon, lat):
        return None
    point = shapely.Point(lon, lat)
    rows = connection.execute(around(connection.dialect.name, squad_id, lon, lat))
    inside = next((row.community_id for row in rows if shapely.from_wkb(row.wkb).intersects(point)), None)
    return inside or _by_gate(connection, squad_id, point)


def around(dialect: str, squad_id: str, lon: float, lat: float) -> Select[tuple[str, bytes]]:
    """Return the question for the boundaries in whose boxes a point lies: PostGIS looks it up in its spatial index."""
    here = BOUNDARIES.c
    boxed: ColumnElement[bool] = and_(
        here.min_lon <= lon, here.max_lon >= lon, here.min_lat <= lat, here.max_lat >= lat
    )
    if dialect == "postgresql":
        point = text("boundaries.shape && ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)").bindparams(lon=lon, lat=lat)
        boxed = and_(point)
    mine = and_(here.squad_id == squad_id, here.current, boxed)
    return select(here.community_id, here.wkb).where(mine).order_by(here.community_id)


def _by_gate(connection: Connection, squad_id: str, point: shapely.Point) -> str | None:
    gates = connection.execute(select(COMMUNITIES.c.id, COMMUNITIES.c.gates).where(COMMUNITIES.c.squad_id == squad_id))
    here = to_metres(point)
    away = [
        (to_metres(shapely.Point(gate["lon"], gate["lat"])).distance(here), row.id)
        for row in gates
        for gate in row.gates
    ]
    metres, community_id = min(away, default=(AT_GATE + 1, ""))
    return community_id if metres <= AT_GATE else None


def at_community(connection: Connection, squad_id: str, community_id: str, lon: float, lat: float) -> bool:
    """Return whether a point lies inside a community's boundary, or within `NEAR_GATE` of it or of one of its gates."""
    if not in_china(lon, lat, lon, lat):
        return False
    drawn = connection.execute(
        select(BOUNDARIES.c.wkb).where(
            BOUNDARIES.c.squad_id == squad_id, BOUNDARIES.c.community_id == community_id, BOUNDARIES.c.current
        )
    ).scalar()
    gates = connection.execute(
        select(COMMUNITIES.c.gates).where(COMMUNITIES.c.squad_id == squad_id, COMMUNITIES.c.id == community_id)
    ).scalar()
    known = [shapely.Point(gate["lon"], gate["lat"]) for gate in gates or ()]
    if drawn is not None:
        known.append(shapely.from_wkb(drawn))
    here = to_metres(shapely.Point(lon, lat))
    return any(to_metres(shape).distance(here) <= NEAR_GATE for shape in known)
