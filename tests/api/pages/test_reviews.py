"""Reviews: right at every width in both languages; each figure leads to its records; final, contested, decided."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from api.security.roles import Role
from tests.api.pages.filled import HOSTILE, LONG, SURNAME, full, unharmed
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, each

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", "officer-01", "reader-x", LONG, HOSTILE)
OPENED = "document.querySelectorAll('main details:not(.help)').forEach((one) => { one.open = true; })"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with full(tmp_path_factory.mktemp("reviews")) as stage:
        yield stage


def press(page: Page, button: str) -> None:
    """Press what changes something: the page loads anew."""
    with page.expect_navigation():
        page.click(button)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_reviews_look_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    some = ("", "/property/2026-11", "/appraisal/2026-Q4", "/outcome/2026-Q4", "/outcome/2025")
    places = [f"{stage.pages}/reviews{place}" for place in some]
    for page in each(browser, stage, places, width=width, language=language):
        page.evaluate(OPENED)
        looks_right(page, TYPED)
        unharmed(page)


def test_whom_to_summon_stands_on_top_with_reasons_that_lead_to_their_records(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/reviews/property/2026-11") as (page, _):
        summoned = page.locator("section:has(#summon)")
        assert HOSTILE in summoned.inner_text()
        summoned.get_by_text("劝阻无效后超过 24 小时才上报 3 起").click()
        summoned.locator("a", has_text="20261125-00009").first.click()
        page.wait_for_url("**/cases/20261125-00009")


def test_small_numbers_are_told_in_words(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/reviews/property/2026-11") as (page, _):
        assert "只有 7 起,偶然性大" in page.inner_text("main")
    with before(browser, stage, f"{stage.pages}/reviews/property/2026-09") as (page, _):
        assert "没有记录" in page.inner_text("main")
        with page.expect_navigation():
            page.get_by_role("link", name="下一期").click()
        assert "2026 年 10 月" in page.inner_text("h1")


def test_a_review_is_made_final_after_asking(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/reviews/outcome/2026-10") as (page, _):
        page.click("#freeze")
        assert "不再变动" in page.inner_text("dialog")
        press(page, "dialog button.go")
        assert "11 月 25 日 周三 10:00 定稿" in page.inner_text("main")
        assert page.locator("#freeze").count() == 0
        assert page.locator("img.chart").evaluate("(one) => one.naturalWidth > 0")


def test_an_officer_sees_his_own_appraisal_contests_a_record_and_the_leader_decides(
    browser: Browser, stage: Stage
) -> None:
    officer = stage.account(Role.OFFICER, "01")
    with before(browser, stage, f"{stage.pages}/reviews/mine", who=officer) as (page, _):
        assert page.locator(".officer h2").all_inner_texts() == [SURNAME]
        assert "队员03" not in page.inner_text("main")
        page.evaluate(OPENED)
        page.locator("button.contest").first.click()
        page.fill("#contest-note", HOSTILE)
        press(page, "#contest-form button.go")
        assert "待复核" in page.inner_text("section:has(#contests)")
        unharmed(page)
        page.evaluate(OPENED)
        looks_right(page, TYPED)
    with before(browser, stage, f"{stage.pages}/reviews/appraisal/2026-Q4") as (page, _):
        looks_right(page, TYPED)
        page.fill("form.decide input", "当时由他人负责")
        press(page, "form.decide button[value=true]")
        assert "成立,该记录不计" in page.inner_text("section:has(#contests)")
        assert "当时由他人负责" in page.inner_text("section:has(#contests)")
        assert "异议成立、不再计入" in page.inner_text(".officer >> nth=0")


def test_an_officer_is_shown_nobody_elses_reviews(browser: Browser, stage: Stage) -> None:
    officer = stage.account(Role.OFFICER, "02")
    with before(browser, stage, f"{stage.pages}/reviews/mine", who=officer) as (page, _):
        tabs = page.locator(".tabs").inner_text()
        assert "我的考核" in tabs
        assert "考评" not in tabs
        for place in ("", "/property/2026-11", "/appraisal/2026-Q4", "/outcome/2026-11"):
            assert page.request.get(f"{stage.address}{stage.pages}/reviews{place}").status == 403


def test_the_outcome_sheet_says_how_late_each_late_case_is(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/reviews/outcome/2026-11", who=stage.account(Role.READER)) as (page, _):
        assert "已超时 30 分,仍未到场" in page.inner_text("section:has(#late)")
        assert page.locator("#freeze").count() == 0
        assert str(page.get_attribute("img.chart", "alt")).startswith("2026 年 11 月:发现 ")
