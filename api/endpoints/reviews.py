"""Reviews: the month of each property company, the quarter and year of each officer, the squad's outcome sheet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.case_schemas import Id, Note
from api.endpoints.answers import FAULTS, GUARDED, REFUSED
from api.errors import UnknownRecordError
from api.inside import Now, Store
from api.plain import plain
from api.schemas import Strict
from api.security.access import Keeps, Owns, Reviews
from api.storage.audit import note
from api.storage.cases import all_cases
from api.storage.engine import reading, writing
from api.storage.outcomes import OUTCOME
from api.storage.register import (
    add_contest,
    all_feedback,
    contests,
    freeze,
    get_contest,
    keep_contest,
    new_id,
    renovations,
    snapshot,
    tenures,
)
from api.storage.squads import load_squad, require_squad
from casework.appraisal import appraise
from casework.appraisal_sheet import FACTOR_NAMES, STATEMENTS, Appraisal, AppraisalRules, OfficerAppraisal
from casework.contest import Contest, decided
from casework.figures import period_named
from casework.outcome import outcome_parts, outcome_sheet
from casework.property_review import ReviewRules, property_reviews, to_summon
from geo.text import Text
from planner.partner import PartnerKind

router = APIRouter(prefix="/api/squads/{squad_id}/reviews", tags=["reviews"])

Month = Annotated[str, Path(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-11"])]
Span = Annotated[str, Path(pattern=r"^20\d\d(-(0[1-9]|1[0-2])|-Q[1-4])?$", examples=["2026-Q4", "2026", "2026-11"])]
Long = Annotated[str, Path(pattern=r"^20\d\d(-Q[1-4])?$", examples=["2026-Q4", "2026"])]
PROPERTY, APPRAISAL = "property", "appraisal"


class Review(BaseModel):
    """A review; each figure with the ids of the records behind it. What was frozen stays as it was."""

    period: str
    frozen_at: datetime | None
    document: dict[str, Any]


class NewContest(Strict):
    """What an officer objects to: a record that counted against him."""

    record: Annotated[Id, Field(description="id of the case or of the feedback")]
    note: Note


class Decision(Strict):
    """What is decided of an objection, and why."""

    upheld: bool
    decision: Note


class ContestShown(BaseModel):
    """An objection."""

    id: str
    officer: str
    record: str
    note: str
    state: str
    raised_at: datetime
    decided_at: datetime | None
    decision: str


@router.get("/property/{period}", responses=REFUSED | FAULTS)
def property_month(squad_id: str, period: Month, _: Reviews, store: Store, now: Now) -> Review:
    """Review each property company's month, with the list of whom to summon (约谈) and why."""
    return reviewed(store, squad_id, PROPERTY, period, now)


@router.get("/appraisal/{period}", responses=REFUSED | FAULTS)
def appraisal(squad_id: str, period: Long, _: Reviews, store: Store, now: Now) -> Review:
    """Appraise the officers' quarter or year by the three factors, small counts with their intervals."""
    return reviewed(store, squad_id, APPRAISAL, period, now)


@router.get("/appraisal/{period}/mine", responses=REFUSED | FAULTS)
def my_appraisal(squad_id: str, period: Long, who: Owns, store: Store, now: Now) -> Review:
    """Show an officer his own appraisal and nobody else's."""
    review = reviewed(store, squad_id, APPRAISAL, period, now)
    mine = [one for one in review.document["officers"] if one["officer_id"] == who.subject]
    return review.model_copy(update={"document": {**review.document, "officers": mine}})


@router.get("/outcome/{period}", responses=REFUSED | FAULTS)
def outcome(squad_id: str, period: Span, _: Reviews, store: Store, now: Now) -> Review:
    """Show the outcome sheet (成效): registered, found, rectified, complaints, on time; computed from the records."""
    return reviewed(store, squad_id, OUTCOME, period, now)


@router.post("/{kind}/{period}/freeze", status_code=201, responses=REFUSED | FAULTS)
def freeze_review(
    squad_id: str,
    kind: Annotated[str, Path(pattern=f"^({PROPERTY}|{APPRAISAL}|{OUTCOME})$")],
    period: Span,
    who: Keeps,
    store: Store,
    now: Now,
) -> Review:
    """Freeze a review as it is now: what is found out later goes into the next one."""
    _require_period(kind, period)
    with writing(store) as connection:
        document = _document(connection, squad_id, kind, period, now)
        freeze(connection, squad_id, kind, period, document, at=now, by=who.name)
        note(connection, now, who.name, "review frozen", f"{kind} {period}", squad_id=squad_id)
    return reviewed(store, squad_id, kind, period, now)


@router.get("/contests", responses=REFUSED)
def list_contests(squad_id: str, _: Reviews, store: Store) -> list[ContestShown]:
    """List what officers object to."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        return [_shown(one) for one in contests(connection, squad_id)]


@router.post("/contests", status_code=201, responses=REFUSED | FAULTS)
def contest(squad_id: str, given: NewContest, who: Owns, store: Store, now: Now) -> ContestShown:
    """Object to a record in one's own appraisal."""
    one = Contest(new_id(), who.subject or "", given.record, given.note, now)
    with writing(store) as connection:
        add_contest(connection, squad_id, one)
        note(connection, now, who.name, "appraisal contested", one.id, squad_id=squad_id)
    return _shown(one)


@router.post("/contests/{contest_id}/decision", responses=REFUSED | FAULTS | GUARDED)
def decide(squad_id: str, contest_id: str, given: Decision, who: Keeps, store: Store, now: Now) -> ContestShown:
    """Decide an objection; a record whose objection is upheld no longer counts."""
    with writing(store) as connection:
        before = get_contest(connection, squad_id, contest_id)
        after = decided(before, max(now, before.raised_at), given.decision, upheld=given.upheld)
        keep_contest(connection, squad_id, after)
        note(connection, now, who.name, "objection decided", contest_id, squad_id=squad_id)
    return _shown(after)


def reviewed(store: Store, squad_id: str, kind: str, period: str, now: datetime) -> Review:
    """Return a review as it was frozen, or as the records have it now where it was not."""
    with reading(store) as connection:
        kept = snapshot(connection, squad_id, kind, period)
        if kept is not None:
            return Review(period=period, frozen_at=kept["frozen_at"], document=kept["document"])
        return Review(period=period, frozen_at=None, document=_document(connection, squad_id, kind, period, now))


def _document(connection: Connection, squad_id: str, kind: str, name: str, now: datetime) -> dict[str, Any]:
    period = period_named(name)
    squad = load_squad(connection, squad_id, date.max)
    cases, registered = all_cases(connection, squad_id), renovations(connection, squad_id)
    if kind == OUTCOME:
        sheet = outcome_sheet(cases, registered, period, now)
        parts = outcome_parts(cases, registered, period)
        return {**plain(sheet), "lines": plain(sheet.lines), "parts": plain(parts)}
    if kind == PROPERTY:
        companies = {
            community: partner.name
            for partner in squad.partners
            if partner.kind is PartnerKind.PROPERTY
            for community in partner.community_ids
        }
        found = property_reviews(squad.communities, cases, registered, period, now, ReviewRules(), companies)
        return {"reviews": plain(found), "to_summon": [one.company for one in to_summon(found)]}
    held = [one for community in squad.communities for one in tenures(connection, squad_id, community, period)]
    said, objections = all_feedback(connection, squad_id), contests(connection, squad_id)
    made = appraise(held, cases, said, period, now, AppraisalRules(), objections)
    return _appraisal(made)


def _appraisal(made: Appraisal) -> dict[str, Any]:
    def officer(one: OfficerAppraisal) -> dict[str, Any]:
        factors = [
            {**plain(factor), "name": plain(FACTOR_NAMES[factor.factor]), "text": plain(factor.text)}
            for factor in one.factors
        ]
        return {**plain(one), "factors": factors}

    return {**plain(made), "officers": [officer(one) for one in made.officers], "statements": plain(STATEMENTS)}


def _require_period(kind: str, period: str) -> None:
    monthly = len(period) == len("2026-11") and "Q" not in period
    if (kind == PROPERTY and not monthly) or (kind == APPRAISAL and monthly):
        raise UnknownRecordError(Text("物业按月、考核按季或按年", "Companies by month, officers by quarter or year"))


def _shown(one: Contest) -> ContestShown:
    return ContestShown(
        id=one.id,
        officer=one.officer_id,
        record=one.record_id,
        note=one.note,
        state=one.state.value,
        raised_at=one.raised_at,
        decided_at=one.decided_at,
        decision=one.decision,
    )
