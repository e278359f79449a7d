"""The squad that a request is about: PostgreSQL then shows its transactions no other squad's rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SQUAD: ContextVar[str | None] = ContextVar("squad", default=None)
"""Its id, None where a transaction is of all squads (signing in, the list of squads, webhooks)."""

OF_A_SQUAD = re.compile(r"/(?:api/squads|squads|report|open311)/([^/]+)")


@contextmanager
def about(squad_id: str | None) -> Iterator[None]:
    """Let the transactions within be about one squad."""
    before = SQUAD.set(squad_id)
    try:
        yield
    finally:
        SQUAD.reset(before)


def squad_of(path: str) -> str | None:
    """Return the squad that an address is about."""
    found = OF_A_SQUAD.match(path)
    return None if found is None else found[1]
