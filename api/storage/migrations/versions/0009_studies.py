"""Jobs of several kinds, of each of which one is made for a squad at a time; and outcome figures by period."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.kinds import Instant, Json
from api.storage.scope import of_all

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ACTIVE = sa.text("state IN ('waiting', 'planning')")

POLICY = "CREATE POLICY one_squad ON outcomes USING (current_setting('wuzao.squad', true) IN ('*', squad_id))"


def upgrade() -> None:
    """Tell jobs apart, and make the table."""
    op.add_column("jobs", sa.Column("kind", sa.String(length=16), server_default="plan", nullable=False))
    _index("squad_id", "kind")
    op.create_table(
        "outcomes",
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("reckoned_at", Instant(length=32), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("figures", Json(), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_outcomes_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("squad_id", "period", name="pk_outcomes"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE outcomes ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE outcomes FORCE ROW LEVEL SECURITY")
        op.execute(POLICY)


def downgrade() -> None:
    """Drop what came; jobs that are no plans go too."""
    op.drop_table("outcomes")
    with of_all(op.get_bind()):
        op.execute("DELETE FROM jobs WHERE kind <> 'plan'")
    _index("squad_id")
    op.drop_column("jobs", "kind")


def _index(*columns: str) -> None:
    op.drop_index("uq_jobs_active", "jobs")
    op.create_index("uq_jobs_active", "jobs", columns, unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)
