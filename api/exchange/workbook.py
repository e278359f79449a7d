"""A squad as one Excel workbook with Chinese sheets and headers, as `api.exchange.squad_files.load_squad` reads it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from api.exchange.columns import (
    COMMUNITIES,
    GATES,
    LEAVE,
    OFFICERS,
    PARTNERS,
    PAST,
    SETTINGS,
    SHIFTS,
    VEHICLES,
    VIOLATIONS,
    TableKind,
)
from api.exchange.opening_hours import clock, format_hours
from api.exchange.people import DRIVING_WORDS, VEHICLE_WORDS
from api.exchange.places import PHASE_WORDS, SOURCE_WORDS, TYPE_WORDS
from api.exchange.policy_file import PARTNER_WORDS, policy_settings
from api.exchange.records import Value
from api.exchange.sources import SETTING_NAMES
from geo.cells import Cell
from geo.errors import Fault, InputError
from geo.text import Text
from planner.officer import VehicleKind
from planner.squad import Squad

BOUNDARY = [column.name for column in COMMUNITIES.columns].index("boundary_wkt")
EXCEL_CELL_CHARACTERS = 32_767

SheetRow: TypeAlias = tuple[Cell, ...]


def write_workbook(squad: Squad, path: Path) -> None:
    """Write `squad` as a workbook in WGS84; reading it gives the same squad again.

    Raises
    ------
    InputError
        Where a boundary is longer than an Excel cell holds.
    """
    sheets = {
        COMMUNITIES: _communities(squad),
        GATES: _gates(squad),
        OFFICERS: ((o.id, o.name, _yes(o.certified), o.phone, _drives(o.drives)) for o in squad.officers),
        SHIFTS: ((s.officer_id, s.day, s.band_id, clock(s.start), clock(s.end)) for s in squad.shifts),
        LEAVE: ((away.officer_id, away.day, away.reason) for away in squad.leave),
        PARTNERS: _partners(squad),
        VEHICLES: ((v.id, v.name, _word(VEHICLE_WORDS, v.kind), v.seats) for v in squad.vehicles),
        VIOLATIONS: _violations(squad),
        PAST: ((p.day, clock(p.begin), p.community_id, "; ".join(p.officers), p.band_id) for p in squad.past),
    }
    written = {kind: list(rows) for kind, rows in sheets.items()}
    _refuse_long_boundaries(written[COMMUNITIES], path.name)
    book = Workbook()
    book.remove(book.worksheets[0])
    _write_sheet(book, SETTINGS, [(key, _joined(value), "") for key, value in _settings(squad, path).items()])
    for kind, rows in written.items():
        _write_sheet(book, kind, rows)
    book.save(path)


def _settings(squad: Squad, path: Path) -> dict[str, Value]:
    values: dict[str, Value] = {
        "id": squad.id,
        "name": squad.name,
        "hotline": squad.hotline,
        "made_up": _yes(squad.made_up),
        "attribution": squad.attribution,
        "crs": "WGS84",
        "station.name": squad.station.name,
        "station.lon": squad.station.lon,
        "station.lat": squad.station.lat,
        "roads.file": None if squad.roads is None else _from(path.parent, squad.roads),
        "calendar.rest": list(squad.day_off),
        "calendar.work": list(squad.day_on),
    }
    for band in squad.bands:
        prefix = f"bands.{band.id}."
        values |= {prefix + "name": band.name, prefix + "start": clock(band.start), prefix + "end": clock(band.end)}
        rest = squad.policy.breaks.get(band.id)
        if rest is not None:
            values[prefix + "break_minutes"] = rest.duration / 60
            values |= {prefix + "break_from": clock(rest.earliest), prefix + "break_to": clock(rest.latest)}
    names = {key: word for word, key in SETTING_NAMES.items()}
    return {names.get(key, key): value for key, value in (values | policy_settings(squad.policy)).items()}


def _from(folder: Path, file: Path) -> str:
    """Name `file` as seen from `folder`, or in full where the two are on different drives of Windows."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return str(file)


def _communities(squad: Squad) -> Iterator[SheetRow]:
    for community in squad.communities:
        yield (
            community.id,
            community.name,
            _word(PHASE_WORDS, community.phase),
            community.a_officer,
            community.b_officer,
            community.households,
            community.delivery_date,
            community.address,
            community.joint_per_week,
            community.stationing_days,
            _word(SOURCE_WORDS, community.boundary.source),
            community.boundary.polygon.wkt,
            ";".join(community.more_b) or None,
        )


def _gates(squad: Squad) -> Iterator[SheetRow]:
    for community in squad.communities:
        for index, gate in enumerate(community.gates):
            yield community.id, gate.id, gate.name, gate.lon, gate.lat, _yes(index == 0)


def _drives(kinds: Collection[VehicleKind]) -> str:
    """Return what an officer may drive, as it is read: nothing is said of one who drives everything."""
    if not kinds:
        return _word(DRIVING_WORDS, frozenset())
    return "" if set(kinds) == set(VehicleKind) else "; ".join(_word(VEHICLE_WORDS, kind) for kind in sorted(kinds))


def _partners(squad: Squad) -> Iterator[SheetRow]:
    for partner in squad.partners:
        served = "; ".join(partner.community_ids)
        hours, preferred = format_hours(partner.hours), format_hours(partner.preferred)
        kind = _word(PARTNER_WORDS, partner.kind)
        yield partner.id, partner.name, kind, served, hours, partner.contact, partner.phone, preferred


def _violations(squad: Squad) -> Iterator[SheetRow]:
    for v in squad.violations:
        kind = _word(TYPE_WORDS, v.type)
        days = (v.found_on, v.handled_on, v.rechecked_on)
        reported = None if v.reported_at is None else f"{v.reported_at // 3600:02d}:{v.reported_at % 3600 // 60:02d}"
        took = None if v.handling is None else v.handling // 60
        yield v.id, kind, v.lon, v.lat, *days, v.community_id, v.building, v.note, v.reporter_phone, reported, took


def _refuse_long_boundaries(rows: Sequence[SheetRow], label: str) -> None:
    problem = Text("边界太长,Excel 一格放不下", "The boundary is longer than an Excel cell holds")
    mend = Text("改用文件夹格式(communities.geojson)", "Use the folder format (communities.geojson)")
    sheet = f"{label} › {COMMUNITIES.zh[0]}"
    faults = [
        Fault("boundary_too_long", sheet, number, COMMUNITIES.columns[BOUNDARY].zh[0], problem, mend)
        for number, row in enumerate(rows, start=2)
        if len(str(row[BOUNDARY])) > EXCEL_CELL_CHARACTERS
    ]
    if faults:
        raise InputError(faults)


def _write_sheet(book: Workbook, kind: TableKind, rows: Sequence[SheetRow]) -> None:
    sheet: Worksheet = book.create_sheet(kind.zh[0])
    for column, header in enumerate(kind.columns, start=1):
        title = sheet.cell(1, column, header.zh[0])
        title.font = Font(bold=True)
        title.alignment = Alignment(horizontal="center")
        sheet.column_dimensions[get_column_letter(column)].width = _width(
            header.zh[0], [row[column - 1] for row in rows]
        )
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if isinstance(cell, SheetCell):
                _write(cell, value)
    sheet.freeze_panes = "A2"


def _write(cell: SheetCell, value: Cell) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever a name begins with
        cell.number_format = "@"  # an id such as 01 keeps its zero when somebody edits it
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _width(header: str, values: Sequence[Cell]) -> float:
    widest = max((sum(2 if ord(mark) > 0x2E7F else 1 for mark in str(value)) for value in (header, *values)), default=8)
    return min(max(widest + 2, 8), 40)


def _joined(value: Value) -> Cell:
    return "; ".join(str(part) for part in value) if isinstance(value, list) else value  # type: ignore[return-value]  # a Cell then


def _word(words: Mapping[str, object], value: object) -> str:
    """Return the first word for a value: the Chinese one."""
    return next(word for word, meaning in words.items() if meaning == value)


def _yes(value: bool) -> str:  # noqa: FBT001  # the value written, not a switch
    return "是" if value else "否"
