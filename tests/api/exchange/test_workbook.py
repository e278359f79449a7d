"""A squad as a workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely
from openpyxl import load_workbook

from api.exchange.squad_files import load_squad
from api.exchange.workbook import write_workbook
from casework.obligation import VisitKind
from geo.community import Boundary
from geo.errors import InputError
from planner.officer import VehicleKind
from planner.partner import PartnerKind
from planner.policy import VisitPolicy
from planner.squad import Squad
from tests.town import write_town


def town(folder: Path) -> Squad:
    return load_squad(write_town(folder / "town")).squad


def test_a_squad_written_as_a_workbook_reads_back_the_same(tmp_path: Path) -> None:
    squad = town(tmp_path)
    write_workbook(squad, tmp_path / "小镇.xlsx")
    loaded = load_squad(tmp_path / "小镇.xlsx")
    assert loaded.squad == squad
    assert loaded.warnings == ()


def test_who_may_drive_what_survives_the_workbook(tmp_path: Path) -> None:
    squad = town(tmp_path)
    drives = (frozenset[VehicleKind](), frozenset({VehicleKind.CAR}), frozenset({VehicleKind.EBIKE}))
    some = tuple(replace(officer, drives=kinds) for officer, kinds in zip(squad.officers, drives, strict=False))
    squad = replace(squad, officers=(*some, *squad.officers[3:]))
    write_workbook(squad, tmp_path / "town.xlsx")
    assert [cell.value for cell in load_workbook(tmp_path / "town.xlsx")["队员"]["E"]] == [
        *("可驾驶", "无", "汽车", "电动车", None)
    ]
    assert load_squad(tmp_path / "town.xlsx").squad == squad


def test_a_changed_policy_a_calendar_and_a_road_file_survive_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "roads.osm.pbf").write_bytes(b"\0\0\0\x0d\x0a\x09OSMHeader")
    squad = town(tmp_path)
    joint = VisitPolicy(90 * 60, (PartnerKind.PROPERTY,), breakable=True, wrap_up=150, missed=3600)
    policy = replace(
        squad.policy,
        joint_per_week=3,
        travel_buffer=45,
        max_patrol_hours_per_day=7 * 3600 + 1800,
        max_patrol_hours_per_week=12 * 3600 + 360,
        rest_between_days=9 * 3600,
        visits={**squad.policy.visits, VisitKind.JOINT: joint},
        breaks={**squad.policy.breaks, "early": replace(squad.policy.breaks["early"], breakable=False, wrap_up=0)},
        response=replace(squad.policy.response, limit=5400, certified_bands=("late", "middle")),
        prices=replace(squad.policy.prices, outing=60),
    )
    squad = replace(
        squad,
        policy=policy,
        roads=(tmp_path / "roads.osm.pbf").resolve(),
        day_off=(date(2026, 11, 25), date(2026, 11, 26)),
        day_on=(date(2026, 11, 28),),
    )
    write_workbook(squad, tmp_path / "town.xlsx")
    assert load_squad(tmp_path / "town.xlsx").squad == squad


def test_a_name_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    squad = town(tmp_path)
    squad = replace(squad, officers=(replace(squad.officers[0], name="=1+1"), *squad.officers[1:]))
    write_workbook(squad, tmp_path / "town.xlsx")
    assert load_workbook(tmp_path / "town.xlsx")["队员"]["B2"].data_type == "s"
    assert load_squad(tmp_path / "town.xlsx").squad == squad


def test_a_boundary_longer_than_an_excel_cell_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    squad = town(tmp_path)
    round_one = shapely.Point(121.241, 31.371).buffer(0.001, quad_segs=500)
    estate = replace(squad.communities[0], boundary=Boundary(round_one, squad.communities[0].boundary.source))
    with pytest.raises(InputError) as caught:
        write_workbook(replace(squad, communities=(estate, *squad.communities[1:])), tmp_path / "town.xlsx")
    assert [(fault.code, fault.row) for fault in caught.value.faults] == [("boundary_too_long", 2)]
    assert not (tmp_path / "town.xlsx").exists()


def test_sheets_and_headers_may_be_english(tmp_path: Path) -> None:
    squad = town(tmp_path)
    write_workbook(squad, tmp_path / "town.xlsx")
    book = load_workbook(tmp_path / "town.xlsx")
    book["队员"].title = "Officers"
    for cell, header in zip(book["Officers"][1], ("ID", "Name", "Certified", "Phone", "Drives"), strict=True):
        cell.value = header
    book.save(tmp_path / "english.xlsx")
    assert load_squad(tmp_path / "english.xlsx").squad == squad


def faults_of(path: Path) -> set[tuple[str, str, int | None]]:
    with pytest.raises(InputError) as caught:
        load_squad(path)
    found = caught.value.faults
    return {(fault.code, fault.file.removeprefix(path.name).removeprefix(" › "), fault.row) for fault in found}


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    write_workbook(town(tmp_path), tmp_path / "town.xlsx")
    book = load_workbook(tmp_path / "town.xlsx")
    del book["车辆"]
    book.save(tmp_path / "town.xlsx")
    assert faults_of(tmp_path / "town.xlsx") == {("missing_sheet", "", None)}


def test_a_sheet_nobody_knows_is_a_warning(tmp_path: Path) -> None:
    write_workbook(town(tmp_path), tmp_path / "town.xlsx")
    book = load_workbook(tmp_path / "town.xlsx")
    book.create_sheet("备忘").append(["随便写写"])
    book.save(tmp_path / "town.xlsx")
    assert [fault.code for fault in load_squad(tmp_path / "town.xlsx").warnings] == ["unknown_sheet"]


def test_a_setting_given_twice_and_one_nobody_knows_are_named_with_their_rows(tmp_path: Path) -> None:
    write_workbook(town(tmp_path), tmp_path / "town.xlsx")
    book = load_workbook(tmp_path / "town.xlsx")
    last = book["中队"].max_row
    book["中队"].append(["name", "另一个中队"])
    book["中队"].append(["hotlin", "021-5555-0100"])
    book.save(tmp_path / "town.xlsx")
    assert faults_of(tmp_path / "town.xlsx") == {
        ("duplicate_key", "中队", last + 1),
        ("unknown_key", "中队", last + 2),
    }


def test_broken_well_known_text_is_named_with_its_row(tmp_path: Path) -> None:
    write_workbook(town(tmp_path), tmp_path / "town.xlsx")
    book = load_workbook(tmp_path / "town.xlsx")
    book["小区"]["L3"].value = "POLYGON ((121.2 31.3, 121"
    book.save(tmp_path / "town.xlsx")
    assert ("broken_geometry", "小区", 3) in faults_of(tmp_path / "town.xlsx")
