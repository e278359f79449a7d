"""Whether a page looks and reads right, as far as a program can tell: nothing cut, nothing over another, one language.

Every page's test calls `looks_right`; a person looks at the screenshots all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.api.pages.stage import WIDTHS

CHINESE = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
SAID_IN_BOTH = {
    *("English", "Excel", "KML", "GPX", "GeoJSON", "CSV", "xlsx", "ICS", "PDF"),
    *("OpenStreetMap", "Leaflet", "wuzao", ".osm.pbf"),
}
"""Latin words that a Chinese page may show: names of things."""

MEASURED = r"""
() => {
  const found = [];
  const said = (node) => (node.innerText || node.textContent || "").trim().slice(0, 40);
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth + 1) {
    found.push(`the page is ${root.scrollWidth} px wide`);
  }
  const seen = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const floating = (node) => {
    for (let up = node; up; up = up.parentElement) {
      if (up.tagName === "DIALOG") return true;
      if (["fixed", "absolute", "sticky"].includes(getComputedStyle(up).position)) return true;
    }
    return false;
  };
  const clipped = (box, node) => {
    const kept = { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
    for (let up = node; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX !== "visible" || style.overflowY !== "visible") {
        const edge = up.getBoundingClientRect();
        kept.left = Math.max(kept.left, edge.left); kept.right = Math.min(kept.right, edge.right);
        kept.top = Math.max(kept.top, edge.top); kept.bottom = Math.min(kept.bottom, edge.bottom);
      }
    }
    return kept;
  };
  const boxes = [];
  for (const node of document.body.querySelectorAll("*")) {
    if (!seen(node) || node.closest("[data-may-overlap], svg, select, option, .skip")) continue;
    const style = getComputedStyle(node);
    const hides = ["hidden", "clip"].includes(style.overflowX);
    if (hides && node.scrollWidth > node.clientWidth + 1 && said(node) && !node.title && !node.closest("[title]")) {
      found.push(`cut: ${said(node)}`);
    }
    const cutDown = ["hidden", "clip"].includes(style.overflowY) && node.scrollHeight > node.clientHeight + 2;
    if (cutDown && said(node) && !node.title && !node.closest("[title]")) {
      found.push(`cut below: ${said(node)}`);
    }
    if (floating(node)) continue;
    for (const child of node.childNodes) {
      if (child.nodeType !== Node.TEXT_NODE || !child.textContent.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(child);
      for (const line of range.getClientRects()) {
        const box = clipped(line, node);
        const text = child.textContent.trim().slice(0, 30);
        if (box.right - box.left > 2 && box.bottom - box.top > 2) boxes.push([box, node, text]);
      }
    }
  }
  boxes.sort((one, other) => one[0].top - other[0].top);
  for (let first = 0; first < boxes.length; first += 1) {
    const [box, node, text] = boxes[first];
    for (let second = first + 1; second < boxes.length && boxes[second][0].top < box.bottom - 4; second += 1) {
      const [under, below, other] = boxes[second];
      if (node === below || node.contains(below) || below.contains(node)) continue;
      const across = Math.min(box.right, under.right) - Math.max(box.left, under.left);
      const down = Math.min(box.bottom, under.bottom) - Math.max(box.top, under.top);
      if (across > 3 && down > 5) found.push(`over each other: ${text} | ${other}`);
    }
  }
  return [...new Set(found)].slice(0, 20);
}
"""

SAID = r"""
() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const inside = node.parentElement;
    if (inside.closest("script, style, [data-typed]")) continue;
    if (inside.closest("[lang]") !== document.documentElement) continue;
    found.push(node.textContent.trim());
  }
  for (const node of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (node.closest("[data-typed]") || node.closest("[lang]") !== document.documentElement) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(node.getAttribute(name) || "");
  }
  found.push(document.title);
  return found.filter(Boolean);
}
"""


def looks_right(page: Page, typed: Sequence[str] = ()) -> None:
    """Fail where something is cut, lies over something else, is in the wrong language or cannot be used by everybody.

    Parameters
    ----------
    typed
        What people typed (names, notes), which stays in the language they typed it in; elements may also say so
        themselves by ``data-typed``.

    Notes
    -----
    axe-core, which takes its time, looks pages through at a desk in both languages and on a telephone in Chinese: there
    is nothing else on them at a tablet's width, or on a telephone in English.
    """
    found = [*page.evaluate(MEASURED), *untranslated(page, typed)]
    across = page.evaluate("innerWidth")
    if across == WIDTHS["desk"][0] or (across == WIDTHS["phone"][0] and page.get_attribute("html", "lang") == "zh-CN"):
        found += inaccessible(page)
    assert found == [], found


def untranslated(page: Page, typed: Sequence[str] = ()) -> list[str]:
    """Return visible strings in another language than the page's."""
    english = str(page.get_attribute("html", "lang")).startswith("en")
    found = []
    for said in page.evaluate(SAID):
        left = str(said)
        for own in sorted({*typed, *SAID_IN_BOTH}, key=len, reverse=True):
            left = left.replace(own, " ")
        if (CHINESE if english else LATIN_WORD).search(left):
            found.append(str(said))
    return found


def inaccessible(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or critical.

    Frames are left out: axe-core would write to a sandboxed one under our origin, of which the console complains.
    """
    asked = {"iframes": False, "resultTypes": ["violations"]}  # what passes is not told one by one, which takes long
    answer: dict[str, Any] = Axe().run(page, options=asked).response
    return [
        f"{one['impact']} {one['id']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in answer["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
