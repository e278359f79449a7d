"""A year's records of every squad of a bureau, and how soon its service answers reads over them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import httpx2
import numpy as np
from sqlalchemy import Engine, Insert, Table, literal, select, text

from api.security.accounts import add_account
from api.security.roles import Role
from api.settings import MIB, Settings
from api.storage.case_tables import CASE_STEPS, CASES, DISPATCHES, PLAN_HISTORY, PLANS
from api.storage.engine import connect, writing
from benchmarks.service import PASSWORD, year_of
from casework.calendar import SHANGHAI
from planner.squad import Squad

PORT = 8766
PROCESSES = 2
AT_ONCE = 2
"""So many ask, each as soon as it has been answered."""

COPIED = (CASES, CASE_STEPS, DISPATCHES, PLANS, PLAN_HISTORY)
"""What a year of one squad is copied from, for all others."""


def a_year(store: Engine, squads: Sequence[Squad]) -> None:
    """Write a year's cases and plans of the first squad, and the same for every other."""
    began = time.monotonic()
    first, *others = squads
    year_of(store, first, datetime(2026, 1, 5, 9, 0, tzinfo=SHANGHAI))
    for squad in others:
        with writing(store) as connection:
            for table in COPIED:
                connection.execute(_copied(table, first.id, squad.id))
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    print(
        f"a year of {len(squads)} squads: {size / MIB:.0f} MiB, {time.monotonic() - began:.0f} s to write", flush=True
    )


def _copied(table: Table, source: str, target: str) -> Insert:
    """Return what copies a squad's rows for another; rows that are only numbered get numbers of their own."""
    counted = {key.name for key in table.primary_key} == {"number"}
    columns = [column for column in table.c if not (counted and column.name == "number") and column.computed is None]
    values = [literal(target) if column.name == "squad_id" else column for column in columns]
    return table.insert().from_select([c.name for c in columns], select(*values).where(table.c.squad_id == source))


def reads(settings: Settings, squads: Sequence[Squad], count: int) -> None:
    """Ask for this and that of any squad, and print how soon it is answered."""
    with _served(settings) as client:
        dice = Random(3)
        asked = [_address(dice, squads) for _ in range(count)]

        def ask(address: str) -> float:
            began = time.perf_counter()
            client.get(address).raise_for_status()
            return (time.perf_counter() - began) * 1000

        with ThreadPoolExecutor(AT_ONCE) as pool:
            took = list(pool.map(ask, asked))
    kinds: dict[str, list[float]] = {}
    for address, each in zip(asked, took, strict=True):
        kinds.setdefault(address.partition("?")[0].split("/", 4)[4], []).append(each)
    print("reads | requests | median ms | p95 ms | slowest ms")
    for kind, times in (*sorted(kinds.items()), ("all", took)):
        middle, high = np.percentile(times, (50, 95))
        print(f"{kind} | {len(times)} | {middle:.1f} | {high:.1f} | {max(times):.1f}")


def _address(dice: Random, squads: Sequence[Squad]) -> str:
    base = f"/api/squads/{dice.choice(squads).id}"
    what = ("cases?limit=50", "communities", "leave", "renovations", "plans", "published/2026-W48", "visits/acts")
    return f"{base}/{dice.choice(what)}"


@contextmanager
def _served(settings: Settings) -> Iterator[httpx2.Client]:
    """Yield a client of `wuzao serve` in several processes, signed in as the bureau's administrator."""
    store = connect(settings.records)
    with writing(store) as connection:
        add_account(connection, "bureau", PASSWORD, Role.ADMINISTRATOR, None)
    store.dispose()
    environ = {**os.environ, "DATABASE_URL": settings.records, "WUZAO_DATA": str(settings.data)}
    asked = ["serve", "--port", str(PORT), "--processes", str(PROCESSES)]
    command = [sys.executable, "-c", f"from api.cli import main; raise SystemExit(main({asked!r}))"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as client:
                _sign_in(client)
                yield client
        finally:
            server.terminate()


def _sign_in(client: httpx2.Client) -> None:
    until = time.monotonic() + timedelta(minutes=2).total_seconds()
    while time.monotonic() < until:
        try:
            client.post("/api/sign-in", json={"name": "bureau", "password": PASSWORD}).raise_for_status()
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
