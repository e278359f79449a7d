"""Drafts beside drafts: compared, copied, planned again around what is pinned, and what would mend their gaps."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy import Engine

from api import schemas
from api.board.differences import differences
from api.board.mending import Mender, Question
from api.endpoints.answers import FAULTS, GUARDED, PROBLEM, Answers
from api.endpoints.plans import RESULT, ordered, status
from api.errors import PlanStateError, UnknownPlanError
from api.glance import figures_of
from api.inside import Board, DeskInUse, Now, PlanOfSquad, SettingsInUse
from api.jobs.job import require_done
from api.schemas import Strict
from api.security.access import Looks, Plans
from api.storage.audit import note
from api.storage.engine import writing
from api.storage.plans import add_draft
from geo.text import Text

router = APIRouter(prefix="/api/squads/{squad_id}/plans/{plan_id}", tags=["board"])

DifferencesShown = Annotated[dict[str, Any], Field(description="docs/service.md, the week board")]
BUSY: Answers = {429: {**PROBLEM, "description": "too many plans are waiting"}}


class Again(Strict):
    """How long to plan: work limit in seconds of one core."""

    time_limit: Annotated[float, Field(gt=0, le=600)] = 20.0


class Repairing(Strict):
    """How long to look for repairs: work limit in seconds of one core."""

    time_limit: Annotated[float, Field(gt=0, le=60)] = 10.0


class RepairsFound(Strict):
    """What would mend each gap of a plan, as `wuzao check --repairs` tells it; `version` is the plan's."""

    version: int
    repairs: list[dict[str, Any]]


@router.get("/differences/{other}", responses=RESULT | GUARDED)
def show_differences(
    _: Looks, job: PlanOfSquad, other: str, squad_id: str, board: Board, desk: DeskInUse
) -> DifferencesShown:
    """Say what another plan of the same week makes otherwise, and both plans' figures side by side."""
    beside = board.get(other)
    if beside.order.squad != squad_id or beside.order.week != job.order.week:
        raise UnknownPlanError(Text("这一周没有这份计划", "There is no such plan of this week"))
    here, there = (desk.sheet(squad_id, require_done(each).id).planned for each in (job, beside))
    return differences(here, there)


@router.post("/copy", status_code=201, responses=RESULT | GUARDED)
def copy_plan(
    who: Plans, job: PlanOfSquad, request: Request, response: Response, board: Board, desk: DeskInUse, now: Now
) -> schemas.PlanStatus:
    """Return a new draft that begins as this plan is now."""
    store: Engine = request.app.state.store
    squad_id = job.order.squad
    sheet = desk.sheet(squad_id, require_done(job).id)
    document, figures = sheet.kept.document, figures_of(sheet.planned)

    def keep(plan_id: str) -> None:
        with writing(store) as connection:
            add_draft(connection, squad_id, plan_id, document, now, who.name, "copied", figures)
            note(connection, now, who.name, "plan copied", plan_id, squad_id=squad_id, detail={"from": job.id})

    made = status(board.adopt(job, document, keep), request)
    response.headers["Location"] = made.links["self"]
    return made


@router.post("/again", status_code=202, responses=RESULT | FAULTS | GUARDED | BUSY)
def plan_week_again(
    who: Plans,
    job: PlanOfSquad,
    asked: Again,
    request: Request,
    response: Response,
    board: Board,
    desk: DeskInUse,
    now: Now,
) -> schemas.PlanStatus:
    """Plan the week again; what is pinned in this plan stays as it is. The answer is a job like any other."""
    squad_id = job.order.squad
    sheet = desk.sheet(squad_id, require_done(job).id)
    if sheet.planned.prepared.problem.incidents:
        raise PlanStateError(
            Text("突发情况之后的计划请按新情况重排", "After an event, tell what happened next and plan again")
        )
    order = schemas.PlanOrder(
        week=job.order.week, seed=job.order.seed, time_limit=asked.time_limit, language=job.order.language
    )
    again = board.submit(ordered(request, squad_id, order, plan=dict(sheet.kept.document)))
    with writing(request.app.state.store) as connection:
        note(connection, now, who.name, "plan ordered again", again.id, squad_id=squad_id, detail={"from": job.id})
    made = status(again, request)
    response.headers["Location"] = made.links["self"]
    return made


@router.post("/repairs", responses=RESULT | FAULTS | GUARDED | BUSY)
def find_repairs(
    _: Plans, job: PlanOfSquad, asked: Repairing, request: Request, desk: DeskInUse, settings: SettingsInUse
) -> RepairsFound:
    """Look for what would mend each gap in the two-hour promise; every way is proven, the cheapest first."""
    kept = desk.sheet(job.order.squad, require_done(job).id).kept
    mender: Mender = request.app.state.mender
    question = Question(
        settings.records,
        job.order.squad,
        kept.document,
        kept.made_at,
        settings.cache,
        job.order.seed,
        asked.time_limit,
        settings.memory,
    )
    return RepairsFound(version=kept.version, repairs=mender.repairs(question))
