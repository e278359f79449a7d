"""Whether a shape can be a boundary. Nothing is repaired: what is wrong is named with the place where it is wrong."""

from __future__ import annotations

import re

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.text import Text

_CHECK = Text("在地图软件中改正后重新导出", "Mend it in the map program and export it again")
_KINDS = ("Polygon", "MultiPolygon")
_NAMES = {
    "Self-intersection": Text("边界自相交", "The boundary crosses itself"),
    "Ring Self-intersection": Text("边界自相交", "The boundary touches itself"),
    "Hole lies outside shell": Text("内环在外环之外", "A hole lies outside the outline"),
    "Holes are nested": Text("内环相互嵌套", "Holes are nested"),
    "Nested shells": Text("面相互嵌套", "Parts are nested"),
    "Interior is disconnected": Text("边界把内部分成了几块", "The outline cuts its inside apart"),
    "Duplicate Rings": Text("有重复的环", "A ring appears twice"),
    "Too few points in geometry component": Text("点太少,围不成面", "Too few points to enclose anything"),
}


def polygon_problem(shape: BaseGeometry | None) -> tuple[str, Text, Text] | None:
    """Return code, problem and remedy of a shape that cannot be a boundary, or None for one that can.

    Coordinates named in the problem are those of the file, in whatever system it uses.
    """
    if shape is None:
        return "null_geometry", Text("没有边界图形", "There is no boundary"), Text("补画边界", "Draw the boundary")
    if shape.geom_type not in _KINDS:
        problem = Text(f"图形是 {shape.geom_type},不是面", f"The shape is a {shape.geom_type}, not a polygon")
        return "geometry_kind", problem, Text("边界要画成面", "Draw the boundary as a polygon")
    if shape.is_empty:
        return "empty_geometry", Text("边界图形是空的", "The boundary is empty"), Text("补画边界", "Draw the boundary")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "not_finite", Text("坐标含 NaN 或无穷大", "A coordinate is NaN or infinite"), _CHECK
    if not shape.is_valid:
        return "invalid_geometry", _why_invalid(shape), _CHECK
    return None


def _why_invalid(shape: BaseGeometry) -> Text:
    reason = shapely.is_valid_reason(shape)
    match = re.fullmatch(r"(.*?)\[(\S+) (\S+)\]", reason)
    kind, place = (match[1], (float(match[2]), float(match[3]))) if match else (reason, None)
    name = _NAMES.get(kind, Text(f"边界无效({kind})", f"The boundary is not valid ({kind})"))
    if place is None:
        return name
    x, y = (f"{value:.6f}".rstrip("0").rstrip(".") for value in place)
    return Text(f"{name.zh},位置在 ({x}, {y})", f"{name.en}, at ({x}, {y})")
