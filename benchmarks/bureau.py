"""A bureau of 220 squads over PostgreSQL: plans of a week by one worker and by two, and reads over a year's records.

Asks for a database: ``scripts/test-postgres python -m benchmarks bureau``. Squads, people and records are invented.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, select

from api.exchange.squad_files import Loaded
from api.jobs.job import Order, State
from api.jobs.shared import SharedBoard
from api.records import import_squad
from api.settings import MIB, Settings
from api.storage.engine import open_store, reading
from api.storage.job_tables import JOBS
from api.worker import make_plan
from benchmarks.bureau_reads import a_year, reads
from benchmarks.squads.made import BINDING, seeded_squad
from casework.calendar import SHANGHAI
from planner.squad import Squad

WEEK = "2026-W48"
EVENING = 4.0
"""Hours from Friday 18:00 on that the city's planning may take."""

CITY = 220


def main(arguments: Sequence[str]) -> int:
    """Print how many squads an hour are planned, how well, in how much memory, and how soon reads are answered."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks bureau", description=__doc__)
    parser.add_argument("--squads", type=int, default=CITY)
    parser.add_argument("--alone", type=int, default=40, help="of them, planned by one worker and then by two")
    parser.add_argument("--time-limit", type=float, default=50.0, help="work limit of each plan, deterministic seconds")
    parser.add_argument("--reads", type=int, default=2000, help="0: none, and no year's records")
    parser.add_argument("--no-plans", action="store_true", help="only the year's records and reads")
    options = parser.parse_args(arguments)
    address = os.environ.get("WUZAO_TEST_DATABASE")
    if address is None:
        print("no database: scripts/test-postgres python -m benchmarks bureau", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        settings = Settings(
            data=Path(folder), jobs=Path(folder) / "jobs", cache=Path(folder) / "cache",
            queue=CITY, https=False, database=address, makes_plans=False,
        )  # fmt: skip
        store = open_store(settings.records)
        made = _squads(store, settings, options.squads)
        if not options.no_plans:
            _planned(store, settings, made, options)
        if options.reads:
            a_year(store, made)
            reads(settings, made, options.reads)
        store.dispose()
    return 0


def city(count: int) -> Iterator[Squad]:
    """Yield squads: 220 of them have 13,000 communities and 5,000 officers."""
    for number in range(count):
        officers, communities = (24 if number % 11 < 4 else 22), (60 if number % 11 == 0 else 59)
        density = replace(BINDING["60x24"], peak=officers, seed=number + 1)
        squad = seeded_squad(f"{communities}x{officers}", density)
        yield replace(squad, id=f"s{number:03d}", name=f"虚构{number:03d}中队")


def _squads(store: Engine, settings: Settings, count: int) -> list[Squad]:
    began, made = time.monotonic(), []
    for squad in city(count):
        import_squad(store, settings.data, Loaded(squad, ()), datetime.now(SHANGHAI), "benchmark")
        made.append(squad)
    communities, officers = (sum(len(getattr(one, part)) for one in made) for part in ("communities", "officers"))
    took = time.monotonic() - began
    print(f"{count} squads, {communities} communities, {officers} officers written in {took:.0f} s", flush=True)
    return made


def _planned(store: Engine, settings: Settings, squads: Sequence[Squad], options: argparse.Namespace) -> None:
    """Have the first squads planned by one worker and then, anew, by two; and the others by two."""
    board = SharedBoard(settings, make_plan, store, lambda: datetime.now(SHANGHAI))
    print("workers | squads | squads an hour | mean gap | largest gap | left out | MB a worker", flush=True)
    sample, others = squads[: options.alone], squads[options.alone :]
    runs = [_Run(count, share, options.time_limit) for count, share in ((1, sample), (2, sample), (2, others)) if share]
    tables = [_by_workers(run, board, store, settings) for run in runs]
    if len(tables) > 1:
        print(f"two workers: {tables[1].rate / tables[0].rate:.2f} times one, on the same squads")
    gaps = [job.gap for table in (tables[0], *tables[2:]) for job in table.made]
    needed = math.ceil(CITY / EVENING / (tables[-1].rate / runs[-1].workers))
    print(f"{len(gaps)} squads: mean gap {np.mean(gaps):.2%}; {needed} workers for {CITY} squads in {EVENING:g} hours")


@dataclass(frozen=True, slots=True)
class _Run:
    workers: int
    squads: Sequence[Squad]
    time_limit: float


@dataclass(frozen=True, slots=True)
class _Table:
    """Squads planned an hour, and what came of each."""

    rate: float
    made: Sequence[_Made]


def _by_workers(run: _Run, board: SharedBoard, store: Engine, settings: Settings) -> _Table:
    """Plan squads' weeks, and print a line of the table."""
    orders = (Order(squad.id, "", WEEK, 0, run.time_limit, scheduled=True) for squad in run.squads)
    asked = [board.submit(order).id for order in orders]
    with _workers(run.workers, settings) as memory:
        while not any(job.changed for job in _jobs(store, asked)):
            time.sleep(0.1)
        began = time.monotonic()
        while any(job.state not in {State.DONE, State.FAILED} for job in _jobs(store, asked)):
            time.sleep(2.0)
        took = time.monotonic() - began
    done = [job for job in _jobs(store, asked) if job.state == State.DONE]
    gaps = [job.gap for job in done]
    rate = len(done) / took * 3600
    cells = (
        str(run.workers), f"{len(done)}/{len(asked)}", f"{rate:.0f}", f"{np.mean(gaps):.2%}", f"{max(gaps):.2%}",
        str(sum(job.missed for job in done)), f"{max(memory.most.values()) / MIB:.0f}",
    )  # fmt: skip
    print(" | ".join(cells), flush=True)
    return _Table(rate, done)


@dataclass(frozen=True, slots=True)
class _Made:
    state: str
    changed: bool
    gap: float
    missed: int


def _jobs(store: Engine, asked: Sequence[str]) -> list[_Made]:
    with reading(store) as connection:
        wanted = select(JOBS.c.state, JOBS.c.tries, JOBS.c.progress).where(JOBS.c.id.in_(asked))
        rows = connection.execute(wanted).all()
    return [
        _Made(
            row.state,
            row.tries > 0,
            (row.progress["best"] - row.progress["bound"]) / max(1, row.progress["best"]) if row.state == "done" else 0,
            row.progress.get("missed") or 0,
        )
        for row in rows
    ]


@dataclass(slots=True)
class _Memory:
    """The most that each worker has taken, with the processes that plan for it, in bytes."""

    most: dict[int, int] = field(default_factory=dict)


@contextmanager
def _workers(count: int, settings: Settings) -> Iterator[_Memory]:
    """Run `wuzao worker` so many times."""
    environ = {
        **os.environ,
        "DATABASE_URL": settings.records,
        "WUZAO_DATA": str(settings.data),
        "WUZAO_CACHE": str(settings.cache),
    }
    program = "from api.cli import main; raise SystemExit(main(['worker']))"
    memory, stopped = _Memory(), threading.Event()
    workers = []
    for number in range(count):
        own = {**environ, "WUZAO_JOBS": str(settings.jobs / str(number))}
        command = [sys.executable, "-c", program]
        worker = subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if hasattr(os, "sched_setaffinity"):  # one core each, as they are to be run: what it begins stays there too
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(worker.pid, {cores[number % len(cores)]})
        workers.append(worker)

    def look() -> None:
        while not stopped.wait(2.0):
            for worker in workers:
                memory.most[worker.pid] = max(memory.most.get(worker.pid, 0), _tree(worker.pid))

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    try:
        yield memory
    finally:
        stopped.set()
        watching.join()
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()


def _tree(pid: int) -> int:
    """Return the bytes that a process and its children take, what they share counted once (Linux)."""
    try:
        taken = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        threads = [path for path in Path(f"/proc/{pid}/task").iterdir() if path.name != str(pid)]
        for thread in threads:
            children += (thread / "children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    share = next(int(line.split()[1]) for line in taken.splitlines() if line.startswith("Pss:"))
    return share * 1024 + sum(_tree(int(child)) for child in children)
