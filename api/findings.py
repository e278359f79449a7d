"""What a patrol finds, and what a re-check says: cases like all others, and violations that are looked at again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from api.errors import UnknownRecordError
from api.exchange.webhooks import case_data
from api.hooks import tell
from api.intake import take_in
from api.storage.audit import note
from api.storage.cases import add_steps, get_case
from api.storage.violations import note_recheck, violations_on_record
from casework.case import (
    Arrived,
    Channel,
    Dispatched,
    Filed,
    Handled,
    Outcome,
    Recalled,
    Rechecked,
    Report,
    Step,
)
from casework.figures import day_of
from casework.violation import ViolationType
from geo.text import Text

LEFT = "队员巡查发现,尚未整改,待派遣"
"""Why whoever found something left: it is to be dealt with by whoever is sent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a patrol found, and where: in a community, at a place."""

    community_id: str
    officer_id: str
    at: datetime
    lon: float
    lat: float
    type: ViolationType | None = None
    building: str = ""
    note: str = ""
    files: tuple[str, ...] = ()
    settled: bool = False


def keep_finding(connection: Connection, squad_id: str, found: Finding, now: datetime, by: str) -> str:
    """Open the case of a finding and return its number.

    It is filed at once, with the officer on the scene since he found it: nobody is ever late to what the patrol itself
    finds. What was put right on the spot waits for its re-check; the rest for somebody to be sent.
    """
    report = Report(
        "",
        Channel.OFFICER,
        found.lon,
        found.lat,
        found.at,
        community_id=found.community_id,
        type=found.type,
        building=found.building,
        note=found.note,
    )
    kept = take_in(connection, squad_id, report, now, by).kept
    tell(connection, squad_id, "report_taken_in", case_data(kept.case), now)
    after = add_steps(connection, squad_id, kept, steps_of_finding(found), by=by, recorded_at=now)
    event = "case_handled" if found.settled else "case_filed"
    tell(connection, squad_id, event, case_data(after.case), now)
    note(connection, now, by, event.replace("_", " "), after.case.id, squad_id=squad_id)
    return after.case.id


def steps_of_finding(found: Finding) -> tuple[Step, ...]:
    """Return the steps that a finding has gone through already."""
    at, officer = found.at, found.officer_id
    arrived = Arrived(at, officer, found.lon, found.lat, files=() if found.settled else found.files)
    there = (Filed(at), Dispatched(at, (officer,)), arrived)
    if found.settled:
        return (*there, Handled(at, Outcome.RECTIFIED, found.type, found.note, found.files))
    return (*there, Recalled(at, LEFT))


def keep_recheck(
    connection: Connection, squad_id: str, violation_id: str, found: Finding, now: datetime, *, passed: bool, by: str
) -> str | None:
    """Keep what a re-check says, and return the number of the case that has to do with it, None where there is none.

    A case that fails comes back; of a violation from before the records began, what is wrong again is a new case.

    Raises
    ------
    UnknownRecordError
        Where the community has no such violation.
    casework.errors.CaseworkError
        Where nothing waits to be looked at again.
    """
    on_record = violations_on_record(connection, squad_id, community_id=found.community_id)
    before = next((one for one in on_record if one.id == violation_id), None)
    if before is not None:
        note_recheck(connection, squad_id, violation_id, day_of(found.at))
        note(connection, now, by, "violation rechecked", violation_id, squad_id=squad_id, detail={"passed": passed})
        again = replace(found, type=before.type, building=before.building, lon=before.lon, lat=before.lat)
        return None if passed else keep_finding(connection, squad_id, again, now, by)
    kept = get_case(connection, squad_id, violation_id)
    if kept.case.report.community_id != found.community_id:
        raise UnknownRecordError(Text("这个小区没有这条违法记录", "This community has no such violation"))
    step = Rechecked(found.at, passed, found.officer_id, found.note, found.files)
    after = add_steps(connection, squad_id, kept, (step,), by=by, recorded_at=now)
    tell(connection, squad_id, "case_rechecked", case_data(after.case), now)
    note(connection, now, by, "rechecked", after.case.id, squad_id=squad_id, detail={"passed": passed})
    return after.case.id
