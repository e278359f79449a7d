"""Records carried from one storage to another, table by table, and counted and summed on both sides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, insert, or_, select

from api.errors import MoveError
from api.storage.metadata import METADATA
from api.storage.service_tables import AUDIT, SESSIONS, USERS
from api.storage.squad_tables import SQUADS
from geo.text import Text

STAYS = frozenset({AUDIT, SESSIONS})
"""Not one squad's: the trail of a storage is one chain, and whoever is signed in signs in again."""

AT_ONCE = 50
"""Rows; one may hold a photograph."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What one table holds of a squad: how many rows, and a hash of all that is in them."""

    rows: int
    sha256: str


def carry_squad(source: Connection, target: Connection, squad_id: str) -> Mapping[str, Sum]:
    """Copy a squad with its accounts; return the sum of every table, the same on both sides.

    To be called in a write transaction of each, so that nothing changes meanwhile and all is kept or nothing.

    Raises
    ------
    MoveError
        Where an account has the name of one in the target, or the target does not hold what the source does.
    """
    _require_free_names(source, target, squad_id)
    for table in _tables():
        _copy(source, target, table, _rows(table, squad_id))
    sums, found = (sums_of(side, squad_id) for side in (source, target))
    if sums != found:
        wrong = ", ".join(name for name in sums if sums[name] != found[name])
        raise MoveError(Text(f"两边对不上,什么也没有搬:{wrong}", f"The two sides differ, nothing was moved: {wrong}"))
    return sums


def carry_all(source: Connection, target: Connection) -> None:
    """Copy all records into empty ones, the audit trail with its numbers too; nobody stays signed in."""
    for table in METADATA.sorted_tables:
        if table is not SESSIONS:
            _copy(source, target, table, select(table).order_by(*table.primary_key))


def remove_squad(connection: Connection, squad_id: str) -> None:
    """Remove a squad and all that is its own; its lines in the audit trail stay."""
    connection.execute(delete(SQUADS).where(SQUADS.c.id == squad_id))


def sums_of(connection: Connection, squad_id: str) -> Mapping[str, Sum]:
    """Return the sum of every table."""
    return {table.name: _sum(connection, table, squad_id) for table in _tables()}


def _copy(source: Connection, target: Connection, table: Table, wanted: Select[Any]) -> None:
    found = source.execute(wanted.execution_options(yield_per=AT_ONCE)).mappings()
    for rows in found.partitions():
        target.execute(insert(table), [dict(row) for row in rows])


def _sum(connection: Connection, table: Table, squad_id: str) -> Sum:
    digest, count = hashlib.sha256(), 0
    for row in connection.execute(_rows(table, squad_id).execution_options(yield_per=AT_ONCE)):
        digest.update(json.dumps(list(row), ensure_ascii=False, sort_keys=True, default=_said).encode() + b"\n")
        count += 1
    return Sum(count, digest.hexdigest())


def _said(value: Any) -> str:  # noqa: ANN401 - a date, a time or bytes
    return value.hex() if isinstance(value, bytes) else str(value.isoformat())


def _tables() -> Iterator[Table]:
    """Yield the tables of which a squad has rows, each after those that it refers to."""
    return (table for table in METADATA.sorted_tables if table not in STAYS)


def _rows(table: Table, squad_id: str) -> Select[Any]:
    """Return what selects a squad's rows in order, without numbers that the target counts by itself."""
    keys = list(table.primary_key)
    counted = {key.name for key in keys} == {"number"}
    mine = table.c.id if table is SQUADS else table.c.squad_id
    columns = [column for column in table.c if not (counted and column.name == "number")]
    return select(*columns).where(mine == squad_id).order_by(*keys)


def _require_free_names(source: Connection, target: Connection, squad_id: str) -> None:
    mine = source.execute(select(USERS.c.id, USERS.c.name).where(USERS.c.squad_id == squad_id)).all()
    taken = or_(USERS.c.name.in_([row.name for row in mine]), USERS.c.id.in_([row.id for row in mine]))
    names = sorted(target.execute(select(USERS.c.name).where(taken)).scalars())
    if names:
        there = ", ".join(names)
        raise MoveError(Text(f"目标处已有账号:{there}", f"There are such accounts already: {there}"))
