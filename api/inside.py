"""What endpoints share: settings, records, job board and clock, as FastAPI hands them over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from sqlalchemy import Engine

from api.board.desk import Desk
from api.jobs.job import Job, JobBoard, Kind, no_such_plan
from api.settings import Settings
from casework.calendar import SHANGHAI

Clock: TypeAlias = Callable[[], datetime]
"""Tells the time, aware, in whatever zone the machine keeps."""


def board_of(request: Request) -> JobBoard:
    """Return the application's job board."""
    board: JobBoard = request.app.state.board
    return board


def settings_of(request: Request) -> Settings:
    """Return the application's settings."""
    settings: Settings = request.app.state.settings
    return settings


def store_of(request: Request) -> Engine:
    """Return the application's records."""
    store: Engine = request.app.state.store
    return store


def desk_of(request: Request) -> Desk:
    """Return the plans that the application has at hand."""
    desk: Desk = request.app.state.desk
    return desk


def now_of(request: Request) -> datetime:
    """Return the time, once for each request."""
    if not hasattr(request.state, "now"):
        clock: Clock = request.app.state.clock
        request.state.now = clock().astimezone(SHANGHAI)
    now: datetime = request.state.now
    return now


def job_of(squad_id: str, plan_id: str, request: Request) -> Job:
    """Return a squad's job; raise `UnknownPlanError` where the squad has none of that number."""
    job = board_of(request).get(plan_id)
    if job.order.squad != squad_id:
        raise no_such_plan(plan_id)
    return job


def plan_of(squad_id: str, plan_id: str, request: Request) -> Job:
    """Return the job that makes a squad's plan, or made it; raise `UnknownPlanError` where that number is none."""
    job = job_of(squad_id, plan_id, request)
    if job.order.kind is not Kind.PLAN:
        raise no_such_plan(plan_id)
    return job


Board = Annotated[JobBoard, Depends(board_of)]
JobOfSquad = Annotated[Job, Depends(job_of)]
PlanOfSquad = Annotated[Job, Depends(plan_of)]
SettingsInUse = Annotated[Settings, Depends(settings_of)]
DeskInUse = Annotated[Desk, Depends(desk_of)]
Store = Annotated[Engine, Depends(store_of)]
Now = Annotated[datetime, Depends(now_of)]
