"""Messages to other systems: queued with what they tell of, sent later, tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from api.storage.service_tables import DELIVERIES, HOOKS


def tell(connection: Connection, squad_id: str, event: str, data: Mapping[str, Any], now: datetime) -> None:
    """Queue a message for every webhook that wants to hear of an event; `data` holds no personal data."""
    wanted = (HOOKS.c.squad_id == squad_id) & HOOKS.c.active
    for hook in connection.execute(select(HOOKS.c.id, HOOKS.c.events).where(wanted)):
        if event in hook.events or "*" in hook.events:
            said = {"event": event, "squad": squad_id, "at": now.isoformat(), "data": dict(data)}
            connection.execute(
                insert(DELIVERIES).values(
                    squad_id=squad_id, hook_id=hook.id, event=said, attempts=0, next_at=now, last_answer=""
                )
            )
