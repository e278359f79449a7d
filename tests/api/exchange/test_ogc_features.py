"""OGC API – Features: documents, pages and filters."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from shapely import MultiPolygon, Polygon, box
from shapely.geometry import shape

from api.exchange import ogc_features as ogc
from api.exchange.ogc_layers import FIELDS, Layer, layers_of
from api.exchange.ogc_query import Query, read_query
from geo.errors import InputError
from tests.api.exchange.small_layers import SECRET, all_layers
from tests.casework.cases import TOLD
from tests.planner.build import small_plan, small_problem, small_squad, violation

BASE = "https://example.invalid/features"


@pytest.fixture
def layers() -> dict[str, Layer]:
    return all_layers()


def page_of(layer: Layer, **params: str) -> dict[str, Any]:
    return ogc.items(BASE, layer, read_query(layer, params), TOLD, "zh")


def ids(layer: Layer, **params: str) -> list[str]:
    return [feature["id"] for feature in page_of(layer, **params)["features"]]


def rels(document: dict[str, Any]) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in document["links"]}


# Documents.


def test_the_landing_page_leads_everywhere() -> None:
    found = ogc.landing_page(BASE, "小队", "https://example.invalid/openapi.json", "zh")
    assert rels(found) == {
        "self": BASE,
        "service-desc": "https://example.invalid/openapi.json",
        "conformance": f"{BASE}/conformance",
        "data": f"{BASE}/collections",
    }
    assert all(link["type"] and link["title"] for link in found["links"])


def test_conformance_names_core_and_geojson_and_no_more() -> None:
    assert [name.rsplit("/", 1)[1] for name in ogc.conformance()["conformsTo"]] == ["core", "geojson"]


def test_every_layer_is_a_collection_that_leads_to_its_items(layers: dict[str, Layer]) -> None:
    found = ogc.collections(BASE, layers, "en")
    assert [one["id"] for one in found["collections"]] == list(FIELDS)
    for one in found["collections"]:
        assert rels(one)["items"] == f"{BASE}/collections/{one['id']}/items"
        assert one["itemType"] == "feature"
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert 121 < west <= east < 122
        assert 31 < south <= north < 32


def test_a_collection_tells_its_extent_in_time_where_it_has_one(layers: dict[str, Layer]) -> None:
    assert ogc.collection(BASE, layers["routes"], "zh")["extent"]["temporal"]["interval"] == [
        ["2026-11-23T00:50:00Z", "2026-11-26T07:15:00Z"]
    ]
    assert ogc.collection(BASE, layers["violations"], "zh")["extent"]["temporal"]["interval"] == [
        ["2026-11-01T16:00:00Z", None]
    ]
    assert "temporal" not in ogc.collection(BASE, layers["gates"], "zh")["extent"]


def test_an_empty_collection_has_no_extent_and_an_empty_page() -> None:
    found = layers_of(small_squad())
    assert "extent" not in ogc.collection(BASE, found["routes"], "zh")
    assert page_of(found["coverage"])["numberMatched"] == 0


def test_all_documents_are_json(layers: dict[str, Layer]) -> None:
    for layer in layers.values():
        text = json.dumps([ogc.collection(BASE, layer, "zh"), page_of(layer)], allow_nan=False)
        assert SECRET not in text


# Features.


def test_features_carry_the_fields_of_their_layer_and_valid_shapes(layers: dict[str, Layer]) -> None:
    for key, layer in layers.items():
        assert layer.features
        for feature in page_of(layer)["features"]:
            assert tuple(feature["properties"]) == FIELDS[key]
            assert shape(feature["geometry"]).is_valid
            assert not shape(feature["geometry"]).is_empty


def test_nothing_personal_goes_out(layers: dict[str, Layer]) -> None:
    text = json.dumps([page_of(layer) for layer in layers.values()], ensure_ascii=False)
    for secret in (SECRET, "6 幢 1202", "队员0"):
        assert secret not in text
    assert "138…34" in text


def test_outer_rings_run_counter_clockwise(layers: dict[str, Layer]) -> None:
    for feature in page_of(layers["communities"])["features"]:
        outline = shape(feature["geometry"])
        assert isinstance(outline, Polygon)
        assert outline.exterior.is_ccw


def test_a_boundary_in_several_parts_stays_so() -> None:
    made = small_squad()
    first = made.communities[0]
    parts = MultiPolygon([box(121.2, 31.3, 121.21, 31.31), box(121.3, 31.3, 121.31, 31.31)])
    split = replace(first, boundary=replace(first.boundary, polygon=parts))
    found = page_of(layers_of(replace(made, communities=(split,)))["communities"])
    assert found["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_ids_stay_the_same_and_are_given_once(layers: dict[str, Layer]) -> None:
    assert ids(layers["gates"])[:2] == ["station:station", "lake:lake-n"]
    assert ids(layers["coverage"]) == ["2026-W48:lake", "2026-W48:mill", "2026-W48:park"]
    for layer in layers.values():
        assert len(set(ids(layer))) == len(layer.features)


def test_gates_of_two_communities_never_share_an_id() -> None:
    made = small_squad()
    first, second, _ = made.communities
    odd = (
        replace(first, id="a:b", gates=(replace(first.gates[0], id="c"),)),
        replace(second, id="a", gates=(replace(second.gates[0], id="b:c"),)),
    )
    found = ids(layers_of(replace(made, communities=odd))["gates"])
    assert len(set(found)) == 3


def test_a_route_is_its_drives(layers: dict[str, Layer]) -> None:
    first = page_of(layers["routes"])["features"][0]
    assert first["geometry"]["type"] == "MultiLineString"
    assert first["properties"]["crew"] == "o1,o2,x5"
    assert first["properties"]["depart"] == "2026-11-23T08:50:00+08:00"
    assert first["properties"]["drawn"] is True


def test_coverage_tells_the_slowest_arrival_or_that_nobody_comes(layers: dict[str, Layer]) -> None:
    lake, mill, park = (feature["properties"] for feature in page_of(layers["coverage"])["features"])
    assert (lake["worst_seconds"], lake["gaps"], lake["kept"], lake["share"]) == (8000, 1, False, 0.988)
    assert (mill["worst_seconds"], mill["worst_at"]) == (None, "2026-11-23T10:00:00+08:00")
    assert (park["worst_seconds"], park["worst_at"], park["share"]) == (None, None, 1.0)


def test_one_feature_is_found_by_its_id(layers: dict[str, Layer]) -> None:
    found = ogc.item(BASE, layers["gates"], "lake:lake-n", "en")
    assert found is not None
    assert found["properties"]["gate_id"] == "lake-n"
    assert rels(found)["self"] == f"{BASE}/collections/gates/items/lake%3Alake-n"
    assert rels(found)["collection"] == f"{BASE}/collections/gates"
    assert ogc.item(BASE, layers["gates"], "lake", "en") is None


# Pages.


def test_pages_follow_one_another_and_miss_nothing(layers: dict[str, Layer]) -> None:
    layer, seen = layers["gates"], list[str]()
    link: str | None = f"{BASE}/collections/gates/items?limit=3"
    while link is not None:
        found = page_of(layer, **dict(parse_qsl(urlsplit(link).query)))
        assert found["numberReturned"] == len(found["features"]) <= 3
        assert found["numberMatched"] == len(layer.features)
        seen += [feature["id"] for feature in found["features"]]
        assert ("prev" in rels(found)) == (len(seen) > 3)
        link = rels(found).get("next")
    assert seen == [feature.id for feature in layer.features]


def test_links_to_other_pages_repeat_the_filters(layers: dict[str, Layer]) -> None:
    found = page_of(layers["gates"], limit="1", main="true", bbox="121,31,122,32")
    asked = dict(parse_qsl(urlsplit(rels(found)["next"]).query))
    assert asked == {"limit": "1", "offset": "1", "main": "true", "bbox": "121,31,122,32"}


def test_a_page_tells_when_it_was_made(layers: dict[str, Layer]) -> None:
    assert page_of(layers["gates"])["timeStamp"] == "2026-11-03T01:00:00Z"


def test_a_limit_beyond_the_greatest_is_the_greatest(layers: dict[str, Layer]) -> None:
    assert read_query(layers["gates"], {"limit": "99999999"}).limit == 10_000
    assert read_query(layers["gates"], {}) == Query()


# Filters.


def test_a_box_finds_what_it_touches(layers: dict[str, Layer]) -> None:
    assert ids(layers["communities"], bbox="121.205,31.37,121.215,31.38") == ["lake"]
    assert ids(layers["communities"], bbox="121.205,31.37,0,121.215,31.38,9") == ["lake"]
    assert ids(layers["communities"], bbox="121.211,31.36,121.219,31.39") == ["lake", "mill"]
    assert ids(layers["communities"], bbox="-10,-10,10,10") == []


def test_a_box_may_lie_across_the_date_line(layers: dict[str, Layer]) -> None:
    assert ids(layers["communities"], bbox="170,-80,-170,80") == []
    assert ids(layers["communities"], bbox="121,-80,-170,80") == ["lake", "mill", "park"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("2026-11-19", ["v2"]),
        ("2026-11-16T12:00:00Z", ["v1", "v2"]),
        ("2026-11-18T23:00:00+08:00", ["v1", "v2"]),
        ("2026-11-01/2026-11-05", ["v3"]),
        ("../2026-11-09", ["v3"]),
        ("2026-11-17/..", ["v1", "v2"]),
        ("/2026-11-09T15:59:59Z", ["v3"]),
        ("/2026-11-09T16:00:00Z", ["v1", "v3"]),
    ],
)
def test_time_finds_what_was_the_case_then(layers: dict[str, Layer], word: str, found: list[str]) -> None:
    assert ids(layers["violations"], datetime=word) == found


def test_what_has_no_time_belongs_to_every_time(layers: dict[str, Layer]) -> None:
    assert len(ids(layers["gates"], datetime="1999-01-01")) == len(layers["gates"].features)


def test_properties_are_compared_as_they_read(layers: dict[str, Layer]) -> None:
    assert ids(layers["gates"], main="false", community_id="lake") == ["lake:lake-s"]
    assert ids(layers["violations"], severity="3.0") == ["v1", "v2", "v3"]
    assert ids(layers["violations"], severity="much") == []
    assert ids(layers["communities"], phase="peak") == ["lake"]


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({"limit": "0"}, ("too_small", "limit")),
        ({"limit": "many"}, ("not_a_number", "limit")),
        ({"offset": "-1"}, ("too_small", "offset")),
        ({"bbox": "1,2,3"}, ("bad_bbox", "bbox")),
        ({"bbox": "1,2,3,nan"}, ("bad_bbox", "bbox")),
        ({"bbox": "1,4,3,2"}, ("bad_bbox", "bbox")),
        ({"datetime": "yesterday"}, ("bad_datetime", "datetime")),
        ({"datetime": ".."}, ("bad_datetime", "datetime")),
        ({"datetime": "../.."}, ("bad_datetime", "datetime")),
        ({"datetime": "2026-11-09T16:00:00"}, ("bad_datetime", "datetime")),
        ({"datetime": "2026-11-09/2026-11-08"}, ("bad_datetime", "datetime")),
        ({"datetime": "2026-11-09/2026-11-10/2026-11-11"}, ("bad_datetime", "datetime")),
        ({"datetime": "9999-12-31"}, ("bad_datetime", "datetime")),
        ({"colour": "red"}, ("unknown_parameter", "colour")),
    ],
)
def test_what_is_wrong_with_a_query_is_named(
    layers: dict[str, Layer], params: dict[str, str], fault: tuple[str, str]
) -> None:
    with pytest.raises(InputError) as caught:
        read_query(layers["gates"], params)
    assert [(one.code, one.field) for one in caught.value.faults] == [fault]


def test_every_fault_of_a_query_is_told_at_once(layers: dict[str, Layer]) -> None:
    with pytest.raises(InputError) as caught:
        read_query(layers["gates"], {"limit": "0", "bbox": "x", "datetime": "y", "a": "", "b": ""})
    assert len(caught.value.faults) == 5


# Ids over time.


def test_a_plan_made_again_keeps_the_ids_of_what_is_still_in_it(layers: dict[str, Layer]) -> None:
    made = small_squad()
    squad = replace(made, violations=(*made.violations, violation("v9", None, date(2026, 11, 1))))
    problem = small_problem(squad)
    plan = small_plan(problem)
    again = layers_of(squad, problem, replace(plan, routes=plan.routes[1:]))
    assert ids(again["routes"]) == ids(layers["routes"])[1:]
    assert ids(again["violations"]) == [*ids(layers["violations"]), "v9"]
