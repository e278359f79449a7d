"""A server for tests: records made of squads' files, an account of each kind, somebody signed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

import examples
from api.app import create_app
from api.exchange.squad_files import load_squad
from api.jobs.job import Work
from api.problems import MEDIA_TYPE
from api.records import import_squad
from api.security.accounts import add_account
from api.security.roles import Role
from api.settings import Settings
from api.storage.engine import open_store, writing
from api.worker import make_plan
from tests.api.stores import database

SHANGHAI = ZoneInfo("Asia/Shanghai")
EXAMPLE = Path(examples.__file__).parent / "jiading"
PASSWORD = "not-a-real-one"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)


class Clock:
    """A clock that tests set."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def serving(
    folder: Path,
    work: Work = make_plan,
    queue: int = 4,
    *,
    source: Path = EXAMPLE,
    clock: Callable[[], datetime] | None = None,
    https: bool = False,
) -> Iterator[TestClient]:
    """Yield a client of a server with one squad, signed in as administrator."""
    app = application(folder, work, queue, source=source, clock=clock or Clock(), https=https)
    with TestClient(app, base_url="https://testserver" if https else "http://testserver") as client:
        sign_in(client, "administrator")
        yield client


def application(
    folder: Path,
    work: Work,
    queue: int = 4,
    *,
    source: Path | None = EXAMPLE,
    clock: Callable[[], datetime],
    https: bool = False,
    administrator: bool = True,
) -> FastAPI:
    """Return a server whose records hold one squad (none where there is no source) and an administrator."""
    settings = Settings(
        data=folder / "data", jobs=folder / "jobs", queue=queue, https=https, database=database(folder / "data")
    )
    store = open_store(settings.records)
    if source is not None:
        import_squad(store, settings.data, load_squad(source), MONDAY, "test")
    if administrator:
        with writing(store) as connection:
            add_account(connection, "administrator", PASSWORD, Role.ADMINISTRATOR, None)
    store.dispose()
    return create_app(settings, work, clock)


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> dict[str, Any]:
    """Sign in; changes carry the token from then on."""
    answer = client.post("/api/sign-in", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    me: dict[str, Any] = answer.json()
    client.headers["x-csrf-token"] = me["csrf"]
    return me


def colleague(client: TestClient, role: Role, squad: str | None, subject: str | None = None) -> TestClient:
    """Return a client of the same server, signed in as somebody with another role; `client` is an administrator's."""
    name = f"{role.value}-{squad}-{subject}"
    account = {"name": name, "password": PASSWORD, "role": role.value, "squad": squad, "subject": subject}
    made = client.post("/api/accounts", json=account)
    assert made.status_code == 201, made.text
    other = TestClient(client.app)
    sign_in(other, name)
    return other


def finished(client: TestClient, place: str) -> dict[str, Any]:
    """Wait for a job and return how it stands."""
    deadline = time.monotonic() + 90
    while (job := client.get(place).json())["state"] not in {"done", "failed", "cancelled"}:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    found: dict[str, Any] = job
    return found


def problem(response: Response, status: int) -> dict[str, Any]:
    """Return the problem document of an answer."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    said: dict[str, Any] = response.json()
    assert said["status"] == status
    assert said["title"]
    return said
