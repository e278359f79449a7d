"""Drafts over HTTP: changed by hand and judged, published by one of two leaders, watched as they are made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.worker import make_plan
from tests.api.served import finished, problem, serving
from tests.town import write_town

TOWN = "/api/squads/town"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("drafts")
    with serving(folder, make_plan, source=write_town(folder / "town")) as client:
        yield client


@pytest.fixture
def place(client: TestClient) -> str:
    """The address of a fresh draft."""
    return str(ordered(client)["links"]["self"])


def ordered(client: TestClient) -> dict[str, Any]:
    location = client.post(f"{TOWN}/plans", json={"week": "2026-W48", "time_limit": 0.5}).headers["location"]
    return finished(client, location)


def test_a_draft_changed_by_hand_is_judged_and_what_breaks_is_said(client: TestClient, place: str) -> None:
    document = client.get(f"{place}/plan").json()
    document["routes"][0]["crew"]["officers"] = document["routes"][0]["crew"]["officers"][:1]
    for stop in document["routes"][0]["stops"]:
        stop["officers"] = stop["officers"][:1]
    changed = client.put(f"{place}/plan", json=document, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    said = changed.json()
    assert said["version"] == 2
    assert any(rule["hard"] for rule in said["check"]["broken_rules"])
    assert (
        client.get(f"{place}/plan").json()["routes"][0]["crew"]["officers"] == document["routes"][0]["crew"]["officers"]
    )
    assert client.get(f"{place}/check").json()["broken_rules"] == said["check"]["broken_rules"]


def test_of_two_leaders_on_one_plan_the_later_is_told_and_neither_loses_anything(
    client: TestClient, place: str
) -> None:
    document = client.get(f"{place}/plan").json()
    assert client.put(f"{place}/plan", json=document, headers={"If-Match": '"1"'}).json()["version"] == 2
    stale = client.put(f"{place}/plan", json={**document, "routes": []}, headers={"If-Match": '"1"'})
    assert "刷新" in problem(stale, 412)["detail"]
    problem(client.post(f"{place}/state", json={"state": "published"}, headers={"If-Match": '"1"'}), 412)
    assert client.get(f"{place}/plan").json()["routes"] == document["routes"]
    assert client.get(place).json()["record"] == {"state": "draft", "version": 2}


def test_what_is_no_plan_is_refused_with_all_its_faults(client: TestClient, place: str) -> None:
    document = client.get(f"{place}/plan").json()
    document["routes"][0]["vehicle"]["id"] = "nothing"
    document["routes"][0]["stops"][0]["begin"] = "noon"
    said = problem(client.put(f"{place}/plan", json=document), 422)
    assert len(said["faults"]) >= 2
    assert client.get(place).json()["record"]["version"] == 1


def test_a_published_plan_is_changed_no_more_and_gives_way_to_the_next(client: TestClient, place: str) -> None:
    assert client.post(f"{place}/state", json={"state": "published"}).json()["record"]["state"] == "published"
    problem(client.put(f"{place}/plan", json=client.get(f"{place}/plan").json()), 409)
    problem(client.post(f"{place}/state", json={"state": "draft"}), 409)
    other = ordered(client)["links"]["self"]
    assert client.post(f"{other}/state", json={"state": "published"}).json()["record"]["state"] == "published"
    assert client.get(place).json()["record"]["state"] == "replaced"
    assert client.post(f"{other}/state", json={"state": "frozen"}).json()["record"]["state"] == "frozen"
    assert client.post(f"{other}/state", json={"state": "done"}).json()["record"]["state"] == "done"


def test_the_search_is_watched_as_it_goes(client: TestClient) -> None:
    location = client.post(f"{TOWN}/plans", json={"week": "2026-W48", "time_limit": 0.5}).headers["location"]
    with client.stream("GET", f"{location}/events") as told:
        assert told.headers["content-type"].startswith("text/event-stream")
        events = [json.loads(line.removeprefix("data: ")) for line in told.iter_lines() if line.startswith("data: ")]
    assert events[0]["state"] in {"waiting", "planning"}
    assert events[-1]["state"] == "done"
    assert events[-1]["progress"]["best"] > 0


def test_an_event_with_faults_is_answered_at_once(client: TestClient, place: str) -> None:
    event = {"schema": "wuzao-event/1", "event": "officer_ill", "known": "later", "officer": "nobody"}
    said = problem(client.post(f"{place}/replan", json={"event": event}), 422)
    assert len(said["faults"]) >= 2
