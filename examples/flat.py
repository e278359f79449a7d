"""A flat sheet of metres around a point: exact enough over one town to invent or pick places on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Flat:
    """Metres east and north of a point given in degrees, WGS84.

    A degree's length is the usual series on the WGS84 ellipsoid (Snyder 1987, Map Projections, p. 25, to two terms).
    """

    lon: float
    lat: float

    @property
    def _metres(self) -> NDArray[np.float64]:
        phi = math.radians(self.lat)
        east = 111_412.84 * math.cos(phi) - 93.5 * math.cos(3 * phi)
        north = 111_132.92 - 559.82 * math.cos(2 * phi)
        return np.array([east, north])

    def metres(self, degrees: BaseGeometry) -> BaseGeometry:
        """Return a lon/lat geometry in metres."""
        origin, scale = np.array([self.lon, self.lat]), self._metres
        return shapely.transform(degrees, lambda points: (points - origin) * scale)

    def degrees(self, metres: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres as lon/lat, rounded to a centimetre or so (seven decimals)."""
        origin, scale = np.array([self.lon, self.lat]), self._metres
        return shapely.transform(metres, lambda points: np.round(points / scale + origin, 7))

    def lon_lat(self, x: float, y: float) -> tuple[float, float]:
        """Return the degrees of a point in metres."""
        east, north = self._metres
        return round(x / float(east) + self.lon, 7), round(y / float(north) + self.lat, 7)


def vertices(shape: LineString) -> tuple[tuple[float, float], ...]:
    """Return the points of a line."""
    return tuple((x, y) for x, y, *_ in shape.coords)


def one_polygon(outline: BaseGeometry) -> Polygon:
    """Return the outline, which has to be one polygon."""
    if not isinstance(outline, Polygon):
        msg = f"an outline is one polygon, not a {outline.geom_type}"
        raise TypeError(msg)
    return outline


def one_line(road: BaseGeometry) -> LineString:
    """Return the road, which has to be one line."""
    if not isinstance(road, LineString):
        msg = f"a road is one line, not a {road.geom_type}"
        raise TypeError(msg)
    return road
