"""Cases and one case: right at every width in both languages, and every step from the report to the close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from api.security.roles import Role
from tests.api.conftest import PlannedTown
from tests.api.pages.filled import HOSTILE, LONG, NOW, PNG, full, handled, planned, report, step, unharmed
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, each

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", "officer-01", LONG, HOSTILE)
OPENED = "document.querySelectorAll('main details:not(.help)').forEach((one) => { one.open = true; })"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, planned_town: PlannedTown) -> Iterator[Stage]:
    with full(tmp_path_factory.mktemp("cases"), planned(planned_town.out)) as stage:
        yield stage


def press(page: Page, button: str) -> None:
    """Press what makes a step: the page loads anew and says that it is noted."""
    with page.expect_navigation():
        page.click(button)
    page.locator("#toast", has_text="已记录").wait_for()


def numbers(page: Page) -> list[str]:
    return [link.inner_text() for link in page.locator("tbody th a").all()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_cases_look_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    some = ("", "/20261125-00001", "/20261125-00009", "/20261125-00012")
    places = [f"{stage.pages}/cases{place}" for place in some]
    for page in each(browser, stage, places, width=width, language=language):
        page.evaluate(OPENED)
        looks_right(page, TYPED)
        unharmed(page)


def test_the_most_urgent_stand_first_and_the_rest_is_found_by_state_community_and_type(
    browser: Browser, stage: Stage
) -> None:
    with before(browser, stage, f"{stage.pages}/cases") as (page, _):
        assert numbers(page)[0] == "20261125-00009"
        assert "还没有人到场" in page.locator("tbody tr").first.inner_text()
        with page.expect_navigation():
            page.get_by_role("link", name="超时未到场").click()
        assert set(numbers(page)) == {"20261125-00009", "20261125-00010", "20261125-00011", "20261125-00012"}
        page.select_option("#community", "C2")
        page.wait_for_url("**community=C2**")
        assert numbers(page) == ["20261125-00012"]
        with page.expect_navigation():
            page.get_by_role("link", name="全部", exact=True).click()
        page.select_option("#type", "load_bearing")
        page.wait_for_url("**type=load_bearing**")
        assert numbers(page) == ["20261125-00002"]


def test_a_list_that_has_nothing_says_so(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/cases?community=C3&show=late") as (page, _):
        assert "没有这样的案件" in page.inner_text(".empty")


def test_a_long_list_is_turned_page_by_page(browser: Browser, stage: Stage) -> None:
    for number in range(32):
        report(stage, "C3", NOW - timedelta(minutes=number), type="sublet_renovation")
    with before(browser, stage, f"{stage.pages}/cases?type=sublet_renovation&show=all") as (page, _):
        assert len(numbers(page)) == 30
        with page.expect_navigation():
            page.get_by_role("link", name="下一页").click()
        assert len(numbers(page)) == 2
        with page.expect_navigation():
            page.get_by_role("link", name="上一页").click()
        assert len(numbers(page)) == 30


def test_a_case_goes_from_the_report_to_its_close(browser: Browser, stage: Stage) -> None:
    case = report(stage, "C1", NOW - timedelta(minutes=50), building="6 幢 602", type="public_facility")
    with before(browser, stage, f"{stage.pages}/cases/{case}") as (page, trouble):
        page.get_by_text("按已发布计划计算的到场时间排序。").or_(page.get_by_text("按名单排列。")).wait_for()
        press(page, "form[data-kind=filed] button")
        page.select_option("#lead", "01")
        page.select_option("#second", "02")
        press(page, "form[data-kind=dispatched] button.go")
        assert "派 欧阳司徒、队员02 前往" in page.inner_text(".timeline")
        page.locator("form[data-kind=arrived] button.go").click()
        page.get_by_text("请写明原因").wait_for()
        trouble.found.clear()  # the browser itself complains of the 422
        page.fill("#arrived-reason", "地下室无信号")
        press(page, "form[data-kind=arrived] button.go")
        assert "不在小区门口或小区内:地下室无信号" in page.inner_text(".timeline")
        page.fill("#handled-note", "已恢复原状")
        photo: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": PNG}
        page.set_input_files("#handled-photos", photo)
        press(page, "form[data-kind=handled] button.go")
        assert page.locator(".timeline img").evaluate("(one) => one.naturalWidth") == 1
        page.select_option("#rechecked-passed", "true")
        press(page, "form[data-kind=rechecked] button.go")
        assert "复查合格,结案" in page.inner_text(".timeline")
        assert "没有下一步" in page.inner_text("main")


def test_a_crew_is_called_back_and_the_case_stands_again(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/cases/20261125-00012") as (page, _):
        page.get_by_text("召回队员").first.click()
        page.fill("#recalled-reason", "队员另有任务")
        press(page, "form[data-kind=recalled] button")
        assert "队员另有任务" in page.inner_text(".timeline")
        assert page.locator("form[data-kind=dispatched]").count() == 1


def test_a_case_is_merged_into_one_nearby_after_asking(browser: Browser, stage: Stage) -> None:
    first = report(stage, "C2", NOW - timedelta(minutes=9), type="drying_rack")
    second = report(stage, "C2", NOW - timedelta(minutes=8), type="drying_rack")
    with before(browser, stage, f"{stage.pages}/cases/{second}") as (page, _):
        page.locator("summary", has_text="并案").click()
        page.locator(f"button[data-case='{first}']").click()
        page.locator("form[data-kind=merged] button:not(.plain)").click()
        page.locator("dialog button", has_text="取消").click()
        page.locator("form[data-kind=merged] button:not(.plain)").click()
        press(page, "dialog button.go")
        page.locator(".timeline a").click()
        page.wait_for_url(f"**/{first}")
        assert second in page.inner_text(".facts")


def test_the_reporter_is_shown_only_when_asked_for_and_that_is_written_down(browser: Browser, stage: Stage) -> None:
    case = report(stage, "C2", NOW - timedelta(minutes=3), note="电话 13812345678")
    with before(browser, stage, f"{stage.pages}/cases/{case}") as (page, _):
        assert "13812345678" not in page.content()
        page.click("#unmask")
        assert "会记入操作记录" in page.inner_text("dialog")
        page.click("dialog button.go")
        page.get_by_text("13812345678").wait_for()
        page.reload()
        assert "13812345678" not in page.content()
        page.locator("#audit ~ details summary").click()
        assert "查看了反映人" in page.inner_text("section:has(#audit)")


def test_an_officer_attends_in_his_own_name_and_sees_no_more_than_is_his(browser: Browser, stage: Stage) -> None:
    case = report(stage, "C1", NOW - timedelta(minutes=30), type="illegal_structure")
    step(stage, case, "dispatched", NOW - timedelta(minutes=20), officers=["03"])
    officer = stage.account(Role.OFFICER, "03")
    with before(browser, stage, f"{stage.pages}/cases/{case}", who=officer) as (page, _):
        assert page.locator("#unmask, form[data-kind=recalled], #audit").count() == 0
        assert [one.inner_text() for one in page.locator("#arrived-officer option").all()] == ["队员03"]


def test_a_property_company_that_told_late_is_said_so(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, f"{stage.pages}/cases/20261125-00009") as (page, _):
        assert "实际迟了 6 小时" in page.inner_text("section:has(#clocks)")


def test_what_was_told_long_after_it_happened_says_when_it_came_in(browser: Browser, stage: Stage) -> None:
    case = handled(stage, "C2", NOW - timedelta(days=2))
    with before(browser, stage, f"{stage.pages}/cases/{case}") as (page, _):
        assert "11 月 25 日 周三 10:00 补传" in page.inner_text(".timeline")
        assert "报告后 40 分" in page.inner_text(".timeline")
