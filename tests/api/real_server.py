"""A server in a process of its own, started in no time, with a small town and its leader: to be killed and attacked."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx2
import uvicorn
from sqlalchemy import Engine

from api.app import create_app
from api.exchange.squad_files import load_squad
from api.records import import_squad
from api.security.accounts import add_account
from api.security.roles import Role
from api.settings import Settings
from api.storage.engine import open_store, writing
from tests.api import fake_work
from tests.api.served import MONDAY, PASSWORD, Clock
from tests.api.stores import database, records
from tests.town import write_town

TOWN = "/api/squads/town"


def records_of(folder: Path) -> Engine:
    """Return records with the town and its leader."""
    store = open_store(records(folder / "data"))
    import_squad(store, folder / "data", load_squad(write_town(folder / "town")), MONDAY, "test")
    with writing(store) as connection:
        add_account(connection, "leader", PASSWORD, Role.LEADER, "town")
    return store


def serve(folder: Path, port: int) -> None:
    """Run the server; to be killed."""
    settings = Settings(data=folder / "data", jobs=folder / "jobs", https=False, database=database(folder / "data"))
    uvicorn.run(create_app(settings, fake_work.quick, Clock()), port=port, log_level="critical")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(folder: Path, port: int) -> Iterator[ForkServerProcess]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.api.real_server"])
    process = context.Process(target=serve, args=(folder, port))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def signed_in(port: int) -> httpx2.Client:
    client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)
    deadline = time.monotonic() + 60
    while True:
        try:
            me = client.post("/api/sign-in", json={"name": "leader", "password": PASSWORD}).json()
        except httpx2.TransportError:
            assert time.monotonic() < deadline, "the server never came up"
            time.sleep(0.02)
        else:
            client.headers["x-csrf-token"] = me["csrf"]
            return client
