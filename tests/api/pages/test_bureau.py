"""The bureau's page: all squads in a table and on a map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from api.exchange.squad_files import Loaded
from api.glance import figures_of
from api.planned import judged
from api.prepare import prepare
from api.records import import_squad
from api.security.roles import Role
from api.storage.engine import open_store, writing
from api.storage.plans import add_draft
from benchmarks.squads.made import BINDING, OVER_FULL, seeded_squad
from planner.document import plan_to_dict
from planner.planning import plan_week
from planner.squad import Squad
from planner.week import Week
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import Stage, before, staged
from tests.api.served import MONDAY
from tests.api.stores import records
from tests.browser import chromium

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A bureau of two squads: the town with a plan of the week, the example without one."""
    with staged(tmp_path_factory.mktemp("bureau")) as stage:
        stage.asked("POST", "/api/squads/example")
        job = stage.asked("POST", f"{stage.base}/plans", json={"week": "2026-W48", "time_limit": 1})
        place = job["links"]["self"]
        while stage.asked("GET", place)["state"] != "done":
            pass
        board = stage.asked("GET", f"{place}/board")
        visit = next(card["visit"] for card in board["cards"] if card["kind"] == "joint")
        stage.asked("POST", f"{place}/moves", json={"moves": [{"visit": visit, "out": True}]})
        yield stage


@pytest.mark.parametrize(("width", "language"), [("desk", "zh"), ("desk", "en"), ("tablet", "zh"), ("phone", "zh")])
def test_all_squads_look_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    with before(browser, stage, "/bureau?week=2026-W48", width=width, language=language) as (page, _):
        page.frame_locator("#map").locator("path.leaflet-interactive").nth(3).wait_for(state="attached")
        looks_right(page, ["administrator"])


def test_those_to_look_at_come_first_and_the_map_goes_along(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, "/bureau?week=2026-W48") as (page, _):
        names = page.locator("#squads th[scope=row]").all_inner_texts()
        assert names[0] == "小镇中队"
        assert "有任务未排上" in page.locator("#squads tbody tr").first.inner_text()
        assert "1 / 2 个中队有计划" in page.inner_text("main")
        frame = page.frame_locator("#map")
        frame.locator("path.leaflet-interactive[stroke-width='1.5']").nth(3).wait_for(state="attached")
        page.locator("#squads a").nth(2).focus()
        frame.locator("path.leaflet-interactive[stroke-width='4']").first.wait_for(state="attached")
        page.fill("#search", "小镇")
        assert page.locator("#squads tbody tr:visible").count() == 1
        page.select_option("#week", "2026-W47")
        page.wait_for_url("**week=2026-W47")
        page.get_by_text("0 / 2 个中队有计划").wait_for()
        page.goto(stage.address)
        with page.expect_navigation():
            page.click("text=各中队本周怎样")
        assert page.url.endswith("/bureau")


def test_who_is_of_one_squad_is_not_shown_the_others(stage: Stage) -> None:
    name = stage.account(Role.LEADER)
    mine = {"Cookie": f"wuzao={stage.session(name)}"}
    for place in (
        "/bureau",
        "/api/bureau/2026-W48",
        "/api/bureau/2026-W48/map",
        "/bureau/loans/x",
        "/api/bureau/loans/x",
    ):
        answer = stage.client.build_request("GET", place, headers=mine)
        assert stage.client.send(answer).status_code == 403, place


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Two squads with plans, all invented: one has more work than its people can do, the other two people to spare."""
    folder = tmp_path_factory.mktemp("district")
    with staged(folder) as stage:
        store = open_store(records(folder / "data"))
        for squad in (full(), quiet()):
            import_squad(store, folder / "data", Loaded(squad, ()), MONDAY, "test")
            plan_into(store, squad)
        store.dispose()
        yield stage


def plan_into(store: Engine, squad: Squad) -> None:
    """Put a draft of the week into the records; why it misses what it does is not looked for, which takes long."""
    prepared = prepare(squad, Week.parse("2026-W48"), None)
    plan = plan_week(prepared.problem, time_limit=2.0, explained=False)
    document = plan_to_dict(prepared.problem, plan, squad)
    with writing(store) as connection:
        add_draft(connection, squad.id, "draft", document, MONDAY, figures=figures_of(judged(prepared, plan)))


def full() -> Squad:
    squad = seeded_squad("12x6", replace(OVER_FULL["12x6"], cars=4, ebikes=2))
    return replace(squad, id="full", name="虚构甲中队")


def quiet() -> Squad:
    squad = seeded_squad("12x6", replace(BINDING["12x6"], seed=7, cars=4, ebikes=2, peak=4))
    spare = {officer.id: f"{officer.id}x" for officer in squad.officers[:2]}
    more = tuple(replace(one, id=spare[one.id], name=f"机动{one.name}") for one in squad.officers[:2])
    shifts = tuple(replace(one, officer_id=spare[one.officer_id]) for one in squad.shifts if one.officer_id in spare)
    officers = (*squad.officers, *more)
    return replace(squad, id="quiet", name="虚构乙中队", officers=officers, shifts=(*squad.shifts, *shifts))


def test_a_neighbour_is_asked_for_officers_and_what_it_lends_is_taken_into_both_weeks(
    browser: Browser, district: Stage
) -> None:
    before_it = {squad["id"]: squad["figures"] for squad in told(district)}
    assert before_it["full"]["missed"] > 0
    with before(browser, district, "/bureau?week=2026-W48") as (page, _):
        with page.expect_navigation():
            page.locator("tr[data-squad=full] button.lend").click()
        page.locator("#take").wait_for(timeout=120_000)
        place = page.url.removeprefix(district.address)
        looks_right(page, ["administrator"])
    for width, language in (("phone", "zh"), ("desk", "en")):
        with before(browser, district, place, width=width, language=language) as (page, _):
            looks_right(page, ["administrator"])
    assert district.asked("GET", "/api/squads/full/plans") == []
    with before(browser, district, place) as (page, _):
        page.click("#take")
        page.locator("dialog[open] button.go").click()
        page.locator("#taken a").nth(1).wait_for()
        drafts = [link.get_attribute("href") for link in page.locator("#taken a").all()]
    boards = [district.asked("GET", f"/api{draft}/board") for draft in drafts]
    (guest,) = [one for one in boards[0]["officers"] if "@quiet" in one["id"]]
    assert guest["name"].startswith("机动")
    assert len(boards[0]["missed"]) < before_it["full"]["missed"]
    assert boards[1]["missed"] == []
    away = district.asked("GET", "/api/squads/quiet/leave")
    assert {one["reason"] for one in away if one["officer"] == guest["id"].partition("@")[0]} == {"借调到虚构甲中队"}
    again = district.client.post(f"/api{place}/take")
    assert again.status_code == 412, again.text


def told(stage: Stage) -> list[dict[str, Any]]:
    squads: list[dict[str, Any]] = stage.asked("GET", "/api/bureau/2026-W48")["squads"]
    return squads
