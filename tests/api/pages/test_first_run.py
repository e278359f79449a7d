"""From an empty database to the first published plan, as a leader does it; accounts for everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, Route

from api.exchange.squad_files import load_squad
from api.exchange.workbook import write_workbook
from api.security.first_code import FILE
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, each, staged
from tests.api.served import MONDAY, PASSWORD, Clock
from tests.town import write_town

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", "town", "leader", "班长甲")
PUBLISHED = {"zh": "已发布", "en": "Published"}
FRIDAY = MONDAY - timedelta(days=3)


def workbook(folder: Path) -> Path:
    """Return the town as a workbook, as a leader would have filled the template in."""
    write_workbook(load_squad(write_town(folder / "filled")).squad, folder / "filled.xlsx")
    return folder / "filled.xlsx"


class Clicks:
    """Clicks counted as a person makes them; choosing a file is one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.made = 0

    def on(self, what: str) -> None:
        self.made += 1
        self.page.click(what)

    def file(self, what: str, file: Path) -> None:
        self.made += 2  # the button, and the file in the system's own dialog
        self.page.set_input_files(what, file)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_database_leads_to_a_published_plan_in_ten_clicks(
    browser: Browser, tmp_path: Path, width: str, language: str
) -> None:
    with staged(tmp_path, clock=Clock(FRIDAY), empty=True) as stage:
        code = tmp_path / "data" / FILE
        assert stage.client.get("/sign-in").status_code == 200
        place = "/first?code=" + first_code(stage, code)
        with before(browser, stage, place, width=width, language=language, who=None) as (page, _):
            clicks = Clicks(page)
            looks_right(page)
            page.fill("#name", "班长甲")
            page.fill("#password", PASSWORD)
            clicks.on("button[type=submit]")
            page.locator("#workbook").wait_for(state="attached")
            looks_right(page, TYPED)
            clicks.file("#workbook", workbook(tmp_path))
            page.wait_for_url("**/squads/town")
            looks_right(page, TYPED)
            clicks.on("#order")
            page.wait_for_url("**/squads/town/plans/*", timeout=60_000)
            clicks.on("#publish")
            if page.locator("dialog button.go").is_visible():
                clicks.on("dialog button.go")
            page.get_by_text(PUBLISHED[language]).first.wait_for()
            assert clicks.made <= 10
        assert not code.exists()


def first_code(stage: Stage, file: Path) -> str:
    """Return the code that is printed when the service starts."""
    stage.client.get("/first?code=none")
    return file.read_text(encoding="ascii")


def test_the_example_is_one_click_away(browser: Browser, tmp_path: Path) -> None:
    with staged(tmp_path, clock=Clock(FRIDAY), empty=True) as stage:
        place = "/first?code=" + first_code(stage, tmp_path / "data" / FILE)
        with before(browser, stage, place, who=None) as (page, _):
            page.fill("#name", "leader")
            page.fill("#password", PASSWORD)
            page.click("button[type=submit]")
            page.click("#example")
            page.wait_for_url("**/squads/jiading", timeout=60_000)
            assert "均为虚构" in page.inner_text("main")


def test_what_is_pressed_before_the_scripts_have_come_happens_once_when_they_have(
    browser: Browser, tmp_path: Path
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    with staged(tmp_path) as stage, before(browser, stage, "/sign-in", who=None) as (page, _):
        page.context.route("**/static/sign_in.js", hold)
        page.goto(f"{stage.address}/sign-in", wait_until="commit")
        page.fill("#name", "administrator")
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        page.click("button[type=submit]")
        signed_in: list[str] = []
        page.on("request", lambda request: signed_in.append(request.url) if request.method == "POST" else None)
        held.pop().continue_()
        page.wait_for_url(f"{stage.address}/")
        assert signed_in == [f"{stage.address}/api/sign-in"]

        page.context.route("**/static/start.js", hold)
        page.goto(f"{stage.address}/", wait_until="commit")
        page.click("#example")
        held.pop().continue_()
        page.wait_for_url("**/squads/jiading", timeout=60_000)

        page.context.route("**/static/squad.js", hold)
        page.goto(f"{stage.address}/squads/jiading", wait_until="commit")
        page.click("#order")
        held.pop().continue_()
        page.locator("#making").wait_for()


def test_without_the_code_nobody_sets_anything_up(browser: Browser, tmp_path: Path) -> None:
    with staged(tmp_path, empty=True) as stage:
        assert stage.client.get("/first?code=guessed").status_code == 403
        given = {"code": "guessed", "name": "intruder", "password": PASSWORD}
        assert stage.client.post("/api/first-account", json=given).status_code == 403
        with before(browser, stage, "/sign-in", who=None) as (page, _):
            assert "wuzao serve" in page.inner_text("main")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("accounts")) as stage:
        yield stage


def test_a_faulty_template_is_told_row_by_row_and_nothing_comes_in(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path))
    book["队员"]["C2"] = "也许"
    book.save(tmp_path / "bad.xlsx")
    with before(browser, stage, "/") as (page, trouble):
        page.set_input_files("#workbook", tmp_path / "bad.xlsx")
        page.locator("#faults li").first.wait_for()
        assert "有 1 处要改" in page.inner_text("#uploaded")
        assert "队员 第 2 行" in page.inner_text("#faults")
        trouble.found.clear()  # the browser itself complains of the 422
        page.set_input_files("#workbook", workbook(tmp_path))
        page.get_by_text("已有中队 town").wait_for()
        trouble.found.clear()  # and of the 409: that squad is there


def test_every_officer_gets_an_account_with_one_click_and_can_sign_in_with_the_slip(
    browser: Browser, stage: Stage
) -> None:
    with before(browser, stage, "/accounts") as (page, _):
        page.click("button.for-all")
        page.locator("#slip-rows tr").nth(3).wait_for()
        name, secret = page.locator("#slip-rows tr").first.locator("td").all_inner_texts()[1:]
        answer = stage.client.post("/api/sign-in", json={"name": name, "password": secret})
        assert answer.json()["role"] == "officer"
    with before(browser, stage, "/accounts") as (page, _):
        page.click("button.for-all")
        page.get_by_text("每位队员都已有账号").wait_for()


def test_an_account_is_locked_after_a_question_and_its_password_renewed(browser: Browser, stage: Stage) -> None:
    given = {"name": "locked-one", "password": PASSWORD, "role": "reader", "squad": "town"}
    with before(browser, stage, "/accounts") as (page, _):
        me = page.request.get(f"{stage.address}/api/me").json()
        headers = {"x-csrf-token": me["csrf"]}
        assert page.request.post(f"{stage.address}/api/accounts", data=given, headers=headers).ok
        page.reload()
        row = page.locator("tr", has_text="locked-one")
        row.locator("button.lock").click()
        page.click("dialog button.go")
        page.locator("tr", has_text="locked-one").get_by_text("已停用").wait_for()
        page.locator("tr", has_text="locked-one").locator("button.lock").click()
        page.locator("tr", has_text="locked-one").get_by_text("可登录").wait_for()
        page.locator("tr", has_text="locked-one").locator("button.renew").click()
        page.click("dialog button.go")
        page.locator("#slip-rows tr", has_text="locked-one").wait_for()
        secret = page.locator("#slip-rows tr", has_text="locked-one").locator("td").last.inner_text()
        renewed = page.request.post(f"{stage.address}/api/sign-in", data={"name": "locked-one", "password": secret})
        assert renewed.ok


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_account_pages_look_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    for page in each(browser, stage, ("/accounts", "/password", "/"), width=width, language=language):
        looks_right(page, TYPED)
