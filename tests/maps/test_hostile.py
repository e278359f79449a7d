"""Whatever people type runs nothing, with the page's security policy and without it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from geo.text import Language
from maps.live_map import live_map
from maps.response_map import response_map
from maps.route_map import route_map
from maps.week_map import week_map
from tests.browser import opened
from tests.maps import sample

SQUAD = sample.hostile_squad()
PROBLEM = sample.hostile_problem(SQUAD)
PLAN = sample.hostile_plan(PROBLEM)
REPORT = sample.report(PROBLEM, PLAN)
CHECK = sample.check(PROBLEM, PLAN)
FIGURES = sample.figures_of(PROBLEM, PLAN)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')

Maker = Callable[[Language], str]


def _week(language: Language) -> str:
    return week_map(PROBLEM, PLAN, SQUAD, sample.roads(), REPORT, language)


def _response(language: Language) -> str:
    return response_map(PROBLEM, PLAN, SQUAD, REPORT, sample.roads(), language, check=CHECK, figures=FIGURES)


def _route(language: Language) -> str:
    return route_map(PROBLEM, PLAN, SQUAD, "o01", sample.WEEK.days[2], sample.roads(), language)


def _live(language: Language) -> str:
    return live_map(SQUAD, sample.roads(), language)


def _standby(language: Language) -> str:
    return route_map(PROBLEM, PLAN, SQUAD, "o07", sample.WEEK.days[1], sample.roads(), language)


def _touch_everything(page: Page) -> None:
    """Press, hover and open all there is, so that whatever is built on demand is built."""
    page.evaluate(
        """() => {
            document.querySelectorAll("details").forEach(d => { d.open = true; });
            document.querySelectorAll("input[type=checkbox]").forEach(b => { if (!b.checked) b.click(); });
            const some = (selector, step) => [...document.querySelectorAll(selector)].filter((_, i) => i % step === 0);
            [...some("button:not(#print)", 1), ...some("tr[tabindex]", 9), ...some("rect[data-hour]", 97)].forEach(
                b => b.dispatchEvent(new MouseEvent("click", { bubbles: true })));
            [...some("path.leaflet-interactive", 3), ...some(".leaflet-marker-icon", 3)].forEach(mark => {
                for (const kind of ["mouseover", "mousemove", "click"])
                    mark.dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX: 200, clientY: 200 }));
            });
            for (const name of ["marker_cluster_open", "marker_cluster_closed"])
                if (window[name]) window[name].getLayers().slice(0, 3).forEach(dot => dot.openTooltip());
            const day = document.querySelector("[data-day='2']");
            if (day) day.click();
        }"""
    )
    page.wait_for_timeout(150)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "guarded"), [("zh", True), ("zh", False), ("en", False)])
@pytest.mark.parametrize("make", [_week, _response, _route, _standby, _live])
def test_hostile_words_in_every_field_run_nothing(
    browser: Browser, tmp_path: Path, make: Maker, language: Language, *, guarded: bool
) -> None:
    html = make(language)
    file = tmp_path / "page.html"
    file.write_text(html if guarded else POLICY.sub("", html), encoding="utf-8")
    with opened(browser, file) as (page, trouble):
        _touch_everything(page)
        assert page.evaluate("window.pwned === undefined")
        assert page.locator("img").count() == 0
        assert page.locator("[onerror], [onload], a[href^='javascript']").count() == 0
        assert "<img src=x onerror=window.pwned=1>" in page.inner_text("body")
        assert not trouble, trouble


def test_every_address_in_a_page_is_a_link_to_press() -> None:
    html = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", _route("zh"), flags=re.DOTALL)
    assert set(re.findall(r"https?://[^/\"]+", html)) == {"https://uri.amap.com"}
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", html)


def test_a_plan_without_any_route_still_makes_pages() -> None:
    empty = replace(PLAN, routes=())
    assert "<html" in week_map(PROBLEM, empty, SQUAD)
