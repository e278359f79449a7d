"""What a squad is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.kinds import Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "squads",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hotline", sa.Text(), nullable=False),
        sa.Column("station", Json(), nullable=False),
        sa.Column("bands", Json(), nullable=False),
        sa.Column("policy", Json(), nullable=False),
        sa.Column("day_off", Json(), nullable=False),
        sa.Column("day_on", Json(), nullable=False),
        sa.Column("roads", sa.Text(), nullable=True),
        sa.Column("made_up", sa.Boolean(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_squads"),
    )
    op.create_table(
        "communities",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("a_officer", sa.String(length=64), nullable=False),
        sa.Column("b_officer", sa.String(length=64), nullable=False),
        sa.Column("more_b", Json(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("delivery_date", sa.Date(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("joint_per_week", sa.Integer(), nullable=True),
        sa.Column("stationing_days", sa.Integer(), nullable=False),
        sa.Column("gates", Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_communities_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_communities"),
    )
    op.create_table(
        "officers",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("certified", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("drives", Json(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_officers_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_officers"),
    )
    op.create_table(
        "partners",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("community_ids", Json(), nullable=False),
        sa.Column("hours", Json(), nullable=False),
        sa.Column("preferred", Json(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_partners_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_partners"),
    )
    op.create_table(
        "past_visits",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begin", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=False),
        sa.Column("officers", Json(), nullable=False),
        sa.Column("band_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_past_visits_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_past_visits"),
    )
    op.create_index("ix_past_visits_squad_id", "past_visits", ["squad_id"], unique=False)
    op.create_table(
        "vehicles",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_vehicles_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_vehicles"),
    )
    op.create_table(
        "violations",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=True),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("rechecked_on", sa.Date(), nullable=True),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reporter_phone", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.Integer(), nullable=True),
        sa.Column("handling", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_violations_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_violations"),
    )
    op.create_index("ix_violations_found", "violations", ["squad_id", "found_on"], unique=False)
    op.create_table(
        "boundaries",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drawn_at", Instant(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("min_lon", sa.Float(), nullable=False),
        sa.Column("min_lat", sa.Float(), nullable=False),
        sa.Column("max_lon", sa.Float(), nullable=False),
        sa.Column("max_lat", sa.Float(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id", "community_id"],
            ["communities.squad_id", "communities.id"],
            name="fk_boundaries_squad_id_community_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_boundaries_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "community_id", "version", name="pk_boundaries"),
    )
    op.create_index(
        "uq_boundaries_current",
        "boundaries",
        ["squad_id", "community_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "community_history",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("a_officer", sa.String(length=64), nullable=False),
        sa.Column("b_officer", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id", "community_id"],
            ["communities.squad_id", "communities.id"],
            name="fk_community_history_squad_id_community_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_community_history_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "community_id", "day", name="pk_community_history"),
    )
    op.create_table(
        "leave",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id", "officer_id"],
            ["officers.squad_id", "officers.id"],
            name="fk_leave_squad_id_officer_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_leave_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_leave"),
    )
    op.create_index("ix_leave_squad_id", "leave", ["squad_id"], unique=False)
    op.create_table(
        "shifts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("band_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id", "officer_id"],
            ["officers.squad_id", "officers.id"],
            name="fk_shifts_squad_id_officer_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_shifts_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_shifts"),
    )
    op.create_index("ix_shifts_squad_id", "shifts", ["squad_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_shifts_squad_id", table_name="shifts")
    op.drop_table("shifts")
    op.drop_index("ix_leave_squad_id", table_name="leave")
    op.drop_table("leave")
    op.drop_table("community_history")
    op.drop_index(
        "uq_boundaries_current",
        table_name="boundaries",
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.drop_table("boundaries")
    op.drop_index("ix_violations_found", table_name="violations")
    op.drop_table("violations")
    op.drop_table("vehicles")
    op.drop_index("ix_past_visits_squad_id", table_name="past_visits")
    op.drop_table("past_visits")
    op.drop_table("partners")
    op.drop_table("officers")
    op.drop_table("communities")
    op.drop_table("squads")
