"""What the squad does: cases, plans, the ledger and reviews.

What happens to a case is written once and never changed (`CASE_STEPS`); what a case is follows from it.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from api.storage.kinds import Instant, Json, Packed
from api.storage.metadata import ID, METADATA, id_key, squad_key, squad_owner

CASES = Table(
    "cases",
    METADATA,
    squad_key(),
    id_key(),
    Column("stage", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("community_id", String(ID)),
    Column("type", String(32)),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("dissuaded_at", Instant),
    Column("building", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("outside_number", String(ID), nullable=False),
    Column("reporter_name", Text, nullable=False),
    Column("reporter_phone", Text, nullable=False),
    Column("handled_at", Instant),
    Column("closed_at", Instant),
    Column("version", Integer, nullable=False),
    Index("ix_cases_reported", "squad_id", "reported_at"),
    Index("ix_cases_stage", "squad_id", "stage"),
    Index("ix_cases_outside", "squad_id", "channel", "outside_number"),
)

CASE_STEPS = Table(
    "case_steps",
    METADATA,
    squad_key(),
    Column("case_id", String(ID), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("said", Json, nullable=False),
    ForeignKeyConstraint(["squad_id", "case_id"], ["cases.squad_id", "cases.id"], ondelete="CASCADE"),
)

DISPATCHES = Table(
    "dispatches",
    METADATA,
    Column("number", Integer, primary_key=True),
    squad_owner(),
    Column("case_id", String(ID), nullable=False),
    Column("officer_id", String(ID), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("free_at", Instant),
    ForeignKeyConstraint(["squad_id", "case_id"], ["cases.squad_id", "cases.id"], ondelete="CASCADE"),
    # one officer, one case: the database itself refuses to send anybody to two places
    Index(
        "uq_dispatches_busy",
        "squad_id",
        "officer_id",
        unique=True,
        sqlite_where=text("free_at IS NULL"),
        postgresql_where=text("free_at IS NULL"),
    ),
)

PLANS = Table(
    "plans",
    METADATA,
    squad_key(),
    id_key(),
    Column("week", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("document", Packed, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("published_at", Instant),
    Column("figures", Json),
    Index(
        "uq_plans_published",
        "squad_id",
        "week",
        unique=True,
        sqlite_where=text("state = 'published'"),
        postgresql_where=text("state = 'published'"),
    ),
)

PLAN_HISTORY = Table(
    "plan_history",
    METADATA,
    squad_key(),
    Column("plan_id", String(ID), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("document", Packed),
    Column("at", Instant, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("why", Text, nullable=False),
    ForeignKeyConstraint(["squad_id", "plan_id"], ["plans.squad_id", "plans.id"], ondelete="CASCADE"),
)

RENOVATIONS = Table(
    "renovations",
    METADATA,
    squad_key(),
    id_key(),
    Column("community_id", String(ID), nullable=False, index=True),
    Column("building", Text, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("contractor", Text, nullable=False),
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    squad_key(),
    id_key(),
    Column("community_id", String(ID), nullable=False),
    Column("officer_id", String(ID), nullable=False),
    Column("day", Date, nullable=False),
    Column("points", Float, nullable=False),
    Column("note", Text, nullable=False),
)

EVIDENCE = Table(
    "evidence",
    METADATA,
    squad_key(),
    id_key(),
    Column("community_id", String(ID), nullable=False, index=True),
    Column("item_id", String(ID), nullable=False),
    Column("day", Date, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("note", Text, nullable=False),
    Column("files", Json, nullable=False),
)

FILES = Table(
    "files",
    METADATA,
    squad_key(),
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    squad_key(),
    id_key(),
    Column("kind", String(16), nullable=False),
    Column("period", String(16), nullable=False),
    Column("document", Json, nullable=False),
    Column("frozen_at", Instant, nullable=False),
    Column("by", String(ID), nullable=False),
    UniqueConstraint("squad_id", "kind", "period"),
)

CONTESTS = Table(
    "contests",
    METADATA,
    squad_key(),
    id_key(),
    Column("officer_id", String(ID), nullable=False),
    Column("record_id", String(ID), nullable=False),
    Column("note", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", Instant),
    Column("decision", Text, nullable=False),
)

VISIT_ACTS = Table(
    "visit_acts",
    METADATA,
    Column("number", Integer, primary_key=True),
    squad_owner(),
    Column("week", String(8), nullable=False),
    Column("plan_id", String(ID), nullable=False),
    Column("visit_id", String(200), nullable=False),
    Column("community_id", String(ID), nullable=False),
    Column("officer_id", String(ID), nullable=False),
    Column("said", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("clock_behind", Integer, nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("there", Boolean),
    Column("note", Text, nullable=False),
    Column("files", Json, nullable=False),
    Column("detail", Json, nullable=False),
    Column("case_id", String(ID)),
    Index("ix_visit_acts_week", "squad_id", "week"),
)
