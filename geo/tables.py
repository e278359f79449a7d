"""Tables as people hand them in, CSV and Excel: read whole, everything wrong noted, nothing mended in silence."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo.cells import EXCEL_EPOCH, Cell, is_blank
from geo.decoding import decode, header_key, normalise
from geo.errors import Fault, RefusedError
from geo.text import Text
from geo.zipped import MAX_BYTES, too_large, unzip

MAX_CELLS = 2_000_000
"""Most cells of one sheet: one stray cell in the last row of Excel would otherwise cost gigabytes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as written; `number` counts as Excel does, the header being row 1."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read.

    Attributes
    ----------
    file
        Name to show: ``officers.csv`` or ``squad.xlsx › 队员``.
    headers
        As written, in order.
    rows
        All rows that are not blank; cells by header as written.
    faults
        What was wrong with the file; where it could not be read at all, headers and rows are empty.
    epoch
        Day 0 of its Excel serials.
    """

    file: str
    headers: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    epoch: date = EXCEL_EPOCH


def read_table(path: Path, sheet_names: Sequence[str] = ()) -> Table:
    """Read a CSV file, or the one sheet of an Excel workbook (of several: the one called by one of `sheet_names`)."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        data, faults = read_bytes(path)
        return Table(path.name, faults=faults) if faults else parse_csv(data, path.name)
    if suffix == ".xlsx":
        return _only_sheet(path, read_workbook(path), sheet_names)
    return Table(path.name, faults=(_wrong_kind(path),))


def read_bytes(path: Path) -> tuple[bytes, tuple[Fault, ...]]:
    """Return a file's bytes, or the reason why there are none to use."""
    if not path.is_file():
        problem = Text("找不到这个文件", "There is no such file")
        mend = Text(
            "把文件放进文件夹,或改正清单中的文件名", "Put it into the folder, or correct its name where it is listed"
        )
        return b"", (Fault("missing_file", path.name, None, None, problem, mend),)
    size = path.stat().st_size
    if size == 0:
        return b"", (_empty(path.name),)
    if size > MAX_BYTES:
        return b"", (too_large().fault(path.name),)
    return path.read_bytes(), ()


def parse_csv(data: bytes, label: str) -> Table:
    """Read comma-separated text; its encoding is found out, see `geo.decoding`."""
    try:
        text = decode(data)
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except RefusedError as error:
        return Table(label, faults=(error.fault(label),))
    except csv.Error as error:
        problem = Text(f"CSV 引号或换行有误({error})", f"Broken quoting or line break in the CSV ({error})")
        mend = Text("用 Excel 打开后重新另存为 CSV", "Open it in Excel and save it as CSV again")
        return Table(label, faults=(Fault("broken_csv", label, None, None, problem, mend),))
    if records and len(records[0]) == 1 and any(mark in records[0][0] for mark in "\t;；"):
        problem = Text("各列不是用逗号分隔的", "Columns are not separated by commas")
        mend = Text("另存为逗号分隔的 CSV", "Save it as comma-separated CSV")
        return Table(label, faults=(Fault("separator", label, 1, None, problem, mend),))
    return table_of(label, records)


def read_workbook(path: Path) -> dict[str, Table]:
    """Read every sheet of an ``.xlsx`` workbook; one that cannot be read gives one table, ``""``, with its faults."""
    data, faults = read_bytes(path)
    if faults:
        return {"": Table(path.name, faults=faults)}
    try:
        written, values = _open(data)
    except RefusedError as error:
        return {"": Table(path.name, faults=(error.fault(path.name),))}
    epoch = EXCEL_EPOCH if written.epoch != CALENDAR_MAC_1904 else CALENDAR_MAC_1904.date()
    return {
        sheet.title: replace(_read_sheet(sheet, values[sheet.title], f"{path.name} › {sheet.title}"), epoch=epoch)
        for sheet in written.worksheets
    }


def table_of(label: str, records: Sequence[Sequence[Cell]]) -> Table:
    """Make a table of records, the first being its header."""
    if not any(not is_blank(cell) for record in records for cell in record):
        return Table(label, faults=(_empty(label),))
    headers = tuple(normalise(str(cell)) if cell is not None else "" for cell in records[0])
    while headers and not headers[-1]:
        headers = headers[:-1]
    faults = list(_header_faults(label, headers))
    rows = []
    for number, record in enumerate(records[1:], start=2):
        if all(is_blank(cell) for cell in record):
            continue
        faults.extend(_record_faults(label, number, headers, record))
        rows.append(Row(number, {header: cell for header, cell in zip(headers, record, strict=False) if header}))
    return Table(label, headers, tuple(rows), tuple(faults))


def _header_faults(label: str, headers: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for header in headers:
        key = header_key(header)
        if key and key in seen:
            problem = Text(f"表头“{header}”出现两次", f"The header '{header}' appears twice")
            mend = Text("只留一列", "Keep one of the columns")
            yield Fault("duplicate_header", label, 1, header, problem, mend)
        seen.add(key)


def _record_faults(label: str, number: int, headers: Sequence[str], record: Sequence[Cell]) -> Iterator[Fault]:
    if len(record) < len(headers):
        problem = Text(
            f"只有 {len(record)} 格,表头有 {len(headers)} 列",
            f"Has {len(record)} cells where the header has {len(headers)}",
        )
        yield Fault("ragged_row", label, number, None, problem, Text("补齐逗号", "Add the missing commas"))
    for column, cell in enumerate(record):
        if not is_blank(cell) and (column >= len(headers) or not headers[column]):
            problem = Text(
                f"第 {column + 1} 列有内容,却没有表头",
                f"Column {column + 1} has content but no header",
            )
            mend = Text("给这一列加表头,或删去内容", "Give the column a header, or delete the content")
            yield Fault("cell_without_header", label, number, None, problem, mend)


def _open(data: bytes) -> tuple[Workbook, Workbook]:
    """Return a workbook as written and with the values of its formulas."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        problem = Text("不是 .xlsx 工作簿", "Not an .xlsx workbook")
        mend = Text(
            "用 Excel 另存为 .xlsx(旧 .xls、加密文件不能读)",
            "Save it as .xlsx, unencrypted; old .xls cannot be read",
        )
        raise RefusedError("not_a_workbook", problem, mend)
    unzip(data)
    try:
        written = _load(data, values=False)
        return written, _load(data, values=True) if _has_formulas(written) else written
    except Exception as error:  # a damaged part makes openpyxl raise whatever it stumbles on
        problem = Text(f"Excel 文件损坏,无法打开({error})", f"The Excel file is damaged and cannot be opened ({error})")
        mend = Text("用 Excel 打开并重新另存为 .xlsx", "Open it in Excel and save it again as .xlsx")
        raise RefusedError("broken_workbook", problem, mend) from error


def _load(data: bytes, *, values: bool) -> Workbook:
    with warnings.catch_warnings():
        # openpyxl warns of drop-down lists and conditional colours that it does not keep: none of them is data.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values, keep_links=False)


def _has_formulas(book: Workbook) -> bool:
    return any(
        cell.data_type == "f"
        for sheet in book.worksheets
        if _size_is_fair(sheet)
        for record in sheet.iter_rows()
        for cell in record
    )


def _size_is_fair(sheet: Worksheet) -> bool:
    return sheet.max_row * sheet.max_column <= MAX_CELLS


def _read_sheet(sheet: Worksheet, values: Worksheet, label: str) -> Table:
    if not _size_is_fair(sheet):
        return Table(label, faults=(too_large().fault(label),))
    faults = list(_merged_faults(sheet, label))
    for record in sheet.iter_rows():
        for cell in record:
            coordinate = str(cell.coordinate)
            if cell.data_type == "e" or (cell.data_type == "f" and values[coordinate].data_type == "e"):
                problem = Text(f"单元格 {coordinate} 是 Excel 错误值", f"Cell {coordinate} is an Excel error")
                mend = Text("改正公式或填写内容", "Mend the formula or type the content")
                faults.append(Fault("excel_error", label, cell.row, None, problem, mend))
            elif cell.data_type == "f" and values[coordinate].value is None:
                problem = Text(
                    f"单元格 {coordinate} 的公式没有算出的值", f"The formula in cell {coordinate} has no computed value"
                )
                mend = Text(
                    "在 Excel 中打开并保存一次,或粘贴为数值", "Open and save it once in Excel, or paste it as a value"
                )
                faults.append(Fault("formula_without_value", label, cell.row, None, problem, mend))
    table = table_of(label, [[_cell(cell.value) for cell in record] for record in values.iter_rows()])
    return replace(table, faults=(*faults, *table.faults))


def _merged_faults(sheet: Worksheet, label: str) -> Iterator[Fault]:
    for area in sheet.merged_cells.ranges:
        problem = Text(f"合并单元格 {area.coord}", f"Merged cells {area.coord}")
        mend = Text("取消合并,每一格都填上内容", "Unmerge them and fill every cell")
        yield Fault("merged_cells", label, area.min_row, None, problem, mend)


def _cell(value: object) -> Cell:
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return value  # type: ignore[return-value]  # openpyxl gives text, numbers, truth, dates and times, and nothing else


def _only_sheet(path: Path, sheets: Mapping[str, Table], names: Sequence[str]) -> Table:
    filled = {name: table for name, table in sheets.items() if [fault.code for fault in table.faults] != ["empty_file"]}
    if len(filled) == 1:
        return next(iter(filled.values()))
    if not filled:
        return Table(path.name, faults=(_empty(path.name),))
    wanted = {header_key(name) for name in names}
    chosen = [table for name, table in filled.items() if header_key(name) in wanted]
    if len(chosen) == 1:
        return chosen[0]
    listed = "、".join(filled)
    problem = Text(f"有多个工作表({listed}),不知道读哪一个", f"Has several sheets ({listed}); which one is meant?")
    mend = Text("只留一个工作表", "Keep one sheet only")
    return Table(path.name, faults=(Fault("several_sheets", path.name, None, None, problem, mend),))


def _empty(label: str) -> Fault:
    problem = Text("文件是空的", "The file is empty")
    return Fault("empty_file", label, None, None, problem, Text("至少要有表头一行", "It needs at least its header row"))


def _wrong_kind(path: Path) -> Fault:
    problem = Text(
        f"不能读取“{path.suffix or path.name}”这种文件", f"Files of kind '{path.suffix or path.name}' cannot be read"
    )
    mend = Text("表格请用 .csv 或 .xlsx", "Use .csv or .xlsx for tables")
    return Fault("file_kind", path.name, None, None, problem, mend)
