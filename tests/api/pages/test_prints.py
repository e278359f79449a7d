"""What is printed: right on the screen and on A4; each gets what concerns him; codes lead where they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page

from tests.api.conftest import PlannedTown
from tests.api.pages.filled import HOSTILE, LONG, NOW, SURNAME, full, planned, publish, sign_in, unharmed
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, each

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", LONG, HOSTILE, SURNAME, "早班", "中班")
PLAN = "plans/0123456789abcdef"
PLACES = (f"{PLAN}/print", f"{PLAN}/invitations", "communities/C1/notice", "communities/C3/notice")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, planned_town: PlannedTown) -> Iterator[Stage]:
    with full(tmp_path_factory.mktemp("prints"), planned(planned_town.out)) as stage:
        yield stage


def pages_of(page: Page) -> list[tuple[int, int]]:
    """Return the width and height of each page that is printed, in millimetres."""
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    count = len(re.findall(rb"/Type\s*/Page\b", printed))
    sizes = [(round(float(wide) / 72 * 25.4), round(float(high) / 72 * 25.4)) for wide, high in boxes]
    return (sizes * count)[:count]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_prints_look_right_on_the_screen(browser: Browser, stage: Stage, width: str, language: str) -> None:
    places = [f"{stage.pages}/{place}" for place in PLACES]
    for page in each(browser, stage, places, width=width, language=language):
        looks_right(page, TYPED)
        unharmed(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_prints_fit_their_paper(browser: Browser, stage: Stage, language: str) -> None:
    papers = {PLACES[0]: [(297, 210)], PLACES[1]: [(210, 297)] * 2, PLACES[2]: [(210, 297)], PLACES[3]: [(210, 297)]}
    for place, paper in papers.items():
        with before(browser, stage, f"{stage.pages}/{place}", language=language) as (page, _):
            assert pages_of(page) == paper, place
            page.set_viewport_size({"width": 1040 if paper[0][0] == 297 else 680, "height": 900})
            page.emulate_media(media="print")
            assert not page.locator(".top, .no-print, button").locator("visible=true").count()
            looks_right(page, TYPED)


def test_the_week_sheet_has_every_visit_and_whoever_stays_at_the_station(
    browser: Browser, stage: Stage, planned_town: PlannedTown
) -> None:
    with before(browser, stage, f"{stage.pages}/{PLAN}/print") as (page, _):
        sheet = page.inner_text(".week-grid")
        assert f"{SURNAME}、队员03" in sheet
        assert re.search(r"09:00–10:20 .*联合检查 A 居委、物业", sheet)
        assert f"队部待命 {SURNAME}、队员03" in sheet
        assert page.locator(".stop").count() == sum(
            len(route["stops"]) for route in planned(planned_town.out)["routes"]
        )
        assert "已发布" in page.inner_text(".sheet-head")


def test_a_plan_that_was_replaced_says_so(
    browser: Browser, stage: Stage, tmp_path_factory: pytest.TempPathFactory, planned_town: PlannedTown
) -> None:
    folder = tmp_path_factory.mktemp("replaced")
    with full(folder, planned(planned_town.out)) as other:
        publish(folder, planned(planned_town.out), "fedcba9876543210")
        with before(browser, other, f"{stage.pages}/{PLAN}/print") as (page, _):
            assert "已被新的计划替换" in page.inner_text(".sheet-head")


def test_a_partner_is_told_of_its_own_visits_only(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/{PLAN}/invitations") as (page, _):
        with page.expect_navigation():
            page.get_by_role("link", name="甲乙居委").click()
        assert page.locator("article").count() == 1
        asked = page.inner_text("article")
        assert "致 甲乙居委" in asked
        assert "021-5555-0100" in asked
        assert f"{SURNAME} 021-5555-0101" in asked
        assert "虚构路 C1 号" in asked
        assert "走访" not in asked
        assert "021-5555-0111" not in asked
        assert len(pages_of(page)) == 1


def test_a_code_leads_to_the_report_page_with_the_community_chosen(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/communities/C3/notice") as (page, _):
        code = page.locator("figure img")
        assert code.evaluate("(one) => one.complete && one.naturalWidth > 100")
        address = page.inner_text(".address")
        assert address == f"{stage.address}/report/town?community=C3"
        assert address in unquote(str(code.get_attribute("alt")))
        assert "居民的手机打不开" in page.inner_text(".no-print")
        page.goto(address)
        assert page.locator("#community option:checked").inner_text() == HOSTILE
        unharmed(page)


def test_a_notice_is_outdated_when_a_post_changes_until_the_new_one_hangs(browser: Browser, stage: Stage) -> None:
    place = f"{stage.pages}/communities/C2"
    with before(browser, stage, f"{place}/notice") as (page, _):
        assert "没有张贴记录" in page.inner_text(".no-print >> nth=0")
        page.click("#posted")
        page.get_by_text("11 月 25 日 张贴,内容仍然有效。").wait_for()
    stage.clock.now = NOW + timedelta(hours=20)
    sign_in(stage)
    stage.asked("PATCH", f"{stage.base}/communities/C2", json={"b_officer": "02"})
    try:
        with before(browser, stage, place) as (page, _):
            page.get_by_text("请打印新的并更换").first.wait_for()
            page.get_by_role("link", name="打开并打印").first.click()
            page.wait_for_load_state("load")
            assert "队员02" in page.inner_text(".answering")
            page.click("#posted")
            page.get_by_text("11 月 26 日 张贴,内容仍然有效。").wait_for()
    finally:
        stage.clock.now = NOW
        sign_in(stage)
