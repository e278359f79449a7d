"""Row-level security in PostgreSQL: a transaction that names a squad sees and writes no other squad's rows."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    *("officers", "shifts", "leave", "vehicles", "partners", "communities", "boundaries", "community_history"),
    *("violations", "past_visits", "cases", "case_steps", "dispatches", "plans", "plan_history", "feedback"),
    *("renovations", "evidence", "files", "snapshots", "contests", "visit_acts"),
    *("links", "answers", "hooks", "deliveries"),
)
"""All that have one squad's rows, but `users` (who asks for a squad that is not his is to be told so) and `audit` (one
trail of all)."""

NAMED = "coalesce(current_setting('wuzao.squad', true), '')"
"""The squad that the transaction named; nothing where it is of all squads, as signing in is."""


def upgrade() -> None:
    """Make the policies; SQLite has none."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # for the owner too: the service is that
        op.execute(f"CREATE POLICY one_squad ON {table} USING ({NAMED} IN ('', squad_id))")


def downgrade() -> None:
    """Take them away again."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"DROP POLICY one_squad ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
