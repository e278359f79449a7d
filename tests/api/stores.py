"""Where the records of a test are: a file, or (with `WUZAO_TEST_DATABASE`) a schema of its own in that database."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from api.settings import RECORDS

SERVER = os.environ.get("WUZAO_TEST_DATABASE")


def database(data: Path) -> str | None:
    """Return the address of the database of a data folder, None where its records are a file."""
    return None if SERVER is None else _schema(SERVER, data.resolve())


def records(data: Path) -> str:
    """Return where the records of a data folder are."""
    return database(data) or str(data / RECORDS)


@cache
def _schema(server: str, data: Path) -> str:
    """Make the schema, named by the folder so that processes of one test find the same."""
    name = "t" + hashlib.sha256(str(data).encode()).hexdigest()[:20]
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name}"))
    engine.dispose()
    own = url.update_query_dict({"options": f"-csearch_path={name},public"})
    return own.render_as_string(hide_password=False)
