from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from geo.text import LANGUAGES, Language
from maps.palette import BAD
from maps.response_map import response_map
from planner.response_report import CommunityCover
from tests.browser import DESKTOP, PHONE, opened
from tests.maps import sample

SQUAD = sample.squad()
PROBLEM = sample.problem(SQUAD)
PLAN = sample.plan(PROBLEM)
REPORT = sample.report(PROBLEM, PLAN)
CHECK = sample.check(PROBLEM, PLAN)
FIGURES = sample.figures_of(PROBLEM, PLAN)
STEP = 300


def _file(folder: Path, language: Language = "zh") -> Path:
    file = folder / "response.html"
    html = response_map(PROBLEM, PLAN, SQUAD, REPORT, sample.roads(), language, check=CHECK, figures=FIGURES)
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


def _stops() -> list[int]:
    return [second for start, end in REPORT.duty for second in range(start, end, STEP)]


@pytest.mark.browser
def test_the_answer_at_a_moment_is_that_of_the_exact_check(browser: Browser, tmp_path: Path) -> None:
    stops = _stops()
    order = [row.community_id for row in sorted(REPORT.communities, key=_slowest_first)]
    with opened(browser, _file(tmp_path)) as (page, trouble):
        for row in (0, 3, 7):
            page.locator("#worst tbody tr").nth(row).click()
            told = page.evaluate(
                """(stops) => stops.map((stop) => {
                    const slider = document.getElementById("when");
                    slider.value = stop;
                    slider.dispatchEvent(new Event("input"));
                    const head = document.querySelector("#coming [data-complete]");
                    return head ? Number(head.dataset.complete) : -1;
                })""",
                list(range(0, len(stops), 7)),
            )
            scenes = CHECK.scenes[order[row]]
            points = np.array(scenes.points)
            for second, seconds in zip(stops[::7], told, strict=True):
                team = next((w.team for w in scenes.watches if w.start <= second < w.end), None)
                if team is None:
                    assert seconds == -1
                    continue
                times = np.stack([CHECK.curves[o].seconds(np.array([second]), points)[0] for o in team.everybody])
                assert seconds == int(team.arrival(times).max())
        assert not trouble, trouble


def _slowest_first(cover: CommunityCover) -> tuple[int, int]:
    return (-cover.worst.seconds, cover.worst.instant) if cover.worst else (1, 0)


@pytest.mark.browser
def test_the_slider_moves_people_and_the_clock_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path)) as (page, trouble):
        first, count = page.locator("#clock").inner_text(), page.locator("#people li").count()
        before = [person.bounding_box() for person in page.locator(".person").all()]
        assert count >= len(before) > 0
        page.locator("#when").focus()
        for _ in range(14):
            page.keyboard.press("ArrowRight")
        assert page.locator("#clock").inner_text() != first
        assert [person.bounding_box() for person in page.locator(".person").all()] != before
        page.locator("#earlier").click()
        page.locator("#play").click()
        expect(page.locator("#play")).to_have_text("暂停")
        page.locator("#play").click()
        expect(page.locator("#play")).to_have_text("播放")
        assert not trouble, trouble


@pytest.mark.browser
def test_a_cell_sets_the_moment_and_asks_about_its_community(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path)) as (page, _):
        cell = page.locator("#heat g[data-row='2'] [data-hour]").nth(5)
        hour = int(cell.get_attribute("data-hour") or "0")
        cell.click()
        expect(page.locator("#clock")).to_contain_text(f"{hour % 24:02d}:")
        name = page.locator(".names [data-row='2']").inner_text()
        expect(page.locator("#asked")).to_contain_text(name)
        assert page.locator("#coming li").count() > 1


@pytest.mark.browser
def test_each_absence_and_the_margin_for_traffic_are_there(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, _file(tmp_path)) as (page, _):
        rows = page.locator("#absences tbody tr")
        assert rows.count() == len(FIGURES.absences)
        names = [PROBLEM.officers[one.officer_id].name for one in FIGURES.absences]
        assert [row.locator("td").first.inner_text() for row in rows.all()] == names
        assert page.locator("#absences tr.critical").count() == len(FIGURES.critical)
        assert page.locator("#stresses tr").count() == len(FIGURES.stresses)
        late = FIGURES.break_even is None
        assert ("late" in (page.locator("#margin").get_attribute("class") or "")) == late


def test_without_the_check_in_numbers_the_page_does_without_the_slider() -> None:
    plain = response_map(PROBLEM, PLAN, SQUAD, REPORT)
    assert 'id="when"' not in plain
    assert 'id="absences"' not in plain
