"""Excel, iCalendar and GeoPackage of a small plan made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import openpyxl
import pyogrio
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from api.agenda import appointments
from api.exchange.calendars import officer_calendar
from api.exchange.geopackage import LAYERS, write_geopackage
from api.exchange.plan_xlsx import write_workbook
from geo.text import Language, Text
from planner.squad import Squad
from planner.week import MissedVisit, WeeklyPlan, WeeklyProblem
from tests.planner.build import small_plan, small_problem, small_squad

SECRET = "138-0000-1234"


@pytest.fixture
def squad() -> Squad:
    made = small_squad()
    return replace(
        made,
        violations=tuple(replace(v, reporter_phone=SECRET, note=f"打 {SECRET}") for v in made.violations),
        partners=tuple(replace(p, phone=SECRET) for p in made.partners),
    )


@pytest.fixture
def problem(squad: Squad) -> WeeklyProblem:
    return small_problem(squad)


@pytest.fixture
def plan(problem: WeeklyProblem) -> WeeklyPlan:
    return small_plan(problem)


def sheets_of(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, path: Path, language: Language = "zh"
) -> dict[str, Worksheet]:
    write_workbook(problem, plan, squad, path, language)
    book = openpyxl.load_workbook(path)
    return {sheet.title: sheet for sheet in book.worksheets}


def words_of(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_workbook_has_a_sheet_for_each_question_a_leader_asks(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    sheets = sheets_of(problem, plan, squad, tmp_path / "plan.xlsx")
    assert list(sheets) == ["周表", "走访清单", "队员清单", "未排入", "应做事项"]
    assert [cell.value for cell in sheets["周表"][3]][:2] == ["班次", "周一 11-23"]


def test_every_stop_is_one_row_of_the_visit_list(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    sheet = sheets_of(problem, plan, squad, tmp_path / "plan.xlsx")["走访清单"]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    made = appointments(problem, plan)
    assert len(rows) == len(made) > 0
    assert [row[3] for row in rows] == [f"{row.begin:%H:%M}" for row in made]
    assert [row[5] for row in rows] == [row.community.name for row in made]


def test_the_week_sheet_names_each_stop_on_its_day(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    sheet = sheets_of(problem, plan, squad, tmp_path / "plan.xlsx")["周表"]
    for row in appointments(problem, plan):
        column = [str(cell.value or "") for cell in sheet[openpyxl.utils.get_column_letter(row.route.day + 2)]]
        assert any(row.community.name in cell and f"{row.begin:%H:%M}" in cell for cell in column)


def test_the_week_sheet_says_when_a_crew_leaves_rests_and_is_back(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    words = words_of(sheets_of(problem, plan, squad, tmp_path / "plan.xlsx")["周表"])
    for route in plan.routes:
        assert route.rest is not None
        out, rest, back = (f"{problem.week.instant(s):%H:%M}" for s in (route.depart, route.rest.begin, route.back))
        assert any(f"{out} 出队" in cell and f"{rest}-" in cell and f"{back} 归队" in cell for cell in words)


def test_the_week_sheet_tells_a_day_in_order_of_time_and_cuts_no_line_off(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    first = plan.routes[0]
    assert first.rest is not None
    late = replace(first, rest=replace(first.rest, begin=first.back + 60, end=first.back + 1860))
    changed = replace(plan, routes=(late, *plan.routes[1:]))
    sheet = sheets_of(problem, changed, squad, tmp_path / "plan.xlsx")["周表"]
    lines = str(sheet["B4"].value).split("\n")
    assert lines[-2].endswith("归队")
    assert lines[-1].endswith("休息")
    assert [line[:5] for line in lines[1:]] == sorted(line[:5] for line in lines[1:])
    assert (sheet.row_dimensions[4].height or 0) >= 16.5 * len(lines), "a line of Noto Sans CJK at 11 points"


def test_a_missed_visit_stands_in_the_workbook_with_its_reasons(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    left_out = problem.visits[0]
    reason, way = Text("物业只能周四来", "Thursday only"), Text("请物业周五来:就排得上", "Ask for Friday")
    missed = replace(plan, missed=(MissedVisit(left_out.id, (reason,), (way,)),))
    sheet = sheets_of(problem, missed, squad, tmp_path / "plan.xlsx")["未排入"]
    assert "物业只能周四来" in words_of(sheet)
    assert "请物业周五来:就排得上" in words_of(sheet)
    assert problem.communities[left_out.community_id].name in words_of(sheet)


def test_what_was_due_is_counted_against_what_is_placed(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    sheet = sheets_of(problem, plan, squad, tmp_path / "plan.xlsx")["应做事项"]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    due, placed = (sum(int(str(row[column])) for row in rows) for column in (3, 4))
    assert due == len(problem.visits)
    assert placed == len(appointments(problem, plan))


def test_headers_stay_in_sight_and_the_sheet_prints_on_a4_across(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    for sheet in sheets_of(problem, plan, squad, tmp_path / "plan.xlsx").values():
        assert sheet.freeze_panes in {"A4", "B4"}
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.print_title_rows == "$3:$3"


def test_columns_are_as_wide_as_their_chinese(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    sheet = sheets_of(problem, plan, squad, tmp_path / "plan.xlsx")["走访清单"]
    assert sheet.column_dimensions["M"].width >= 2 * len("可中断")
    assert sheet.column_dimensions["N"].width <= 60


def test_english_headers_come_with_english(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    sheets = sheets_of(problem, plan, squad, tmp_path / "plan.xlsx", "en")
    assert list(sheets) == ["Week", "Visits", "Officers", "Left out", "Obligations"]
    assert sheets["Visits"]["A3"].value == "Date"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_name_that_begins_like_a_formula_is_written_as_text(sign: str, tmp_path: Path) -> None:
    hostile = f'{sign}HYPERLINK("http://example.invalid","x")'
    made = small_squad()
    squad = replace(made, communities=tuple(replace(c, name=hostile) for c in made.communities))
    problem = small_problem(squad)
    sheets = sheets_of(problem, small_plan(problem), squad, tmp_path / "plan.xlsx")
    cells = [cell for row in sheets["走访清单"].iter_rows() for cell in row if cell.value == hostile]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_control_characters_in_a_note_do_not_break_the_workbook(tmp_path: Path) -> None:
    made = small_squad()
    squad = replace(made, communities=tuple(replace(c, name=f"湖\x00畔\x0b{c.id}") for c in made.communities))
    problem = small_problem(squad)
    sheets = sheets_of(problem, small_plan(problem), squad, tmp_path / "plan.xlsx")
    assert any("湖畔" in word for word in words_of(sheets["走访清单"]))


def events_of(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, officer: str) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(officer_calendar(problem, plan, squad, officer, "zh"))
    return [event for event in calendar.walk("VEVENT") if isinstance(event, icalendar.Event)]


def test_an_officer_s_calendar_holds_the_visits_of_that_officer_s_crews(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    for officer in problem.officers:
        mine = [
            row
            for row in appointments(problem, plan)
            if officer in (*row.route.crew.officers, *row.route.crew.auxiliaries)
        ]
        events = events_of(problem, plan, squad, officer)
        assert [event.start for event in events] == [row.begin for row in mine]
        assert [event.end for event in events] == [row.end for row in mine]


def test_calendar_times_are_shanghai_s_and_the_file_explains_that_zone(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    written = officer_calendar(problem, plan, squad, "o1", "zh").decode()
    assert "BEGIN:VTIMEZONE" in written
    assert "TZID:Asia/Shanghai" in written
    assert "DTSTART;TZID=Asia/Shanghai:202611" in written
    assert "TZOFFSETTO:+0800" in written


def test_an_event_keeps_its_name_when_the_visit_moves(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    first = plan.routes[0]
    stops = tuple(replace(stop, begin=stop.begin + 60, end=stop.end + 60) for stop in first.stops)
    moved = replace(plan, routes=(replace(first, stops=stops), *plan.routes[1:]))
    before, after = (
        {str(e["uid"]): e.start for e in events_of(problem, p, squad, first.crew.lead)} for p in (plan, moved)
    )
    assert set(before) == set(after)
    assert before != after


def test_calendars_depend_on_no_clock(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    assert officer_calendar(problem, plan, squad, "o1", "zh") == officer_calendar(problem, plan, squad, "o1", "zh")
    stamps = {event.DTSTAMP for event in events_of(problem, plan, squad, "o1")}
    assert stamps == {datetime(2026, 11, 23, tzinfo=UTC)}


def test_an_event_says_where_it_is_and_what_to_check(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    rows = {f"{problem.week}-{row.visit.id}@{squad.id}.wuzao": row for row in appointments(problem, plan)}
    seen = 0
    for officer in problem.officers:
        for event in events_of(problem, plan, squad, officer):
            row = rows[str(event["uid"])]
            assert row.community.name in str(event["location"])
            assert event["geo"].to_ical() == f"{row.gate.lat};{row.gate.lon}"
            assert all(item.zh in str(event["description"]) for item in row.visit.checklist)
            seen += len(row.visit.checklist)
    assert seen > 0


def test_a_calendar_gives_away_nobody_s_telephone(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    for officer in problem.officers:
        unfolded = officer_calendar(problem, plan, squad, officer, "zh").replace(b"\r\n ", b"").decode()
        assert SECRET not in unfolded


def test_the_geopackage_has_all_five_layers_in_wgs84(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    path = tmp_path / "plan.gpkg"
    write_geopackage(problem, plan, squad, path)
    assert {name for name, _ in pyogrio.list_layers(path)} == set(LAYERS)
    counts = {name: pyogrio.read_info(path, layer=name)["features"] for name in LAYERS}
    assert counts == {
        "communities": len(squad.communities),
        "gates": 1 + sum(len(c.gates) for c in squad.communities),
        "stops": len(appointments(problem, plan)),
        "legs": sum(len(route.legs) for route in plan.routes),
        "violations": len(squad.violations),
    }
    assert {pyogrio.read_info(path, layer=name)["crs"] for name in LAYERS} == {"EPSG:4326"}


def test_stops_in_the_geopackage_lie_at_their_gates(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    path = tmp_path / "plan.gpkg"
    write_geopackage(problem, plan, squad, path)
    frame = pyogrio.read_dataframe(path, layer="stops")
    for found, row in zip(frame.itertuples(), appointments(problem, plan), strict=True):
        assert (found.geometry.x, found.geometry.y) == (row.gate.lon, row.gate.lat)
        assert datetime.fromisoformat(str(found.begin)) == row.begin


def test_the_geopackage_holds_no_personal_data_of_reporters(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    path = tmp_path / "plan.gpkg"
    write_geopackage(problem, plan, squad, path)
    assert SECRET.encode() not in path.read_bytes()
    assert not {"note", "reporter_phone", "building"} & set(pyogrio.read_info(path, layer="violations")["fields"])


def test_the_same_plan_makes_the_same_geopackage(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(problem, plan, squad, tmp_path / name)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_an_empty_plan_can_be_exported_too(problem: WeeklyProblem, squad: Squad, tmp_path: Path) -> None:
    nothing = replace(small_plan(problem), routes=())
    write_geopackage(problem, nothing, replace(squad, violations=()), tmp_path / "plan.gpkg")
    assert pyogrio.read_info(tmp_path / "plan.gpkg", layer="stops")["features"] == 0
    assert len(sheets_of(problem, nothing, squad, tmp_path / "plan.xlsx")) == 5
    assert events_of(problem, nothing, squad, "o1") == []


def test_days_in_the_sheets_are_the_week_s_own(problem: WeeklyProblem, plan: WeeklyPlan) -> None:
    assert {row.day for row in appointments(problem, plan)} <= {date(2026, 11, day) for day in range(23, 30)}
