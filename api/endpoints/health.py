"""Whether the server works."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.inside import Board
from api.jobs import State
from api.observe import Counts
from api.release import release
from api.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/health")
def health(board: Board) -> Health:
    """Answer while the server works, with the length of its queue."""
    states = [job.state for job in board.all()]
    return Health(
        status="ok",
        version=release(),
        waiting=states.count(State.WAITING),
        planning=states.count(State.PLANNING),
    )


@router.get("/metrics", response_class=Response)
def metrics(request: Request, board: Board) -> Response:
    """Count requests and jobs, in the form that Prometheus reads; no personal data."""
    counts: Counts = request.app.state.counts
    states = [job.state for job in board.all()]
    text = counts.text(states.count(State.WAITING), states.count(State.PLANNING))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
