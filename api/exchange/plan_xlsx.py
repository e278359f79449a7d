"""The plan as an Excel workbook that a squad leader can print and pin up: A4 across, one sheet a question."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from api.exchange import sheets
from api.exchange.sheets import Sheet
from geo.text import Language, Text
from planner.squad import Squad
from planner.week import WeeklyPlan, WeeklyProblem

HEAD = PatternFill("solid", fgColor="DCE6F1")
LINE = Side(style="thin", color="B7B7B7")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
WIDEST = 48
"""Characters (of half a Chinese one) after which a column wraps."""

LINE_HEIGHT = 17.0
"""Points a line takes in a Chinese font; LibreOffice cuts off what does not fit, where Excel's own fonts need 15."""

HIGHEST = 409.0
"""Points; Excel has no higher row."""

FOOTER = Text("第 &P 页,共 &N 页", "Page &P of &N")


def write_workbook(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, path: Path | BytesIO, language: Language
) -> None:
    """Write the week by crew, all visits, each officer's visits, what is missed and why, and what was due."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for sheet in sheets.all_sheets(problem, plan, squad):
        _write_sheet(book.create_sheet(sheet.title.say(language)), sheet, squad, language)
    monday = problem.week.monday
    # Named after the week, not after the moment of writing: the same plan says the same thing.
    book.properties.created = datetime(monday.year, monday.month, monday.day, tzinfo=UTC).replace(tzinfo=None)
    book.properties.creator = "Wuzao"
    book.properties.title = f"{squad.name} {problem.week}"
    book.save(path)


def _write_sheet(page: Worksheet, sheet: Sheet, squad: Squad, language: Language) -> None:
    title = f"{squad.name} {sheet.heading.say(language)}"
    put(page, 1, 1, title).font = Font(bold=True, size=14)
    if squad.made_up:
        put(page, 2, 1, sheets.MADE_UP.say(language)).font = Font(italic=True, color="9C5700")
    top = 3
    for column, header in enumerate(sheet.headers, start=1):
        head = put(page, top, column, header.say(language))
        head.font, head.fill, head.border = Font(bold=True), HEAD, BOX
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    rows = [[_said(value, language) for value in row] for row in sheet.rows]
    for row_number, row in enumerate(rows, start=top + 1):
        for column, said in enumerate(row, start=1):
            written = put(page, row_number, column, said)
            written.border, written.alignment = BOX, Alignment(vertical="top", wrap_text=True)
        page.row_dimensions[row_number].height = _height(row)
    fit_columns(page, [header.say(language) for header in sheet.headers], rows)
    page.freeze_panes = f"{get_column_letter(1 + sheet.frozen_columns)}{top + 1}"
    _print_setup(page, top, language)
    if rows and sheet.filtered:
        page.auto_filter.ref = f"A{top}:{get_column_letter(len(sheet.headers))}{top + len(rows)}"


def _said(value: Text | str | int, language: Language) -> str | int:
    return value.say(language) if isinstance(value, Text) else value


def put(page: Worksheet, row: int, column: int, value: str | float | date | None) -> Cell:
    """Write a value so that Excel shows it and never computes it (CWE-1236)."""
    cell = page.cell(row=row, column=column)
    assert isinstance(cell, Cell)  # noqa: S101 - a fresh sheet has no merged cells; this tells the type checker
    if not isinstance(value, str):
        cell.value = value
        return cell
    cell.value = _printable(value)
    cell.data_type = "s"
    if value.startswith(("=", "+", "-", "@", "\t", "\r")):
        # The leading quote mark of Excel's own interface: it survives export to CSV from there.
        cell.quotePrefix = True
    return cell


def _printable(value: str) -> str:
    """Leave out control characters, which no XML file may hold."""
    return "".join(sign for sign in value if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def fit_columns(page: Worksheet, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Make each column as wide as what stands in it, up to `WIDEST`."""
    for index, header in enumerate(headers):
        widest = max((_width(str(row[index])) for row in rows), default=0)
        page.column_dimensions[get_column_letter(index + 1)].width = min(WIDEST, max(widest, _width(header))) + 2


def _width(words: str) -> int:
    """Return how wide a text is in half-width characters; Chinese ones count two (Unicode TR 11)."""
    return max(sum(2 if unicodedata.east_asian_width(s) in "WF" else 1 for s in line) for line in words.split("\n"))


def _height(row: Iterable[str | int]) -> float:
    lines = max(sum(1 + _width(line) // (WIDEST + 1) for line in str(value).split("\n")) for value in row)
    return min(HIGHEST, LINE_HEIGHT * lines + 3)


def _print_setup(page: Worksheet, top: int, language: Language) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{top}:{top}"
    page.page_margins.left = page.page_margins.right = 0.4
    if page.oddFooter is not None:
        page.oddFooter.center.text = FOOTER.say(language)
