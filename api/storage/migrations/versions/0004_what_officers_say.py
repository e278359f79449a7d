"""What officers say of their visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.kinds import Instant, Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "visit_acts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=200), nullable=False),
        sa.Column("community_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=64), nullable=False),
        sa.Column("said", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(length=32), nullable=False),
        sa.Column("received_at", Instant(length=32), nullable=False),
        sa.Column("clock_behind", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("there", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_visit_acts_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_visit_acts"),
    )
    op.create_index("ix_visit_acts_squad_id", "visit_acts", ["squad_id"], unique=False)
    op.create_index("ix_visit_acts_week", "visit_acts", ["squad_id", "week"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_visit_acts_week", table_name="visit_acts")
    op.drop_index("ix_visit_acts_squad_id", table_name="visit_acts")
    op.drop_table("visit_acts")
