"""Row-level security in PostgreSQL: a transaction sees and writes the rows of the squad that it names."""

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
    *("links", "answers", "hooks", "deliveries", "users", "audit"),
)
"""All that have one squad's rows; an account or a line of the trail that is no squad's is seen by who sees all."""

NAMED = "current_setting('wuzao.squad', true)"
"""The squad that the transaction named, or `*` for all of them; who names nothing sees nothing."""

MINE = {
    **dict.fromkeys(TABLES, f"{NAMED} IN ('*', squad_id)"),
    "squads": f"{NAMED} IN ('*', id)",
    "sessions": "EXISTS (SELECT FROM users WHERE users.id = user_id)",
}


def upgrade() -> None:
    """Make the policies; SQLite has none."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, mine in MINE.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # for the owner too: the service is that
        op.execute(f"CREATE POLICY one_squad ON {table} USING ({mine})")


def downgrade() -> None:
    """Take them away again."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in MINE:
        op.execute(f"DROP POLICY one_squad ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
