"""The week board in a browser: everything on it can be done by pointer, by keyboard and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.api.pages.invented_board import invented_board
from tests.api.pages.invented_service import Kept, invented_stage
from tests.api.pages.stage import WIDTHS, Stage, before

pytestmark = pytest.mark.browser

BOARD = "/squads/town/plans/p1"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Stage, Kept]]:
    with invented_stage(invented_board()) as served:
        yield served


@pytest.fixture
def stage(served: tuple[Stage, Kept]) -> Stage:
    """A stage whose board is as it was at first."""
    stage, kept = served
    kept.start(invented_board())
    return stage


@pytest.fixture
def kept(served: tuple[Stage, Kept]) -> Kept:
    return served[1]


def card(page: Page, visit: str) -> Locator:
    return page.locator(f'#grid [data-visit="{visit}"]:not(.ghost)')


def slot(page: Page, officer: str, day: int, band: str) -> Locator:
    return page.locator(f'#grid .slot[data-officer="{officer}"][data-day="{day}"][data-band="{band}"]')


def center(one: Locator) -> tuple[float, float]:
    one.scroll_into_view_if_needed()
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 20)


def stands(page: Page, visit: str, officer: str, day: int) -> None:
    """Wait until a visit stands in an officer's day and the server has said so."""
    page.locator(
        f'#grid .slot[data-officer="{officer}"][data-day="{day}"] [data-visit="{visit}"]:not(.ghost, .waiting)'
    ).wait_for()


def drag(page: Page, visit: Locator, to: Locator) -> None:
    page.mouse.move(*center(visit))
    page.mouse.down()
    page.mouse.move(*center(to), steps=6)
    page.locator('.slot[data-fit="yes"]').first.wait_for()
    page.mouse.up()


def test_a_card_is_dragged_to_another_officers_day_and_the_answer_is_told(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        drag(page, card(page, "v001"), slot(page, "o02", 3, "early"))
        stands(page, "v001", "o02", 3)
        assert "费用 +60" in page.inner_text("#toast")
        assert "刚才的改动" in page.inner_text("#panel")
        assert "1 小时 38 分 → 1 小时 40 分" in page.inner_text("#panel .said")
        page.locator("#toast button").click()
        stands(page, "v001", "o01", 0)
        assert page.locator("#undo").is_disabled()
        page.locator("#redo").click()
        stands(page, "v001", "o02", 3)


def test_while_dragging_each_cell_says_whether_it_fits(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        page.mouse.move(*center(card(page, "v001")))
        page.mouse.down()
        page.mouse.move(*center(slot(page, "o02", 2, "early")), steps=4)
        page.locator('.slot[data-fit="breaks"]').first.wait_for()
        page.locator('#carried .fit[data-by="check"]').wait_for()
        assert page.inner_text("#carried .fit").startswith(("可以放", "会违反"))
        page.keyboard.press("Escape")
        page.mouse.up()
        assert page.locator("#carried").count() == 0
        stands(page, "v001", "o01", 0)


def test_the_cell_under_a_card_tells_of_the_rules_before_the_two_hours_are_checked(
    browser: Browser, stage: Stage
) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        page.route(re.compile(r"/places\?visit=v001($|.*check=true)"), lambda _: None)  # no check ever comes
        page.mouse.move(*center(card(page, "v001")))
        page.mouse.down()
        page.mouse.move(*center(slot(page, "o02", 2, "early")), steps=4)
        page.locator('#carried .fit[data-by="rules"]').wait_for()
        assert page.inner_text("#carried .fit").startswith(("不违反规则,正在核对两小时", "会违反"))
        page.keyboard.press("Escape")
        page.mouse.up()


def test_the_cell_under_a_card_is_asked_for_before_all_cells_are_known(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        asked = []
        page.on("request", lambda request: asked.append(request.url) if "/places" in request.url else None)
        page.route(re.compile(r"/places\?visit=v001$"), lambda _: None)  # the list of all is never there
        page.mouse.move(*center(card(page, "v001")))
        page.mouse.down()
        page.mouse.move(*center(slot(page, "o02", 2, "early")), steps=4)
        page.locator('#carried .fit[data-by="check"]').wait_for()
        assert page.inner_text("#carried .fit").startswith(("可以放", "会违反"))
        rules, check = [address for address in asked if "officer=o02" in address and "day=2" in address]
        assert ("check=false" in rules, "check=true" in check) == (True, True)
        page.keyboard.press("Escape")
        page.mouse.up()


def test_what_a_change_breaks_is_told_first_and_marked(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        card(page, "v001").click()
        page.fill("#begin-at", "08:40")
        page.locator("#begin-at").press("Enter")
        page.locator("#panel .said .faults li").wait_for()
        assert "要同时在两处" in page.inner_text("#toast")
        assert "违反硬性规定 1 处" in page.inner_text("#side")
        page.locator("#side .fault").first.click()
        assert page.locator("#grid .visit.broken.marked").count() == 2


def test_everything_is_done_by_keyboard_alone(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        card(page, "v000").focus()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.dataset.visit") == "v001"
        page.keyboard.press("m")
        assert "方向键" in page.inner_text("#live")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.locator(".slot.under[data-fit]").wait_for()
        assert page.inner_text("#live").startswith("周二 早班 队员02")
        page.keyboard.press("Enter")
        stands(page, "v001", "o02", 1)
        page.keyboard.press("Control+z")
        stands(page, "v001", "o01", 0)
        page.keyboard.press("Control+y")
        stands(page, "v001", "o02", 1)
        card(page, "v001").focus()
        page.keyboard.press("p")
        page.locator('#grid [data-visit="v001"].pinned').wait_for()
        card(page, "v001").focus()
        page.keyboard.press("Delete")
        page.get_by_text("未排上 3 项").wait_for()
        page.keyboard.press("?")
        page.locator("#keys[open]").wait_for()
        page.keyboard.press("Escape")
        card(page, "v000").focus()
        page.keyboard.press("Enter")
        page.locator("#panel:focus-within, #panel:focus").wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.visit") == "v000"


def test_a_missed_visit_is_placed_by_keyboard(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        page.locator("#side button.missed").first.focus()
        page.keyboard.press("m")
        page.locator(".slot.under[data-fit]").wait_for()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.get_by_text("未排上 1 项").wait_for()


def test_a_card_is_dragged_by_a_finger_that_rests_on_it_first(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        (x, y), (to_x, to_y) = center(card(page, "v001")), center(slot(page, "o02", 3, "early"))
        finger = page.context.new_cdp_session(page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            at = [{"x": across, "y": down} for across, down in points]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

        touch("touchStart", (x, y))
        page.locator("#carried").wait_for()
        for step in range(1, 6):
            touch("touchMove", (x + (to_x - x) * step / 5, y + (to_y - y) * step / 5))
        touch("touchEnd")
        stands(page, "v001", "o02", 3)


def test_a_move_by_keyboard_is_given_up_with_escape(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        card(page, "v001").focus()
        page.keyboard.press("m")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        assert page.inner_text("#live") == "没有移动"
        assert page.evaluate("document.activeElement.dataset.visit") == "v001"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_missed_visit_is_put_where_it_fits_with_one_click(browser: Browser, stage: Stage, width: str) -> None:
    with before(browser, stage, BOARD, width=width, who=None) as (page, _):
        page.locator("#side .item button.missed").first.click()
        page.locator("#panel .place.fits").first.click()
        page.get_by_text("未排上 1 项").wait_for()
        assert "没有违反规定" in page.inner_text("#toast")


def test_on_a_phone_a_card_is_moved_by_choosing_a_place(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, width="phone", who=None) as (page, _):
        page.locator("#day-1").tap()
        first = page.locator("#day .visit").first
        visit = first.get_attribute("data-visit")
        first.tap()
        page.locator("#panel .where button").tap()
        place = page.locator("#panel .place.fits").nth(1)
        where = place.locator(".spot").inner_text()
        place.tap()
        page.locator("#toast", has_text="费用").wait_for()
        page.locator("#panel .close").tap()
        day = ("周一", "周二", "周三", "周四", "周五", "周六", "周日").index(where.split()[0])
        page.locator(f"#day-{day}").tap()
        assert where.split()[2] in page.inner_text(f'#day [data-visit="{visit}"]')


def test_rows_are_officers_or_communities(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        page.locator('[data-rows="communities"]').click()
        assert page.locator("#grid tbody tr").count() == 12
        row = page.locator("#grid tbody tr", has=page.locator('[data-visit="v001"]'))
        visit = card(page, "v001")
        page.mouse.move(*center(visit))
        page.mouse.down()
        page.mouse.move(*center(row.locator("td").nth(2)), steps=4)
        page.locator('tr.open .slot[data-fit="yes"]').first.wait_for()
        page.mouse.move(*center(row.locator('td:nth-child(4) .slot[data-band="early"]')), steps=4)
        page.mouse.up()
        row.locator('td:nth-child(4) [data-visit="v001"]:not(.waiting)').wait_for()
        assert page.locator("#grid .slot:visible:not(:has(.visit))").count() == 0


def test_somebody_elses_change_is_told_and_nothing_is_lost(browser: Browser, stage: Stage, kept: Kept) -> None:
    with before(browser, stage, BOARD, who=None) as (page, trouble):
        kept.change({"visit": "v000", "pin": True})
        drag(page, card(page, "v001"), slot(page, "o02", 3, "early"))
        page.locator("#toast", has_text="别人刚改过这份计划").wait_for()
        page.locator('#grid [data-visit="v000"].pinned').wait_for()
        stands(page, "v001", "o01", 0)
        page.locator("#toast button", has_text="再做一次").click()
        stands(page, "v001", "o02", 3)
        assert [one for one in trouble.found if "412" not in one] == []
        trouble.found.clear()


def test_without_a_network_the_card_stays_and_it_is_said(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, trouble):
        page.context.route("**/moves", lambda route: route.abort())
        drag(page, card(page, "v001"), slot(page, "o02", 3, "early"))
        page.locator("#toast", has_text="连不上服务器").wait_for()
        stands(page, "v001", "o01", 0)
        trouble.found.clear()  # the browser itself complains of the dead network


def test_publishing_asks_where_something_owed_is_missed(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        page.locator("#publish").click()
        assert "1 件必做的事没排上" in page.inner_text("dialog[open]")
        page.locator("dialog[open] .go").click()
        page.locator("#state", has_text="已发布").wait_for()
        assert page.locator("#copy").is_visible()
        assert page.locator("#undo").is_hidden()
        card(page, "v001").focus()
        page.keyboard.press("m")
        assert "先复制成草稿" in page.inner_text("#toast")


def test_the_two_hour_strip_says_one_hour_in_a_sentence(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        assert "超过 3 分" in page.inner_text("#heat-said")
        assert "不可中断" in page.inner_text("#heat-said .bad")
        page.locator("#heat canvas").focus()
        page.keyboard.press("ArrowRight")
        assert "周三 12:00–13:00" in page.inner_text("#heat-said")
        page.locator("#heat canvas").click(position={"x": 2, "y": 2})
        assert "周一 8:00–9:00" in page.inner_text("#heat-said")


def test_what_would_keep_the_two_hours_is_asked_for(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        page.locator("#mend").click()
        page.locator("#mending[open] li", has_text="待命").wait_for()
        page.locator("#mending-close").click()
        assert page.locator("#mending[open]").count() == 0


def test_the_map_follows_and_leads(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, BOARD, who=None) as (page, _):
        page.locator("#map iframe").wait_for()
        card(page, "v001").click()
        inner = page.frames[1]
        inner.wait_for_function('document.title.includes("v001")')
        inner.evaluate("parent.postMessage({wuzao: 'chosen', visit: 'v000'}, '*')")
        page.locator('#grid [data-visit="v000"].chosen').first.wait_for()
