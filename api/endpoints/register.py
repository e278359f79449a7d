"""What people hand in beside reports: renovations, feedback, evidence; and each community's ledger of what is owed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.case_schemas import Files, Id, Line, Note
from api.endpoints.answers import FAULTS, GUARDED, REFUSED, UNTAKEN, MarksGiven
from api.errors import UnknownRecordError
from api.inside import Now, Store
from api.ledgers import ledger_of
from api.plain import plain
from api.records import waiting_violations
from api.schemas import Bilingual, Strict
from api.security.access import Attends, Keeps, Looks
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.files import BEGINNINGS, LARGEST, KeptFile, get_file, keep_file, require_files
from api.storage.register import (
    add_evidence,
    add_feedback,
    add_renovation,
    all_feedback,
    evidence_of_plans,
    history,
    noted_evidence,
    renovations,
)
from api.storage.squads import change_posts, load_squad, officer_ids, require_squad
from api.uploads import read_bytes
from casework.appraisal_sheet import Feedback
from casework.ledger import STATUS_NAMES, Evidence, LedgerLine, Status, tally
from casework.phases import PhaseRules, Renovation, homes_registered, next_phase
from geo.community import Community, Phase
from geo.text import Text
from planner.squad import Squad

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["records"])

FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for _, kind in BEGINNINGS},
    }
}
SANDBOX = "default-src 'none'; sandbox"


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
    files: Files = ()


class FileKept(BaseModel):
    """A file handed in."""

    sha256: str
    media_type: str


class NewPosts(Strict):
    """What a community is from today on; what is absent stays."""

    phase: Phase | None = None
    a_officer: Id | None = None
    b_officer: Id | None = None


class PostsShown(BaseModel):
    """What a community is."""

    phase: Phase
    a_officer: str
    b_officer: str
    version: int


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
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        community = _community(squad.communities, community_id)
        owed = ledger_of(connection, squad, community, now)
        late = overdue_of(connection, squad, [community], now)
        registered = homes_registered(renovations(connection, squad_id), community_id)
    return LedgerShown(
        community=community_id,
        overdue=len(late),
        next_phase=plain(next_phase(community, now.date(), registered, PhaseRules())),
        tally=plain(tally(owed)),
        lines=[_line(line) for line in owed],
    )


@router.get("/overdue", responses=REFUSED)
def list_overdue(squad_id: str, _: Looks, store: Store, now: Now) -> list[dict[str, Any]]:
    """List whatever is overdue anywhere, the longest overdue first: what a leader has to see before anything else."""
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        late = overdue_of(connection, squad, squad.communities, now)
    return [_line(line) for line in late]


@router.post("/communities/{community_id}/evidence", status_code=201, responses=REFUSED | FAULTS)
def give_evidence(
    squad_id: str, community_id: str, given: NewEvidence, who: Attends, store: Store, now: Now
) -> Bilingual:
    """Note that something owed was done."""
    with writing(store) as connection:
        _require_community(connection, squad_id, community_id)
        require_files(connection, squad_id, given.files)
        one = Evidence(given.item, given.day, given.note, tuple(given.files), who.subject or who.name)
        add_evidence(connection, squad_id, community_id, one)
        note(connection, now, who.name, "evidence given", given.item, squad_id=squad_id)
    return Bilingual(zh="已记录", en="Noted")


@router.post("/files", status_code=201, responses=REFUSED | FAULTS | UNTAKEN, openapi_extra=FILE)
async def hand_in(
    squad_id: str,
    request: Request,
    who: Attends,
    store: Store,
    now: Now,
    name: Annotated[str, Query(max_length=200)] = "",
) -> FileKept:
    """Hand in a photograph or a PDF as evidence: JPEG, PNG or PDF by what it is, not by what it is called."""
    data = await read_bytes(request, LARGEST)

    def keep() -> KeptFile:
        with writing(store) as connection:
            require_squad(connection, squad_id)
            kept = keep_file(connection, squad_id, data, name, now)
            note(connection, now, who.name, "file handed in", kept.sha256, squad_id=squad_id)
        return kept

    kept = await asyncio.to_thread(keep)
    return FileKept(sha256=kept.sha256, media_type=kept.media_type)


@router.get(
    "/files/{sha256}",
    responses={**REFUSED, 200: {"content": {kind: {} for _, kind in BEGINNINGS}}},
    response_class=Response,
)
def show_file(squad_id: str, sha256: str, _: Looks, store: Store) -> Response:
    """Return a file that was handed in, to be saved: no browser runs anything of it on our address."""
    with reading(store) as connection:
        kept = get_file(connection, squad_id, sha256)
    headers = {"Content-Disposition": "attachment", "Content-Security-Policy": SANDBOX}
    return Response(kept.data, media_type=kept.media_type, headers=headers)


@router.patch("/communities/{community_id}", responses=REFUSED | FAULTS | GUARDED)
def change_community(
    squad_id: str, community_id: str, given: NewPosts, who: Keeps, store: Store, now: Now, marks: MarksGiven
) -> PostsShown:
    """Move a community into another phase, or its posts into other hands; what it was stays on record."""
    with writing(store) as connection:
        version = change_posts(
            connection, squad_id, community_id, given.model_dump(exclude_none=True), marks.version, now
        )
        detail = given.model_dump(mode="json", exclude_none=True)
        note(connection, now, who.name, "community changed", community_id, squad_id=squad_id, detail=detail)
        community = _community(load_squad(connection, squad_id, date.max).communities, community_id)
    return PostsShown(
        phase=community.phase, a_officer=community.a_officer, b_officer=community.b_officer, version=version
    )


def overdue_of(
    connection: Connection, squad: Squad, communities: Iterable[Community], now: datetime
) -> tuple[LedgerLine, ...]:
    """Return what is overdue at some communities, the longest overdue first.

    What was due before the squad's records began is not among it: whether it was done nobody wrote down here. It stands
    in the ledger, where evidence of it may still be given.
    """
    late = []
    by_plans = evidence_of_plans(connection, squad.id, now)
    waiting = waiting_violations(connection, squad.id)
    for community in communities:
        lines = history(connection, squad.id, community.id)
        began = lines[0]["day"] if lines else now.date()
        shown = (*noted_evidence(connection, squad.id, community.id), *by_plans.get(community.id, ()))
        here = [one for one in waiting if one.community_id == community.id]
        owed = ledger_of(connection, squad, community, now, shown, here)
        late += [line for line in owed if let_pass(line, began)]
    return tuple(sorted(late, key=lambda line: (line.item.due or date.max, line.item.community_id, line.item.id)))


def let_pass(line: LedgerLine, began: date) -> bool:
    """Return whether a line is overdue, and fell due since the squad's records began."""
    return line.status is Status.OVERDUE and line.item.due is not None and line.item.due >= began


def _line(line: LedgerLine) -> dict[str, Any]:
    return {**plain(line), "status_name": plain(STATUS_NAMES[line.status])}


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
