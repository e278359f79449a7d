"""The week board against the real service: opened, changed, undone, published and copied in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from api.security.roles import Role
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, staged

pytestmark = pytest.mark.browser

TYPED = (
    *("小镇中队", "administrator", "Ctrl", "Del", "Esc", "早班", "中班", "晚班"),
    *("甲苑", "乙苑", "丙苑", "队员01", "队员02", "队员03", "队员04", "甲乙居委", "甲乙物业", "丙居委", "年休"),
    *("3 幢 501", "1 幢 202"),
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("board")) as stage:
        yield stage


@pytest.fixture(scope="module")
def plan(stage: Stage) -> str:
    return stage.planned()


def address(stage: Stage, plan: str) -> str:
    return f"{stage.pages}/plans/{plan}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_plan_looks_right_with_its_map_beside_it(
    browser: Browser, stage: Stage, plan: str, width: str, language: str
) -> None:
    with before(browser, stage, address(stage, plan), width=width, language=language) as (page, _):
        page.locator("#grid .visit").first.click()
        page.locator("#panel").wait_for()
        looks_right(page, TYPED)


def test_who_may_only_look_changes_nothing(browser: Browser, stage: Stage, plan: str) -> None:
    reader = stage.account(Role.READER)
    with before(browser, stage, address(stage, plan), who=reader) as (page, _):
        page.locator("#grid .visit").first.click()
        page.locator("#panel").wait_for()
        assert page.locator("#undo, #publish, #again, #panel-move, #begin-at").count() == 0


def test_a_plan_that_is_being_made_is_watched_and_then_shown(browser: Browser, stage: Stage) -> None:
    job = stage.asked("POST", f"{stage.base}/plans", json={"week": "2026-W48", "time_limit": 3})
    with before(browser, stage, address(stage, job["id"])) as (page, _):
        page.locator("#run").wait_for()
        assert page.locator("#run-stop").is_visible()
        page.locator("#grid .visit").first.wait_for(timeout=60_000)
