"""When could you come? over HTTP: ask a finished plan, and take one of the ways."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api import schemas
from api.commands import check_to_dict
from api.endpoints.plans import RESULT, status
from api.inside import Board, SettingsInUse
from api.jobs import CHECK, Job, require_done, write_json
from api.outputs import write_plan
from api.slots_command import Answer, Question, answer_slots, slots_to_dict, take_slot

router = APIRouter(prefix="/api")


@router.get("/plans/{plan_id}/slots", tags=["slots"], responses=RESULT)
def list_slots(
    plan_id: str, asked: Annotated[schemas.SlotQuestion, Query()], board: Board, settings: SettingsInUse
) -> dict[str, Any]:
    """Say when one more visit could be made without moving anything else, the cheapest way first."""
    return slots_to_dict(_answer(require_done(board.get(plan_id)), asked, settings.cache))


@router.post("/plans/{plan_id}/slots", tags=["slots"], responses=RESULT)
def take_one(
    plan_id: str, order: schemas.SlotOrder, request: Request, board: Board, settings: SettingsInUse
) -> schemas.PlanStatus:
    """Put one more visit into a finished plan and write all its files anew; the plan before stays beside them."""
    with board.editing:
        job = require_done(board.get(plan_id))
        planned = take_slot(_answer(job, order, settings.cache), order.take)
        write_plan(planned, job.out, job.order.language)
        write_json(job.folder / CHECK, check_to_dict(planned))
    return status(job, request)


def _answer(job: Job, asked: schemas.SlotQuestion, cache: Path | None) -> Answer:
    partners = None if asked.partner is None else tuple(asked.partner)
    question = Question(asked.community, asked.kind, asked.minutes, tuple(asked.day), partners, asked.most)
    return answer_slots(Path(job.order.source), job.out / "plan.json", question, cache=cache)
