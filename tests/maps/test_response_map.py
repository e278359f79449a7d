from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from geo.text import LANGUAGES, Language
from maps.palette import BAD
from maps.response_map import response_map
from tests.browser import DESKTOP, PHONE, opened
from tests.maps import sample

SQUAD = sample.squad()
PROBLEM = sample.problem(SQUAD)
PLAN = sample.plan(PROBLEM)
REPORT = sample.report(PROBLEM, PLAN)


def _file(folder: Path, language: Language = "zh") -> Path:
    file = folder / "response.html"
    html = response_map(PROBLEM, PLAN, SQUAD, REPORT, sample.roads(), language)
    file.write_text(html, encoding="utf-8")
    return file


def test_what_counts_is_stated_in_both_languages() -> None:
    for language in LANGUAGES:
        page = response_map(PROBLEM, PLAN, SQUAD, REPORT, language=language)
        for statement in REPORT.statements:
            assert statement.say(language).split("'")[0] in page


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_check_opens_without_a_network(
    browser: Browser, tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    file = _file(tmp_path, language)
    assert file.stat().st_size < 1_000_000
    with opened(browser, file, size) as (page, trouble):
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert not trouble, trouble


@pytest.mark.browser
def test_every_hour_of_duty_has_a_cell_and_is_red_exactly_where_it_is_too_slow(
    browser: Browser, tmp_path: Path
) -> None:
    cells = sum(value >= 0 for cover in REPORT.communities for value in cover.hourly)
    late = sum(value > REPORT.limit for cover in REPORT.communities for value in cover.hourly)
    with opened(browser, _file(tmp_path)) as (page, _):
        assert page.locator("#heat [data-hour]").count() == cells
        assert page.locator(f"#heat [data-hour][fill='{BAD}']").count() == late > 0


@pytest.mark.browser
def test_a_row_of_the_list_a_cell_and_an_area_are_the_same_community(browser: Browser, tmp_path: Path) -> None:
    worst = REPORT.worst
    assert worst is not None
    name = PROBLEM.communities[worst.community_id].name
    with opened(browser, _file(tmp_path)) as (page, trouble):
        first = page.locator("#worst tbody tr").first
        expect(first).to_contain_text(name)
        first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#told")).to_contain_text(name)
        assert page.locator("#heat rect.on").get_attribute("data-hour") == str(worst.instant // 3600)
        assert page.locator(".names .on").inner_text() == name
        assert page.locator(".leaflet-areas-pane path[stroke-width='4']").count() == 1
        assert not trouble, trouble


@pytest.mark.browser
def test_gaps_are_told_in_sentences_with_who_is_where(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path)) as (page, _):
        assert page.locator(".gap").count() == len(REPORT.gaps)
        expect(page.locator(".gap p").first).to_contain_text("队员")


@pytest.mark.browser
def test_paper_shows_every_sentence_and_the_map_over_its_whole_width(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path)) as (page, trouble):
        folded = page.locator("details:not([open])").count()
        assert folded > 0
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details:not([open])").count() == 0
        assert page.evaluate("map_squad.getSize().x") > 1000, "277 mm"
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("details:not([open])").count() == folded
        assert not trouble, trouble
