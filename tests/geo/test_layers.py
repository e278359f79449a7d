"""Vector layers, their shapes and where points lie."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from geo.layer import Layer
from geo.layers import read_layer
from geo.locate import communities_at, metres_from, overlaps
from geo.validity import polygon_problem

WEST = shapely.box(121.240, 31.370, 121.242, 31.372)
EAST = shapely.box(121.250, 31.370, 121.252, 31.372)
NAMES = ("书香嘉苑", "金地嘉源")


def write_ogr(
    path: Path, driver: str, encoding: str | None = None, layer: str | None = None, *, append: bool = False
) -> Path:
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([WEST, EAST], dtype=object)),
        [np.array(NAMES, dtype=object), np.array([512, 640])],
        np.array(["名称", "户数"], dtype=object),
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver=driver,
        encoding=encoding,
        layer=layer,
        append=append,
    )
    return path


def zipped_shapefile(folder: Path, encoding: str, without: Sequence[str] = (), **parts: bytes) -> Path:
    (folder / "parts").mkdir()
    write_ogr(folder / "parts" / "layer.shp", "ESRI Shapefile", encoding)
    path = folder / "communities.zip"
    with zipfile.ZipFile(path, "w") as package:
        for part in sorted((folder / "parts").iterdir()):
            if part.suffix not in without:
                package.writestr(f"小区/{part.name}", parts.get(part.suffix[1:], part.read_bytes()))
    return path


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(folder: Path, *features: object, **members: object) -> Path:
    path = folder / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8")
    return path


def not_a_number() -> Polygon:
    with np.errstate(invalid="ignore"):
        return Polygon([(0, 0), (1, np.nan), (1, 1)])


def codes(layer: Layer) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.row) for fault in layer.table.faults]


def test_a_geopackage_gives_shapes_properties_and_its_own_system(tmp_path: Path) -> None:
    layer = read_layer(write_ogr(tmp_path / "a.gpkg", "GPKG"))
    assert codes(layer) == []
    assert [row.cells for row in layer.table.rows] == [
        {"名称": "书香嘉苑", "户数": 512},
        {"名称": "金地嘉源", "户数": 640},
    ]
    assert [shape.equals(box) for shape, box in zip(layer.shapes.values(), (WEST, EAST), strict=True) if shape] == [
        True,
        True,
    ]
    assert layer.own_system == "EPSG:4326"


@pytest.mark.parametrize(
    ("encoding", "without"), [("GBK", ()), ("GBK", (".cpg",)), ("UTF-8", ()), ("UTF-8", (".cpg",))]
)
def test_a_zipped_shapefile_is_read_with_and_without_its_code_page(
    tmp_path: Path, encoding: str, without: tuple[str, ...]
) -> None:
    layer = read_layer(zipped_shapefile(tmp_path, encoding, without))
    assert codes(layer) == []
    assert [row.cells["名称"] for row in layer.table.rows] == list(NAMES)
    assert [row.cells["户数"] for row in layer.table.rows] == [512, 640]
    assert layer.shapes.keys() == {1, 2}
    assert layer.own_system == "EPSG:4326"


def test_a_code_page_that_contradicts_the_text_is_a_fault(tmp_path: Path) -> None:
    assert codes(read_layer(zipped_shapefile(tmp_path, "GBK", cpg=b"UTF-8"))) == [("encoding", None)]


def test_a_shapefile_without_its_attribute_table_is_a_fault_that_names_the_part(tmp_path: Path) -> None:
    layer = read_layer(zipped_shapefile(tmp_path, "GBK", (".dbf",)))
    assert codes(layer) == [("incomplete_shapefile", None)]
    assert ".dbf" in layer.table.faults[0].problem.en


def test_records_marked_as_deleted_are_a_fault_not_a_shift_of_rows(tmp_path: Path) -> None:
    path = zipped_shapefile(tmp_path, "GBK")
    with zipfile.ZipFile(path) as package:
        dbf = bytearray(package.read("小区/layer.dbf"))
    dbf[struct.unpack_from("<H", dbf, 8)[0]] = ord("*")
    (tmp_path / "other").mkdir()
    assert codes(read_layer(zipped_shapefile(tmp_path / "other", "GBK", dbf=bytes(dbf)))) == [("deleted_records", None)]


@pytest.mark.parametrize("name", ["a.gpkg", "a.zip", "a.geojson"])
def test_a_vrt_is_never_followed_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    secret = write_ogr(tmp_path / "secret.gpkg", "GPKG")
    source = f"<OGRVRTLayer name='x'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>"
    (tmp_path / name).write_text(f"<OGRVRTDataSource>{source}</OGRVRTDataSource>", encoding="utf-8")
    layer = read_layer(tmp_path / name)
    assert len(layer.table.faults) == 1
    assert not layer.shapes
    assert not layer.table.rows


def test_a_vrt_inside_a_zip_is_not_a_shapefile(tmp_path: Path) -> None:
    path = zipped_shapefile(tmp_path, "GBK", shp=b"<OGRVRTDataSource></OGRVRTDataSource>")
    assert codes(read_layer(path)) == [("not_a_shapefile", None)]


def test_another_sqlite_database_is_no_geopackage(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("create table t (x)")
    database.close()
    assert codes(read_layer(tmp_path / "a.gpkg")) == [("not_a_geopackage", None)]


def test_a_damaged_geopackage_is_a_fault(tmp_path: Path) -> None:
    whole = write_ogr(tmp_path / "a.gpkg", "GPKG").read_bytes()
    (tmp_path / "b.gpkg").write_bytes(whole[:5000])
    assert codes(read_layer(tmp_path / "b.gpkg")) == [("broken_layer", None)]


def test_of_several_layers_the_one_of_the_tables_name_is_read(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", "GPKG", layer="其他")
    write_ogr(path, "GPKG", layer="小区", append=True)
    assert len(read_layer(path, ("communities", "小区")).shapes) == 2
    assert codes(read_layer(path, ("gates", "大门"))) == [("several_layers", None)]


def test_a_damaged_shapefile_is_a_fault_wherever_it_is_damaged(tmp_path: Path) -> None:
    path = zipped_shapefile(tmp_path, "GBK")
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name, part in parts.items():
        for begin in range(4, len(part), 23):
            with zipfile.ZipFile(tmp_path / "b.zip", "w") as package:
                for other, content in parts.items():
                    damaged = content[:begin] + b"\xff" * 8 + content[begin + 8 :]
                    package.writestr(other, damaged if other == name else content)
            layer = read_layer(tmp_path / "b.zip")
            assert layer.table.faults or len(layer.shapes) == len(layer.table.rows) == 2


def test_kml_and_other_formats_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text("<kml/>")
    assert codes(read_layer(tmp_path / "a.kml")) == [("file_kind", None)]


def test_every_faulty_feature_of_a_geojson_is_named(tmp_path: Path) -> None:
    ring = [list(point) for point in WEST.exterior.coords]
    path = geojson(
        tmp_path,
        feature({"type": "Polygon", "coordinates": [ring]}),
        feature({"type": "Polygon", "coordinates": [ring[:-1]]}),
        feature({"type": "Polygon", "coordinates": [[["a", "b"]] * 4]}),
        feature({"type": "GeometryCollection", "geometries": []}),
        feature(None, tags=["x"]),
        feature({"type": "MultiPolygon", "coordinates": [[ring]]}),
    )
    layer = read_layer(path)
    assert codes(layer) == [("broken_geometry", 2), ("broken_geometry", 3), ("broken_geometry", 4), ("nested_value", 5)]
    assert layer.shapes.keys() == {1, 5, 6}
    assert layer.shapes[5] is None


def test_heights_are_left_aside(tmp_path: Path) -> None:
    ring = [[*point, 4.5] for point in WEST.exterior.coords]
    layer = read_layer(geojson(tmp_path, feature({"type": "Polygon", "coordinates": [ring]})))
    assert layer.shapes[1] == WEST


@pytest.mark.parametrize(
    "text", ["", "[", "[]", '{"features": 1}', '{"features": [1]}', "[" * 200_000, '{"features": []}']
)
def test_what_is_no_feature_collection_is_a_fault_and_no_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.geojson").write_text(text)
    layer = read_layer(tmp_path / "a.geojson")
    assert codes(layer) in ([("not_geojson", None)], [("empty_file", None)])


def test_properties_that_are_no_names_and_values_are_a_fault(tmp_path: Path) -> None:
    path = geojson(tmp_path, {"type": "Feature", "properties": ["x"], "geometry": None})
    assert codes(read_layer(path)) == [("broken_properties", 1)]


@pytest.mark.parametrize(
    ("shape", "code", "words"),
    [
        (None, "null_geometry", "no boundary"),
        (Polygon(), "empty_geometry", "empty"),
        (shapely.Point(121, 31), "geometry_kind", "Point"),
        (Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "invalid_geometry", "at (0.5, 0.5)"),
        (Polygon([(0, 0), (4, 0), (4, 4)], [[(8, 8), (9, 8), (9, 9)]]), "invalid_geometry", "hole lies outside"),
        (MultiPolygon([shapely.box(0, 0, 4, 4), shapely.box(1, 1, 2, 2)]), "invalid_geometry", "nested"),
        (not_a_number(), "not_finite", "NaN"),
    ],
)
def test_a_shape_that_can_be_no_boundary_is_named_for_what_it_is(shape: Any, code: str, words: str) -> None:
    found = polygon_problem(shape)
    assert found is not None
    assert found[0] == code
    assert words in found[1].en


def test_a_good_polygon_has_no_problem() -> None:
    assert polygon_problem(WEST) is None
    assert polygon_problem(MultiPolygon([WEST, EAST])) is None


def test_a_point_lies_in_every_community_that_holds_it_its_line_included() -> None:
    outlines = {"a": WEST, "b": EAST, "c": shapely.box(121.239, 31.369, 121.241, 31.371)}
    lons, lats = [121.2405, 121.2415, 121.250, 121.3], [31.3705, 31.3715, 31.371, 31.4]
    assert communities_at(lons, lats, outlines) == [("a", "c"), ("a",), ("b",), ()]
    assert communities_at([], [], outlines) == []
    assert communities_at([121.0], [31.0], {}) == [()]


def test_distance_to_a_boundary_is_in_metres_from_inside_and_outside() -> None:
    # A minute of latitude is 1,847.9 m at 31.37° north (GRS80 meridian).
    degree = 60 * 1847.9
    assert metres_from(121.241, 31.373, WEST) == pytest.approx(0.001 * degree, rel=0.002)
    assert metres_from(121.241, 31.3715, WEST) == pytest.approx(0.0005 * degree, rel=0.002)


def test_neighbours_that_share_a_line_do_not_overlap() -> None:
    next_door = shapely.box(121.242, 31.370, 121.244, 31.372)
    shifted = shapely.box(121.2419, 31.370, 121.244, 31.372)
    assert overlaps({"a": WEST, "b": next_door}) == []
    (overlap,) = overlaps({"a": WEST, "b": shifted})
    assert (overlap.first, overlap.second) == ("a", "b")
    assert overlap.square_metres == pytest.approx(0.0001 * 95_150 * 0.002 * 110_870, rel=0.002)
