"""The bureau over HTTP: every squad's week for whoever is of no one squad, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.exchange.squad_files import load_squad
from api.records import import_squad
from api.security.roles import Role
from api.storage.engine import writing
from api.storage.plans import Change, PlanState, add_draft, change_plan, get_plan
from tests.api.served import MONDAY, colleague, problem, serving
from tests.town import SQUAD, write_town

WEEK = "2026-W48"
DOCUMENT = {"week": WEEK, "routes": []}
FIGURES = {
    "owed": 7,
    "missed": 2,
    "why_missed": [{"community": "甲苑", "kind": {"zh": "复查", "en": "re-check"}, "why": []}],
    "worst": 5400,
    "late": 0,
    "late_at": 0,
    "gaps": [],
    "broken": 2,
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    town = write_town(tmp_path / "town")
    with serving(tmp_path, source=town) as client:
        other = write_town(tmp_path / "other", squad=SQUAD.replace('id = "town"', 'id = "other"'))
        import_squad(store_of(client), tmp_path / "data", load_squad(other), MONDAY, "test")
        yield client


def store_of(client: TestClient) -> Engine:
    app = client.app
    assert isinstance(app, FastAPI)
    store: Engine = app.state.store
    return store


def standings(client: TestClient) -> dict[str, str]:
    squads = client.get(f"/api/bureau/{WEEK}").json()["squads"]
    return {squad["id"]: squad["standing"] for squad in squads}


def test_each_squad_is_told_of_by_its_plan_in_force_or_its_newest_draft(client: TestClient) -> None:
    assert standings(client) == {"other": "none", "town": "none"}
    with writing(store_of(client)) as connection:
        add_draft(connection, "town", "first", DOCUMENT, MONDAY, figures=FIGURES)
        add_draft(connection, "town", "second", DOCUMENT, MONDAY + timedelta(hours=1))
        add_draft(connection, "other", "third", DOCUMENT, MONDAY, figures=FIGURES | {"missed": 0, "late": 60})
    assert standings(client) == {"other": "late", "town": "unknown"}
    with writing(store_of(client)) as connection:
        kept = get_plan(connection, "town", "first")
        change_plan(connection, "town", kept, Change(MONDAY, "test", state=PlanState.PUBLISHED))
    found = client.get(f"/api/bureau/{WEEK}").json()["squads"]
    assert [(one["id"], one["standing"], one["plan"]) for one in found] == [
        ("town", "misses", "first"),
        ("other", "late", "third"),
    ]
    assert found[0]["figures"] == FIGURES
    shown = client.get("/bureau", params={"week": WEEK})
    assert "5 / 7" in shown.text
    assert client.get(f"/api/bureau/{WEEK}/map").headers["content-security-policy"].startswith("default-src 'none'")


def test_who_is_of_one_squad_sees_no_other_and_asks_for_nobody(client: TestClient) -> None:
    leader = colleague(client, Role.LEADER, "town")
    for place in (f"/api/bureau/{WEEK}", f"/api/bureau/{WEEK}/map", "/bureau", "/api/bureau/loans/x"):
        assert leader.get(place).status_code == 403, place
    problem(leader.post(f"/api/bureau/{WEEK}/loans", json={"squad": "other"}), 403)


def test_a_loan_is_looked_for_only_where_there_is_a_plan(client: TestClient) -> None:
    problem(client.post(f"/api/bureau/{WEEK}/loans", json={"squad": "town"}), 409)
    problem(client.post(f"/api/bureau/{WEEK}/loans", json={"squad": "nowhere"}), 404)
    problem(client.post("/api/bureau/next/loans", json={"squad": "town"}), 422)
    problem(client.get("/api/bureau/loans/nothing"), 404)
