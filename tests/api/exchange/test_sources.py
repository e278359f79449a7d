"""Files, encodings, dates and settings as squads hand them in."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from api.exchange.squad_files import load_squad as load
from geo.coordinates import from_wgs84
from tests.handed_in import as_xlsx, faults, only_fault, only_warning
from tests.town import CORNERS, SQUAD, communities, geojson, square, town_files, write_town

# Files and encodings.


def test_a_gbk_table_with_chinese_headers_is_read(tmp_path: Path) -> None:
    text = town_files()["officers.csv"].replace("id,name,certified,phone", "编号,姓名,执法证,电话").replace("yes", "是")
    folder = write_town(tmp_path, officers=text.encode("gbk"))
    assert load(folder).squad.officers == load(write_town(tmp_path / "other")).squad.officers


def test_a_utf8_table_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    folder = write_town(tmp_path, officers=b"\xef\xbb\xbf" + town_files()["officers.csv"].encode())
    assert load(folder).squad == load(write_town(tmp_path / "other")).squad


def test_headers_in_full_width_or_with_spaces_are_the_same_headers(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path, officers=("id,name,certified,phone", " ＩＤ,Name ,Certified,电 话".replace(" 话", "话"))
    )
    assert load(folder).squad == load(write_town(tmp_path / "other")).squad


def test_text_that_reads_in_two_encodings_is_a_fault(tmp_path: Path) -> None:
    vehicles = b"id,name,kind,seats\nV1,\xc4\xa3\xc4\xa3,car,5\n"
    assert only_fault(write_town(tmp_path, vehicles=vehicles)) == ("encoding", "vehicles.csv", None, None)


def test_a_utf16_table_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, vehicles=town_files()["vehicles.csv"].encode("utf-16"))
    assert only_fault(folder) == ("encoding", "vehicles.csv", None, None)


def test_a_missing_column_is_one_fault_of_the_header(tmp_path: Path) -> None:
    folder = write_town(tmp_path, vehicles="id,name,kind\nV1,一号车,car\nV2,二号车,car\n")
    assert only_fault(folder) == ("missing_column", "vehicles.csv", 1, "座位")


def test_a_column_nobody_knows_is_a_warning(tmp_path: Path) -> None:
    folder = write_town(tmp_path, vehicles="id,name,kind,seats,颜色\nV1,一号车,car,5,白\n")
    assert only_warning(folder) == ("unknown_column", "vehicles.csv", 1, "颜色")


def test_a_missing_file_is_a_fault_and_nothing_else_is_called_unknown(tmp_path: Path) -> None:
    assert only_fault(write_town(tmp_path, officers=None)) == ("missing_file", "officers.csv", None, None)


def test_a_missing_settings_file_is_a_fault(tmp_path: Path) -> None:
    assert only_fault(write_town(tmp_path, squad=None)) == ("missing_file", "squad.toml", None, None)


def test_a_layer_that_the_settings_do_not_name_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=('[layers.vehicles]\nfile = "vehicles.csv"\n', ""))
    assert only_fault(folder) == ("missing_layer", "squad.toml", None, "layers.vehicles.file")


def test_a_squad_without_leave_partners_or_violations_may_leave_them_out(tmp_path: Path) -> None:
    squad = SQUAD.replace('[layers.leave]\nfile = "leave.csv"\n', "")
    squad = squad.replace('[layers.violations]\nfile = "violations.csv"\ncrs = "WGS84"\n', "")
    loaded = load(write_town(tmp_path, squad=squad, leave=None, violations=None))
    assert loaded.warnings == ()
    assert not loaded.squad.violations
    assert not loaded.squad.leave


def test_a_file_that_the_settings_do_not_name_is_a_warning(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    (folder / "gates-new.csv").write_text("community\n", encoding="utf-8")
    assert only_warning(folder) == ("unused_file", "gates-new.csv", None, None)


def test_a_file_outside_the_folder_is_refused(tmp_path: Path) -> None:
    write_town(tmp_path / "other")
    folder = write_town(tmp_path / "town", squad=('"vehicles.csv"', '"../other/vehicles.csv"'), vehicles=None)
    assert only_fault(folder) == ("file_outside", "squad.toml", None, "layers.vehicles.file")


def test_an_empty_file_is_a_fault(tmp_path: Path) -> None:
    assert only_fault(write_town(tmp_path, vehicles="")) == ("empty_file", "vehicles.csv", None, None)


def test_a_header_without_rows_is_a_fault_where_rows_are_needed(tmp_path: Path) -> None:
    assert only_fault(write_town(tmp_path, vehicles="id,name,kind,seats\n")) == ("no_rows", "vehicles.csv", None, None)


def test_a_row_with_too_many_cells_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, vehicles=("car,5", "car,5,6"))
    assert only_fault(folder) == ("cell_without_header", "vehicles.csv", 2, None)


def test_a_row_with_too_few_cells_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path, violations=("W1,flue,121.2410,31.3710,2026-11-09,2026-11-17,,C1,3 幢 501,外墙开孔,", "W1,flue")
    )
    assert ("ragged_row", "violations.csv", 2) in {(fault.code, fault.file, fault.row) for fault in faults(folder)}


def test_a_source_that_is_neither_folder_nor_workbook_is_a_fault(tmp_path: Path) -> None:
    assert only_fault(tmp_path / "nowhere") == ("not_a_squad", "nowhere", None, None)


def test_broken_settings_are_named_with_their_line(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=('name = "小镇中队"', 'name = "小镇中队'))
    assert only_fault(folder) == ("broken_toml", "squad.toml", 2, None)


# Numbers and dates.


@pytest.mark.parametrize("word", ["NaN", "inf", "1e999", "121度", ""])
def test_a_coordinate_that_is_no_finite_number_is_a_fault(tmp_path: Path, word: str) -> None:
    code = "missing_value" if not word else "not_a_number"
    folder = write_town(tmp_path, gates=("121.250,31.371", f"{word},31.371"))
    assert only_fault(folder) == (code, "gates.csv", 4, "lon")


@pytest.mark.parametrize("word", ["NaN", "Infinity", "1e999"])
def test_a_boundary_with_a_number_that_is_not_finite_is_a_fault(tmp_path: Path, word: str) -> None:
    text = geojson(communities()).replace("121.242", word, 1)
    found = {fault.code for fault in faults(write_town(tmp_path, communities=text))}
    assert found <= {"not_geojson", "broken_geometry"}
    assert found


@pytest.mark.parametrize(
    "word", ["2026/11/17", "2026年11月17日", "2026-11-17", "2026.11.17", "20261117", "46343", "２０２６／１１／１７"]
)
def test_a_date_is_understood_however_it_is_written(tmp_path: Path, word: str) -> None:
    folder = write_town(tmp_path, violations=("2026-11-17", word))
    assert load(folder).squad.violations[0].handled_on == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("2026-02-30", "impossible_date"),
        ("11/12/2026", "not_a_date"),
        ("昨天", "not_a_date"),
        ("2026-11", "not_a_date"),
    ],
)
def test_a_date_that_cannot_be_or_reads_in_two_ways_is_a_fault(tmp_path: Path, word: str, code: str) -> None:
    folder = write_town(tmp_path, violations=("2026-11-17", word))
    assert only_fault(folder) == (code, "violations.csv", 2, "handled_on")


def test_excel_dates_and_serials_are_read_alike(tmp_path: Path) -> None:
    squad = ('"leave.csv"', '"leave.xlsx"')
    folder = write_town(tmp_path, squad=squad, leave=None)
    rows = [("队员", "日期"), ("01", date(2026, 11, 23)), ("02", 46350), ("03", "2026/11/25")]
    as_xlsx(folder, "leave.xlsx", rows)
    assert [away.day.day for away in load(folder).squad.leave] == [23, 24, 25]


def test_merged_cells_are_a_fault_with_their_range(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=('"vehicles.csv"', '"vehicles.xlsx"'), vehicles=None)
    rows = [("编号", "名称", "类别", "座位"), ("V1", "一号车", "汽车", 5), ("V2", "二号车", None, 5)]
    as_xlsx(folder, "vehicles.xlsx", rows, merge="C2:C3")
    found = faults(folder)
    assert [(fault.code, fault.row) for fault in found] == [("merged_cells", 2), ("missing_value", 3)]
    assert "C2:C3" in found[0].problem.en


# Settings, bands, policy, roads.


def test_a_band_across_midnight_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=('start = "19:30"\nend = "22:30"', 'start = "19:30"\nend = "02:30"'))
    assert only_fault(folder) == ("crosses_midnight", "squad.toml", None, "bands.late.end")


def test_a_policy_in_minutes_overrides_the_default(tmp_path: Path) -> None:
    more = "\n[policy]\njoint_per_week = 3\n[policy.visits.joint]\nduration_minutes = 90\npartners = ['居委']\n"
    more += "[policy.response]\nlimit_minutes = 90.5\n[policy.prices]\nouting_minutes = 0\n"
    policy = load(write_town(tmp_path, squad=SQUAD + more)).squad.policy
    joint = next(part for kind, part in policy.visits.items() if kind == "joint")
    assert (policy.joint_per_week, joint.duration, policy.response.limit, policy.prices.outing) == (3, 5400, 5430, 0)
    assert [kind.value for kind in joint.partners] == ["committee"]
    assert joint.breakable is False


def test_hours_of_patrol_are_written_in_hours_and_rest_in_minutes(tmp_path: Path) -> None:
    more = "\n[policy]\nmax_patrol_hours_per_day = 12.1\nmax_patrol_hours_per_week = 12\n"
    more += "rest_between_bands_minutes = 15\nrest_between_days_minutes = 540\n"
    policy = load(write_town(tmp_path, squad=SQUAD + more)).squad.policy
    assert (policy.max_patrol_hours_per_day, policy.max_patrol_hours_per_week) == (43_560, 43_200)
    assert (policy.rest_between_bands, policy.rest_between_days) == (900, 32_400)


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("joint_a_week = 3", "unknown_key", "policy.joint_a_week"),
        ("travel_buffer = 180", "unknown_key", "policy.travel_buffer"),
        ("travel_buffer_minutes = -1", "bad_minutes", "policy.travel_buffer_minutes"),
        ("max_patrol_hours_per_week = -1", "bad_hours", "policy.max_patrol_hours_per_week"),
        ("max_patrol_hours_per_day_minutes = 600", "unknown_key", "policy.max_patrol_hours_per_day_minutes"),
        ("joint_per_week = 2.5", "not_a_whole_number", "policy.joint_per_week"),
        ("joint_per_week = 4\nmin_days_apart = 3", "spacing_impossible", "policy.joint_per_week"),
        ("visits.joint.partners = ['街道']", "unknown_word", "policy.visits.joint.partners"),
        ("response.certified_bands = ['night']", "unknown_band", "policy.response.certified_bands"),
        ("visits.jiont.duration_minutes = 90", "unknown_key", "policy.visits.jiont.duration_minutes"),
        ("joint_per_week = [2, 3]", "not_one_value", "policy.joint_per_week"),
    ],
)
def test_a_policy_that_makes_no_sense_is_a_fault(tmp_path: Path, line: str, code: str, field: str) -> None:
    folder = write_town(tmp_path, squad=SQUAD + f"\n[policy]\n{line}\n")
    assert only_fault(folder) == (code, "squad.toml", None, field)


def test_a_key_nobody_knows_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    (fault,) = faults(write_town(tmp_path, squad=('hotline = "021-5555-0100"', 'hotlien = "021-5555-0100"')))
    assert fault.mend.en == "Did you mean hotline?"


def test_a_day_cannot_be_both_rest_and_work(tmp_path: Path) -> None:
    more = "\n[calendar]\nrest = [2026-11-28]\nwork = ['2026-11-28']\n"
    assert only_fault(write_town(tmp_path, squad=SQUAD + more)) == (
        "rest_and_work",
        "squad.toml",
        None,
        "calendar.work",
    )


def test_a_road_file_that_is_no_pbf_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=SQUAD + '\n[roads]\nfile = "roads.osm.pbf"\n')
    (folder / "roads.osm.pbf").write_text("<osm version='0.6'/>", encoding="utf-8")
    assert only_fault(folder) == ("not_a_pbf", "roads.osm.pbf", None, None)


def test_a_road_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, squad=SQUAD + '\n[roads]\nfile = "roads.osm.pbf"\n')
    assert only_fault(folder) == ("missing_file", "roads.osm.pbf", None, None)


def test_a_vrt_that_calls_itself_geojson_is_not_opened(tmp_path: Path) -> None:
    secret = write_town(tmp_path / "other") / "communities.geojson"
    source = f'<OGRVRTLayer name="x"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{source}</OGRVRTDataSource>"
    folder = write_town(tmp_path / "town", communities=vrt)
    assert only_fault(folder) == ("not_geojson", "communities.geojson", None, None)


def test_no_fault_repeats_what_a_reporter_left_as_a_phone(tmp_path: Path) -> None:
    violations = town_files()["violations.csv"].replace("load_bearing", "nothing")
    assert "0199" not in json.dumps([fault.say("zh") for fault in faults(write_town(tmp_path, violations=violations))])


# Communities in every format.


def layer_facts(short: int | None = None) -> tuple[list[Any], list[str]]:
    """Return the town's properties by column; `short` cuts the names as a Shapefile does."""
    features: list[dict[str, Any]] = communities()
    rows = [feature["properties"] for feature in features]
    names = [name for name in rows[0] if name != "joint_per_week"]
    return [np.array([row[name] for row in rows], dtype=object) for name in names], [name[:short] for name in names]


def write_layer(path: Path, driver: str, names: list[str], columns: list[Any], **options: Any) -> None:
    shapes = np.array([shapely.Polygon(square(corner)[0]) for corner in CORNERS.values()], dtype=object)
    columns = [column.astype(np.int64) if isinstance(column[0], int) else column for column in columns]
    names_array = np.array(names, dtype=object)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        columns,
        names_array,
        driver=driver,
        geometry_type="Polygon",
        crs="EPSG:4326",
        **options,
    )


def test_a_geopackage_of_communities_reads_as_the_geojson_does(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town", squad=("communities.geojson", "communities.gpkg"), communities=None)
    columns, names = layer_facts()
    columns[names.index("delivery_date")] = np.array(["2026-06-30"] * 3, dtype="datetime64[D]")
    write_layer(folder / "communities.gpkg", "GPKG", names, columns)
    loaded = load(folder)
    assert loaded.warnings == ()
    assert loaded.squad == load(write_town(tmp_path / "other")).squad


@pytest.mark.parametrize("keep_code_page", [True, False])
def test_a_zipped_gbk_shapefile_of_communities_reads_as_the_geojson_does(tmp_path: Path, keep_code_page: bool) -> None:
    folder = write_town(tmp_path / "town", squad=("communities.geojson", "communities.zip"), communities=None)
    columns, names = layer_facts(10)
    write_layer(tmp_path / "layer.shp", "ESRI Shapefile", names, columns, encoding="GBK")
    with zipfile.ZipFile(folder / "communities.zip", "w") as package:
        for part in sorted(tmp_path.glob("layer.*")):
            if keep_code_page or part.suffix != ".cpg":
                package.write(part, part.name)
    loaded = load(folder)
    assert loaded.warnings == ()
    good = load(write_town(tmp_path / "other")).squad
    assert replace(loaded.squad, communities=()) == replace(good, communities=())
    for estate, other in zip(loaded.squad.communities, good.communities, strict=True):
        assert replace(estate, boundary=other.boundary) == other
        # A Shapefile turns outlines clockwise.
        assert estate.boundary.polygon.normalize() == other.boundary.polygon.normalize()


def test_communities_in_a_table_with_well_known_text_read_as_the_geojson_does(tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town", squad=("communities.geojson", "communities.xlsx"), communities=None)
    columns, names = layer_facts()
    shapes = [shapely.Polygon(square(corner)[0]).wkt for corner in CORNERS.values()]
    rows = [[*names, "边界WKT"], *([*row, wkt] for *row, wkt in zip(*columns, shapes, strict=True))]
    as_xlsx(folder, "communities.xlsx", rows)
    assert load(folder).squad == load(write_town(tmp_path / "other")).squad


def test_a_town_in_gcj02_is_the_same_town_to_a_centimetre(tmp_path: Path) -> None:
    def moved(lon: float, lat: float) -> tuple[float, float]:
        x, y = from_wgs84([lon], [lat], "GCJ-02")
        return float(x[0]), float(y[0])

    features: list[dict[str, Any]] = communities()
    for feature in features:
        feature["geometry"]["coordinates"] = [
            [moved(*point) for point in ring] for ring in feature["geometry"]["coordinates"]
        ]
    rows = [line.split(",") for line in town_files()["gates.csv"].splitlines()]
    gates = "\n".join(
        ",".join([*row[:3], *map(repr, moved(float(row[3]), float(row[4]))), row[5]] if row[0] != "community" else row)
        for row in rows
    )
    squad = SQUAD.replace('"communities.geojson"\ncrs = "WGS84"', '"communities.geojson"\ncrs = "GCJ-02"')
    squad = squad.replace('"gates.csv"\ncrs = "WGS84"', '"gates.csv"\ncrs = "高德"')
    loaded = load(write_town(tmp_path / "town", squad=squad, communities=geojson(features), gates=gates + "\n"))
    good = load(write_town(tmp_path / "other")).squad
    assert loaded.warnings == ()
    for estate, other in zip(loaded.squad.communities, good.communities, strict=True):
        assert estate.boundary.polygon.hausdorff_distance(other.boundary.polygon) < 1e-7
        assert estate.main_gate.lon == pytest.approx(other.main_gate.lon, abs=1e-7)
