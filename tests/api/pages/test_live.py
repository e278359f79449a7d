"""The live day in a browser: a call comes in, somebody is sent, arrives, the clock turns; nothing loses the focus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages.live import WORDS
from api.security.roles import Role
from geo.text import Language
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before, staged
from tests.api.served import MONDAY, Clock
from tests.town import OFFICERS, write_town

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", "town", "甲苑", "乙苑", "丙苑", "队员", "leader-x")
HOSTILE = '<img src=x onerror="window.pwned=1">${7*7}'


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    clock = Clock(MONDAY.replace(hour=6))
    with staged(tmp_path_factory.mktemp("live"), clock=clock) as stage:
        stage.planned(published=True, time_limit=1.0)
        clock.now = MONDAY.replace(hour=9, minute=5)
        yield stage


def told(stage: Stage, **more: Any) -> dict[str, Any]:
    """Return the case of a report that came in by the API."""
    taken = stage.asked("POST", f"{stage.base}/reports", json={"lon": 121.241, "lat": 31.371, **more})
    case: dict[str, Any] = taken["case"]
    return case


def cleared(stage: Stage) -> None:
    """Deal with all that is open: each test begins at an empty desk."""
    for one in stage.asked("GET", f"{stage.base}/live")["reports"]:
        place = f"{stage.base}/cases/{one['id']}/steps"
        if one["stage"] in {"collected", "filed"}:
            stage.asked("POST", place, json={"kind": "dispatched", "officers": ["01"]})
        if one["stage"] != "on_scene":
            stage.asked("POST", place, json={"kind": "arrived", "officer": "01", "reason": "x"})
        stage.asked("POST", place, json={"kind": "handled", "outcome": "unfounded"})


def word(name: str, language: Language = "zh", **more: object) -> str:
    """Return a word of the page."""
    return WORDS[name].say(language).format(**more)


def refreshed(page: Page) -> None:
    with page.expect_response("**/api/squads/town/live"):
        page.locator("#refresh").click()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_live_day_looks_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    cleared(stage)
    with before(browser, stage, f"{stage.pages}/live", width=width, language=language) as (page, _):
        expect(page.locator("#no-reports")).to_be_visible()
        looks_right(page, TYPED)
    told(stage, note="敲墙" * 60, building="3 幢 501 室", type="load_bearing")
    told(stage, lon=121.251, lat=31.371, channel="property", dissuaded_at="2026-11-22T08:00:00+08:00")
    with before(browser, stage, f"{stage.pages}/live", width=width, language=language) as (page, _):
        page.locator("#new").click()
        page.locator(".report [data-act=send]").first.click()
        page.locator(".choice").first.wait_for()
        looks_right(page, TYPED)
        page.keyboard.press("Escape")
        expect(page.locator(".whom")).to_have_count(0)
        page.wait_for_timeout(300)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_call_comes_in_somebody_is_sent_and_arrives_and_the_clock_turns(
    browser: Browser, stage: Stage, width: str, language: Language
) -> None:
    stage.clock.now = MONDAY.replace(hour=7, minute=31)
    cleared(stage)
    with before(browser, stage, f"{stage.pages}/live", width=width, language=language) as (page, _):
        page.locator("#new").press("Enter")
        expect(page.locator("#community")).to_be_focused()
        page.select_option("#community", label="乙苑")
        page.select_option("#kind", "flue")
        page.fill("#note", HOSTILE)
        page.fill("#phone", "13912345678")
        page.locator("#phone").press("Enter")
        page.locator(".choice").first.wait_for()
        taken_in = word("taken_in", language, id="20261123-", at="09:31").partition("20261123-")
        expect(page.locator("#toast")).to_contain_text("".join(taken_in[:2]))
        expect(page.locator("#toast")).to_contain_text(taken_in[2])
        report = page.locator(".report")
        assert report.count() == 1
        expect(report).to_contain_text(HOSTILE)
        assert "13912345678" not in page.content()
        assert page.locator(".report img").count() == 0
        ranked = [row.inner_text() for row in page.locator(".choices > .choice").all()]
        assert len(ranked) >= 2
        page.locator(".choices > .choice input").first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".choices > .choice input").nth(1)).to_be_checked()
        looks_right(page, (*TYPED, HOSTILE))
        page.locator("[data-act=go]").click()
        expect(page.locator("[data-act=recall]")).to_be_visible()
        expect(page.locator(".person.report-on")).not_to_have_count(0)
        case = stage.asked("GET", f"{stage.base}/live")["reports"][0]
        stage.clock.now += timedelta(minutes=18)
        place = f"{stage.base}/cases/{case['id']}/steps"
        stage.asked("POST", place, json={"kind": "arrived", "officer": case["officers"][0], "reason": "x"})
        expect(report.locator(".clock b")).to_have_text(re.compile(r"^[01]:\d\d:\d\d$"))
        refreshed(page)
        expect(report.locator(".clock b")).to_have_text(word("there_since", language, at="07:49"))
        assert "there" in (report.get_attribute("class") or "")
        stage.asked("POST", place, json={"kind": "handled", "outcome": "rectified", "type": "flue"})
        refreshed(page)
        expect(page.locator("#no-reports")).to_be_visible()
        dealt = re.escape(word("dealt", language, n="N")).replace("N", r"\d+")
        expect(page.locator("#dealt-title")).to_have_text(re.compile(dealt))
        looks_right(page, TYPED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_crew_on_its_round_is_sent_and_the_changed_plan_published_in_one_click(
    browser: Browser, stage: Stage, width: str, language: Language
) -> None:
    cleared(stage)
    former = stage.asked("GET", f"{stage.base}/live")["plan"]
    routes = stage.asked("GET", f"{stage.base}/plans/{former}/plan")["routes"]
    route = next(one for one in reversed(routes) if one["stops"][0]["begin"].startswith("2026-11-23"))
    stage.clock.now = datetime.fromisoformat(route["stops"][0]["begin"]) + timedelta(minutes=3)
    told(stage, lon=121.2411, lat=31.3811)
    lead = route["stops"][0]["officers"][0]
    with before(browser, stage, f"{stage.pages}/live", width=width, language=language) as (page, _):
        page.locator("[data-act=send]").click()
        mine = page.locator(f".choice input[value='{lead['id']}']")
        mine.wait_for(state="attached")
        mine.check()
        page.locator("[data-act=only]").wait_for(timeout=60_000)
        assert page.locator(".difference li").count() > 0
        sent = page.locator("[data-act=go]").inner_text()
        assert sent.startswith(word("send_them", language, names=lead["name"]))
        looks_right(page, TYPED)
        page.locator("[data-act=go]").click()
        expect(page.locator("[data-act=recall]")).to_be_visible(timeout=20_000)
        after = stage.asked("GET", f"{stage.base}/live")
        assert after["plan"] != former
        assert set(after["reports"][0]["officers"]) >= {one["id"] for one in route["stops"][0]["officers"]}
        page.locator("#toast button").click()  # takes back the plan too
        expect(page.locator("#toast")).to_have_text(word("recalled", language), timeout=20_000)
        back = stage.asked("GET", f"{stage.base}/live")
        assert back["plan"] == former
        assert back["reports"][0]["officers"] == []


def test_what_has_the_focus_keeps_it_when_the_desk_is_asked_anew(browser: Browser, stage: Stage) -> None:
    cleared(stage)
    stage.clock.now = MONDAY.replace(hour=9, minute=5)
    first = told(stage)
    with before(browser, stage, f"{stage.pages}/live") as (page, _):
        page.locator(f"#report-{first['id']} [data-act=send]").focus()
        stage.clock.now -= timedelta(minutes=30)
        told(stage, lon=121.251, lat=31.371, reported_at=stage.clock.now.isoformat())
        stage.clock.now += timedelta(minutes=31)
        with page.expect_response("**/api/squads/town/live"):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".report")).to_have_count(2)
        where = page.evaluate("document.activeElement.closest('.report').id + document.activeElement.dataset.act")
        assert where == f"report-{first['id']}send"
        assert page.locator(".report").last.get_attribute("id") == f"report-{first['id']}"


def test_on_a_dead_network_the_desk_says_as_of_when_it_is_and_goes_on_trying(browser: Browser, stage: Stage) -> None:
    cleared(stage)
    told(stage)
    with before(browser, stage, f"{stage.pages}/live") as (page, trouble):
        expect(page.locator("#as-of")).to_have_text(re.compile(r"^\d\d:\d\d 的情况$"))
        page.context.set_offline(True)
        page.locator("#refresh").click()
        expect(page.locator("#as-of")).to_have_text(re.compile("连不上服务器.*正在重试"))
        assert page.locator(".report").count() == 1
        page.context.set_offline(False)
        page.locator("#refresh").click()
        expect(page.locator("#as-of")).to_have_text(re.compile(r"^\d\d:\d\d 的情况$"))
        trouble.found.clear()  # the browser itself complains of the dead network


def test_the_map_shows_officers_and_reports_and_a_press_on_it_gives_a_place(browser: Browser, stage: Stage) -> None:
    cleared(stage)
    stage.clock.now = MONDAY.replace(hour=9, minute=5)
    case = told(stage, note="13912345678")
    with before(browser, stage, f"{stage.pages}/live") as (page, _):
        frame = page.frame_locator("#map")
        expect(frame.locator(".pin-at.plenty")).to_have_count(1)
        expect(frame.locator(".person").first).to_contain_text("队员0")
        frame.locator(".pin-at b").click()
        expect(page.locator(f"#report-{case['id']}")).to_be_focused()
        expect(frame.locator(".pin-at.chosen")).to_have_count(1)
        page.locator("#new").click()
        page.locator("#point").click()
        expect(frame.locator("#picking")).to_be_visible()
        frame.locator(".folium-map").click(position={"x": 300, "y": 260})
        expect(page.locator("#placed")).to_have_text("位置:地图上点的地方")
        page.locator("#report-form button[type=submit]").click()
        expect(page.locator(".report")).to_have_count(2)
        inside = page.frames[1].content()
        assert "13912345678" not in inside
        assert "139" not in page.frames[1].locator(".pin-at").first.inner_text()


def test_without_a_published_plan_the_desk_says_what_to_do_and_sends_by_the_roster(
    browser: Browser, tmp_path: Path
) -> None:
    names = OFFICERS.replace("队员01", f'"{HOSTILE.replace(chr(34), chr(34) * 2)}"')
    town = write_town(tmp_path / "town", officers=names)
    with (
        staged(tmp_path, source=town, clock=Clock(MONDAY.replace(hour=9))) as fresh,
        before(browser, fresh, f"{fresh.pages}/live") as (page, _),
    ):
        expect(page.locator("#no-plan")).to_contain_text("先编制并发布")
        told(fresh)
        refreshed(page)
        page.locator("[data-act=send]").click()
        expect(page.locator(".choices legend")).to_contain_text("按在班名单选")
        expect(page.locator(".choice").first).to_contain_text("onerror")
        expect(page.frame_locator("#map").locator(".person").first).to_contain_text("onerror")
        page.locator("[data-act=go]").click()
        expect(page.locator(".report")).to_contain_text("派遣")
        assert page.evaluate("window.pwned === undefined")


def test_who_may_only_look_is_offered_nothing_to_do(browser: Browser, stage: Stage) -> None:
    cleared(stage)
    told(stage)
    reader = stage.account(Role.READER)
    with before(browser, stage, f"{stage.pages}/live", who=reader) as (page, _):
        expect(page.locator(".report")).to_have_count(1)
        assert page.locator("#new, [data-act]").count() == 0
