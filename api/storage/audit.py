"""The audit trail: who did what to which record, each line sealed with the hash of the one before.

Whoever changes, removes or slips in a line breaks the chain from there on, and `verify` says where. The last hash,
noted down elsewhere (on paper, by a backup), also proves that nothing was cut off at the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from api.storage.scope import of_all
from api.storage.service_tables import AUDIT

NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found.

    Attributes
    ----------
    lines
        How many lines there are.
    broken_at
        Number of the first line that does not fit, None where all do.
    last
        Hash of the last line.
    """

    lines: int
    broken_at: int | None
    last: str


def note(
    connection: Connection,
    at: datetime,
    who: str,
    act: str,
    subject: str,
    *,
    squad_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> str:
    """Add a line and return its hash; to be called within the transaction of what it tells of.

    Parameters
    ----------
    detail
        What a reader needs to know, never personal data: the trail is kept longer than that may be.
    """
    line = {"squad_id": squad_id, "at": at, "who": who, "act": act, "subject": subject, "detail": dict(detail or {})}
    with of_all(connection):
        last = connection.execute(select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)).first()
        number, before = (1, NOTHING_BEFORE) if last is None else (last.number + 1, last.hash)
        seal = _seal(number, before, line)
        connection.execute(insert(AUDIT).values(number=number, before_hash=before, hash=seal, **line))
    return seal


PASSING = frozenset(
    {
        *("refused", "signed in", "signed out", "sign-in failed", "reporter looked at", "file handed in"),
        *("link made", "webhook added", "webhook dropped", "dispatch considered", "replan ordered"),
    }
)
"""Acts that leave a squad as it is …"""

ON_PLANS = "plan "
"""… as do those that begin so: they change plans."""


def last_change(connection: Connection, squad_id: str) -> int:
    """Return the number of the last line that may have changed what a squad is; 0 where there is none."""
    mine = (AUDIT.c.squad_id == squad_id) & AUDIT.c.act.not_in(sorted(PASSING)) & ~AUDIT.c.act.startswith(ON_PLANS)
    row = connection.execute(select(AUDIT.c.number).where(mine).order_by(AUDIT.c.number.desc()).limit(1)).first()
    return 0 if row is None else int(row.number)


def lines_about(connection: Connection, squad_id: str, subject: str) -> Sequence[RowMapping]:
    """Return what was done to one record of a squad, the first line first."""
    mine = (AUDIT.c.squad_id == squad_id) & (AUDIT.c.subject == subject)
    return connection.execute(select(AUDIT).where(mine).order_by(AUDIT.c.number)).mappings().all()


def verify(connection: Connection) -> Verdict:
    """Go through the whole trail and return whether it is in one piece."""
    before, expected = NOTHING_BEFORE, 1
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.number)).mappings():
        if row["number"] != expected or row["before_hash"] != before or row["hash"] != _seal(expected, before, row):
            return Verdict(expected - 1, expected, before)
        before, expected = row["hash"], expected + 1
    return Verdict(expected - 1, None, before)


def _seal(number: int, before: str, line: Mapping[str, Any] | RowMapping) -> str:
    said = {
        "number": number,
        "before": before,
        "at": line["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        **{name: line[name] for name in ("squad_id", "who", "act", "subject", "detail")},
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
