"""The squad's story over HTTP: planned, an officer ill, a report, its re-check, the reviews; nothing is typed twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.exchange.squad_files import load_squad
from api.exchange.workbook import write_workbook
from api.security.roles import Role
from api.worker import make_plan
from tests.api.served import MONDAY, Clock, application, colleague, finished, problem, sign_in
from tests.town import write_town

TOWN = "/api/squads/town"
SHIFTS = "officer,date,band\n" + "".join(
    f"{officer},{date(2026, 11, 23) + timedelta(days=day)},{band}\n"
    for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)
    for officer, band in (("01", "early"), ("02", "middle"), ("03", "early"), ("04", "middle"))
    + ((("02", "early"), ("04", "early"), ("01", "middle"), ("03", "middle")) if day % 7 < 5 else ())
)


@pytest.fixture
def workbook(tmp_path: Path) -> bytes:
    """The town as the Excel workbook that its leader keeps."""
    town = write_town(tmp_path / "town", shifts=SHIFTS)
    write_workbook(load_squad(town).squad, tmp_path / "town.xlsx")
    return (tmp_path / "town.xlsx").read_bytes()


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY - timedelta(days=3) + timedelta(hours=8))


@pytest.fixture
def leader(tmp_path: Path, clock: Clock, workbook: bytes) -> Iterator[TestClient]:
    with TestClient(application(tmp_path, make_plan, source=None, clock=clock)) as administrator:
        sign_in(administrator, "administrator")
        answer = administrator.put(f"{TOWN}/workbook", content=workbook)
        assert answer.json()["communities"] == 3, answer.text
        yield colleague(administrator, Role.LEADER, "town")


def planned(client: TestClient, week: str) -> dict[str, Any]:
    """Order a plan, wait, and publish it."""
    job = finished(client, client.post(f"{TOWN}/plans", json={"week": week, "time_limit": 1}).headers["location"])
    assert job["state"] == "done", job["problem"]
    return published(client, job)


def published(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    said = client.post(f"{job['links']['self']}/state", json={"state": "published"}, headers={"If-Match": '"1"'})
    assert said.json()["record"]["state"] == "published", said.text
    return finished(client, job["links"]["self"])


def at(client: TestClient, clock: Clock, now: datetime) -> None:
    """Let time pass; the leader signs in again."""
    clock.now = now
    sign_in(client, "leader-town-None")


def visits(client: TestClient, week: str) -> dict[str, dict[str, Any]]:
    document = client.get(f"{TOWN}/published/{week}").json()
    return {stop["visit"]: stop for route in document["routes"] for stop in route["stops"]}


ILL = {
    "schema": "wuzao-event/1",
    "event": "officer_ill",
    "known": "2026-11-23T07:00:00+08:00",
    "officer": "04",
    "from": "2026-11-23T07:00:00+08:00",
    "to": "2026-11-24T00:00:00+08:00",
}


def somebody_falls_ill(leader: TestClient, first: dict[str, Any]) -> None:
    """Monday 07:00: officer 04 is ill, the week is planned again and published in place of the one before."""
    again = leader.post(f"{first['links']['self']}/replan", json={"event": ILL, "time_limit": 1})
    assert again.status_code == 202, again.text
    second = published(leader, finished(leader, again.headers["location"]))
    assert leader.get(f"{second['links']['self']}/changes").json()["changes"]
    assert finished(leader, first["links"]["self"])["record"]["state"] == "replaced"
    monday = [stop for stop in visits(leader, "2026-W48").values() if stop["begin"].startswith("2026-11-23")]
    assert all(officer["id"] != "04" for stop in monday for officer in stop["officers"])


def a_report_comes(leader: TestClient) -> tuple[str, dict[str, Any]]:
    """Tuesday 14:05: a resident reports; a crew on patrol is thought of, sent, and the plan without it published."""
    told = {"channel": "public", "lon": 121.241, "lat": 31.371, "type": "flue", "reporter_phone": "13812345678"}
    case = leader.post(f"{TOWN}/reports", json=told).json()["case"]
    assert (case["community"], case["due_at"]) == ("C1", "2026-11-24T16:05:00+08:00")
    place = f"{TOWN}/cases/{case['id']}"
    ranked = leader.get(f"{place}/responders").json()["responders"]
    assert ranked[0]["seconds"] == min(one["seconds"] for one in ranked if one["seconds"] is not None)
    idle = next(one for one in ranked if not one["changes_plan"])
    unchanged = leader.post(f"{place}/preview", json={"officer": idle["officer"]})
    assert "不影响计划" in problem(unchanged, 409)["detail"]
    one = next(one for one in ranked if one["changes_plan"] and one["in_time"])
    thought = leader.post(f"{place}/preview", json={"officer": one["officer"], "time_limit": 1})
    draft = finished(leader, thought.headers["location"])
    assert draft["state"] == "done", draft["problem"]
    sent = {"kind": "dispatched", "officers": [one["officer"]], "publish": draft["id"]}
    assert leader.post(f"{place}/steps", json=sent).json()["stage"] == "dispatched"
    assert finished(leader, draft["links"]["self"])["record"]["state"] == "published"
    return case["id"], one


def reviews_carry(leader: TestClient, case: str) -> None:
    """The month's reviews and the quarter's appraisal name the case."""
    outcome = leader.get(f"{TOWN}/reviews/outcome/2026-11").json()["document"]
    assert outcome["complaints"]["ids"] == [case]
    assert outcome["on_time"]["part_ids"] == [case]
    review = leader.get(f"{TOWN}/reviews/property/2026-11").json()["document"]["reviews"]
    of_c1 = next(one for one in review if "C1" in one["community_ids"])
    assert case in of_c1["found"]["whole_ids"]
    assert case not in of_c1["found"]["part_ids"]
    officers = leader.get(f"{TOWN}/reviews/appraisal/2026-Q4").json()["document"]["officers"]
    mine = next(one for one in officers if one["officer_id"] == "01")
    assert any(case in factor["ids"] for factor in mine["factors"])


def test_the_week_as_it_goes(leader: TestClient, clock: Clock) -> None:
    first = planned(leader, "2026-W48")
    at(leader, clock, MONDAY.replace(hour=7))
    somebody_falls_ill(leader, first)
    at(leader, clock, MONDAY.replace(day=24, hour=14, minute=5))
    case, one = a_report_comes(leader)
    steps = f"{TOWN}/cases/{case}/steps"
    clock.now += timedelta(seconds=one["seconds"])
    here = {"kind": "arrived", "officer": one["officer"], "lon": 121.241, "lat": 31.371}
    assert leader.post(steps, json=here).json()["stage"] == "on_scene"
    clock.now += timedelta(minutes=30)
    handled = leader.post(steps, json={"kind": "handled", "outcome": "rectified"}).json()
    assert handled["recheck_due"] == "2026-12-01"

    # seven days later the re-check stands in the plan by itself, and in the ledger
    planned(leader, "2026-W49")
    again = [stop["begin"][:10] for visit, stop in visits(leader, "2026-W49").items() if visit == f"recheck-C1-{case}"]
    assert set(again) <= {"2026-11-30", "2026-12-01", "2026-12-02"}
    assert len(again) == 1
    at(leader, clock, MONDAY + timedelta(days=8, hours=3))
    lines = leader.get(f"{TOWN}/communities/C1/ledger").json()["lines"]
    assert any(line["item"]["id"].startswith(f"recheck-{case}") for line in lines)
    passed = {"kind": "rechecked", "passed": True, "officer": "01"}
    assert leader.post(steps, json=passed).json()["stage"] == "closed"
    reviews_carry(leader, case)
