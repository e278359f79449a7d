"""Reports taken in, and cases from then to their close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api import case_schemas as shown
from api.endpoints.answers import FAULTS, GUARDED, REFUSED, MarksGiven, etag
from api.errors import ForbiddenError, OfficerUnknownError
from api.exchange.webhooks import case_data
from api.hooks import tell
from api.inside import Now, Store
from api.intake import take_in, take_step
from api.security.access import Attends, Looks, Reports, Unmasks
from api.security.roles import Act, Principal, Role
from api.storage.audit import note
from api.storage.cases import Kept, get_case, page_of_cases
from api.storage.engine import reading, writing
from api.storage.files import require_files
from api.storage.once import once
from api.storage.plans import Change, PlanState, change_plan, get_plan
from api.storage.squads import officer_ids, require_squad
from casework.case import (
    Arrived,
    Channel,
    Dispatched,
    Filed,
    Handled,
    MergedInto,
    Recalled,
    Rechecked,
    Report,
    Step,
)
from geo.text import Text

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["cases"])

CHANNELS = {Role.PROPERTY: Channel.PROPERTY, Role.OFFICER: Channel.OFFICER}
"""What a report of theirs is, whatever they call it."""

ATTENDED = (shown.ArrivedStep, shown.HandledStep, shown.RecheckedStep)
"""Steps that officers take; the others are the leader's."""


@router.post("/reports", status_code=201, responses=REFUSED | FAULTS | GUARDED)
def report(
    squad_id: str, told: shown.NewReport, who: Reports, store: Store, now: Now, marks: MarksGiven
) -> shown.TakenInShown:
    """Take in a report: its case is opened, its two hours run, and open cases nearby are proposed for merging."""
    with writing(store) as connection:
        require_squad(connection, squad_id)
        made = once(
            connection,
            squad_id,
            marks.key_of(who.user_id),
            told.model_dump(mode="json"),
            now,
            lambda: _taken_in(connection, squad_id, told, who, now),
        )
    return shown.TakenInShown.model_validate(made)


@router.get("/cases", responses=REFUSED | FAULTS)
def list_cases(
    squad_id: str, _: Looks, store: Store, now: Now, asked: Annotated[shown.CasesAsked, Query()]
) -> shown.CasePage:
    """List cases, the newest report or the most urgent first, personal data masked."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        total, cases = page_of_cases(connection, squad_id, asked.wanted(now), limit=asked.limit, offset=asked.offset)
    listed = [shown.case_shown(kept, now) for kept in cases]
    return shown.CasePage(total=total, limit=asked.limit, offset=asked.offset, cases=listed)


@router.get("/cases/{case_id}", responses=REFUSED | GUARDED)
def show_case(squad_id: str, case_id: str, _: Looks, store: Store, now: Now, response: Response) -> shown.CaseShown:
    """Show a case, personal data masked."""
    with reading(store) as connection:
        kept = get_case(connection, squad_id, case_id)
    response.headers["ETag"] = etag(kept.version)
    return shown.case_shown(kept, now)


@router.post("/cases/{case_id}/unmask", responses=REFUSED | GUARDED)
def unmask(squad_id: str, case_id: str, who: Unmasks, store: Store, now: Now) -> shown.Reporter:
    """Show who reported a case; that it was looked at is written down."""
    with writing(store) as connection:
        told = get_case(connection, squad_id, case_id).case.report
        note(connection, now, who.name, "reporter looked at", case_id, squad_id=squad_id)
    return shown.Reporter(name=told.reporter_name, phone=told.reporter_phone)


@router.post("/cases/{case_id}/steps", status_code=201, responses=REFUSED | GUARDED | FAULTS)
def step(
    squad_id: str,
    case_id: str,
    taken: shown.NewStep,
    who: Attends,
    store: Store,
    now: Now,
    response: Response,
    marks: MarksGiven,
) -> shown.CaseShown:
    """Add a step: filed, dispatched, recalled, arrived, handled, rechecked, merged.

    A step that is uploaded late keeps its own time; the same key makes it once.
    """
    _require_may(who, squad_id, taken)
    with writing(store) as connection:
        made = once(
            connection,
            squad_id,
            marks.key_of(who.user_id),
            {"case": case_id, **taken.model_dump(mode="json")},
            now,
            lambda: _stepped(connection, squad_id, case_id, taken, who, now, marks.version),
        )
    case = shown.CaseShown.model_validate(made)
    response.headers["ETag"] = etag(case.version)
    return case


def _taken_in(
    connection: Connection, squad_id: str, told: shown.NewReport, who: Principal, now: Now
) -> Mapping[str, Any]:
    given = told.model_dump(exclude={"channel", "reported_at"})
    draft = Report("", CHANNELS.get(who.role, told.channel), reported_at=told.reported_at or now, **given)
    taken = take_in(connection, squad_id, draft, now, who.name)
    case = shown.case_shown(taken.kept, now)
    tell(connection, squad_id, "report_taken_in", case_data(taken.kept.case), now)
    found = shown.TakenInShown(case=case, alike=[other.id for other in taken.alike])
    return found.model_dump(mode="json")


def _require_may(who: Principal, squad_id: str, taken: shown.NewStep) -> None:
    """Raise `ForbiddenError` where an officer takes a step of the leader's, or in another officer's name."""
    act = Act.ATTEND if isinstance(taken, ATTENDED) else Act.DISPATCH
    other = isinstance(taken, shown.ArrivedStep) and who.role is Role.OFFICER and taken.officer != who.subject
    if other or not who.may(act, squad_id):
        raise ForbiddenError(Text("您没有这个权限", "You may not do this"))


def _stepped(
    connection: Connection,
    squad_id: str,
    case_id: str,
    taken: shown.NewStep,
    who: Principal,
    now: Now,
    version: int | None,
) -> Mapping[str, Any]:
    kept = get_case(connection, squad_id, case_id)
    if version is not None:
        kept = Kept(kept.case, version)
    step = _step_of(taken, max(now, kept.case.last_at))
    if isinstance(step, Dispatched | Arrived):
        _require_officers(connection, squad_id, step.officers if isinstance(step, Dispatched) else (step.officer,))
    if isinstance(taken, ATTENDED):
        require_files(connection, squad_id, taken.files)
    if isinstance(step, MergedInto):
        get_case(connection, squad_id, step.case_id)
    detail = taken.model_dump(
        mode="json", include={"kind", "at", "officers", "officer", "outcome", "passed", "case_id"}
    )
    if isinstance(taken, shown.DispatchedStep) and taken.publish is not None:
        draft = get_plan(connection, squad_id, taken.publish)
        change_plan(connection, squad_id, draft, Change(now, who.name, state=PlanState.PUBLISHED, why=case_id))
    after = take_step(connection, squad_id, kept, step, now, by=who.name, detail=detail)
    tell(connection, squad_id, f"case_{taken.kind}", case_data(after.case), now)
    return shown.case_shown(after, now).model_dump(mode="json")


def _require_officers(connection: Connection, squad_id: str, officers: tuple[str, ...]) -> None:
    unknown = sorted(set(officers) - officer_ids(connection, squad_id))
    if unknown:
        listed = "、".join(unknown)
        raise OfficerUnknownError(Text(f"没有编号为 {listed} 的队员", f"There is no officer {listed}"))


def _step_of(taken: shown.NewStep, now: datetime) -> Step:
    """Return a step; one without a time is of now, or of the last step's time where the clock was set back since."""
    at = taken.at or now
    match taken:
        case shown.FiledStep():
            step: Step = Filed(at)
        case shown.DispatchedStep():
            step = Dispatched(at, tuple(dict.fromkeys(taken.officers)))
        case shown.RecalledStep():
            step = Recalled(at, taken.reason)
        case shown.ArrivedStep():
            step = Arrived(at, taken.officer, taken.lon, taken.lat, taken.reason, taken.files)
        case shown.HandledStep():
            step = Handled(at, taken.outcome, taken.type, taken.note, taken.files)
        case shown.RecheckedStep():
            step = Rechecked(at, taken.passed, taken.officer, taken.note, taken.files)
        case shown.MergedStep():
            step = MergedInto(at, taken.case_id)
    return step
