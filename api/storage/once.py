"""Requests that may come twice and are to count once: the answer is kept under the key that the sender gave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from api.errors import KeyReusedError
from api.storage.service_tables import ANSWERS
from geo.text import Text

KEPT_FOR = timedelta(days=30)
"""Longer than any telephone stays without a network."""


def once(
    connection: Connection,
    squad_id: str,
    key: str | None,
    asked: Mapping[str, Any],
    now: datetime,
    make: Callable[[], Mapping[str, Any]],
) -> Mapping[str, Any]:
    """Return what `make` returns, or what it returned when the same was asked under the same key.

    To be called in a write transaction: the answer is kept with what it tells of, or neither is.

    Parameters
    ----------
    key
        None where the sender gave none; every request then counts.

    Raises
    ------
    KeyReusedError
        Where the key came with something else before.
    """
    if key is None:
        return make()
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True, default=str)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    mine = (ANSWERS.c.squad_id == squad_id) & (ANSWERS.c.key == key)
    kept = connection.execute(select(ANSWERS.c.asked_hash, ANSWERS.c.body).where(mine)).first()
    if kept is not None:
        if kept.asked_hash != fingerprint:
            raise KeyReusedError(
                Text("这个幂等键已用于另一个请求", "This idempotency key was used with another request")
            )
        before: Mapping[str, Any] = kept.body
        return before
    body = make()
    connection.execute(delete(ANSWERS).where(ANSWERS.c.at < now - KEPT_FOR))
    connection.execute(insert(ANSWERS).values(squad_id=squad_id, key=key, asked_hash=fingerprint, body=body, at=now))
    return body
