"""Whose rows a transaction sees: PostgreSQL shows it one squad's, or none, unless it says that it is of all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

EVERYBODY, NOBODY = "*", ""
"""Instead of a squad's id: all squads, and none."""

OF_A_SQUAD = re.compile(r"/(?:api/squads|squads|report|open311)/([^/*]+)(?=/|$)")


@dataclass(slots=True)
class _Scope:
    squad: str


_SCOPE: ContextVar[_Scope] = ContextVar("scope")


def present_scope() -> str:
    """Return the squad whose rows transactions see now; `EVERYBODY` where no request is answered, as in commands."""
    scope = _SCOPE.get(None)
    return EVERYBODY if scope is None else scope.squad


@contextmanager
def about(squad_id: str) -> Iterator[None]:
    """Let the transactions within be about one squad, `EVERYBODY` or `NOBODY`."""
    before = _SCOPE.set(_Scope(squad_id))
    try:
        yield
    finally:
        _SCOPE.reset(before)


def settle_on(squad_id: str | None) -> None:
    """Let the rest of a request whose address names no squad be about one; None: about all."""
    scope = _SCOPE.get(None)
    if scope is not None and scope.squad == NOBODY:
        scope.squad = EVERYBODY if squad_id is None else squad_id


@contextmanager
def of_all(connection: Connection) -> Iterator[None]:
    """Let statements within a transaction see all squads' rows, such as the last line of the trail."""
    if connection.dialect.name != "postgresql":
        yield
        return
    before = connection.exec_driver_sql("SELECT current_setting('wuzao.squad', true)").scalar()
    name(connection, EVERYBODY)
    try:
        yield
    finally:
        with suppress(DBAPIError):  # after an error of the database's the transaction can only be taken back anyway
            name(connection, before or NOBODY)


def name(connection: Connection, squad_id: str) -> None:
    """Tell PostgreSQL whose rows the rest of a transaction sees, as ``SET LOCAL`` does."""
    connection.exec_driver_sql("SELECT set_config('wuzao.squad', %s, true)", (squad_id,))


def squad_of(path: str) -> str:
    """Return the squad that an address is about, `NOBODY` where it names none."""
    found = OF_A_SQUAD.match(path)
    return NOBODY if found is None else found[1]
