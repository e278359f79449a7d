"""Violations in the records: as the squad's files said them, and looked at again since."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, RowMapping, select, update

from api.storage.squad_tables import VIOLATIONS
from casework.violation import Violation, ViolationType


def violations_on_record(
    connection: Connection, squad_id: str, since: date | None = None, community_id: str | None = None
) -> tuple[Violation, ...]:
    """Return violations in the order of their files; `since` as in `load_squad`, of all communities or of one."""
    wanted = VIOLATIONS.c.squad_id == squad_id
    if since is not None:
        waits = VIOLATIONS.c.handled_on.is_not(None) & VIOLATIONS.c.rechecked_on.is_(None)
        wanted &= (VIOLATIONS.c.found_on >= since) | waits
    if community_id is not None:
        wanted &= VIOLATIONS.c.community_id == community_id
    rows = connection.execute(select(VIOLATIONS).where(wanted).order_by(VIOLATIONS.c.position)).mappings()
    return tuple(_violation(row) for row in rows)


def note_recheck(connection: Connection, squad_id: str, violation_id: str, day: date) -> None:
    """Note the day on which a violation was looked at again; a day noted before stays."""
    mine = (VIOLATIONS.c.squad_id == squad_id) & (VIOLATIONS.c.id == violation_id)
    waits = VIOLATIONS.c.rechecked_on.is_(None) & (VIOLATIONS.c.handled_on <= day)
    connection.execute(update(VIOLATIONS).where(mine, waits).values(rechecked_on=day))


def open_violations(connection: Connection, squad_id: str) -> tuple[Violation, ...]:
    """Return the violations of the squad's files that are still to be handled or to be looked at again."""
    wanted = (VIOLATIONS.c.squad_id == squad_id) & VIOLATIONS.c.rechecked_on.is_(None)
    rows = connection.execute(select(VIOLATIONS).where(wanted).order_by(VIOLATIONS.c.position)).mappings()
    return tuple(_violation(row) for row in rows)


def _violation(row: RowMapping) -> Violation:
    names = ("id", "lon", "lat", "found_on", "community_id", "handled_on", "rechecked_on", "building", "note")
    more = ("reporter_phone", "reported_at", "handling")
    return Violation(type=ViolationType(row["type"]), **{name: row[name] for name in (*names, *more)})
