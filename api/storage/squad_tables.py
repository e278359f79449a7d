"""What a squad is: its people, communities, partners and what was found before the records began."""

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
    text,
)

from api.storage.kinds import Instant, Json
from api.storage.metadata import ID, METADATA, id_key, squad_key, squad_owner

SQUADS = Table(
    "squads",
    METADATA,
    id_key(),
    Column("name", Text, nullable=False),
    Column("hotline", Text, nullable=False),
    Column("station", Json, nullable=False),
    Column("bands", Json, nullable=False),
    Column("policy", Json, nullable=False),
    Column("day_off", Json, nullable=False),
    Column("day_on", Json, nullable=False),
    Column("roads", Text),
    Column("made_up", Boolean, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

OFFICERS = Table(
    "officers",
    METADATA,
    squad_key(),
    id_key(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("certified", Boolean, nullable=False),
    Column("phone", Text, nullable=False),
    Column("drives", Json, nullable=False),
)

SHIFTS = Table(
    "shifts",
    METADATA,
    Column("number", Integer, primary_key=True),
    squad_owner(),
    Column("officer_id", String(ID), nullable=False),
    Column("day", Date, nullable=False),
    Column("band_id", String(ID), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    ForeignKeyConstraint(["squad_id", "officer_id"], ["officers.squad_id", "officers.id"], ondelete="CASCADE"),
)

LEAVE = Table(
    "leave",
    METADATA,
    Column("number", Integer, primary_key=True),
    squad_owner(),
    Column("officer_id", String(ID), nullable=False),
    Column("day", Date, nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["squad_id", "officer_id"], ["officers.squad_id", "officers.id"], ondelete="CASCADE"),
)

VEHICLES = Table(
    "vehicles",
    METADATA,
    squad_key(),
    id_key(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("seats", Integer, nullable=False),
)

PARTNERS = Table(
    "partners",
    METADATA,
    squad_key(),
    id_key(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("community_ids", Json, nullable=False),
    Column("hours", Json, nullable=False),
    Column("preferred", Json, nullable=False),
    Column("contact", Text, nullable=False),
    Column("phone", Text, nullable=False),
)

COMMUNITIES = Table(
    "communities",
    METADATA,
    squad_key(),
    id_key(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("a_officer", String(ID), nullable=False),
    Column("b_officer", String(ID), nullable=False),
    Column("more_b", Json, nullable=False),
    Column("households", Integer, nullable=False),
    Column("delivery_date", Date),
    Column("address", Text, nullable=False),
    Column("joint_per_week", Integer),
    Column("stationing_days", Integer, nullable=False),
    Column("gates", Json, nullable=False),
    Column("version", Integer, nullable=False),
)

BOUNDARIES = Table(
    "boundaries",
    METADATA,
    squad_key(),
    Column("community_id", String(ID), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("drawn_at", Instant, nullable=False),
    Column("source", String(16), nullable=False),
    Column("wkb", LargeBinary, nullable=False),
    Column("min_lon", Float, nullable=False),
    Column("min_lat", Float, nullable=False),
    Column("max_lon", Float, nullable=False),
    Column("max_lat", Float, nullable=False),
    Column("current", Boolean, nullable=False),
    ForeignKeyConstraint(["squad_id", "community_id"], ["communities.squad_id", "communities.id"], ondelete="CASCADE"),
    Index(
        "uq_boundaries_current",
        "squad_id",
        "community_id",
        unique=True,
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
)

COMMUNITY_HISTORY = Table(
    "community_history",
    METADATA,
    squad_key(),
    Column("community_id", String(ID), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("phase", String(16), nullable=False),
    Column("a_officer", String(ID), nullable=False),
    Column("b_officer", String(ID), nullable=False),
    ForeignKeyConstraint(["squad_id", "community_id"], ["communities.squad_id", "communities.id"], ondelete="CASCADE"),
)

VIOLATIONS = Table(
    "violations",
    METADATA,
    squad_key(),
    id_key(),
    Column("position", Integer, nullable=False),
    Column("type", String(32), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("found_on", Date, nullable=False),
    Column("community_id", String(ID)),
    Column("handled_on", Date),
    Column("rechecked_on", Date),
    Column("building", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("reporter_phone", Text, nullable=False),
    Column("reported_at", Integer),
    Column("handling", Integer),
    Index("ix_violations_found", "squad_id", "found_on"),
)

PAST_VISITS = Table(
    "past_visits",
    METADATA,
    Column("number", Integer, primary_key=True),
    squad_owner(),
    Column("day", Date, nullable=False),
    Column("begin", Integer, nullable=False),
    Column("community_id", String(ID), nullable=False),
    Column("officers", Json, nullable=False),
    Column("band_id", String(ID), nullable=False),
)
