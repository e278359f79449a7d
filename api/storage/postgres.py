"""The records in a PostgreSQL database with PostGIS, for a bureau that has outgrown one machine.

What an SQLite file gives by itself is asked for here: one writer at a time, readers that see one state of the records,
text that sorts by its bytes.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from api.errors import DatabaseError
from api.storage.scope import name, present_scope
from geo.text import Text

WAIT = "20s"
"""How long a write waits for another one."""

WRITER = 0x57757A616F
"""The lock that whoever writes holds; any number, the same for all."""

SORTED_BY_BYTES = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8", "ucs_basic"})


def is_address(source: str) -> bool:
    """Return whether `source` is the address of a PostgreSQL database, not a file."""
    return source.startswith(("postgresql:", "postgresql+psycopg:", "postgres:"))


def engine(address: str) -> Engine:
    """Return the records in the database at `address`."""
    url = make_url(address.replace("postgres:", "postgresql:", 1)).set(drivername="postgresql+psycopg")
    made = create_engine(url, pool_pre_ping=True)
    event.listen(made, "connect", _set_up)
    return made


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction.

    Writers take turns, as they do in an SQLite file: the audit trail continues its last line, an idempotency key is
    looked up before it is written, versions are compared before they are raised. Row locks cannot guard a row that is
    not there yet, and `SERIALIZABLE` would make every writer ready to begin again. The lock comes first, so that each
    statement after it sees all that the writers before have kept.
    """
    if writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    name(connection, present_scope())


def _set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{WAIT}'")
    cursor.execute(
        "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
    )
    collation, encoding = cursor.fetchone() or ("", "")
    cursor.close()
    connection.commit()
    if collation not in SORTED_BY_BYTES or encoding != "UTF8":
        raise DatabaseError(
            Text(
                f"数据库按 {collation} 排序、编码 {encoding}:请新建 LC_COLLATE 'C'、ENCODING 'UTF8' 的",
                f"The database sorts by {collation} in {encoding}: make one with LC_COLLATE 'C' and ENCODING 'UTF8'",
            )
        )
