"""`wuzao import`, `user`, `backup`, `restore` and `audit`: the records from the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from api.exchange.squad_files import Loaded, load_squad
from api.records import import_squad
from api.security.accounts import add_account
from api.security.first_code import first_code
from api.security.roles import Role
from api.settings import Settings
from api.storage.audit import Verdict, note, verify
from api.storage.backup import Proven, make_backup
from api.storage.engine import open_store, reading, writing
from api.storage.squads import require_squad
from geo.text import Text

WHO = "wuzao"
"""Who did it, in the audit trail: whoever may use the machine."""


def import_files(settings: Settings, source: Path, now: datetime) -> Loaded:
    """Read a squad's folder or workbook into the records; raises `geo.errors.InputError` with every fault."""
    loaded = load_squad(source)
    with _store(settings) as store:
        import_squad(store, settings.data, loaded, now, WHO)
    return loaded


def make_user(
    settings: Settings, name: str, password: str, role: Role, squad: str | None, subject: str | None, now: datetime
) -> None:
    """Make an account; raises `WrongAccountError` or `UnknownSquadError` where it cannot be made as asked."""
    with _store(settings) as store, writing(store) as connection:
        if squad is not None:
            require_squad(connection, squad)
        add_account(connection, name, password, role, squad, subject)
        note(connection, now, WHO, "account made", name, squad_id=squad, detail={"role": role.value})


def code_of_first_visit(settings: Settings) -> str | None:
    """Return the code with which the first account is made; None once there is one."""
    with _store(settings) as store, reading(store) as connection:
        return first_code(connection, settings.data)


def back_up(settings: Settings, file: Path) -> Proven:
    """Write a backup of the records; raises `BackupError` where it cannot be written."""
    with _store(settings) as store:
        return make_backup(store, settings.data, file)


def verify_audit(settings: Settings) -> Verdict:
    """Go through the audit trail."""
    with _store(settings) as store, reading(store) as connection:
        return verify(connection)


def proven_in_words(proven: Proven) -> Text:
    """Return what a backup holds."""
    lines, last = proven.audit.lines, proven.audit.last[:16]
    return Text(
        f"{proven.squads} 个中队,{proven.cases} 个案件,审计 {lines} 条(末条 {last})",
        f"{proven.squads} squads, {proven.cases} cases, {lines} lines of audit (the last one {last})",
    )


def verdict_in_words(verdict: Verdict) -> Text:
    """Return whether the audit trail is in one piece."""
    if verdict.broken_at is not None:
        return Text(
            f"审计记录从第 {verdict.broken_at} 条起对不上:有人改动、删除或插入过",
            f"The audit trail does not fit from line {verdict.broken_at} on: changed, removed or slipped in",
        )
    return Text(
        f"审计记录完整:{verdict.lines} 条,末条 {verdict.last}",
        f"The audit trail is whole: {verdict.lines} lines, the last one {verdict.last}",
    )


@contextmanager
def _store(settings: Settings) -> Iterator[Engine]:
    store = open_store(settings.records)
    try:
        yield store
    finally:
        store.dispose()
