"""Helpers that hand a squad in and say what came back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.exchange.squad_files import load_squad
from geo.errors import Fault, InputError
from tests.town import communities, geojson


def faults(folder: Path) -> tuple[Fault, ...]:
    """Return every fault of a squad that is refused."""
    with pytest.raises(InputError) as caught:
        load_squad(folder)
    return caught.value.faults


def only_fault(folder: Path) -> tuple[str, str, int | None, str | None]:
    """Return code, file, row and field of the one error of a squad that is refused."""
    found = [fault for fault in faults(folder) if fault.level == "error"]
    assert len(found) == 1, [fault.say("en") for fault in found]
    return found[0].code, found[0].file, found[0].row, found[0].field


def only_warning(folder: Path) -> tuple[str, str, int | None, str | None]:
    """Return code, file, row and field of the one warning of a squad that is taken."""
    found = load_squad(folder).warnings
    assert len(found) == 1, [fault.say("en") for fault in found]
    assert found[0].level == "warning"
    return found[0].code, found[0].file, found[0].row, found[0].field


def altered(index: int, geometry: Any = ..., **properties: object) -> str:
    """Return the town's communities with one of them changed."""
    features: list[dict[str, Any]] = communities()
    features[index]["properties"] |= properties
    if geometry is not ...:
        features[index]["geometry"] = geometry
    return geojson(features)


def polygon(*points: tuple[float, float]) -> dict[str, object]:
    """Return a GeoJSON polygon of one ring."""
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def as_xlsx(folder: Path, name: str, rows: Sequence[Sequence[object]], merge: str | None = None) -> None:
    """Write rows as the only sheet of a workbook."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    book.save(folder / name)
