"""Small road files made by hand: nodes on a metre grid around Jiading, invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Relation, Way

from geo.road_travel import RoadTravel
from geo.roads import read_roads
from geo.speeds import SpeedTable, default_speeds, override
from geo.travel import Place

ORIGIN = (121.25, 31.38)
METRES_PER_DEGREE = (95_112.0, 110_878.0)
"""At this latitude."""

Spot = tuple[float, float]
Tags = Mapping[str, str]
WaySpec = tuple[Sequence[int], Tags]
Turn = tuple[Tags, Sequence[tuple[str, str, int]]]
STREET = {"highway": "residential"}


def at(east: float, north: float) -> Spot:
    """Return the lon/lat so many metres east and north of the origin."""
    return ORIGIN[0] + east / METRES_PER_DEGREE[0], ORIGIN[1] + north / METRES_PER_DEGREE[1]


def place(name: str, east: float, north: float) -> Place:
    return Place(name, *at(east, north))


def turn(kind: str, from_way: int, via: int, to_way: int, **more: str) -> Turn:
    """Return a restriction relation at a node."""
    members = [("w", "from", from_way), ("n", "via", via), ("w", "to", to_way)]
    return {"type": "restriction", "restriction": kind, **more}, members


def write_osm(
    path: Path,
    nodes: Mapping[int, Spot],
    ways: Mapping[int, WaySpec],
    turns: Sequence[Turn] = (),
    barriers: Mapping[int, Tags] | None = None,
) -> Path:
    """Write an extract; `nodes` are metres east and north, relations are numbered from 1."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, spot in nodes.items():
            tags = dict((barriers or {}).get(number, {}))
            writer.add_node(Node(id=number, version=1, location=at(*spot), tags=tags))
        for number, (refs, way_tags) in ways.items():
            writer.add_way(Way(id=number, version=1, nodes=list(refs), tags=dict(way_tags)))
        for number, (turn_tags, members) in enumerate(turns, 1):
            writer.add_relation(_relation(number, turn_tags, members))
    return path


def _relation(number: int, tags: Tags, members: Sequence[tuple[str, str, int]]) -> Any:
    return Relation(id=number, version=1, tags=dict(tags), members=[(kind, ref, role) for kind, role, ref in members])


def plain_speeds(turn_seconds: int = 0) -> SpeedTable:
    """Return 36 km/h (10 m/s) on every street by car and 18 km/h by e-bike, no rush hour."""
    flat = (1.0,) * 24
    table = default_speeds()
    car = {"kmh": dict.fromkeys(table.of("car").kmh, 36.0), "slowdown": {"main": flat, "local": flat}}
    bike = {"kmh": dict.fromkeys(table.of("ebike").kmh, 18.0), "slowdown": {"local": flat}}
    both = {"turn_seconds": turn_seconds}
    return override(table, {"car": car | both, "ebike": bike | both})


def travel(path: Path, places: Sequence[Place], mode: str = "car", turn_seconds: int = 0) -> RoadTravel:
    table = plain_speeds(turn_seconds)
    return RoadTravel(read_roads(path, mode, table), places, table)


def cross(path: Path, turns: Sequence[Turn] = (), tags: Mapping[int, Tags] | None = None) -> Path:
    """Write a crossroads: node 5 in the middle, arms 1 W, 2 N, 3 E, 4 S as ways 1 to 4, each a dead end 200 m long."""
    nodes = {1: (-200.0, 0.0), 2: (0.0, 200.0), 3: (200.0, 0.0), 4: (0.0, -200.0), 5: (0.0, 0.0)}
    ways = {arm: ((arm, 5), (tags or {}).get(arm, STREET)) for arm in range(1, 5)}
    return write_osm(path, nodes, ways, turns)


ARMS = (place("W", -100, 0), place("N", 0, 100), place("E", 100, 0), place("S", 0, -100))
"""A place half-way along each arm of `cross`: 100 m from the middle, 100 m from the dead end."""
