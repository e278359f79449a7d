"""An officer's days in one answer, for his telephone: small, and not sent again where nothing changed."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response

from api.endpoints.answers import FAULTS, REFUSED
from api.errors import ForbiddenError, UnknownRecordError
from api.files import packed_json
from api.inside import Now, Store
from api.officer_days import officer_days
from api.packed import packed
from api.security.access import Attends
from api.security.roles import Role
from api.storage.engine import reading
from casework.calendar import SHANGHAI
from geo.text import Text
from planner.week import Week

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["visits"])

FIRST, LAST = date(1970, 1, 1), date(2900, 1, 1)


@router.get(
    "/officers/{officer}/days",
    responses={
        **REFUSED,
        **FAULTS,
        200: {"content": {"application/json": {"schema": {"type": "object"}}}},
        304: {"description": "as it was when it was last asked for"},
    },
    response_class=Response,
)
def days(
    squad_id: str,
    officer: str,
    who: Attends,
    store: Store,
    now: Now,
    request: Request,
    day: date | None = None,
) -> Response:
    """Return an officer's days of the week of `day` (absent: of today) and of the week after.

    ``squad``, ``officer``, ``hotline``, ``cases`` that he is sent to, and ``days``: of each its ``routes`` with
    ``stops`` (when, where, with whom, what to look at, what became of it, links of navigators), ``waits`` where he
    stands by, ``duty``, ``leave``, ``picture`` (a map to draw) and ``share`` (a page to hand on). An officer asks for
    himself, leaders for anybody. No telephone number of whoever reported something is in it.
    """
    if who.role is Role.OFFICER and officer != who.subject:
        raise ForbiddenError(Text("只能看自己的路线", "An officer's days are his own"))
    wanted = min(max(day or now.astimezone(SHANGHAI).date(), FIRST), LAST)
    week = Week(wanted - timedelta(days=wanted.weekday()))
    with reading(store) as connection:
        found = officer_days(connection, squad_id, officer, now, [week, Week(week.monday + timedelta(days=7))])
    if found is None:
        raise UnknownRecordError(Text(f"没有队员 {officer}", f"There is no officer {officer}"))
    text = json.dumps(found, ensure_ascii=False, sort_keys=True)
    headers = {"ETag": f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"', "Cache-Control": "no-store"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers={**headers, "X-Wuzao-Now": now.isoformat()})
    body = packed_json({**found, "now": now.isoformat()}).encode()
    return packed(request, body, "application/json", headers)
