"""The renovation register and committees' feedback as Excel sheets: property companies and committees keep them so."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Font

from api.exchange.columns import COMMUNITIES, OFFICERS, Column, TableKind
from api.exchange.people import Directory, named_directory
from api.exchange.plan_xlsx import fit_columns, put
from api.exchange.records import Record, records_of
from casework.appraisal_sheet import Feedback
from casework.phases import Renovation
from geo.community import Community
from geo.errors import Fault
from geo.tables import Table
from geo.text import Language, Text
from planner.officer import Officer

RENOVATIONS = TableKind(
    "renovations",
    ("装修登记", "装修备案"),
    (
        Column("community", ("小区", "小区编号")),
        Column("building", ("楼栋", "门牌", "房号")),
        Column("registered_on", ("登记日期", "备案日期")),
        Column("ends_on", ("完工日期", "竣工日期"), required=False),
        Column("contractor", ("装修公司", "施工单位"), required=False),
        Column("id", ("编号", "登记编号"), required=False),
    ),
    may_be_empty=True,
)
FEEDBACK = TableKind(
    "feedback",
    ("居委反馈", "书记反馈"),
    (
        Column("officer", ("队员", "队员编号")),
        Column("community", ("小区", "小区编号")),
        Column("day", ("日期",)),
        Column("points", ("评分", "分数")),
        Column("note", ("意见", "备注"), required=False),
    ),
    may_be_empty=True,
)
MOST_POINTS = 100


def read_renovations(
    table: Table, communities: Sequence[Community]
) -> tuple[tuple[Renovation, ...], tuple[Fault, ...]]:
    """Return the renovations of a sheet, those without a number of their own still to be given one, and its faults."""
    faults: list[Fault] = []
    places = _places(communities)
    found: list[Renovation] = []
    rows: dict[str, int | None] = {}
    for record in records_of(RENOVATIONS, table, faults):
        ident = record.ident("id") if record.has("id") else ""
        place = places.find(record, "community", record.ident("community"))
        building, registered = record.text("building"), record.day("registered_on")
        ends, contractor = record.maybe_day("ends_on"), record.text("contractor", "")
        _once(record, ident, rows)
        if record.ok and ends is not None and ends < registered:
            problem = Text("完工早于登记", "Ends before it was registered")
            record.fault("ends_before", "ends_on", problem, Text("核对两个日期", "Check both days"))
        if record.ok and place is not None:
            found.append(Renovation(ident, place, building, registered, ends, contractor))
    return tuple(found), tuple(faults)


def read_feedback(
    table: Table, communities: Sequence[Community], officers: Sequence[Officer]
) -> tuple[tuple[Feedback, ...], tuple[Fault, ...]]:
    """Return what committees say of officers in a sheet, ids still to be given, and its faults."""
    faults: list[Fault] = []
    people = named_directory(((one.id, one.name) for one in officers), OFFICERS.title, "unknown_officer")
    places = _places(communities)
    found: list[Feedback] = []
    for record in records_of(FEEDBACK, table, faults):
        officer = people.find(record, "officer", record.ident("officer"))
        place = places.find(record, "community", record.ident("community"))
        day, points, note = record.day("day"), record.number("points"), record.text("note", "")
        if record.ok and not 0 <= points <= MOST_POINTS:
            problem = Text("评分不在 0 到 100 之间", "Points are from 0 to 100")
            record.fault("bad_points", "points", problem, Text("改为 0 到 100", "Write 0 to 100"))
        if record.ok and officer is not None and place is not None:
            found.append(Feedback("new", officer, place, day, points, note))
    return tuple(found), tuple(faults)


def write_renovations(renovations: Iterable[Renovation], language: Language) -> bytes:
    """Return the register as an ``.xlsx`` file that `read_renovations` reads again."""
    rows = [
        (one.community_id, one.building, one.registered_on, one.ends_on, one.contractor, one.id) for one in renovations
    ]
    return _written(RENOVATIONS, rows, language)


def write_feedback(given: Iterable[Feedback], language: Language) -> bytes:
    """Return feedback as an ``.xlsx`` file that `read_feedback` reads again."""
    return _written(FEEDBACK, [(f.officer_id, f.community_id, f.day, f.points, f.note) for f in given], language)


def _written(kind: TableKind, rows: Sequence[Sequence[str | float | date | None]], language: Language) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = kind.title.say(language)
    headers = [column.zh[0] if language == "zh" else column.name for column in kind.columns]
    for column, header in enumerate(headers, start=1):
        put(page, 1, column, header).font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            put(page, number, column, value)
    fit_columns(page, headers, [list(row) for row in rows])
    page.freeze_panes = "A2"
    book.properties.creator = "Wuzao"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _once(record: Record, ident: str, rows: dict[str, int | None]) -> None:
    first = rows.setdefault(ident, record.row)
    if ident and first != record.row:
        problem = Text(f"编号“{ident}”与第 {first} 行重复", f"The id '{ident}' is already in row {first}")
        record.fault("duplicate_id", "id", problem, Text("每行用不同的编号", "Give every row its own id"))


def _places(communities: Sequence[Community]) -> Directory:
    return named_directory(((one.id, one.name) for one in communities), COMMUNITIES.title, "unknown_community")
