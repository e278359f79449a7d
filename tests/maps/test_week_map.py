from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geo.text import LANGUAGES, Language, Text
from maps.week_map import route_data, week_map
from tests.browser import DESKTOP, PHONE, opened
from tests.maps import sample

SQUAD = sample.squad()
PROBLEM = sample.problem(SQUAD)
PLAN = sample.plan(PROBLEM)


def _page(folder: Path, language: Language = "zh") -> Path:
    report = sample.report(PROBLEM, PLAN)
    file = folder / "week.html"
    file.write_text(week_map(PROBLEM, PLAN, SQUAD, sample.roads(), report, language), encoding="utf-8")
    return file


def _drawn_days(page: Page) -> set[str]:
    names: list[str] = page.eval_on_selector_all("path.route", "all => all.map(p => p.getAttribute('class'))")
    return {word for name in names for word in name.split() if word.startswith("route-")}


def test_equal_plans_give_equal_pages() -> None:
    assert week_map(PROBLEM, PLAN, SQUAD) == week_map(PROBLEM, PLAN, SQUAD)


def test_a_page_names_its_language_and_speaks_it() -> None:
    english = week_map(PROBLEM, PLAN, SQUAD, language="en")
    assert '<html lang="en">' in english
    assert "Joint inspections" in english
    assert '<html lang="zh-CN">' in week_map(PROBLEM, PLAN, SQUAD)


def test_no_reporter_s_telephone_number_is_in_the_page() -> None:
    assert "13912345678" not in week_map(PROBLEM, PLAN, SQUAD)


def test_an_estimate_is_labelled_on_the_page_and_drawn_dotted() -> None:
    guessed = replace(PROBLEM, estimated=True)
    assert "行车时间为估算" in week_map(guessed, PLAN, SQUAD)
    assert all(leg["straight"] for route in route_data(guessed, PLAN) for leg in route["legs"])


def test_crews_of_one_day_have_different_colours() -> None:
    wednesday = [route["colour"] for route in route_data(PROBLEM, PLAN) if route["day"] == 2]
    assert len(wednesday) == len(set(wednesday)) == 4


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_week_opens_without_a_network(
    browser: Browser, tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    file = _page(tmp_path, language)
    assert file.stat().st_size < 1_000_000
    with opened(browser, file, size) as (page, trouble):
        assert page.locator(".stop").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert not trouble, trouble


@pytest.mark.browser
def test_choosing_a_day_and_a_band_leaves_only_their_routes(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _page(tmp_path)) as (page, trouble):
        assert _drawn_days(page) == {"route-0"}
        page.get_by_role("button", name="周三").click()
        assert _drawn_days(page) == {"route-2"}
        assert page.locator(".crew").count() == 4
        assert page.locator("#visits tbody tr:visible").count() == 8
        page.get_by_role("button", name="晚班").click()
        assert page.locator(".crew").count() == 1
        assert page.locator(".stop").count() == 1
        page.get_by_role("button", name="周日").click()
        assert _drawn_days(page) == set()
        expect(page.locator("#crews")).to_have_text("这一天没有巡查安排")
        assert not trouble, trouble


@pytest.mark.browser
def test_the_clock_shows_where_every_crew_is(browser: Browser, tmp_path: Path) -> None:
    first = next(route for route in PLAN.routes if route.id == "r0")
    leg, stop = first.legs[0], first.stops[0]
    with opened(browser, _page(tmp_path)) as (page, trouble):
        clock = page.get_by_role("slider", name="时刻")
        crew = page.locator(".crew").first
        for second, words in (
            (first.depart - 120, "在站备勤"),
            ((leg.depart + leg.arrive) // 2, "前往 书香嘉苑"),
            (stop.begin + 600, "联合检查 · 书香嘉苑"),
            (first.legs[-1].depart + 90, "返站途中"),
        ):
            clock.evaluate("(input, t) => { input.value = t; input.dispatchEvent(new Event('input')); }", second)
            expect(crew).to_contain_text(words)
        clock.evaluate("(input, t) => { input.value = t; input.dispatchEvent(new Event('input')); }", stop.begin)
        assert page.locator(".dotat").count() == 2
        page.get_by_role("button", name="播放").click()
        page.wait_for_timeout(400)
        page.get_by_role("button", name="暂停").click()
        assert int(clock.input_value()) > stop.begin
        assert not trouble, trouble


@pytest.mark.browser
def test_the_table_is_searched_and_sorted_and_points_at_the_map(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _page(tmp_path)) as (page, trouble):
        page.get_by_label("显示全周").check()
        rows = page.locator("#visits tbody tr:visible")
        assert rows.count() == sum(len(route.stops) for route in PLAN.routes)
        page.get_by_role("searchbox").fill("香溢都荟")
        assert rows.count() == 1
        rows.first.focus()
        page.keyboard.press("Enter")
        assert page.locator(".stop.chosen").count() == 1
        assert _drawn_days(page) == {"route-2"}
        page.get_by_role("searchbox").fill("")
        page.get_by_role("button", name="时间").click()
        begins = [int(cell.get_attribute("data-sort") or 0) for cell in page.locator("td[data-sort]").all()]
        assert begins == sorted(begins, reverse=True)
        assert not trouble, trouble


@pytest.mark.browser
def test_layers_are_switched_and_heat_is_off_until_asked_for(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _page(tmp_path)) as (page, trouble):
        assert page.locator("canvas.leaflet-heatmap-layer").count() == 0
        page.get_by_label("违法热力").check()
        assert page.locator("canvas.leaflet-heatmap-layer").count() == 1
        page.get_by_label("未了结违法点").check()
        assert page.locator(".gathered").count() > 0
        page.get_by_label("巡查路线").uncheck()
        assert page.locator(".stop").count() == 0
        assert not trouble, trouble


@pytest.mark.browser
def test_what_is_missed_stands_first_with_its_reason_and_paper_shows_the_whole_week(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, _page(tmp_path)) as (page, trouble):
        expect(page.locator("aside h2").first).to_have_text("未排上 1")
        expect(page.locator(".card.bad").first).to_contain_text("A 岗队员03周三起休假")
        page.emulate_media(media="print")
        assert page.locator("#visits tbody tr:visible").count() == sum(len(route.stops) for route in PLAN.routes)
        assert not page.locator(".controls").is_visible()
        assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")
        assert not trouble, trouble


def test_visits_missed_for_the_same_reasons_are_said_once_and_counted() -> None:
    missed = next(one for one in PLAN.missed if any(v.id == one.visit_id and v.mandatory for v in PROBLEM.visits))
    visit = next(v for v in PROBLEM.visits if v.id == missed.visit_id)
    twice = replace(PROBLEM, visits=(*PROBLEM.visits, replace(visit, id="again")))
    html = week_map(twice, replace(PLAN, missed=(*PLAN.missed, replace(missed, visit_id="again"))), SQUAD)
    assert "未排上 2</h2>" in html
    assert html.count('class="card bad"><b>') == 1
    assert "× 2</b>" in html


def test_what_would_mend_a_missed_visit_stands_below_its_reasons() -> None:
    way = Text("请物业周五早来 20 分钟:就排得上", "Ask the property company for Friday")
    plan = replace(PLAN, missed=tuple(replace(one, remedies=(way,)) for one in PLAN.missed))
    html = week_map(PROBLEM, plan, SQUAD)
    assert f"<p>→ {way.zh}</p>" in html
    assert "<p>→" not in week_map(PROBLEM, PLAN, SQUAD)


@pytest.mark.browser
def test_the_heat_can_be_switched_off_again_at_every_zoom(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _page(tmp_path)) as (page, trouble):
        page.get_by_label("违法热力").check()
        page.evaluate("map_squad.setZoom(18, { animate: false })")
        page.get_by_label("违法热力").uncheck(timeout=2000)
        assert page.locator("canvas.leaflet-heatmap-layer").count() == 0
        assert not trouble, trouble


@pytest.mark.browser
def test_the_tab_key_is_not_lost_among_the_areas_of_the_map(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _page(tmp_path)) as (page, _):
        page.get_by_label("未了结违法点").check()
        assert page.locator("path.leaflet-interactive").count() > 0
        assert page.locator("path.leaflet-interactive:not([tabindex='-1'])").count() == 0


@pytest.mark.browser
def test_a_name_without_end_stays_beside_its_community(browser: Browser, tmp_path: Path) -> None:
    long = replace(SQUAD, communities=tuple(replace(c, name=c.name + "某某花园" * 20) for c in SQUAD.communities))
    file = tmp_path / "week.html"
    file.write_text(week_map(PROBLEM, PLAN, long, sample.roads()), encoding="utf-8")
    with opened(browser, file) as (page, trouble):
        widths = page.eval_on_selector_all(".place", "all => all.map(one => one.getBoundingClientRect().width)")
        assert 0 < max(widths) < 180
        assert not trouble, trouble
