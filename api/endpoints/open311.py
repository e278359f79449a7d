"""Reports by anybody, and what became of them, as Open311 GeoReport v2: an open standard that clients exist for.

https://wiki.open311.org/GeoReport_v2/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Engine

from api.endpoints.answers import PROBLEM
from api.errors import TooOftenError, UnknownCaseError, UnknownRecordError
from api.exchange import open311
from api.exchange.open311 import Document
from api.exchange.open311_request import chosen, read_filters, read_report
from api.exchange.webhooks import case_data
from api.hooks import tell
from api.inside import Now, Store, now_of
from api.intake import take_in
from api.problems import MEDIA_TYPE, language_of
from api.security.limits import Limiter
from api.storage.cases import all_cases, get_case
from api.storage.engine import reading, writing
from api.storage.once import once
from api.storage.squads import load_squad, require_squad
from casework.case import Case
from geo.errors import InputError
from geo.text import Language, Text
from planner.squad import Squad

router = APIRouter(prefix="/open311/{squad_id}/v2", tags=["open311"])

Form = Annotated[str, Path(pattern="^(json|xml)$")]
XML = "text/xml; charset=utf-8"
FORMS: dict[str, Any] = {"application/json": {}, "text/xml": {}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": FORMS, "description": "as GeoReport v2 has it"},
    404: {"content": {**FORMS, MEDIA_TYPE: {}}, "description": "no such squad, service or request"},
    422: {**PROBLEM, "description": "neither json nor xml, or a field makes no sense"},
}
FAULTY: dict[int | str, dict[str, Any]] = {400: {"content": FORMS, "description": "faults, all of them"}}
OFTEN: dict[int | str, dict[str, Any]] = {
    413: {**PROBLEM, "description": "longer than any report"},
    429: {**PROBLEM, "description": "too many reports at a time"},
}
FIELDS = {
    "type": "object",
    "required": ["service_code", "lat", "long"],
    "properties": {
        "service_code": {"type": "string", "enum": list(open311.SERVICES)},
        "lat": {"type": "number"},
        "long": {"type": "number"},
        "description": {"type": "string"},
        "address_string": {"type": "string"},
        "first_name": {"type": "string"},
        "last_name": {"type": "string"},
        "phone": {"type": "string"},
    },
}
POSTED: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FIELDS}}}
}


@router.get("/discovery.{form}", responses=ANSWERS, response_class=Response)
def discovery(squad_id: str, form: Form, request: Request, store: Store, now: Now) -> Response:
    """Say where the endpoint is and what it speaks."""
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, now.date())
    return _answer("discovery", open311.discovery(_base(request, squad_id), f"{squad.name} {squad.hotline}", now), form)


@router.get("/services.{form}", responses=ANSWERS, response_class=Response)
def services(squad_id: str, form: Form, request: Request, store: Store) -> Response:
    """List what can be reported."""
    _require(store, squad_id)
    return _answer("services", open311.services(language_of(request)), form)


@router.get("/services/{service_code}.{form}", responses=ANSWERS, response_class=Response)
def service(squad_id: str, service_code: str, form: Form, request: Request, store: Store) -> Response:
    """Say what may be told of one kind of report."""
    _require(store, squad_id)
    found = open311.service_definition(service_code, language_of(request))
    if found is None:
        raise UnknownRecordError(Text("没有这项服务", "There is no such service"))
    return _answer("service_definition", found, form)


@router.post("/requests.{form}", status_code=201, responses=ANSWERS | FAULTY | OFTEN, openapi_extra=POSTED)
async def file(squad_id: str, form: Form, request: Request, store: Store, now: Now) -> Response:
    """File a report; its number follows at once."""
    limiter: Limiter = request.app.state.limiter
    caller = request.client.host if request.client else ""
    if not limiter.admits(caller, now):
        raise TooOftenError(Text("提交太频繁,请稍后再试", "Too many reports at a time: try again later"))
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        return _filed(store, squad_id, given, request, form)
    except InputError as error:
        return _answer("errors", open311.errors(error.faults, language_of(request)), form, 400)


@router.get("/requests.{form}", responses=ANSWERS | FAULTY, response_class=Response)
def requests(squad_id: str, form: Form, request: Request, store: Store, now: Now) -> Response:
    """List reports and how they stand, without what is personal: by default those of the last 90 days."""
    language = language_of(request)
    try:
        wanted = read_filters(request.query_params, now)
    except InputError as error:
        return _answer("errors", open311.errors(error.faults, language), form, 400)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, now.date())
        cases = all_cases(connection, squad_id, since=None if wanted.ids else wanted.first)
    return _answer("service_requests", _told(squad, chosen(cases, wanted), now, language), form)


@router.get("/requests/{case_id}.{form}", responses=ANSWERS, response_class=Response)
def one_request(squad_id: str, case_id: str, form: Form, request: Request, store: Store, now: Now) -> Response:
    """Say how one report stands."""
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, now.date())
        try:
            kept = get_case(connection, squad_id, case_id)
        except UnknownCaseError as error:
            return _answer("errors", open311.error(404, error.message, language_of(request)), form, 404)
    return _answer("service_requests", _told(squad, [kept.case], now, language_of(request)), form)


def _filed(store: Engine, squad_id: str, given: Mapping[str, str], request: Request, form: str) -> Response:
    now, language = now_of(request), language_of(request)
    drafted = read_report(given, now)
    key = request.headers.get("idempotency-key")
    with writing(store) as connection:
        require_squad(connection, squad_id)

        def make() -> Mapping[str, Any]:
            case = take_in(connection, squad_id, drafted.report, now, "open311").kept.case
            tell(connection, squad_id, "report_taken_in", case_data(case), now)
            return {"case": case.id}

        made = once(connection, squad_id, None if key is None else f"open311:{key[:100]}", dict(given), now, make)
    return _answer("service_requests", open311.accepted(made["case"], drafted.notices, language), form, 201)


def _told(squad: Squad, cases: Sequence[Case], now: datetime, language: Language) -> list[Document]:
    places = {community.id: community.address or community.name for community in squad.communities}
    return [
        open311.service_request(
            case, now, agency=squad.name, language=language, address=places.get(case.report.community_id or "", "")
        )
        for case in cases
    ]


def _answer(root: str, document: Document | Sequence[Document], form: str, status: int = 200) -> Response:
    if form == "xml":
        return Response(open311.to_xml(root, document), status, media_type=XML)
    return JSONResponse(document, status)


def _base(request: Request, squad_id: str) -> str:
    return f"{str(request.base_url).rstrip('/')}/open311/{squad_id}/v2"


def _require(store: Engine, squad_id: str) -> None:
    with reading(store) as connection:
        require_squad(connection, squad_id)
