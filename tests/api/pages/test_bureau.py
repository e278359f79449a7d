"""The bureau's page: all squads in a table and on a map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.security.roles import Role
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, staged
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
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


def test_who_is_of_one_squad_is_not_shown_the_others(stage: Stage, tmp_path: Path) -> None:
    del tmp_path
    name = stage.account(Role.LEADER)
    mine = {"Cookie": f"wuzao={stage.session(name)}"}
    for place in ("/bureau", "/api/bureau/2026-W48", "/api/bureau/2026-W48/map"):
        answer = stage.client.build_request("GET", place, headers=mine)
        assert stage.client.send(answer).status_code == 403, place
