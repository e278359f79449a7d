"""The week board against the real service: opened, changed, undone, published and copied in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from api.security.roles import Role
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, staged
from tests.api.pages.test_board import center

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


def test_a_visit_is_moved_told_and_moved_back(browser: Browser, stage: Stage, plan: str) -> None:
    with before(browser, stage, address(stage, plan)) as (page, _):
        visit = page.locator("#grid .visit.k-joint:not(.ghost)").first
        visit.wait_for()
        name = visit.get_attribute("data-visit")
        home = visit.locator("xpath=..").get_attribute("data-day")
        target = page.locator(f'#grid .slot[data-band="middle"]:not([data-day="{home}"])').first
        day = target.get_attribute("data-day")
        page.mouse.move(*center(visit))
        page.mouse.down()
        page.mouse.move(*center(target), steps=5)
        page.mouse.up()
        page.locator(f'#grid .slot[data-day="{day}"] [data-visit="{name}"]:not(.ghost, .waiting)').wait_for()
        page.locator("#panel .said").wait_for()
        page.keyboard.press("Control+z")
        page.locator(f'#grid .slot[data-day="{home}"] [data-visit="{name}"]:not(.ghost, .waiting)').wait_for()
        page.locator("#toast", has_text="已撤销").wait_for()


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
        told = {"state": "planning", "progress": {"stage": {"zh": "找路线", "en": "patrols"}, "again": 1}}
        body = f"data: {json.dumps(told)}\n\n"
        page.route("**/events", lambda asked: asked.fulfill(body=body, content_type="text/event-stream"))
        page.reload()
        page.get_by_text("中途停机 1 次,已从头再来 · 找路线").wait_for()
        page.unroute("**/events")
        page.reload()
        page.locator("#grid .visit").first.wait_for(timeout=60_000)


def test_everything_to_print_and_to_take_away_is_there(browser: Browser, stage: Stage, plan: str) -> None:
    with before(browser, stage, address(stage, plan)) as (page, _):
        page.locator("#more summary").click()
        links = [link.get_attribute("href") for link in page.locator("#more a").all()]
        assert len(links) == 7
        for link in links:
            assert page.request.get(f"{stage.address}{link}").ok, link


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_plans_are_compared_side_by_side(browser: Browser, stage: Stage, plan: str, language: str) -> None:
    copy = stage.asked("POST", f"{stage.base}/plans/{plan}/copy")
    board = stage.asked("GET", f"{stage.base}/plans/{copy['id']}/board")
    moves = {"moves": [{"visit": board["cards"][0]["visit"], "out": True}]}
    stage.asked("POST", f"{stage.base}/plans/{copy['id']}/moves", json=moves)
    for width in WIDTHS:
        place = f"{address(stage, plan)}/compare/{copy['id']}"
        with before(browser, stage, place, width=width, language=language) as (page, _):
            page.locator("#days table").wait_for()
            assert page.locator("#lines li").count() == 1
            assert page.locator("#days .line.differs").count() == 1
            page.locator("#only").uncheck()
            assert page.locator("#days .line").count() > 2
            looks_right(page, TYPED)


def test_a_published_plan_is_copied_to_be_changed(browser: Browser, stage: Stage, plan: str) -> None:
    copy = stage.asked("POST", f"{stage.base}/plans/{plan}/copy")["id"]
    with before(browser, stage, address(stage, copy)) as (page, _):
        page.locator("#publish").click()
        page.locator("#state", has_text="已发布").wait_for()
        page.locator("#copy").click()
        page.wait_for_url(lambda url: copy not in url and "/plans/" in url)
        page.locator("#undo").wait_for()
        assert "草稿" in page.inner_text("#state")


def test_planning_again_keeps_what_is_pinned_and_gives_another_draft(browser: Browser, stage: Stage, plan: str) -> None:
    copy = stage.asked("POST", f"{stage.base}/plans/{plan}/copy")["id"]
    with before(browser, stage, address(stage, copy)) as (page, _):
        visit = page.locator("#grid .visit.k-joint:not(.ghost)").first
        visit.focus()
        page.keyboard.press("p")
        page.locator("#grid .visit.pinned").wait_for()
        name = page.locator("#grid .visit.pinned").get_attribute("data-visit")
        page.locator("#again").click()
        page.locator("#run-stop").wait_for()
        page.locator("#run-links .go").wait_for(timeout=90_000)
        page.locator("#run-links .go").click()
        page.locator(f'#grid [data-visit="{name}"].pinned').wait_for()
