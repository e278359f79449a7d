"""The live day over HTTP: who is where, which reports wait, and the map that the desk looks at."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field

from api.desk.view import desk_of
from api.endpoints.answers import FAULTS, REFUSED
from api.inside import Now, SettingsInUse, Store
from api.open_plans import Duty, Shelf, duty_of
from api.security.access import Looks
from api.storage.desk import cases_of_the_day
from api.storage.engine import reading
from api.storage.visits import acts_of_week
from planner.week import Week

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["dispatch"])

DeskShown = Annotated[dict[str, Any], Field(description="docs/service.md, the live day")]


def shelf_of(request: Request) -> Shelf:
    """Return what keeps plans open."""
    shelf: Shelf = request.app.state.shelf
    return shelf


def duty_now(squad_id: str, request: Request, store: Store, settings: SettingsInUse, now: Now) -> Duty:
    """Return the week that a squad is in."""
    return duty_of(shelf_of(request), store, squad_id, now, settings.cache)


@router.get("/live", responses={**REFUSED, **FAULTS, 304: {"description": "as it was"}}, response_model=DeskShown)
def live(
    squad_id: str,
    _: Looks,
    request: Request,
    store: Store,
    settings: SettingsInUse,
    now: Now,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-None-Match", max_length=80)] = None,
) -> Any:  # noqa: ANN401 - JSON, or an answer without a body
    """Return the desk: who is where by the plan and by what was last told; open reports, the most urgent first."""
    duty = duty_now(squad_id, request, store, settings, now)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with reading(store) as connection:
        cases = cases_of_the_day(connection, squad_id, midnight)
        acts = [dict(row) for row in acts_of_week(connection, squad_id, str(Week.of(now)))]
    desk = desk_of(duty, cases, acts, now)
    tag = f'"{hashlib.sha256(json.dumps(desk, sort_keys=True).encode()).hexdigest()[:16]}"'
    if seen == tag:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-store"
    return {"now": now.isoformat(), **desk}
