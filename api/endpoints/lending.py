"""Officers lent for a week: asked for by the bureau, told before and after, taken over into both squads' rosters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, hypot, radians
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Engine

from api import schemas
from api.bureau.lending import PlanOf, question
from api.bureau.overview import SquadWeek, weeks_of_squads
from api.bureau.taking import take_loan
from api.endpoints.answers import FAULTS, GUARDED, PROBLEM, REFUSED
from api.endpoints.bureau import WEEK, OfBureau
from api.endpoints.plans import RESULT, ordered, status
from api.errors import ForbiddenError, PlanStateError, UnknownPlanError, UnknownSquadError
from api.inside import Board, Now, Store
from api.jobs.job import Job, JobBoard, Kind, answer_of, require_done
from api.schemas import Strict
from api.security.roles import Act, Principal
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.plans import get_plan
from geo.text import Text

router = APIRouter(prefix="/api/bureau", tags=["bureau"])

ASKED = 3
"""So many of the nearest squads that have a plan are asked."""


def plans_for_all(who: OfBureau) -> Principal:
    """Let in whoever may plan for every squad."""
    if not who.may(Act.PLAN, None):
        raise ForbiddenError(Text("您没有这个权限", "You may not do this"))
    return who


PlansForAll = Annotated[Principal, Depends(plans_for_all)]


class LoanAsked(Strict):
    """For which squad to look; each week is planned with so much work."""

    squad: Annotated[str, Field(max_length=64)]
    time_limit: Annotated[float, Field(gt=0, le=600)] = 10.0


class LoanTold(BaseModel):
    """What came of it: docs/service.md."""

    loan: dict[str, Any]


class Taken(BaseModel):
    """The drafts that both squads have now."""

    drafts: Mapping[str, str]


@router.post(
    "/{week}/loans",
    status_code=202,
    responses={**REFUSED, **FAULTS, **GUARDED, 429: {**PROBLEM, "description": "too many plans are waiting"}},
)
def ask_for_loan(
    who: PlansForAll, week: WEEK, asked: LoanAsked, request: Request, response: Response, board: Board, now: Now
) -> schemas.PlanStatus:
    """Look whether a neighbour could lend a squad officers for a week; the answer is a job like any other."""
    store: Engine = request.app.state.store
    with reading(store) as connection:
        squads = weeks_of_squads(connection, week)
        borrower = next((squad for squad in squads if squad.id == asked.squad), None)
        if borrower is None:
            raise UnknownSquadError(Text(f"没有中队 {asked.squad}", f"There is no squad {asked.squad}"))
        if borrower.plan_id is None:
            raise PlanStateError(Text("这个中队这一周还没有计划", "This squad has no plan of that week yet"))
        nearest = sorted((one for one in squads if one.id != borrower.id and one.plan_id), key=_far_from(borrower))
        plans = [_plan_of(connection, squad) for squad in (borrower, *nearest[:ASKED])]
    order = ordered(
        request,
        borrower.id,
        schemas.PlanOrder(week=week, time_limit=asked.time_limit),
        lend=question(plans[0], plans[1:]),
    )
    job = board.submit(order)
    with writing(store) as connection:
        detail = {"week": week, "asked": [plan.squad_id for plan in plans[1:]]}
        note(connection, now, who.name, "loan asked for", job.id, squad_id=borrower.id, detail=detail)
    made = status(job, request)
    response.headers["Location"] = made.links["self"]
    return made


@router.get("/loans/{loan_id}", responses=RESULT)
def show_loan(_: OfBureau, loan_id: str, board: Board) -> LoanTold:
    """Return what came of looking for a loan: both squads' weeks before and after it, or why there is none."""
    told = dict(answer_of(require_done(loan_job(board, loan_id))))
    told["sides"] = [{key: one for key, one in side.items() if key != "document"} for side in told["sides"]]
    return LoanTold(loan=told)


@router.post("/loans/{loan_id}/take", responses=RESULT | GUARDED)
def take(who: PlansForAll, loan_id: str, store: Store, board: Board, now: Now) -> Taken:
    """Take a loan over: both rosters change for the week, and each squad has the plan with it as a new draft.

    Refused with 412 where one of the plans that it was worked out for has changed since.
    """
    job = require_done(loan_job(board, loan_id))
    return Taken(drafts=take_loan(store, board, job, answer_of(job), now, who.name))


def loan_job(board: JobBoard, loan_id: str) -> Job:
    """Return the job that looks for a loan; raise `UnknownPlanError` where that number is none."""
    job = board.get(loan_id)
    if job.order.kind is not Kind.LOAN:
        raise UnknownPlanError(Text(f"没有编号为 {loan_id} 的借调", f"There is no loan {loan_id}"))
    return job


def _far_from(borrower: SquadWeek) -> Callable[[SquadWeek], tuple[float, str]]:
    """Return how far from a squad another is, by which they are sorted."""
    lon, lat = borrower.station

    def far(other: SquadWeek) -> tuple[float, str]:
        east, north = (other.station[0] - lon) * cos(radians(lat)), other.station[1] - lat
        return hypot(east, north), other.id

    return far


def _plan_of(connection: Connection, squad: SquadWeek) -> PlanOf:
    kept = get_plan(connection, squad.id, squad.plan_id or "")
    return PlanOf(squad.id, kept.id, kept.version, kept.document, kept.made_at)
