"""What nobody asks for but the calendar: on Friday evening, the next week of every squad."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from api.errors import QueueFullError, SquadBusyError
from api.jobs.job import Job, Order
from api.storage.engine import reading
from api.storage.plans import plans_of_week
from api.storage.scope import EVERYBODY, about
from api.storage.squads import squad_ids
from planner.week import Week

log = logging.getLogger(__name__)

TIME_LIMIT = 60.0
"""Deterministic seconds of search for each: nobody waits for it."""


def plan_all(store: Engine, submit: Callable[[Order], Job], now: datetime) -> int:
    """Order a plan of next week for every squad that has none; return for how many."""
    week = str(Week.of(now + timedelta(weeks=1)))
    with about(EVERYBODY), reading(store) as connection:
        wanted = [squad for squad in squad_ids(connection) if not plans_of_week(connection, squad, week)]
    ordered = 0
    for squad_id in wanted:
        try:
            submit(Order(squad_id, "", week, 0, TIME_LIMIT, scheduled=True))
            ordered += 1
        except SquadBusyError:
            log.info("%s is being planned already", squad_id)
        except QueueFullError:
            log.warning("the queue is full: %s is not planned", squad_id)
    return ordered
