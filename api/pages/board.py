"""The week board: a squad's plan as its leader changes it, and two plans of a week side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.pages.board_words import BOARD_WORDS
from api.pages.page import Place, page, squad_address
from api.pages.squad import said_week
from api.problems import language_of
from api.security.roles import Act, Principal
from geo.text import Text
from planner.week import Week

WORDS: Mapping[str, Text] = BOARD_WORDS

router = APIRouter(include_in_schema=False)


def board_answer(
    request: Request,
    who: Principal,
    place: Place,
    *,
    plan_id: str,
    week: str,
    board: Mapping[str, Any] | None,
    others: Sequence[Mapping[str, str]],
    now: datetime,
) -> HTMLResponse:
    """Return the board's page; without a board it watches the plan being made."""
    pages = squad_address(place.squad_id)
    here = f"{pages}/plans/{quote(plan_id, safe='')}"
    data = {
        "base": f"/api{pages}",
        "pages": pages,
        "plan": plan_id,
        "now": now.strftime("%Y-%m-%dT%H:%M"),
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
        week=said_week(Week.parse(week), language_of(request)),
        others=others,
        may_plan=who.may(Act.PLAN, place.squad_id),
    )
