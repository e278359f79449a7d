"""What squads hand in and how it is said to them: the whole report, places, files and encodings."""

from __future__ import annotations

import re
from pathlib import Path

import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.exchange.squad_files import load_squad as load
from api.prepare import prepare
from geo.errors import InputError
from planner.policy import MINUTE
from planner.week import Week
from tests.handed_in import altered, faults, only_fault, only_warning, polygon
from tests.town import SQUAD, communities, geojson, square, town_files, write_town

# The good town.


def test_the_good_town_has_neither_faults_nor_warnings(tmp_path: Path) -> None:
    loaded = load(write_town(tmp_path))
    assert loaded.warnings == ()
    assert [estate.id for estate in loaded.squad.communities] == ["C1", "C2", "C3"]
    assert [violation.community_id for violation in loaded.squad.violations] == ["C1", "C2", "C3"]
    assert loaded.squad.communities[0].main_gate.name == "甲苑东门"
    assert loaded.squad.policy.breaks["middle"].latest == 18 * 3600 + 15 * MINUTE


def test_all_faults_of_all_files_come_in_one_report(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path,
        squad=('hotline = "021-5555-0100"', 'hotlin = "021-5555-0100"'),
        communities=altered(1, phase="peek"),
        gates=("121.242,31.371", "121.242,NaN"),
        officers=("02,队员02,yes", "02,队员02,maybe"),
        shifts=("01,2026-11-24,early", "09,2026-11-24,early"),
        partners=("周三 14:00-16:30", "周三 16:30-14:00"),
        vehicles=("car,5", "truck,5"),
        violations=("2026-11-10,2026-11-18", "2026-11-10,2026-02-30"),
    )
    assert {(fault.code, fault.file, fault.row) for fault in faults(folder)} == {
        ("unknown_key", "squad.toml", None),
        ("unknown_word", "communities.geojson", 2),
        ("not_a_number", "gates.csv", 2),
        ("not_yes_or_no", "officers.csv", 3),
        ("unknown_officer", "shifts.csv", 6),
        ("closes_before_opening", "partners.csv", 4),
        ("unknown_word", "vehicles.csv", 2),
        ("impossible_date", "violations.csv", 3),
    }


def test_a_fault_reads_as_a_sentence_with_its_remedy_in_both_languages(tmp_path: Path) -> None:
    (fault,) = faults(write_town(tmp_path, officers=("04,队员04,yes", "04,队员04,也许")))
    assert fault.say("zh") == "officers.csv 第 5 行 [certified]: “也许”既不是“是”也不是“否” → 填写“是”或“否”"
    assert fault.say("en") == "officers.csv row 5 [certified]: '也许' is neither yes nor no → Write yes or no"


# Coordinate systems.


def test_an_undeclared_coordinate_system_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=('file = "gates.csv"\ncrs = "WGS84"', 'file = "gates.csv"'))
    assert only_fault(folder) == ("undeclared_crs", "squad.toml", None, "layers.gates.crs")


def test_one_declaration_may_serve_all_layers(tmp_path: Path) -> None:
    squad = 'crs = "WGS84"\n' + SQUAD.replace('crs = "WGS84"\n', "")
    assert load(write_town(tmp_path, squad=squad)).squad == load(write_town(tmp_path / "other")).squad


def test_an_unknown_coordinate_system_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=('file = "gates.csv"\ncrs = "WGS84"', 'file = "gates.csv"\ncrs = "上海城建"'))
    assert only_fault(folder) == ("unknown_crs", "squad.toml", None, "layers.gates.crs")


def test_a_layer_that_contradicts_the_declared_system_is_a_fault(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    folder = write_town(tmp_path, communities=geojson(communities(), crs=crs))
    assert only_fault(folder) == ("crs_contradiction", "communities.geojson", None, "crs")


def test_a_layer_that_repeats_the_declared_system_is_in_order(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert load(write_town(tmp_path, communities=geojson(communities(), crs=crs))).warnings == ()


def test_a_gcj02_layer_that_a_program_labelled_wgs84_is_a_warning(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    declared = ('"communities.geojson"\ncrs = "WGS84"', '"communities.geojson"\ncrs = "GCJ-02"')
    loaded = load(write_town(tmp_path, squad=declared, communities=geojson(communities(), crs=crs)))
    assert "crs_contradiction" in {fault.code for fault in loaded.warnings}


def test_gates_in_gcj02_declared_as_wgs84_show_up_as_far_from_their_boundaries(tmp_path: Path) -> None:
    gates = town_files()["gates.csv"]
    for lon, moved in (("121.242", "121.2465"), ("121.241", "121.2455"), ("121.250", "121.2545")):
        gates = gates.replace(lon, moved)
    loaded = load(write_town(tmp_path, gates=gates))
    assert {fault.code for fault in loaded.warnings} == {"gate_far_away"}
    assert {fault.row for fault in loaded.warnings} == {1, 2, 3}


def test_points_that_fall_outside_china_are_faults(tmp_path: Path) -> None:
    folder = write_town(tmp_path, gates=("121.250,31.371", "2.350,48.850"))
    assert only_fault(folder) == ("outside_china", "gates.csv", 4, "lon")


def test_degrees_declared_as_a_projected_system_fall_outside_china(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=('file = "gates.csv"\ncrs = "WGS84"', 'file = "gates.csv"\ncrs = "EPSG:4549"'))
    assert {(fault.code, fault.file) for fault in faults(folder)} == {("outside_china", "gates.csv")}


def test_swapped_longitude_and_latitude_are_named_as_such(tmp_path: Path) -> None:
    folder = write_town(tmp_path, violations=("121.2510,31.3710", "31.3710,121.2510"))
    assert only_fault(folder) == ("swapped_lon_lat", "violations.csv", 3, "lon")


def test_a_boundary_with_swapped_coordinates_is_named_as_such(tmp_path: Path) -> None:
    turned = {"type": "Polygon", "coordinates": square((31.37, 121.24))}
    folder = write_town(tmp_path, communities=altered(0, turned))
    assert only_fault(folder) == ("swapped_lon_lat", "communities.geojson", 1, "geometry")


def test_metres_given_as_degrees_are_named_as_such(tmp_path: Path) -> None:
    folder = write_town(tmp_path, gates=("121.250,31.371", "618812.4,3472105.9"))
    assert only_fault(folder) == ("metres_as_degrees", "gates.csv", 4, "lon")


def test_a_boundary_in_metres_declared_as_degrees_is_named_as_such(tmp_path: Path) -> None:
    metres = {"type": "Polygon", "coordinates": square((618_812.0, 3_472_105.0), 200)}
    folder = write_town(tmp_path, communities=altered(2, metres))
    assert only_fault(folder) == ("metres_as_degrees", "communities.geojson", 3, "geometry")


# Boundaries.


def test_a_bow_tie_is_a_fault_that_names_where_it_crosses(tmp_path: Path) -> None:
    bow_tie = polygon((121.24, 31.37), (121.242, 31.372), (121.242, 31.37), (121.24, 31.372), (121.24, 31.37))
    (fault,) = faults(write_town(tmp_path, communities=altered(0, bow_tie)))
    assert (fault.code, fault.row, fault.field) == ("invalid_geometry", 1, "geometry")
    assert fault.problem.zh == "边界自相交,位置在 (121.241, 31.371)"
    assert fault.problem.en == "The boundary crosses itself, at (121.241, 31.371)"


def test_a_community_without_a_geometry_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, communities=altered(0, None))
    assert only_fault(folder) == ("null_geometry", "communities.geojson", 1, "geometry")


def test_an_empty_geometry_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, communities=altered(1, {"type": "Polygon", "coordinates": []}))
    assert only_fault(folder) == ("empty_geometry", "communities.geojson", 2, "geometry")


def test_a_point_is_no_boundary(tmp_path: Path) -> None:
    folder = write_town(tmp_path, communities=altered(1, {"type": "Point", "coordinates": [121.25, 31.37]}))
    assert only_fault(folder) == ("broken_geometry", "communities.geojson", 2, "geometry")


def test_overlapping_boundaries_are_a_warning_with_their_area(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path, communities=altered(2, {"type": "Polygon", "coordinates": square((121.24, 31.3715), 0.01)})
    )
    warnings = {fault.code: fault for fault in load(folder).warnings}
    overlap = warnings["overlapping_boundaries"]
    assert (overlap.file, overlap.row) == ("communities.geojson", 3)
    metres = re.fullmatch(r"The boundaries of C3 and C1 overlap by (\d+) m²", overlap.problem.en)
    # 0.002° of 95,150 m by 0.0005° of 110,870 m: the lengths of a degree at 31.37° north on the ellipsoid.
    assert metres is not None
    assert float(metres[1]) == pytest.approx(0.002 * 95_150 * 0.0005 * 110_870, rel=0.002)


# Gates and violations.


def test_a_gate_far_from_its_boundary_is_a_warning_in_metres(tmp_path: Path) -> None:
    folder = write_town(tmp_path, gates=("121.250,31.371", "121.248,31.371"))
    assert only_warning(folder) == ("gate_far_away", "communities.geojson", 2, "id")
    assert load(folder).warnings[0].problem.en == "The gate '乙苑西门' is 190 m from the boundary"


def test_a_community_without_gates_is_a_fault(tmp_path: Path) -> None:
    kept = [line for line in town_files()["gates.csv"].splitlines() if not line.startswith("C2")]
    folder = write_town(tmp_path, gates="\n".join(kept) + "\n")
    assert only_fault(folder) == ("no_gate", "communities.geojson", 2, "id")


def test_two_main_gates_of_one_community_are_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, gates=("31.370,no", "31.370,yes"))
    assert only_fault(folder) == ("two_main_gates", "gates.csv", 3, "main")


def test_a_violation_outside_every_boundary_is_kept_with_a_warning(tmp_path: Path) -> None:
    folder = write_town(tmp_path, violations=("121.2510,31.3710", "121.2610,31.3710"))
    assert only_warning(folder) == ("outside_every_boundary", "violations.csv", 3, "lon")
    assert load(folder).squad.violations[1].community_id is None


def test_a_violation_whose_community_contradicts_its_place_keeps_the_one_named(tmp_path: Path) -> None:
    folder = write_town(tmp_path, violations=("2026-11-17,,C1", "2026-11-17,,C2"))
    assert only_warning(folder) == ("place_contradicts_community", "violations.csv", 2, "community")
    assert load(folder).squad.violations[0].community_id == "C2"


def test_a_violation_handled_before_it_was_found_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, violations=("2026-11-09,2026-11-17", "2026-11-09,2026-11-07"))
    assert only_fault(folder) == ("handled_before_found", "violations.csv", 2, "handled_on")


def test_a_violation_rechecked_but_never_handled_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, violations=("2026-11-09,2026-11-17,,", "2026-11-09,,2026-11-17,"))
    assert only_fault(folder) == ("rechecked_before_handled", "violations.csv", 2, "rechecked_on")


def test_an_unknown_violation_type_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    (fault,) = faults(write_town(tmp_path, violations=("W1,flue", "W1,烟囱")))
    assert (fault.code, fault.row, fault.field) == ("unknown_word", 2, "type")
    assert "违法搭建" in fault.mend.zh


def test_an_unknown_phase_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, communities=altered(0, phase="装修中"))
    assert only_fault(folder) == ("unknown_word", "communities.geojson", 1, "phase")


def test_chinese_words_for_phase_source_and_type_are_understood(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path,
        communities=altered(0, phase="集中装修期", geometry_source="示意"),
        violations=("W1,flue", "W1,违规排烟道"),
    )
    assert load(folder).squad == load(write_town(tmp_path / "other")).squad


# Roads.


def road_file(path: Path, lon: float, lat: float) -> None:
    with osmium.SimpleWriter(path) as writer:
        for node in range(4):
            place = (lon + 0.001 * (node % 2), lat + 0.001 * (node // 2))
            writer.add_node(osmium.osm.mutable.Node(id=node + 1, location=place))
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2, 4, 3, 1], tags={"highway": "residential"}))


def with_roads(folder: Path) -> Path:
    return write_town(folder, squad=SQUAD + '\n[roads]\nfile = "roads.osm.pbf"\n')


def test_roads_that_do_not_reach_the_gates_are_faults_that_name_each_gate(tmp_path: Path) -> None:
    road_file(tmp_path / "roads.osm.pbf", 121.3, 31.4)
    squad = load(with_roads(tmp_path)).squad
    with pytest.raises(InputError) as caught:
        prepare(squad, Week.parse("2026-W48"), None)
    assert {fault.code for fault in caught.value.faults} == {"roads_do_not_reach"}
    for gate in ("甲苑东门", "甲苑南门", "乙苑西门", "丙苑南门"):
        assert any(gate in fault.problem.zh for fault in caught.value.faults)


def test_a_road_file_that_breaks_off_is_a_fault(tmp_path: Path) -> None:
    road_file(tmp_path / "whole.osm.pbf", 121.24, 31.37)
    folder = with_roads(tmp_path / "town")
    (folder / "roads.osm.pbf").write_bytes((tmp_path / "whole.osm.pbf").read_bytes()[:120])
    squad = load(folder).squad
    with pytest.raises(InputError) as caught:
        prepare(squad, Week.parse("2026-W48"), None)
    assert [(fault.code, fault.file) for fault in caught.value.faults] == [("roads_unusable", "roads.osm.pbf")]


# Whatever else.

WORDS = ("", "NaN", "-1", "1e400", "=1", '"', "\n", ",", ";", "：", "25:61", "\0", "\ufeff", "null", "[", "}", "\x07")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_a_fault_or_a_squad_and_never_a_crash(tmp_path: Path, data: st.DataObject) -> None:
    files = town_files()
    name = data.draw(st.sampled_from(sorted(files)))
    begin = data.draw(st.integers(0, len(files[name])))
    end = begin + data.draw(st.sampled_from([0, 1, 3, 10, 40]))
    text = files[name][:begin] + data.draw(st.sampled_from(WORDS)) + files[name][end:]
    folder = write_town(tmp_path, **{name.split(".")[0]: text.encode(data.draw(st.sampled_from(["utf-8", "gb18030"])))})
    try:
        found = load(folder).warnings
    except InputError as error:
        found = error.faults
    assert all(fault.say("zh") != fault.say("en") for fault in found)
