"""The plan as a GeoPackage for QGIS and the like, longitude and latitude, WGS84, without those who reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import geopandas
import pandas as pd
import pyogrio
from shapely import LineString, Point

from api.agenda import appointments, leg_points, officer_names, partner_names
from casework.violation import Violation
from planner.squad import Squad
from planner.week import STATION, WeeklyPlan, WeeklyProblem

LAYERS = {
    "communities": "MultiPolygon",
    "gates": "Point",
    "stops": "Point",
    "legs": "LineString",
    "violations": "Point",
}
WGS84 = "EPSG:4326"

Row = Mapping[str, Any]


def write_geopackage(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, path: Path) -> None:
    """Write the layers `LAYERS` to `path`, which must not exist."""
    layers = {
        "communities": _communities(squad),
        "gates": _gates(squad),
        "stops": _stops(problem, plan),
        "legs": _legs(problem, plan),
        "violations": [_violation(violation) for violation in squad.violations],
    }
    stamp = problem.week.monday.strftime("%Y-%m-%dT00:00:00.000Z")
    # GDAL writes the time of day into the file unless told another: the same plan is then the same file.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        for name, rows in layers.items():
            _write(name, rows, path)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write(name: str, rows: Sequence[Row], path: Path) -> None:
    columns = [column for column in rows[0] if column != "geometry"] if rows else []
    frame = geopandas.GeoDataFrame(
        {column: pd.Series([row[column] for row in rows], dtype=_dtype(rows, column)) for column in columns},
        geometry=[row["geometry"] for row in rows],
        crs=WGS84,
    )
    shape = LAYERS[name]
    pyogrio.write_dataframe(
        frame,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=shape,
        promote_to_multi=shape == "MultiPolygon",
        append=False,
    )


def _dtype(rows: Sequence[Row], column: str) -> Literal["bool", "Int64", "object"]:
    kinds = {type(row[column]) for row in rows} - {type(None)}
    if kinds == {bool}:
        return "bool"
    return "Int64" if kinds == {int} else "object"


def _communities(squad: Squad) -> list[Row]:
    return [
        {
            "id": community.id,
            "name": community.name,
            "phase": str(community.phase),
            "geometry_source": str(community.boundary.source),
            "a_officer": community.a_officer,
            "b_officer": community.b_officer,
            "households": community.households,
            "address": community.address,
            "made_up": squad.made_up,
            "geometry": community.boundary.polygon,
        }
        for community in squad.communities
    ]


def _gates(squad: Squad) -> list[Row]:
    station = {
        "id": squad.station.id,
        "name": squad.station.name,
        "community_id": STATION,
        "main": True,
        "geometry": Point(squad.station.lon, squad.station.lat),
    }
    return [
        station,
        *(
            {
                "id": gate.id,
                "name": gate.name,
                "community_id": community.id,
                "main": gate is community.main_gate,
                "geometry": Point(gate.lon, gate.lat),
            }
            for community in squad.communities
            for gate in community.gates
        ),
    ]


def _stops(problem: WeeklyProblem, plan: WeeklyPlan) -> list[Row]:
    return [
        {
            "visit_id": row.visit.id,
            "kind": str(row.visit.kind),
            "community_id": row.community.id,
            "community": row.community.name,
            "gate": row.gate.name,
            "route_id": row.route.id,
            "stop_number": row.number,
            "date": row.day.isoformat(),
            "band": problem.bands[row.route.band_id].name,
            "officers": officer_names(problem, row.stop.officers),
            "partners": partner_names(problem, row.stop.partner_ids, "zh"),
            "vehicle_id": row.route.vehicle_id,
            "arrival": row.arrival.isoformat(),
            "begin": row.begin.isoformat(),
            "end": row.end.isoformat(),
            "breakable": row.visit.breakable,
            "geometry": Point(row.gate.lon, row.gate.lat),
        }
        for row in appointments(problem, plan)
    ]


def _legs(problem: WeeklyProblem, plan: WeeklyPlan) -> list[Row]:
    return [
        {
            "route_id": route.id,
            "leg_number": number,
            "date": problem.week.days[route.day].isoformat(),
            "band": problem.bands[route.band_id].name,
            "crew": officer_names(problem, route.crew.officers),
            "vehicle_id": route.vehicle_id,
            "origin": leg.origin,
            "destination": leg.destination,
            "depart": problem.week.instant(leg.depart).isoformat(),
            "arrive": problem.week.instant(leg.arrive).isoformat(),
            "seconds": leg.arrive - leg.depart,
            "metres": leg.metres,
            "drawn": len(leg.path) > 1,
            "estimated": problem.estimated,
            "geometry": LineString(leg_points(problem, leg)),
        }
        for route in plan.routes
        for number, leg in enumerate(route.legs, start=1)
    ]


def _violation(violation: Violation) -> Row:
    return {
        "id": violation.id,
        "type": str(violation.type),
        "severity": violation.severity,
        "community_id": violation.community_id,
        "found_on": violation.found_on.isoformat(),
        "handled_on": violation.handled_on.isoformat() if violation.handled_on else None,
        "rechecked_on": violation.rechecked_on.isoformat() if violation.rechecked_on else None,
        "geometry": Point(violation.lon, violation.lat),
    }
