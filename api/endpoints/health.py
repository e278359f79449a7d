"""Whether the server works."""

from __future__ import annotations

from fastapi import APIRouter

from api.inside import Board
from api.jobs import State
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
