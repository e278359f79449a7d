"""The week board: a plan as a leader sees and moves it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.board.desk import By, Desk, Sheet, judged_as
from api.board.places import places_of
from api.board.said import said
from api.board.view import Standing, board_of
from api.endpoints.answers import FAULTS, GUARDED, Answers, MarksGiven, etag
from api.endpoints.plans import RESULT
from api.inside import DeskInUse, Now, PlanOfSquad
from api.jobs.job import Job, require_done
from api.schemas import Strict
from api.security.access import Looks, Plans
from api.security.roles import Act, Principal
from planner.byhand.acts import Act as ByHand
from planner.byhand.acts import SetPin, done
from planner.byhand.moving import Move, TakeOut
from planner.byhand.places import Spot
from planner.week import DAY

router = APIRouter(prefix="/api/squads/{squad_id}/plans/{plan_id}", tags=["board"])

SHOWN: Answers = {
    **RESULT,
    **GUARDED,
    200: {
        "description": "docs/service.md, the week board",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
}
Name: TypeAlias = Annotated[str, Field(max_length=200)]


class VisitMoved(Strict):
    """A visit to be made on a day (Monday is 0), in a band, by an officer's crew."""

    visit: Name
    day: Annotated[int, Field(ge=0, le=6)]
    band: Name
    officer: Annotated[Name, Field(description="who leads it, or rides with the crew that takes it along")]
    begin: Annotated[
        str | None, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="such as 09:00; absent: as is best")
    ] = None

    def act(self) -> Move:
        """Return it as the planner takes it."""
        begin = None
        if self.begin is not None:
            hours, minutes = self.begin.split(":")
            begin = self.day * DAY + int(hours) * 3600 + int(minutes) * 60
        return Move(self.visit, self.day, self.band, self.officer, begin)


class PlacesAsked(Strict):
    """Which places for a visit are asked for: all, or those of a day, a band, an officer's row."""

    visit: Name
    day: Annotated[int | None, Field(ge=0, le=6)] = None
    band: Name | None = None
    officer: Name | None = None
    check: Annotated[bool, Field(description="false: one slot by the rules alone, which is sooner known")] = True

    @property
    def spot(self) -> Spot:
        """Return it as the planner takes it."""
        return Spot(self.day, self.band, self.officer)


class VisitOut(Strict):
    """A visit to be made by nobody."""

    visit: Name
    out: Literal[True]

    def act(self) -> TakeOut:
        """Return it as the planner takes it."""
        return TakeOut(self.visit)


class VisitPinned(Strict):
    """A visit to be held where it is, or to be held no longer."""

    visit: Name
    pin: bool

    def act(self) -> SetPin:
        """Return it as the planner takes it."""
        return SetPin(self.visit, self.pin)


class Moves(Strict):
    """What is to be done to a draft, one after another, as one act."""

    moves: Annotated[list[VisitMoved | VisitOut | VisitPinned], Field(min_length=1, max_length=20)]


@router.get("/board", responses=SHOWN, response_class=JSONResponse)
def show_board(who: Looks, job: PlanOfSquad, desk: DeskInUse) -> JSONResponse:
    """Return a plan as the week board shows it: cards, what is missed, what breaks, figures and the two-hour check."""
    return _answer(desk.sheet(job.order.squad, require_done(job).id), who, job)


@router.post("/moves", responses=SHOWN | FAULTS, response_class=JSONResponse)
def move_visits(
    who: Plans, job: PlanOfSquad, asked: Moves, desk: DeskInUse, now: Now, marks: MarksGiven
) -> JSONResponse:
    """Move, take out or pin visits of a draft; what breaks a rule is made and told, what cannot be made is refused."""
    acts: list[ByHand] = [move.act() for move in asked.moves]
    before: list[Sheet] = []

    def change(sheet: Sheet) -> Sheet:
        before.append(sheet)
        made = sheet.looks.made.get(acts[0]) if len(acts) == 1 else None
        if made is not None:
            return replace(sheet, planned=made)
        problem, plan = sheet.planned.prepared.problem, sheet.planned.plan
        for act in acts:
            problem, plan = done(problem, plan, act)
        return judged_as(sheet, problem, plan)

    after = desk.changed(job.order.squad, require_done(job).id, By(who.name, now, marks.version), change, "plan moved")
    return _answer(after, who, job, said=said(before[0].planned, after.planned, acts))


@router.post("/undo", responses=SHOWN, response_class=JSONResponse)
def undo(who: Plans, job: PlanOfSquad, desk: DeskInUse, now: Now, marks: MarksGiven) -> JSONResponse:
    """Take the last act on a draft back."""
    return _taken_back(desk, job, By(who.name, now, marks.version), who, again=False)


@router.post("/redo", responses=SHOWN, response_class=JSONResponse)
def redo(who: Plans, job: PlanOfSquad, desk: DeskInUse, now: Now, marks: MarksGiven) -> JSONResponse:
    """Make the act again that was taken back last."""
    return _taken_back(desk, job, By(who.name, now, marks.version), who, again=True)


@router.get("/places", responses=SHOWN | FAULTS, response_class=JSONResponse)
def list_places(_: Looks, job: PlanOfSquad, asked: Annotated[PlacesAsked, Query()], desk: DeskInUse) -> JSONResponse:
    """Say where a visit could stand, by day, band and officer: what breaks nothing first, proven by the exact check.

    With a day and a band it is answered at once, as for a card that hangs over them; without, it takes a second or two
    at sixty communities, gives way to whatever else is asked of the plan, and ends where the plan is changed.
    """
    squad_id = job.order.squad
    plan_id = require_done(job).id
    if asked.day is not None and asked.band is not None:
        with desk.hurrying(squad_id, plan_id):
            return JSONResponse(places_of(desk.sheet(squad_id, plan_id), asked.visit, asked.spot, check=asked.check))
    sheet = desk.sheet(squad_id, plan_id)
    return JSONResponse(places_of(sheet, asked.visit, asked.spot, lambda: desk.may_go_on(squad_id, sheet)))


def board_shown(sheet: Sheet, who: Principal, squad_id: str) -> dict[str, Any]:
    """Return the board of a plan on the desk, as somebody may see and change it."""
    trail = sheet.trail
    standing = Standing(sheet.kept, who.may(Act.PLAN, squad_id), trail.undo is not None, trail.redo is not None)
    return board_of(sheet.planned, standing)


def _taken_back(desk: Desk, job: Job, by: By, who: Principal, *, again: bool) -> JSONResponse:
    squad_id, plan_id = job.order.squad, require_done(job).id
    before = desk.sheet(squad_id, plan_id)
    after = desk.undone(squad_id, plan_id, by, again=again)
    return _answer(after, who, job, said=said(before.planned, after.planned))


def _answer(sheet: Sheet, who: Principal, job: Job, **more: object) -> JSONResponse:
    """Return a board as it goes over HTTP: JSON already, which nobody need look through again."""
    return JSONResponse(board_shown(sheet, who, job.order.squad) | more, headers={"ETag": etag(sheet.kept.version)})
