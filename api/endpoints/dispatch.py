"""A live report: who could come from where the plan has everybody now, and what the plan would be without the crew."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Engine

from api import schemas
from api.case_schemas import Id
from api.commands import Opened
from api.drafts import open_recorded
from api.endpoints.answers import FAULTS, GUARDED, PROBLEM, REFUSED
from api.endpoints.plans import ordered, status
from api.errors import NobodyComesError, NothingChangesError, UnknownPlanError
from api.inside import Board, Now, SettingsInUse, Store, now_of
from api.live import Responder, report_event, responders, scene_of
from api.open_plans import Shelf
from api.schemas import Bilingual, Strict, both
from api.security.access import Dispatches, Looks
from api.settings import Settings
from api.storage.audit import note
from api.storage.cases import Kept, busy_officers, get_case
from api.storage.desk import squad_stamp
from api.storage.engine import reading, writing
from api.storage.plans import KeptPlan, published_plan
from geo.text import Text
from planner.week import Week

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["dispatch"])


class ResponderShown(BaseModel):
    """An officer who might be sent."""

    officer: str
    name: str
    seconds: Annotated[int | None, Field(description="from now to being there; null: cannot come")]
    in_time: bool
    post: Annotated[str, Field(description="a, b or empty")]
    doing: Bilingual
    broken_off: Annotated[list[str], Field(description="visits that would be left or missed")]
    left_undone: Annotated[list[Bilingual], Field(description="the same in words")]
    crew: Annotated[list[str], Field(description="who goes along: all of his crew")]
    busy_with: str | None
    changes_plan: Annotated[bool, Field(description="sending him takes his crew off its patrol")]


class RespondersShown(BaseModel):
    """Who might be sent, by the plan that the squad works by."""

    plan: str
    case: str
    responders: list[ResponderShown]


class Preview(Strict):
    """Whom to think of."""

    officer: Id
    time_limit: Annotated[float, Field(gt=0, le=600)] = 6.0


@router.get("/cases/{case_id}/responders", responses=REFUSED | GUARDED)
def list_responders(
    squad_id: str, case_id: str, _: Looks, request: Request, store: Store, settings: SettingsInUse, now: Now
) -> RespondersShown:
    """Rank officers by their exact arrival from where the plan has them now, and say what each would leave undone."""
    kept, plan, _opened, found = _found(request.app.state.shelf, store, settings, squad_id, case_id, now)
    return RespondersShown(plan=plan.id, case=kept.case.id, responders=[_shown(one) for one in found])


@router.post(
    "/cases/{case_id}/preview",
    status_code=202,
    responses={**REFUSED, **FAULTS, **GUARDED, 429: {**PROBLEM, "description": "too many plans are waiting"}},
)
def preview(
    squad_id: str,
    case_id: str,
    thought: Preview,
    who: Dispatches,
    request: Request,
    response: Response,
    board: Board,
) -> schemas.PlanStatus:
    """Plan the rest of the week as it would be with an officer's crew sent; the draft's changes say what differs.

    Dispatching with `publish` set to that draft sends the crew and publishes in one.
    """
    store: Engine = request.app.state.store
    now = now_of(request)
    kept, plan, opened, found = _found(
        request.app.state.shelf, store, request.app.state.settings, squad_id, case_id, now
    )
    one = next((one for one in found if one.officer_id == thought.officer), None)
    if one is None or one.seconds is None:
        raise NobodyComesError(Text("这名队员现在来不了", "This officer cannot come now"))
    if not one.changes_plan:
        raise NothingChangesError(
            Text("他不在出勤的班组里,派他不影响计划", "He is out with no crew: sending him leaves the plan as it is")
        )
    event = report_event(opened, kept.case, one.officer_id, one.seconds, now)
    order = schemas.PlanOrder(week=plan.week, time_limit=thought.time_limit)
    job = board.submit(ordered(request, squad_id, order, plan=dict(plan.document), event=event))
    with writing(store) as connection:
        detail = {"officer": one.officer_id, "plan": job.id}
        note(connection, now, who.name, "dispatch considered", case_id, squad_id=squad_id, detail=detail)
    made = status(job, request)
    response.headers["Location"] = made.links["self"]
    return made


def _found(
    shelf: Shelf, store: Engine, settings: Settings, squad_id: str, case_id: str, now: Now
) -> tuple[Kept, KeptPlan, Opened, tuple[Responder, ...]]:
    with reading(store) as connection:
        kept = get_case(connection, squad_id, case_id)
        plan = published_plan(connection, squad_id, str(Week.of(now)))
        busy = busy_officers(connection, squad_id)
        stamp = squad_stamp(connection, squad_id)
    if plan is None:
        raise UnknownPlanError(Text("本周还没有发布计划", "No plan of this week was published"))
    scene = scene_of(kept.case)
    scenes = [] if scene is None else [scene]
    key = ("scene", squad_id, plan.id, plan.version, scene, *stamp)
    opened = shelf.get(key, lambda: open_recorded(store, squad_id, plan, settings.cache, scenes))
    return kept, plan, opened, responders(opened, kept.case, now, busy)


def _shown(one: Responder) -> ResponderShown:
    return ResponderShown(
        officer=one.officer_id,
        name=one.name,
        seconds=one.seconds,
        in_time=one.in_time,
        post=one.post,
        doing=both(one.doing),
        broken_off=list(one.broken_off),
        left_undone=[both(text) for text in one.left_undone],
        crew=list(one.crew),
        busy_with=one.busy_with,
        changes_plan=one.changes_plan,
    )
