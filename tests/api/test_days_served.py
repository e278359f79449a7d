"""An officer's days over HTTP: by the published plan, with what the records know, for himself and his leaders only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.security.roles import Role
from api.worker import make_plan
from tests.api.served import colleague, finished, problem, serving
from tests.town import write_town

TOWN = "/api/squads/town"
INSIDE: dict[str, Any] = {"lon": 121.241, "lat": 31.371}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The town with its week published."""
    folder = tmp_path_factory.mktemp("days")
    with serving(folder, make_plan, source=write_town(folder / "town")) as client:
        order = {"week": "2026-W48", "time_limit": 3}
        job = finished(client, client.post(f"{TOWN}/plans", json=order).headers["location"])
        version = {"If-Match": f'"{job["record"]["version"]}"'}
        state = client.post(f"{job['links']['self']}/state", json={"state": "published"}, headers=version)
        assert state.is_success, state.text
        yield client


def days(who: TestClient, officer: str = "01", **params: str) -> Any:
    return who.get(f"{TOWN}/officers/{officer}/days", params=params)


def stops(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [stop for day in told["days"] for route in day["routes"] for stop in route["stops"]]


def test_two_weeks_of_days_come_in_one_answer_and_not_again_where_nothing_changed(client: TestClient) -> None:
    answer = days(client)
    told = answer.json()
    assert [day["date"] for day in told["days"]][::13] == ["2026-11-23", "2026-12-06"]
    assert answer.headers["content-encoding"] == "gzip"
    again = client.get(f"{TOWN}/officers/01/days", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert days(client, day="2026-11-30").json()["days"][0]["date"] == "2026-11-30"


def test_a_stop_says_when_where_with_whom_and_what_to_look_at(client: TestClient) -> None:
    told = days(client).json()
    joint = next(stop for stop in stops(told) if stop["visit"].startswith("joint-C1"))
    assert joint["leave_by"] <= joint["arrive"] <= joint["begin"] < joint["end"]
    assert {partner["name"] for partner in joint["partners"]} == {"甲乙居委", "甲乙物业"}
    assert "tel:02155550111" in {contact["tel"] for contact in joint["contacts"]}
    assert joint["links"]["amap"].startswith("https://uri.amap.com/navigation?from=")
    assert joint["links"]["baidu"].startswith("https://api.map.baidu.com/direction?origin=latlng%3A")
    assert joint["links"]["geo"].startswith("geo:31.371000,121.242000?q=")
    assert joint["became"]["state"] == "planned"
    again = next(stop for stop in stops(told) if stop["kind"] == "recheck")
    assert [check["subject"] for check in again["checks"]] == ["W1"]
    assert "复查 3 幢 501 违规排烟道" in again["checks"][0]["text"]["zh"]


def test_the_day_comes_with_a_map_to_draw(client: TestClient) -> None:
    day = next(day for day in days(client).json()["days"] if day["routes"])
    picture = client.get(day["picture"]).json()
    assert len(picture["routes"]) == len(day["routes"])
    assert [stop["visit"] for stop in picture["routes"][0]["stops"]] == [
        stop["visit"] for stop in day["routes"][0]["stops"]
    ]
    assert {area["name"] for area in picture["areas"]} <= {"甲苑", "乙苑", "丙苑"}
    shared = client.get(day["share"])
    assert shared.headers["content-type"].startswith("text/html")
    assert "5555-0199" not in shared.text, "no reporter's telephone goes into a chat"
    elsewhere = day["picture"].replace("2026-11-2", "2026-10-2")
    problem(client.get(elsewhere), 404)


def test_renovations_findings_and_open_cases_are_on_the_list_with_telephones_masked(client: TestClient) -> None:
    before = {"community": "C1", "building": "5 幢 101", "registered_on": "2026-11-22"}
    assert client.post(f"{TOWN}/renovations", json=before).status_code == 201
    report = {**INSIDE, "type": "flue", "note": "电话 13812345678", "reporter_phone": "13812345678"}
    case = client.post(f"{TOWN}/reports", json=report).json()["case"]["id"]
    told = days(client)
    assert "13812345678" not in told.text
    lists = [stop["checks"] for stop in stops(told.json()) if stop["visit"].startswith("joint-C1")]
    assert {check["kind"] for check in lists[0]} >= {"case", "renovation"}
    assert any("抽查 1 户:5 幢 101" in check["text"]["zh"] for check in lists[0])
    sent = {"kind": "dispatched", "officers": ["01"]}
    assert client.post(f"{TOWN}/cases/{case}/steps", json=sent).status_code == 201
    (live,) = days(client).json()["cases"]
    assert (live["id"], live["community"], live["due_at"]) == (case, "甲苑", "2026-11-23T10:00:00+08:00")
    assert "from=" not in live["links"]["amap"]
    assert days(client, "02").json()["cases"] == []


def test_an_officer_sees_his_own_days_and_his_leader_anybody_s(client: TestClient) -> None:
    officer = colleague(client, Role.OFFICER, "town", "01")
    assert days(officer).status_code == 200
    problem(days(officer, "02"), 403)
    assert days(colleague(client, Role.LEADER, "town"), "02").status_code == 200
    problem(days(colleague(client, Role.READER, "town")), 403)
    problem(days(client, "nobody"), 404)
