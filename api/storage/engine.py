"""Opening the records: SQLite with what keeps an acknowledged write through a power cut.

WAL lets readers go on while somebody writes; ``synchronous=FULL`` puts every commit on the disk before it is
acknowledged; a write takes its lock at once (``BEGIN IMMEDIATE``), so that two writers wait for each other instead of
failing half-way. https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

WAIT = 20.0
"""Seconds that a write waits for another one."""

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",  # personal data that is deleted is gone from the file too
    "trusted_schema": "OFF",
}

WRITES = "wuzao_writes"


def open_store(file: Path) -> Engine:
    """Return the records in `file`, brought up to date with this release; an empty file becomes empty records."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = connect(file)
    upgrade(engine)
    return engine


def connect(file: Path) -> Engine:
    """Return the records in `file` as they are."""
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": WAIT})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


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


def _set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says, not where the driver guesses
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
