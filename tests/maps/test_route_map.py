from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from geo.coordinates import metres_between, to_wgs84
from geo.text import LANGUAGES, Language
from maps.errors import UnknownOfficerError
from maps.route_map import officer_routes, route_map
from planner.week import Leg, Route
from tests.browser import PHONE, opened
from tests.maps import sample

SQUAD = sample.squad()
PROBLEM = sample.problem(SQUAD)
PLAN = sample.plan(PROBLEM)
WEDNESDAY = sample.WEEK.days[2]
ROADS = sample.roads()


def _file(folder: Path, officer_id: str = "o01", language: Language = "zh", day: int = 2) -> Path:
    file = folder / "route.html"
    html = route_map(PROBLEM, PLAN, SQUAD, officer_id, sample.WEEK.days[day], ROADS, language)
    file.write_text(html, encoding="utf-8")
    return file


def test_an_officer_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownOfficerError, match="o99"):
        route_map(PROBLEM, PLAN, SQUAD, "o99", WEDNESDAY)


def test_two_bands_of_one_day_make_one_page_in_the_order_of_the_day() -> None:
    assert [route.band_id for route in officer_routes(PLAN, "o02", WEDNESDAY)] == ["early", "late"]
    assert route_map(PROBLEM, PLAN, SQUAD, "o02", WEDNESDAY).count('class="stop-card"') == 4


def test_a_route_that_was_never_drawn_still_makes_a_page() -> None:
    def bare(leg: Leg) -> Leg:
        return replace(leg, path=())

    def plain(route: Route) -> Route:
        return replace(route, legs=tuple(bare(leg) for leg in route.legs))

    plan = replace(PLAN, routes=tuple(plain(route) for route in PLAN.routes))
    assert '"straight":true' in route_map(PROBLEM, plan, SQUAD, "o01", WEDNESDAY)


@pytest.mark.parametrize(
    ("officer_id", "day", "words"),
    [("o07", 1, "今天在中队备勤"), ("o08", 4, "今天休假"), ("o08", 0, "今天没有排班"), ("o05", 1, "13:00–17:30")],
)
def test_a_day_without_a_route_says_what_to_do_instead(officer_id: str, day: int, words: str) -> None:
    page = route_map(PROBLEM, PLAN, SQUAD, officer_id, sample.WEEK.days[day])
    assert words in page
    assert 'class="stop-card"' not in page


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("officer_id", "day"), [("o01", 2), ("o02", 2), ("o07", 1)])
def test_a_phone_shows_the_day_without_a_network_or_sideways_scrolling(
    browser: Browser, tmp_path: Path, language: Language, officer_id: str, day: int
) -> None:
    file = _file(tmp_path, officer_id, language, day)
    assert file.stat().st_size < 1_000_000
    with opened(browser, file, PHONE, touch=True) as (page, trouble):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not trouble, trouble


@pytest.mark.browser
def test_the_next_stop_shows_when_where_what_and_whom(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path), PHONE, touch=True) as (page, trouble):
        card = page.locator(".stop-card.next")
        for words in ("下一站", "春申阳光", "08:50 – 10:10", "南门(示意路)", "复查 6 幢 1202", "在浏览器打开"):
            expect(card).to_contain_text(words)
        calls = [link.get_attribute("href") for link in card.locator(".who a").all()]
        assert calls == ["tel:13911110002", "tel:13911110002", "tel:13900000002"]
        names = page.locator(".stop-card").evaluate_all("all => all.map(c => c.querySelector('h2').textContent)")
        assert names == ["春申阳光", "嘉荷景庭", "首创旭辉城"]
        assert not trouble, trouble


@pytest.mark.browser
def test_every_button_is_large_enough_for_a_thumb(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path), PHONE, touch=True) as (page, _):
        for line in page.locator(".line:visible").all():
            line.click()
        targets = page.locator("main a:visible, main button:visible, main label:visible").all()
        assert len(targets) > 12
        for target in targets:
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 44, target.inner_text()


@pytest.mark.browser
def test_each_leg_navigates_from_gate_to_gate_within_a_metre(browser: Browser, tmp_path: Path) -> None:
    route = next(route for route in PLAN.routes if route.id == "r4")
    gates = [PROBLEM.communities[stop.community_id].main_gate for stop in route.stops]
    way = [PROBLEM.station, *gates, PROBLEM.station]
    with opened(browser, _file(tmp_path), PHONE) as (page, _):
        links = [link.get_attribute("href") or "" for link in page.locator("a[href*='uri.amap.com']").all()]
    assert len(links) == len(way) - 1
    for link, start, end in zip(links, way, way[1:], strict=False):
        query = parse_qs(urlsplit(link).query)
        for key, gate in (("from", start), ("to", end)):
            lon, lat, _name = query[key][0].split(",", maxsplit=2)
            lons, lats = to_wgs84([float(lon)], [float(lat)], "GCJ-02")
            assert float(metres_between(lons[0], lats[0], gate.lon, gate.lat)) < 1


@pytest.mark.browser
def test_arriving_and_finishing_moves_on_to_the_next_stop_and_is_remembered(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path), PHONE, touch=True) as (page, trouble):
        page.locator(".next input").first.check()
        page.locator(".next .arrive").click()
        expect(page.locator(".next .is-done")).to_contain_text("已到场")
        page.reload()
        assert page.locator(".next input").first.is_checked()
        for _ in range(5):
            page.locator(".next .arrive").click()
        expect(page.locator(".finished")).to_be_visible()
        page.locator(".line").nth(2).click()
        page.locator(".stop-card").nth(2).locator(".arrive").click()
        expect(page.locator(".next h2")).to_have_text("首创旭辉城")
        assert not trouble, trouble
