"""One attempt at an order: in a killable process of its own, within limits of time and memory."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from api.jobs.job import FAILURE, Order, Work, write_json
from api.processes import apart, modest
from api.settings import Settings

PAUSE = 0.05
"""Seconds between looks whether it is still wanted."""

ABANDONED = 70
"""The exit code of a process whose parent is gone."""


def attempted(work: Work, order: Order, folder: Path, limits: Settings, unwanted: Callable[[], bool]) -> int | None:
    """Do the work of an order; return the exit code of its process, None where it was killed.

    Parameters
    ----------
    unwanted
        Asked again and again; once it says yes the process is killed, as it is after the time that `limits` gives.
    """
    process = apart().Process(
        target=within_memory, args=(limits.memory, work, order, folder), name=f"wuzao-plan-{folder.name}", daemon=True
    )
    process.start()
    deadline = time.monotonic() + limits.wall_limit
    while process.is_alive():
        process.join(timeout=PAUSE)
        if unwanted() or time.monotonic() > deadline:
            process.kill()
            process.join()
            return None
    return process.exitcode


def within_memory(limit: int, work: Work, order: Order, folder: Path) -> None:
    """Do `work` in this process with at most `limit` bytes of memory (0: no limit), where the system can hold it to it.

    Where the solver's own code runs out of memory it aborts, and the plan has broken down (`PlanCrashedError`).
    """
    modest(limit)
    _end_with_parent()
    try:
        work(order, folder)
    except MemoryError:
        write_json(folder / FAILURE, {"kind": "too_big"})


def _end_with_parent() -> None:
    """Leave this process as soon as the one that began it is gone: its job is begun again by somebody else."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(ABANDONED)

    threading.Thread(target=watch, name="wuzao-parent", daemon=True).start()
