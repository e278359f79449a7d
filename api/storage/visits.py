"""What officers say of their visits, in the records: written once, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from api.storage.case_tables import VISIT_ACTS
from casework.visit_record import Said, VisitAct, VisitRecord, visit_record


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act to be kept.

    Attributes
    ----------
    clock_behind
        Seconds by which the telephone's clock was behind ours; `act.at` is by ours already.
    there
        Whether the telephone's place is at the community; None where it told none.
    detail
        What else was said: type and building of a finding, what was looked at.
    case_id
        The case that came of it.
    """

    week: str
    plan_id: str
    community_id: str
    act: VisitAct
    clock_behind: int = 0
    lon: float | None = None
    lat: float | None = None
    there: bool | None = None
    detail: Mapping[str, Any] | None = None
    case_id: str | None = None


def add_act(connection: Connection, squad_id: str, new: NewAct, received_at: datetime) -> int:
    """Keep an act and return its number."""
    act = new.act
    adding = (
        insert(VISIT_ACTS)
        .values(
            squad_id=squad_id,
            week=new.week,
            plan_id=new.plan_id,
            visit_id=act.visit_id,
            community_id=new.community_id,
            officer_id=act.officer_id,
            said=act.said.value,
            at=act.at,
            received_at=received_at,
            clock_behind=new.clock_behind,
            lon=new.lon,
            lat=new.lat,
            there=new.there,
            note=act.note,
            files=list(act.files),
            detail=dict(new.detail or {}),
            case_id=new.case_id,
        )
        .returning(VISIT_ACTS.c.number)
    )
    number: int = connection.execute(adding).scalar_one()
    return number


def acts_of_week(connection: Connection, squad_id: str, week: str) -> Sequence[RowMapping]:
    """Return a week's acts as they happened."""
    mine = (VISIT_ACTS.c.squad_id == squad_id) & (VISIT_ACTS.c.week == week)
    order = VISIT_ACTS.c.at, VISIT_ACTS.c.number
    return connection.execute(select(VISIT_ACTS).where(mine).order_by(*order)).mappings().all()


def visit_records(connection: Connection, squad_id: str, week: str) -> Mapping[str, VisitRecord]:
    """Return what became of each visit of a week that somebody spoke of."""
    acts: dict[str, list[VisitAct]] = {}
    for row in acts_of_week(connection, squad_id, week):
        acts.setdefault(row["visit_id"], []).append(_act(row))
    return {visit: visit_record(told) for visit, told in acts.items()}


def _act(row: RowMapping) -> VisitAct:
    return VisitAct(row["visit_id"], row["officer_id"], Said(row["said"]), row["at"], row["note"], tuple(row["files"]))
