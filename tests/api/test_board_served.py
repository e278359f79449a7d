"""The week board over HTTP: what it shows, visits moved and taken back, and what that does to rules and promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.security.roles import Role
from api.worker import make_plan
from tests.api.served import colleague, finished, serving
from tests.town import write_town

TOWN = "/api/squads/town"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("board")
    with serving(folder, make_plan, source=write_town(folder / "town")) as client:
        yield client


@pytest.fixture(scope="module")
def place(client: TestClient) -> str:
    """The address of a draft."""
    location = client.post(f"{TOWN}/plans", json={"week": "2026-W48", "time_limit": 0.5}).headers["location"]
    return str(finished(client, location)["links"]["self"])


def shown(client: TestClient, place: str) -> dict[str, Any]:
    answer = client.get(f"{place}/board")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_board_shows_the_whole_week_of_a_draft(client: TestClient, place: str) -> None:
    board = shown(client, place)
    assert (board["state"], board["version"], board["editable"], board["week"]) == ("draft", 1, True, "2026-W48")
    assert (board["undo"], board["redo"]) == (False, False)
    assert [day["date"] for day in board["days"]][:2] == ["2026-11-23", "2026-11-24"]
    assert [band["begin"] for band in board["bands"]] == ["07:30", "13:30", "19:30"]
    assert [officer["id"] for officer in board["officers"]] == ["01", "02", "03", "04"]
    away = next(officer for officer in board["officers"] if officer["id"] == "04")["away"]
    assert away == [{"day": 4, "text": {"zh": "请假:年休", "en": "On leave: 年休"}}]
    document = client.get(f"{place}/plan").json()
    stops = [stop["visit"] for route in document["routes"] for stop in route["stops"]]
    assert [card["visit"] for card in board["cards"]] == stops
    recheck = next(card for card in board["cards"] if card["kind"] == "recheck")
    assert "幢" in recheck["title"]["zh"]
    assert all(len(row["hours"]) == 168 for row in board["response"]["heat"])
    assert {"joint", "recheck", "response", "hours"} <= {figure["key"] for figure in board["figures"]}


def test_who_may_not_plan_looks_only(client: TestClient, place: str) -> None:
    reader = colleague(client, Role.READER, "town")
    assert shown(reader, place)["editable"] is False
