"""The database restarted in mid-day: who asks meanwhile is told so, and nothing that was acknowledged is lost."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import make_url

from api.app import create_app
from api.commands import plan_loaded
from api.exchange.squad_files import Loaded, load_squad
from api.jobs.job import STOP, Order, State
from api.jobs.shared import SharedBoard
from api.settings import Settings
from api.storage.engine import connect, reading
from api.storage.plans import plan_head
from api.worker import keep_draft
from planner.week import Week
from tests.api import fake_work
from tests.api.real_server import free_port, records_of
from tests.api.real_worker import now, settings_of, until, worker
from tests.api.served import Clock, problem, sign_in
from tests.api.stores import database
from tests.api.test_jobs import enlist

pytestmark = pytest.mark.postgres

REPORTS = "/api/squads/town/reports"
PLAN = "0123456789abcdef"
REPORT = {"lon": 121.241, "lat": 31.371, "channel": "public"}


class Line:
    """A line to the database that can be cut: what runs is broken off, and nobody gets through until it is mended."""

    def __init__(self, host: str, port: int) -> None:
        self._to, self.port = (host, port), free_port()
        self._open: set[socket.socket] = set()
        self._door: socket.socket | None = None

    def mend(self) -> None:
        """Let calls through."""
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._answer, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        """Break off whatever runs."""
        assert self._door is not None
        for one in (self._door, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _answer(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                caller = door.accept()[0]
                called = socket.create_connection(self._to)
                self._open |= {caller, called}
                threading.Thread(target=_carry, args=(caller, called), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while True:
            for ready in select.select([one, other], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                (other if ready is one else one).sendall(data)


def reached(folder: Path) -> tuple[Line, str]:
    """Return a line to the records with the town, and their address by that line."""
    records_of(folder).dispose()
    address = database(folder / "data")
    assert address is not None
    url = make_url(address)
    line = Line(url.host or "", url.port or 5432)
    return line, url.set(port=line.port).render_as_string(hide_password=False)


@contextmanager
def served(folder: Path) -> Iterator[tuple[TestClient, Line]]:
    """Yield a client of a server that reaches the town's records by a line."""
    line, through = reached(folder)
    line.mend()
    settings = Settings(data=folder / "data", jobs=folder / "jobs", https=False, database=through)
    with TestClient(create_app(settings, fake_work.quick, Clock())) as client:
        sign_in(client, "leader")
        yield client, line


def test_who_asks_while_the_database_is_away_is_told_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    with served(tmp_path) as (client, line):
        kept = [client.post(REPORTS, json=REPORT, headers={"Idempotency-Key": f"before-{n}"}).json() for n in range(3)]
        line.cut()
        for answer in (
            client.get("/api/squads/town/cases"),
            client.post(REPORTS, json=REPORT, headers={"Idempotency-Key": "meanwhile"}),
        ):
            said = problem(answer, 503)
            assert "数据库没有回应" in said["detail"]
            assert answer.headers["retry-after"] == "5"
        assert client.get("/health").status_code == 200
        line.mend()
        again = client.post(REPORTS, json=REPORT, headers={"Idempotency-Key": "meanwhile"})
        assert again.status_code == 201
        found = {case["id"] for case in client.get("/api/squads/town/cases").json()["cases"]}
        assert found == {one["case"]["id"] for one in (*kept, again.json())}


def test_a_connection_that_broke_while_nobody_used_it_is_not_noticed(tmp_path: Path) -> None:
    with served(tmp_path) as (client, line):
        assert client.get("/api/squads/town/cases").status_code == 200
        line.cut()
        line.mend()
        assert client.get("/api/squads/town/cases").status_code == 200


def test_a_plan_that_is_done_while_the_database_is_away_is_kept_as_soon_as_it_is_back(tmp_path: Path) -> None:
    line, through = reached(tmp_path)
    loaded, week = Loaded(load_squad(tmp_path / "town").squad, ()), Week.parse("2026-W48")
    planned = plan_loaded(loaded, week, seed=0, time_limit=0.5, cache=None)
    order = Order("town", through, "2026-W48", 0, 0.5)
    keeping = threading.Thread(target=keep_draft, args=(order, PLAN, planned))
    keeping.start()
    keeping.join(1.5)
    assert keeping.is_alive(), "it waits"
    line.mend()
    keeping.join(30)
    store = connect(through)
    with reading(store) as connection:
        assert plan_head(connection, "town", PLAN).version == 1
    store.dispose()


def test_a_worker_waits_for_the_database_keeps_its_plan_and_takes_the_next_by_itself(tmp_path: Path) -> None:
    line, through = reached(tmp_path)
    store = connect(database(tmp_path / "data") or "")
    enlist(store, "甲")
    board = SharedBoard(settings_of(tmp_path), fake_work.quick, store, now)
    first = board.submit(Order("town", "", "2026-W48", 0, 0.5))
    line.mend()
    with worker(tmp_path, fake_work.until_stopped, through):
        until((tmp_path / "jobs" / first.id).is_dir)
        line.cut()
        (tmp_path / "jobs" / first.id / STOP).touch()  # it is finished while nobody can be told
        until(lambda: not (tmp_path / "jobs" / first.id).exists())
        assert board.get(first.id).state is State.PLANNING
        line.mend()
        until(lambda: board.get(first.id).state is State.DONE, 60)
        second = board.submit(Order("甲", "", "2026-W48", 0, 0.5))
        until(lambda: board.get(second.id).state is State.PLANNING, 60)
        board.stop_early(second.id)
        until(lambda: board.get(second.id).state is State.DONE)
    assert board.get(first.id).tries == 1
    store.dispose()
    line.cut()
