"""Streets and water of an invented town, and how pieces of street become one road network. Metres."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from examples.flat import one_line, vertices

XY = tuple[float, float]
RADIUS = 30.0
BRIDGED = ("primary", "secondary", "tertiary")
BANK = 7.0
ALONG = 70.0
"""A bridge begins so far from the water, and one longer than this would run along it, not cross it. Metres."""


@dataclass(frozen=True, slots=True)
class Street:
    """A piece of street that becomes one OpenStreetMap way.

    Attributes
    ----------
    points
        Metres; streets meet where their points are the same to the centimetre.
    """

    points: tuple[XY, ...]
    name: str
    highway: str
    oneway: bool = False
    bridge: bool = False
    roundabout: bool = False

    @property
    def line(self) -> LineString:
        """Its middle line."""
        return LineString(self.points)


@dataclass(frozen=True, slots=True)
class Water:
    """A river, canal or pond: its surface and, where it flows, its middle line."""

    name: str
    kind: str
    surface: Polygon
    course: LineString | None = None


def cent(point: XY) -> tuple[int, int]:
    """Return a point to the centimetre: what makes two points one junction."""
    return round(point[0] * 100), round(point[1] * 100)


def cross_water(streets: list[Street], wet: BaseGeometry) -> list[Street]:
    """Return the streets with bridges where main roads cross water; lesser ones end before it, none runs along it."""
    dry = []
    for street in streets:
        line = street.line
        if not line.intersects(wet):
            dry.append(street)
        elif street.highway in BRIDGED and line.intersection(wet.buffer(BANK)).length < ALONG:
            dry += _with_bridges(street, line, wet)
    return dry


def _with_bridges(street: Street, line: LineString, wet: BaseGeometry) -> Iterable[Street]:
    over = line.intersection(wet.buffer(BANK))
    spans = sorted(
        sorted(line.project(Point(end)) for end in (part.coords[0], part.coords[-1]))
        for part in getattr(over, "geoms", [over])
    )
    marks = [0.0, *(mark for span in spans for mark in span), line.length]
    for k, (a, b) in enumerate(pairwise(marks)):
        if b - a > 0.05:
            yield replace(street, points=vertices(one_line(substring(line, a, b))), bridge=k % 2 == 1)


def with_roundabout(streets: list[Street], middle: XY) -> list[Street]:
    """Return the streets with the crossing at `middle` made a roundabout, driven anticlockwise."""
    ring: list[tuple[float, XY]] = []
    trimmed = []
    for street in streets:
        at_start, at_end = (math.dist(end, middle) < 0.1 for end in (street.points[0], street.points[-1]))
        if not (at_start or at_end):
            trimmed.append(street)
            continue
        length = street.line.length
        cut = (RADIUS, length) if at_start else (0.0, length - RADIUS)
        points = vertices(one_line(substring(street.line, *cut)))
        x, y = points[0] if at_start else points[-1]
        ring.append((math.atan2(y - middle[1], x - middle[0]), (x, y)))
        trimmed.append(replace(street, points=points))
    for step in range(12):
        angle = -math.pi + (step + 0.5) * math.pi / 6
        if all(abs(angle - other) > 0.25 for other, _ in ring):
            x = middle[0] + RADIUS * math.cos(angle)
            ring.append((angle, (x, middle[1] + RADIUS * math.sin(angle))))
    points = tuple(point for _, point in sorted(ring))
    return [*trimmed, Street((*points, points[0]), "嘉禾环岛", "secondary", oneway=True, roundabout=True)]


def one_network(streets: list[Street]) -> list[Street]:
    """Return the streets one can drive to and back from; a one-way street that leads nowhere is opened both ways."""
    while True:
        inside = _strongly_connected(streets)
        main = [all(cent(p) in inside for p in street.points) for street in streets]
        stuck = [k for k, ok in enumerate(main) if not ok and streets[k].oneway and not streets[k].roundabout]
        touching = [k for k in stuck if any(cent(p) in inside for p in streets[k].points)]
        if not touching:
            return [street for street, ok in zip(streets, main, strict=True) if ok]
        for k in touching:
            streets[k] = replace(streets[k], oneway=False)


def _strongly_connected(streets: list[Street]) -> set[tuple[int, int]]:
    nodes = {node: k for k, node in enumerate(dict.fromkeys(cent(p) for s in streets for p in s.points))}
    pairs = [(nodes[cent(a)], nodes[cent(b)]) for s in streets for a, b in pairwise(s.points)]
    back = [(nodes[cent(b)], nodes[cent(a)]) for s in streets if not s.oneway for a, b in pairwise(s.points)]
    rows, columns = np.array([*pairs, *back]).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(nodes), len(nodes)))
    _, label = connected_components(graph, directed=True, connection="strong")
    biggest = np.bincount(label).argmax()
    return {node for node, k in nodes.items() if label[k] == biggest}
