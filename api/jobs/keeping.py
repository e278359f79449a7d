"""What a job found out, kept in the squad's records by the process that found it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from api.jobs.job import Order
from api.storage.engine import connect, until_reached, writing
from api.storage.jobs import require_attempt
from api.storage.scope import about

Found = TypeVar("Found")

PATIENCE = 120
"""Seconds that what was found waits for records that cannot be reached: it may have taken longer to find."""


def kept(order: Order, job_id: str, keep: Callable[[Connection], Found]) -> Found:
    """Keep something in one transaction, with nothing in sight but the rows of the order's squad; return it.

    While the records cannot be reached it is tried again, for `PATIENCE` seconds.

    Raises
    ------
    SupersededError
        Where another machine makes the job by now.
    """
    store = connect(order.source)

    def write() -> Found:
        with about(order.squad), writing(store) as connection:
            if order.attempt is not None:
                require_attempt(connection, job_id, order.attempt)
            return keep(connection)

    found = until_reached(write, PATIENCE)
    store.dispose()
    return found
