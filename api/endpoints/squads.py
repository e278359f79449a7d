"""Squads: their files in and out, communities with their boundaries through time, and leave."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import delete, insert, select

from api.case_schemas import Id, Line
from api.endpoints.answers import FAULTS, GUARDED, REFUSED, MarksGiven, etag
from api.errors import OtherSquadError, StaleError, UnknownRecordError
from api.exchange.squad_files import load_squad as read_files
from api.exchange.workbook import write_workbook
from api.inside import Now, SettingsInUse, Store
from api.problems import language_of
from api.records import import_squad
from api.schemas import Strict
from api.security.access import Keeps, Looks, SignedIn
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.squad_tables import BOUNDARIES, COMMUNITIES, LEAVE, SQUADS
from api.storage.squads import has_squad, load_squad, officer_ids, require_squad, save_boundary
from api.uploads import geometry_of, read_upload, within_limits
from geo.community import Boundary, GeometrySource, Phase
from geo.errors import Fault
from geo.text import Language, Text
from planner.squad import Squad

router = APIRouter(prefix="/api/squads", tags=["squads"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UPLOAD: dict[str, Any] = {
    "requestBody": {"required": True, "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}


class SquadShown(BaseModel):
    """A squad."""

    id: str
    name: str


class SquadList(BaseModel):
    """The squads that one may see."""

    squads: list[SquadShown]


class Imported(BaseModel):
    """What came in, and what was worth a warning."""

    squad: str
    communities: int
    officers: int
    warnings: list[str]


class CommunityShown(BaseModel):
    """A community, with the version of its boundary."""

    id: str
    name: str
    phase: Phase
    a_officer: str
    b_officer: str
    households: int
    address: str
    boundary_version: int
    boundary: Annotated[dict[str, Any], Field(description="GeoJSON geometry, WGS84")]


class NewBoundary(Strict):
    """A boundary as drawn."""

    geometry: Annotated[dict[str, Any], Field(description="GeoJSON Polygon or MultiPolygon, WGS84")]
    source: GeometrySource = GeometrySource.ILLUSTRATIVE


class BoundaryShown(BaseModel):
    """One version of a boundary."""

    version: int
    drawn_at: datetime
    source: GeometrySource
    current: bool


class Away(Strict):
    """A day on which an officer is away."""

    officer: Id
    day: date
    reason: Line = ""


class AwayShown(Away):
    """A day of leave on record."""

    number: int


@router.get("", responses=REFUSED)
def list_squads(who: SignedIn, store: Store) -> SquadList:
    """List the squads that one may see: one's own, or all."""
    with reading(store) as connection:
        wanted = select(SQUADS.c.id, SQUADS.c.name).order_by(SQUADS.c.id)
        if who.squad_id is not None:
            wanted = wanted.where(SQUADS.c.id == who.squad_id)
        rows = connection.execute(wanted).all()
    return SquadList(squads=[SquadShown(id=row.id, name=row.name) for row in rows])


@router.get("/template.xlsx", responses={**REFUSED, 200: {"content": {XLSX: {}}}}, response_class=Response)
def template(_: SignedIn) -> Response:
    """Return a workbook to begin with: an invented squad, every sheet and column filled in, to be written over."""
    with as_file(files("examples") / "jiading") as folder, tempfile.TemporaryDirectory(prefix="wuzao-") as out:
        squad = replace(read_files(folder).squad, roads=None)
        file = Path(out) / "squad.xlsx"
        write_workbook(squad, file)
        data = file.read_bytes()
    return Response(data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="template.xlsx"'})


@router.put("/{squad_id}/workbook", responses=REFUSED | FAULTS, openapi_extra=UPLOAD)
async def upload_workbook(
    squad_id: str, request: Request, who: Keeps, store: Store, settings: SettingsInUse, now: Now
) -> Imported:
    """Take in the squad's Excel workbook: all of it, or every fault of every row."""
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        file = Path(folder) / "squad.xlsx"
        await read_upload(request, file)
        loaded = await within_limits(partial(read_files, file, sent=True), Path(folder))
    if loaded.squad.id != squad_id:
        given = loaded.squad.id
        raise OtherSquadError(
            Text(
                f"文件是中队 {given} 的,不是 {squad_id} 的", f"The files are those of squad {given}, not of {squad_id}"
            )
        )
    with reading(store) as connection:
        roads = load_squad(connection, squad_id, date.max).roads if has_squad(connection, squad_id) else None
    loaded = replace(loaded, squad=replace(loaded.squad, roads=roads))  # no workbook carries roads: they stay
    kept = await asyncio.to_thread(import_squad, store, settings.data, loaded, now, who.name)
    return imported(kept, loaded.warnings, language_of(request))


@router.get("/{squad_id}/workbook", responses=REFUSED, response_class=Response)
def download_workbook(squad_id: str, _: Keeps, store: Store) -> Response:
    """Return the squad as an Excel workbook: to keep, to change and to hand in again."""
    with reading(store) as connection:
        squad = replace(load_squad(connection, squad_id), roads=None)
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        file = Path(folder) / "squad.xlsx"
        write_workbook(squad, file)
        data = file.read_bytes()
    return Response(data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="squad.xlsx"'})


def imported(squad: Squad, warnings: Iterable[Fault], language: Language) -> Imported:
    """Return what came in."""
    return Imported(
        squad=squad.id,
        communities=len(squad.communities),
        officers=len(squad.officers),
        warnings=[fault.say(language) for fault in warnings],
    )


@router.get("/{squad_id}/communities", responses=REFUSED)
def list_communities(squad_id: str, _: Looks, store: Store) -> list[CommunityShown]:
    """List the squad's communities with their present boundaries."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        both = select(COMMUNITIES, BOUNDARIES.c.version.label("drawn"), BOUNDARIES.c.wkb).join(
            BOUNDARIES,
            (BOUNDARIES.c.squad_id == COMMUNITIES.c.squad_id)
            & (BOUNDARIES.c.community_id == COMMUNITIES.c.id)
            & BOUNDARIES.c.current,
        )
        mine = both.where(COMMUNITIES.c.squad_id == squad_id).order_by(COMMUNITIES.c.position)
        rows = connection.execute(mine).mappings().all()
    return [
        CommunityShown(
            **{name: row[name] for name in ("id", "name", "a_officer", "b_officer", "households", "address")},
            phase=Phase(row["phase"]),
            boundary_version=row["drawn"],
            boundary=shapely.from_wkb(row["wkb"]).__geo_interface__,
        )
        for row in rows
    ]


@router.get("/{squad_id}/communities/{community_id}/boundaries", responses=REFUSED)
def boundary_versions(squad_id: str, community_id: str, _: Looks, store: Store) -> list[BoundaryShown]:
    """List every version of a community's boundary, the newest first."""
    with reading(store) as connection:
        mine = (BOUNDARIES.c.squad_id == squad_id) & (BOUNDARIES.c.community_id == community_id)
        wanted = select(BOUNDARIES).where(mine).order_by(BOUNDARIES.c.version.desc())
        rows = connection.execute(wanted).mappings().all()
    if not rows:
        raise UnknownRecordError(Text(f"没有小区 {community_id}", f"There is no community {community_id}"))
    names = ("version", "drawn_at", "source", "current")
    return [BoundaryShown(**{name: row[name] for name in names}) for row in rows]


@router.put("/{squad_id}/communities/{community_id}/boundary", responses=REFUSED | FAULTS | GUARDED)
def draw_boundary(
    squad_id: str,
    community_id: str,
    drawn: NewBoundary,
    who: Keeps,
    store: Store,
    now: Now,
    marks: MarksGiven,
    response: Response,
) -> BoundaryShown:
    """Draw a boundary anew: it becomes the next version, and the one before stays on record."""
    shape = geometry_of(drawn.geometry)
    mine = (BOUNDARIES.c.squad_id == squad_id) & (BOUNDARIES.c.community_id == community_id) & BOUNDARIES.c.current
    with writing(store) as connection:
        before = connection.execute(select(BOUNDARIES.c.version).where(mine)).scalar()
        if before is None:
            raise UnknownRecordError(Text(f"没有小区 {community_id}", f"There is no community {community_id}"))
        if marks.version is not None and marks.version != before:
            raise StaleError(Text("别人刚改过这条边界,请刷新后再试", "Somebody has just drawn it anew: load it again"))
        save_boundary(connection, squad_id, community_id, Boundary(shape, drawn.source), now)
        note(connection, now, who.name, "boundary drawn", community_id, squad_id=squad_id)
        row = connection.execute(select(BOUNDARIES).where(mine)).mappings().one()
    response.headers["ETag"] = etag(row["version"])
    return BoundaryShown(**{name: row[name] for name in ("version", "drawn_at", "source", "current")})


@router.get("/{squad_id}/leave", responses=REFUSED)
def list_leave(squad_id: str, _: Looks, store: Store) -> list[AwayShown]:
    """List the days on which officers are away."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        wanted = select(LEAVE).where(LEAVE.c.squad_id == squad_id).order_by(LEAVE.c.day, LEAVE.c.number)
        rows = connection.execute(wanted).mappings().all()
    return [
        AwayShown(number=row["number"], officer=row["officer_id"], day=row["day"], reason=row["reason"]) for row in rows
    ]


@router.post("/{squad_id}/leave", status_code=201, responses=REFUSED | FAULTS)
def add_leave(squad_id: str, away: Away, who: Keeps, store: Store, now: Now) -> AwayShown:
    """Note a day on which an officer is away."""
    with writing(store) as connection:
        if away.officer not in officer_ids(connection, squad_id):
            raise UnknownRecordError(Text(f"没有队员 {away.officer}", f"There is no officer {away.officer}"))
        values = {"officer_id": away.officer, "day": away.day, "reason": away.reason}
        added = connection.execute(insert(LEAVE).values(squad_id=squad_id, **values))
        number = int(added.inserted_primary_key[0])  # type: ignore[index]  # the database always tells it
        detail = {"day": away.day.isoformat()}
        note(connection, now, who.name, "leave noted", away.officer, squad_id=squad_id, detail=detail)
    return AwayShown(number=number, **away.model_dump())


@router.delete("/{squad_id}/leave/{number}", status_code=204, responses=REFUSED, response_model=None)
def drop_leave(squad_id: str, number: int, who: Keeps, store: Store, now: Now) -> None:
    """Take a day of leave back."""
    with writing(store) as connection:
        mine = (LEAVE.c.squad_id == squad_id) & (LEAVE.c.number == min(max(number, 0), 2**31 - 1))
        row = connection.execute(select(LEAVE).where(mine)).mappings().first()
        if row is None:
            raise UnknownRecordError(Text("没有这条请假", "There is no such day of leave"))
        connection.execute(delete(LEAVE).where(mine))
        detail = {"day": row["day"].isoformat()}
        note(connection, now, who.name, "leave taken back", row["officer_id"], squad_id=squad_id, detail=detail)
