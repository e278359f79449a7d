"""Pick gates, buildings and a station for communities, in metres, given their outlines and the streets around."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import shapely
from shapely import LineString, Point, Polygon, STRtree

REACH = 60.0
"""A gate has a street within so many metres."""

_SIDES = ("东门", "北门", "西门", "南门")
_MAIN_AT = {"residential": 0, "tertiary": 1, "unclassified": 2, "secondary": 3}


@dataclass(frozen=True, slots=True)
class Road:
    """A street that a gate may open on: its middle line in metres, its class and its name."""

    line: LineString
    highway: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A gate on a wall, and the street before it."""

    name: str
    x: float
    y: float
    road: Road
    distance: float


@dataclass(frozen=True, slots=True)
class Building:
    """A building inside a community, by its number."""

    number: int
    x: float
    y: float


def openings(wall: Polygon, roads: Sequence[Road], tree: STRtree, rng: Random) -> tuple[Opening, ...]:
    """Return one to three gates of a community, one a side, the main gate first: on the quieter street, as is usual.

    Parameters
    ----------
    tree
        Of the roads' lines, in the same order.

    Notes
    -----
    On each side the point wins that is nearest to a street and, a degree counting as a metre, to the side's middle.
    """
    best: dict[str, tuple[float, Opening]] = {}
    middle = wall.centroid
    for x, y in _along(wall.exterior):
        road = roads[int(tree.nearest(Point(x, y)))]
        distance = road.line.distance(Point(x, y))
        bearing = math.degrees(math.atan2(y - middle.y, x - middle.x))
        side = _SIDES[round(bearing / 90) % 4]
        score = distance + abs((bearing + 45) % 90 - 45)
        if side not in best or score < best[side][0]:
            best[side] = score, Opening(side, x, y, road, distance)
    found = [opening for _, opening in best.values()]
    near = [o for o in found if o.distance <= REACH] or [min(found, key=lambda o: o.distance)]
    near.sort(key=lambda o: (_MAIN_AT.get(o.road.highway, 4), o.distance))
    return tuple(near[: rng.choice((1, 2, 2, 3))])


def buildings(wall: Polygon) -> tuple[Building, ...]:
    """Return the buildings of a community in rows from the south-west, 30 m inside its wall and 40 to 60 m apart."""
    inside = wall.buffer(-25)
    land = wall.buffer(-10) if inside.is_empty else inside
    west, south, east, north = land.bounds
    places = [
        (x, y) for y in _steps(south, north, 45.0) for x in _steps(west, east, 60.0) if land.contains(Point(x, y))
    ] or [(land.representative_point().x, land.representative_point().y)]
    return tuple(Building(k, x, y) for k, (x, y) in enumerate(places, 1))


def station(walls: Sequence[Polygon], roads: Sequence[Road]) -> tuple[float, float]:
    """Return a point 15 m beside the tertiary or secondary street that lies most central to the communities."""
    middle = shapely.MultiPoint([wall.centroid for wall in walls]).centroid
    fit = [r for r in roads if r.highway in {"tertiary", "secondary"} and r.line.length > 40] or list(roads)
    line = min(fit, key=lambda r: r.line.distance(middle)).line
    at = line.length / 2
    (x0, y0), (x1, y1) = line.interpolate(at).coords[0], line.interpolate(at + 1).coords[0]
    return x0 - 15 * (y1 - y0), y0 + 15 * (x1 - x0)


def _along(ring: LineString) -> list[tuple[float, float]]:
    count = max(8, round(ring.length / 8))
    return [(p.x, p.y) for p in (ring.interpolate(k / count, normalized=True) for k in range(count))]


def _steps(low: float, high: float, step: float) -> list[float]:
    count = max(1, int((high - low) // step) + 1)
    start = (low + high - (count - 1) * step) / 2
    return [start + k * step for k in range(count)]
