"""Opening the records, in a file (`api.storage.sqlite`) or in a database server (`api.storage.postgres`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from api.storage import postgres, sqlite

WRITES = "wuzao_writes"

T = TypeVar("T")


def open_store(source: str | Path) -> Engine:
    """Return the records at `source`, brought up to date with this release; where there are none, empty ones."""
    if not postgres.is_address(str(source)):
        Path(source).parent.mkdir(parents=True, exist_ok=True)
    engine = connect(source)
    upgrade(engine)
    return engine


def connect(source: str | Path) -> Engine:
    """Return the records at `source`, a file or the address of a database, as they are."""
    kind = postgres if postgres.is_address(str(source)) else sqlite
    engine: Engine = kind.engine(str(source))

    def begin(connection: Connection) -> None:
        kind.begin(connection, writes=connection.get_execution_options().get(WRITES, False))

    event.listen(engine, "begin", begin)
    return engine


def not_reached(error: Exception) -> bool:
    """Return whether a database does not answer or somebody else writes for too long; it may go better later."""
    cause = error.orig if isinstance(error, OperationalError) else None
    return type(cause).__module__.startswith("psycopg") or "locked" in str(cause)


def until_reached(act: Callable[[], T], patience: float) -> T:
    """Do something with the records, again and again while they cannot be reached, for `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            return act()
        except OperationalError as error:
            if not not_reached(error) or time.monotonic() > until:
                raise
            time.sleep(1)


def upgrade(engine: Engine) -> None:
    """Bring the tables up to this release, in one transaction."""
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(files("api.storage") / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose writes are all kept or none; they are on the disk when it closes."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one state of the records, whatever others write meanwhile."""
    with engine.connect() as connection, connection.begin():
        yield connection
