"""What the squad does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.kinds import Instant, Json, Packed

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cases",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=True),
        sa.Column("type", sa.String(length=32), nullable=True),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("reported_at", Instant(length=32), nullable=False),
        sa.Column("received_at", Instant(length=32), nullable=False),
        sa.Column("due_at", Instant(length=32), nullable=False),
        sa.Column("dissuaded_at", Instant(length=32), nullable=True),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outside_number", sa.String(length=64), nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=False),
        sa.Column("reporter_phone", sa.Text(), nullable=False),
        sa.Column("handled_at", Instant(length=32), nullable=True),
        sa.Column("closed_at", Instant(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_cases_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_cases"),
    )
    op.create_index("ix_cases_outside", "cases", ["squad_id", "channel", "outside_number"], unique=False)
    op.create_index("ix_cases_reported", "cases", ["squad_id", "reported_at"], unique=False)
    op.create_index("ix_cases_stage", "cases", ["squad_id", "stage"], unique=False)
    op.create_table(
        "contests",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("raised_at", Instant(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_at", Instant(length=32), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_contests_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_contests"),
    )
    op.create_table(
        "evidence",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_evidence_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_community_id", "evidence", ["community_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_feedback_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_feedback"),
    )
    op.create_table(
        "files",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", Instant(length=32), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_files_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "sha256", name="pk_files"),
    )
    op.create_table(
        "plans",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("document", Packed(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(length=32), nullable=False),
        sa.Column("published_at", Instant(length=32), nullable=True),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_plans_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_plans"),
    )
    op.create_index(
        "uq_plans_published",
        "plans",
        ["squad_id", "week"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "renovations",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("contractor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_renovations_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_renovations"),
    )
    op.create_index("ix_renovations_community_id", "renovations", ["community_id"], unique=False)
    op.create_table(
        "snapshots",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("document", Json(), nullable=False),
        sa.Column("frozen_at", Instant(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_snapshots_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_snapshots"),
        sa.UniqueConstraint("squad_id", "kind", "period", name="uq_snapshots_squad_id_kind_period"),
    )
    op.create_table(
        "case_steps",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(length=32), nullable=False),
        sa.Column("recorded_at", Instant(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("said", Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id", "case_id"],
            ["cases.squad_id", "cases.id"],
            name="fk_case_steps_squad_id_case_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_case_steps_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "case_id", "number", name="pk_case_steps"),
    )
    op.create_table(
        "dispatches",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Instant(length=32), nullable=False),
        sa.Column("free_at", Instant(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["squad_id", "case_id"],
            ["cases.squad_id", "cases.id"],
            name="fk_dispatches_squad_id_case_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_dispatches_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_dispatches"),
    )
    op.create_index("ix_dispatches_squad_id", "dispatches", ["squad_id"], unique=False)
    op.create_index(
        "uq_dispatches_busy",
        "dispatches",
        ["squad_id", "officer_id"],
        unique=True,
        sqlite_where=sa.text("free_at IS NULL"),
        postgresql_where=sa.text("free_at IS NULL"),
    )
    op.create_table(
        "plan_history",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("document", Packed(), nullable=True),
        sa.Column("at", Instant(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["squad_id", "plan_id"],
            ["plans.squad_id", "plans.id"],
            name="fk_plan_history_squad_id_plan_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_plan_history_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "plan_id", "version", name="pk_plan_history"),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("plan_history")
    op.drop_index(
        "uq_dispatches_busy",
        table_name="dispatches",
        sqlite_where=sa.text("free_at IS NULL"),
        postgresql_where=sa.text("free_at IS NULL"),
    )
    op.drop_index("ix_dispatches_squad_id", table_name="dispatches")
    op.drop_table("dispatches")
    op.drop_table("case_steps")
    op.drop_table("snapshots")
    op.drop_index("ix_renovations_community_id", table_name="renovations")
    op.drop_table("renovations")
    op.drop_index(
        "uq_plans_published",
        table_name="plans",
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_table("plans")
    op.drop_table("files")
    op.drop_table("feedback")
    op.drop_index("ix_evidence_community_id", table_name="evidence")
    op.drop_table("evidence")
    op.drop_table("contests")
    op.drop_index("ix_cases_stage", table_name="cases")
    op.drop_index("ix_cases_reported", table_name="cases")
    op.drop_index("ix_cases_outside", table_name="cases")
    op.drop_table("cases")
