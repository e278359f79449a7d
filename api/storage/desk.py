"""What the desk asks of the records again and again: cheaply what changed, and the cases of the day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from api.storage.case_tables import CASES
from api.storage.cases import Kept, get_case, steps_of
from api.storage.squad_tables import BOUNDARIES, COMMUNITIES, LEAVE, SQUADS
from casework.case import Stage, Step

WAITING = (Stage.COLLECTED, Stage.FILED, Stage.DISPATCHED, Stage.ON_SCENE)
"""Stages in which somebody has to do something today."""

Stamp = tuple[object, ...]


def squad_stamp(connection: Connection, squad_id: str) -> Stamp:
    """Return what is another one as soon as anything changes that a plan is read against."""
    communities = COMMUNITIES.c.squad_id == squad_id
    boundaries = BOUNDARIES.c.squad_id == squad_id
    handled = (CASES.c.squad_id == squad_id) & CASES.c.handled_at.is_not(None)
    leave = select(LEAVE.c.number, LEAVE.c.officer_id, LEAVE.c.day).where(LEAVE.c.squad_id == squad_id)
    return (
        connection.execute(select(SQUADS.c.version).where(SQUADS.c.id == squad_id)).scalar(),
        connection.execute(select(func.sum(COMMUNITIES.c.version)).where(communities)).scalar(),
        connection.execute(select(func.count()).select_from(BOUNDARIES).where(boundaries)).scalar(),
        tuple(connection.execute(select(func.count(), func.sum(CASES.c.version)).where(handled)).one()),
        tuple(tuple(row) for row in connection.execute(leave)),
    )


def cases_of_the_day(connection: Connection, squad_id: str, midnight: datetime) -> list[tuple[Kept, tuple[Step, ...]]]:
    """Return the cases that wait for somebody, and those dealt with since midnight, with their steps."""
    open_now = CASES.c.stage.in_([stage.value for stage in WAITING])
    dealt = (CASES.c.handled_at >= midnight) | (CASES.c.closed_at >= midnight)
    wanted = select(CASES.c.id).where((CASES.c.squad_id == squad_id) & (open_now | dealt)).order_by(CASES.c.id)
    ids = list(connection.execute(wanted).scalars())
    return [(get_case(connection, squad_id, one), steps_of(connection, squad_id, one)) for one in ids]
