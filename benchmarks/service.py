"""The service under load: reads and intake at 50 requests a second while a plan is being solved, and a year's records.

One squad of 60 real communities and 24 invented officers with 100,000 violations on record. The server runs in a
process of its own, planning in another; this one asks, on the same two cores.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import numpy as np
from sqlalchemy import Engine

from api.exchange.squad_files import Loaded
from api.records import import_squad
from api.security.accounts import add_account
from api.security.roles import Role
from api.settings import RECORDS
from api.storage.cases import add_case, add_step
from api.storage.engine import open_store, writing
from api.storage.plans import Change, PlanState, add_draft, change_plan, get_plan
from benchmarks.real_squad import EXTRACT, shanghai_squad
from benchmarks.week import REAL, ROOT
from casework.calendar import SHANGHAI
from casework.case import Arrived, Channel, Dispatched, Handled, Outcome, Rechecked, Report, opened
from casework.violation import Violation, ViolationType
from examples.rosters import Size
from planner.squad import Squad

PASSWORD = "not-a-real-one"
WEEK = "2026-W48"
FIRST = date(2023, 11, 1)
TYPES = tuple(ViolationType)


def main(arguments: Sequence[str]) -> int:
    """Print what the service takes to answer, and how large a year's records are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks service", description=__doc__)
    parser.add_argument("--violations", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args(arguments)
    if not REAL.is_dir():
        print(f"{REAL.relative_to(ROOT.parent)} is not at hand: no real roads to measure on")
        return 1
    squad = replace(shanghai_squad(REAL, Size(60, 24, 24, 4), 0), roads=REAL / EXTRACT)
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        _under_load(Path(folder), squad, options)
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        _a_year(Path(folder), squad)
    return 0


def _under_load(folder: Path, squad: Squad, options: argparse.Namespace) -> None:
    began = time.monotonic()
    many = replace(squad, violations=tuple(_violations(squad, options.violations)))
    records(folder, many)
    print(f"{options.violations} violations written in {time.monotonic() - began:.1f} s")
    with served(folder) as client:
        base = f"/api/squads/{squad.id}"
        job = client.post(f"{base}/plans", json={"week": WEEK, "time_limit": 120}).json()
        reads = [
            f"{base}/cases?limit=50",
            f"{base}/communities",
            f"{base}/leave",
            f"{base}/plans/{job['id']}",
            f"{base}/renovations",
            "/api/squads",
        ]
        point = squad.communities[0].main_gate
        times = _load(
            client, options, reads, f"{base}/reports", {"lon": point.lon, "lat": point.lat, "channel": "public"}
        )
        state = client.get(f"{base}/plans/{job['id']}").json()["state"]
        client.delete(f"{base}/plans/{job['id']}")
    print(f"{options.rate:g} requests a second for {options.seconds:g} s, a plan {state} meanwhile")
    print("what | requests | failed | median ms | p95 ms | p99 ms | slowest ms")
    for what, (milliseconds, failed) in times.items():
        middle, high, higher = np.percentile(milliseconds, (50, 95, 99))
        worst = max(milliseconds)
        print(f"{what} | {len(milliseconds)} | {failed} | {middle:.1f} | {high:.1f} | {higher:.1f} | {worst:.1f}")


def _load(
    client: httpx2.Client, options: argparse.Namespace, reads: Sequence[str], intake: str, report: dict[str, Any]
) -> dict[str, tuple[list[float], int]]:
    """Ask at a fixed rate, whether or not answers come: a fifth of the requests are reports."""
    kept: dict[str, list[float]] = {"read": [], "intake": []}
    failed = {"read": 0, "intake": 0}
    lock = threading.Lock()
    begin = time.monotonic() + 0.5

    def ask(number: int) -> None:
        what = "intake" if number % 5 == 0 else "read"
        due = begin + number / options.rate
        time.sleep(max(0.0, due - time.monotonic()))
        if what == "intake":
            answer = client.post(intake, json=report, headers={"Idempotency-Key": f"benchmark-{number:06d}"})
        else:
            answer = client.get(reads[number % len(reads)])
        with lock:
            kept[what].append((time.monotonic() - due) * 1000)
            failed[what] += not answer.is_success

    _in_turn(ask, int(options.rate * options.seconds), workers=16)
    return {what: (kept[what], failed[what]) for what in kept}


def _in_turn(ask: Callable[[int], None], count: int, workers: int) -> None:
    def work(first: int) -> None:
        for number in range(first, count, workers):
            ask(number)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def served(folder: Path) -> Iterator[httpx2.Client]:
    """Yield a client of a server in a process of its own, signed in as a leader."""
    port = 8765
    code = (
        "import uvicorn; from pathlib import Path; from api.app import create_app; from api.settings import Settings; "
        f"uvicorn.run(create_app(Settings(data=Path({str(folder)!r}), jobs=Path({str(folder / 'jobs')!r}), "
        f"cache=Path({str(folder / 'cache')!r}), https=False)), port={port}, log_level='critical')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL) as server:
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _sign_in(client)
                yield client
        finally:
            server.terminate()


def _sign_in(client: httpx2.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            me = client.post("/api/sign-in", json={"name": "leader", "password": PASSWORD}).json()
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            client.headers["x-csrf-token"] = me["csrf"]
            return


def records(folder: Path, squad: Squad) -> None:
    """Write a squad with its leader into new records."""
    store = open_store(folder / RECORDS)
    import_squad(store, folder, Loaded(squad, ()), datetime.now(SHANGHAI), "benchmark")
    with writing(store) as connection:
        add_account(connection, "leader", PASSWORD, Role.LEADER, squad.id)
    store.dispose()


def _violations(squad: Squad, count: int) -> Iterator[Violation]:
    """Yield handled and re-checked violations of three years, invented."""
    rng = Random(1)
    for number in range(count):
        community = squad.communities[number % len(squad.communities)]
        found = FIRST + timedelta(days=number * 1000 // count)
        yield Violation(
            id=f"V{number:06d}",
            type=TYPES[rng.randrange(len(TYPES))],
            lon=community.main_gate.lon,
            lat=community.main_gate.lat,
            found_on=found,
            community_id=community.id,
            handled_on=found + timedelta(days=3),
            rechecked_on=found + timedelta(days=10),
            building=f"{rng.randrange(1, 30)} 幢 {rng.randrange(101, 2699)}",
            note="虚构",
        )


def _a_year(folder: Path, squad: Squad) -> None:
    store = open_store(folder / RECORDS)
    begin = datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI)
    import_squad(store, folder, Loaded(squad, ()), begin, "benchmark")
    year_of(store, squad, begin)
    store.dispose()
    size = sum(file.stat().st_size for file in folder.glob(f"{RECORDS}*"))
    print(f"a year: 3,120 cases with their steps, 52 weeks of 6 plans each: {size / 1e6:.1f} MB")


def year_of(store: Engine, squad: Squad, begin: datetime) -> None:
    """Write what a squad does in a year: 60 cases a week with all steps, and each week's plan with five changes."""
    rng = Random(2)
    document = _document(squad, rng)
    for week in range(52):
        with writing(store) as connection:
            for number in range(60):
                told = begin + timedelta(weeks=week, minutes=60 * number)
                place = squad.communities[rng.randrange(len(squad.communities))]
                report = Report(
                    f"{week:02d}-{number:03d}", Channel.PUBLIC, place.main_gate.lon, place.main_gate.lat, told
                )
                kept = add_case(connection, squad.id, opened(report.id, report, told + timedelta(hours=2)), told)
                officer = squad.officers[number % len(squad.officers)].id
                for step in (
                    Dispatched(told, (officer,)),
                    Arrived(told + timedelta(minutes=30), officer),
                    Handled(told + timedelta(minutes=55), Outcome.RECTIFIED, TYPES[number % len(TYPES)]),
                    Rechecked(told + timedelta(days=7), passed=True),
                ):
                    kept = add_step(connection, squad.id, kept, step, by="benchmark", recorded_at=step.at)
            for change in range(6):
                at = begin + timedelta(weeks=week, days=change)
                plan_id = f"{week:02d}-{change}"
                add_draft(connection, squad.id, plan_id, {**document, "week": f"2026-W{week + 1:02d}"}, at)
                kept_plan = get_plan(connection, squad.id, plan_id)
                change_plan(connection, squad.id, kept_plan, Change(at, "benchmark", state=PlanState.PUBLISHED))


def _document(squad: Squad, rng: Random) -> dict[str, Any]:
    """Return something of a plan document's length whose numbers do not repeat."""
    names = [community.name for community in squad.communities]
    stops = [
        {
            "visit": f"joint-{rng.randrange(10**6)}",
            "community": {"id": f"c{n % 60:03d}", "name": names[n % len(names)]},
            "begin": f"2026-11-{23 + n % 7}T{8 + n % 12:02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}+08:00",
            "end": f"2026-11-{23 + n % 7}T{9 + n % 12:02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}+08:00",
            "path": [[round(121 + rng.random(), 6), round(31 + rng.random(), 6)] for _ in range(60)],
        }
        for n in range(180)
    ]
    return {"schema": "wuzao-plan/1", "routes": [{"stops": stops}]}
