"""Cases as tables, to and from platforms outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from api.exchange.case_table import CASES, HEADERS, cases_to_rows, read_cases, write_cases
from casework.calendar import SHANGHAI
from casework.case import Case, Channel, Report
from casework.violation import ViolationType
from geo.cells import Cell, as_moment
from geo.coordinates import GCJ02, WGS84, from_wgs84
from geo.errors import RefusedError
from geo.tables import Table, parse_csv, read_table, table_of
from geo.text import LANGUAGES, Language
from tests.casework.cases import TOLD, closed, merged, put_right, reopened, told
from tests.planner.build import small_squad

SECRET = "138-0000-1234"
HEADER = "outside_number,type,reported_at,lon,lat,crs,community,building,note,reporter_phone"
ROW = "YW-1,flue,2026-11-03 09:00,121.25,31.38,WGS84,C1,3 幢 501,外墙开孔,138-0000-1234"


def csv(*rows: str, header: str = HEADER) -> Table:
    return parse_csv("\n".join((header, *rows)).encode(), "cases.csv")


def changed(old: str, new: str) -> Table:
    assert old in ROW
    return csv(ROW.replace(old, new))


def only_report(table: Table) -> Report:
    reports, faults = read_cases(table)
    assert not faults
    assert len(reports) == 1
    return reports[0]


def codes(table: Table) -> list[tuple[str, int | None, str | None]]:
    reports, faults = read_cases(table)
    assert not reports
    assert all(fault.file == "cases.csv" and fault.mend.zh and fault.mend.en for fault in faults)
    return [(fault.code, fault.row, fault.field) for fault in faults]


def exported(cases: list[Case], folder: Path, language: Language = "zh") -> Path:
    path = folder / "cases.xlsx"
    path.write_bytes(write_cases(cases, language))
    return path


# In.


def test_a_row_is_a_report() -> None:
    assert only_report(csv(ROW)) == Report(
        id="",
        channel=Channel.PLATFORM,
        lon=121.25,
        lat=31.38,
        reported_at=TOLD,
        community_id="C1",
        type=ViolationType.FLUE,
        building="3 幢 501",
        note="外墙开孔",
        outside_number="YW-1",
        reporter_phone=SECRET,
    )


def test_chinese_headers_and_words_are_read_alike() -> None:
    header = "平台案件编号,违法类型,上报时间,经度,纬度,坐标系,小区编号,门牌,问题描述,联系电话"
    row = ROW.replace("flue", "违规排烟道").replace("2026-11-03 09:00", "2026年11月3日9:00").replace("WGS84", "wgs-84")
    assert only_report(csv(row, header=header)) == only_report(csv(ROW))


def test_what_is_not_told_stays_open() -> None:
    header, row = "outside_number,reported_at,lon,lat,crs", "YW-1,2026-11-03 09:00,121.25,31.38,WGS84"
    report = only_report(csv(row, header=header))
    assert (report.type, report.community_id, report.building, report.dissuaded_at) == (None, None, "", None)


def test_coordinates_are_converted_from_the_system_that_is_declared() -> None:
    lon, lat = (float(value) for value in from_wgs84(121.25, 31.38, GCJ02))
    for table in (
        changed("121.25,31.38,WGS84", f"{lon},{lat},GCJ-02"),
        changed("121.25,31.38,WGS84", f"{lon},{lat},火星坐标"),
    ):
        report = only_report(table)
        assert (report.lon, report.lat) == pytest.approx((121.25, 31.38), abs=1e-7)


def test_the_system_may_be_declared_once_for_all_rows() -> None:
    table = changed("WGS84", "")
    assert codes(table) == [("undeclared_crs", 2, "crs")]
    reports, faults = read_cases(table, WGS84)
    assert (len(reports), faults) == (1, ())


def test_a_community_is_named_by_its_id_or_its_name() -> None:
    squad = small_squad()
    for word in ("lake", "Lake"):
        reports, faults = read_cases(changed("C1", word), None, squad.communities)
        assert (reports[0].community_id, faults) == ("lake", ())
    reports, faults = read_cases(csv(ROW), None, squad.communities)
    assert not reports
    assert [(fault.code, fault.field) for fault in faults] == [("unknown_community", "community")]


def test_a_property_company_tells_when_its_dissuasion_failed() -> None:
    header = HEADER + ",channel,dissuaded_at"
    report = only_report(csv(ROW + ",物业上报,2026-11-02 15:30", header=header))
    assert report.channel is Channel.PROPERTY
    assert report.dissuaded_at == datetime(2026, 11, 2, 15, 30, tzinfo=SHANGHAI)
    assert codes(csv(ROW + ",property,2026-11-04 15:30", header=header)) == [
        ("dissuaded_after_report", 2, "dissuaded_at")
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("YW-1", "", ("missing_value", 2, "outside_number")),
        ("flue", "pothole", ("unknown_word", 2, "type")),
        ("2026-11-03 09:00", "", ("missing_value", 2, "reported_at")),
        ("2026-11-03 09:00", "2026-11-03", ("not_a_moment", 2, "reported_at")),
        ("2026-11-03 09:00", "2026-11-31 09:00", ("impossible_date", 2, "reported_at")),
        ("121.25", "", ("missing_value", 2, "lon")),
        ("121.25,31.38", "31.38,121.25", ("swapped_lon_lat", 2, "lon")),
        ("121.25,31.38", "2.35,48.85", ("outside_china", 2, "lon")),
        ("WGS84", "Mars", ("unknown_crs", 2, "crs")),
        ("外墙开孔", "外墙\x01开孔", ("control_character", 2, "note")),
    ],
)
def test_what_is_wrong_with_a_row_is_named(old: str, new: str, fault: tuple[str, int, str]) -> None:
    assert codes(changed(old, new)) == [fault]


def test_every_fault_of_every_row_is_told_and_sound_rows_are_kept() -> None:
    bad = "YW-2,pothole,soon,121.25,31.38,WGS84,C1,,,"
    reports, faults = read_cases(csv(ROW, bad, bad.replace("YW-2", "YW-3")))
    assert [report.outside_number for report in reports] == ["YW-1"]
    assert [(fault.code, fault.row) for fault in faults] == [
        ("unknown_word", 3),
        ("not_a_moment", 3),
        ("unknown_word", 4),
        ("not_a_moment", 4),
    ]


def test_a_missing_column_is_one_fault() -> None:
    header = HEADER.replace("outside_number", "number")
    assert codes(csv(ROW, header=header)) == [("missing_column", 1, "外部编号"), ("unknown_column", 1, "number")]


def test_a_number_given_twice_by_one_source_is_a_fault() -> None:
    reports, faults = read_cases(csv(ROW, ROW))
    assert len(reports) == 1
    assert [(fault.code, fault.row, fault.field) for fault in faults] == [("duplicate_number", 3, "outside_number")]
    header = HEADER + ",channel"
    assert len(read_cases(csv(ROW + ",public", ROW + ",platform", header=header))[0]) == 2


@pytest.mark.parametrize("number", [3.1011420261103e19, 31011420261103000000, 1_000_000_000_000_000])
def test_a_number_whose_last_digits_excel_has_lost_is_a_fault(number: float) -> None:
    cells: list[Cell] = [number, *ROW.split(",")[1:]]
    assert codes(table_of("cases.csv", [HEADER.split(","), cells])) == [("digits_lost", 2, "outside_number")]


def test_a_short_number_and_a_long_one_that_is_text_are_kept() -> None:
    for cell, number in ((310114, "310114"), (310114.0, "310114"), ("31011420261103000007", "31011420261103000007")):
        cells: list[Cell] = [cell, *ROW.split(",")[1:]]
        assert only_report(table_of("cases.csv", [HEADER.split(","), cells])).outside_number == number


# Moments.


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-03 09:00",
        "2026/11/3 9:00:00",
        "2026.11.03 09:00:00.250",
        "2026年11月3日9:00",
        "2026年11月3日 09:00",
        "2026-11-03T09:00:00",
        "２０２６-11-03　09：00",
        datetime(2026, 11, 3, 9, 0, 0, 7),  # noqa: DTZ001 - as Excel gives it
        46329.375,
    ],
)
def test_a_moment_is_understood_however_it_is_written(cell: Cell) -> None:
    assert as_moment(cell) == TOLD.replace(tzinfo=None)


@pytest.mark.parametrize(
    "word", ["2026-11-03T01:00:00Z", "2026-11-03T09:00+08:00", "2026-11-03 09:00 +0800", "2026-11-02T20:00:00-05:00"]
)
def test_a_moment_with_a_zone_keeps_it(word: str) -> None:
    assert as_moment(word) == TOLD
    assert only_report(changed("2026-11-03 09:00", word)).reported_at == TOLD


def test_midnight_may_be_the_end_of_a_day() -> None:
    assert as_moment("2026-11-03 24:00") == as_moment("2026-11-04 00:00")


def test_serials_of_another_epoch_are_read_by_it() -> None:
    assert as_moment(46329.375 - 1462, date(1904, 1, 1)) == TOLD.replace(tzinfo=None)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-03",
        "09:00",
        "2026-11-0309:00",
        "11/03/2026 09:00",
        "2026-11-03 25:00",
        "2026-11-03 09:60",
        "0206-11-03 09:00",
        "2026-11-03 09:00+99:00",
        date(2026, 11, 3),
        46329,
        46329.0,
        True,
        None,
        datetime(1900, 1, 1, 9, tzinfo=UTC),
    ],
)
def test_what_is_no_moment_is_refused(cell: Cell) -> None:
    with pytest.raises(RefusedError):
        as_moment(cell)


# Out.


def test_a_case_is_a_row_with_times_in_shanghai() -> None:
    case = closed("20261103-00001", at=TOLD.astimezone(UTC), outside_number="YW-1")
    table = cases_to_rows([case])
    assert table.headers == HEADERS
    row = {header.en: value for header, value in zip(table.headers, table.rows[0], strict=True)}
    assert (row["case"], row["outside_number"], row["crs"].zh) == ("20261103-00001", "YW-1", "WGS84")  # type: ignore[union-attr]  # a Text there
    assert row["reported_at"] == TOLD.replace(tzinfo=None)
    assert row["due_at"] == (TOLD + timedelta(hours=2)).replace(tzinfo=None)
    assert (row["officers"], row["reopened"], row["merged_into"]) == ("o1、o2", 0, None)


def test_what_can_be_read_back_bears_the_name_that_is_read() -> None:
    names = {header.en: header.zh for header in HEADERS}
    kept = [column for column in CASES.columns if not column.name.startswith(("reporter", "dissuaded"))]
    assert all(names[column.name] in column.zh for column in kept)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exported_table_can_be_read_again(language: Language, tmp_path: Path) -> None:
    cases = [
        put_right("1", outside_number="YW-1", note="外墙", building="3 幢 501"),
        told("2", Channel.PLATFORM, outside_number="31011420261103000007", type=None, community_id=None),
        reopened("3", Channel.PUBLIC, outside_number="YW-3"),
        merged("4", "3", outside_number="YW-4"),
    ]
    reports, faults = read_cases(read_table(exported(cases, tmp_path, language)))
    assert reports == tuple(replace(case.report, id="") for case in cases)
    assert {(fault.code, fault.level) for fault in faults} == {("unknown_column", "warning")}


def test_nothing_personal_goes_out(tmp_path: Path) -> None:
    case = told("1", note=f"打 {SECRET}", building=f"3 幢 {SECRET}", reporter_name="举报人", reporter_phone=SECRET)
    book = openpyxl.load_workbook(exported([case], tmp_path))
    words = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    assert SECRET not in words
    assert "举报人" not in words
    assert "138…34" in words


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r="])
def test_excel_computes_no_text(sign: str, tmp_path: Path) -> None:
    hostile = f'{sign}HYPERLINK("https://example.invalid","x")'
    case = told(hostile, note=hostile, building=hostile, outside_number=hostile, community_id=hostile)
    book = openpyxl.load_workbook(exported([case], tmp_path))
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=2) for cell in row if "HYPERLINK" in str(cell.value)]
    assert len(cells) == 5
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_no_cases_are_a_table_all_the_same(tmp_path: Path) -> None:
    assert [str(cell.value) for cell in openpyxl.load_workbook(exported([], tmp_path)).worksheets[0][1]] == [
        header.zh for header in HEADERS
    ]
