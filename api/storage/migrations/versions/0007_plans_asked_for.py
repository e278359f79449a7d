"""Plans asked for, and in PostgreSQL the tables of Procrastinate, the engine that hands them to whoever makes them."""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import op

from api.storage.kinds import Instant, Json, Packed

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ACTIVE = sa.text("state IN ('waiting', 'planning')")

FORGET = """
DO $$
DECLARE
    one record;
BEGIN
    DROP TABLE procrastinate_periodic_defers, procrastinate_events, procrastinate_jobs, procrastinate_workers CASCADE;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate_%' AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP FUNCTION ' || one.name || ' CASCADE';
    END LOOP;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
END
$$
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("squad_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("asked", Packed(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("machine", sa.String(length=200), nullable=False),
        sa.Column("engine_id", sa.BigInteger(), nullable=True),
        sa.Column("progress", Json(), nullable=False),
        sa.Column("failure", Json(), nullable=False),
        sa.Column("results", Packed(), nullable=False),
        sa.Column("asked_at", Instant(length=32), nullable=False),
        sa.Column("changed_at", Instant(length=32), nullable=False),
        sa.ForeignKeyConstraint(["squad_id"], ["squads.id"], name="fk_jobs_squad_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_squad_id", "jobs", ["squad_id"])
    op.create_index("uq_jobs_active", "jobs", ["squad_id"], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE jobs ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE jobs FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY one_squad ON jobs USING (current_setting('wuzao.squad', true) IN ('*', squad_id))")
    # its rows hold numbers of jobs and nothing of any squad's, so that no policy is needed there
    engine = (files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")
    connection.execution_options(no_parameters=True).exec_driver_sql(engine)


def downgrade() -> None:
    """Drop them."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.execution_options(no_parameters=True).exec_driver_sql(FORGET)
    op.drop_table("jobs")
