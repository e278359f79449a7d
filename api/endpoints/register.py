"""What people hand in beside reports: renovations, feedback, evidence; and each community's ledger of what is owed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.case_schemas import Id, Line, Note
from api.endpoints.answers import FAULTS, REFUSED
from api.errors import UnknownRecordError
from api.inside import Now, Store
from api.plain import plain
from api.records import community_violations
from api.schemas import Bilingual, Strict
from api.security.access import Attends, Keeps, Looks
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.register import (
    add_evidence,
    add_feedback,
    add_renovation,
    all_feedback,
    evidence,
    history,
    phase_changes,
    post_changes,
    renovations,
)
from api.storage.squads import load_squad, officer_ids, require_squad
from casework.appraisal_sheet import Feedback
from casework.checklist import ChecklistRules, checklist
from casework.ledger import STATUS_NAMES, Evidence, Status, ledger, recheck_evidence, tally
from casework.phases import PhaseRules, Renovation, homes_registered, next_phase
from geo.community import Community
from geo.text import Text
from planner.demand import due_rules

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["records"])


class NewRenovation(Strict):
    """A renovation that a property company registered."""

    community: Id
    building: Line
    registered_on: date
    ends_on: date | None = None
    contractor: Line = ""


class RenovationShown(NewRenovation):
    """A renovation on record."""

    id: str


class NewFeedback(Strict):
    """What the secretary of a residents' committee says of an officer."""

    officer: Id
    community: Id
    day: date
    points: Annotated[float, Field(ge=0, le=100)]
    note: Note = ""


class FeedbackShown(NewFeedback):
    """Feedback on record."""

    id: str


class NewEvidence(Strict):
    """What shows that something owed was done."""

    item: Annotated[Id, Field(description="id of a line of the ledger")]
    day: date
    note: Note = ""


class LedgerShown(BaseModel):
    """A community's ledger: what is owed by which rule, and what fulfilled it; what is overdue stands on top."""

    community: str
    overdue: int
    next_phase: Annotated[dict[str, Any], Field(description="the phase proposed, and why")]
    tally: Annotated[dict[str, Any], Field(description="by each of the five, how many lines stand how")]
    lines: list[dict[str, Any]]


@router.get("/renovations", responses=REFUSED)
def list_renovations(
    squad_id: str, _: Looks, store: Store, community: Annotated[str | None, Query(max_length=64)] = None
) -> list[RenovationShown]:
    """List the register of renovations, the oldest first."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        found = renovations(connection, squad_id)
    return [_renovation(one) for one in found if community is None or one.community_id == community]


@router.post("/renovations", status_code=201, responses=REFUSED | FAULTS)
def register_renovation(squad_id: str, given: NewRenovation, who: Keeps, store: Store, now: Now) -> RenovationShown:
    """Register a renovation."""
    with writing(store) as connection:
        _require_community(connection, squad_id, given.community)
        one = Renovation("", given.community, given.building, given.registered_on, given.ends_on, given.contractor)
        kept = add_renovation(connection, squad_id, one)
        note(connection, now, who.name, "renovation registered", kept.id, squad_id=squad_id)
    return _renovation(kept)


@router.get("/feedback", responses=REFUSED)
def list_feedback(squad_id: str, _: Keeps, store: Store) -> list[FeedbackShown]:
    """List what residents' committees said of officers."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        found = all_feedback(connection, squad_id)
    return [_feedback(one) for one in found]


@router.post("/feedback", status_code=201, responses=REFUSED | FAULTS)
def give_feedback(squad_id: str, given: NewFeedback, who: Keeps, store: Store, now: Now) -> FeedbackShown:
    """Keep what a residents' committee says of an officer."""
    with writing(store) as connection:
        _require_community(connection, squad_id, given.community)
        if given.officer not in officer_ids(connection, squad_id):
            raise UnknownRecordError(Text(f"没有队员 {given.officer}", f"There is no officer {given.officer}"))
        one = Feedback("new", given.officer, given.community, given.day, given.points, given.note)
        kept = add_feedback(connection, squad_id, one)
        note(connection, now, who.name, "feedback kept", kept.id, squad_id=squad_id, detail={"officer": given.officer})
    return _feedback(kept)


@router.get("/communities/{community_id}/ledger", responses=REFUSED)
def show_ledger(squad_id: str, community_id: str, _: Looks, store: Store, now: Now) -> LedgerShown:
    """Show what a community is owed (五早), by which rule, until when, and what fulfilled it."""
    today = now.date()
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        community = _community(squad.communities, community_id)
        lines = history(connection, squad_id, community_id)
        shown = evidence(connection, squad_id, community_id, now)
        violations = community_violations(connection, squad_id, community_id)
        registered = homes_registered(renovations(connection, squad_id), community_id)
    items = checklist(
        community,
        ChecklistRules(due_rules(squad.policy)),
        today,
        violations=violations,
        history=phase_changes(lines),
        post_changes=post_changes(lines),
        days_off=(squad.day_on, squad.day_off),
    )
    owed = ledger(items, (*shown, *recheck_evidence(violations)), today)
    return LedgerShown(
        community=community_id,
        overdue=sum(line.status is Status.OVERDUE for line in owed),
        next_phase=plain(next_phase(community, today, registered, PhaseRules())),
        tally=plain(tally(owed)),
        lines=[{**plain(line), "status_name": plain(STATUS_NAMES[line.status])} for line in owed],
    )


@router.post("/communities/{community_id}/evidence", status_code=201, responses=REFUSED | FAULTS)
def give_evidence(
    squad_id: str, community_id: str, given: NewEvidence, who: Attends, store: Store, now: Now
) -> Bilingual:
    """Note that something owed was done."""
    with writing(store) as connection:
        _require_community(connection, squad_id, community_id)
        one = Evidence(given.item, given.day, given.note, (), who.subject or who.name)
        add_evidence(connection, squad_id, community_id, one)
        note(connection, now, who.name, "evidence given", given.item, squad_id=squad_id)
    return Bilingual(zh="已记录", en="Noted")


def _require_community(connection: Connection, squad_id: str, community_id: str) -> None:
    _community(load_squad(connection, squad_id, date.max).communities, community_id)


def _community(communities: tuple[Community, ...], community_id: str) -> Community:
    for community in communities:
        if community.id == community_id:
            return community
    raise UnknownRecordError(Text(f"没有小区 {community_id}", f"There is no community {community_id}"))


def _renovation(one: Renovation) -> RenovationShown:
    names = ("id", "building", "registered_on", "ends_on", "contractor")
    return RenovationShown(community=one.community_id, **{name: getattr(one, name) for name in names})


def _feedback(one: Feedback) -> FeedbackShown:
    return FeedbackShown(
        id=one.id, officer=one.officer_id, community=one.community_id, day=one.day, points=one.points, note=one.note
    )
