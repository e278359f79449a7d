"""Ctrl-C while something long is done: the first time it is asked to stop early, the second time it is given up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

GIVEN_UP_WITHIN = 2.0
"""Seconds on the clock to leave the solver's own code behind, which must not be torn down under way."""


def until_ctrl_c(work: Callable[[Callable[[], bool]], T], asked: Callable[[], None]) -> T:
    """Return ``work(stop)``, where `stop` says yes from the first Ctrl-C on.

    The work has a thread of its own, for Python hears a Ctrl-C only in the main thread and only between two of its own
    instructions: never while the solver works.

    Parameters
    ----------
    asked
        Called at the first Ctrl-C.

    Raises
    ------
    KeyboardInterrupt
        At the second one.
    """
    asking = threading.Event()
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(asking.is_set))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            failures.append(error)

    def hear(_number: int, _frame: FrameType | None) -> None:
        if asking.is_set():
            raise KeyboardInterrupt
        asking.set()
        asked()

    worker = threading.Thread(target=run, name="wuzao-work", daemon=True)
    before = signal.signal(signal.SIGINT, hear) if threading.current_thread() is threading.main_thread() else None
    try:
        worker.start()
        while worker.is_alive():
            worker.join(0.1)  # without a limit Windows would not hear Ctrl-C
    except KeyboardInterrupt:
        worker.join(GIVEN_UP_WITHIN)
        raise
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
    if failures:
        raise failures[0]
    return results[0]
