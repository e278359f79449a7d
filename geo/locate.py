"""Which community a place lies in, how far it is from a boundary, which boundaries overlap. WGS84 lon/lat, metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely import MultiPolygon, Polygon

from geo.coordinates import to_metres

LEAST_OVERLAP = 1.0
"""Square metres below which two boundaries that share an edge are not said to overlap."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two communities whose boundaries cover the same ground, and how many square metres of it."""

    first: str
    second: str
    square_metres: float


def communities_at(
    lons: Sequence[float], lats: Sequence[float], outlines: Mapping[str, Polygon | MultiPolygon]
) -> list[tuple[str, ...]]:
    """Return, for each point, the ids of the communities that hold it (its line counts), in `outlines`' order."""
    points = [shapely.Point(lon, lat) for lon, lat in zip(lons, lats, strict=True)]
    ids = list(outlines)
    found: list[list[int]] = [[] for _ in range(len(points))]
    if ids and points:
        tree = shapely.STRtree(list(outlines.values()))
        for point, outline in tree.query(points, predicate="intersects").T:
            found[point].append(int(outline))
    return [tuple(ids[index] for index in sorted(indices)) for indices in found]


def metres_from(lon: float, lat: float, outline: Polygon | MultiPolygon) -> float:
    """Return metres from a point to the line of an outline, whether inside or out."""
    return float(to_metres(shapely.Point(lon, lat)).distance(to_metres(outline.boundary)))


def overlaps(outlines: Mapping[str, Polygon | MultiPolygon]) -> list[Overlap]:
    """Return every pair of outlines that share more than `LEAST_OVERLAP` square metres, in `outlines`' order."""
    ids, shapes = list(outlines), [to_metres(outline) for outline in outlines.values()]
    found = []
    for first, second in _touching(shapes):
        area = float(shapes[first].intersection(shapes[second]).area)
        if area > LEAST_OVERLAP:
            found.append(Overlap(ids[first], ids[second], area))
    return found


def _touching(shapes: Sequence[Polygon | MultiPolygon]) -> list[tuple[int, int]]:
    if not shapes:
        return []
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    return sorted((int(a), int(b)) for a, b in pairs if a < b)
