"""Plans over HTTP: order one, watch it, fetch its document, its check and its maps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from api import schemas
from api.errors import UnknownPageError
from api.exchange.squad_files import load_squad
from api.files import file_name
from api.inside import Board, SettingsInUse
from api.jobs import CHECK, Job, Order, State, failure_of, progress_of, require_done
from api.problems import MEDIA_TYPE, language_of, problem_of
from api.squads import find_squad, squads
from geo.text import Text

PROBLEM: dict[str, Any] = {"model": schemas.Problem, "content": {MEDIA_TYPE: {}}}
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {**PROBLEM, "description": "no such plan"}}
RESULT: dict[int | str, dict[str, Any]] = {
    **UNKNOWN,
    409: {**PROBLEM, "description": "not finished yet"},
    410: {**PROBLEM, "description": "cancelled"},
    422: {**PROBLEM, "description": "the squad's files have faults; they are listed"},
    504: {**PROBLEM, "description": "stopped at the wall-time limit"},
    507: {**PROBLEM, "description": "asked for more memory than the server allows"},
}

MAP_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""A map carries everything it needs inside itself and narrows this further with a policy of its own."""


router = APIRouter(prefix="/api")


@router.get("/squads", tags=["squads"])
def list_squads(settings: SettingsInUse) -> schemas.SquadList:
    """List the squads that can be planned."""
    return schemas.SquadList(squads=list(squads(settings.data)))


@router.post(
    "/plans",
    status_code=202,
    tags=["plans"],
    responses={
        404: {**PROBLEM, "description": "no such squad"},
        409: {**PROBLEM, "description": "a plan of this squad is being made"},
        413: {**PROBLEM, "description": "the request is longer than any order"},
        422: {**PROBLEM, "description": "the request, or the squad's files, have faults; they are listed"},
        429: {**PROBLEM, "description": "too many plans are waiting"},
    },
)
def order_plan(
    order: schemas.PlanOrder, request: Request, response: Response, board: Board, settings: SettingsInUse
) -> schemas.PlanStatus:
    """Order a plan of a squad's week; the answer says where to watch it."""
    source = find_squad(settings.data, order.squad)
    load_squad(source)  # faults are answered now, not found in a queue later
    job = board.submit(
        Order(
            squad=order.squad,
            source=str(source.resolve()),
            week=order.week,
            seed=order.seed,
            time_limit=order.time_limit,
            language=order.language,
            cache=str(settings.cache) if settings.cache else None,
        )
    )
    response.headers["Location"] = f"/api/plans/{job.id}"
    return status(job, request)


@router.get("/plans", tags=["plans"])
def list_plans(request: Request, board: Board) -> list[schemas.PlanStatus]:
    """List all plans, the newest first."""
    return [status(job, request) for job in board.all()]


@router.get("/plans/{plan_id}", tags=["plans"], responses=UNKNOWN)
def watch_plan(plan_id: str, request: Request, board: Board) -> schemas.PlanStatus:
    """Say how a plan stands: best cost so far, proven bound, gap and stage."""
    return status(board.get(plan_id), request)


@router.delete("/plans/{plan_id}", tags=["plans"], responses=UNKNOWN)
def cancel_plan(plan_id: str, request: Request, board: Board) -> schemas.PlanStatus:
    """Cancel a plan that waits or is being made; a finished one stays."""
    return status(board.cancel(plan_id), request)


@router.post(
    "/plans/{plan_id}/stop",
    status_code=202,
    tags=["plans"],
    responses={**UNKNOWN, 409: {**PROBLEM, "description": "still waiting: there is no plan to take"}},
)
def stop_plan(plan_id: str, request: Request, board: Board) -> schemas.PlanStatus:
    """Stop early: the plan is finished with the best found so far. A finished one stays as it is."""
    return status(board.stop_early(plan_id), request)


@router.get("/plans/{plan_id}/plan", tags=["results"], responses=RESULT)
def plan_document(plan_id: str, board: Board) -> FileResponse:
    """Return the plan document (docs/plan.schema.json)."""
    return FileResponse(require_done(board.get(plan_id)).out / "plan.json", media_type="application/json")


@router.get("/plans/{plan_id}/check", tags=["results"], responses=RESULT)
def plan_check(plan_id: str, board: Board) -> FileResponse:
    """Return broken rules, missed visits with their reasons, and the two-hour check."""
    return FileResponse(require_done(board.get(plan_id)).folder / CHECK, media_type="application/json")


@router.get("/plans/{plan_id}/maps/week", tags=["results"], responses=RESULT, response_class=HTMLResponse)
def week_page(plan_id: str, board: Board) -> FileResponse:
    """Return the week's map."""
    return _page(require_done(board.get(plan_id)).out / "week.html")


@router.get("/plans/{plan_id}/maps/response", tags=["results"], responses=RESULT, response_class=HTMLResponse)
def response_page(plan_id: str, board: Board) -> FileResponse:
    """Return the two-hour check as a map."""
    return _page(require_done(board.get(plan_id)).out / "response.html")


@router.get(
    "/plans/{plan_id}/maps/officers/{officer}/{day}",
    tags=["results"],
    responses=RESULT,
    response_class=HTMLResponse,
)
def officer_page(plan_id: str, officer: str, day: date, board: Board) -> FileResponse:
    """Return an officer's route map of one day, made for a phone."""
    out = require_done(board.get(plan_id)).out
    return _page(out / "officers" / file_name(officer) / f"{day.isoformat()}.html")


def status(job: Job, request: Request) -> schemas.PlanStatus:
    """Return how a job stands."""
    failed = job.state in {State.FAILED, State.CANCELLED}
    return schemas.PlanStatus(
        id=job.id,
        squad=job.order.squad,
        week=job.order.week,
        seed=job.order.seed,
        time_limit=job.order.time_limit,
        state=job.state,
        progress=_progress(progress_of(job)),
        problem=problem_of(failure_of(job), language_of(request)) if failed else None,
        links=links(job),
    )


def links(job: Job) -> dict[str, str]:
    """Return what can be fetched of a job now."""
    base = f"/api/plans/{job.id}"
    if job.state is not State.DONE:
        return {"self": base}
    return {
        "self": base,
        "plan": f"{base}/plan",
        "check": f"{base}/check",
        "week": f"{base}/maps/week",
        "response": f"{base}/maps/response",
    }


def _progress(said: Mapping[str, Any]) -> schemas.PlanProgress:
    best, bound = said.get("best"), said.get("bound")
    gap = None
    if best is not None and bound is not None:
        gap = max(0.0, (best - bound) / best) if best > 0 else 0.0
    return schemas.PlanProgress(
        best=best, bound=bound, gap=gap, **{key: said.get(key) for key in ("stage", "missed", "terms", "first_plan")}
    )


def _page(path: Path) -> FileResponse:
    if not path.is_file():
        raise UnknownPageError(Text("那天没有这位队员的页面", "There is no page of this officer on that day"))
    return FileResponse(path, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": MAP_POLICY})
