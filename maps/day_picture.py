"""One officer's day as plain data for a small map: what the phone's own page draws, with the network gone too.

A tenth of a page with Leaflet in it: ground, areas, gates and the day's routes as delta-coded lines, and no word but
the names of places.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import shapely

from geo.community import Community, GeometrySource
from maps.base import NO_ROADS, Bounds, RoadPicture, around, encode, ground
from maps.palette import PHASES
from maps.route_map import SURROUNDINGS, VIEW_MARGIN, communities_near, day_spots, officer_routes
from maps.week_map import gate_spot
from planner.squad import Squad
from planner.week import STATION, WeeklyPlan, WeeklyProblem

Data = dict[str, Any]

WIDE = 2.1
"""Degrees of longitude to one of latitude: 390 by 216 pixels, near Shanghai."""


def day_picture(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    squad: Squad,
    officer_id: str,
    day: date,
    roads: RoadPicture = NO_ROADS,
) -> Data:
    """Return what there is to draw of an officer's day, ready for JSON.

    ``grid`` degrees to a step; lines are ``[lat, lon, Δlat, Δlon, …]`` in steps; ``view`` is [[south, west],
    [north, east]]; of each route ``legs`` (the last one leads home) and ``stops`` in order.
    """
    routes = officer_routes(plan, officer_id, day)
    waits = [item for item in plan.standby if item.officer_id == officer_id and plan.week.days[item.day] == day]
    spots = [*day_spots(problem, routes), *(gate_spot(problem, item.community_id) for item in waits)]
    clip = _widened(around(spots, SURROUNDINGS))
    drawn = ground(roads, squad, around(spots, VIEW_MARGIN), clip, "zh")
    kept = ("grid", "view", "roads", "water", "closed")
    return {
        **{name: drawn[name] for name in kept},
        "credit": squad.attribution,
        "estimated": problem.estimated,
        "station": [problem.station.lon, problem.station.lat],
        "areas": [_area(community) for community in communities_near(squad, spots)],
        "routes": [
            {
                "legs": [
                    {
                        "line": encode(
                            leg.path
                            if len(leg.path) > 1
                            else [gate_spot(problem, leg.origin), gate_spot(problem, leg.destination)]
                        ),
                        "home": leg.destination == STATION,
                    }
                    for leg in route.legs
                ],
                "stops": [
                    {"visit": stop.visit_id, "spot": list(gate_spot(problem, stop.community_id, stop.gate_id))}
                    for stop in route.stops
                ],
            }
            for route in routes
        ],
        "waits": [list(gate_spot(problem, item.community_id)) for item in waits],
    }


def _widened(box: Bounds) -> Bounds:
    """Return a box as much wider than high as a telephone's map is: its ground reaches to both sides."""
    west, south, east, north = box
    lacking = max(0.0, WIDE * (north - south) - (east - west)) / 2
    return west - lacking, south, east + lacking, north


def _area(community: Community) -> Data:
    style = PHASES[community.phase]
    parts = shapely.get_parts(community.boundary.polygon)
    return {
        "name": community.name,
        "id": community.id,
        "rings": [encode(shapely.get_coordinates(part.exterior)) for part in parts],
        "colour": style.colour,
        "opacity": style.opacity,
        "surveyed": community.boundary.source is GeometrySource.SURVEYED,
        "gates": [[gate.lon, gate.lat] for gate in community.gates],
    }
