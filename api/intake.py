"""From a report to a case: where it lies, until when somebody has to be there, what it may belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from api.errors import FutureStepError, PlaceReasonError
from api.storage.audit import note
from api.storage.case_tables import CASES
from api.storage.cases import Kept, add_case, add_step, all_cases
from api.storage.places import at_community, community_at
from api.storage.squad_tables import SHIFTS, SQUADS
from casework.calendar import SHANGHAI
from casework.case import Arrived, Case, Report, Step, opened
from casework.clocks import arrival_due
from casework.duplicates import RECENT, alike
from geo.text import Text
from planner.policy import MINUTE, ResponsePolicy

AHEAD = timedelta(minutes=5)
"""By so much may a telephone's clock be fast."""

DAYS_AHEAD = 8
"""Duty is looked for within so many days after a report: a week's holiday, and the day it was made on."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A case, and the open cases that the report may belong to."""

    kept: Kept
    alike: tuple[Case, ...]


def take_in(connection: Connection, squad_id: str, report: Report, now: datetime, by: str) -> TakenIn:
    """Open the case of a report whose `id` and `community_id` are still to be found."""
    case_id = _next_id(connection, squad_id, now)
    place = report.community_id or community_at(connection, squad_id, report.lon, report.lat)
    told = replace(report, id=case_id, community_id=place)
    due = arrival_due(told.reported_at, duty_from(connection, squad_id, told.reported_at), _limit(connection, squad_id))
    near = alike(told, all_cases(connection, squad_id, open_only=True, since=told.reported_at - RECENT))
    kept = add_case(connection, squad_id, opened(case_id, told, due), now)
    detail = {"channel": told.channel.value, "community": place, "type": told.type and told.type.value}
    note(connection, now, by, "report taken in", case_id, squad_id=squad_id, detail=detail)
    return TakenIn(kept, near)


def take_step(
    connection: Connection, squad_id: str, kept: Kept, step: Step, now: datetime, *, by: str, detail: Mapping[str, Any]
) -> Kept:
    """Add a step to a case and to the audit trail.

    Raises
    ------
    FutureStepError
        Where the step lies in the future.
    PlaceReasonError
        Where whoever arrived is elsewhere and does not say why.
    casework.errors.CaseworkError, StaleError, OfficerBusyError
        As `api.storage.cases.add_step` does.
    """
    if step.at > max(now, kept.case.last_at) + AHEAD:
        raise FutureStepError(Text("时间在将来,请核对手机时钟", "The time lies ahead: check the telephone's clock"))
    if isinstance(step, Arrived):
        _require_there(connection, squad_id, kept.case, step)
    after = add_step(connection, squad_id, kept, step, by=by, recorded_at=now)
    note(connection, now, by, type(step).__name__.lower(), kept.case.id, squad_id=squad_id, detail=detail)
    return after


def duty_from(connection: Connection, squad_id: str, instant: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Return the duty hours of the days around an instant: on each from its first shift's start to its last's end."""
    first = instant.astimezone(SHANGHAI).date()
    mine = (SHIFTS.c.squad_id == squad_id) & SHIFTS.c.day.between(first, first + timedelta(days=DAYS_AHEAD))
    hours = func.min(SHIFTS.c.start), func.max(SHIFTS.c.end)
    rows = connection.execute(select(SHIFTS.c.day, *hours).where(mine).group_by(SHIFTS.c.day).order_by(SHIFTS.c.day))
    return tuple((_at(day, start), _at(day, end)) for day, start, end in rows)


def _at(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time(), SHANGHAI) + timedelta(seconds=seconds)


def _limit(connection: Connection, squad_id: str) -> int:
    policy = connection.execute(select(SQUADS.c.policy).where(SQUADS.c.id == squad_id)).scalar_one()
    minutes = policy.get("policy.response.limit_minutes")
    return ResponsePolicy().limit if minutes is None else round(minutes * MINUTE)


def _next_id(connection: Connection, squad_id: str, now: datetime) -> str:
    """Return a number that people can read out: the day it was taken in and a count, which never runs backwards."""
    day = f"{now.astimezone(SHANGHAI):%Y%m%d}-"
    mine = (CASES.c.squad_id == squad_id) & CASES.c.id.between(day, day + "~")
    last = connection.execute(select(func.max(CASES.c.id)).where(mine)).scalar()
    return f"{day}{1 if last is None else int(last.removeprefix(day)) + 1:05d}"


def _require_there(connection: Connection, squad_id: str, case: Case, step: Arrived) -> None:
    community = case.report.community_id
    there = (
        step.lon is not None
        and step.lat is not None
        and community is not None
        and at_community(connection, squad_id, community, step.lon, step.lat)
    )
    if not there and not step.reason:
        raise PlaceReasonError(
            Text(
                "定位不在小区大门附近或小区内,请写明原因",
                "The place is neither near a gate nor inside the boundary: say why",
            )
        )
