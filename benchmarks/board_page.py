"""The week board in a browser: what it loads, how soon it is painted, and how soon a dropped card is answered.

The service runs in a process of its own, the browser beside it, as on a leader's desk; every drop is judged and on
record before the page tells what it did.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import numpy as np
from playwright.sync_api import Browser, Error, Page, sync_playwright

from api.exchange.squad_files import load_squad
from benchmarks.board import planned
from benchmarks.service import PASSWORD, records, served
from benchmarks.squads.made import BINDING, seeded_squad
from benchmarks.week import ROOT
from planner.squad import Squad

WAITS = ("judged", "proven", "placed", "told")
"""A card over a slot until it is said what the rules say of it, and the exact check too; dropped until it stands there;
until that is on record."""

SUDDEN = "said"
"""A card dropped as soon as it is over a slot, until what came of it is said."""

HEADERS = (
    *("squad", "cards", "kB", "first paint ms", "cards shown ms", "unopened: first paint ms", "cards"),
    *("slot to rules ms p50", "p95", "slot to check ms p50", "p95"),
    *("drop to place ms p50", "p95", "drop to record ms p50", "p95", "sudden drop to verdict ms p50", "p95"),
)

LOADED = """
() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((one) => !one.name.includes("/maps/")).reduce((sum, one) => sum + one.decodedBodySize, 0)
"""
WATCHED = """
() => {
  addEventListener("pointerup", () => {
    Object.assign(window, { dropped: performance.now(), placed: 0, told: 0, said: 0 });
  }, true);
  const note = (name, since) => {
    window[name] = -1;
    requestAnimationFrame(() => setTimeout(() => { window[name] = performance.now() - since; }, 0));
  };
  const carried = () => document.querySelector("#carried .fit");
  new MutationObserver(() => {
    const under = document.querySelector(".slot.under");
    if (under && under !== window.slot) {
      Object.assign(window, { slot: under, entered: performance.now(), judged: 0, proven: 0 });
    }
    const by = under && carried()?.dataset.by;
    if (by && window.judged === 0) note("judged", window.entered);
    if (by === "check" && window.proven === 0) note("proven", window.entered);
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["class", "data-by"] });
  new MutationObserver(() => {
    if (window.placed === 0 && document.querySelector(".waiting")) note("placed", window.dropped);
    if (window.told === 0 && window.placed && !document.querySelector(".waiting")) note("told", window.dropped);
  }).observe(document.body, { subtree: true, childList: true });
  new MutationObserver(() => {
    if (window.said === 0) note("said", window.dropped);
  }).observe(document.getElementById("toast"), { childList: true });
}
"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SHOWN = "() => { const at = performance.now(); return document.querySelector('#grid .visit') ? at : 0; }"


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks board_page", description=__doc__)
    parser.add_argument("--time-limit", type=float, default=10.0, help="work limit of each plan, deterministic seconds")
    parser.add_argument("--drops", type=int, default=20)
    options = parser.parse_args(arguments)
    print(" | ".join(HEADERS))
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder, _browser() as browser:
        for name, squad in (
            ("jiading", load_squad(ROOT / "examples" / "jiading").squad),
            ("60x24", seeded_squad("60x24", BINDING["60x24"])),
        ):
            print(" | ".join((name, *_measure(Path(folder) / name, squad, browser, options))), flush=True)
    return 0


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _measure(folder: Path, squad: Squad, browser: Browser, options: argparse.Namespace) -> tuple[str, ...]:
    """Return cells in the order of `HEADERS`."""
    folder.mkdir(parents=True)
    records(folder, squad)
    place = planned(folder, squad, options.time_limit)
    with served(folder) as client:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        asked = {"name": "leader", "password": PASSWORD}
        home = str(client.base_url).rstrip("/")
        context.request.post(f"{home}/api/sign-in", data=asked)
        page = context.new_page()
        page.set_default_timeout(3000)
        address = home + place.removeprefix("/api")
        opening = _opened(page, address)
        unopened = page.wait_for_function(PAINTED).json_value()
        shown = min(_opened(page, address) for _ in range(3))
        page.wait_for_load_state("load")
        painted = page.wait_for_function(PAINTED).json_value()
        loaded, cards = page.evaluate(LOADED), page.locator("#grid .visit:not(.ghost)").count()
        drops = _dropped(page, client, place, options.drops)
        context.close()
    feedback = [np.percentile(drops[what], part) for what in (*WAITS, SUDDEN) for part in (50, 95)]
    figures = (painted, shown, unopened, opening, *feedback)
    return str(cards), f"{loaded / 1000:.0f}", *(f"{figure:.0f}" for figure in figures)


def _opened(page: Page, address: str) -> float:
    """Return the milliseconds until the cards are on the screen."""
    page.goto(address, wait_until="commit")
    return float(page.wait_for_function(SHOWN, polling="raf", timeout=60_000).json_value())


def _dropped(page: Page, client: httpx2.Client, place: str, count: int) -> dict[str, list[float]]:
    """Drop cards on shifts of their A or B officers, every other at once; return what was awaited, ms."""
    page.evaluate(WATCHED)
    page.wait_for_timeout(1000)
    dice, waits = Random(1), dict[str, list[float]]((what, []) for what in (*WAITS, SUDDEN))
    for _ in range(6 * count):
        sudden = len(waits[SUDDEN]) < len(waits[WAITS[0]])
        board: dict[str, Any] = client.get(f"{place}/board").json()
        card = dice.choice(board["cards"])
        community = next(each for each in board["communities"] if each["id"] == card["community"])
        lead = dice.choice([post for post in (community["a"], community["b"]) if post])
        officer = next(each for each in board["officers"] if each["id"] == lead)
        day, band = dice.choice(officer["duty"])
        if (day, band, lead) == (card["day"], card["band"], card["officers"][0]):
            continue
        try:
            slot = f'.slot[data-officer="{lead}"][data-day="{day}"][data-band="{band}"]'
            _drag(page, card["visit"], slot, sudden=sudden)
            page.wait_for_function("() => window.told > 0")
        except Error:
            page.keyboard.press("Escape")  # off the screen, or refused: not a drop to be measured
            page.mouse.up()
            continue
        for what in (SUDDEN,) if sudden else WAITS:
            waits[what].append(page.evaluate(f"window.{what}"))
        if len(waits[SUDDEN]) == count:
            break
    return waits


def _drag(page: Page, visit: str, slot: str, *, sudden: bool) -> None:
    card = page.locator(f'#grid [data-visit="{visit}"]:not(.ghost)')
    card.scroll_into_view_if_needed()
    page.mouse.move(*_middle(page, f'#grid [data-visit="{visit}"]:not(.ghost)'))
    page.mouse.down()
    page.mouse.move(10, 10, steps=3)
    page.locator(f"#grid {slot}").scroll_into_view_if_needed()
    page.mouse.move(*_middle(page, f"#grid {slot}"), steps=3)
    if not sudden:
        page.wait_for_function("() => window.proven > 0")
        page.wait_for_timeout(300)  # a hand looks before it lets go
    page.mouse.up()


def _middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    if box is None:
        raise Error("nothing there")
    return box["x"] + box["width"] / 2, box["y"] + min(10.0, box["height"] / 2)
