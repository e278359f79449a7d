"""The officer's phone with the network gone: nothing is lost, nothing comes twice, nobody sees another's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from api.pages.today_words import WORDS
from api.security.roles import Role
from casework.violation import CATALOGUE, ViolationType
from geo.text import Language
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, LOCALES, WIDTHS, Stage, listening, staged
from tests.api.served import MONDAY, PASSWORD, Clock

pytestmark = pytest.mark.browser

NINE = MONDAY.replace(hour=9)
INSIDE = {"lon": 121.241, "lat": 31.371}
ACTS = "**/visits/acts"
LOST = "console: Failed to load resource: net::ERR_FAILED"
TYPED = ("officer-01", "town", "队员01", "早班", "小镇中队", "甲苑", "乙苑", "丙苑", "甲乙居委", "联络员甲", "幢")
READY = """async (name) => {
  const kept = (await caches.keys()).filter((one) => one.startsWith("wuzao-today-"));
  const pages = await Promise.all(kept.map(async (one) => (await caches.match("/today", { cacheName: one }))?.text()));
  return navigator.serviceWorker.controller && pages.some((page) => page && page.includes(name));
}"""
"""Whether the service worker has the page of somebody."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("offline"), clock=Clock(NINE)) as stage:
        stage.planned(published=True, time_limit=3)
        for officer in ("01", "03"):
            stage.account(Role.OFFICER, officer)
        yield stage


@pytest.fixture
def photo(tmp_path: Path, browser: Browser) -> Path:
    """A photograph larger than what is kept of one."""
    page = browser.new_page(viewport={"width": 2400, "height": 1800})
    page.screenshot(path=tmp_path / "wall.png")
    page.close()
    return tmp_path / "wall.png"


@contextmanager
def phone(
    browser: Browser, stage: Stage, width: str = "phone", language: Language = "zh"
) -> Iterator[tuple[BrowserContext, Page]]:
    """Yield a telephone, or what an officer has instead, that knows where it is."""
    across, down = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": across, "height": down},
        locale=LOCALES[language],
        has_touch=width == "phone",
        is_mobile=width == "phone",
        geolocation={"longitude": INSIDE["lon"], "latitude": INSIDE["lat"]},
        permissions=["geolocation"],
    )
    context.clock.set_system_time(stage.clock.now)
    page = context.new_page()
    yield context, page
    context.close()


def word(name: str, language: Language = "zh", **more: object) -> str:
    """Return a word of the page."""
    return WORDS[name].say(language).format(**more)


def sign_in(page: Page, stage: Stage, officer: str, language: Language = "zh") -> None:
    page.goto(f"{stage.address}/sign-in")
    page.fill("#name", f"officer-{officer}")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/today")
    ready(page, officer, language)


def ready(page: Page, officer: str, language: Language = "zh") -> None:
    """Wait until the phone has all that it wants for a dead spot."""
    expect(page.locator("#pill")).to_contain_text(word("seen_at", language, time=""))
    deadline = time.monotonic() + 60
    while not page.evaluate(READY, f"officer-{officer}"):
        assert time.monotonic() < deadline, "the phone is not ready for a dead spot"
        page.wait_for_timeout(50)


def at(context: BrowserContext, moment: datetime) -> datetime:
    context.clock.set_system_time(moment)
    return moment


def told(stage: Stage, since: int = 0) -> list[dict[str, Any]]:
    acts: list[dict[str, Any]] = stage.asked("GET", f"{stage.base}/visits/acts")["acts"]
    return [act for act in acts if act["number"] > since]


def last_number(stage: Stage) -> int:
    return max((act["number"] for act in told(stage)), default=0)


def find(page: Page, building: str, photo: Path | None = None, language: Language = "zh") -> None:
    act(page, "found", language)
    page.locator("dialog").get_by_label(CATALOGUE[ViolationType.FLUE].name.say(language)).check()
    page.fill("dialog input[name=building]", building)
    if photo is not None:
        page.set_input_files("dialog input[type=file]", photo)
    page.get_by_role("button", name=word("keep", language), exact=True).click()
    page.locator("dialog").wait_for(state="detached")


def act(page: Page, name: str, language: Language = "zh") -> None:
    """Press a button of the stop that is next: in the bar below on a telephone, beside it elsewhere."""
    buttons = page.locator("#bar button, #next button").filter(has_text=word(name, language))
    buttons.filter(visible=True).first.click()


def losing_one_answer() -> Any:
    lost: list[str] = []

    def handle(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().text())
            route.abort()

    return handle


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_acts_of_a_dead_spot_arrive_once_in_order_with_their_own_times(
    browser: Browser, tmp_path: Path, photo: Path, width: str, language: Language
) -> None:
    finds = 18 if (width, language) == ("phone", "zh") else 4  # twenty acts in all, or enough to stand in a row
    with staged(tmp_path, clock=Clock(NINE)) as stage:
        stage.planned(published=True, time_limit=1)
        stage.account(Role.OFFICER, "01")
        with phone(browser, stage, width, language) as (context, page):
            trouble = listening(page, stage)
            sign_in(page, stage, "01", language)
            expect(page.locator(".day-map .stop").first).to_be_attached(timeout=20_000)
            looks_right(page, TYPED)
            assert trouble.found == []
            context.set_offline(True)
            times = acts_in_a_dead_spot(context, page, photo, language, finds)
            looks_right(page, TYPED)
            assert told(stage) == []
            stage.clock.now = at(context, NINE + timedelta(hours=2))
            context.route(ACTS, losing_one_answer())
            trouble.found.clear()  # without a network the browser itself complains
            context.set_offline(False)
            expect(page.locator("#pill")).to_contain_text(word("seen_at", language, time=""), timeout=30_000)
            expect(page.locator("#queue li")).to_have_count(0)
            looks_right(page, TYPED)
            page.reload()
            expect(page.locator("#pill")).to_contain_text(word("seen_at", language, time=""))
            assert trouble.found == [LOST], "no more than the answer that was lost on purpose"
        arrived_once_in_order(stage, times)


def acts_in_a_dead_spot(
    context: BrowserContext, page: Page, photo: Path, language: Language, finds: int
) -> list[datetime]:
    """Arrive, find things, finish, all without a network; return the times of the acts."""
    page.reload()
    expect(page.locator("#next h2")).to_be_visible()
    expect(page.locator("#pill")).to_contain_text(word("offline_seen", language, time="").split(" · ")[0])
    expect(page.locator(".day-map .stop").first).to_be_attached(timeout=20_000)
    times = [at(context, NINE + timedelta(minutes=1))]
    act(page, "i_am_there", language)
    expect(page.locator("#pill")).to_have_text(word("offline_waiting", language, n=1))
    for number in range(finds):
        times.append(at(context, NINE + timedelta(minutes=2 + number)))
        find(page, f"{number} 幢", photo if number % 6 == 0 else None, language)
        expect(page.locator("#pill")).to_have_text(word("offline_waiting", language, n=number + 2))
    times.append(at(context, NINE + timedelta(minutes=30)))
    act(page, "finish", language)
    expect(page.locator("#pill")).to_have_text(word("offline_waiting", language, n=finds + 2))
    page.reload()
    expect(page.locator("#pill")).to_have_text(word("offline_waiting", language, n=finds + 2))
    return times


def arrived_once_in_order(stage: Stage, times: list[datetime]) -> None:
    acts = told(stage)
    finds = len(times) - 2
    assert [act["kind"] for act in acts] == ["arrived", *["found"] * finds, "finished"]
    assert [act["detail"].get("building") for act in acts[1:-1]] == [f"{number} 幢" for number in range(finds)]
    happened = [datetime.fromisoformat(act["at"]) for act in acts]
    assert all(abs(one - made) < timedelta(seconds=30) for one, made in zip(happened, times, strict=True))
    assert {act["received_at"][:16] for act in acts} == {"2026-11-23T11:00"}
    assert [len(act["files"]) for act in acts[1:-1]] == [1 if number % 6 == 0 else 0 for number in range(finds)]
    assert acts[0]["there"], "the place came along"
    kept = stage.client.get(f"{stage.base}/files/{acts[1]['files'][0]}")
    assert kept.headers["content-type"] == "image/jpeg"
    assert stage.asked("GET", f"{stage.base}/cases?limit=200")["total"] >= finds


def test_whoever_uses_the_phone_next_sees_and_sends_nothing_of_the_one_before(browser: Browser, stage: Stage) -> None:
    stage.clock.now = NINE + timedelta(hours=3)
    before = last_number(stage)
    with phone(browser, stage) as (context, page):
        sign_in(page, stage, "01")
        context.route(ACTS, lambda route: route.abort())
        at(context, stage.clock.now)
        find(page, "只有我看见")
        expect(page.locator("#pill")).to_contain_text("1 项待传")
        page.click("#sign-out")
        expect(page.locator("dialog")).to_contain_text("还有 1 项没有上传")
        page.get_by_role("button", name="确定").click()
        page.wait_for_url("**/sign-in")
        context.set_offline(True)
        page.goto(f"{stage.address}/today")
        assert "队员01" not in page.content(), "nobody's day is shown to nobody"
        context.set_offline(False)

        sign_in(page, stage, "03")
        context.unroute(ACTS)
        context.set_offline(True)
        page.reload()
        assert "队员03" in page.title()
        assert "待传" not in page.inner_text("main")
        assert "只有我看见" not in page.content()
        context.set_offline(False)
        page.reload()
        expect(page.locator("#pill")).to_contain_text("已同步")
        assert told(stage, before) == []
        page.click("#sign-out")
        page.wait_for_url("**/sign-in")

        sign_in(page, stage, "01")
        expect(page.locator("#queue li")).to_have_count(0, timeout=15_000)
    (act,) = told(stage, before)
    assert (act["officer"], act["detail"]["building"]) == ("01", "只有我看见")


def test_a_page_left_open_belongs_to_nobody_once_another_has_signed_in(browser: Browser, stage: Stage) -> None:
    with phone(browser, stage) as (context, page):
        sign_in(page, stage, "01")
        other = context.new_page()
        sign_in(other, stage, "03")
        page.bring_to_front()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_function("() => document.title.includes('队员03')")


def test_what_is_refused_says_why_holds_up_nothing_and_is_discarded_only_when_asked(
    browser: Browser, stage: Stage
) -> None:
    stage.clock.now = NINE + timedelta(hours=3, minutes=20)
    before = last_number(stage)
    case = stage.asked("POST", f"{stage.base}/reports", json={**INSIDE, "type": "flue"})["case"]["id"]
    steps = f"{stage.base}/cases/{case}/steps"
    stage.asked("POST", steps, json={"kind": "dispatched", "officers": ["01"]})
    with phone(browser, stage) as (context, page):
        sign_in(page, stage, "01")
        expect(page.locator(".live .clock")).to_contain_text("还剩 1:")
        context.set_offline(True)
        page.click(".live button:has-text('已到场')")
        expect(page.locator("#pill")).to_have_text("离线 · 1 项待传")
        find(page, "后面一条")
        expect(page.locator("#pill")).to_have_text("离线 · 2 项待传")
        stage.asked("POST", steps, json={"kind": "recalled", "reason": "误报"})
        stage.clock.now = at(context, stage.clock.now + timedelta(minutes=5))
        context.set_offline(False)
        expect(page.locator("#queue .refused")).to_contain_text("不能这样处理", timeout=15_000)
        expect(page.locator("#pill")).to_have_text("1 项被退回")
        expect(page.locator("#queue li")).to_have_count(1, timeout=15_000)
        assert [act["detail"]["building"] for act in told(stage, before)] == ["后面一条"]
        page.reload()
        expect(page.locator("#queue .refused")).to_be_visible()
        page.get_by_role("button", name="不要了").click()
        page.get_by_role("button", name="取消").click()
        expect(page.locator("#queue .refused")).to_be_visible()
        page.get_by_role("button", name="不要了").click()
        page.get_by_role("button", name="确定").click()
        expect(page.locator("#queue .refused")).to_have_count(0)


def test_a_dispatched_case_is_attended_from_the_phone(browser: Browser, stage: Stage) -> None:
    case = stage.asked("POST", f"{stage.base}/reports", json={**INSIDE, "type": "flue", "note": "有人在砸墙"})["case"][
        "id"
    ]
    stage.asked("POST", f"{stage.base}/cases/{case}/steps", json={"kind": "dispatched", "officers": ["03"]})
    with phone(browser, stage) as (context, page):
        sign_in(page, stage, "03")
        expect(page.locator(".live")).to_contain_text("有人在砸墙")
        page.click(".live button:has-text('已到场')")
        page.click(".live button:has-text('已处置')")
        page.locator("dialog").get_by_label("已整改").check()
        page.fill("dialog textarea", "当场停工")
        page.get_by_role("button", name="记下").click()
        expect(page.locator(".live")).to_have_count(0)
        stage.clock.now = at(context, stage.clock.now + timedelta(minutes=1))
        expect(page.locator("#queue li")).to_have_count(0, timeout=15_000)
    shown = stage.asked("GET", f"{stage.base}/cases/{case}")
    assert (shown["stage"], shown["outcome"]) == ("handled", "rectified")
    assert shown["first_arrival"] is not None


def test_an_act_can_be_taken_back_before_it_goes(browser: Browser, stage: Stage) -> None:
    before = last_number(stage)
    with phone(browser, stage) as (context, page):
        sign_in(page, stage, "03")
        context.set_offline(True)
        button = page.locator("#next .pair button, #bar button").filter(has_text="发现问题").first
        button.wait_for()
        find(page, "点错了")
        expect(page.locator("#pill")).to_contain_text("1 项待传")
        page.locator("#toast button").click()
        expect(page.locator("#queue li")).to_have_count(0)
        context.set_offline(False)
        expect(page.locator("#pill")).to_contain_text("已同步")
    assert told(stage, before) == []


def test_a_phone_whose_clock_is_wrong_tells_the_squad_s_time(browser: Browser, stage: Stage) -> None:
    before = last_number(stage)
    with phone(browser, stage) as (context, page):
        at(context, stage.clock.now - timedelta(minutes=40))
        sign_in(page, stage, "03")
        with page.expect_response(lambda answer: answer.url.endswith("/visits/acts") and answer.status == 201):
            find(page, "慢了四十分钟")
    (act,) = told(stage, before)
    assert abs(datetime.fromisoformat(act["at"]) - stage.clock.now) < timedelta(seconds=30)
    assert 2370 < act["clock_behind"] <= 2400


def test_signing_out_without_a_network_puts_the_day_away_and_ends_the_session_later(
    browser: Browser, stage: Stage
) -> None:
    with phone(browser, stage) as (context, page):
        sign_in(page, stage, "03")
        context.set_offline(True)
        page.click("#sign-out")
        expect(page.locator("dialog")).to_contain_text("现在没有网络")
        page.get_by_role("button", name="确定").click()
        expect(page.locator("body")).to_contain_text("没有网络,这台手机上也没有已登录队员的行程")
        context.set_offline(False)
        page.goto(f"{stage.address}/today")
        page.wait_for_url("**/sign-in")
        page.goto(f"{stage.address}/today")
        page.wait_for_url("**/sign-in?next=/today")
