"""Simulations over HTTP: how a plan holds when reports come at random; a job like any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api import schemas
from api.endpoints.answers import FAULTS, GUARDED, PROBLEM
from api.endpoints.plans import RESULT, ordered, status
from api.errors import UnknownPlanError
from api.inside import Board, Now, PlanOfSquad, Store
from api.jobs.job import Job, JobBoard, Kind, answer_of, require_done
from api.schemas import Strict
from api.security.access import Looks, Plans
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.plans import get_plan
from api.studies.simulation import simulation_of
from geo.text import Text
from planner.simulation.weeks import Load

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["plans"])

Factor = Annotated[float, Field(ge=0.1, le=10)]


class SimulationAsked(Strict):
    """How often the week passes, and with how much to do."""

    weeks: Annotated[int, Field(ge=10, le=2000)] = 1000
    rate_factor: Annotated[Factor, Field(description="so many times the reports that are to be expected")] = 1.0
    handling_factor: Annotated[Factor, Field(description="so many times as long at each")] = 1.0
    against: Annotated[str | None, Field(max_length=64, description="another plan of the week: the same reports")] = (
        None
    )


class SimulationTold(BaseModel):
    """What came of it: docs/service.md."""

    simulation: Mapping[str, Any]


@router.post(
    "/plans/{plan_id}/simulations",
    status_code=202,
    responses={**RESULT, **FAULTS, **GUARDED, 429: {**PROBLEM, "description": "too many plans are waiting"}},
)
def simulate_plan(
    who: Plans,
    job: PlanOfSquad,
    asked: SimulationAsked,
    request: Request,
    response: Response,
    board: Board,
    store: Store,
    now: Now,
) -> schemas.PlanStatus:
    """Let the plan's week pass many times with random reports; the answer is a job like any other."""
    squad_id = require_done(job).order.squad
    with reading(store) as connection:
        plan = get_plan(connection, squad_id, job.id)
        other = None if asked.against is None else get_plan(connection, squad_id, asked.against)
    if other is not None and (other.week, other.id == plan.id) != (plan.week, False):
        raise UnknownPlanError(Text("这一周没有这份计划", "There is no such plan of this week"))
    plans = [plan.id] if other is None else [plan.id, other.id]
    wanted = simulation_of(plans, asked.weeks, Load(asked.rate_factor, asked.handling_factor))
    made = board.submit(ordered(request, squad_id, schemas.PlanOrder(week=plan.week), simulate=wanted))
    with writing(store) as connection:
        detail = {"plan": plan.id, "against": asked.against}
        note(connection, now, who.name, "simulation ordered", made.id, squad_id=squad_id, detail=detail)
    shown = status(made, request)
    response.headers["Location"] = shown.links["self"]
    return shown


@router.get("/simulations/{simulation_id}", responses=RESULT)
def show_simulation(_: Looks, squad_id: str, simulation_id: str, board: Board) -> SimulationTold:
    """Return what came of a simulation."""
    return SimulationTold(simulation=answer_of(require_done(simulation_job(board, squad_id, simulation_id))))


def simulation_job(board: JobBoard, squad_id: str, simulation_id: str) -> Job:
    """Return a squad's job that simulates; raise `UnknownPlanError` where that number is none."""
    job = board.get(simulation_id)
    if (job.order.squad, job.order.kind) != (squad_id, Kind.SIMULATION):
        raise UnknownPlanError(Text(f"没有编号为 {simulation_id} 的模拟", f"There is no simulation {simulation_id}"))
    return job
