"""Points and boundaries from the squad's files into WGS84: the system is declared, and the result lies in China."""

from __future__ import annotations

from typing import TypeVar

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from api.exchange.records import Record
from geo.coordinates import (
    ACCEPTED,
    BD09,
    CGCS2000,
    GCJ02,
    WGS84,
    CoordinateSystem,
    geometry_to_wgs84,
    in_china,
    parse_system,
)
from geo.text import Text
from geo.validity import polygon_problem

Shape = TypeVar("Shape", bound=BaseGeometry)
_DEGREES = (WGS84, GCJ02, BD09, CGCS2000)
_DECLARE = Text(f"写明坐标系:{ACCEPTED}", f"Declare it: {ACCEPTED}")


def system_of(settings: Record, key: str) -> CoordinateSystem | None:
    """Return the coordinate system declared under `key`, or under ``crs`` for all; None, with a fault, if it is not."""
    used = key if settings.has(key) else "crs"
    settings.taken.update((key, "crs"))
    if not settings.has(used):
        settings.fault("undeclared_crs", key, Text("没有写明坐标系", "The coordinate system is not declared"), _DECLARE)
        return None
    word = settings.text(used)
    try:
        return parse_system(word)
    except ValueError:
        problem = Text(f"不认识坐标系“{word}”", f"'{word}' is no coordinate system known here")
        settings.fault("unknown_crs", used, problem, _DECLARE)
        return None


def read_point(
    record: Record, system: CoordinateSystem | None, lon_name: str = "lon", lat_name: str = "lat"
) -> tuple[float, float] | None:
    """Return a WGS84 longitude and latitude, or None where something is wrong (the fault is in the record)."""
    was_ok = record.ok
    record.ok = True
    x, y = record.number(lon_name), record.number(lat_name)
    readable, record.ok = record.ok, was_ok and record.ok
    if not readable or system is None:
        record.ok = False
        return None
    found = _raw_problem(x, y, x, y, system)
    if found is None:
        converted = _convert(shapely.Point(x, y), system)
        found = _outside(converted)
        if found is None and converted is not None:
            return converted.x, converted.y
    if found is not None:
        record.fault(found[0], lon_name, found[1], found[2])
    return None


def read_boundary(
    record: Record, shape: BaseGeometry | None, system: CoordinateSystem
) -> Polygon | MultiPolygon | None:
    """Return a boundary in WGS84, or None where something is wrong (the fault is in the record)."""
    found = polygon_problem(shape)
    if found is None and isinstance(shape, Polygon | MultiPolygon):
        found = _raw_problem(*shape.bounds, system)
        if found is None:
            converted = _convert(shapely.force_2d(shape), system)
            found = _outside(converted) or polygon_problem(converted)
            if found is None:
                return converted
    if found is not None:
        record.fault(found[0], "geometry", found[1], found[2])
    return None


def own_system_problem(own: str | None, declared: CoordinateSystem) -> tuple[str, Text, Text, bool] | None:
    """Return what is wrong where a layer names another system than the settings; the flag says that it is an error.

    GCJ-02 and BD-09 have no code that a layer could carry: programs label such layers WGS84, which is worth a warning.
    """
    if own is None:
        return None
    try:
        system = parse_system(own)
    except ValueError:
        problem = Text(
            "认不出文件自带的坐标系,按声明的读取",
            "The file's own coordinate system is not recognised; the declared one is used",
        )
        return "own_crs_unknown", problem, Text("核对坐标系", "Check the coordinate system"), False
    if system == declared:
        return None
    problem = Text(
        f"文件自带坐标系 {system},声明的却是 {declared}", f"The file says {system}, the settings say {declared}"
    )
    is_error = not (declared in (GCJ02, BD09) and system == WGS84)
    return (
        "crs_contradiction",
        problem,
        Text("核对后改正声明或重新导出", "Correct the setting or export again"),
        is_error,
    )


def _raw_problem(
    west: float, south: float, east: float, north: float, system: CoordinateSystem
) -> tuple[str, Text, Text] | None:
    """Say what numbers that are no degrees look like, before they are converted as if they were."""
    if system not in _DEGREES:
        return None
    if in_china(south, west, north, east):
        problem = Text("经度和纬度写反了", "Longitude and latitude are swapped")
        return "swapped_lon_lat", problem, Text("把两者对调", "Swap them back")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        problem = Text(
            f"({west:g}, {south:g}) 不是经纬度,像是以米为单位",
            f"({west:g}, {south:g}) is not in degrees but looks like metres",
        )
        return (
            "metres_as_degrees",
            problem,
            Text("声明投影坐标系,如 EPSG:4549", "Declare the projected system, such as EPSG:4549"),
        )
    return None


def _convert(shape: Shape, system: CoordinateSystem) -> Shape | None:
    try:
        return geometry_to_wgs84(shape, system)
    except ValueError:
        return None  # the system is not defined there: for the reader the same as a place outside China


def _outside(shape: BaseGeometry | None) -> tuple[str, Text, Text] | None:
    if shape is not None and in_china(*shape.bounds):
        return None
    where = "" if shape is None else f" ({shape.bounds[0]:.4f}, {shape.bounds[1]:.4f})"
    problem = Text(f"换算后的位置{where}不在中国境内", f"Converted to WGS84 its place{where} is outside China")
    return "outside_china", problem, Text("核对坐标系和坐标", "Check the coordinate system and the coordinates")
