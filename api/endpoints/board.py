"""The week board: a plan as a leader sees and moves it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from api.board.view import Standing, board_of
from api.drafts import open_recorded
from api.endpoints.answers import GUARDED, etag
from api.endpoints.plans import RESULT
from api.inside import JobOfSquad, SettingsInUse, Store
from api.jobs import require_done
from api.planned import judged
from api.security.access import Looks
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.plans import get_plan, plan_trail

router = APIRouter(prefix="/api/squads/{squad_id}/plans/{plan_id}", tags=["board"])

BoardShown = Annotated[dict[str, Any], Field(description="docs/service.md, the week board")]


@router.get("/board", responses=RESULT | GUARDED)
def show_board(who: Looks, job: JobOfSquad, store: Store, settings: SettingsInUse, response: Response) -> BoardShown:
    """Return a plan as the week board shows it: cards, what is missed, what breaks, figures and the two-hour check."""
    squad_id = job.order.squad
    require_done(job)
    with reading(store) as connection:
        kept = get_plan(connection, squad_id, job.id)
        trail = plan_trail(connection, squad_id, job.id)
    opened = open_recorded(store, squad_id, kept, settings.cache)
    standing = Standing(kept, who.may(Act.PLAN, squad_id), trail.undo is not None, trail.redo is not None)
    response.headers["ETag"] = etag(kept.version)
    return board_of(judged(opened.prepared, opened.plan), standing)
