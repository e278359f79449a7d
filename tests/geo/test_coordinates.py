"""Coordinate systems."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coordinates import (
    BD09,
    CGCS2000,
    GCJ02,
    MEASURING,
    WGS84,
    from_wgs84,
    geometry_to_wgs84,
    measuring_plane,
    metres_between,
    parse_system,
    plane_metres,
    to_metres,
    to_wgs84,
)
from tests.real import need_real_data

CENTIMETRE = 0.01
shanghai_lon = st.floats(120.85, 122.2)
shanghai_lat = st.floats(30.65, 31.9)


@pytest.mark.parametrize(
    ("words", "system"),
    [
        (["wgs84", "WGS-84", "WGS 84", " epsg:4326 ", "4326", "CRS84", "ＷＧＳ８４", "GPS"], WGS84),
        (["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"], WGS84),
        (["gcj02", "GCJ-02", "GCJ_02", "火星坐标", "火星坐标系", "高德", "amap", "腾讯"], GCJ02),
        (["bd09", "BD-09", "百度", "百度坐标"], BD09),
        (["cgcs2000", "CGCS 2000", "4490", "EPSG:4490", "国家2000"], CGCS2000),
    ],
)
def test_a_coordinate_system_is_known_by_every_name_people_give_it(words: list[str], system: object) -> None:
    assert [parse_system(word) for word in words] == [system] * len(words)


def test_any_code_that_epsg_knows_is_accepted() -> None:
    assert parse_system("EPSG:4549").code == "EPSG:4549"
    urns = ("urn:ogc:def:crs:EPSG::32651", "urn:ogc:def:crs:EPSG:9.8:32651")
    for written in ("EPSG:32651", "epsg 32651", "32651", *urns):
        assert parse_system(written).code == "EPSG:32651"


@pytest.mark.parametrize(
    "word", ["", "mars", "EPSG:999999", "EPSG:12", "EPSG:5773", "EPSG:4479", "4326.5", "wgs85", "POINT(1 2)"]
)
def test_an_unknown_system_is_refused_with_the_accepted_ones(word: str) -> None:
    with pytest.raises(ValueError, match=r"accepted: WGS84, GCJ-02, BD-09, CGCS2000 or EPSG:n"):
        parse_system(word)


@settings(deadline=None)
@given(lon=shanghai_lon, lat=shanghai_lat, system=st.sampled_from([GCJ02, BD09]))
def test_chinese_degrees_come_back_within_a_centimetre(lon: float, lat: float, system: object) -> None:
    there = from_wgs84([lon], [lat], str(system))
    back = to_wgs84(*there, str(system))
    assert metres_between(lon, lat, *back)[0] < CENTIMETRE
    assert 300 < metres_between(lon, lat, *there)[0] < 2_000


@settings(deadline=None)
@given(lon=shanghai_lon, lat=shanghai_lat, code=st.sampled_from(["EPSG:4549", "EPSG:32651", "EPSG:4490", "EPSG:3857"]))
def test_projected_coordinates_come_back_within_a_centimetre(lon: float, lat: float, code: str) -> None:
    back = to_wgs84(*from_wgs84([lon], [lat], code), code)
    assert metres_between(lon, lat, *back)[0] < CENTIMETRE


@pytest.mark.parametrize(
    ("code", "x", "y"), [("EPSG:4549", 633_432.30, 3_453_993.14), ("EPSG:32651", 347_564.77, 3_452_870.05)]
)
def test_metres_on_the_usual_planes_are_those_of_kruegers_series(code: str, x: float, y: float) -> None:
    """Krüger (1912), worked without pyproj: a round trip alone would also pass in a system nobody declared."""
    there = from_wgs84([121.4], [31.2], code)
    assert (there[0][0], there[1][0]) == pytest.approx((x, y), abs=CENTIMETRE)


def test_near_jiading_gcj02_lies_some_four_hundred_metres_east_and_two_hundred_south() -> None:
    lons, lats = from_wgs84([121.25], [31.38], GCJ02)
    assert lons[0] - 121.25 == pytest.approx(0.0044, abs=3e-4)
    assert lats[0] - 31.38 == pytest.approx(-0.0020, abs=3e-4)


def test_the_worked_example_of_another_implementation_agrees() -> None:
    """The example in the README of coordtransform (MIT), an implementation of the same formulas in JavaScript."""
    gcj = from_wgs84([116.404], [39.915], GCJ02)
    assert (gcj[0][0], gcj[1][0]) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    bd = from_wgs84(*to_wgs84([116.404], [39.915], GCJ02), BD09)
    assert (bd[0][0], bd[1][0]) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)


def test_outside_china_gcj02_is_wgs84() -> None:
    lons, lats = from_wgs84([24.94, 121.5], [60.17, 31.2], "GCJ-02")
    assert (lons[0], lats[0]) == (24.94, 60.17)
    assert lons[1] != 121.5


@pytest.mark.real
def test_the_geocoded_places_of_jiading_agree_with_their_geometry() -> None:
    places = json.loads(need_real_data("jiading/jiading_places_amap.geojson").read_text(encoding="utf-8"))["features"]
    gcj = np.array([[p["properties"]["gcj_lng"], p["properties"]["gcj_lat"]] for p in places])
    wgs = np.array([p["geometry"]["coordinates"] for p in places])
    back = to_wgs84(gcj[:, 0], gcj[:, 1], "高德")
    assert len(places) == 227
    assert metres_between(*back, wgs[:, 0], wgs[:, 1]).max() < CENTIMETRE


def test_easting_comes_before_northing_whatever_epsg_says() -> None:
    x, y = from_wgs84([121.3], [31.3], "EPSG:4549")
    assert 600_000 < x[0] < 650_000
    assert 3_400_000 < y[0] < 3_500_000


def test_a_polygon_is_converted_vertex_by_vertex_holes_included() -> None:
    outer, hole = [(121.2, 31.3), (121.3, 31.3), (121.3, 31.4)], [(121.25, 31.32), (121.28, 31.32), (121.28, 31.35)]
    polygon = shapely.Polygon(outer, [hole])
    there = shapely.transform(polygon, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], BD09)))
    assert geometry_to_wgs84(there, BD09).equals_exact(polygon, 1e-8)


def test_metres_on_the_measuring_plane_agree_with_the_ellipsoid() -> None:
    line = shapely.LineString([(121.25, 31.38), (121.26, 31.38)])
    on_ellipsoid = metres_between(121.25, 31.38, 121.26, 31.38)
    assert on_ellipsoid == pytest.approx(951.0, abs=1.0)
    assert to_metres(line).length == pytest.approx(float(on_ellipsoid), rel=2e-4)


def test_shanghai_is_measured_on_epsg_4549_and_other_places_on_a_plane_of_their_own() -> None:
    assert measuring_plane(121.5) == MEASURING == "EPSG:4549"
    x, y = plane_metres([24.94, 24.95], [60.17, 60.17], measuring_plane(24.94))
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(metres_between(24.94, 60.17, 24.95, 60.17), rel=1e-3)


@pytest.mark.parametrize(("x", "y", "code"), [([np.nan], [31.0], "WGS84"), ([np.inf], [31.0], "GCJ-02")])
def test_a_coordinate_that_is_no_number_is_refused(x: list[float], y: list[float], code: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        to_wgs84(x, y, code)


def test_a_coordinate_where_its_system_is_not_defined_is_refused() -> None:
    with pytest.raises(ValueError, match="not defined"):
        from_wgs84([121.0], [91.0], "EPSG:3857")


def test_nothing_converts_to_nothing() -> None:
    lons, lats = to_wgs84([], [], "BD-09")
    assert lons.size == lats.size == 0
