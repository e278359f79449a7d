from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import folium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo.coordinates import metres_between, to_wgs84
from maps.assets import content, own, security_policy
from maps.base import GRID, empty_map, encode, finish, ground, road_picture
from maps.errors import MissingAssetError
from maps.navigation import amap_link
from maps.palette import BAD, KIND_COLOURS, OUTSIDE, ROUTE_COLOURS, SCALE, road_tier, waiting_colour
from maps.speak import clock, moment, span
from planner.officer import VehicleKind
from tests.maps import sample


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [BAD, *KIND_COLOURS.values()])
def test_coloured_words_stand_out_from_white_paper(colour: str) -> None:
    assert 1.05 / (_luminance(colour) + 0.05) >= 4.5


@pytest.mark.parametrize("colour", ROUTE_COLOURS)
def test_route_lines_stand_out_from_white_roads(colour: str) -> None:
    assert 1.05 / (_luminance(colour) + 0.05) >= 3


def test_waiting_is_red_only_over_the_limit() -> None:
    assert waiting_colour(-1, 7200) == OUTSIDE
    assert waiting_colour(0, 7200) == SCALE[0]
    assert waiting_colour(7200, 7200) == SCALE[-1]
    assert waiting_colour(7201, 7200) == BAD


def test_link_roads_are_as_wide_as_their_class() -> None:
    assert road_tier("primary_link") == road_tier("primary") == 0
    assert road_tier("footway") == 3


def test_spans_are_rounded_up_and_instants_know_their_day() -> None:
    assert span(5881).zh == "1 小时 39 分"
    assert span(3600).en == "1 h"
    assert (moment(2 * 86_400 + 42_720).zh, clock(86_399)) == ("周三 11:52", "23:59")


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=30))
def test_drawn_lines_stay_within_a_grid_step_of_the_truth(points: list[tuple[float, float]]) -> None:
    flat = np.array(encode(points)).reshape(-1, 2)
    drawn = flat.cumsum(axis=0) * GRID
    truth = np.array(points)[:, ::-1]
    nearest = np.abs(truth[:, None] - drawn[None]).max(axis=2).min(axis=1)
    assert nearest.max() <= GRID


def test_roads_out_of_the_picture_are_left_out() -> None:
    squad = sample.squad()
    near, far = np.array([(121.21, 31.35), (121.22, 31.35)]), np.array([(122.0, 31.0), (122.1, 31.0)])
    picture = road_picture([("primary", near), ("primary", far)], [box(121.2, 31.3, 121.3, 31.4), far])
    clip = (121.2, 31.3, 121.3, 31.4)
    data = ground(picture, squad, clip, clip, "zh")
    assert data["roads"] == [[encode(near)], [], [], []]
    assert data["closed"] == [True]


def test_islands_of_water_are_each_drawn() -> None:
    lakes = MultiPolygon([box(0, 0, 1, 1), Polygon([(2, 2), (3, 2), (3, 3)])])
    assert len(road_picture([], [lakes]).water) == 2


def test_a_map_asks_for_leaflet_and_nothing_else() -> None:
    parts = finish(empty_map(sample.squad()))
    assert len(parts.libraries) == 1
    assert "Leaflet 1.9" in parts.libraries[0]
    assert "maxZoom" in parts.script
    assert not re.search(r"https?://", parts.body)


def test_the_defaults_of_folium_stay_as_they_are() -> None:
    empty_map(sample.squad())
    assert len(folium.Map.default_js) > 1


def test_a_link_that_nobody_carries_is_named() -> None:
    with pytest.raises(MissingAssetError, match=r"https://example\.org/x\.js"):
        content("https://example.org/x.js")


def test_only_the_scripts_of_the_page_may_run() -> None:
    policy = security_policy([own("base.js")])
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == 1
    assert "unsafe-inline" not in policy.split("script-src", maxsplit=1)[1].split(";", maxsplit=1)[0]


def test_navigation_starts_and_ends_at_the_gates_in_gcj_02() -> None:
    start, end = (121.2355, 31.3596, "中队, 驻地"), (121.2061, 31.3738, "书香嘉苑 南门&to=1,2,x")
    query = parse_qs(urlsplit(amap_link(start, end, VehicleKind.CAR)).query)
    assert (query["coordinate"], query["callnative"], query["mode"]) == (["gaode"], ["1"], ["car"])
    for key, (lon, lat, name) in (("from", start), ("to", end)):
        there = query[key][0].split(",", maxsplit=2)
        assert there[2] == name
        gcj = float(there[0]), float(there[1])
        lons, lats = to_wgs84([gcj[0]], [gcj[1]], "GCJ-02")
        assert float(metres_between(lons[0], lats[0], lon, lat)) < 1
        assert 300 < float(metres_between(gcj[0], gcj[1], lon, lat)) < 700


def test_a_crew_on_e_bikes_is_not_sent_down_motorways() -> None:
    assert "&mode=ride&" in amap_link((121.2, 31.3, "a"), (121.3, 31.3, "b"), VehicleKind.EBIKE)
