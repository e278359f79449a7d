"""Drafts changed, published and planned again; how the search stands, as it goes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from sqlalchemy import Engine

from api import schemas
from api.board.desk import By
from api.drafts import open_recorded, recorded_plan
from api.endpoints.answers import FAULTS, GUARDED, PROBLEM, REFUSED, MarksGiven, etag
from api.endpoints.plans import ordered, status
from api.errors import UnknownPlanError
from api.hooks import tell
from api.inside import Board, DeskInUse, JobOfSquad, Now, PlanOfSquad, Store, now_of
from api.jobs.job import FINISHED, changes_of, progress_of, require_done
from api.planned import check_to_dict
from api.schemas import Strict
from api.security.access import Looks, Plans
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.plans import Change, PlanState, change_plan, get_plan, published_plan
from geo.text import Text
from planner.event_reader import incident_from_dict

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["plans"])

Document = Annotated[dict[str, Any], Field(description="docs/plan.schema.json")]


class NewState(Strict):
    """What a plan is to become; publishing one replaces the one that was."""

    state: PlanState


class EventTold(Strict):
    """What happened, as in docs/data-formats.md."""

    event: Annotated[dict[str, Any], Field(description="docs/data-formats.md, wuzao-event/1")]
    time_limit: Annotated[float, Field(gt=0, le=600)] = 6.0


class Judged(BaseModel):
    """What the rules and the two-hour check say of a plan."""

    version: int
    check: dict[str, Any]


@router.get("/published/{week}", responses=REFUSED, response_model=Document)
def published(_: Looks, squad_id: str, week: str, store: Store) -> JSONResponse:
    """Return the plan by which the squad works in a week."""
    with reading(store) as connection:
        kept = published_plan(connection, squad_id, week[:20])
    if kept is None:
        raise UnknownPlanError(Text("这一周还没有发布计划", "No plan of that week was published"))
    # a document is JSON already and long: looking through it again would take longer than all the rest
    return JSONResponse(kept.document, headers={"ETag": etag(kept.version)})


@router.put("/plans/{plan_id}/plan", responses=REFUSED | FAULTS | GUARDED)
def change_draft(
    who: Plans, job: PlanOfSquad, document: Document, desk: DeskInUse, now: Now, marks: MarksGiven
) -> Judged:
    """Hand in a draft changed by hand: it is read and judged as any plan is; what breaks is said, not refused."""
    after = desk.replaced(job.order.squad, require_done(job).id, By(who.name, now, marks.version), document)
    return Judged(version=after.kept.version, check=check_to_dict(after.planned))


@router.post("/plans/{plan_id}/state", responses=REFUSED | FAULTS | GUARDED)
def change_state(
    who: Plans, job: PlanOfSquad, wanted: NewState, request: Request, marks: MarksGiven, response: Response
) -> schemas.PlanStatus:
    """Publish, freeze, thaw or close a plan."""
    store: Engine = request.app.state.store
    squad_id, now = job.order.squad, now_of(request)
    require_done(job)
    with writing(store) as connection:
        kept = get_plan(connection, squad_id, job.id)
        after = change_plan(connection, squad_id, kept, Change(now, who.name, marks.version, state=wanted.state))
        note(connection, now, who.name, f"plan {wanted.state.value}", job.id, squad_id=squad_id)
        tell(connection, squad_id, f"plan_{wanted.state.value}", {"plan": job.id, "week": kept.week}, now)
    response.headers["ETag"] = etag(after.version)
    return status(job, request)


@router.post(
    "/plans/{plan_id}/replan",
    status_code=202,
    responses={**REFUSED, **FAULTS, **GUARDED, 429: {**PROBLEM, "description": "too many plans are waiting"}},
)
def plan_again(
    who: Plans, job: PlanOfSquad, told: EventTold, request: Request, response: Response, board: Board
) -> schemas.PlanStatus:
    """Plan the rest of a plan's week again after something happened; the answer is a job like any other."""
    store: Engine = request.app.state.store
    squad_id = job.order.squad
    require_done(job)
    kept = recorded_plan(store, squad_id, job.id)
    opened = open_recorded(store, squad_id, kept, request.app.state.settings.cache)
    incident_from_dict(told.event, opened.prepared.problem, opened.plan, "event")  # faults are answered now
    order = schemas.PlanOrder(week=kept.week, seed=job.order.seed, time_limit=told.time_limit)
    again = board.submit(ordered(request, squad_id, order, plan=dict(kept.document), event=told.event))
    with writing(store) as connection:
        detail = {"from": job.id, "event": str(told.event.get("event"))}
        note(connection, now_of(request), who.name, "replan ordered", again.id, squad_id=squad_id, detail=detail)
    made = status(again, request)
    response.headers["Location"] = made.links["self"]
    return made


@router.get("/plans/{plan_id}/changes", responses=REFUSED | GUARDED)
def changes(_: Looks, job: PlanOfSquad) -> dict[str, Any]:
    """Return what changed against the plan that it was made from; empty of a plan made from nothing."""
    return dict(changes_of(require_done(job)))


@router.get(
    "/plans/{plan_id}/events",
    responses={**REFUSED, 200: {"content": {"text/event-stream": {}}, "description": "progress until it is finished"}},
    response_class=StreamingResponse,
)
async def watch(_: Looks, job: JobOfSquad, request: Request, board: Board) -> StreamingResponse:
    """Tell how the search stands whenever that changes, as server-sent events."""

    async def told() -> AsyncIterator[str]:
        last = ""
        while not await request.is_disconnected():
            now = await run_in_threadpool(board.get, job.id)
            said = json.dumps({"state": now.state.value, "progress": dict(progress_of(now))}, ensure_ascii=False)
            if said != last:
                yield f"data: {said}\n\n"
                last = said
            if now.state in FINISHED:
                return
            await asyncio.sleep(0.2)

    return StreamingResponse(told(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
