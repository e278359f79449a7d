"""Maps beside the boards: a page around them says what to show, and is told what was chosen."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from maps.response_map import response_map
from maps.week_map import week_map
from tests.browser import opened
from tests.maps import sample

pytestmark = pytest.mark.browser

SQUAD = sample.squad()
PROBLEM = sample.problem(SQUAD)
PLAN = sample.plan(PROBLEM)
REPORT = sample.report(PROBLEM, PLAN)
CHECK = sample.check(PROBLEM, PLAN)
AROUND = """<!doctype html><meta charset="utf-8"><title>around</title>
<style>iframe{{border:0;width:{width}px;height:700px}}</style>
<iframe id="map" sandbox="allow-scripts" srcdoc="{inside}"></iframe>
<script>
window.heard = [];
window.addEventListener("message", (event) => window.heard.push(event.data));
window.say = (message) => document.getElementById("map").contentWindow.postMessage(message, "*");
</script>"""


def around(folder: Path, inside: str, width: int = 420) -> Path:
    """Write a page around a map, which talks to it, and return its file."""
    file = folder / "around.html"
    file.write_text(AROUND.format(width=width, inside=html.escape(inside)), encoding="utf-8")
    return file


def _week(folder: Path, width: int = 420) -> Path:
    return around(folder, week_map(PROBLEM, PLAN, SQUAD, sample.roads(), REPORT), width)


def _response(folder: Path) -> Path:
    return around(folder, response_map(PROBLEM, PLAN, SQUAD, REPORT, sample.roads(), check=CHECK))


def _frame(page: Page) -> Frame:
    page.wait_for_function("window.heard.some((one) => one.wuzao === 'ready')")
    return page.frames[1]


def say(page: Page, **message: Any) -> None:
    """Say something to the map."""
    page.evaluate("(message) => window.say(message)", message)
    page.wait_for_timeout(80)


def told(page: Page, kind: str) -> Any:
    """Return the last message of a kind that the frame sent."""
    page.wait_for_function("(kind) => window.heard.some((one) => one.wuzao === kind)", arg=kind)
    return page.evaluate("(kind) => window.heard.filter((one) => one.wuzao === kind).at(-1)", kind)


def _show(page: Page, **asked: Any) -> None:
    say(page, **{"wuzao": "show", "day": None, "band": None, "officer": None, "visit": None, **asked})


def test_a_framed_week_is_its_map_alone_and_says_when_it_is_ready(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _week(tmp_path)) as (page, trouble):
        frame = _frame(page)
        assert frame.locator("#visits").is_hidden()
        assert frame.locator(".figures").is_hidden()
        assert frame.evaluate("document.documentElement.scrollHeight") <= 700
        assert frame.evaluate("document.documentElement.scrollWidth") <= 420
        assert frame.locator(".folium-map").bounding_box()["height"] > 450  # type: ignore[index]  # it is shown
        frame.get_by_role("button", name="图例").click()
        expect(frame.locator(".legend")).to_be_visible()
        assert not trouble, trouble


def test_a_framed_week_shows_what_the_board_has_chosen_and_draws_the_rest_faintly(
    browser: Browser, tmp_path: Path
) -> None:
    lead = PLAN.routes[0].crew.lead
    of_day = [route for route in PLAN.routes if route.day == PLAN.routes[0].day]
    theirs = [route for route in of_day if lead in route.crew.officers]
    with opened(browser, _week(tmp_path)) as (page, trouble):
        frame = _frame(page)
        _show(page)
        drawn = frame.eval_on_selector_all("path.route", "all => new Set(all.map(p => p.getAttribute('class'))).size")
        assert drawn == len({route.day for route in PLAN.routes})
        assert frame.locator("#time").is_hidden()
        _show(page, day=PLAN.routes[0].day, officer=lead)
        assert frame.locator("path.route").count() == sum(len(route.legs) for route in theirs)
        assert frame.locator("path.dimmed").count() == sum(len(r.legs) for r in of_day if r not in theirs) > 0
        assert frame.locator(".place.faint").count() > 0
        assert frame.locator("#time").is_visible()
        _show(page, day=PLAN.routes[0].day)
        assert frame.locator("path.dimmed").count() == 0
        assert not trouble, trouble


def test_a_chosen_visit_is_brought_to_the_middle_and_a_pressed_stop_is_told(browser: Browser, tmp_path: Path) -> None:
    route = next(route for route in PLAN.routes if len(route.stops) > 1)
    stop = route.stops[-1]
    with opened(browser, _week(tmp_path)) as (page, trouble):
        frame = _frame(page)
        _show(page, visit=stop.visit_id)
        mark = frame.locator(".stop.chosen")
        assert mark.count() == 1
        box, room = mark.bounding_box(), frame.locator(".folium-map").bounding_box()
        assert box is not None
        assert room is not None
        assert abs(box["x"] + box["width"] / 2 - room["x"] - room["width"] / 2) < 30
        assert abs(box["y"] + box["height"] / 2 - room["y"] - room["height"] / 2) < 30
        mark.click(force=True)
        assert told(page, "chosen")["visit"] in {one.visit_id for one in route.stops}
        _show(page, visit="no such visit")
        assert frame.locator(".stop.chosen").count() == 0
        assert not trouble, trouble


def test_nobody_but_the_page_around_is_listened_to(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _week(tmp_path)) as (page, trouble):
        frame = _frame(page)
        _show(page, day=0)
        before = frame.locator("path.route").count()
        frame.evaluate("window.postMessage({ wuzao: 'show', day: 6 }, '*')")
        page.wait_for_timeout(80)
        assert frame.locator("path.route").count() == before > 0
        for nonsense in (None, "show", 7, {"wuzao": "show", "day": "x", "visit": {"a": 1}}, {"wuzao": 3}):
            page.evaluate("(message) => window.say(message)", nonsense)
        page.wait_for_timeout(80)
        assert not trouble, trouble


def test_risk_and_violations_are_off_until_asked_for(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _week(tmp_path)) as (page, trouble):
        frame = _frame(page)
        assert frame.locator(".risk").count() == frame.locator(".gathered").count() == 0
        frame.get_by_label("风险").check()
        assert frame.locator(".risk").count() > 0
        frame.get_by_label("未了结违法点").check()
        assert frame.locator(".gathered").count() > 0
        assert not trouble, trouble


def test_a_framed_check_shows_every_community_at_the_moment_asked_for(browser: Browser, tmp_path: Path) -> None:
    worst = REPORT.worst
    assert worst is not None
    with opened(browser, _response(tmp_path)) as (page, trouble):
        frame = _frame(page)
        assert frame.locator("#heat").is_hidden()
        assert frame.evaluate("document.documentElement.scrollWidth") <= 420
        say(page, wuzao="at", seconds=worst.instant, community=worst.community_id)
        rows = frame.locator("#reach li")
        assert rows.count() == len(REPORT.communities)
        first = rows.first
        assert first.get_attribute("data-community") == worst.community_id
        assert first.get_attribute("data-seconds") == str(worst.seconds)
        expect(frame.locator("#asked")).to_contain_text(PROBLEM.communities[worst.community_id].name)
        expect(frame.locator("[data-paint='moment']")).to_have_attribute("aria-pressed", "true")
        frame.locator("#later").click()
        assert told(page, "at")["seconds"] > worst.instant - 600
        frame.locator("[data-paint='week']").click()
        expect(frame.locator("[data-paint='week']")).to_have_attribute("aria-pressed", "true")
        assert not trouble, trouble
