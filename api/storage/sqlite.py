"""The records in one SQLite file, with what keeps an acknowledged write through a power cut.

WAL lets readers go on while somebody writes; ``synchronous=FULL`` puts every commit on the disk before it is
acknowledged; a write takes its lock at once (``BEGIN IMMEDIATE``), so that two writers wait for each other instead of
failing half-way. https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html
"""

from __future__ import annotations

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


def engine(file: str) -> Engine:
    """Return the records in `file`."""
    made = create_engine(f"sqlite:///{file}", connect_args={"timeout": WAIT})
    event.listen(made, "connect", _set_up)
    return made


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `begin` says, not where the driver guesses
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()
