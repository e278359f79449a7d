"""The week board: a squad's plan as its leader changes it; and two plans of a week side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine

from api.endpoints.board import board_shown
from api.errors import UnknownPlanError
from api.inside import DeskInUse, Now, PlanOfSquad, Store
from api.jobs.job import Job, State
from api.pages import say
from api.pages.board_words import BOARD_WORDS
from api.pages.compare_words import COMPARE_WORDS
from api.pages.page import Place, page, squad_address
from api.problems import language_of
from api.security.access import Looks
from api.security.roles import Act, Principal
from api.storage.engine import reading
from api.storage.plans import PLAN_STATES, plans_of_week
from api.storage.squads import squad_name
from geo.text import Language, Text
from planner.week import Week

WORDS: Mapping[str, Text] = {**BOARD_WORDS, **COMPARE_WORDS}

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/plans/{plan_id}", response_class=HTMLResponse)
def board_page(
    who: Looks, squad_id: str, job: PlanOfSquad, request: Request, store: Store, desk: DeskInUse, now: Now
) -> HTMLResponse:
    """Show a plan as a week board; one that is still being made is watched.

    A plan that takes long to open is asked for by the page once it is on the screen.
    """
    at_hand = job.state is State.DONE and desk.has(squad_id, job.id)
    shown = board_shown(desk.sheet(squad_id, job.id), who, squad_id) if at_hand else None
    with reading(store) as connection:
        place = Place(squad_id, squad_name(connection, squad_id), "week")
    plans = plans_beside(store, job, language_of(request))
    return board_answer(request, who, place, job=job, board=shown, plans=plans, now=now)


@router.get("/squads/{squad_id}/plans/{plan_id}/compare/{other}", response_class=HTMLResponse)
def compare_page(
    who: Looks, squad_id: str, job: PlanOfSquad, other: str, request: Request, store: Store
) -> HTMLResponse:
    """Show two plans of a week side by side."""
    language = language_of(request)
    plans = plans_beside(store, job, language)
    names = {plan["id"]: plan["said"] for plan in plans}
    if other not in names or other == job.id:
        raise UnknownPlanError(Text("这一周没有这份计划", "There is no such plan of this week"))
    with reading(store) as connection:
        name = squad_name(connection, squad_id)
    pages = squad_address(squad_id)
    return page(
        request,
        "compare.html",
        WORDS,
        who=who,
        place=Place(squad_id, name, "week"),
        data={"base": f"/api{pages}", "pages": pages, "plan": job.id, "other": other, "names": names},
        week=say.week(Week.parse(job.order.week)).say(language),
        here=f"{pages}/plans/{quote(job.id, safe='')}",
        there=f"{pages}/plans/{quote(other, safe='')}",
        plans=plans,
        plan=job.id,
        other_plan=other,
    )


def board_answer(
    request: Request,
    who: Principal,
    place: Place,
    *,
    job: Job,
    board: Mapping[str, Any] | None,
    plans: Sequence[Mapping[str, str]],
    now: datetime,
) -> HTMLResponse:
    """Return the board's page; without a board it asks for it, or watches the plan being made.

    Parameters
    ----------
    plans
        Those of the same week: ``id`` and ``said``, its own among them or not.
    """
    pages = squad_address(place.squad_id)
    here = f"{pages}/plans/{quote(job.id, safe='')}"
    data = {
        "base": f"/api{pages}",
        "pages": pages,
        "plan": job.id,
        "now": now.strftime("%Y-%m-%dT%H:%M"),
        "made": job.state is State.DONE,
        "board": board,
    }
    return page(
        request,
        "board.html",
        WORDS,
        who=who,
        place=place,
        data=data,
        here=here,
        base=f"/api{here}",
        week=say.week(Week.parse(job.order.week)).say(language_of(request)),
        name=next((plan["said"] for plan in plans if plan["id"] == job.id), ""),
        others=[
            {"address": f"{here}/compare/{quote(plan['id'], safe='')}", "said": plan["said"]}
            for plan in plans
            if plan["id"] != job.id
        ],
        may_plan=who.may(Act.PLAN, place.squad_id),
    )


def plans_beside(store: Engine, job: Job, language: Language) -> list[dict[str, str]]:
    """Return the plans of a job's week as people tell them apart: by number, state and when they were made."""
    with reading(store) as connection:
        rows = plans_of_week(connection, job.order.squad, job.order.week)
    told = WORDS["plan_said"].say(language)
    return [
        {
            "id": plan_id,
            "said": told.format(
                number=number, state=PLAN_STATES[state].say(language), made=say.moment(made_at).say(language)
            ),
        }
        for number, (plan_id, state, made_at) in enumerate(rows, 1)
    ]
