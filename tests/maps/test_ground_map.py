"""The ground to draw on: what the page around it says is shown, what is dragged and pressed is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from geo.text import LANGUAGES, Language
from maps.ground_map import ground_map
from tests.browser import opened
from tests.maps import sample
from tests.maps.test_framed import around, say, told

pytestmark = pytest.mark.browser

SQUAD = sample.squad()
HOSTILE = "<img src=x onerror=window.pwned=1>"
HOME = next(iter(SQUAD.communities))
RING = [[x, y] for x, y in HOME.boundary.polygon.exterior.coords[:-1]]  # type: ignore[union-attr]  # it is one polygon
GATES = [{"id": "g1", "name": HOSTILE, "lon": HOME.main_gate.lon, "lat": HOME.main_gate.lat}]
GROUND: dict[str, Any] = {
    "wuzao": "ground",
    "risk": True,
    "open": True,
    "communities": [
        {
            "id": "c1",
            "name": HOSTILE,
            "phase": "peak",
            "surveyed": False,
            "rings": [RING],
            "gates": GATES,
            "expected": 1.4,
        }
    ],
    "violations": [{"id": "v1", "lon": RING[0][0], "lat": RING[0][1], "state": "open", "said": HOSTILE}],
}
EDIT: dict[str, Any] = {
    "wuzao": "edit",
    "community": "c1",
    "rings": [RING],
    "gates": GATES,
    "mode": "move",
    "chosen": [],
}


def frame_of(page: Page) -> Frame:
    told(page, "ready")
    return page.frames[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_shown_and_stays_text(browser: Browser, tmp_path: Path, language: Language) -> None:
    html = ground_map(SQUAD, sample.roads(), language)
    assert HOME.name not in html
    with opened(browser, around(tmp_path, html)) as (page, trouble):
        frame = frame_of(page)
        say(page, **GROUND)
        expect(frame.locator(".place")).to_have_text(HOSTILE)
        assert frame.locator(".risk").inner_text() == "1.4"
        say(page, **EDIT)
        assert frame.locator(".corner").count() == len(RING)
        expect(frame.locator(".gate-handle")).to_have_text(HOSTILE)
        assert frame.locator("img").count() == 0
        assert frame.evaluate("window.pwned === undefined")
        say(page, wuzao="edit", community=None)
        assert frame.locator(".corner, .gate-handle").count() == 0
        assert not trouble, trouble


def test_a_corner_dragged_is_told_where_it_is_then(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, around(tmp_path, ground_map(SQUAD))) as (page, trouble):
        frame = frame_of(page)
        say(page, **GROUND)
        say(page, **EDIT)
        box = frame.locator(".corner").first.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 12, box["y"] + 12)
        page.mouse.down()
        page.mouse.move(box["x"] - 20, box["y"] + 30, steps=3)
        page.mouse.up()
        drawn = told(page, "drawn")
        assert len(drawn["rings"][0]) == len(RING)
        assert drawn["rings"][0][0] != pytest.approx(RING[0])
        assert drawn["rings"][0][1:] == [pytest.approx(point, abs=1e-6) for point in RING[1:]]
        assert not trouble, trouble


def test_nonsense_is_not_minded(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, around(tmp_path, ground_map(SQUAD))) as (page, trouble):
        frame_of(page)
        nonsense: list[Any] = [
            {"wuzao": "ground"},
            {"wuzao": "ground", "communities": [{"id": "x", "phase": "?", "rings": [[["a", 1]], None]}]},
            {"wuzao": "edit", "community": "c1"},
            {"wuzao": "edit", "community": 3},
            {"wuzao": "place", "id": "v", "lon": "x"},
            {"wuzao": "hello"},
            None,
        ]
        for one in nonsense:
            page.evaluate("(message) => window.say(message)", one)
        page.wait_for_timeout(80)
        assert page.evaluate("window.heard.filter((one) => one.wuzao === 'ready').length") == 2
        assert not trouble, trouble
