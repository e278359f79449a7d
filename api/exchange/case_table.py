"""Cases as a table, out and in, with their numbers on the outside platform (一网统管).

Out of it go no reporters, and no telephone numbers in notes. What comes in are reports: what was done since stays where
it was done.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Font

from api.exchange.columns import COMMUNITIES, Column, TableKind
from api.exchange.people import Directory, named_directory
from api.exchange.places import TYPE_WORDS
from api.exchange.plan_xlsx import fit_columns, put
from api.exchange.points import read_point
from api.exchange.records import Record, records_of
from casework.calendar import SHANGHAI
from casework.case import CHANNEL_NAMES, OUTCOME_NAMES, STAGE_NAMES, Case, Channel, Report
from casework.privacy import mask_phones
from casework.violation import CATALOGUE
from geo.community import Community
from geo.coordinates import ACCEPTED, WGS84, CoordinateSystem, parse_system
from geo.errors import Fault
from geo.tables import Table
from geo.text import Language, Text, same

Value: TypeAlias = Text | str | int | float | datetime | None

CASES = TableKind(
    "cases",
    ("案件", "案件清单"),
    (
        Column("outside_number", ("外部编号", "平台案件编号", "来源编号")),
        Column("channel", ("来源", "来源渠道"), required=False),
        Column("type", ("类型", "违法类型"), required=False),
        Column("reported_at", ("报告时间", "上报时间")),
        Column("lon", ("经度",)),
        Column("lat", ("纬度",)),
        Column("crs", ("坐标系",), required=False),
        Column("community", ("小区", "小区编号"), required=False),
        Column("building", ("楼栋", "门牌"), required=False),
        Column("note", ("备注", "说明", "问题描述"), required=False),
        Column("dissuaded_at", ("劝阻失败时间",), required=False),
        Column("reporter_name", ("举报人", "举报人姓名"), required=False),
        Column("reporter_phone", ("举报人电话", "联系电话"), required=False),
    ),
)
"""What is read; a table that was exported has more columns, which stay unread with a warning."""

CHANNEL_WORDS: Mapping[str, Channel] = {
    **{name.zh: channel for channel, name in CHANNEL_NAMES.items()},
    **{channel.value: channel for channel in Channel},
    **{name.en.casefold(): channel for channel, name in CHANNEL_NAMES.items()},
}

HEADERS: tuple[Text, ...] = (
    Text("案件编号", "case"),
    Text("外部编号", "outside_number"),
    Text("来源", "channel"),
    Text("阶段", "stage"),
    Text("类型", "type"),
    Text("结果", "outcome"),
    Text("小区", "community"),
    Text("楼栋", "building"),
    Text("备注", "note"),
    Text("经度", "lon"),
    Text("纬度", "lat"),
    Text("坐标系", "crs"),
    Text("报告时间", "reported_at"),
    Text("应到时间", "due_at"),
    Text("到场时间", "first_arrival"),
    Text("处置时间", "handled_at"),
    Text("复查时间", "rechecked_at"),
    Text("结案时间", "closed_at"),
    Text("队员", "officers"),
    Text("返工次数", "reopened"),
    Text("并入案件", "merged_into"),
)
"""Of an exported table; where a column can be read back it has that column's name."""

EXACT_DIGITS = 15
"""Of a number that Excel keeps: the others of a longer one have become zeros."""


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Headers and rows of cases; times are naive, as Excel has them, and Shanghai's."""

    headers: tuple[Text, ...]
    rows: tuple[tuple[Value, ...], ...]


def cases_to_rows(cases: Iterable[Case]) -> CaseRows:
    """Return cases as rows, in the order given; text is as it was told, and `write_cases` alone writes it to Excel."""
    return CaseRows(HEADERS, tuple(_row(case) for case in cases))


def write_cases(cases: Iterable[Case], language: Language) -> bytes:
    """Return cases as an ``.xlsx`` file in which every text is text: Excel computes none of it (CWE-1236)."""
    table = cases_to_rows(cases)
    book = Workbook()
    page = book.worksheets[0]
    page.title = CASES.title.say(language)
    headers = [header.say(language) for header in table.headers]
    rows = [[_said(value, language) for value in row] for row in table.rows]
    for column, header in enumerate(headers, start=1):
        put(page, 1, column, header).font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            put(page, number, column, value)
    fit_columns(page, headers, rows)
    page.freeze_panes = "C2"
    book.properties.creator = "Wuzao"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read_cases(
    table: Table, system: CoordinateSystem | None = None, communities: Sequence[Community] = ()
) -> tuple[tuple[Report, ...], tuple[Fault, ...]]:
    """Return the reports in a table, those of faulty rows left out, and everything wrong with it.

    Parameters
    ----------
    system
        Where coordinates come from, for rows that do not say so themselves; None: each row has to say it.
    communities
        Whom rows may name, by id or name; without any, ids are taken as they are.

    Returns
    -------
    tuple
        Reports, whose `id` is still to be given; faults, warnings among them.
    """
    faults: list[Fault] = []
    directory = named_directory(((one.id, one.name) for one in communities), COMMUNITIES.title, "unknown_community")
    rows: dict[tuple[Channel, str], int | None] = {}
    found = [_report(record, system, directory, rows) for record in records_of(CASES, table, faults)]
    return tuple(report for report in found if report is not None), tuple(faults)


def _row(case: Case) -> tuple[Value, ...]:
    report = case.report
    moments = (
        report.reported_at,
        case.due_at,
        case.first_arrival,
        case.handled_at,
        case.rechecked_at,
        case.closed_at,
    )
    return (
        case.id,
        report.outside_number,
        CHANNEL_NAMES[report.channel],
        STAGE_NAMES[case.stage],
        None if case.type is None else CATALOGUE[case.type].name,
        None if case.outcome is None else OUTCOME_NAMES[case.outcome],
        report.community_id,
        mask_phones(report.building),
        mask_phones(report.note),
        report.lon,
        report.lat,
        same(WGS84.code),
        *(_local(moment) for moment in moments),
        "、".join(case.officers),
        case.reopened,
        case.merged_into,
    )


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)


def _said(value: Value, language: Language) -> str | int | float | datetime | None:
    return value.say(language) if isinstance(value, Text) else value


def _report(
    record: Record,
    system: CoordinateSystem | None,
    directory: Directory,
    rows: dict[tuple[Channel, str], int | None],
) -> Report | None:
    channel = record.choice("channel", CHANNEL_WORDS, Channel.PLATFORM) if record.has("channel") else Channel.PLATFORM
    number = _outside_number(record, channel, rows)
    kind = record.choice("type", {**TYPE_WORDS}, None) if record.has("type") else None
    reported = record.moment("reported_at")
    place = read_point(record, _system(record, system))
    named = directory.find(record, "community", record.ident("community")) if record.has("community") else None
    building, note = record.text("building", ""), record.text("note", "")
    dissuaded = record.moment("dissuaded_at") if record.has("dissuaded_at") else None
    name, phone = record.text("reporter_name", ""), record.text("reporter_phone", "")
    if record.ok and dissuaded is not None and dissuaded > reported:
        problem = Text("劝阻失败晚于报告", "Dissuasion failed after it was reported")
        record.fault("dissuaded_after_report", "dissuaded_at", problem, Text("核对两个时间", "Check both times"))
    if place is None or not record.ok:
        return None
    return Report("", channel, *place, reported, named, kind, building, note, dissuaded, number, name, phone)


def _outside_number(record: Record, channel: Channel, rows: dict[tuple[Channel, str], int | None]) -> str:
    cell = record.values.get("outside_number")
    if isinstance(cell, int | float) and abs(cell) >= 10**EXACT_DIGITS:
        problem = Text("编号超过 15 位又不是文本,Excel 已把末尾改成 0", "Excel has turned its last digits into zeros")
        mend = Text("把这一列设为文本格式,从来源重新粘贴", "Make the column text and paste it again from its source")
        record.fault("digits_lost", "outside_number", problem, mend)
        return ""
    number = record.ident("outside_number")
    first = rows.setdefault((channel, number), record.row)
    if number and first != record.row:
        problem = Text(f"编号“{number}”与第 {first} 行重复", f"The number '{number}' is already in row {first}")
        record.fault("duplicate_number", "outside_number", problem, Text("删去一行", "Remove one row"))
    return number


def _system(record: Record, usual: CoordinateSystem | None) -> CoordinateSystem | None:
    if not record.has("crs"):
        if usual is None:
            problem = Text("没有写明坐标系", "The coordinate system is not declared")
            record.fault("undeclared_crs", "crs", problem, Text(f"写明坐标系:{ACCEPTED}", f"Declare it: {ACCEPTED}"))
        return usual
    word = record.text("crs")
    try:
        return parse_system(word)
    except ValueError:
        problem = Text(f"不认识坐标系“{word}”", f"'{word}' is no coordinate system known here")
        record.fault("unknown_crs", "crs", problem, Text(f"可填:{ACCEPTED}", f"One of: {ACCEPTED}"))
        return None
