"""Where a squad's files lie: a folder with ``squad.toml``, or one Excel workbook. Both end as the same raw squad."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.exchange.columns import COMMUNITIES, SETTINGS, TABLES, TableKind, match_headers
from api.exchange.records import Record, Value, records_of
from geo.cells import as_text, is_blank
from geo.decoding import decode, header_key, normalise
from geo.errors import Fault, RefusedError
from geo.layer import Layer
from geo.layers import LAYER_SUFFIXES, read_layer
from geo.tables import Table, read_bytes, read_table, read_workbook
from geo.text import Text

SETTINGS_FILE = "squad.toml"
DATA_SUFFIXES = (*LAYER_SUFFIXES, ".csv", ".xlsx", ".pbf")

SETTING_NAMES: Mapping[str, str] = {
    "编号": "id",
    "名称": "name",
    "热线": "hotline",
    "虚构": "made_up",
    "数据来源": "attribution",
    "坐标系": "crs",
    "驻地名称": "station.name",
    "驻地经度": "station.lon",
    "驻地纬度": "station.lat",
    "路网文件": "roads.file",
    "休息日": "calendar.rest",
    "调休上班": "calendar.work",
}
"""Chinese names of settings that a workbook may use instead of the dotted keys."""


@dataclass(frozen=True, slots=True)
class RawSquad:
    """A squad as read, nothing interpreted.

    Attributes
    ----------
    settings
        The keys of ``squad.toml`` with dots between levels, or the rows of the settings sheet.
    tables
        Every table but communities by English name; absent where the squad has none.
    communities
        Communities with their shapes, in their own coordinates.
    folder
        What road files are named from.
    """

    settings: Record
    tables: Mapping[str, Table]
    communities: Layer
    folder: Path


def read_source(source: Path, faults: list[Fault]) -> RawSquad | None:
    """Read all files of a squad; where it has no settings at all there is nothing else to read, and None comes back."""
    if source.is_dir():
        return _read_folder(source, faults)
    if source.suffix.lower() == ".xlsx":
        return _read_book(source, faults)
    problem = Text("既不是文件夹也不是 .xlsx 工作簿", "Neither a folder nor an .xlsx workbook")
    mend = Text("给出中队文件夹或工作簿的路径", "Give the path of the squad's folder or workbook")
    faults.append(Fault("not_a_squad", source.name, None, None, problem, mend))
    return None


def _read_folder(folder: Path, faults: list[Fault]) -> RawSquad | None:
    values = _read_toml(folder / SETTINGS_FILE, faults)
    if values is None:
        return None
    settings = Record(SETTINGS_FILE, None, values, faults)
    tables: dict[str, Table] = {}
    communities = Layer(Table(SETTINGS_FILE), {})
    for kind in TABLES:
        path = _layer_path(folder, kind, settings)
        if path is None:
            continue
        if kind is not COMMUNITIES:
            tables[kind.name] = read_table(path, kind.sheet_names)
        elif path.suffix.lower() in (".csv", ".xlsx"):
            communities = layer_of_wkt(read_table(path, kind.sheet_names))
        else:
            communities = read_layer(path, kind.sheet_names)
    _warn_of_strangers(folder, settings)
    return RawSquad(settings, tables, communities, folder)


def _layer_path(folder: Path, kind: TableKind, settings: Record) -> Path | None:
    key = f"layers.{kind.name}.file"
    if not settings.has(key):
        if kind.required:
            problem = Text(f"没有写明“{kind.zh[0]}”的文件", f"Does not name the file of {kind.name}")
            mend = Text(f'加上 [layers.{kind.name}] file = "…"', f'Add [layers.{kind.name}] file = "…"')
            settings.fault("missing_layer", key, problem, mend)
        return None
    name = settings.text(key)
    path = folder / name
    if not name or Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        problem = Text(f"“{name}”不在中队文件夹里", f"'{name}' does not lie in the squad's folder")
        settings.fault(
            "file_outside", key, problem, Text("把文件放进文件夹,只写文件名", "Put it there and give its name only")
        )
        return None
    return path


def _warn_of_strangers(folder: Path, settings: Record) -> None:
    named = {str(value) for key, value in settings.values.items() if key.endswith(".file")}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in DATA_SUFFIXES and path.name not in named and not path.name.startswith((".", "~$")):
            problem = Text(
                f"{SETTINGS_FILE} 没有提到这个文件,没有读入",
                f"{SETTINGS_FILE} does not name this file; it was not read",
            )
            mend = Text("在 [layers] 中写明,或移走", "Name it under [layers], or move it away")
            settings.faults.append(Fault("unused_file", path.name, None, None, problem, mend, "warning"))


def _read_toml(path: Path, faults: list[Fault]) -> dict[str, Value] | None:
    data, found = read_bytes(path)
    faults.extend(found)
    if found:
        return None
    try:
        return flat_table(tomllib.loads(decode(data).replace("\r\n", "\n")))
    except RefusedError as error:
        faults.append(error.fault(path.name))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problem = Text(f"不是有效的 TOML({error})", f"Not valid TOML ({error})")
        mend = Text("核对引号、等号和方括号", "Check quotes, equal signs and brackets")
        faults.append(Fault("broken_toml", path.name, int(line[1]) if line else None, None, problem, mend))
    return None


def flat_table(values: Mapping[str, object], prefix: str = "") -> dict[str, Value]:
    """Return nested tables as one table whose keys have dots."""
    flat: dict[str, Value] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat |= flat_table(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value  # type: ignore[assignment]  # TOML has no other values than cells and lists
    return flat


def _read_book(path: Path, faults: list[Fault]) -> RawSquad | None:
    sheets = read_workbook(path)
    if "" in sheets:
        faults.extend(sheets[""].faults)
        return None
    named = {header_key(title): table for title, table in sheets.items()}
    found = {kind.name: _sheet_of(kind, named, path, faults) for kind in (SETTINGS, *TABLES)}
    known = {header_key(name) for kind in (SETTINGS, *TABLES) for name in kind.sheet_names}
    for title, table in sheets.items():
        if header_key(title) not in known and table.headers:
            problem = Text("这个工作表不认识,没有读入", "This sheet is not known; it was not read")
            mend = Text("核对工作表名称", "Check the sheet's name")
            faults.append(Fault("unknown_sheet", table.file, None, None, problem, mend, "warning"))
    settings = found[SETTINGS.name]
    if settings is None:
        return None
    communities = layer_of_wkt(found[COMMUNITIES.name] or Table(path.name))
    tables = {
        kind.name: sheet for kind in TABLES if kind is not COMMUNITIES and (sheet := found[kind.name]) is not None
    }
    return RawSquad(_settings_of(settings, faults), tables, communities, path.parent)


def _sheet_of(kind: TableKind, sheets: Mapping[str, Table], path: Path, faults: list[Fault]) -> Table | None:
    tables = [sheets[key] for key in dict.fromkeys(map(header_key, kind.sheet_names)) if key in sheets]
    if len(tables) > 1:
        listed = "、".join(table.file for table in tables)
        problem = Text(f"“{kind.zh[0]}”有两个工作表:{listed}", f"Two sheets are '{kind.name}': {listed}")
        faults.append(Fault("several_sheets", path.name, None, None, problem, Text("只留一个", "Keep one")))
    if not tables and kind.required:
        problem = Text(f"缺少“{kind.zh[0]}”工作表", f"The sheet '{kind.name}' is missing")
        mend = Text(f"加一个名为“{kind.zh[0]}”的工作表", f"Add a sheet called {kind.name}")
        faults.append(Fault("missing_sheet", path.name, None, None, problem, mend))
    return tables[0] if tables else None


def _settings_of(table: Table, faults: list[Fault]) -> Record:
    values: dict[str, Value] = {}
    rows: dict[str, int] = {}
    for record in records_of(SETTINGS, table, faults):
        word = record.ident("key")
        key = SETTING_NAMES.get(word, word)
        if key in rows:
            problem = Text(f"“{word}”写了两次(第 {rows[key]} 行)", f"'{word}' is given twice (row {rows[key]})")
            record.fault("duplicate_key", "key", problem, Text("只留一行", "Keep one row"))
        elif key and record.has("value"):
            values[key] = record.values["value"]
            rows[key] = record.row or 1
    return Record(table.file, None, values, faults, rows=rows, epoch=table.epoch)


def layer_of_wkt(table: Table) -> Layer:
    """Return a table of communities as a layer: its boundary column holds well-known text."""
    headers, _ = match_headers(COMMUNITIES, table.headers)
    header = headers.get("boundary_wkt")
    faults: list[Fault] = []
    if header is None:
        if table.headers:
            problem = Text("缺少“边界WKT”列", "The column 'boundary_wkt' is missing")
            mend = Text("从地图软件导出 WKT,填入这一列", "Export WKT from a map program into this column")
            faults.append(Fault("missing_column", table.file, 1, "边界WKT", problem, mend))
        return Layer(_with(table, faults), {})
    shapes: dict[int, BaseGeometry | None] = {}
    for row in table.rows:
        cell = row.cells.get(header)
        try:
            with np.errstate(invalid="ignore"):  # `geo.validity` names a coordinate that is NaN
                shapes[row.number] = None if is_blank(cell) else shapely.from_wkt(normalise(as_text(cell)))
        except (shapely.errors.GEOSException, RefusedError) as error:
            problem = Text(f"不是有效的 WKT({error})", f"Not valid WKT ({error})")
            mend = Text(
                "从地图软件重新导出,Excel 一格最多 32767 字", "Export it again; an Excel cell holds 32,767 characters"
            )
            faults.append(Fault("broken_geometry", table.file, row.number, header, problem, mend))
    return Layer(_with(table, faults), shapes)


def _with(table: Table, faults: Sequence[Fault]) -> Table:
    return Table(table.file, table.headers, table.rows, (*table.faults, *faults), table.epoch)
