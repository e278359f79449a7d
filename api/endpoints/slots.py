"""When could you come? over HTTP: ask a finished plan, and take one of the ways."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Engine

from api import schemas
from api.drafts import open_recorded, recorded_plan, write_again
from api.endpoints.answers import GUARDED, MarksGiven
from api.endpoints.plans import RESULT, status
from api.inside import Board, JobOfSquad, SettingsInUse, now_of
from api.jobs import Job, require_done
from api.security.access import Looks, Plans
from api.settings import Settings
from api.slots_command import Answer, Question, answer_of, slots_to_dict, take_slot
from api.storage.audit import note
from api.storage.engine import writing
from api.storage.plans import Change, KeptPlan, change_plan
from planner.document import plan_to_dict

router = APIRouter(prefix="/api/squads/{squad_id}/plans", tags=["slots"])


@router.get("/{plan_id}/slots", responses=RESULT)
def list_slots(
    _: Looks,
    job: JobOfSquad,
    asked: Annotated[schemas.SlotQuestion, Query()],
    request: Request,
    settings: SettingsInUse,
) -> dict[str, Any]:
    """Say when one more visit could be made without moving anything else, the cheapest way first."""
    return slots_to_dict(_answer(request.app.state.store, require_done(job), asked, settings)[1])


@router.post("/{plan_id}/slots", responses=RESULT | GUARDED)
def take_one(
    who: Plans, job: JobOfSquad, order: schemas.SlotOrder, request: Request, board: Board, marks: MarksGiven
) -> schemas.PlanStatus:
    """Put one more visit into a draft and write all its files anew; the plan before stays in its history."""
    store: Engine = request.app.state.store
    with board.editing:
        kept, answer = _answer(store, require_done(job), order, request.app.state.settings)
        planned = take_slot(answer, order.take)
        document = plan_to_dict(planned.prepared.problem, planned.plan, planned.prepared.squad)
        with writing(store) as connection:
            change = Change(now_of(request), who.name, marks.version, document=document, why="visit asked for")
            change_plan(connection, job.order.squad, kept, change)
            note(connection, change.at, who.name, "visit added", job.id, squad_id=job.order.squad)
        write_again(job, planned)
    return status(job, request)


def _answer(store: Engine, job: Job, asked: schemas.SlotQuestion, settings: Settings) -> tuple[KeptPlan, Answer]:
    partners = None if asked.partner is None else tuple(asked.partner)
    question = Question(asked.community, asked.kind, asked.minutes, tuple(asked.day), partners, asked.most)
    kept = recorded_plan(store, job.order.squad, job.id)
    return kept, answer_of(open_recorded(store, job.order.squad, kept, settings.cache), question)
