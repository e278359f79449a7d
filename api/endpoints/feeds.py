"""Feeds by secret link, without sign-in: calendars that telephones subscribe to, map layers that QGIS opens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from icalendar import Calendar
from sqlalchemy import Engine

from api.commands import Opened
from api.drafts import open_recorded
from api.endpoints.answers import PROBLEM, Answers
from api.errors import UnknownRecordError
from api.exchange import ogc_features
from api.exchange.calendars import officer_calendar, partner_calendar
from api.exchange.ogc_layers import Layer, layers_of
from api.exchange.ogc_query import read_query
from api.inside import Now, SettingsInUse, Store
from api.planned import judged
from api.problems import language_of
from api.records import planning_squad
from api.security.accounts import link_of
from api.settings import Settings
from api.storage.engine import reading
from api.storage.plans import KeptPlan, published_plan
from api.storage.scope import EVERYBODY, about, settle_on
from geo.text import Language, Text
from planner.week import Week

router = APIRouter(tags=["feeds"])

GIS = "gis"
WEEKS = 2
"""This one and the next: what a calendar shows."""

Kind = Annotated[str, Path(pattern="^(officer|partner)$")]
UNKNOWN: Answers = {404: {**PROBLEM, "description": "the link is not valid, or was replaced"}}
GEOJSON = "application/geo+json"


@router.get(
    "/feeds/{kind}/{token}.ics",
    responses={**UNKNOWN, 200: {"content": {"text/calendar": {}}, "description": "RFC 5545"}},
    response_class=Response,
)
def calendar(kind: Kind, token: str, request: Request, store: Store, settings: SettingsInUse, now: Now) -> Response:
    """Return the visits of an officer, or those that a partner joins, of this week and the next."""
    squad_id, subject = _linked(store, token, kind)
    language = language_of(request)
    calendars = [
        _calendar(opened, kind, subject, language)
        for opened in _opened_weeks(store, settings, squad_id, now)
        if subject in (opened.prepared.problem.officers if kind == "officer" else opened.prepared.problem.partners)
    ]
    return Response(_together(calendars), media_type="text/calendar; charset=utf-8")


@router.get("/ogc/{token}", responses=UNKNOWN)
def landing_page(token: str, request: Request, store: Store) -> JSONResponse:
    """OGC API – Features: where everything is."""
    squad_id = _squad(store, token)
    definition = f"{str(request.base_url).rstrip('/')}/openapi.json"
    return JSONResponse(ogc_features.landing_page(_base(request, token), squad_id, definition, language_of(request)))


@router.get("/ogc/{token}/conformance", responses=UNKNOWN)
def conformance(token: str, store: Store) -> JSONResponse:
    """OGC API – Features: what of the standard is kept."""
    _squad(store, token)
    return JSONResponse(ogc_features.conformance())


@router.get("/ogc/{token}/collections", responses=UNKNOWN)
def collections(token: str, request: Request, store: Store, settings: SettingsInUse, now: Now) -> JSONResponse:
    """OGC API – Features: communities, gates, violations, the week's routes and its two-hour check."""
    layers = _layers(store, settings, _squad(store, token), now)
    return JSONResponse(ogc_features.collections(_base(request, token), layers, language_of(request)))


@router.get("/ogc/{token}/collections/{layer}", responses=UNKNOWN)
def collection(
    token: str, layer: str, request: Request, store: Store, settings: SettingsInUse, now: Now
) -> JSONResponse:
    """OGC API – Features: one layer."""
    found = _layer(_layers(store, settings, _squad(store, token), now), layer)
    return JSONResponse(ogc_features.collection(_base(request, token), found, language_of(request)))


@router.get(
    "/ogc/{token}/collections/{layer}/items",
    responses={
        **UNKNOWN,
        422: {**PROBLEM, "description": "a parameter makes no sense"},
        200: {"content": {GEOJSON: {}}},
    },
)
def items(token: str, layer: str, request: Request, store: Store, settings: SettingsInUse, now: Now) -> Response:
    """OGC API – Features: a page of a layer's features; limit, offset, bbox, datetime and properties as filters."""
    found = _layer(_layers(store, settings, _squad(store, token), now), layer)
    query = read_query(found, request.query_params)
    page = ogc_features.items(_base(request, token), found, query, now, language_of(request))
    return _geojson(page)


@router.get(
    "/ogc/{token}/collections/{layer}/items/{feature:path}", responses={**UNKNOWN, 200: {"content": {GEOJSON: {}}}}
)
def item(
    token: str, layer: str, feature: str, request: Request, store: Store, settings: SettingsInUse, now: Now
) -> Response:
    """OGC API – Features: one feature."""
    found = _layer(_layers(store, settings, _squad(store, token), now), layer)
    one = ogc_features.item(_base(request, token), found, feature, language_of(request))
    if one is None:
        raise UnknownRecordError(Text("没有这个要素", "There is no such feature"))
    return _geojson(one)


def _opened_weeks(store: Engine, settings: Settings, squad_id: str, now: datetime) -> list[Opened]:
    weeks = [str(Week.of(now + timedelta(weeks=number))) for number in range(WEEKS)]
    with reading(store) as connection:
        plans = [published_plan(connection, squad_id, week) for week in weeks]
    return [open_recorded(store, squad_id, plan, settings.cache) for plan in plans if plan is not None]


def _calendar(opened: Opened, kind: str, subject: str, language: Language) -> bytes:
    make = officer_calendar if kind == "officer" else partner_calendar
    return make(opened.prepared.problem, opened.plan, opened.prepared.squad, subject, language)


def _together(calendars: list[bytes]) -> bytes:
    """Return several weeks as one calendar; without any an empty one, for the feed is there before the plan."""
    if not calendars:
        empty = Calendar()
        empty.add("prodid", "-//Wuzao//patrol planner//ZH")
        empty.add("version", "2.0")
        written: bytes = empty.to_ical()
        return written
    first, *rest = (Calendar.from_ical(one) for one in calendars)
    for other in rest:
        for event in other.walk("VEVENT"):
            first.add_component(event)
    together: bytes = first.to_ical()
    return together


def _squad(store: Engine, token: str) -> str:
    return _linked(store, token, GIS)[0]


def _linked(store: Engine, token: str, kind: str) -> tuple[str, str]:
    """Return the squad and whom a link is about; the rest of the request is about that squad."""
    with about(EVERYBODY), reading(store) as connection:
        found = link_of(connection, token, kind)
    settle_on(found[0])
    return found


def _layers(store: Engine, settings: Settings, squad_id: str, now: datetime) -> Mapping[str, Layer]:
    with reading(store) as connection:
        plan: KeptPlan | None = published_plan(connection, squad_id, str(Week.of(now)))
        squad = planning_squad(connection, squad_id, now)
    if plan is None:
        return layers_of(squad)
    opened = open_recorded(store, squad_id, plan, settings.cache)
    checked = judged(opened.prepared, opened.plan)
    return layers_of(squad, opened.prepared.problem, opened.plan, checked.report)


def _layer(layers: Mapping[str, Layer], name: str) -> Layer:
    if name not in layers:
        raise UnknownRecordError(Text("没有这个图层", "There is no such collection"))
    return layers[name]


def _base(request: Request, token: str) -> str:
    return f"{str(request.base_url).rstrip('/')}/ogc/{token}"


def _geojson(document: object) -> Response:
    return Response(json.dumps(document, ensure_ascii=False, allow_nan=False), media_type=GEOJSON)
