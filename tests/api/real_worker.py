"""A worker in a process of its own, as `wuzao worker` is one: to be killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from api.jobs.job import Work
from api.jobs.queue import Pace
from api.jobs.shared import SharedBoard
from api.settings import Settings
from api.storage.engine import connect
from casework.calendar import SHANGHAI
from tests.api.stores import database

QUICK = Pace(heartbeat=0.3, lost=1.2)


def settings_of(folder: Path, database_at: str | None = None, **more: float) -> Settings:
    """Return the settings of a server or worker of the records of a folder, which makes no plans by itself."""
    return Settings(
        data=folder / "data",
        jobs=folder / "jobs",
        queue=int(more.get("queue", 100)),
        database=database_at or database(folder / "data"),
        memory=0,
        makes_plans=False,
    )


def now() -> datetime:
    return datetime.now(SHANGHAI)


def work_at(folder: Path, work: Work, address: str | None = None) -> None:
    """Make plans; to be killed, or ended with SIGTERM."""
    settings = settings_of(folder, address)
    store = connect(settings.records)
    maker, taker = SharedBoard(settings, work, store, now, QUICK).worker()

    def stop(*_: object) -> None:
        taker.stop()
        threading.Timer(0.2, maker.leave).start()

    signal.signal(signal.SIGTERM, stop)
    taker.run()
    store.dispose()


@contextmanager
def worker(folder: Path, work: Work, address: str | None = None) -> Iterator[ForkServerProcess]:
    """Yield a worker."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.api.real_worker"])
    process = context.Process(target=work_at, args=(folder, work, address))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def killed(process: ForkServerProcess) -> None:
    """Kill a worker as a power cut would, with whatever it was doing."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def until(found: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until a question is answered with yes."""
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
