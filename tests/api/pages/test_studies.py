"""A plan simulated under random reports from its page, and all squads' outcomes put together: found out as jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from api.exchange.squad_files import load_squad
from api.records import import_squad
from api.security.roles import Role
from api.storage.engine import open_store
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import Stage, before, staged
from tests.api.served import MONDAY
from tests.api.stores import records
from tests.browser import chromium
from tests.town import SQUAD, write_town

pytestmark = pytest.mark.browser

TYPED = ["administrator", "小镇中队"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Two squads: the town with two plans of the week and two cases, and another with nothing."""
    folder = tmp_path_factory.mktemp("studies")
    with staged(folder) as stage:
        other = write_town(folder / "other", squad=SQUAD.replace('id = "town"', 'id = "other"'))
        store = open_store(records(folder / "data"))
        import_squad(store, folder / "data", load_squad(other), MONDAY, "test")
        store.dispose()
        for place in ({"lon": 121.241, "lat": 31.371}, {"lon": 121.242, "lat": 31.372}):
            stage.asked("POST", f"{stage.base}/reports", json=place)
        yield stage


@pytest.fixture(scope="module")
def plans(stage: Stage) -> tuple[str, str]:
    return stage.planned(time_limit=1), stage.planned(time_limit=1)


def test_a_plan_is_simulated_beside_another_and_what_came_of_it_is_told(
    browser: Browser, stage: Stage, plans: tuple[str, str]
) -> None:
    here = f"{stage.pages}/plans/{plans[1]}"
    with before(browser, stage, here) as (page, _):
        page.click("#more summary")
        with page.expect_navigation():
            page.click("text=忙起来会怎样")
        page.get_by_text("还没有模拟过").wait_for()
        looks_right(page, TYPED)
        page.select_option("#rate", "2")
        page.select_option("#against", plans[0])
        page.click("#begin")
        page.get_by_text("模拟 1000 周").nth(1).wait_for(timeout=60_000)
        assert "预计的 2 倍;1000 周" in page.inner_text("main")
        assert page.inner_text("section.card strong") == "同样的报告,两份计划按时到场的没有差别"
    for width, language in (("desk", "zh"), ("phone", "zh"), ("tablet", "en")):
        with before(browser, stage, f"{here}/simulations", width=width, language=language) as (page, _):
            looks_right(page, TYPED)


def test_a_reader_reads_simulations_and_asks_for_none(browser: Browser, stage: Stage, plans: tuple[str, str]) -> None:
    reader = stage.account(Role.READER)
    with before(browser, stage, f"{stage.pages}/plans/{plans[0]}/simulations", who=reader) as (page, _):
        page.get_by_text("还没有模拟过").wait_for()
        assert page.locator("#begin").count() == 0


def test_all_squads_outcomes_are_worked_out_and_added_up(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, "/bureau") as (page, _):
        with page.expect_navigation():
            page.click("main >> text=各中队成效")
        page.get_by_text("还没有汇总过").wait_for()
        looks_right(page, TYPED)
        page.click("#reckon")
        page.locator("#outcomes tr.sum").wait_for(timeout=60_000)
        assert "2 / 2 个中队" in page.locator("#outcomes tr.sum").inner_text()
        place = page.url.removeprefix(stage.address)
    for width, language in (("desk", "zh"), ("phone", "zh"), ("tablet", "en")):
        with before(browser, stage, place, width=width, language=language) as (page, _):
            looks_right(page, TYPED)
    with before(browser, stage, place) as (page, _):
        page.select_option("#period", "2026")
        page.get_by_text("还没有汇总过").wait_for()


def test_whoever_is_of_one_squad_sees_no_outcomes_of_all(stage: Stage) -> None:
    mine = {"Cookie": f"wuzao={stage.session(stage.account(Role.LEADER))}"}
    for place in ("/bureau/outcomes/2026-11", "/api/bureau/outcomes/2026-11"):
        answer = stage.client.build_request("GET", place, headers=mine)
        assert stage.client.send(answer).status_code == 403, place
