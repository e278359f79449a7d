"""What is found out as a job and is no plan: simulations and outcome figures, over HTTP, in either storage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.exchange.squad_files import load_squad
from api.records import import_squad
from api.storage.engine import reading
from api.storage.outcomes import outcomes_in
from api.studies.outcome import together
from tests.api.real_worker import until
from tests.api.served import MONDAY, problem, serving
from tests.town import SQUAD, write_town

REPORT = {"lon": 121.241, "lat": 31.371, "channel": "public"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Two squads; plans are made, weeks simulated and figures worked out for real."""
    folder = tmp_path_factory.mktemp("studies")
    with serving(folder, source=write_town(folder / "town")) as client:
        other = write_town(folder / "other", squad=SQUAD.replace('id = "town"', 'id = "other"'))
        app = client.app
        assert isinstance(app, FastAPI)
        import_squad(app.state.store, folder / "data", load_squad(other), MONDAY, "test")
        yield client


def done(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    """Wait until a job is finished; return what can be fetched of it."""
    place = job["links"]["self"]
    until(lambda: client.get(place).json()["state"] not in {"waiting", "planning"})
    ended = client.get(place).json()
    assert ended["state"] == "done", ended
    links: dict[str, Any] = ended["links"]
    return links


@pytest.fixture(scope="module")
def plan(client: TestClient) -> str:
    """Return the number of a plan of the town's."""
    job = client.post("/api/squads/town/plans", json={"week": "2026-W48", "time_limit": 1}).json()
    done(client, job)
    return str(job["id"])


def test_a_simulation_is_a_job_and_tells_the_same_each_time(client: TestClient, plan: str) -> None:
    place = f"/api/squads/town/plans/{plan}/simulations"
    told = []
    for _ in range(2):
        asked = client.post(place, json={"weeks": 50, "rate_factor": 3})
        assert asked.status_code == 202, asked.text
        told.append(client.get(done(client, asked.json())["result"]).json()["simulation"])
    assert told[0] == told[1]
    assert told[0]["figures"]["plan"]["weeks"] == 50
    assert told[0]["figures"]["plan"]["reports"] > 0
    assert told[0]["lines"][0][0]["zh"].startswith("模拟 50 周")
    assert told[0]["difference"] is None


def test_a_simulation_is_no_plan_and_another_squad_has_none_of_it(client: TestClient, plan: str) -> None:
    job = client.post(f"/api/squads/town/plans/{plan}/simulations", json={"weeks": 10}).json()
    done(client, job)
    assert [one["id"] for one in client.get("/api/squads/town/plans").json()] == [plan]
    for part in ("plan", "check", "board", "maps/week", "changes"):
        problem(client.get(f"/api/squads/town/plans/{job['id']}/{part}"), 404)
    problem(client.get(f"/api/squads/other/simulations/{job['id']}"), 404)
    problem(client.get(f"/api/squads/town/simulations/{plan}"), 404)
    problem(client.get(f"/api/bureau/loans/{job['id']}"), 404)
    assert client.get(f"/squads/town/plans/{job['id']}").status_code == 404


def test_a_plan_is_compared_with_another_of_its_week_only(client: TestClient, plan: str) -> None:
    place = f"/api/squads/town/plans/{plan}/simulations"
    problem(client.post(place, json={"weeks": 10, "against": plan}), 404)
    problem(client.post(place, json={"weeks": 10, "against": "nothing"}), 404)
    problem(client.post(place, json={"weeks": 5}), 422)
    later = client.post("/api/squads/town/plans", json={"week": "2026-W49", "time_limit": 1}).json()
    done(client, later)
    problem(client.post(place, json={"weeks": 10, "against": later["id"]}), 404)
    client.delete(later["links"]["self"])


def test_outcomes_of_all_squads_are_worked_out_as_jobs_and_added_up(client: TestClient) -> None:
    empty = client.get("/api/bureau/outcomes/2026-11").json()
    assert [(one["id"], one["figures"]) for one in empty["squads"]] == [("other", None), ("town", None)]
    case = client.post("/api/squads/town/reports", json=REPORT).json()
    assert client.post("/api/bureau/outcomes/2026-11").json() == {"ordered": 2}

    def told() -> dict[str, Any]:
        answer: dict[str, Any] = client.get("/api/bureau/outcomes/2026-11").json()
        return answer

    until(lambda: not any(one["making"] for one in told()["squads"]))
    found = told()
    squads = {one["id"]: one["figures"] for one in found["squads"]}
    assert (squads["town"]["pending"], squads["other"]["pending"]) == (1, 0)
    assert (squads["town"]["complaints"], found["total"]["complaints"]) == (1, 1)
    assert found["total"]["on_time"] == [0, 0]
    assert case["case"]["id"] not in str(found), "figures alone: no number of a case"
    sheet = client.get("/api/squads/town/reviews/outcome/2026-11").json()["document"]
    assert squads["town"]["registered"] == sheet["registered"]["number"]
    app = client.app
    assert isinstance(app, FastAPI)
    with reading(app.state.store) as connection:
        assert outcomes_in(connection, "2026-12") == {}


def test_a_sheet_that_was_frozen_counts_as_it_was_frozen(client: TestClient) -> None:
    assert client.post("/api/squads/town/reviews/outcome/2026-Q4/freeze").status_code == 201
    before = client.get("/api/squads/town/reviews/outcome/2026-Q4").json()["document"]["complaints"]["number"]
    client.post("/api/squads/town/reports", json=REPORT)
    client.post("/api/bureau/outcomes/2026-Q4")
    place = "/api/bureau/outcomes/2026-Q4"
    until(lambda: all(one["figures"] and not one["making"] for one in client.get(place).json()["squads"]))
    town = next(one for one in client.get(place).json()["squads"] if one["id"] == "town")
    assert town["frozen"]
    assert town["figures"]["complaints"] == before


def test_shares_of_several_squads_are_added_part_by_part() -> None:
    one: dict[str, Any] = {"registered": 1, "found": 2, "pending": 3, "set_aside": 4, "complaints": 5, "late": 6}
    one |= {"rectified": [1, 2], "on_time": [3, 3], "reopened": [0, 2]}
    total = together([one, one])
    assert total["rectified"] == [2, 4]
    assert total["late"] == 12
    assert together([])["on_time"] == [0, 0]
