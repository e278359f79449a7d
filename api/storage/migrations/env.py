"""What Alembic runs: the migrations over the connection that it is given."""

from __future__ import annotations

from alembic import context

from api.storage import case_tables, job_tables, service_tables, squad_tables
from api.storage.metadata import METADATA

TABLES = (squad_tables, case_tables, service_tables, job_tables)
"""Imported for what they add to `METADATA`."""

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_object=context.config.attributes.get("include_object"),
    user_module_prefix="",
    render_as_batch=False,
)
context.run_migrations()
