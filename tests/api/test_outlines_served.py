"""Outlines and gates over HTTP: drawn, judged, refused, put back; places put right; plans to a gate since gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.worker import make_plan
from tests.api.served import finished, problem, serving
from tests.town import CORNERS, square, write_town

TOWN = "/api/squads/town"
C1 = f"{TOWN}/communities/C1"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("outlines")
    with serving(folder, make_plan, source=write_town(folder / "town")) as client:
        yield client


def community(client: TestClient, ident: str = "C1") -> dict[str, Any]:
    found = client.get(f"{TOWN}/ground").json()["communities"]
    return dict(next(one for one in found if one["community"] == ident))


def polygon(side: float = 0.002) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": square(CORNERS["C1"], side)}


def test_the_ground_shows_outlines_gates_risk_and_what_is_open(client: TestClient) -> None:
    found = client.get(f"{TOWN}/ground").json()
    assert [one["name"] for one in found["communities"]] == ["甲苑", "乙苑", "丙苑"]
    assert [gate["name"] for gate in found["communities"][0]["gates"]] == ["甲苑东门", "甲苑南门"]
    assert {one["id"]: one["state"] for one in found["violations"]} == {"W1": "handled", "W2": "handled"}
    assert "021-5555-0199" not in str(found)


def test_an_outline_drawn_is_the_next_version_and_the_former_one_is_put_back(client: TestClient) -> None:
    before = community(client)
    drawn = client.put(
        f"{C1}/outline", json={"geometry": polygon(0.0021)}, headers={"If-Match": f'"{before["version"]}"'}
    )
    assert drawn.status_code == 200, drawn.text
    after = drawn.json()
    assert after["boundary_version"] == before["boundary_version"] + 1
    assert after["gates"] == before["gates"]
    stale = client.put(f"{C1}/outline", json={"geometry": polygon()}, headers={"If-Match": f'"{before["version"]}"'})
    assert "别人刚改过" in problem(stale, 412)["detail"]
    back = client.post(f"{C1}/boundaries/{before['boundary_version']}/restore")
    assert back.json()["geometry"] == before["geometry"]
    assert client.post(f"{C1}/boundaries/99/restore").status_code == 404
    acts = [line["act"] for line in client.get(f"{TOWN}/audit").json()["lines"]]
    assert {"boundary drawn", "boundary put back"} <= set(acts)


def test_faults_are_told_before_anything_is_kept_and_refused_when_it_is_to_be(client: TestClient) -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[121.24, 31.37], [121.242, 31.372], [121.242, 31.37], [121.24, 31.372], [121.24, 31.37]]],
    }
    judged = client.post(f"{C1}/outline/check", json={"geometry": bow}).json()
    assert [(one["code"], one["level"]) for one in judged["faults"]] == [("invalid_geometry", "error")]
    refused = problem(client.put(f"{C1}/outline", json={"geometry": bow}), 422)
    assert refused["faults"][0]["problem"]["zh"].startswith("边界自相交")
    none = client.put(f"{C1}/outline", json={"gates": []})
    assert problem(none, 422)["faults"][0]["code"] == "no_gate"
    odd = client.post(f"{C1}/outline/check", json={"gates": [{"name": "北门", "lon": 121.241, "lat": 31.3738}]}).json()
    assert [one["level"] for one in odd["faults"]] == ["warning"]


def test_what_is_declared_gcj_02_is_kept_as_wgs84(client: TestClient) -> None:
    gate = {"id": "G1", "name": "甲苑东门", "lon": 121.246367, "lat": 31.368991}
    judged = client.post(f"{C1}/outline/check", json={"gates": [gate], "crs": "GCJ-02"}).json()
    assert judged["gates"][0]["lon"] == pytest.approx(121.242, abs=1e-3)
    assert judged["gates"][0]["lat"] == pytest.approx(31.371, abs=1e-3)
    assert client.post(f"{C1}/outline/check", json={"crs": "BD-09"}).status_code == 422


def test_gates_are_added_moved_and_made_the_main_one_and_a_plan_that_went_to_one_since_gone_opens(
    client: TestClient,
) -> None:
    place = client.post(f"{TOWN}/plans", json={"week": "2026-W48", "time_limit": 0.5}).headers["location"]
    finished(client, place)
    before = community(client)
    east, south = before["gates"]
    new = {"name": "北门", "lon": 121.241, "lat": 31.372}
    after = client.put(f"{C1}/outline", json={"gates": [{**new}, south]}).json()
    assert [gate["name"] for gate in after["gates"]] == ["北门", "甲苑南门"]
    assert after["gates"][0]["id"] not in {"", east["id"], south["id"]}
    assert after["boundary_version"] == before["boundary_version"]
    assert client.get(f"{place}/board").status_code == 200
    assert client.post(f"{place}/state", json={"state": "published"}).status_code == 200
    assert client.get(f"{TOWN}/live").status_code == 200
    client.put(f"{C1}/outline", json={"gates": [east, south]})
    assert community(client)["gates"] == before["gates"]


def test_a_violation_or_a_scene_is_put_where_it_lies(client: TestClient) -> None:
    moved = client.put(f"{TOWN}/violations/W1/place", json={"lon": 121.2411, "lat": 31.3711})
    assert moved.json() == {"id": "W1", "kind": "violation", "lon": 121.2411, "lat": 31.3711, "community": "C1"}
    case = client.post(f"{TOWN}/reports", json={"lon": 121.241, "lat": 31.371}).json()["case"]
    moved = client.put(f"{TOWN}/violations/{case['id']}/place", json={"lon": 121.251, "lat": 31.371})
    assert (moved.json()["kind"], moved.json()["community"]) == ("case", "C2")
    assert client.get(f"{TOWN}/cases/{case['id']}").json()["community"] == "C2"
    assert client.put(f"{TOWN}/violations/none/place", json={"lon": 121.2, "lat": 31.3}).status_code == 404
