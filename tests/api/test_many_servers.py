"""Several server processes behind one address: sessions, progress and boards are right on all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.cli import main
from api.worker import make_plan
from tests.api.real_server import TOWN, free_port, records_of, signed_in
from tests.api.real_worker import worker
from tests.api.stores import database

pytestmark = pytest.mark.postgres

ASKS = 24
"""Requests, each by a line of its own: the system deals lines out between the processes."""


@contextmanager
def served(folder: Path, processes: int) -> Iterator[httpx2.Client]:
    """Yield a client of `wuzao serve` with several processes."""
    records_of(folder).dispose()
    port = free_port()
    environ = {
        **os.environ,
        "DATABASE_URL": database(folder / "data") or "",
        "WUZAO_DATA": str(folder / "data"),
        "WUZAO_JOBS": str(folder / "jobs"),
        "WUZAO_CACHE": str(folder / "cache"),
    }
    asked = ["serve", "--port", str(port), "--processes", str(processes), "--lang", "en"]
    program = f"from api.cli import main; raise SystemExit(main({asked!r}))"
    with subprocess.Popen([sys.executable, "-c", program], env=environ, stdout=subprocess.PIPE, text=True) as server:
        try:
            client = signed_in(port)
            yield client
            client.close()
        finally:
            server.terminate()
            said = server.communicate(timeout=30)[0]
    assert "run `wuzao worker` as well" in said


def each_by_its_own_line(client: httpx2.Client, method: str, path: str, **more: Any) -> list[httpx2.Response]:
    """Ask the same again and again, four at a time."""
    headers = {**client.headers, "connection": "close"} | more.pop("headers", {})

    def ask(_: int) -> httpx2.Response:
        with httpx2.Client(base_url=client.base_url, cookies=client.cookies, headers=headers) as one:
            return one.request(method, path, timeout=60, **more)

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(ask, range(ASKS)))


def test_several_server_processes_answer_as_one(tmp_path: Path) -> None:
    with served(tmp_path, 2) as client, worker(tmp_path, make_plan):
        assert {answer.json()["name"] for answer in each_by_its_own_line(client, "GET", "/api/me")} == {"leader"}

        ordered = each_by_its_own_line(client, "POST", f"{TOWN}/plans", json={"week": "2026-W48", "time_limit": 0.5})
        assert sorted(answer.status_code for answer in ordered) == [202] + [409] * (ASKS - 1)
        place = next(answer.json()["links"]["self"] for answer in ordered if answer.status_code == 202)
        with client.stream("GET", f"{place}/events", timeout=90) as events:
            told = [line for line in events.iter_lines() if line]
        assert '"state": "done"' in told[-1]
        assert {answer.json()["state"] for answer in each_by_its_own_line(client, "GET", place)} == {"done"}

        board = client.get(f"{place}/board").json()
        pin = {"moves": [{"visit": board["cards"][0]["visit"], "pin": True}]}
        guarded = {"If-Match": f'"{board["version"]}"'}
        changed = [
            answer.status_code
            for answer in each_by_its_own_line(client, "POST", f"{place}/moves", json=pin, headers=guarded)
        ]
        assert sorted(changed) == [200] + [412] * (ASKS - 1)
        boards = [answer.json() for answer in each_by_its_own_line(client, "GET", f"{place}/board")]
        assert {one["version"] for one in boards} == {board["version"] + 1}
        assert all(one["cards"][0]["pinned"] for one in boards)


def test_several_processes_on_one_file_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DATABASE_URL", raising=False)
        patched.setenv("WUZAO_DATA", str(tmp_path))
        assert main(["serve", "--processes", "2", "--lang", "en"]) == 2
        assert main(["worker", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "Several processes need PostgreSQL: set DATABASE_URL" in said
    assert "`wuzao serve` makes plans itself" in said
