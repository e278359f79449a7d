"""Headless Chromium without a network: opens a page from disk and remembers whatever went wrong on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Route, sync_playwright

PHONE = (390, 844)
DESKTOP = (1440, 900)
THE_DAY_BEFORE = "2026-11-20T18:00:00+08:00"
"""What the page takes for now: the Friday before the week of the samples, whenever the tests run."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass(slots=True)
class Trouble:
    """What a page asked for or complained about.

    Attributes
    ----------
    requests
        Addresses asked for beside the page itself; each was refused.
    errors
        Console errors and warnings, uncaught exceptions, content-security reports, dialogs.
    """

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.requests or self.errors)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a headless browser; Debian's own, where there is one."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-gpu-rasterization"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, file: Path, size: tuple[int, int] = DESKTOP, *, touch: bool = False
) -> Iterator[tuple[Page, Trouble]]:
    """Yield a page opened from disk with every other request refused, and the trouble it gets into."""
    trouble = Trouble()
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, has_touch=touch, is_mobile=touch, locale="zh-CN"
    )
    context.clock.set_fixed_time(THE_DAY_BEFORE)
    page = context.new_page()
    address = file.resolve().as_uri()

    def refuse(route: Route) -> None:
        if route.request.url.split("#")[0] == address:
            route.continue_()
        else:
            trouble.requests.append(route.request.url)
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        # leaflet.heat reads its canvas more than once, on which Chromium has advice about speed
        advice = message.text.startswith("Canvas2D: Multiple readback")
        if message.type in {"error", "warning"} and not advice:
            trouble.errors.append(message.text)

    def dismiss(dialog: Dialog) -> None:
        trouble.errors.append(f"dialog {dialog.message}")
        dialog.dismiss()

    context.route("**/*", refuse)
    page.on("console", listen)
    page.on("pageerror", lambda error: trouble.errors.append(str(error)))
    page.on("dialog", dismiss)
    try:
        page.goto(address)
        page.wait_for_load_state("load")
        page.wait_for_timeout(150)
        yield page, trouble
    finally:
        context.close()
