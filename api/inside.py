"""What endpoints share: the application's settings and its job board, as FastAPI hands them over."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.jobs import JobBoard
from api.settings import Settings


def board_of(request: Request) -> JobBoard:
    """Return the application's job board."""
    board: JobBoard = request.app.state.board
    return board


def settings_of(request: Request) -> Settings:
    """Return the application's settings."""
    settings: Settings = request.app.state.settings
    return settings


Board = Annotated[JobBoard, Depends(board_of)]
SettingsInUse = Annotated[Settings, Depends(settings_of)]
