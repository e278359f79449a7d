"""Plans asked for, where more than one machine makes them: what was asked, how it stands, and what came of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, text

from api.storage.kinds import Instant, Json, Packed
from api.storage.metadata import METADATA, id_key, squad_key, squad_owner

ACTIVE = text("state IN ('waiting', 'planning')")

JOBS = Table(
    "jobs",
    METADATA,
    id_key(),
    squad_owner(),
    Column("week", String(8), nullable=False),
    Column("asked", Packed, nullable=False),
    Column("kind", String(16), nullable=False, server_default="plan"),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("stop", Boolean, nullable=False),
    Column("machine", String(200), nullable=False),
    Column("engine_id", BigInteger),
    Column("progress", Json, nullable=False),
    Column("failure", Json, nullable=False),
    Column("results", Packed, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # one plan of a squad is made at a time, one loan looked for and so on, whoever asks
    Index("uq_jobs_active", "squad_id", "kind", unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE),
)
"""`tries` counts how often it was begun, `machine` says where last, and `engine_id` is its number in the queue."""

OUTCOMES = Table(
    "outcomes",
    METADATA,
    squad_key(),
    Column("period", String(8), primary_key=True),
    Column("reckoned_at", Instant, nullable=False),
    Column("frozen", Boolean, nullable=False),
    Column("figures", Json, nullable=False),
)
"""A squad's outcome figures of a period, as a job last worked them out; `frozen` where its sheet was frozen by then."""
