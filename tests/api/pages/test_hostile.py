"""Hostile text in every field stays text, on every page that can be reached: nothing runs, nothing fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from api.exchange.squad_files import Loaded, load_squad
from api.records import import_squad
from api.storage.engine import open_store
from tests.api.pages.hostile import HARM, hostile
from tests.api.pages.stage import Stage, Trouble, before, staged
from tests.api.served import MONDAY
from tests.api.stores import records
from tests.town import write_town

pytestmark = pytest.mark.browser

OPENED_BY_LINK = "/api/"
"""Links to what is no page of ours: maps, sheets, documents. Maps are opened too."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("hostile")
    with staged(folder) as stage:
        store = open_store(records(folder / "data"))
        import_squad(
            store, folder / "data", Loaded(hostile(load_squad(write_town(folder / "town")).squad), ()), MONDAY, HARM
        )
        store.dispose()
        fill_in(stage)
        yield stage


def fill_in(stage: Stage) -> None:
    """Hand in something hostile by every way in."""
    base = stage.base
    report = {"type": "flue", "lon": 121.241, "lat": 31.371}
    texts = {
        "note": HARM,
        "building": HARM,
        "reporter_name": HARM,
        "reporter_phone": "021-5555-0199",
        "outside_number": HARM,
    }
    stage.asked("POST", f"{base}/reports", json=report | texts)
    renovation = {"community": "C1", "building": HARM, "registered_on": "2026-11-20", "contractor": HARM}
    stage.asked("POST", f"{base}/renovations", json=renovation)
    feedback = {"officer": "01", "community": "C1", "day": "2026-11-20", "points": 60, "note": HARM}
    stage.asked("POST", f"{base}/feedback", json=feedback)
    stage.asked("POST", f"{base}/leave", json={"officer": "02", "day": "2026-12-24", "reason": HARM})
    ledger = stage.asked("GET", f"{base}/communities/C1/ledger")
    evidence = {"item": ledger["lines"][0]["item"]["id"], "day": "2026-11-20", "note": HARM}
    stage.asked("POST", f"{base}/communities/C1/evidence", json=evidence)
    stage.planned(published=True)
    stage.planned("2026-W49")


def test_no_page_runs_what_somebody_typed(browser: Browser, stage: Stage) -> None:
    with before(browser, stage, "/") as (page, trouble):
        seen = crawl(page, stage, trouble)
    assert len(seen) >= 6, seen


def crawl(page: Page, stage: Stage, trouble: Trouble) -> list[str]:
    """Open every page that links lead to, and return them; whatever goes wrong is told with its page."""
    waiting = ["/", "/bureau?week=2026-W48", "/api/bureau/2026-W48/map"]
    known, pages = set(waiting), list[str]()
    while waiting:
        place = waiting.pop(0)
        answer = page.request.get(stage.address + place)
        assert answer.ok, f"{answer.status}: {place}"
        if "text/html" not in answer.headers["content-type"]:
            continue
        page.goto(stage.address + place)
        page.wait_for_load_state("load")
        page.wait_for_timeout(150)
        pages.append(place)
        assert harmless(page), place
        assert trouble.found == [], place
        for found in links_of(page):
            if found not in known and len([one for one in known if shape(one) == shape(found)]) < MOST_ALIKE:
                known.add(found)
                waiting.append(found)
    return pages


MOST_ALIKE = 3
"""Pages of one shape (each officer's day, each community) that are opened; they are made by the same code."""


def shape(place: str) -> str:
    """Return an address without its ids."""
    parts = urlsplit(place).path.split("/")
    return "/".join(part if part.isalpha() and part.islower() else "*" for part in parts)


def links_of(page: Page) -> list[str]:
    """Return the addresses of the same server that a page links to."""
    found = page.eval_on_selector_all(
        "a[href], iframe[src]", "all => all.map(one => one.getAttribute('href') || one.getAttribute('src'))"
    )
    here = urlsplit(page.url)
    whole = [urldefrag(urljoin(page.url, str(one))).url for one in found]
    mine = [urlsplit(one) for one in whole]
    return [
        one.path + (f"?{one.query}" if one.query else "")
        for one in mine
        if (one.scheme, one.netloc) == (here.scheme, here.netloc) and "lang=" not in one.query
    ]


def harmless(page: Page) -> bool:
    """Return whether nothing of `HARM` became an element, in the page and in its frames."""
    script = """() => document.querySelectorAll('img[src="x"], [onerror]').length === 0
      && ![...document.scripts].some((one) => one.textContent.trim() === "alert(2)")
      && !document.body.innerText.includes("49{{") && !document.body.innerText.includes("{49}")"""
    return all(bool(frame.evaluate(script)) for frame in page.frames)


def test_no_sheet_calculates_what_somebody_typed(stage: Stage, tmp_path: Path) -> None:
    for name in ("workbook", "cases.xlsx", "renovations.xlsx", "feedback.xlsx"):
        file = tmp_path / f"{name.removesuffix('.xlsx')}.xlsx"
        file.write_bytes(stage.client.get(f"{stage.base}/{name}").content)
        cells = [cell for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"], name
