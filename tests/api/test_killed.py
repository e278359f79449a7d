"""The server killed with -9 in mid-work, fifty times: nothing that it acknowledged is lost, the trail is whole."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, text

from api.settings import RECORDS
from api.storage.audit import verify
from api.storage.backup import make_backup, restore_backup
from api.storage.cases import all_cases
from api.storage.engine import open_store, reading, writing
from api.storage.plans import PlanState, add_draft, plan_states
from api.storage.sqlite import PRAGMAS
from casework.case import Stage
from tests.api.real_server import TOWN, free_port, records_of, running, signed_in
from tests.api.served import MONDAY

KILLS = 50
REPORT = {"lon": 121.241, "lat": 31.371, "channel": "public"}


@dataclass
class Acknowledged:
    """What the server said that it had kept."""

    reports: list[str] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    store = records_of(tmp_path)
    yield store
    store.dispose()


def work(client: httpx2.Client, round_: int, kept: Acknowledged, drafts: list[str]) -> None:
    """Take in, send, arrive, handle, publish, until the server is gone."""
    number = 0
    try:
        while True:
            number += 1
            key = {"Idempotency-Key": f"round-{round_}-{number}"}
            case = client.post(f"{TOWN}/reports", json=REPORT, headers=key).json()["case"]["id"]
            kept.reports.append(case)
            for step in (
                {"kind": "dispatched", "officers": ["01"]},
                {"kind": "arrived", "officer": "01", "reason": "test"},
                {"kind": "handled", "outcome": "rectified"},
            ):
                if not client.post(f"{TOWN}/cases/{case}/steps", json=step).is_success:
                    break  # an officer whose case the last kill left open is busy still
            else:
                kept.handled.append(case)
            if drafts and client.post(f"{TOWN}/plans/{drafts[0]}/state", json={"state": "published"}).is_success:
                kept.published.append(drafts.pop(0))
    except (httpx2.TransportError, KeyError):
        return


def free_everybody(store: Engine) -> None:
    """Nobody is on a case that the last kill left open: so that the next round gets to arrivals again."""
    with writing(store) as connection:
        connection.execute(text("UPDATE dispatches SET free_at = sent_at WHERE free_at IS NULL"))


def test_killed_fifty_times_the_server_loses_nothing_that_it_acknowledged(tmp_path: Path, store: Engine) -> None:
    kept, chance = Acknowledged(), random.Random(7)
    drafts = [f"draft{number:03d}" for number in range(KILLS)]
    with writing(store) as connection:
        for draft in drafts:
            folder = tmp_path / "jobs" / draft
            (folder / "out").mkdir(parents=True)
            (folder / "out" / "plan.json").write_text("{}", encoding="utf-8")
            order = '{"squad": "town", "source": "", "week": "2026-W48", "seed": 0, "time_limit": 1.0}'
            (folder / "order.json").write_text(order, encoding="utf-8")
            add_draft(connection, "town", draft, {"week": "2026-W48", "routes": []}, MONDAY)
    for round_ in range(KILLS):
        port = free_port()
        with running(tmp_path, port) as process:
            worker = threading.Thread(target=work, args=(signed_in(port), round_, kept, drafts))
            worker.start()
            before, deadline = len(kept.reports), time.monotonic() + 5
            while len(kept.reports) <= before and worker.is_alive() and time.monotonic() < deadline:
                time.sleep(0.005)  # a busy machine takes its time: each kill is to find the server at work
            time.sleep(chance.uniform(0.0, 0.28))
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            worker.join()
        free_everybody(store)
    with reading(store) as connection:
        cases = {case.id: case for case in all_cases(connection, "town")}
        states = plan_states(connection, "town")
        verdict = verify(connection)
        told = connection.execute(text("SELECT act, subject FROM audit")).all()
    assert len(kept.reports) >= KILLS
    assert kept.handled
    assert kept.published
    assert set(kept.reports) <= set(cases)
    assert all(cases[case].stage is Stage.HANDLED for case in kept.handled)
    assert all(states[plan][0] in {PlanState.PUBLISHED, PlanState.REPLACED} for plan in kept.published)
    assert sum(state is PlanState.PUBLISHED for state, _ in states.values()) == 1
    assert verdict.broken_at is None
    trail = {(act, subject) for act, subject in told}
    assert {("report taken in", case) for case in kept.reports} <= trail
    assert {("handled", case) for case in kept.handled} <= trail
    assert {("plan published", plan) for plan in kept.published} <= trail


@pytest.mark.sqlite
def test_every_connection_keeps_what_it_commits_through_a_power_cut(store: Engine) -> None:
    with reading(store) as connection:
        for name, value in PRAGMAS.items():
            found = connection.execute(text(f"PRAGMA {name}")).scalar()
            assert str(found).upper() in {value, {"ON": "1", "OFF": "0", "FULL": "2", "WAL": "WAL"}[value]}, name


def test_a_backup_taken_under_writes_restores_all_that_was_acknowledged_before(tmp_path: Path, store: Engine) -> None:
    kept: Acknowledged = Acknowledged()
    port = free_port()
    with running(tmp_path, port) as process:
        worker = threading.Thread(target=work, args=(signed_in(port), 0, kept, []))
        worker.start()
        while len(kept.reports) < 10:
            time.sleep(0.01)
        before = list(kept.reports)
        make_backup(store, tmp_path / "data", tmp_path / "backup.zip")
        process.kill()
        worker.join()
    proven, aside = restore_backup(tmp_path / "backup.zip", tmp_path / "elsewhere")
    assert aside is None
    assert proven.cases >= len(before)
    restored = open_store(tmp_path / "elsewhere" / RECORDS)
    with reading(restored) as connection:
        assert set(before) <= {case.id for case in all_cases(connection, "town")}
    restored.dispose()
