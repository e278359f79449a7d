"""Pages of the service in a browser: signing in and a resident's report; on a phone, in both languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.api import fake_work
from tests.api.real_server import free_port
from tests.api.served import PASSWORD, Clock, application
from tests.browser import DESKTOP, PHONE, chromium
from tests.town import SQUAD, write_town

pytestmark = pytest.mark.browser

HOSTILE = '"><img src=x onerror=alert(1)>${7*7}'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    town = write_town(folder / "town", squad=SQUAD.replace("小镇中队", HOSTILE.replace('"', '\\"')))
    port = free_port()
    app = application(folder, fake_work.quick, source=town, clock=Clock())
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
        assert page.inner_text("#answer").startswith("已收到,编号 20261123-")
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
