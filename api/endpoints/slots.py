"""When could you come? over HTTP: ask a finished plan, and take one of the ways."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Engine

from api import schemas
from api.board.desk import By
from api.drafts import open_recorded, recorded_plan
from api.endpoints.answers import GUARDED, MarksGiven
from api.endpoints.plans import RESULT, status
from api.inside import DeskInUse, PlanOfSquad, SettingsInUse, now_of
from api.jobs.job import Job, require_done
from api.security.access import Looks, Plans
from api.settings import Settings
from api.slots_command import Answer, Question, answer_of, slots_to_dict, take_slot
from api.storage.plans import KeptPlan
from planner.document import plan_to_dict

router = APIRouter(prefix="/api/squads/{squad_id}/plans", tags=["slots"])


@router.get("/{plan_id}/slots", responses=RESULT)
def list_slots(
    _: Looks,
    job: PlanOfSquad,
    asked: Annotated[schemas.SlotQuestion, Query()],
    request: Request,
    settings: SettingsInUse,
) -> dict[str, Any]:
    """Say when one more visit could be made without moving anything else, the cheapest way first."""
    return slots_to_dict(_answer(request.app.state.store, require_done(job), asked, settings)[1])


@router.post("/{plan_id}/slots", responses=RESULT | GUARDED)
def take_one(
    who: Plans, job: PlanOfSquad, order: schemas.SlotOrder, request: Request, desk: DeskInUse, marks: MarksGiven
) -> schemas.PlanStatus:
    """Put one more visit into a draft; the plan before stays in its history."""
    kept, answer = _answer(request.app.state.store, require_done(job), order, request.app.state.settings)
    planned = take_slot(answer, order.take)
    document = plan_to_dict(planned.prepared.problem, planned.plan, planned.prepared.squad)
    by = By(who.name, now_of(request), kept.version if marks.version is None else marks.version)
    desk.replaced(job.order.squad, job.id, by, document, "visit asked for")
    return status(job, request)


def _answer(store: Engine, job: Job, asked: schemas.SlotQuestion, settings: Settings) -> tuple[KeptPlan, Answer]:
    partners = None if asked.partner is None else tuple(asked.partner)
    question = Question(asked.community, asked.kind, asked.minutes, tuple(asked.day), partners, asked.most)
    kept = recorded_plan(store, job.order.squad, job.id)
    return kept, answer_of(open_recorded(store, job.order.squad, kept, settings.cache), question)
