"""GeoJSON polygons, read without GDAL: every fault can then be named with its feature."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.decoding import decode
from geo.errors import Fault
from geo.layer import EXPORT_AGAIN, Layer, properties_table, refusal, short
from geo.text import Text


def parse_geojson(data: bytes, label: str) -> Layer:
    """Read a GeoJSON FeatureCollection (RFC 7946) of polygons; heights are left aside."""
    try:
        content = json.loads(decode(data), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        problem = Text(f"不是有效的 GeoJSON({short(error)})", f"Not valid GeoJSON ({short(error)})")
        raise refusal("not_geojson", problem) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        problem = Text("不是 GeoJSON 要素集合", "Not a GeoJSON FeatureCollection")
        raise refusal("not_geojson", problem)
    if not features:
        raise refusal("empty_file", Text("文件里没有要素", "The file holds no feature"))
    shapes: dict[int, BaseGeometry | None] = {}
    faults: list[Fault] = []
    for number, feature in enumerate(features, start=1):
        try:
            shapes[number] = _shape(feature.get("geometry"))
        except (TypeError, ValueError) as error:
            problem = Text(f"边界图形写法有误:{error}", f"The boundary is not written as GeoJSON asks: {error}")
            faults.append(Fault("broken_geometry", label, number, "geometry", problem, EXPORT_AGAIN))
    properties = [feature.get("properties") or {} for feature in features]
    return Layer(properties_table(label, properties, faults), shapes, _geojson_system(content))


def _shape(geometry: object) -> BaseGeometry | None:
    if geometry is None:
        return None
    if not isinstance(geometry, dict):
        raise TypeError("geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPolygon":
        return MultiPolygon([part for part in map(_polygon, _list(coordinates)) if not part.is_empty])
    raise ValueError(f"{kind} ≠ Polygon")


def _polygon(rings: object) -> Polygon:
    return Polygon(*_shell_and_holes([_ring(ring) for ring in _list(rings)]))


def _shell_and_holes(rings: list[list[tuple[float, float]]]) -> tuple[Any, Any]:
    return (rings[0], rings[1:]) if rings else (None, None)


def _ring(points: object) -> list[tuple[float, float]]:
    ring = [_point(point) for point in _list(points)]
    if len(ring) < 4:
        raise ValueError(f"{len(ring)} < 4 points")
    if ring[0] != ring[-1]:
        raise ValueError(f"ring not closed, {ring[0]} ≠ {ring[-1]}")
    return ring


def _point(point: object) -> tuple[float, float]:
    numbers = _list(point)
    if len(numbers) < 2 or any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        raise ValueError(f"point {short(point)}")
    x, y = float(numbers[0]), float(numbers[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f"point {short(point)}")
    return x, y


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"coordinates {short(value)}")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _geojson_system(content: Mapping[str, Any]) -> str | None:
    """Return the system of the old ``crs`` member, which GIS programs still write."""
    crs = content.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    return name or None
