"""Reports and cases over HTTP: taken in once, stepped through, masked, never two people's at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.security.roles import Role
from api.storage.cases import steps_of
from api.storage.engine import connect, reading
from casework.case import Handled
from tests.api import fake_work
from tests.api.served import MONDAY, Clock, colleague, problem, serving, sign_in
from tests.api.stores import records
from tests.town import write_town

TOWN = "/api/squads/town"
INSIDE = {"lon": 121.241, "lat": 31.371}
REPORT: dict[str, Any] = {**INSIDE, "channel": "public", "type": "flue", "note": "厨房外墙开孔,电话 13812345678"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[TestClient]:
    with serving(tmp_path, fake_work.quick, source=write_town(tmp_path / "town"), clock=clock) as client:
        yield client


def taken_in(client: TestClient, **changes: Any) -> dict[str, Any]:
    answer = client.post(f"{TOWN}/reports", json=REPORT | changes)
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()["case"]
    return case


def step(client: TestClient, case: str, kind: str, **said: Any) -> Any:
    return client.post(f"{TOWN}/cases/{case}/steps", json={"kind": kind, **said})


def test_a_report_finds_its_community_and_its_two_hours_begin(client: TestClient) -> None:
    case = taken_in(client, reported_at="2026-11-23T07:55:00+08:00")
    assert (case["id"], case["community"], case["stage"]) == ("20261123-00001", "C1", "collected")
    assert case["due_at"] == "2026-11-23T09:55:00+08:00"
    assert taken_in(client, lon=121.0)["community"] is None
    assert taken_in(client, lon=-159.65, lat=-44.7)["community"] is None, "nor where nothing can be measured"


def test_a_report_from_a_gate_in_the_street_is_of_its_community(client: TestClient) -> None:
    assert taken_in(client, lon=121.2424, lat=31.371)["community"] == "C1"
    assert taken_in(client, lon=121.2435, lat=31.371)["community"] is None


def test_a_report_at_night_counts_from_the_next_start_of_duty(client: TestClient, clock: Clock) -> None:
    clock.now = MONDAY.replace(hour=23, minute=30)
    sign_in(client, "administrator")
    assert taken_in(client)["due_at"] == "2026-11-24T09:30:00+08:00"


def test_reports_nearby_are_proposed_for_merging_and_merged_by_a_person(client: TestClient) -> None:
    first = taken_in(client)
    second = client.post(f"{TOWN}/reports", json=REPORT | {"lat": 31.3712}).json()
    assert second["alike"] == [first["id"]]
    merged = step(client, second["case"]["id"], "merged", case_id=first["id"]).json()
    assert (merged["stage"], merged["merged_into"]) == ("merged", first["id"])
    problem(step(client, first["id"], "merged", case_id="20261123-99999"), 404)


def test_personal_data_is_masked_and_looking_at_it_is_written_down(client: TestClient) -> None:
    case = taken_in(client, reporter_name="王某", reporter_phone="13812345678")
    shown = client.get(f"{TOWN}/cases/{case['id']}").text + client.get(f"{TOWN}/cases").text
    assert "13812345678" not in shown
    assert "王某" not in shown
    assert "138…78" in shown
    told = client.post(f"{TOWN}/cases/{case['id']}/unmask").json()
    assert told == {"name": "王某", "phone": "13812345678"}
    trail = client.get(f"{TOWN}/audit").json()["lines"]
    assert trail[0]["act"] == "reporter looked at"
    assert "13812345678" not in str(trail)


def test_a_case_goes_through_its_steps_and_comes_back_for_its_recheck(client: TestClient, clock: Clock) -> None:
    case = taken_in(client)["id"]
    assert step(client, case, "dispatched", officers=["01", "02"]).json()["stage"] == "dispatched"
    clock.now += timedelta(minutes=40)
    assert step(client, case, "arrived", officer="01", **INSIDE).json()["first_arrival"] == "2026-11-23T08:40:00+08:00"
    clock.now += timedelta(minutes=30)
    handled = step(client, case, "handled", outcome="rectified").json()
    assert (handled["stage"], handled["recheck_due"]) == ("handled", "2026-11-30")
    clock.now += timedelta(days=7)
    sign_in(client, "administrator")
    failed = step(client, case, "rechecked", passed=False, officer="02").json()
    assert (failed["stage"], failed["reopened"]) == ("filed", 1)


def test_photographs_belong_to_what_was_done_and_must_have_been_handed_in(client: TestClient, tmp_path: Path) -> None:
    case = taken_in(client)["id"]
    step(client, case, "dispatched", officers=["01", "02"])
    step(client, case, "arrived", officer="01", **INSIDE)
    problem(step(client, case, "handled", outcome="rectified", files=["0" * 64]), 404)
    kept = client.post(f"{TOWN}/files", content=b"\xff\xd8\xff\xe0 a photograph").json()["sha256"]
    assert step(client, case, "handled", outcome="rectified", files=[kept]).status_code == 201
    store = connect(records(tmp_path / "data"))
    with reading(store) as connection:
        handled = steps_of(connection, "town", case)[-1]
    store.dispose()
    assert isinstance(handled, Handled)
    assert handled.files == (kept,)


def test_an_arrival_elsewhere_wants_a_reason(client: TestClient) -> None:
    case = taken_in(client)["id"]
    step(client, case, "dispatched", officers=["01"])
    assert "原因" in problem(step(client, case, "arrived", officer="01", lon=121.3, lat=31.3), 422)["detail"]
    problem(step(client, case, "arrived", officer="01"), 422)
    assert step(client, case, "arrived", officer="01", reason="定位失灵").status_code == 201


def test_a_late_upload_keeps_its_own_time_and_none_lies_ahead(client: TestClient, clock: Clock) -> None:
    case = taken_in(client)["id"]
    step(client, case, "dispatched", officers=["01"])
    clock.now += timedelta(hours=5)
    told = step(client, case, "arrived", officer="01", at="2026-11-23T08:50:00+08:00", **INSIDE).json()
    assert (told["first_arrival"], told["late"]) == ("2026-11-23T08:50:00+08:00", False)
    problem(step(client, case, "handled", outcome="rectified", at="2026-11-23T14:00:00+08:00"), 422)


def test_nobody_is_on_two_cases(client: TestClient) -> None:
    first, second = taken_in(client)["id"], taken_in(client)["id"]
    step(client, first, "dispatched", officers=["01"])
    assert "01" in problem(step(client, second, "dispatched", officers=["02", "01"]), 409)["detail"]
    assert client.get(f"{TOWN}/cases/{second}").json()["stage"] == "collected"
    step(client, first, "recalled", reason="换人")
    assert step(client, second, "dispatched", officers=["01"]).status_code == 201
    problem(step(client, first, "dispatched", officers=["nobody"]), 422)


def test_twenty_posts_at_once_with_one_key_make_one_report(client: TestClient) -> None:
    def post(_: int) -> tuple[int, str]:
        answer = client.post(f"{TOWN}/reports", json=REPORT, headers={"Idempotency-Key": "telephone-1"})
        return answer.status_code, answer.json()["case"]["id"]

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(post, range(20)))
    assert len(answers) == 1
    assert client.get(f"{TOWN}/cases").json()["total"] == 1
    other = client.post(f"{TOWN}/reports", json=REPORT | {"lat": 31.3}, headers={"Idempotency-Key": "telephone-1"})
    problem(other, 422)


def test_at_once_an_officer_is_sent_to_one_case_only(client: TestClient) -> None:
    cases = [taken_in(client, lon=121.0 + n / 100)["id"] for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda case: step(client, case, "dispatched", officers=["01"]).status_code, cases))
    assert sorted(sent) == [201] + [409] * 7


def test_of_two_leaders_the_one_who_saw_an_older_version_is_told_so(client: TestClient) -> None:
    case = taken_in(client)["id"]
    seen = client.get(f"{TOWN}/cases/{case}").headers["etag"]
    place = f"{TOWN}/cases/{case}/steps"
    first = client.post(place, json={"kind": "filed"}, headers={"If-Match": seen})
    assert first.headers["etag"] == '"2"'
    late = client.post(place, json={"kind": "dispatched", "officers": ["01"]}, headers={"If-Match": seen})
    assert "刷新" in problem(late, 412)["detail"]
    assert client.get(f"{TOWN}/cases/{case}").json()["stage"] == "filed"


def test_an_officer_attends_in_his_own_name_and_sends_nobody(client: TestClient) -> None:
    case = taken_in(client)["id"]
    step(client, case, "dispatched", officers=["01"])
    officer = colleague(client, Role.OFFICER, "town", "01")
    problem(step(officer, case, "arrived", officer="02", **INSIDE), 403)
    assert step(officer, case, "arrived", officer="01", **INSIDE).status_code == 201
    other = taken_in(client)["id"]
    problem(step(officer, other, "dispatched", officers=["01"]), 403)


def test_a_property_company_s_report_is_its_own_and_shows_its_24_hours(client: TestClient) -> None:
    company = colleague(client, Role.PROPERTY, "town", "P2")
    told = taken_in(company, channel="leader", dissuaded_at="2026-11-22T09:00:00+08:00")
    assert (told["channel"], told["property_due_at"]) == ("property", "2026-11-23T09:00:00+08:00")
    problem(company.get(f"{TOWN}/cases"), 403)


def test_cases_are_listed_a_page_at_a_time_the_newest_first(client: TestClient, clock: Clock) -> None:
    for _ in range(5):
        taken_in(client)
        clock.now += timedelta(minutes=1)
    page = client.get(f"{TOWN}/cases", params={"limit": 2, "offset": 1}).json()
    assert (page["total"], [case["id"][-1] for case in page["cases"]]) == (5, ["4", "3"])
    assert client.get(f"{TOWN}/cases", params={"stage": "handled"}).json()["total"] == 0
    assert client.get(f"{TOWN}/cases", params={"community": "C1"}).json()["total"] == 5


def test_cases_are_found_by_what_is_open_late_and_of_a_type_the_most_urgent_first(
    client: TestClient, clock: Clock
) -> None:
    first = taken_in(client)["id"]
    clock.now += timedelta(minutes=30)
    second = taken_in(client, lon=121.251, lat=31.371, type="drying_rack")["id"]
    step(client, second, "dispatched", officers=["03"])
    step(client, second, "arrived", officer="03", reason="定位失灵")
    step(client, second, "handled", outcome="rectified", type="illegal_structure")

    def found(**asked: str) -> list[str]:
        answer = client.get(f"{TOWN}/cases", params=asked)
        assert answer.status_code == 200, answer.text
        return [case["id"] for case in answer.json()["cases"]]

    assert found() == [second, first]
    assert found(order="urgent") == [first, second]
    assert found(type="illegal_structure") == found(type="drying_rack") == [second]
    clock.now += timedelta(hours=2)
    assert found(show="late") == [first]
    step(client, second, "rechecked", passed=True, officer="03")
    assert found(show="open") == [first]
    problem(client.get(f"{TOWN}/cases", params={"show": "some"}), 422)


def test_numbers_go_on_when_the_clock_is_stepped_back(client: TestClient, clock: Clock) -> None:
    first = taken_in(client)["id"]
    clock.now -= timedelta(hours=2)
    assert taken_in(client)["id"] > first
