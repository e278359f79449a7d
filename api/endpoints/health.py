"""Whether the server works."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import OperationalError

from api.inside import Board
from api.jobs.job import State
from api.observe import Counts
from api.release import release
from api.schemas import Health
from api.storage.engine import not_reached

router = APIRouter(tags=["health"])


@router.get("/health")
def health(board: Board) -> Health:
    """Answer while the server works, with the length of its queue."""
    try:
        counts, status = board.counts(), "ok"
    except OperationalError as error:  # the server works, and works again once the database does
        if not not_reached(error):
            raise
        counts, status = {}, "no database"
    return Health(
        status=status,
        version=release(),
        waiting=counts.get(State.WAITING, 0),
        planning=counts.get(State.PLANNING, 0),
    )


@router.get("/metrics", response_class=Response)
def metrics(request: Request, board: Board) -> Response:
    """Count requests and jobs, in the form that Prometheus reads; no personal data."""
    counts: Counts = request.app.state.counts
    jobs = board.counts()
    text = counts.text(jobs.get(State.WAITING, 0), jobs.get(State.PLANNING, 0))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
