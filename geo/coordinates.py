"""Coordinate systems: everything is stored as WGS84 longitude and latitude, and measured in metres on one plane.

This is the only module that calls pyproj. GCJ-02 and BD-09 have no EPSG code; both are arithmetic on degrees, published
in many open implementations (eviltransform, coordtransform). Their forward formulas are taken as the definition and
inverted by fixed-point iteration, which is exact to less than a millimetre where the usual closed-form inverses are
metres off.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

Degrees: TypeAlias = NDArray[np.float64]
LonLat: TypeAlias = tuple[Degrees, Degrees]
Forward: TypeAlias = Callable[[Degrees, Degrees], LonLat]
Shape = TypeVar("Shape", bound=BaseGeometry)

MEASURING = "EPSG:4549"
MEASURING_MERIDIAN = 120.0
MEASURING_REACH = 6.0
ACCEPTED = "WGS84, GCJ-02, BD-09, CGCS2000 or EPSG:n (for example EPSG:4326, EPSG:4549)"

_NAMES = {
    "WGS84": ("wgs84", "wgs1984", "epsg4326", "4326", "crs84", "gps", "天地图wgs84"),
    "GCJ-02": ("gcj02", "gcj2002", "gcj", "火星", "火星坐标", "火星坐标系", "高德", "高德坐标", "腾讯", "amap"),
    "BD-09": ("bd09", "bd09ll", "bd", "百度", "百度坐标", "百度坐标系", "baidu"),
    "EPSG:4490": ("cgcs2000", "cgcs", "国家2000", "2000国家大地坐标系", "国家大地2000", "epsg4490", "4490"),
}
_BY_ALIAS = {alias: name for name, aliases in _NAMES.items() for alias in aliases}
_NOISE = re.compile(r"[\s\-_:/.()]+")
_EPSG = re.compile(r"(?:urn:ogc:def:crs:)?(?:epsg[:\s](?:[\d.]*:)?)?(\d{4,6})")
_OGC_84 = re.compile(r"(?:urn:ogc:def:crs:)?ogc:[\d.]*:?crs84")

CHINA = (73.0, 3.0, 136.0, 54.0)
"""Least longitude and latitude, greatest longitude and latitude of China, islands included."""

GCJ_AXIS = 6378245.0
GCJ_ECCENTRICITY_SQUARED = 0.00669342162296594323
GCJ_WEST, GCJ_EAST, GCJ_SOUTH, GCJ_NORTH = 72.004, 137.8347, 0.8293, 55.8271
BD_TURN = np.pi * 3000.0 / 180.0
FIXED_POINT_STEPS = 30
FIXED_POINT_DEGREES = 1e-11
"""About a thousandth of a millimetre."""


@dataclass(frozen=True, slots=True)
class CoordinateSystem:
    """A coordinate system by its canonical code: ``WGS84``, ``GCJ-02``, ``BD-09`` or ``EPSG:n``.

    CGCS2000 is ``EPSG:4490``. Make one with `parse_system`, which refuses what it does not know.
    """

    code: str

    def __str__(self) -> str:
        return self.code


WGS84 = CoordinateSystem("WGS84")
GCJ02 = CoordinateSystem("GCJ-02")
BD09 = CoordinateSystem("BD-09")
CGCS2000 = CoordinateSystem("EPSG:4490")


def parse_system(text: str) -> CoordinateSystem:
    """Read the name of a coordinate system as people write it.

    Accepts, whatever the case, width or punctuation: WGS84, WGS-84, EPSG:4326; GCJ-02, 火星坐标, 高德; BD-09, 百度;
    CGCS2000, 4490; any code that EPSG knows; OGC's CRS84 and URNs.

    Raises
    ------
    ValueError
        Naming what is accepted.
    """
    word = unicodedata.normalize("NFKC", text).strip().lower()
    known = _BY_ALIAS.get(_NOISE.sub("", word))
    if known is not None:
        return CoordinateSystem(known)
    if _OGC_84.fullmatch(word):
        return WGS84
    match = _EPSG.fullmatch(word)
    if match is None or not _is_epsg(int(match[1])):
        raise ValueError(f"{text!r} is no coordinate system known here; accepted: {ACCEPTED}")
    code = int(match[1])
    return WGS84 if code == 4326 else CoordinateSystem(f"EPSG:{code}")


def to_wgs84(lons: ArrayLike, lats: ArrayLike, system: CoordinateSystem | str) -> LonLat:
    """Convert coordinates to WGS84.

    Parameters
    ----------
    lons, lats
        Degrees, or easting and northing in metres where `system` is projected; x before y whatever EPSG says.
    system
        Where they come from; a string is read by `parse_system`.

    Returns
    -------
    tuple
        Longitudes and latitudes in degrees, WGS84.

    Raises
    ------
    ValueError
        Where a coordinate is not finite or lies where the system is not defined.
    """
    x, y = _pair(lons, lats)
    code = _code(system)
    if code == WGS84.code:
        return x, y
    if code == GCJ02.code:
        return _invert(wgs84_to_gcj02, x, y)
    if code == BD09.code:
        return _invert(wgs84_to_gcj02, *_invert(gcj02_to_bd09, x, y))
    return _finite(_transformer(code, WGS84.code).transform(x, y), code)


def from_wgs84(lons: ArrayLike, lats: ArrayLike, system: CoordinateSystem | str) -> LonLat:
    """Convert WGS84 degrees to `system`: the inverse of `to_wgs84`."""
    x, y = _pair(lons, lats)
    code = _code(system)
    if code == WGS84.code:
        return x, y
    if code == GCJ02.code:
        return wgs84_to_gcj02(x, y)
    if code == BD09.code:
        return gcj02_to_bd09(*wgs84_to_gcj02(x, y))
    return _finite(_transformer(WGS84.code, code).transform(x, y), code)


def geometry_to_wgs84(geometry: Shape, system: CoordinateSystem | str) -> Shape:
    """Return `geometry` with every vertex converted to WGS84; heights are dropped."""

    def convert(xy: Degrees) -> Degrees:
        return np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], system))

    return shapely.transform(geometry, convert)


def metres_between(lon: ArrayLike, lat: ArrayLike, other_lon: ArrayLike, other_lat: ArrayLike) -> Degrees:
    """Return metres between WGS84 points along the ellipsoid (Karney 2013, Algorithms for geodesics)."""
    x, y, u, v = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (lon, lat, other_lon, other_lat)))
    _, _, metres = Geod(ellps="WGS84").inv(x, y, u, v)
    return np.asarray(metres, dtype=np.float64)


def in_china(west: float, south: float, east: float, north: float) -> bool:
    """Return whether a box of WGS84 degrees lies in `CHINA`: further off the measuring planes are not defined."""
    return CHINA[0] <= west and CHINA[1] <= south and east <= CHINA[2] and north <= CHINA[3]


def measuring_plane(lon: float) -> str:
    """Return the plane to measure on around `lon`: EPSG:4549 in and near Shanghai, else one of its kind further off."""
    if abs(lon - MEASURING_MERIDIAN) <= MEASURING_REACH:
        return MEASURING
    meridian = round(lon / 3) * 3
    return f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"


def plane_metres(lons: ArrayLike, lats: ArrayLike, plane: str = MEASURING) -> LonLat:
    """Project WGS84 degrees to easting and northing in metres on a `measuring_plane`."""
    x, y = _pair(lons, lats)
    return _finite(_transformer(WGS84.code, plane).transform(x, y), plane)


def to_metres(geometry: Shape, plane: str = MEASURING) -> Shape:
    """Return a WGS84 `geometry` on the measuring plane, in metres: to measure on, never to store."""

    def convert(xy: Degrees) -> Degrees:
        return np.column_stack(plane_metres(xy[:, 0], xy[:, 1], plane))

    return shapely.transform(geometry, convert)


def wgs84_to_gcj02(lons: Degrees, lats: Degrees) -> LonLat:
    """Return GCJ-02 degrees; outside the rectangle it is defined on, WGS84 unchanged."""
    inside = (lons >= GCJ_WEST) & (lons <= GCJ_EAST) & (lats >= GCJ_SOUTH) & (lats <= GCJ_NORTH)
    east, north = _gcj_offset(lons, lats)
    return np.where(inside, lons + east, lons), np.where(inside, lats + north, lats)


def gcj02_to_bd09(lons: Degrees, lats: Degrees) -> LonLat:
    """Return BD-09 degrees from GCJ-02 degrees."""
    radius = np.hypot(lons, lats) + 0.00002 * np.sin(lats * BD_TURN)
    angle = np.arctan2(lats, lons) + 0.000003 * np.cos(lons * BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _gcj_offset(lons: Degrees, lats: Degrees) -> LonLat:
    x, y = lons - 105.0, lats - 35.0
    ripple = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    latitude = np.radians(lats)
    bulge = 1.0 - GCJ_ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    east_radius = GCJ_AXIS / np.sqrt(bulge) * np.cos(latitude)
    north_radius = GCJ_AXIS * (1.0 - GCJ_ECCENTRICITY_SQUARED) / bulge**1.5
    return np.degrees(east / east_radius), np.degrees(north / north_radius)


def _invert(forward: Forward, lons: Degrees, lats: Degrees) -> LonLat:
    """Solve forward(x) = (lons, lats): offsets change by a thousandth per degree, so each step gains three digits."""
    x, y = lons.copy(), lats.copy()
    for _ in range(FIXED_POINT_STEPS):
        u, v = forward(x, y)
        east, north = lons - u, lats - v
        x, y = x + east, y + north
        if max(np.abs(east).max(initial=0.0), np.abs(north).max(initial=0.0)) < FIXED_POINT_DEGREES:
            break
    return x, y


def _pair(lons: ArrayLike, lats: ArrayLike) -> LonLat:
    x, y = np.array(lons, dtype=np.float64), np.array(lats, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"{x.size} longitudes for {y.size} latitudes")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("a coordinate is not a finite number")
    return x, y


def _finite(pair: tuple[object, object], code: str) -> LonLat:
    x, y = (np.asarray(part, dtype=np.float64) for part in pair)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError(f"a coordinate lies where {code} is not defined")
    return x, y


def _code(system: CoordinateSystem | str) -> str:
    return system.code if isinstance(system, CoordinateSystem) else parse_system(system).code


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(_crs(source), _crs(target), always_xy=True)


def _crs(code: str) -> CRS:
    return CRS.from_user_input("EPSG:4326" if code == WGS84.code else code)


@cache
def _is_epsg(code: int) -> bool:
    """Return whether EPSG knows `code` as a system of places: not of heights alone, nor of axes through the earth."""
    try:
        system = CRS.from_epsg(code)
    except CRSError:
        return False
    return system.is_geographic or system.is_projected
