"""Pages of the service in a browser: signing in and a resident's report; on a phone, in both languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from api.exchange.squad_files import load_squad
from api.exchange.workbook import write_workbook
from api.worker import make_plan
from tests.api.real_server import free_port
from tests.api.served import MONDAY, PASSWORD, Clock, application
from tests.browser import DESKTOP, PHONE, chromium
from tests.town import SQUAD, write_town

pytestmark = pytest.mark.browser

HOSTILE = '"><img src=x onerror=alert(1)>${7*7}'

NAMED = SQUAD.replace("小镇中队", HOSTILE.replace('"', '\\"'))
"""The town's settings, its squad named by somebody who means harm."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    town = write_town(folder / "town", squad=NAMED)
    port = free_port()
    app = application(folder, make_plan, source=town, clock=Clock(MONDAY - timedelta(days=3)))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, address: str, size: tuple[int, int] = PHONE) -> Iterator[tuple[Page, list[str]]]:
    """Yield a page, and what went wrong on it: complaints of the console, requests to elsewhere."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page, wrong = context.new_page(), list[str]()

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            wrong.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def watch(asked: Request) -> None:
        if not asked.url.startswith(("http://127.0.0.1:", "data:")):
            wrong.append(asked.url)

    page.on("request", watch)
    page.goto(address)
    yield page, wrong
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_resident_reports_and_is_told_the_number(browser: Browser, address: str, size: tuple[int, int]) -> None:
    with opened(browser, f"{address}/report/town", size) as (page, wrong):
        assert page.locator("img").count() == 0
        page.select_option("#community", "甲苑")
        page.select_option("#kind", "flue")
        page.fill("#description", "厨房外墙开孔")
        page.click("button[type=submit]")
        page.locator("#answer:not(:empty)").wait_for()
        assert page.inner_text("#answer").startswith("已收到,编号 20261120-")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        href = page.get_attribute("#answer a", "href")
        page.goto(f"{address}{href}")
        assert '"status":"open"' in page.content()
    assert wrong == []


def test_the_report_page_is_in_english_too(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/report/town?lang=en") as (page, wrong):
        assert page.inner_text("h1") == "Report a renovation violation"
        assert "Load-bearing structure" in page.inner_text("#kind")
        assert page.get_attribute("html", "lang") == "en"
    assert wrong == []


def test_without_a_place_nothing_is_sent(browser: Browser, address: str) -> None:
    with opened(browser, f"{address}/report/town") as (page, wrong):
        page.click("button[type=submit]")
        assert page.evaluate("document.getElementById('community').matches(':invalid')")
        assert page.inner_text("#answer") == ""
    assert wrong == []


def signed_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#name", "administrator")
    page.fill("#password", PASSWORD)
    page.click("button")
    page.wait_for_url(f"{address}/")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_leader_plans_a_week_watches_it_and_publishes_it_from_the_squad_s_page(
    browser: Browser, address: str, size: tuple[int, int]
) -> None:
    with opened(browser, f"{address}/sign-in", size) as (page, wrong):
        signed_in(page, address)
        page.click("main a")
        assert "没有逾期的事" in page.inner_text("main")
        assert page.input_value("#week") == "2026-W48"
        page.click("#order")
        page.locator("#making").wait_for()
        page.wait_for_url("**/squads/town/plans/*", timeout=60_000)
        page.goto(f"{address}/squads/town")
        with page.expect_navigation():
            page.locator("button.publish").first.click()
        page.get_by_text("已发布").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_text("周图").first.click()
        page.wait_for_load_state("load")
        assert page.title()
    assert wrong == []


def test_a_workbook_with_faults_is_told_row_by_row_and_a_sound_one_is_read_in_and_taken_back(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    write_workbook(load_squad(write_town(tmp_path / "town", squad=NAMED)).squad, tmp_path / "good.xlsx")
    book = openpyxl.load_workbook(tmp_path / "good.xlsx")
    book["队员"]["C2"] = "也许"
    book.save(tmp_path / "bad.xlsx")
    with opened(browser, f"{address}/sign-in") as (page, wrong):
        signed_in(page, address)
        page.goto(f"{address}/squads/town")
        page.set_input_files("#workbook", tmp_path / "bad.xlsx")
        page.click("dialog button.go")
        page.locator("#faults li").first.wait_for()
        assert "队员 第 2 行" in page.inner_text("#faults")
        wrong.clear()  # the browser itself complains of the 422
        page.set_input_files("#workbook", tmp_path / "good.xlsx")
        page.click("dialog button.go")
        page.locator("#uploaded", has_text="已读入").wait_for()
        page.click("#toast button")
        page.locator("#uploaded", has_text="已换回原来的").wait_for()
        assert page.locator("#faults li").count() == 0
    assert wrong == []


def test_signing_in_leads_to_the_start_page_and_a_wrong_password_says_so(browser: Browser, address: str) -> None:
    with opened(browser, address) as (page, wrong):
        page.wait_for_url("**/sign-in")
        page.fill("#name", "administrator")
        page.fill("#password", "wrong")
        page.click("button")
        page.locator("#answer:not(:empty)").wait_for()
        assert "用户名或密码不对" in page.inner_text("#answer")
        wrong.clear()  # the browser itself complains of the 401
        page.fill("#password", PASSWORD)
        page.click("button")
        page.wait_for_url(f"{address}/")
        assert "onerror" in page.inner_text("main")
        assert page.locator("img").count() == 0
    assert wrong == []
