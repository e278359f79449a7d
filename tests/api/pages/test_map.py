"""Map and boundaries in a browser: drawn by mouse and by keyboard, refused with a sentence, kept, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from api.security.roles import Role
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, staged
from tests.town import GATES, VIOLATIONS, write_town

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", "town", "甲苑", "乙苑", "丙苑", "reader-x", "WGS84", "GCJ-02", "Delete")
HOSTILE = "<img src=x onerror=window.pwned=1>${7*7}"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("map")
    town = write_town(
        folder / "town",
        gates=GATES.replace("甲苑南门", HOSTILE),
        violations=VIOLATIONS.replace("3 幢 501", HOSTILE),
    )
    with staged(folder, source=town) as stage:
        yield stage


def community(stage: Stage, ident: str = "C1") -> dict[str, Any]:
    found = stage.asked("GET", f"{stage.base}/ground")["communities"]
    return dict(next(one for one in found if one["community"] == ident))


def corners(stage: Stage, ident: str = "C1") -> int:
    return len(community(stage, ident)["geometry"]["coordinates"][0]) - 1


def map_of(page: Page) -> FrameLocator:
    frame = page.frame_locator("#map")
    expect(frame.locator(".place").first).to_be_visible()
    return frame


def kept(page: Page) -> None:
    page.locator("#save:enabled").click()
    expect(page.locator("#toast")).to_contain_text("已保存")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_looks_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    with before(browser, stage, f"{stage.pages}/map", width=width, language=language) as (page, _):
        map_of(page)
        looks_right(page, TYPED)
        page.select_option("#community", "C1")
        page.locator("#corners > summary").click()
        page.locator("#paste > summary").click()
        page.locator("#former > summary").click()
        page.locator("#former-list li").first.wait_for()
        page.get_by_role("button", name=re.compile("^(改位置|Move it)")).first.click()
        looks_right(page, TYPED)


def test_a_corner_is_dragged_added_kept_and_taken_back_by_mouse(browser: Browser, stage: Stage) -> None:
    was = community(stage)
    with before(browser, stage, f"{stage.pages}/map") as (page, _):
        frame = map_of(page)
        page.select_option("#community", "C1")
        expect(frame.locator(".corner")).to_have_count(4)
        middle = frame.locator(".middle").nth(2).bounding_box()
        assert middle is not None
        x, y = middle["x"] + 12, middle["y"] + 12
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 10, y - 30, steps=4)
        page.mouse.up()
        expect(frame.locator(".corner")).to_have_count(5)
        expect(page.locator("#judged .ok")).to_be_visible()
        expect(page.locator("#corners-title")).to_contain_text("5")
        page.locator("#back").click()
        expect(frame.locator(".corner")).to_have_count(4)
        expect(page.locator("#save")).to_be_disabled()
        page.locator("#again").click()
        kept(page)
        assert corners(stage) == 5
        frame.locator(".corner").nth(2).click()
        expect(page.locator(".corner-row.chosen")).to_have_count(1)
        frame.locator("body").press("Delete")
        expect(frame.locator(".corner")).to_have_count(4)
        page.locator("#drop").click()
        expect(frame.locator(".corner")).to_have_count(5)
        page.locator("#toast button").click()
        expect(page.locator("#toast")).to_have_text("已恢复原样")
        now = community(stage)
        assert (now["geometry"], now["gates"], now["source"]) == (was["geometry"], was["gates"], was["source"])


def test_an_outline_is_changed_by_keyboard_alone_and_a_bad_one_is_refused_with_its_sentence(
    browser: Browser, stage: Stage
) -> None:
    with before(browser, stage, f"{stage.pages}/map") as (page, _):
        page.locator("#community").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#chosen-name")).to_have_text("甲苑")
        page.locator("#corners > summary").press("Enter")
        first = page.get_by_label("顶点 1 经度")
        first.focus()
        for _ in range(20):
            page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        expect(page.locator("#judged .ok")).to_be_visible()
        expect(page.get_by_label("顶点 1 纬度")).to_be_focused()
        first.fill("121.24100")
        page.get_by_label("顶点 1 纬度").fill("31.37300")
        page.keyboard.press("Enter")
        expect(page.locator("#judged .bad")).to_contain_text("边界自相交,位置在")
        expect(page.locator("#save")).to_be_disabled()
        page.locator("#back").press("Enter")
        page.locator("#back").press("Enter")
        page.get_by_role("button", name="在后面加 顶点 2").press("Enter")
        expect(page.locator(".corner-row")).to_have_count(5)
        page.locator("#save:enabled").press("Enter")
        expect(page.locator("#toast")).to_contain_text("已保存甲苑")
        assert corners(stage) == 5
        page.locator("#former > summary").press("Enter")
        page.get_by_role("button", name="放回").last.press("Enter")
        expect(page.locator("#toast")).to_contain_text("已放回第 1 版边界")
        assert corners(stage) == 4


def test_a_gate_is_added_named_made_the_main_one_and_told_when_it_is_far_off(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/map#C2") as (page, _):
        frame = map_of(page)
        expect(frame.locator(".gate-handle")).to_have_count(1)
        page.locator("#point-gate").click()
        expect(frame.locator("#picking")).to_be_visible()
        frame.locator(".folium-map").click(position={"x": 420, "y": 380})
        expect(frame.locator(".gate-handle")).to_have_count(2)
        page.get_by_label("出入口 2 名称").fill("新开的门")
        page.get_by_label("出入口 2 经度").fill("121.25400")
        page.keyboard.press("Enter")
        expect(page.locator("#judged .warn")).to_contain_text("出入口“新开的门”离边界")
        page.get_by_label("出入口 2 经度").fill("121.26200")
        page.keyboard.press("Enter")
        expect(page.locator("#judged .bad")).to_contain_text("GCJ-02")
        expect(page.locator("#save")).to_be_disabled()
        page.get_by_label("出入口 2 经度").fill("121.25200")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="设为主出入口: 出入口 2").click()
        expect(page.get_by_label("出入口 1 名称")).to_have_value("新开的门")
        kept(page)
        assert [gate["name"] for gate in community(stage, "C2")["gates"]] == ["新开的门", "乙苑西门"]
        assert community(stage, "C2")["boundary_version"] == 1


def test_an_outline_is_drawn_anew_and_pasted_in_gcj_02(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/map#C3") as (page, _):
        frame = map_of(page)
        expect(frame.locator(".corner")).to_have_count(4)
        page.locator("#redraw").click()
        expect(page.locator("#judged .bad")).to_contain_text("至少要三个顶点")
        for x, y in ((300, 300), (420, 300), (420, 420), (300, 430)):
            frame.locator(".folium-map").click(position={"x": x, "y": y})
        expect(frame.locator(".corner")).to_have_count(4)
        page.locator("#redraw").click()
        expect(frame.locator(".middle")).to_have_count(4)
        page.locator("#drop").click()
        page.locator("#paste > summary").click()
        page.fill("#points", "121.24437,31.37799\n121.24637,31.37799\n十,二\n")
        page.locator("#use-points").click()
        expect(page.locator("#pasted")).to_have_text("第 3 行不是“经度,纬度”")
        page.fill("#points", "121.24437,31.37799\n121.24637,31.37799\n121.24637,31.38001\n121.24437,31.38001")
        page.select_option("#system", "GCJ-02")
        page.locator("#use-points").click()
        expect(page.locator("#judged .ok")).to_be_visible()
        page.locator("#corners > summary").click()
        lon = float(page.get_by_label("顶点 1 经度").input_value())
        assert lon == pytest.approx(121.240, abs=2e-4)
        page.locator("#drop").click()


def test_a_violation_is_put_where_it_lies_and_that_is_taken_back(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/map#C1") as (page, _):
        frame = map_of(page)
        row = page.locator("#violation-W1")
        expect(row).to_contain_text("onerror")
        row.get_by_role("button").click()
        spot = frame.locator(".placing").bounding_box()
        assert spot is not None
        page.mouse.move(spot["x"] + 14, spot["y"] + 14)
        page.mouse.down()
        page.mouse.move(spot["x"] + 44, spot["y"] + 34, steps=4)
        page.mouse.up()
        expect(page.locator("#toast")).to_contain_text("位置已改")
        moved = next(one for one in stage.asked("GET", f"{stage.base}/ground")["violations"] if one["id"] == "W1")
        assert (moved["lon"], moved["lat"]) != (121.241, 31.371)
        page.locator("#toast button").click()
        expect(page.locator("#toast")).to_be_hidden()
        expect(row.get_by_label(re.compile("经度"))).to_have_value("121.241000")
        assert page.evaluate("window.pwned === undefined")
        assert page.locator("img").count() == 0
        assert frame.locator("img").count() == 0


def test_changes_that_are_not_saved_are_not_lost_unasked(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/map#C1") as (page, _):
        map_of(page)
        page.locator("#add-gate").click()
        count = page.locator(".gate").count()
        page.select_option("#community", "C2")
        page.get_by_role("dialog").get_by_role("button", name="取消").click()
        expect(page.locator("#chosen-name")).to_have_text("甲苑")
        assert page.locator(".gate").count() == count
        page.select_option("#community", "C2")
        page.get_by_role("dialog").get_by_role("button", name="确定").click()
        expect(page.locator("#chosen-name")).to_have_text("乙苑")


def test_risk_is_shown_when_asked_for_and_who_may_only_look_draws_nothing(browser: Browser, stage: Stage) -> None:
    reader = stage.account(Role.READER)
    with before(browser, stage, f"{stage.pages}/map", who=reader) as (page, _):
        frame = map_of(page)
        assert frame.locator(".risk").count() == 0
        page.locator("#risk").check()
        expect(frame.locator(".risk").first).to_be_visible()
        frame.locator(".leaflet-areas-pane path").first.click(force=True)
        expect(page.locator("#chosen-name")).to_have_text("甲苑")
        assert page.locator("#save, .gate, #violations button").count() == 0
        assert frame.locator(".corner").count() == 0
