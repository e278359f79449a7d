"""What officers say of their visits over HTTP: once, in their own name, with its own time; what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.security.roles import Role
from api.storage.engine import writing
from api.storage.plans import Change, PlanState, add_draft, change_plan, get_plan
from tests.api import fake_work
from tests.api.served import MONDAY, Clock, colleague, problem, serving, sign_in
from tests.town import write_town

TOWN = "/api/squads/town"
JPEG = b"\xff\xd8\xff\xe0 wet bricks"
INSIDE: dict[str, Any] = {"lon": 121.241, "lat": 31.371}


def stop(visit: str, community: str, begin: str, end: str, officers: list[str]) -> dict[str, Any]:
    return {
        "visit": visit,
        "kind": visit.split("-", maxsplit=1)[0],
        "community": {"id": community, "name": community},
        "gate": {"id": "G1", "name": "东门", "lon": 121.242, "lat": 31.371},
        "arrival": f"2026-11-23T{begin}:00+08:00",
        "begin": f"2026-11-23T{begin}:00+08:00",
        "end": f"2026-11-23T{end}:00+08:00",
        "officers": [{"id": one, "name": f"队员{one}"} for one in officers],
    }


DOCUMENT: dict[str, Any] = {
    "week": "2026-W48",
    "routes": [
        {
            "crew": {"officers": [{"id": "01"}, {"id": "03"}], "auxiliaries": []},
            "stops": [
                stop("joint-C1#1", "C1", "09:00", "10:20", ["01", "03"]),
                stop("recheck-C1-W1#1", "C1", "10:30", "10:50", ["01", "03"]),
                stop("joint-C2#1", "C2", "11:00", "12:00", ["03", "01"]),
            ],
        }
    ],
}
NINE = MONDAY.replace(hour=9)


@pytest.fixture
def clock() -> Clock:
    return Clock(NINE.replace(hour=11))


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[TestClient]:
    with serving(tmp_path, fake_work.quick, source=write_town(tmp_path / "town"), clock=clock) as client:
        with writing(client.app.state.store) as connection:  # type: ignore[attr-defined]  # ours, not any application
            for plan in ("p1", "draft"):
                add_draft(connection, "town", plan, DOCUMENT, MONDAY - timedelta(days=2))
        published(client, "p1")
        yield client


def published(client: TestClient, plan: str) -> None:
    with writing(client.app.state.store) as connection:  # type: ignore[attr-defined]  # as above
        change = Change(MONDAY, "test", state=PlanState.PUBLISHED)
        change_plan(connection, "town", get_plan(connection, "town", plan), change)


@pytest.fixture
def officer(client: TestClient) -> TestClient:
    return colleague(client, Role.OFFICER, "town", "01")


def say(who: TestClient, kind: str, at: datetime | None = None, **more: Any) -> Any:
    visit, key = more.pop("visit", "joint-C1#1"), more.pop("key", None)
    headers = {} if key is None else {"Idempotency-Key": key}
    told = {"plan": "p1", "visit": visit, "kind": kind, "at": (at or NINE).isoformat(), **more}
    return who.post(f"{TOWN}/visits/acts", json=told, headers=headers)


def told(client: TestClient, **params: str) -> dict[str, Any]:
    answer = client.get(f"{TOWN}/visits/acts", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_arrival_keeps_its_own_time_and_says_whether_it_was_there(client: TestClient, officer: TestClient) -> None:
    taken = say(officer, "arrived", NINE - timedelta(minutes=2), clock_behind=-7, **INSIDE).json()
    assert taken["act"]["at"] == "2026-11-23T08:58:00+08:00"
    assert taken["act"]["received_at"] == "2026-11-23T11:00:00+08:00"
    assert (taken["act"]["there"], taken["act"]["clock_behind"]) == (True, -7)
    assert taken["visit"]["state"] == "under_way"
    assert say(officer, "arrived", NINE, lon=121.3, lat=31.3).json()["act"]["there"] is False
    week = told(client)
    assert week == told(client, week="2026-W48")
    assert [act["kind"] for act in week["acts"]] == ["arrived", "arrived"]
    assert [(one["visit"], one["arrived_at"]) for one in week["visits"]] == [
        ("joint-C1#1", "2026-11-23T08:58:00+08:00")
    ]
    assert told(client, week="2026-W47")["acts"] == []


def test_the_same_act_sent_again_and_again_counts_once(client: TestClient, officer: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: say(officer, "arrived", key="telephone-1").json(), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(told(client)["acts"]) == 1
    problem(say(officer, "finished", key="telephone-1"), 422)


def test_an_officer_speaks_for_his_own_crews_only_and_in_his_own_name(client: TestClient, officer: TestClient) -> None:
    problem(say(officer, "arrived", officer="03"), 403)
    problem(say(colleague(client, Role.OFFICER, "town", "02"), "arrived"), 403)
    problem(say(client, "arrived"), 403)
    assert say(client, "arrived", officer="03").json()["act"]["officer"] == "03"
    problem(say(colleague(client, Role.READER, "town"), "arrived", officer="03"), 403)


def test_visits_that_no_plan_or_only_a_draft_knows_are_not_spoken_of(officer: TestClient) -> None:
    problem(say(officer, "arrived", visit="joint-C9#1"), 404)
    problem(say(officer, "arrived", plan="nothing"), 404)
    problem(say(officer, "arrived", plan="draft"), 409)


def test_an_act_made_by_a_plan_that_was_replaced_meanwhile_still_counts(
    client: TestClient, officer: TestClient
) -> None:
    published(client, "draft")
    assert say(officer, "arrived").status_code == 201


@pytest.mark.parametrize("at", ["2026-11-22T23:59:00+08:00", "2026-11-23T11:30:00+08:00", "2026-12-09T09:00:00+08:00"])
def test_absurd_times_are_refused(officer: TestClient, at: str) -> None:
    assert "时钟" in problem(say(officer, "arrived", datetime.fromisoformat(at)), 422)["detail"]


def test_a_finding_is_filed_with_its_photograph_and_nobody_was_late_to_it(
    client: TestClient, officer: TestClient
) -> None:
    sha = officer.post(f"{TOWN}/files", content=JPEG).json()["sha256"]
    found = say(officer, "found", type="flue", building="3 幢 501", note="外墙开孔 13812345678", files=[sha]).json()
    case = client.get(f"{TOWN}/cases/{found['act']['case']}").json()
    assert (case["stage"], case["channel"], case["community"], case["type"]) == ("filed", "officer", "C1", "flue")
    assert (case["reported_at"], case["first_arrival"]) == (NINE.isoformat(), NINE.isoformat())
    assert not case["late"]
    assert "13812345678" not in str(told(client))
    assert told(client)["visits"][0]["found"] == 1
    problem(say(officer, "found", type="flue", files=["0" * 64]), 404)
    sent = {"kind": "dispatched", "officers": ["01"]}
    assert client.post(f"{TOWN}/cases/{case['id']}/steps", json=sent).status_code == 201, "he is not busy with it"


def test_what_is_put_right_on_the_spot_waits_for_its_recheck_even_if_he_is_sent_elsewhere_since(
    client: TestClient, officer: TestClient
) -> None:
    live = client.post(f"{TOWN}/reports", json=INSIDE).json()["case"]["id"]
    client.post(f"{TOWN}/cases/{live}/steps", json={"kind": "dispatched", "officers": ["01"]})
    found = say(officer, "found", type="drying_rack", settled=True, **INSIDE).json()
    case = client.get(f"{TOWN}/cases/{found['act']['case']}").json()
    assert (case["stage"], case["recheck_due"]) == ("handled", "2026-11-30")


def test_a_recheck_of_a_violation_is_evidence_and_what_is_wrong_again_is_a_case(
    client: TestClient, officer: TestClient
) -> None:
    visit = "recheck-C1-W1#1"
    again = say(officer, "rechecked", visit=visit, violation="W1", passed=False, note="又开了孔").json()
    case = client.get(f"{TOWN}/cases/{again['act']['case']}").json()
    assert (case["stage"], case["type"], case["building"]) == ("filed", "flue", "3 幢 501")
    ledger = client.get(f"{TOWN}/communities/C1/ledger").json()["lines"]
    line = next(line for line in ledger if line["item"]["id"] == "recheck-W1-2026-11-17")
    assert line["status"] == "done"
    problem(say(officer, "rechecked", visit=visit, violation="W3", passed=True), 404)


def test_a_recheck_of_a_case_closes_or_reopens_it(client: TestClient, officer: TestClient, clock: Clock) -> None:
    case = say(officer, "found", type="flue", settled=True).json()["act"]["case"]
    clock.now += timedelta(minutes=10)
    assert say(officer, "rechecked", clock.now, violation=case, passed=False).json()["act"]["case"] == case
    assert client.get(f"{TOWN}/cases/{case}").json()["reopened"] == 1
    problem(say(officer, "rechecked", clock.now, violation=case, passed=True), 409)


def test_once_somebody_spoke_a_visit_is_no_longer_taken_to_be_made(
    client: TestClient, officer: TestClient, clock: Clock
) -> None:
    def joint(community: str) -> list[dict[str, Any]]:
        lines = client.get(f"{TOWN}/communities/{community}/ledger").json()["lines"]
        return [line for line in lines if line["item"]["id"].startswith(f"joint-{community}-2026-W48")]

    clock.now = NINE.replace(hour=18)
    sign_in(client, "administrator")
    assert [line["status"] for line in joint("C1")].count("done") == 1, "as planned, for nobody says otherwise"
    assert say(officer, "could_not", note="物业没有来").json()["visit"]["reason"] == "物业没有来"
    assert [line["status"] for line in joint("C1")].count("done") == 0
    say(officer, "arrived", NINE.replace(hour=14))
    say(officer, "finished", NINE.replace(hour=15), note="补做", checked=["承重墙"])
    done = [line for line in joint("C1") if line["status"] == "done"]
    assert [(line["evidence"][0]["note"], line["evidence"][0]["who"]) for line in done] == [("队员现场报到", "01")]
    assert [line["status"] for line in joint("C2")].count("done") == 1
    problem(say(officer, "could_not", note=""), 422)
