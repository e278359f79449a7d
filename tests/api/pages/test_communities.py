"""Communities and one community: right at every width in both languages, and what can be done on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, Page

from api.security.roles import Role
from tests.api.conftest import PlannedTown
from tests.api.pages.filled import HOSTILE, LONG, PNG, SURNAME, full, planned, unharmed
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, each

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", "officer-01", "reader-x", LONG, HOSTILE)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, planned_town: PlannedTown) -> Iterator[Stage]:
    with full(tmp_path_factory.mktemp("communities"), planned(planned_town.out)) as stage:
        yield stage


def said(page: Page) -> str:
    page.locator("#toast:not([hidden])").wait_for()
    return page.inner_text("#toast")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_communities_look_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    places = [f"{stage.pages}/{place}" for place in ("communities", "communities/C1", "communities/C3")]
    for page in each(browser, stage, places, width=width, language=language):
        unharmed(page)
        page.evaluate("document.querySelectorAll('main details:not(.help)').forEach((one) => { one.open = true; })")
        looks_right(page, TYPED)


def test_what_is_overdue_stands_on_top_and_a_name_is_found_without_asking_the_server(
    browser: Browser, stage: Stage
) -> None:
    with before(browser, stage, f"{stage.pages}/communities") as (page, _):
        rows = page.locator("#communities tbody tr")
        assert LONG in rows.first.inner_text()
        assert rows.first.locator(".bad").inner_text() == "1"
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.fill("#search", "乙")
        assert [row.inner_text().split()[0] for row in rows.all() if row.is_visible()] == ["乙苑"]
        assert page.inner_text("#found") == "共 1 个小区"
        page.fill("#search", "没有这样的")
        assert page.locator("#nothing").is_visible()
        assert asked == []


def test_evidence_with_a_photograph_settles_a_line_of_the_ledger(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C2") as (page, _):
        line = page.locator("li.line", has_text="交付现场普法宣传")
        line.locator(".hand-in").click()
        page.fill("#e-note", "发放告知书 200 份")
        photo: FilePayload = {"name": "现场.png", "mimeType": "image/png", "buffer": PNG}
        page.set_input_files("#e-files", [photo, photo])
        page.click("#evidence-form button.go")
        assert said(page) == "已记录"
        done = page.locator("li.line.done", has_text="交付现场普法宣传")
        assert "发放告知书 200 份" in str(done.text_content())
        href = done.locator("a").first.get_attribute("href")
        assert page.request.get(stage.address + str(href)).body() == PNG


def test_posts_change_from_today_and_can_be_put_back(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C3") as (page, _):
        page.select_option("#a_officer", "03")
        page.click("#posts-form button.go")
        assert "请更换张贴的公示" in said(page)
        page.click("#toast button")
        page.wait_for_load_state("load")
        page.get_by_text("已改回").wait_for()
        assert page.input_value("#a_officer") == "02"


def test_the_same_person_cannot_hold_both_posts_and_is_told_so(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C3") as (page, trouble):
        page.select_option("#a_officer", "01")
        page.click("#posts-form button.go")
        assert "须是不同的人" in said(page)
        trouble.found.clear()  # the browser itself complains of the 422


def test_whoever_changes_an_older_version_is_told_so(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C2") as (page, trouble):
        stage.asked("PATCH", f"{stage.base}/communities/C2", json={"b_officer": "02"})
        page.select_option("#b_officer", "01")
        page.click("#posts-form button.go")
        assert "请刷新后再试" in said(page)
        trouble.found.clear()  # the browser itself complains of the 412


def test_only_what_is_open_can_be_shown(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C3") as (page, _):
        assert page.locator("#findings tbody tr:visible").count() == 3
        page.check("#only-open")
        assert page.locator("#findings tbody tr:visible").count() == 2
        assert "W3" not in page.inner_text("#findings")


def test_a_renovation_is_registered_and_a_sheet_is_taken_in_once(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    sheet: Any = openpyxl.Workbook()
    sheet.active.append(["小区", "楼栋", "登记日期", "施工单位"])
    sheet.active.append(["C3", "8 幢 801", "2026-11-20", "某某装饰"])
    sheet.save(tmp_path / "register.xlsx")
    with before(browser, stage, f"{stage.pages}/communities/C3") as (page, _):
        assert "还没有登记" in page.inner_text("main")
        page.get_by_text("添加一户").click()
        page.fill("#r-building", "7 幢 701")
        page.click("#renovation-form button.go")
        assert said(page) == "已登记"
        page.locator("summary", has_text="上传登记表").click()
        page.set_input_files("#sheet", tmp_path / "register.xlsx")
        page.get_by_text("已收下 1 条").wait_for()
        assert "已登记 2/300 户" in page.inner_text("main")


def test_feedback_is_noted_with_whoever_answers_for_the_community_first(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C1") as (page, _):
        page.get_by_text("记一次评价").click()
        assert page.locator("#f-officer option").first.inner_text() == SURNAME
        page.fill("#f-points", "88.5")
        page.click("#feedback-form button.go")
        assert said(page) == "已记录"
        assert "88.5" in page.inner_text("main")


def test_the_chart_is_a_picture_with_its_figures_in_words_and_runs_nothing(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C1") as (page, _):
        picture = page.locator("img.chart")
        assert picture.evaluate("(one) => one.complete && one.naturalWidth > 0")
        assert str(picture.get_attribute("alt")).startswith("近 12 周共发现 4 起:")
        answer = page.request.get(stage.address + str(picture.get_attribute("src")))
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert "<script" not in answer.text()


def test_whoever_only_reads_sees_everything_and_nothing_to_press(browser: Browser, stage: Stage) -> None:
    reader = stage.account(Role.READER)
    with before(browser, stage, f"{stage.pages}/communities/C1", who=reader) as (page, _):
        assert page.locator(".hand-in, #renovation-form, #feedback-form, #posts-form button").count() == 0
        assert page.locator("#phase").is_disabled()
        looks_right(page, TYPED)
