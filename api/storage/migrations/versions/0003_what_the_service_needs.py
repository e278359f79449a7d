"""What the service needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.kinds import Instant, Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=True),
        sa.Column("at", Instant(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("before_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_squad_id", "audit", ["squad_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("asked_hash", sa.String(length=64), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.Column("at", Instant(length=32), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_answers_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "key", name="pk_answers"),
    )
    op.create_index("ix_answers_at", "answers", ["at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("hook_id", sa.String(length=64), nullable=False),
        sa.Column("event", Json(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(length=32), nullable=True),
        sa.Column("done_at", Instant(length=32), nullable=True),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_deliveries_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"], unique=False)
    op.create_index("ix_deliveries_squad_id", "deliveries", ["squad_id"], unique=False)
    op.create_table(
        "hooks",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("events", Json(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_hooks_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "id", name="pk_hooks"),
    )
    op.create_table(
        "links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(length=32), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_links_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_links"),
        sa.UniqueConstraint("squad_id", "kind", "subject", name="uq_links_squad_id_kind_subject"),
    )
    op.create_index("ix_links_squad_id", "links", ["squad_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant(length=32), nullable=True),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_users_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    op.create_index("ix_users_squad_id", "users", ["squad_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("began_at", Instant(length=32), nullable=False),
        sa.Column("ends_at", Instant(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_sessions_user_id", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_users_squad_id", table_name="users")
    op.drop_table("users")
    op.drop_index("ix_links_squad_id", table_name="links")
    op.drop_table("links")
    op.drop_table("hooks")
    op.drop_index("ix_deliveries_squad_id", table_name="deliveries")
    op.drop_index("ix_deliveries_next_at", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index("ix_answers_at", table_name="answers")
    op.drop_table("answers")
    op.drop_index("ix_audit_squad_id", table_name="audit")
    op.drop_table("audit")
