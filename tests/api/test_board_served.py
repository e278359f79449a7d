"""The week board over HTTP: what it shows, visits moved and taken back, and what that does to rules and promise."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from threading import Event, Thread
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from api.board.desk import Desk
from api.jobs.embedded import EmbeddedBoard
from api.jobs.job import State
from api.security.roles import Role
from api.worker import make_plan
from tests.api.served import colleague, finished, problem, serving
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


@pytest.fixture
def draft(client: TestClient, place: str) -> str:
    """The address of a draft that a test may change."""
    copied = client.post(f"{place}/copy")
    assert copied.status_code == 201, copied.text
    return str(copied.json()["links"]["self"])


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


def moved(client: TestClient, place: str, *moves: dict[str, Any], version: int | None = None) -> dict[str, Any]:
    marks = {} if version is None else {"If-Match": f'"{version}"'}
    answer = client.post(f"{place}/moves", json={"moves": list(moves)}, headers=marks)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def card(board: dict[str, Any], visit: str) -> dict[str, Any]:
    return next(dict(card) for card in board["cards"] if card["visit"] == visit)


def test_a_visit_moved_is_on_record_judged_and_told_and_taken_back_without_a_trace(
    client: TestClient, draft: str
) -> None:
    before = shown(client, draft)
    visit = next(card for card in before["cards"] if card["kind"] == "joint")
    free = next(
        [day, band]
        for officer in before["officers"]
        if officer["id"] == visit["officers"][0]
        for day, band in officer["duty"]
        if abs(day - visit["day"]) > 0
    )
    move = {"visit": visit["visit"], "day": free[0], "band": free[1], "officer": visit["officers"][0]}
    after = moved(client, draft, move, version=1)
    assert (after["version"], after["undo"], after["redo"]) == (2, True, False)
    assert card(after, visit["visit"])["day"] == free[0]
    assert after["said"]["moved"]["day"] == free[0]
    assert after["said"]["cost"]["before"] == before["objective"]["total"]
    assert after["said"]["cost"]["after"] == after["objective"]["total"]
    assert shown(client, draft) == {key: value for key, value in after.items() if key != "said"}
    back = client.post(f"{draft}/undo", headers={"If-Match": '"2"'}).json()
    assert (back["version"], back["undo"], back["redo"]) == (3, False, True)
    same = {key for key in before if key not in {"version", "redo"}}
    assert {key: back[key] for key in same} == {key: before[key] for key in same}
    again = client.post(f"{draft}/redo", headers={"If-Match": '"3"'}).json()
    assert again["cards"] == after["cards"]
    problem(client.post(f"{draft}/redo"), 409)


def test_what_breaks_is_made_and_told_and_what_cannot_be_is_refused(client: TestClient, draft: str) -> None:
    board = shown(client, draft)
    visit = next(card for card in board["cards"] if card["kind"] == "joint")
    said = moved(client, draft, {"visit": visit["visit"], "day": 5, "band": "early", "officer": "01"})["said"]
    assert {"crew_is_on_shift", "service_begins_in_its_window"} <= {rule["rule"] for rule in said["broke"]}
    nobody = {"visit": visit["visit"], "day": 1, "band": "early", "officer": "99"}
    refused = problem(client.post(f"{draft}/moves", json={"moves": [nobody]}), 409)
    assert "99" in refused["detail"]
    stale = client.post(f"{draft}/moves", json={"moves": [nobody]}, headers={"If-Match": '"1"'})
    assert "刷新" in problem(stale, 412)["detail"]


def test_a_visit_taken_out_is_missed_by_hand_and_a_pin_goes_where_its_visit_goes(
    client: TestClient, draft: str
) -> None:
    visit = next(card for card in shown(client, draft)["cards"] if card["kind"] == "recheck")
    name = visit["visit"]
    assert card(moved(client, draft, {"visit": name, "pin": True}), name)["pinned"]
    assert client.get(f"{draft}/plan").json()["pins"][0]["visit"] == name
    out = moved(client, draft, {"visit": name, "out": True})
    missed = next(miss for miss in out["missed"] if miss["visit"] == name)
    assert missed["reasons"] == [{"zh": "手工取下", "en": "taken out by hand"}]
    assert "mandatory_work_is_placed" in {rule["rule"] for rule in out["said"]["broke"]}
    assert "pins" not in client.get(f"{draft}/plan").json()
    problem(client.post(f"{draft}/moves", json={"moves": [{"visit": name, "pin": True}]}), 409)


def test_a_published_plan_is_moved_no_more(client: TestClient, draft: str) -> None:
    assert client.post(f"{draft}/state", json={"state": "published"}).status_code == 200
    board = shown(client, draft)
    assert (board["state"], board["editable"]) == ("published", False)
    out = {"visit": board["cards"][0]["visit"], "out": True}
    problem(client.post(f"{draft}/moves", json={"moves": [out]}), 409)
    problem(client.post(f"{draft}/undo"), 409)


def test_what_is_fetched_follows_from_the_record(client: TestClient, draft: str) -> None:
    first = client.get(f"{draft}/maps/week").text
    sheet = cells(client, draft)
    visit = shown(client, draft)["cards"][0]
    moved(client, draft, {"visit": visit["visit"], "out": True})
    assert client.get(f"{draft}/maps/week").text != first
    assert cells(client, draft) != sheet
    assert visit["visit"] in {miss["visit"] for miss in client.get(f"{draft}/check").json()["missed"]}
    page = client.get(f"{draft}/maps/officers/{visit['officers'][0]}/2026-11-{23 + visit['day']}")
    assert page.status_code == 200
    problem(client.get(f"{draft}/maps/officers/nobody/2026-11-23"), 404)
    client.post(f"{draft}/undo")
    assert client.get(f"{draft}/maps/week").text == first
    assert cells(client, draft) == sheet


def test_maps_are_drawn_in_the_language_that_is_asked_for(client: TestClient, place: str) -> None:
    chinese, english = client.get(f"{place}/maps/week"), client.get(f"{place}/maps/week?lang=en")
    assert 'lang="zh-CN"' in chinese.text
    assert '<html lang="en"' in english.text
    assert client.get(f"{place}/maps/week").text == chinese.text


def cells(client: TestClient, draft: str) -> list[list[object]]:
    """Return what the week's sheet says, row by row."""
    book = load_workbook(BytesIO(client.get(f"{draft}/plan.xlsx").content))
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)]


def test_a_copy_is_a_draft_of_its_own_that_outlives_the_server(client: TestClient, place: str, draft: str) -> None:
    copy = client.get(draft).json()
    assert (copy["state"], copy["record"]) == ("done", {"state": "draft", "version": 1})
    same = {key: value for key, value in shown(client, place).items() if key != "plan"}
    assert {key: value for key, value in shown(client, draft).items() if key != "plan"} == same
    assert client.get(f"{draft.removeprefix('/api')}/officers").text.count("2026-11-23") > 1
    moved(client, draft, {"visit": same["cards"][0]["visit"], "out": True})
    assert shown(client, place)["version"] == 1
    app = client.app
    board = EmbeddedBoard(app.state.settings, make_plan)  # type: ignore[attr-defined]  # ours, not any ASGI application
    board.start()
    assert board.get(copy["id"]).state is State.DONE
    board.stop()


def test_two_plans_are_compared_visit_by_visit(client: TestClient, place: str, draft: str) -> None:
    first = shown(client, place)["cards"][0]
    moved(client, draft, {"visit": first["visit"], "out": True})
    said = client.get(f"{draft}/differences/{place.rpartition('/')[2]}").json()
    (line,) = [line for line in said["lines"] if line["visit"] == first["visit"]]
    assert "这份 不做" in line["text"]["zh"]
    assert {"this", "other", "name"} == set(said["figures"][0])
    assert client.get(f"{draft}/differences/{draft.rpartition('/')[2]}").json()["lines"] == []
    problem(client.get(f"{draft}/differences/nothing"), 404)


def test_places_for_a_visit_are_proven_best_first_and_taking_one_mends(client: TestClient, draft: str) -> None:
    visit = next(card for card in shown(client, draft)["cards"] if card["kind"] == "joint")["visit"]
    out = moved(client, draft, {"visit": visit, "out": True})
    places = client.get(f"{draft}/places", params={"visit": visit}).json()["places"]
    best = places[0]
    assert best["ok"]
    assert best["broken"] == []
    assert [place["ok"] for place in places] == sorted((place["ok"] for place in places), reverse=True)
    there = {"visit": visit, "day": best["day"], "band": best["band"], "officer": best["officer"]}
    after = moved(client, draft, there)
    assert after["said"]["moved"]["begin"] == best["begin"]
    assert after["objective"]["total"] - out["objective"]["total"] == best["cost"]
    assert after["response"]["worst"] == best["worst"]
    assert not [rule for rule in after["said"]["broke"] if rule["hard"]]
    problem(client.get(f"{draft}/places", params={"visit": "nothing"}), 409)


def test_the_place_under_a_dragged_card_is_proven_whatever_the_list_has_proven(client: TestClient, draft: str) -> None:
    visit = next(card for card in shown(client, draft)["cards"] if card["kind"] == "joint")["visit"]
    places = client.get(f"{draft}/places", params={"visit": visit}).json()["places"]
    unproven = next((place for place in places if place["late"] is None), places[-1])
    wanted = {"visit": visit} | {key: unproven[key] for key in ("day", "band", "officer")}
    rows = client.get(f"{draft}/places", params=wanted).json()["places"]
    one = next(row for row in rows if row["officer"] == unproven["officer"])
    assert {key: one[key] for key in ("begin", "broken")} == {key: unproven[key] for key in ("begin", "broken")}
    assert one["late"] is not None
    assert one["ok"] == (one["late"] == 0 and not any(rule["hard"] for rule in one["broken"]))
    by_rules = client.get(f"{draft}/places", params=wanted | {"check": False}).json()["places"]
    told = next(row for row in by_rules if row["officer"] == unproven["officer"])
    assert told == one | {"ok": False, "late": None, "worst": None, "cost": unproven["cost"]}
    nowhere = client.get(f"{draft}/places", params=wanted | {"officer": "nobody"}).json()
    assert nowhere == {"visit": visit, "places": []}
    problem(client.get(f"{draft}/places", params=wanted | {"day": 7}), 422)


def test_a_move_to_a_place_just_looked_at_is_judged_as_any_other(client: TestClient, draft: str) -> None:
    board = shown(client, draft)
    desk: Desk = cast(FastAPI, client.app).state.desk
    visit = board["cards"][0]["visit"]
    found = client.get(f"{draft}/places", params={"visit": visit}).json()["places"]
    place = next(one for one in found if one["late"] is not None)
    move = {"visit": visit, **{key: place[key] for key in ("day", "band", "officer")}}
    client.get(f"{draft}/places", params=move)
    (known,) = {id(planned) for planned in desk.sheet("town", draft.rpartition("/")[2]).looks.made.values()}
    looked = moved(client, draft, move)
    assert id(desk.sheet("town", draft.rpartition("/")[2]).planned) == known
    client.post(f"{draft}/undo")
    again = moved(client, draft, move)
    unlike = {"plan", "version", "undo", "redo"}
    assert {key: looked[key] for key in looked.keys() - unlike} == {key: again[key] for key in again.keys() - unlike}


def test_a_pin_goes_along_to_a_place_just_looked_at(client: TestClient, draft: str) -> None:
    board = shown(client, draft)
    visit = board["cards"][0]["visit"]
    moved(client, draft, {"visit": visit, "pin": True})
    found = client.get(f"{draft}/places", params={"visit": visit}).json()["places"]
    here = next(card for card in board["cards"] if card["visit"] == visit)
    place = next(one for one in found if one["late"] is not None and one["day"] != here["day"])
    move = {"visit": visit, **{key: place[key] for key in ("day", "band", "officer")}}
    client.get(f"{draft}/places", params=move)
    card = next(card for card in moved(client, draft, move)["cards"] if card["visit"] == visit)
    assert (card["day"], card["pinned"]) == (place["day"], True)
    assert not {rule["rule"] for rule in shown(client, draft)["broken"]} & {"pins_are_kept"}


def test_looking_for_places_gives_way_and_ends_where_the_plan_has_changed(client: TestClient, draft: str) -> None:
    desk: Desk = cast(FastAPI, client.app).state.desk
    plan_id = draft.rpartition("/")[2]
    sheet = desk.sheet("town", plan_id)
    waited = Event()

    def look() -> None:
        assert desk.may_go_on("town", sheet)
        waited.set()

    with desk.hurrying("town", plan_id):
        thread = Thread(target=look)
        thread.start()
        assert not waited.wait(0.1)
    assert waited.wait(10)
    thread.join()
    moved(client, draft, {"visit": shown(client, draft)["cards"][0]["visit"], "out": True})
    assert not desk.may_go_on("town", sheet)


def test_the_week_is_planned_again_around_what_is_pinned(client: TestClient, draft: str) -> None:
    board = shown(client, draft)
    held = [card for card in board["cards"] if card["kind"] == "joint"][:2]
    moved(client, draft, *({"visit": card["visit"], "pin": True} for card in held))
    asked = client.post(f"{draft}/again", json={"time_limit": 0.5})
    assert asked.status_code == 202, asked.text
    job = finished(client, asked.headers["location"])
    assert job["state"] == "done"
    after = shown(client, job["links"]["self"])
    for before in held:
        now = card(after, before["visit"])
        assert now["pinned"]
        same = ("day", "band", "officers", "begin", "end")
        assert [now[key] for key in same] == [before[key] for key in same]


def test_repairs_are_looked_for_beside_the_server(client: TestClient, draft: str) -> None:
    found = client.post(f"{draft}/repairs", json={"time_limit": 1})
    assert found.status_code == 200, found.text
    assert len(found.json()["repairs"]) == len(shown(client, draft)["response"]["gaps"])


@settings(max_examples=8, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_acts_are_taken_back_one_by_one_to_the_same_document(
    client: TestClient, place: str, data: st.DataObject
) -> None:
    draft = str(client.post(f"{place}/copy").json()["links"]["self"])
    board = shown(client, draft)
    visits = [row["visit"] for row in (*board["cards"], *board["missed"])]
    documents = [client.get(f"{draft}/plan").json()]
    for _ in range(data.draw(st.integers(1, 4))):
        visit = {"visit": data.draw(st.sampled_from(visits))}
        where = {
            "day": data.draw(st.integers(0, 6)),
            "band": data.draw(st.sampled_from(["early", "middle", "late"])),
            "officer": data.draw(st.sampled_from(["01", "02", "03", "04"])),
        }
        act = visit | data.draw(st.sampled_from([where, where, {"out": True}, {"pin": True}]))
        if client.post(f"{draft}/moves", json={"moves": [act]}).status_code == 200:
            documents.append(client.get(f"{draft}/plan").json())
    for before in reversed(documents[:-1]):
        board = client.post(f"{draft}/undo").json()
        assert client.get(f"{draft}/plan").json() == before
    assert not board["undo"]
    for after in documents[1:]:
        assert client.post(f"{draft}/redo").status_code == 200
        assert client.get(f"{draft}/plan").json() == after
    problem(client.post(f"{draft}/redo"), 409)
