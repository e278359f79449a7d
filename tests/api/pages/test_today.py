"""The officer's phone: his day at every width, what he does at a stop, and whose day it is."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from api.security.roles import Role
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, staged
from tests.api.served import PASSWORD, Clock, problem
from tests.town import OFFICERS, PARTNERS, write_town

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>${7*7}"
LONG = "欧阳司徒"
TYPED = (
    *(HOSTILE, LONG, "officer-01", "administrator", "town", "队员01", "早班", "小镇中队"),
    *("甲苑", "乙苑", "丙苑", "甲乙居委"),
)
TUESDAY = Clock().now + timedelta(days=1)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The town with its week published, on Monday at 8:00; one of its people and one gate named with harm in mind."""
    folder = tmp_path_factory.mktemp("today")
    source = write_town(
        folder / "town",
        officers=OFFICERS.replace("队员03", LONG),
        partners=PARTNERS.replace("联络员甲", HOSTILE),
        gates=("甲苑东门", HOSTILE),
    )
    with staged(folder, source=source) as stage:
        stage.planned(published=True, time_limit=3)
        for officer in ("01", "03"):
            stage.account(Role.OFFICER, officer)
        renovation = {"community": "C1", "building": HOSTILE, "registered_on": "2026-11-21"}
        stage.asked("POST", f"{stage.base}/renovations", json=renovation)
        yield stage


def told(stage: Stage, officer: str = "01") -> dict[str, Any]:
    found: dict[str, Any] = stage.asked("GET", f"{stage.base}/officers/{officer}/days")
    return found


def first_day(stage: Stage, officer: str = "01") -> str:
    return str(next(day["date"] for day in told(stage, officer)["days"] if day["routes"]))


def shown_next(page: Page) -> str:
    expect(page.locator("#next h2")).to_be_visible()
    return page.inner_text("#next")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_day_looks_right_and_what_people_typed_is_text(
    browser: Browser, stage: Stage, width: str, language: str
) -> None:
    day = first_day(stage)
    with before(browser, stage, f"/today?day={day}", width=width, language=language, who="officer-01") as (page, _):
        assert HOSTILE in shown_next(page) or HOSTILE in page.inner_text("main")
        assert page.locator("main img").count() == 0
        expect(page.locator(".day-map .stop").first).to_be_attached()
        looks_right(page, TYPED)
        small = page.evaluate(
            "[...document.querySelectorAll('main button, main a, .checks label, .option')]"
            ".filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)"
            ".map((one) => one.outerHTML)"
        )
        assert small == [], "every target is made for a thumb"


def test_an_officer_comes_to_his_day_when_he_signs_in(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, "/", width="phone", who="officer-01") as (page, _):
        page.wait_for_url("**/today")
        assert "今日路线" in page.inner_text("h1")


def test_a_leader_looks_at_anybody_s_day_of_his_squad_and_does_nothing_there(browser: Browser, stage: Stage) -> None:
    stage.account(Role.LEADER)
    day = first_day(stage)
    with before(browser, stage, "/today", width="phone", who="leader-x") as (page, _):
        page.get_by_text("队员01").click()
        page.wait_for_load_state("load")
        page.goto(f"{page.url}&day={day}")
        shown_next(page)
        assert "不能代他操作" in page.inner_text("main")
        assert page.locator("#bar button").count() == 0
        assert page.locator("#bar a").count() == 1


def test_nobody_else_sees_a_day(stage: Stage) -> None:
    for who in (stage.account(Role.READER), "officer-03"):
        with httpx2.Client(base_url=stage.address) as client:
            assert client.get("/today").headers["location"] == "/sign-in?next=/today"
            client.post("/api/sign-in", json={"name": who, "password": PASSWORD})
            problem(client.get("/today", params={"officer": "01"}), 403)


def test_the_page_can_be_put_among_a_phone_s_apps(stage: Stage) -> None:
    with httpx2.Client(base_url=stage.address) as client:
        told = client.get("/today.webmanifest", headers={"Accept-Language": "en"}).json()
        assert (told["name"], told["scope"], told["display"]) == ("Wuzao · my day", "/today", "standalone")
        for icon in told["icons"]:
            found = client.get(icon["src"])
            assert found.headers["content-type"] == icon["type"]
            if icon["type"] == "image/png":
                wide, high = struct.unpack(">II", found.content[16:24])
                assert f"{wide}x{high}" == icon["sizes"]
        worker = client.get("/today-worker.js")
        assert worker.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
        kept = re.findall(r'"(/(?:static/|today\.)[^"]+)"', worker.text)
        assert len(kept) > 10
        assert all(client.get(one).is_success for one in kept)
        imported = {
            name for one in kept if one.endswith(".js") for name in re.findall(r'from "./(.+?)"', client.get(one).text)
        }
        assert {f"/static/{name}" for name in imported} <= set(kept), "every script is there off line"


def test_the_day_is_shared_as_one_file(browser: Browser, stage: Stage) -> None:
    day = first_day(stage)
    with before(browser, stage, f"/today?day={day}", width="phone", who="officer-01") as (page, _):
        page.click("#share")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="下载").click()
        shared = Path(downloading.value.path()).read_text(encoding="utf-8")
        assert downloading.value.suggested_filename == f"队员01 {day}.html"
        assert "甲苑" in shared
        assert "5555-0199" not in shared
        assert not re.search(r"src=.?https?://", shared)


def test_the_page_is_light(browser: Browser, stage: Stage) -> None:
    weighed: dict[str, int] = {}
    with before(browser, stage, "/sign-in", width="phone", who="officer-01") as (page, _):
        page.on("response", lambda answer: weighed.__setitem__(answer.url, len(answer.body())))
        page.goto(f"{stage.address}/today")
        shown_next(page) if page.locator("#next").is_visible() else page.wait_for_timeout(500)
    maps = {url for url in weighed if "/picture" in url}
    days = [url for url in weighed if url.endswith("/days")]
    assert sum(size for url, size in weighed.items() if url not in maps and "worker" not in url) < 150_000
    assert len(days) == 1
