"""The week board in a browser: it looks right, and everything on it can be done by pointer, by keyboard and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.api.pages.invented_board import invented_board, names_in
from tests.api.pages.invented_service import Kept, invented_stage
from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, before

pytestmark = pytest.mark.browser

BOARD = "/squads/town/plans/p1"
TYPED = ("小镇中队", "leader", "Ctrl", "Del", "Esc", *names_in(invented_board()))


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Stage, Kept]]:
    with invented_stage(invented_board()) as served:
        yield served


@pytest.fixture
def stage(served: tuple[Stage, Kept]) -> Stage:
    """A stage whose board is as it was at first."""
    stage, kept = served
    kept.start(invented_board())
    return stage


@pytest.fixture
def kept(served: tuple[Stage, Kept]) -> Kept:
    return served[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_board_looks_right(browser: Browser, stage: Stage, width: str, language: str) -> None:
    with before(browser, stage, BOARD, width=width, language=language, who=None) as (page, _):
        looks_right(page, TYPED)
        card(page, "v000").click()
        page.locator("#panel").wait_for()
        page.locator("#panel button", has_text="?").click()
        page.locator("#panel .place").first.wait_for()
        looks_right(page, TYPED)


def card(page: Page, visit: str) -> Locator:
    return page.locator(f'#grid [data-visit="{visit}"]:not(.ghost)')
