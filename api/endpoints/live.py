"""The live day over HTTP: who is where, which reports wait, and the map that the desk looks at."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy import Engine

from api.desk.view import desk_of
from api.endpoints.answers import FAULTS, REFUSED
from api.endpoints.plans import MAP_POLICY
from api.inside import Now, SettingsInUse, Store
from api.open_plans import Duty, Shelf, duty_of
from api.problems import language_of
from api.security.access import Looks
from api.storage.desk import Stamp, cases_of_the_day, squad_stamp
from api.storage.engine import reading
from api.storage.visits import acts_of_week
from maps.ground_map import ground_map
from maps.live_map import live_map
from planner.week import Week

MAP: dict[int | str, dict[str, Any]] = {**REFUSED, **FAULTS, 304: {"description": "as it was"}}

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["dispatch"])

Seen = Annotated[str | None, Header(alias="If-None-Match", max_length=80)]
DeskShown = Annotated[dict[str, Any], Field(description="docs/service.md, the live day")]


def shelf_of(request: Request) -> Shelf:
    """Return what keeps plans open."""
    shelf: Shelf = request.app.state.shelf
    return shelf


def duty_now(squad_id: str, request: Request, store: Store, settings: SettingsInUse, now: Now) -> Duty:
    """Return the week that a squad is in."""
    return duty_of(shelf_of(request), store, squad_id, now, settings.cache)


@router.get("/live", responses=MAP, response_model=DeskShown)
def live(
    squad_id: str,
    _: Looks,
    request: Request,
    store: Store,
    settings: SettingsInUse,
    now: Now,
    response: Response,
    seen: Seen = None,
) -> Any:  # noqa: ANN401 - JSON, or an answer without a body
    """Return the desk: who is where by the plan and by what was last told; open reports, the most urgent first."""
    desk = desk_now(duty_now(squad_id, request, store, settings, now), squad_id, store, now)
    told = {key: value for key, value in desk.items() if key != "now"}
    tag = tag_of(json.dumps(told, sort_keys=True))
    if seen == tag:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-store"
    return desk


def desk_now(duty: Duty, squad_id: str, store: Engine, now: datetime) -> dict[str, Any]:
    """Return the desk of a squad as it is now."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with reading(store) as connection:
        cases = cases_of_the_day(connection, squad_id, midnight)
        acts = [dict(row) for row in acts_of_week(connection, squad_id, str(Week.of(now)))]
    return {"now": now.isoformat(), **desk_of(duty, cases, acts, now)}


@router.get("/maps/live", responses=MAP, response_class=HTMLResponse)
def live_page(
    squad_id: str, _: Looks, request: Request, store: Store, settings: SettingsInUse, now: Now, seen: Seen = None
) -> Response:
    """Return the desk's map, to be framed: communities alone; officers and reports reach it by message."""
    language = language_of(request)
    duty = duty_now(squad_id, request, store, settings, now)
    prepared = duty.opened.prepared
    key = ("live map", squad_id, language, *_drawn(store, squad_id))
    html = shelf_of(request).get(key, lambda: live_map(prepared.squad, prepared.roads, language))
    return framed(html, seen)


@router.get("/maps/ground", responses=MAP, response_class=HTMLResponse)
def ground_page(
    squad_id: str, _: Looks, request: Request, store: Store, settings: SettingsInUse, now: Now, seen: Seen = None
) -> Response:
    """Return the map on which outlines are drawn, to be framed: roads and water; all else reaches it by message."""
    language = language_of(request)
    prepared = duty_now(squad_id, request, store, settings, now).opened.prepared
    key = ("ground map", squad_id, language, *_drawn(store, squad_id))
    html = shelf_of(request).get(key, lambda: ground_map(prepared.squad, prepared.roads, language))
    return framed(html, seen)


def framed(html: str, seen: str | None) -> Response:
    """Return a map as an answer that our own pages may frame; a browser that has it is told so."""
    tag = tag_of(html)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": MAP_POLICY}
    if seen == tag:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(html, headers=headers)


def tag_of(text: str) -> str:
    """Return an entity tag of a text."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


def _drawn(store: Engine, squad_id: str) -> Stamp:
    with reading(store) as connection:
        return squad_stamp(connection, squad_id)
