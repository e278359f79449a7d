"""What the service needs: accounts, the audit trail, answers given once, messages to others."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from api.storage.kinds import Instant, Json
from api.storage.metadata import ID, METADATA, id_key, squad_key, squad_owner

USERS = Table(
    "users",
    METADATA,
    id_key(),
    Column("squad_id", String(ID), ForeignKey("squads.id", ondelete="CASCADE"), index=True),
    Column("name", String(ID), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("subject", String(ID)),
    Column("password", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(ID), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
)

LINKS = Table(
    "links",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    squad_owner(),
    Column("kind", String(16), nullable=False),
    Column("subject", String(ID), nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("squad_id", "kind", "subject"),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("squad_id", String(ID), index=True),
    Column("at", Instant, nullable=False),
    Column("who", String(ID), nullable=False),
    Column("act", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("before_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

ANSWERS = Table(
    "answers",
    METADATA,
    squad_key(),
    Column("key", String(200), primary_key=True),
    Column("asked_hash", String(64), nullable=False),
    Column("body", Json, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

HOOKS = Table(
    "hooks",
    METADATA,
    squad_key(),
    id_key(),
    Column("url", Text, nullable=False),
    Column("form", String(16), nullable=False),
    Column("events", Json, nullable=False),
    Column("secret", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("number", Integer, primary_key=True),
    squad_owner(),
    Column("hook_id", String(ID), nullable=False),
    Column("event", Json, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, index=True),
    Column("done_at", Instant),
    Column("last_answer", Text, nullable=False),
)
