"""The desk's map: officers and reports stand where the page around it says, and nothing of them is in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from geo.text import LANGUAGES, Language
from maps.live_map import live_map
from tests.browser import opened
from tests.maps import sample
from tests.maps.test_framed import around, say, told

pytestmark = pytest.mark.browser

SQUAD = sample.squad()
WEST, SOUTH = sample.WEST, sample.SOUTH
HOSTILE = "<img src=x onerror=window.pwned=1>"
OFFICERS = [
    {"id": "o01", "name": "队员01", "lon": WEST + 0.01, "lat": SOUTH + 0.01, "state": "visit"},
    {"id": "o02", "name": HOSTILE, "lon": WEST + 0.01, "lat": SOUTH + 0.01, "state": "driving"},
    {"id": "o03", "name": "欧阳司徒", "lon": WEST + 0.03, "lat": SOUTH + 0.02, "state": "nonsense"},
]
REPORTS = [
    {"id": "r1", "label": "32 分", "said": "r1 · 32 分", "lon": WEST + 0.02, "lat": SOUTH + 0.02, "left": "soon"},
    {"id": "r2", "label": HOSTILE, "said": "r2", "lon": WEST + 0.025, "lat": SOUTH + 0.01, "left": "late"},
]


def frame_of(page: Page) -> Frame:
    told(page, "ready")
    return page.frames[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_at_one_spot_share_a_dot_and_every_report_has_its_pin(
    browser: Browser, tmp_path: Path, language: Language
) -> None:
    with opened(browser, around(tmp_path, live_map(SQUAD, sample.roads(), language))) as (page, trouble):
        frame = frame_of(page)
        assert frame.locator(".person, .pin-at").count() == 0
        say(page, wuzao="now", officers=OFFICERS, reports=REPORTS, chosen="r1")
        assert frame.locator(".person").count() == 2
        expect(frame.locator(".person").first).to_contain_text(HOSTILE)
        assert frame.locator(".pin-at").count() == 2
        assert frame.locator(".pin-at.soon.chosen").count() == 1
        assert frame.locator("img").count() == 0
        assert frame.evaluate("window.pwned === undefined")
        assert not trouble, trouble


def test_those_who_move_move_and_what_is_dealt_with_is_gone(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, around(tmp_path, live_map(SQUAD))) as (page, trouble):
        frame = frame_of(page)
        say(page, wuzao="now", officers=OFFICERS, reports=REPORTS, chosen=None)
        moved = [{**one, "lon": one["lon"] + 0.004} for one in OFFICERS[2:]]  # type: ignore[operator]  # it is a number
        before = frame.locator(".person").last.bounding_box()
        say(page, wuzao="now", officers=moved, reports=[], chosen=None)
        assert frame.locator(".person").count() == 1
        assert frame.locator(".pin-at").count() == 0
        assert frame.locator(".person").bounding_box() != before
        assert not trouble, trouble


def test_a_pressed_pin_is_told_and_so_is_a_place_when_asked_for(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, around(tmp_path, live_map(SQUAD))) as (page, trouble):
        frame = frame_of(page)
        say(page, wuzao="now", officers=OFFICERS, reports=REPORTS, chosen=None)
        frame.locator(".pin-at.soon b").click()
        assert told(page, "chosen")["report"] == "r1"
        frame.locator(".folium-map").click(position={"x": 60, "y": 400})
        assert page.evaluate("window.heard.filter((one) => one.wuzao === 'picked').length") == 0
        say(page, wuzao="pick", on=True)
        expect(frame.locator("#picking")).to_be_visible()
        frame.locator(".folium-map").click(position={"x": 60, "y": 400})
        spot = told(page, "picked")
        assert WEST - 0.02 < spot["lon"] < WEST + 0.1
        say(page, wuzao="pick", on=False)
        assert frame.locator(".place-picked").count() == 0
        for nonsense in (None, {"wuzao": "now"}, {"wuzao": "now", "officers": [None, 3], "reports": [{"lon": "x"}]}):
            page.evaluate("(message) => window.say(message)", nonsense)
        page.wait_for_timeout(80)
        assert not trouble, trouble


def test_no_officer_and_no_telephone_number_is_in_the_file() -> None:
    html = live_map(SQUAD)
    assert not any(officer.name in html for officer in SQUAD.officers)
    assert "13912345678" not in html
