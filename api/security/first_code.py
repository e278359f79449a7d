"""The code of the very first visit: whoever started the service, and nobody else, makes the first account.

It lies beside the records, so that several processes of one service know the same, and is gone once there is an
account.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sqlalchemy import Connection, select

from api.storage.service_tables import USERS

FILE = "first-code"


def first_code(connection: Connection, data: Path) -> str | None:
    """Return the code, made where there is none yet; None once there is an account."""
    if has_accounts(connection):
        return None
    data.mkdir(parents=True, exist_ok=True)
    file = data / FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(12))
    return file.read_text(encoding="ascii")


def code_fits(connection: Connection, data: Path, given: str) -> bool:
    """Return whether the first account may be made with a code."""
    code = first_code(connection, data)
    return code is not None and secrets.compare_digest(given.encode(), code.encode())


def forget_code(data: Path) -> None:
    """Remove the code."""
    (data / FILE).unlink(missing_ok=True)


def has_accounts(connection: Connection) -> bool:
    """Return whether anybody could sign in."""
    return connection.execute(select(USERS.c.id).limit(1)).first() is not None
