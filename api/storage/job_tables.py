"""Plans asked for, where more than one machine makes them: what was asked, how it stands, and what came of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, text

from api.storage.kinds import Instant, Json, Packed
from api.storage.metadata import METADATA, id_key, squad_owner

ACTIVE = text("state IN ('waiting', 'planning')")

JOBS = Table(
    "jobs",
    METADATA,
    id_key(),
    squad_owner(),
    Column("week", String(8), nullable=False),
    Column("asked", Packed, nullable=False),
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
    # one plan of a squad is made at a time, whoever asks
    Index("uq_jobs_active", "squad_id", unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE),
)
"""`tries` counts how often it was begun, `machine` says where last, and `engine_id` is its number in the queue."""
