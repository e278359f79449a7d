"""Tables: CSV and Excel as people hand them in."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from geo.cells import as_clock, as_day, as_flag, as_number, as_text, as_whole
from geo.decoding import decode, header_key, normalise
from geo.errors import RefusedError
from geo.tables import Table, parse_csv, read_table, read_workbook


def codes(table: Table) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.row) for fault in table.faults]


def test_rows_are_numbered_as_excel_numbers_them_blank_ones_included() -> None:
    table = parse_csv("编号,姓名\n1,甲\n,\n\n2,乙\n".encode(), "a.csv")
    assert [(row.number, row.cells["编号"]) for row in table.rows] == [(2, "1"), (5, "2")]
    assert table.faults == ()


def test_a_quoted_line_break_does_not_count_as_a_row() -> None:
    table = parse_csv(b'id,note\n1,"one\ntwo"\n2,x\n', "a.csv")
    assert [row.number for row in table.rows] == [2, 3]


def test_a_header_that_appears_twice_is_a_fault_whatever_its_width() -> None:
    assert codes(parse_csv("id,ＩＤ\n1,2\n".encode(), "a.csv")) == [("duplicate_header", 1)]


def test_a_quote_that_never_closes_is_a_fault() -> None:
    assert codes(parse_csv(b'id,name\n1,"x\n', "a.csv")) == [("broken_csv", None)]


def test_semicolons_between_columns_are_a_fault() -> None:
    assert codes(parse_csv(b"id;name\n1;x\n", "a.csv")) == [("separator", 1)]


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=12, max_size=60))
def test_chinese_text_comes_back_from_gbk_or_is_refused(text: str) -> None:
    data = text.encode("gbk")
    try:
        assert decode(data) == text
    except RefusedError:
        data.decode("utf-8")  # refused only where it reads as UTF-8 too


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_chinese_text_comes_back_from_utf8(text: str) -> None:
    assert decode(text.encode()) == text
    assert decode(text.encode("utf-8-sig")) == text


def test_text_damaged_by_an_earlier_conversion_is_refused() -> None:
    with pytest.raises(RefusedError):
        decode("姓\ufffd".encode())


def test_names_are_compared_without_regard_to_width_case_and_spare_spaces() -> None:
    assert normalise(" Ｖ１\u3000\u200b ") == "V1"
    assert header_key("Found On") == header_key("ｆｏｕｎｄ-on") == "found_on"


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("07:30", 27_000),
        ("7:30", 27_000),
        ("０７：３０", 27_000),
        ("24:00", 86_400),
        (time(7, 30), 27_000),
        (0.3125, 27_000),
        (1.0, 86_400),
    ],
)
def test_a_time_of_day_is_read_from_text_cell_or_fraction(cell: str | time | float, seconds: int) -> None:
    assert as_clock(cell) == seconds


@pytest.mark.parametrize("cell", ["24:01", "7点半", "7:60", True, -0.1, 1.5, datetime(2026, 11, 23)])  # noqa: DTZ001  # Excel knows no zones
def test_what_is_no_time_of_day_is_refused(cell: str | bool | float | datetime) -> None:
    with pytest.raises(RefusedError):
        as_clock(cell)


def test_a_date_cell_with_a_time_of_day_is_refused_and_midnight_is_not() -> None:
    assert as_day(datetime(2026, 11, 23)) == date(2026, 11, 23)  # noqa: DTZ001  # Excel knows no zones
    with pytest.raises(RefusedError) as caught:
        as_day(datetime(2026, 11, 23, 14, 5))  # noqa: DTZ001  # Excel knows no zones
    assert caught.value.code == "date_with_time"


@given(st.dates(date(1960, 1, 1), date(2100, 12, 31)))
def test_every_way_of_writing_a_day_gives_that_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for cell in (
        day,
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y年%m月%d日}",
        f"{day:%Y%m%d}",
        serial,
        str(serial),
    ):
        assert as_day(cell) == day


@pytest.mark.parametrize("cell", ["0206-11-23", "2206年11月23日", "19261123", date(2206, 11, 23)])
def test_a_year_that_nobody_means_is_refused(cell: str | date) -> None:
    with pytest.raises(RefusedError, match="年份"):
        as_day(cell)


def test_words_for_yes_and_no_are_read_in_both_languages() -> None:
    assert all(as_flag(word) for word in ("是", "Yes", "TRUE", 1, True))
    assert not any(as_flag(word) for word in ("否", "no", "false", 0, False))


def test_numbers_are_finite_and_whole_ones_whole() -> None:
    assert as_number("１２．５") == 12.5
    assert as_whole(12.0) == 12
    assert as_text(12.0) == "12"
    for cell in ("nan", "1e999", True, date(2026, 1, 1), None):
        with pytest.raises(RefusedError):
            as_number(cell)
    with pytest.raises(RefusedError):
        as_whole(1.5)


def test_an_invisible_control_character_is_refused() -> None:
    with pytest.raises(RefusedError):
        as_text("甲\x07")


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def test_a_formula_without_a_computed_value_is_a_fault(tmp_path: Path) -> None:
    table = read_table(workbook(tmp_path / "a.xlsx", ("编号", "座位"), ("V1", "=2+3")))
    assert codes(table) == [("formula_without_value", 2)]


def test_an_excel_error_is_a_fault(tmp_path: Path) -> None:
    assert codes(read_table(workbook(tmp_path / "a.xlsx", ("编号", "座位"), ("V1", "#N/A")))) == [("excel_error", 2)]


def test_a_stray_cell_in_the_last_row_does_not_cost_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].cell(1_048_576, 16_384, "x")
    book.save(tmp_path / "a.xlsx")
    assert codes(read_table(tmp_path / "a.xlsx")) == [("too_large", None)]


def test_a_workbook_that_unfolds_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as package, package.open("bomb", "w") as part:
        for _ in range(201):
            part.write(bytes(1_000_000))
    assert codes(read_table(tmp_path / "a.xlsx")) == [("too_large", None)]


def test_a_renamed_text_file_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("id,name\n")
    assert codes(read_table(tmp_path / "a.xlsx")) == [("not_a_workbook", None)]


def test_a_zip_that_is_no_workbook_is_said_to_be_damaged(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("hello.txt", "hello")
    assert codes(read_table(tmp_path / "a.xlsx")) == [("broken_workbook", None)]


def test_the_1904_calendar_of_a_workbook_is_followed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(["日期"])
    book.worksheets[0].append([(date(2026, 11, 23) - date(1904, 1, 1)).days])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert as_day(table.rows[0].cells["日期"], table.epoch) == date(2026, 11, 23)


def test_of_several_sheets_the_one_of_the_tables_name_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["x"])
    book.create_sheet("车辆").append(["编号"])
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx", ("vehicles", "车辆")).headers == ("编号",)
    assert codes(read_table(tmp_path / "a.xlsx", ("officers", "队员"))) == [("several_sheets", None)]


def test_an_old_excel_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    table = read_table(tmp_path / "a.xls")
    assert codes(table) == [("file_kind", None)]
    assert ".xlsx" in table.faults[0].mend.zh


def test_every_sheet_of_a_workbook_comes_with_its_own_faults(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "车辆"
    book.worksheets[0].append(["编号"])
    other = book.create_sheet("队员")
    other.append(["编号", "姓名"])
    other.merge_cells("A1:B1")
    data = io.BytesIO()
    book.save(data)
    (tmp_path / "a.xlsx").write_bytes(data.getvalue())
    sheets = read_workbook(tmp_path / "a.xlsx")
    assert codes(sheets["车辆"]) == []
    assert codes(sheets["队员"]) == [("merged_cells", 1)]
    assert sheets["队员"].faults[0].file == "a.xlsx › 队员"


def test_a_damaged_zip_is_a_fault_wherever_it_is_damaged(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", ("编号", "座位"), ("V1", 5)).read_bytes()
    for begin in range(0, len(whole), 97):
        (tmp_path / "b.xlsx").write_bytes(whole[:begin] + b"\xff" * 8 + whole[begin + 8 :])
        table = read_table(tmp_path / "b.xlsx")
        assert table.faults or table.headers == ("编号", "座位")
