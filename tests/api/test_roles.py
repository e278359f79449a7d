"""Every operation tried as every role, as people of another squad, and as nobody: nothing leaks, refusals are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.exchange.squad_files import load_squad
from api.records import import_squad
from api.security.accounts import _hasher as hasher
from api.security.roles import Role
from api.storage.engine import connect, open_store, reading
from api.storage.service_tables import AUDIT
from tests.api import fake_work
from tests.api.served import MONDAY, PASSWORD, colleague, problem, serving, sign_in
from tests.api.stores import records
from tests.town import SQUAD, communities, geojson, write_town

ALL = frozenset(Role)
INSIDE = ALL - {Role.PROPERTY}
LEADERS = frozenset({Role.ADMINISTRATOR, Role.LEADER})
S = "/api/squads/{squad_id}"

MAY: Mapping[str, frozenset[Role]] = {
    "GET /api/me": ALL,
    "POST /api/sign-out": ALL,
    "PUT /api/me/password": ALL,
    "GET /api/squads": ALL,
    "GET /api/accounts": frozenset({Role.ADMINISTRATOR}),
    "POST /api/squads": frozenset(),  # for an administrator of all squads, who is of none
    "POST /api/squads/example": frozenset(),
    "GET /api/bureau/{week}": frozenset(),
    "GET /api/bureau/{week}/map": frozenset(),
    "POST /api/bureau/{week}/loans": frozenset(),
    "GET /api/bureau/loans/{loan_id}": frozenset(),
    "POST /api/bureau/loans/{loan_id}/take": frozenset(),
    "GET /api/bureau/outcomes/{period}": frozenset(),
    "POST /api/bureau/outcomes/{period}": frozenset(),
    f"PUT {S}/roads": LEADERS,
    "POST /api/accounts": frozenset({Role.ADMINISTRATOR}),
    "PATCH /api/accounts/{account_id}": frozenset({Role.ADMINISTRATOR}),
    f"POST {S}/links": frozenset({Role.ADMINISTRATOR}),
    f"PUT {S}/workbook": LEADERS,
    f"GET {S}/workbook": LEADERS,
    f"GET {S}/communities": INSIDE,
    f"GET {S}/communities/{{community_id}}/boundaries": INSIDE,
    f"PUT {S}/communities/{{community_id}}/boundary": LEADERS,
    f"GET {S}/leave": INSIDE,
    f"POST {S}/leave": LEADERS,
    f"DELETE {S}/leave/{{number}}": LEADERS,
    f"POST {S}/reports": ALL - {Role.READER},
    f"GET {S}/cases": INSIDE,
    f"GET {S}/cases/{{case_id}}": INSIDE,
    f"POST {S}/cases/{{case_id}}/unmask": LEADERS,
    f"POST {S}/cases/{{case_id}}/steps": LEADERS | {Role.OFFICER},
    f"GET {S}/cases/{{case_id}}/responders": INSIDE,
    f"POST {S}/cases/{{case_id}}/preview": LEADERS,
    f"GET {S}/ground": INSIDE,
    f"POST {S}/communities/{{community_id}}/outline/check": LEADERS,
    f"PUT {S}/communities/{{community_id}}/outline": LEADERS,
    f"POST {S}/communities/{{community_id}}/boundaries/{{version}}/restore": LEADERS,
    f"PUT {S}/violations/{{record_id}}/place": LEADERS,
    f"GET {S}/maps/ground": INSIDE,
    f"GET {S}/live": INSIDE,
    f"GET {S}/maps/live": INSIDE,
    f"GET {S}/audit": LEADERS,
    f"GET {S}/plans/{{plan_id}}/routes/{{officer}}/{{day}}.{{form}}": INSIDE,
    f"GET {S}/cases.xlsx": LEADERS,
    f"PUT {S}/cases.xlsx": LEADERS,
    "GET /api/squads/template.xlsx": ALL,
    f"GET {S}/renovations.xlsx": LEADERS,
    f"PUT {S}/renovations.xlsx": LEADERS,
    f"GET {S}/feedback.xlsx": LEADERS,
    f"PUT {S}/feedback.xlsx": LEADERS,
    f"GET {S}/overdue": INSIDE,
    f"POST {S}/files": LEADERS | {Role.OFFICER},
    f"GET {S}/files/{{sha256}}": INSIDE,
    f"PATCH {S}/communities/{{community_id}}": LEADERS,
    f"GET {S}/hooks": frozenset({Role.ADMINISTRATOR}),
    f"POST {S}/hooks": frozenset({Role.ADMINISTRATOR}),
    f"DELETE {S}/hooks/{{hook_id}}": frozenset({Role.ADMINISTRATOR}),
    f"POST {S}/plans": LEADERS,
    f"GET {S}/plans": INSIDE,
    f"GET {S}/plans/{{plan_id}}": INSIDE,
    f"DELETE {S}/plans/{{plan_id}}": LEADERS,
    f"POST {S}/plans/{{plan_id}}/stop": LEADERS,
    f"GET {S}/plans/{{plan_id}}/plan": INSIDE,
    f"GET {S}/plans/{{plan_id}}/plan.xlsx": INSIDE,
    f"PUT {S}/plans/{{plan_id}}/plan": LEADERS,
    f"GET {S}/plans/{{plan_id}}/check": INSIDE,
    f"GET {S}/plans/{{plan_id}}/board": INSIDE,
    f"POST {S}/plans/{{plan_id}}/moves": LEADERS,
    f"POST {S}/plans/{{plan_id}}/undo": LEADERS,
    f"POST {S}/plans/{{plan_id}}/redo": LEADERS,
    f"GET {S}/plans/{{plan_id}}/places": INSIDE,
    f"GET {S}/plans/{{plan_id}}/differences/{{other}}": INSIDE,
    f"POST {S}/plans/{{plan_id}}/copy": LEADERS,
    f"POST {S}/plans/{{plan_id}}/again": LEADERS,
    f"POST {S}/plans/{{plan_id}}/repairs": LEADERS,
    f"GET {S}/plans/{{plan_id}}/maps/week": INSIDE,
    f"GET {S}/plans/{{plan_id}}/maps/response": INSIDE,
    f"GET {S}/plans/{{plan_id}}/maps/officers/{{officer}}/{{day}}": INSIDE,
    f"GET {S}/plans/{{plan_id}}/maps/officers/{{officer}}/{{day}}/picture": INSIDE,
    f"GET {S}/officers/{{officer}}/days": LEADERS | {Role.OFFICER},
    f"POST {S}/plans/{{plan_id}}/state": LEADERS,
    f"POST {S}/plans/{{plan_id}}/replan": LEADERS,
    f"GET {S}/plans/{{plan_id}}/changes": INSIDE,
    f"GET {S}/plans/{{plan_id}}/events": INSIDE,
    f"POST {S}/plans/{{plan_id}}/simulations": LEADERS,
    f"GET {S}/simulations/{{simulation_id}}": INSIDE,
    f"GET {S}/plans/{{plan_id}}/slots": INSIDE,
    f"POST {S}/plans/{{plan_id}}/slots": LEADERS,
    f"GET {S}/published/{{week}}": INSIDE,
    f"POST {S}/visits/acts": LEADERS | {Role.OFFICER},
    f"GET {S}/visits/acts": INSIDE,
    f"GET {S}/renovations": INSIDE,
    f"POST {S}/renovations": LEADERS,
    f"GET {S}/feedback": LEADERS,
    f"POST {S}/feedback": LEADERS,
    f"GET {S}/communities/{{community_id}}/ledger": INSIDE,
    f"POST {S}/communities/{{community_id}}/evidence": LEADERS | {Role.OFFICER},
    f"GET {S}/reviews/property/{{period}}": LEADERS | {Role.READER},
    f"GET {S}/reviews/appraisal/{{period}}": LEADERS | {Role.READER},
    f"GET {S}/reviews/appraisal/{{period}}/mine": frozenset({Role.OFFICER}),
    f"GET {S}/reviews/outcome/{{period}}": LEADERS | {Role.READER},
    f"POST {S}/reviews/{{kind}}/{{period}}/freeze": LEADERS,
    f"GET {S}/reviews/contests": LEADERS | {Role.READER},
    f"POST {S}/reviews/contests": frozenset({Role.OFFICER}),
    f"POST {S}/reviews/contests/{{contest_id}}/decision": LEADERS,
}
"""Written out here, and nowhere taken from the code."""

V2 = "/open311/{squad_id}/v2"
OPEN = {
    "POST /api/sign-in",
    "POST /api/first-account",
    "GET /health",
    "GET /metrics",
    f"GET {V2}/discovery.{{form}}",
    f"GET {V2}/services.{{form}}",
    f"GET {V2}/services/{{service_code}}.{{form}}",
    f"GET {V2}/requests.{{form}}",
    f"POST {V2}/requests.{{form}}",
    f"GET {V2}/requests/{{case_id}}.{{form}}",
    "GET /feeds/{kind}/{token}.ics",
    "GET /ogc/{token}",
    "GET /ogc/{token}/conformance",
    "GET /ogc/{token}/collections",
    "GET /ogc/{token}/collections/{layer}",
    "GET /ogc/{token}/collections/{layer}/items",
    "GET /ogc/{token}/collections/{layer}/items/{feature}",
}
"""For everybody, or for whoever has a secret link."""

FILLED = {
    "community_id": "C1",
    "number": "1",
    "case_id": "20261123-00001",
    "plan_id": "0123",
    "other": "0124",
    "officer": "01",
    "day": "2026-11-23",
    "week": "2026-W48",
    "period": "2026-Q4",
    "kind": "outcome",
    "contest_id": "0",
    "account_id": "0",
    "hook_id": "0",
    "version": "1",
    "record_id": "W1",
    "sha256": "0",
    "form": "gpx",
    "loan_id": "0",
    "simulation_id": "0",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server with two squads and an administrator of all."""
    folder = tmp_path_factory.mktemp("roles")
    features = communities()
    for feature in features:
        feature["properties"]["name"] = f"他{feature['properties']['name']}"  # type: ignore[index]  # as GeoJSON has it
    other = write_town(
        folder / "other", squad=SQUAD.replace('id = "town"', 'id = "other"'), communities=geojson(features)
    )
    data = folder / "data"
    store = open_store(records(data))
    import_squad(store, data, load_squad(other), MONDAY, "test")
    store.dispose()
    with serving(folder, fake_work.quick, source=write_town(folder / "town")) as client:
        yield client


@pytest.fixture(scope="module")
def people(client: TestClient) -> dict[tuple[str, Role], TestClient]:
    """One of each role in each squad."""
    subjects = {Role.OFFICER: "01", Role.PROPERTY: "P2"}
    return {
        (squad, role): colleague(client, role, squad, subjects.get(role))
        for squad in ("town", "other")
        for role in Role
    }


def _operations(client: TestClient) -> set[str]:
    paths = client.get("/openapi.json").json()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def _tried(who: TestClient, operation: str, squad: str) -> int:
    method, path = operation.split(" ", 1)
    address = re.sub(r"\{(\w+)\}", lambda name: {"squad_id": squad, **FILLED}[name[1]], path)
    if operation == "POST /api/sign-out":
        return 200  # tried by itself, for it ends the session
    return who.request(method, address, json={} if method in {"POST", "PUT", "PATCH"} else None).status_code


def test_every_operation_is_in_the_table(client: TestClient) -> None:
    assert _operations(client) == set(MAY) | OPEN


@pytest.mark.parametrize("operation", sorted(MAY))
def test_each_role_may_what_the_table_says_in_its_own_squad_and_nothing_in_another(
    people: Mapping[tuple[str, Role], TestClient], operation: str
) -> None:
    for role in Role:
        status = _tried(people["town", role], operation, "town")
        assert (status in {401, 403}) == (role not in MAY[operation]), (role, status)
        if "{squad_id}" in operation:
            assert _tried(people["other", role], operation, "town") == 403, role
            assert _tried(people["town", role], operation, "other") == 403, role


@pytest.mark.parametrize("operation", sorted(MAY))
def test_whoever_is_not_signed_in_is_told_so(client: TestClient, operation: str) -> None:
    if operation != "POST /api/sign-out":
        assert _tried(TestClient(client.app), operation, "town") == 401


def test_a_link_leads_to_rows_of_its_own_squad_only(client: TestClient) -> None:
    stranger = TestClient(client.app)
    for squad, own, others in (("town", '"甲苑"', '"他甲苑"'), ("other", '"他甲苑"', '"甲苑"')):
        made = client.post(f"/api/squads/{squad}/links", json={"kind": "gis", "subject": "QGIS"})
        address = made.json()["address"]
        layers = [one["id"] for one in stranger.get(f"{address}/collections").json()["collections"]]
        told = "".join(stranger.get(f"{address}/collections/{layer}/items?limit=1000").text for layer in layers)
        assert own in told
        assert others not in told


def test_what_names_no_squad_tells_of_ones_own_only(people: Mapping[tuple[str, Role], TestClient]) -> None:
    for place in ("/api/squads", "/api/accounts", "/api/me"):
        assert "other" not in people["town", Role.LEADER].get(place).text, place
        assert "town" not in people["other", Role.LEADER].get(place).text, place


def test_refusals_are_written_down(client: TestClient, people: Mapping[tuple[str, Role], TestClient]) -> None:
    problem(people["other", Role.LEADER].get("/api/squads/town/cases"), 403)
    app = client.app
    store = connect(app.state.settings.records)  # type: ignore[attr-defined]  # ours, not any ASGI application
    with reading(store) as connection:
        last = connection.execute(select(AUDIT).order_by(AUDIT.c.number.desc()).limit(1)).mappings().one()
    store.dispose()
    assert (last["act"], last["who"], last["subject"]) == ("refused", "leader-other-None", "/api/squads/town/cases")


def test_squads_and_accounts_of_others_are_not_even_listed(people: Mapping[tuple[str, Role], TestClient]) -> None:
    assert [s["id"] for s in people["town", Role.READER].get("/api/squads").json()["squads"]] == ["town"]
    accounts = people["town", Role.ADMINISTRATOR].get("/api/accounts").json()
    assert {account["squad"] for account in accounts} == {"town"}
    made = {"name": "x", "password": PASSWORD, "role": "leader", "squad": "other"}
    problem(people["town", Role.ADMINISTRATOR].post("/api/accounts", json=made), 403)


def test_signing_out_ends_the_session(client: TestClient, people: Mapping[tuple[str, Role], TestClient]) -> None:
    del people
    leaving = TestClient(client.app)
    sign_in(leaving, "reader-town-None")
    assert leaving.get("/api/me").json()["role"] == "reader"
    assert leaving.post("/api/sign-out").status_code == 204
    problem(leaving.get("/api/me"), 401)


def test_a_change_without_the_page_s_token_or_from_another_site_is_refused(
    people: Mapping[tuple[str, Role], TestClient],
) -> None:
    leader = people["town", Role.LEADER]
    report = {"lon": 121.241, "lat": 31.371}
    problem(leader.post("/api/squads/town/reports", json=report, headers={"x-csrf-token": "guessed"}), 403)
    problem(leader.post("/api/squads/town/reports", json=report, headers={"origin": "https://evil.example"}), 403)
    assert leader.post("/api/squads/town/reports", json=report, headers={"origin": "http://testserver"}).is_success


def test_an_account_is_locked_for_a_while_after_wrong_passwords(client: TestClient) -> None:
    colleague(client, Role.READER, "town", "locked")
    name = "reader-town-locked"
    someone = TestClient(client.app)
    for _ in range(5):
        problem(someone.post("/api/sign-in", json={"name": name, "password": "wrong"}), 401)
    said = problem(someone.post("/api/sign-in", json={"name": name, "password": PASSWORD}), 401)
    assert "稍后" in said["detail"]


def test_a_name_that_nobody_has_is_written_down_nowhere(client: TestClient) -> None:
    secret = "a-password-in-the-wrong-field"
    problem(TestClient(client.app).post("/api/sign-in", json={"name": secret, "password": "x"}), 401)
    store = client.app.state.store  # type: ignore[attr-defined]  # ours, not any ASGI application
    with reading(store) as connection:
        trail = connection.execute(select(AUDIT).order_by(AUDIT.c.number.desc()).limit(3)).all()
    assert "sign-in failed" in str(trail)
    assert secret not in str(trail)


def test_whoever_tries_to_sign_in_too_often_is_asked_to_wait(client: TestClient) -> None:
    someone = TestClient(client.app, client=("203.0.113.7", 1))
    limiter = client.app.state.sign_ins  # type: ignore[attr-defined]  # as above
    for _ in range(100):
        limiter.admits("203.0.113.7", MONDAY)
    said = problem(someone.post("/api/sign-in", json={"name": "leader-town-None", "password": PASSWORD}), 429)
    assert "稍后" in said["detail"]


def test_a_locked_account_s_session_ends_at_once(client: TestClient) -> None:
    reader = colleague(client, Role.READER, "town", "gone")
    account = next(a for a in client.get("/api/accounts").json() if a["name"] == "reader-town-gone")
    assert client.patch(f"/api/accounts/{account['id']}", json={"active": False}).json()["active"] is False
    problem(reader.get("/api/me"), 401)


def test_passwords_are_kept_hashed_by_argon2id_with_work_that_takes_its_time() -> None:
    assert hasher().hash("a good long password").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
