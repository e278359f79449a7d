"""The week board in a browser: it looks right at every width, in both languages, and when it is empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.pages.invented_board import invented_board, names_in
from tests.api.pages.invented_service import Kept, invented_stage
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before
from tests.api.pages.test_board import BOARD, card

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "leader", "Ctrl", "Del", "Esc", *names_in(invented_board()))


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Stage, Kept]]:
    with invented_stage(invented_board()) as served:
        yield served


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_board_looks_right(browser: Browser, served: tuple[Stage, Kept], width: str, language: str) -> None:
    with before(browser, served[0], BOARD, width=width, language=language, who=None) as (page, _):
        looks_right(page, TYPED)
        card(page, "v000").click()
        page.locator("#panel").wait_for()
        page.locator("#panel button", has_text="?").click()
        page.locator("#panel .place").first.wait_for()
        looks_right(page, TYPED)


def test_a_plan_with_nothing_in_it_and_nothing_missed_says_so(browser: Browser, served: tuple[Stage, Kept]) -> None:
    stage, kept = served
    kept.board |= {"cards": [], "missed": [], "broken": []}
    for width in WIDTHS:
        with before(browser, stage, BOARD, width=width, who=None) as (page, _):
            assert "该做的都排上了" in page.inner_text("#side")
            assert "没有任何安排" in page.inner_text("main")
            looks_right(page, TYPED)
