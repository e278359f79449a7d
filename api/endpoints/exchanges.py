"""Files that other programs read and write: routes as GPX and KML, cases as Excel, messages to other systems."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path as FilePath
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Engine, delete, insert, select

from api.case_schemas import Id
from api.drafts import open_recorded, recorded_plan
from api.endpoints.answers import FAULTS, REFUSED
from api.endpoints.plans import RESULT
from api.endpoints.squads import UPLOAD, XLSX
from api.errors import UnknownPageError, UnknownRecordError
from api.exchange.case_table import read_cases, write_cases
from api.exchange.gpx import route_gpx
from api.exchange.kml import route_kml
from api.exchange.register_table import read_feedback, read_renovations, write_feedback, write_renovations
from api.exchange.webhooks import case_data
from api.hooks import tell
from api.inside import Now, PlanOfSquad, SettingsInUse, Store, now_of
from api.intake import take_in
from api.jobs.job import require_done
from api.problems import language_of
from api.schemas import Strict
from api.security.access import Keeps, KeepsAccounts, Looks
from api.security.roles import Principal
from api.storage.audit import note
from api.storage.cases import all_cases
from api.storage.engine import reading, writing
from api.storage.register import add_feedback, add_renovation, all_feedback, renovations
from api.storage.service_tables import HOOKS
from api.storage.squads import load_squad, require_squad
from api.uploads import read_upload, within_limits
from geo.errors import Fault, InputError
from geo.tables import Table, read_table
from geo.text import Text
from planner.squad import Squad

router = APIRouter(prefix="/api/squads/{squad_id}")

ROUTES = {"gpx": (route_gpx, "application/gpx+xml"), "kml": (route_kml, "application/vnd.google-earth.kml+xml")}


class NewHook(Strict):
    """Another system that wants to hear of events."""

    url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,500}$")]
    form: Annotated[str, Field(pattern="^(json|wecom)$", description="our own signed JSON, or a WeCom group robot's")]
    events: Annotated[list[str], Field(min_length=1, max_length=20, description='such as "plan_published"; "*": all')]


class HookShown(BaseModel):
    """A webhook; its secret is shown once, when it is made."""

    id: str
    url: str
    form: str
    events: list[str]
    secret: str | None = None


Take: TypeAlias = Callable[[Connection, Squad, Table], tuple[list[str], Sequence[Fault]]]
"""Keeps what is new in a sheet: ids of it, and the sheet's warnings; raises `InputError` with every fault."""


class Taken(BaseModel):
    """What was taken in from a table: ids of the new records, and what was worth a warning."""

    ids: list[str]
    warnings: list[str]


@router.get(
    "/plans/{plan_id}/routes/{officer}/{day}.{form}",
    tags=["results"],
    responses={**RESULT, 200: {"content": {kind: {} for _, kind in ROUTES.values()}}},
    response_class=Response,
)
def route_file(
    _: Looks,
    job: PlanOfSquad,
    officer: str,
    day: date,
    form: Annotated[str, Path(pattern="^(gpx|kml)$")],
    request: Request,
    settings: SettingsInUse,
) -> Response:
    """Return an officer's day as a file for navigators and globes."""
    store, squad_id = request.app.state.store, job.order.squad
    require_done(job)
    opened = open_recorded(store, squad_id, recorded_plan(store, squad_id, job.id), settings.cache)
    problem = opened.prepared.problem
    if officer not in problem.officers or day not in problem.week.days:
        raise UnknownPageError(Text("那天没有这位队员的路线", "There is no route of this officer on that day"))
    write, kind = ROUTES[form]
    made = write(problem, opened.plan, opened.prepared.squad, officer, day, language_of(request))
    return Response(made, media_type=kind)


@router.get("/cases.xlsx", tags=["cases"], responses={**REFUSED, 200: {"content": {XLSX: {}}}}, response_class=Response)
def export_cases(squad_id: str, _: Keeps, request: Request, store: Store) -> Response:
    """Return all cases with their outside numbers as an Excel sheet."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        cases = all_cases(connection, squad_id)
    return Response(write_cases(cases, language_of(request)), media_type=XLSX)


@router.put("/cases.xlsx", tags=["cases"], responses=REFUSED | FAULTS, openapi_extra=UPLOAD)
async def import_cases(squad_id: str, request: Request, who: Keeps, store: Store, now: Now) -> Taken:
    """Take in reports from an outside platform's table: all of it, or every fault of every row.

    A number of a platform that is on record already is left alone, so that the same table may be handed in again.
    """

    def take(connection: Connection, squad: Squad, table: Table) -> tuple[list[str], Sequence[Fault]]:
        reports, faults = read_cases(table, communities=squad.communities)
        require_sound(faults)
        known = {(case.report.channel, case.report.outside_number) for case in all_cases(connection, squad.id)}
        fresh = [one for one in reports if not one.outside_number or (one.channel, one.outside_number) not in known]
        taken = [take_in(connection, squad.id, one, now, who.name).kept.case for one in fresh]
        for case in taken:
            tell(connection, squad.id, "report_taken_in", case_data(case), now)
        return [case.id for case in taken], faults

    return await _taken(squad_id, request, who, store, "cases", take)


@router.get(
    "/renovations.xlsx", tags=["records"], responses={**REFUSED, 200: {"content": {XLSX: {}}}}, response_class=Response
)
def export_renovations(squad_id: str, _: Keeps, request: Request, store: Store) -> Response:
    """Return the register of renovations as an Excel sheet: to keep, to go on with and to hand in again."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        found = renovations(connection, squad_id)
    return Response(write_renovations(found, language_of(request)), media_type=XLSX)


@router.put("/renovations.xlsx", tags=["records"], responses=REFUSED | FAULTS, openapi_extra=UPLOAD)
async def import_renovations(squad_id: str, request: Request, who: Keeps, store: Store) -> Taken:
    """Take in a property company's register: all of it, or every fault of every row. What is on record stays."""

    def take(connection: Connection, squad: Squad, table: Table) -> tuple[list[str], Sequence[Fault]]:
        found, faults = read_renovations(table, squad.communities)
        require_sound(faults)
        kept = renovations(connection, squad.id)
        known = {(one.community_id, one.building, one.registered_on) for one in kept}
        ids = {one.id for one in kept}
        fresh = (
            one
            for one in found
            if (one.community_id, one.building, one.registered_on) not in known and one.id not in ids
        )
        return [add_renovation(connection, squad.id, one).id for one in fresh], faults

    return await _taken(squad_id, request, who, store, "renovations", take)


@router.get(
    "/feedback.xlsx", tags=["records"], responses={**REFUSED, 200: {"content": {XLSX: {}}}}, response_class=Response
)
def export_feedback(squad_id: str, _: Keeps, request: Request, store: Store) -> Response:
    """Return what residents' committees said of officers as an Excel sheet; of nothing yet, an empty one to fill in."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        found = all_feedback(connection, squad_id)
    return Response(write_feedback(found, language_of(request)), media_type=XLSX)


@router.put("/feedback.xlsx", tags=["records"], responses=REFUSED | FAULTS, openapi_extra=UPLOAD)
async def import_feedback(squad_id: str, request: Request, who: Keeps, store: Store) -> Taken:
    """Take in what committees say of officers: all of it, or every fault of every row. What is on record stays."""

    def take(connection: Connection, squad: Squad, table: Table) -> tuple[list[str], Sequence[Fault]]:
        found, faults = read_feedback(table, squad.communities, squad.officers)
        require_sound(faults)
        known = {(f.officer_id, f.community_id, f.day, f.points) for f in all_feedback(connection, squad.id)}
        fresh = (f for f in found if (f.officer_id, f.community_id, f.day, f.points) not in known)
        return [add_feedback(connection, squad.id, one).id for one in fresh], faults

    return await _taken(squad_id, request, who, store, "feedback", take)


@router.get("/hooks", tags=["webhooks"], responses=REFUSED)
def list_hooks(squad_id: str, _: KeepsAccounts, store: Store) -> list[HookShown]:
    """List the systems that hear of the squad's events."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        rows = connection.execute(select(HOOKS).where(HOOKS.c.squad_id == squad_id)).mappings().all()
    return [HookShown(**{name: row[name] for name in ("id", "url", "form", "events")}) for row in rows]


@router.post("/hooks", status_code=201, tags=["webhooks"], responses=REFUSED | FAULTS)
def add_hook(squad_id: str, given: NewHook, who: KeepsAccounts, store: Store, now: Now) -> HookShown:
    """Let another system hear of events; each message is tried again until it is taken."""
    made = HookShown(id=secrets.token_hex(8), secret=secrets.token_hex(24), **given.model_dump())
    with writing(store) as connection:
        require_squad(connection, squad_id)
        connection.execute(insert(HOOKS).values(squad_id=squad_id, active=True, **made.model_dump()))
        note(connection, now, who.name, "webhook added", made.id, squad_id=squad_id, detail={"form": given.form})
    return made


@router.delete("/hooks/{hook_id}", status_code=204, tags=["webhooks"], responses=REFUSED, response_model=None)
def drop_hook(squad_id: str, hook_id: Id, who: KeepsAccounts, store: Store, now: Now) -> None:
    """Tell another system nothing any more."""
    with writing(store) as connection:
        _require_hook(connection, squad_id, hook_id)
        connection.execute(delete(HOOKS).where(HOOKS.c.squad_id == squad_id, HOOKS.c.id == hook_id))
        note(connection, now, who.name, "webhook dropped", hook_id, squad_id=squad_id)


def _require_hook(connection: Connection, squad_id: str, hook_id: str) -> None:
    mine = (HOOKS.c.squad_id == squad_id) & (HOOKS.c.id == hook_id)
    if connection.execute(select(HOOKS.c.id).where(mine)).first() is None:
        raise UnknownRecordError(Text("没有这个推送", "There is no such webhook"))


async def _taken(squad_id: str, request: Request, who: Principal, store: Engine, what: str, take: Take) -> Taken:
    """Take in the sheet that a request holds, in one transaction: read in a process with limits, noted, told."""
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        file = FilePath(folder) / f"{what}.xlsx"
        await read_upload(request, file)
        table = await within_limits(partial(read_table, file), FilePath(folder))

    def keep() -> Taken:
        with writing(store) as connection:
            ids, faults = take(connection, load_squad(connection, squad_id, date.max), table)
            act, detail = f"{what} imported", {what: len(ids)}
            note(connection, now_of(request), who.name, act, squad_id, squad_id=squad_id, detail=detail)
        return Taken(ids=ids, warnings=[fault.say(language_of(request)) for fault in faults])

    return await asyncio.to_thread(keep)


def require_sound(faults: Sequence[Fault]) -> None:
    """Raise `InputError` with all faults where one of them is an error."""
    if any(fault.level == "error" for fault in faults):
        raise InputError(list(faults))
