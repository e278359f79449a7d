"""One line of a terminal that says how the search stands."""

from __future__ import annotations

import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from api import cli_words as words
from geo.text import Language
from planner.planning import Progress

BAR = 20
"""Signs that a progress bar is wide."""


@contextmanager
def progress_line(stream: TextIO, language: Language) -> Iterator[Callable[[Progress], None]]:
    """Hand out what to call on progress; nothing is shown where `stream` is no terminal."""
    if not stream.isatty():
        yield lambda _: None
        return
    began, widest = time.monotonic(), 0

    def tell(progress: Progress) -> None:
        nonlocal widest
        line = _line(progress, time.monotonic() - began, language)
        if _width(line) + _width(hint) + 3 < shutil.get_terminal_size().columns:
            line = f"{line} · {hint}"
        widest = max(widest, _width(line))
        stream.write(f"\r{line}{' ' * (widest - _width(line))}")
        stream.flush()

    hint = words.HOW_TO_STOP.say(language)
    widest = _width(hint)
    stream.write(f"\r{hint}")
    stream.flush()
    try:
        yield tell
    finally:
        stream.write(f"\r{' ' * widest}\r")
        stream.flush()


@contextmanager
def counted_line(stream: TextIO, language: Language, total: int) -> Iterator[Callable[[int], None]]:
    """Hand out what to call with how many weeks are done; nothing is shown where `stream` is no terminal."""
    if not stream.isatty():
        yield lambda _: None
        return

    def tell(done: int) -> None:
        filled = BAR * min(done, total) // max(1, total)
        bar = "#" * filled + "." * (BAR - filled)
        stream.write("\r" + words.SIMULATING.say(language).format(bar=bar, done=done, total=total))
        stream.flush()

    tell(0)
    try:
        yield tell
    finally:
        width = _width(words.SIMULATING.say(language).format(bar="#" * BAR, done=total, total=total))
        stream.write(f"\r{' ' * width}\r")
        stream.flush()


def _line(progress: Progress, elapsed: float, language: Language) -> str:
    best = "–" if progress.best is None else str(progress.best)
    gap = "–" if progress.gap is None else f"{progress.gap:.2%}"
    return words.SEARCHING.say(language).format(
        stage=progress.stage.say(language), best=best, bound=progress.bound, gap=gap, elapsed=f"{elapsed:.0f}"
    )


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
