"""Plans over HTTP: order one, watch it, fetch its document, its check and its maps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from api import schemas
from api.board.drawn import Drawn
from api.endpoints.answers import FAULTS, PROBLEM, REFUSED
from api.endpoints.squads import XLSX
from api.inside import Board, JobOfSquad, PlanOfSquad, now_of
from api.jobs.job import CHECK, Job, Kind, Order, State, failure_of, progress_of
from api.packed import packed
from api.problems import language_of, problem_of
from api.security.access import Looks, Plans
from api.settings import Settings
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.plans import PlanState, plan_states
from api.storage.squads import require_squad

RESULT: dict[int | str, dict[str, Any]] = {
    **REFUSED,
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


router = APIRouter(prefix="/api/squads/{squad_id}/plans")


@router.post(
    "",
    status_code=202,
    tags=["plans"],
    responses={
        **REFUSED,
        **FAULTS,
        409: {**PROBLEM, "description": "a plan of this squad is being made"},
        429: {**PROBLEM, "description": "too many plans are waiting"},
    },
)
def order_plan(
    who: Plans, squad_id: str, order: schemas.PlanOrder, request: Request, response: Response, board: Board
) -> schemas.PlanStatus:
    """Order a plan of the squad's week; the answer says where to watch it."""
    store, now = request.app.state.store, now_of(request)
    with reading(store) as connection:
        require_squad(connection, squad_id)
    job = board.submit(ordered(request, squad_id, order))
    with writing(store) as connection:
        note(connection, now, who.name, "plan ordered", job.id, squad_id=squad_id, detail={"week": order.week})
    response.headers["Location"] = links(job)["self"]
    return status(job, request)


def ordered(request: Request, squad_id: str, order: schemas.PlanOrder, **more: Any) -> Order:  # noqa: ANN401 - the rest of an `Order`
    """Return an order as the job board takes it."""
    settings: Settings = request.app.state.settings
    return Order(
        squad=squad_id,
        source=settings.records,
        week=order.week,
        seed=order.seed,
        time_limit=order.time_limit,
        language=order.language,
        cache=str(settings.cache) if settings.cache else None,
        **more,
    )


@router.get("", tags=["plans"], responses=REFUSED)
def list_plans(_: Looks, squad_id: str, request: Request, board: Board) -> list[schemas.PlanStatus]:
    """List the squad's plans, the newest first."""
    with reading(request.app.state.store) as connection:
        require_squad(connection, squad_id)
        records = plan_states(connection, squad_id)
    return [_status(job, request, records.get(job.id)) for job in board.all(squad_id)]


@router.get("/{plan_id}", tags=["plans"], responses=REFUSED)
def watch_plan(_: Looks, job: JobOfSquad, request: Request) -> schemas.PlanStatus:
    """Say how a plan stands: best cost so far, proven bound, gap and stage."""
    return status(job, request)


@router.delete("/{plan_id}", tags=["plans"], responses=REFUSED)
def cancel_plan(_: Plans, job: JobOfSquad, request: Request, board: Board) -> schemas.PlanStatus:
    """Cancel a plan that waits or is being made; a finished one stays."""
    return status(board.cancel(job.id), request)


@router.post(
    "/{plan_id}/stop",
    status_code=202,
    tags=["plans"],
    responses={**REFUSED, 409: {**PROBLEM, "description": "still waiting: there is no plan to take"}},
)
def stop_plan(_: Plans, job: JobOfSquad, request: Request, board: Board) -> schemas.PlanStatus:
    """Stop early: the plan is finished with the best found so far. A finished one stays as it is."""
    return status(board.stop_early(job.id), request)


@router.get("/{plan_id}/plan", tags=["results"], responses=RESULT)
def plan_document(_: Looks, job: PlanOfSquad, request: Request) -> Response:
    """Return the plan document (docs/plan.schema.json)."""
    found = _drawn(request).document(job)
    return FileResponse(found, media_type="application/json") if isinstance(found, Path) else JSONResponse(found)


@router.get("/{plan_id}/check", tags=["results"], responses=RESULT)
def plan_check(_: Looks, job: PlanOfSquad, request: Request) -> FileResponse:
    """Return broken rules, missed visits with their reasons, and the two-hour check."""
    return FileResponse(_drawn(request).whole(job, CHECK), media_type="application/json")


@router.get(
    "/{plan_id}/plan.xlsx",
    tags=["results"],
    responses={**RESULT, 200: {"content": {XLSX: {}}}},
    response_class=Response,
)
def week_sheet(_: Looks, job: PlanOfSquad, request: Request) -> FileResponse:
    """Return the week as an Excel sheet: to print, to change by hand elsewhere."""
    return FileResponse(
        _drawn(request).whole(job, "plan.xlsx", language_of(request)),
        media_type=XLSX,
        filename=f"{job.order.week}.xlsx",
    )


@router.get("/{plan_id}/maps/week", tags=["results"], responses=RESULT, response_class=HTMLResponse)
def week_page(_: Looks, job: PlanOfSquad, request: Request) -> FileResponse:
    """Return the week's map."""
    return _page(_drawn(request).whole(job, "week.html", language_of(request)))


@router.get("/{plan_id}/maps/response", tags=["results"], responses=RESULT, response_class=HTMLResponse)
def response_page(_: Looks, job: PlanOfSquad, request: Request) -> FileResponse:
    """Return the two-hour check as a map."""
    return _page(_drawn(request).whole(job, "response.html", language_of(request)))


@router.get(
    "/{plan_id}/maps/officers/{officer}/{day}",
    tags=["results"],
    responses=RESULT,
    response_class=HTMLResponse,
)
def officer_page(_: Looks, job: PlanOfSquad, officer: str, day: date, request: Request) -> FileResponse:
    """Return an officer's route map of one day, made for a phone."""
    return _page(_drawn(request).officer(job, officer, day))


@router.get(
    "/{plan_id}/maps/officers/{officer}/{day}/picture",
    tags=["results"],
    responses={**RESULT, 200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
    response_class=Response,
)
def officer_picture(_: Looks, job: PlanOfSquad, officer: str, day: date, request: Request) -> Response:
    """Return what there is to draw of an officer's day, as plain data: his phone's page draws it, off line too."""
    return packed(request, _drawn(request).picture(job, officer, day).read_bytes(), "application/json")


def status(job: Job, request: Request) -> schemas.PlanStatus:
    """Return how a job stands."""
    with reading(request.app.state.store) as connection:
        record = plan_states(connection, job.order.squad).get(job.id)
    return _status(job, request, record)


def _status(job: Job, request: Request, record: tuple[PlanState, int] | None) -> schemas.PlanStatus:
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
        record=None if record is None else schemas.PlanRecord(state=record[0], version=record[1]),
        links=links(job),
    )


def links(job: Job) -> dict[str, str]:
    """Return what can be fetched of a job now."""
    base = f"/api/squads/{quote(job.order.squad, safe='')}/plans/{job.id}"
    if job.state is not State.DONE:
        return {"self": base}
    if job.order.kind is not Kind.PLAN:
        return {"self": base, "result": _result(job)}
    return {
        "self": base,
        "plan": f"{base}/plan",
        "check": f"{base}/check",
        "week": f"{base}/maps/week",
        "response": f"{base}/maps/response",
    }


def _result(job: Job) -> str:
    """Return where the answer of a job that is no plan is to be had."""
    if job.order.kind is Kind.LOAN:
        return f"/api/bureau/loans/{job.id}"
    if job.order.report is not None:
        return f"/api/bureau/outcomes/{job.order.report['period']}"
    return f"/api/squads/{quote(job.order.squad, safe='')}/simulations/{job.id}"


def _progress(said: Mapping[str, Any]) -> schemas.PlanProgress:
    best, bound = said.get("best"), said.get("bound")
    gap = None
    if best is not None and bound is not None:
        gap = max(0.0, (best - bound) / best) if best > 0 else 0.0
    more = {key: said[key] for key in ("stage", "missed", "terms", "first_plan", "again") if key in said}
    return schemas.PlanProgress(best=best, bound=bound, gap=gap, **more)


def _drawn(request: Request) -> Drawn:
    return Drawn(request.app.state.store, request.app.state.desk)


def _page(path: Path) -> FileResponse:
    return FileResponse(path, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": MAP_POLICY})
