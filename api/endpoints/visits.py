"""What officers say of their visits from the spot, and what became of each visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api import visit_schemas as shown
from api.endpoints.answers import FAULTS, GUARDED, REFUSED, MarksGiven
from api.errors import ForbiddenError, UnknownRecordError
from api.findings import Finding, keep_finding, keep_recheck
from api.inside import Now, Store
from api.planned_visit import PlannedVisit, planned_visit
from api.security.access import Attends, Looks
from api.security.roles import Principal, Role
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.files import known_files
from api.storage.once import once
from api.storage.places import at_community
from api.storage.plans import get_plan
from api.storage.squads import require_squad
from api.storage.visits import NewAct, acts_of_week, add_act, visit_records
from casework.visit_record import Said, VisitAct, require_time
from geo.text import Text
from planner.week import Week

router = APIRouter(prefix="/api/squads/{squad_id}/visits", tags=["visits"])

WEEK = r"^(19|2\d)\d\d-W([0-4]\d|5[0-3])$"


@router.post("/acts", status_code=201, responses=REFUSED | FAULTS | GUARDED)
def act(
    squad_id: str, told: shown.NewVisitAct, who: Attends, store: Store, now: Now, marks: MarksGiven
) -> shown.ActTaken:
    """Take in what an officer says of a visit: arrived, finished, found, rechecked, could_not.

    What is sent late keeps its own time; the same key counts once. An officer speaks for visits of his own crews.
    """
    with writing(store) as connection:
        require_squad(connection, squad_id)
        made = once(
            connection,
            squad_id,
            marks.key_of(who.user_id),
            told.model_dump(mode="json"),
            now,
            lambda: _taken(connection, squad_id, told, who, now),
        )
    return shown.ActTaken.model_validate(made)


@router.get("/acts", responses=REFUSED | FAULTS)
def list_acts(
    squad_id: str,
    _: Looks,
    store: Store,
    now: Now,
    week: Annotated[str | None, Query(pattern=WEEK, description="such as 2026-W48; absent: this week")] = None,
) -> shown.WeekTold:
    """List what officers said of a week's visits.

    ``{"week": "2026-W48", "visits": [{"visit": "joint-C1#1", "community": "C1", "state": "under_way",
    "state_name": {"zh", "en"}, "arrived_at": "2026-11-23T08:58:00+08:00", "finished_at": null, "last_at",
    "reason": "", "found": 1, "officers": ["01"]}], "acts": [{"number", "week", "plan", "visit", "community",
    "officer": "01", "kind": "arrived|finished|found|rechecked|could_not", "kind_name": {"zh", "en"}, "at",
    "received_at", "clock_behind": 0, "lon": 121.24, "lat": 31.37, "there": true, "note", "files": [sha256],
    "case": "20261123-00001", "detail": {}}]}``: of visits, those that somebody spoke of (the others stand as planned);
    `state` is one of planned, under_way, done, not_done; acts in the order in which they happened.
    """
    wanted = str(Week.of(now)) if week is None else week
    with reading(store) as connection:
        require_squad(connection, squad_id)
        acts = acts_of_week(connection, squad_id, wanted)
        records = visit_records(connection, squad_id, wanted)
    places = {row["visit_id"]: row["community_id"] for row in acts}
    return shown.WeekTold(
        week=wanted,
        visits=[shown.visit_shown(visit, places[visit], record) for visit, record in records.items()],
        acts=[shown.act_shown(dict(row)) for row in acts],
    )


def _taken(
    connection: Connection, squad_id: str, told: shown.NewVisitAct, who: Principal, now: datetime
) -> Mapping[str, Any]:
    visit = planned_visit(get_plan(connection, squad_id, told.plan), told.visit)
    officer = _speaker(who, told, visit)
    week, at = Week.parse(visit.week), told.at or now
    require_time(at, week.instant(0), week.instant(0) + timedelta(days=7), now)
    if set(told.files) - known_files(connection, squad_id, told.files):
        raise UnknownRecordError(Text("没有这个文件", "There is no such file"))
    there = _there(connection, squad_id, visit, told)
    found = _found(told, visit, officer, at, there=there)
    case_id = _case_of(connection, squad_id, told, found, now, who.name)
    said = VisitAct(visit.id, officer, Said(told.kind), at, told.note, told.files)
    new = NewAct(
        visit.week,
        visit.plan_id,
        visit.community_id,
        said,
        told.clock_behind,
        told.lon,
        told.lat,
        there,
        told.model_dump(mode="json", include={"type", "building", "settled", "violation", "passed", "checked"}),
        case_id,
    )
    number = add_act(connection, squad_id, new, now)
    detail = {"visit": visit.id, "at": at.isoformat(), "officer": officer}
    note(connection, now, who.name, f"visit {told.kind}", str(number), squad_id=squad_id, detail=detail)
    row = next(row for row in acts_of_week(connection, squad_id, visit.week) if row["number"] == number)
    record = visit_records(connection, squad_id, visit.week)[visit.id]
    taken = shown.ActTaken(
        act=shown.act_shown(dict(row)), visit=shown.visit_shown(visit.id, visit.community_id, record)
    )
    return taken.model_dump(mode="json")


def _speaker(who: Principal, told: shown.NewVisitAct, visit: PlannedVisit) -> str:
    """Return the officer whose act it is; raise `ForbiddenError` where he speaks for others, or for another crew."""
    officer = told.officer or who.subject or ""
    mine = who.role is not Role.OFFICER or officer == who.subject
    if not mine or officer not in visit.crew:
        raise ForbiddenError(Text("只能报自己班组的勤务", "An officer speaks for visits of his own crews"))
    return officer


def _there(connection: Connection, squad_id: str, visit: PlannedVisit, told: shown.NewVisitAct) -> bool | None:
    if told.lon is None or told.lat is None:
        return None
    return at_community(connection, squad_id, visit.community_id, told.lon, told.lat)


def _found(told: shown.NewVisitAct, visit: PlannedVisit, officer: str, at: datetime, *, there: bool | None) -> Finding:
    """Return what an act says was found; told of from elsewhere, it is put at the gate."""
    lon, lat = visit.lon, visit.lat
    if there and told.lon is not None and told.lat is not None:
        lon, lat = told.lon, told.lat
    found = Finding(visit.community_id, officer, at, lon, lat, note=told.note, files=told.files)
    if isinstance(told, shown.VisitFound):
        return replace(found, type=told.type, building=told.building, settled=told.settled)
    return found


def _case_of(
    connection: Connection, squad_id: str, told: shown.NewVisitAct, found: Finding, now: datetime, by: str
) -> str | None:
    """Return the number of the case that comes of an act, None where none does."""
    match told:
        case shown.VisitFound():
            return keep_finding(connection, squad_id, found, now, by)
        case shown.VisitRechecked():
            return keep_recheck(connection, squad_id, told.violation, found, now, passed=told.passed, by=by)
        case _:
            return None
