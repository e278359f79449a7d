"""What every reader of a vector layer gives, and how one says that it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from geo.cells import Cell
from geo.decoding import normalise
from geo.errors import Fault, RefusedError
from geo.tables import Row, Table
from geo.text import Text

EXPORT_AGAIN = Text("用 QGIS 等软件重新导出", "Export it again, from QGIS for instance")


def refusal(code: str, problem: Text, mend: Text = EXPORT_AGAIN) -> RefusedError:
    """Return what to raise where a layer file cannot be read at all."""
    return RefusedError(code, problem, mend)


@dataclass(frozen=True, slots=True)
class Layer:
    """A vector layer as read, in its own coordinates.

    Attributes
    ----------
    table
        Its properties; rows count features from 1. Faults of the file are here.
    shapes
        Shape by row number; None where the feature has none; absent where a fault already says why.
    own_system
        The coordinate system the file names itself (``EPSG:4326`` or WKT), or None.
    """

    table: Table
    shapes: Mapping[int, BaseGeometry | None]
    own_system: str | None = None


def short(value: object) -> str:
    """Return a value as text of at most 80 characters."""
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"


def properties_table(label: str, properties: Sequence[object], faults: Sequence[Fault]) -> Table:
    """Make a table of features' properties, numbered from 1; `faults` are those already found."""
    found = list(faults)
    rows = []
    headers: dict[str, None] = {}
    for number, values in enumerate(properties, start=1):
        if not isinstance(values, dict):
            problem = Text("属性不是名称与值", "Properties are not names and values")
            found.append(Fault("broken_properties", label, number, "properties", problem, EXPORT_AGAIN))
            continue
        cells: dict[str, Cell] = {}
        for name, value in values.items():
            if isinstance(value, dict | list):
                problem = Text("属性值不是单个文字或数字", "The value is not a single text or number")
                found.append(Fault("nested_value", label, number, name, problem, EXPORT_AGAIN))
                value = None  # noqa: PLW2901  # the fault above stops the run; None keeps the row readable till then
            cells[normalise(name)] = value
            headers[normalise(name)] = None
        rows.append(Row(number, cells))
    return Table(label, tuple(headers), tuple(rows), tuple(found))
