"""Shapes that a map shows, in PostgreSQL: made by the database from what the other columns say, never written."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SHAPES = {
    "boundaries": ("MultiPolygon", "ST_Multi(ST_GeomFromWKB(wkb, 4326))"),
    "communities": ("MultiPoint", "gates_on_the_map(gates)"),
    "violations": ("Point", "ST_SetSRID(ST_MakePoint(lon, lat), 4326)"),
    "cases": ("Point", "ST_SetSRID(ST_MakePoint(lon, lat), 4326)"),
}
"""Table: kind of geometry and what makes it."""


def upgrade() -> None:
    """Make the columns and their indexes; SQLite has none."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    # Written this way, a function knows what it calls from when it was made: a dump restores under any search path.
    op.execute(
        "CREATE FUNCTION gates_on_the_map(gates text) RETURNS geometry(MultiPoint, 4326) LANGUAGE sql IMMUTABLE "
        "RETURN ("
        "SELECT ST_SetSRID(ST_Multi(ST_Collect("
        "ST_MakePoint((gate ->> 'lon')::float8, (gate ->> 'lat')::float8)"
        ")), 4326) FROM json_array_elements(gates::json) AS gate)"
    )
    for table, (kind, made) in SHAPES.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN shape geometry({kind}, 4326) GENERATED ALWAYS AS ({made}) STORED")
        op.execute(f"CREATE INDEX ix_{table}_shape ON {table} USING gist (shape)")


def downgrade() -> None:
    """Take them away again; the extension stays, for others may use it."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in SHAPES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN shape")
    op.execute("DROP FUNCTION gates_on_the_map(text)")
