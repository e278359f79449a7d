"""Every page, at every width, in both languages: nothing cut or overlapping, one language, axe-core content."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.pages.looks import looks_right
from tests.api.pages.stage import LANGUAGES, WIDTHS, Stage, each, staged

pytestmark = pytest.mark.browser

TYPED = ("小镇中队", "administrator", "town", "甲苑", "乙苑", "丙苑")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, str]]:
    with staged(tmp_path_factory.mktemp("looks")) as stage:
        yield stage, stage.planned()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_look_right(browser: Browser, planned: tuple[Stage, str], width: str, language: str) -> None:
    stage, plan = planned
    for places, who in (
        ([f"{stage.pages}/plans/{plan}/officers", stage.pages, "/"], "administrator"),
        (["/report/town", "/sign-in"], None),
    ):
        for page in each(browser, stage, places, width=width, language=language, who=who):
            looks_right(page, TYPED)
