"""The live day over HTTP: who is where, which reports wait and for how long, before and after steps and words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.worker import make_plan
from tests.api.served import MONDAY, Clock, finished, serving
from tests.town import write_town

TOWN = "/api/squads/town"
CLOCK = Clock()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("live")
    with serving(folder, make_plan, source=write_town(folder / "town"), clock=CLOCK) as client:
        yield client


@pytest.fixture(scope="module")
def plan(client: TestClient) -> dict[str, Any]:
    """Plan and publish the week, and return its document."""
    CLOCK.now = MONDAY - timedelta(days=3)
    location = client.post(f"{TOWN}/plans", json={"week": "2026-W48", "time_limit": 1}).headers["location"]
    job = finished(client, location)
    assert client.post(f"{location}/state", json={"state": "published"}).status_code == 200
    CLOCK.now = MONDAY
    return dict(client.get(job["links"]["plan"]).json()) | {"id": job["id"]}


def desk(client: TestClient, now: datetime | None = None) -> dict[str, Any]:
    CLOCK.now = now or CLOCK.now
    answer = client.get(f"{TOWN}/live")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post(f"{TOWN}/reports", json={"lon": 121.241, "lat": 31.371, **more})
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()["case"]
    return case


def step(client: TestClient, case: str, **taken: Any) -> dict[str, Any]:
    answer = client.post(f"{TOWN}/cases/{case}/steps", json=taken)
    assert answer.status_code == 201, answer.text
    after: dict[str, Any] = answer.json()
    return after


def person(found: dict[str, Any], officer: str) -> dict[str, Any]:
    row: dict[str, Any] = next(row for row in found["officers"] if row["officer"] == officer)
    return row


def test_before_anything_is_published_the_roster_says_who_is_on_duty(tmp_path: Path) -> None:
    with serving(tmp_path, make_plan, source=write_town(tmp_path / "town")) as fresh:
        found = fresh.get(f"{TOWN}/live").json()
    assert found["plan"] is None
    assert found["reports"] == []
    on = [row for row in found["officers"] if row["duty_until"]]
    assert on
    assert all(row["now"]["doing"] == "standby" for row in on)


def test_during_a_visit_its_crew_is_at_the_gate_until_its_end(client: TestClient, plan: dict[str, Any]) -> None:
    route = plan["routes"][0]
    stop = route["stops"][0]
    begin = datetime.fromisoformat(stop["begin"])
    found = desk(client, begin + timedelta(minutes=5))
    lead = person(found, stop["officers"][0]["id"])
    assert (lead["now"]["doing"], lead["now"]["visit"]) == ("visit", stop["visit"])
    assert lead["now"]["until"] == stop["end"]
    assert lead["at"]["moving"] is False
    assert found["plan"] == plan["id"]
    later = [one["visit"] for one in route["stops"][1:]]
    assert (lead["next"] or {}).get("visit") == (later[0] if later else None)


def test_on_the_road_somebody_is_between_where_he_left_and_where_he_goes(
    client: TestClient, plan: dict[str, Any]
) -> None:
    route = plan["routes"][0]
    leg = route["legs"][0]
    depart, arrive = (datetime.fromisoformat(leg[key]) for key in ("depart", "arrive"))
    found = desk(client, depart + (arrive - depart) / 2)
    lead = person(found, route["stops"][0]["officers"][0]["id"])
    assert (lead["now"]["doing"], lead["at"]["moving"]) == ("driving", True)
    assert 121.24 < lead["at"]["lon"] < 121.251


def test_what_an_officer_says_of_his_visit_is_the_last_that_is_known_of_him(
    client: TestClient, plan: dict[str, Any]
) -> None:
    stop = plan["routes"][0]["stops"][0]
    begin, officer = datetime.fromisoformat(stop["begin"]), stop["officers"][0]["id"]
    CLOCK.now = begin + timedelta(minutes=9)
    act = {"kind": "arrived", "plan": plan["id"], "visit": stop["visit"], "officer": officer}
    assert client.post(f"{TOWN}/visits/acts", json=act).status_code == 201
    last = person(desk(client), officer)["last"]
    assert last["what"]["zh"] == "已到场"
    assert last["place"]


def test_reports_stand_by_the_time_they_have_left_and_their_clock_turns_with_each_step(
    client: TestClient, plan: dict[str, Any]
) -> None:
    del plan
    CLOCK.now = MONDAY.replace(hour=9)
    first = told(client, note="电话 021-5555-0177", reporter_phone="13912345678")
    CLOCK.now += timedelta(minutes=20)
    second = told(client, lon=121.251, lat=31.371, type="flue")
    found = desk(client)
    assert [one["id"] for one in found["reports"]] == [first["id"], second["id"]]
    assert found["reports"][0]["clock"] == {"runs": "down", "due": first["due_at"]}
    assert found["soon"] == 2400
    assert "13912345678" not in str(found)
    step(client, first["id"], kind="dispatched", officers=["01"])
    found = desk(client)
    assert person(found, "01")["case"] == first["id"]
    assert person(found, "01")["last"]["what"]["zh"] == "受派"
    CLOCK.now += timedelta(minutes=10)
    step(client, first["id"], kind="arrived", officer="01", lon=121.241, lat=31.371)
    found = desk(client)
    assert [one["id"] for one in found["reports"]] == [second["id"], first["id"]]
    clock = found["reports"][1]["clock"]
    assert (clock["runs"], clock["late"]) == ("up", False)
    assert person(found, "01")["at"] == {"lon": 121.241, "lat": 31.371, "moving": False}
    step(client, first["id"], kind="handled", outcome="rectified", type="flue")
    found = desk(client)
    assert [one["id"] for one in found["dealt"]] == [first["id"]]
    assert person(found, "01")["case"] is None
    assert person(found, "01")["last"]["what"]["zh"] == "处置完毕"


def test_of_two_reports_of_one_matter_the_younger_is_proposed_for_merging(
    client: TestClient, plan: dict[str, Any]
) -> None:
    del plan
    CLOCK.now = MONDAY.replace(hour=11)
    older = told(client, lon=121.2412, lat=31.3812)
    CLOCK.now += timedelta(minutes=3)
    younger = told(client, lon=121.2413, lat=31.3812)
    rows = {one["id"]: one["alike"] for one in desk(client)["reports"]}
    assert (rows[older["id"]], rows[younger["id"]]) == ([], [older["id"]])
    step(client, younger["id"], kind="merged", case_id=older["id"])
    assert younger["id"] not in {one["id"] for one in desk(client)["reports"]}


def test_a_desk_that_is_as_it_was_is_not_sent_again(client: TestClient, plan: dict[str, Any]) -> None:
    del plan
    CLOCK.now = MONDAY.replace(hour=7, minute=0)
    tag = client.get(f"{TOWN}/live").headers["etag"]
    assert client.get(f"{TOWN}/live", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{TOWN}/live", headers={"If-None-Match": '"other"'}).status_code == 200
