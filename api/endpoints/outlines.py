"""The squad's ground over HTTP: outlines and gates drawn, judged and put back, and places put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fastapi import APIRouter, Response
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping
from sqlalchemy import Connection

from api import outline_schemas as shown
from api.agenda import PHASE_NAMES
from api.case_schemas import Id
from api.endpoints.answers import FAULTS, GUARDED, REFUSED, MarksGiven, etag
from api.inside import Now, Store
from api.records import planning_squad
from api.schemas import both
from api.security.access import Keeps, Looks
from api.storage.audit import note
from api.storage.cases import all_cases
from api.storage.engine import reading, writing
from api.storage.outlines import (
    KeptOutline,
    all_outlines,
    draw,
    former_boundary,
    kept_outline,
    neighbours,
    put_right,
)
from api.uploads import drawn_shape
from casework.case import Case, Stage
from casework.privacy import mask_phones
from casework.risk import community_risks
from casework.violation import CATALOGUE, Violation
from geo.community import Boundary, Gate, GeometrySource
from geo.coordinates import geometry_to_wgs84, to_wgs84
from geo.errors import Fault, InputError
from geo.outlines import outline_faults
from planner.week import Week

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["squads"])

Outline = Polygon | MultiPolygon


@router.get("/ground", responses=REFUSED)
def ground(squad_id: str, _: Looks, store: Store, now: Now) -> shown.GroundShown:
    """Return communities with outlines, gates and risk, and what is still open in them and where."""
    with reading(store) as connection:
        return ground_of(connection, squad_id, now)


@router.post("/communities/{community_id}/outline/check", responses=REFUSED | FAULTS)
def judge_outline(
    squad_id: str, community_id: Id, drawn: shown.OutlineGiven, _: Keeps, store: Store
) -> shown.OutlineJudged:
    """Say what is wrong with an outline and its gates, and how they would be kept; nothing is changed."""
    with reading(store) as connection:
        kept = kept_outline(connection, squad_id, community_id)
        outline, gates = _as_drawn(kept, drawn)
        faults = outline_faults(outline, gates, neighbours(connection, squad_id, community_id))
    return shown.OutlineJudged(
        geometry=mapping(outline),
        gates=[shown.GateShown(id=gate.id, name=gate.name, lon=gate.lon, lat=gate.lat) for gate in gates],
        faults=[shown.fault_shown(fault) for fault in faults],
    )


@router.put("/communities/{community_id}/outline", responses=REFUSED | FAULTS | GUARDED)
def draw_outline(
    squad_id: str,
    community_id: Id,
    drawn: shown.OutlineGiven,
    who: Keeps,
    store: Store,
    now: Now,
    marks: MarksGiven,
    response: Response,
) -> shown.OutlineShown:
    """Draw a community's outline and gates: what is wrong is refused with every fault, what is odd is kept.

    A boundary that differs becomes the next version; the one before stays on record.
    """
    with writing(store) as connection:
        kept = kept_outline(connection, squad_id, community_id)
        outline, gates = _as_drawn(kept, drawn)
        _require_sound(outline_faults(outline, gates, neighbours(connection, squad_id, community_id)))
        boundary = Boundary(outline, drawn.source or _source(kept, outline))
        after = draw(connection, squad_id, kept, boundary, gates, marks.version, now)
        _written_down(connection, squad_id, kept, after, who.name, now)
    response.headers["ETag"] = etag(after.version)
    return shown.outline_shown(after)


@router.post("/communities/{community_id}/boundaries/{version}/restore", responses=REFUSED | FAULTS | GUARDED)
def put_back(
    squad_id: str,
    community_id: Id,
    version: int,
    who: Keeps,
    store: Store,
    now: Now,
    marks: MarksGiven,
    response: Response,
) -> shown.OutlineShown:
    """Put a former boundary back: it becomes the next version, gates stay."""
    with writing(store) as connection:
        kept = kept_outline(connection, squad_id, community_id)
        former = former_boundary(connection, squad_id, community_id, min(max(version, 0), 2**62))
        _require_sound(outline_faults(former.polygon, kept.gates, {}))
        after = draw(connection, squad_id, kept, former, kept.gates, marks.version, now)
        detail = {"from": version, "version": after.drawn}
        note(connection, now, who.name, "boundary put back", community_id, squad_id=squad_id, detail=detail)
    response.headers["ETag"] = etag(after.version)
    return shown.outline_shown(after)


@router.put("/violations/{record_id}/place", responses=REFUSED | FAULTS)
def put_place_right(
    squad_id: str, record_id: Id, place: shown.PlaceGiven, who: Keeps, store: Store, now: Now
) -> shown.PlaceShown:
    """Say where a violation, or the scene of a case, really lies."""
    lon, lat = _wgs84(place.lon, place.lat, place.crs)
    with writing(store) as connection:
        kind, community = put_right(connection, squad_id, record_id, lon, lat)
        note(connection, now, who.name, f"{kind} moved", record_id, squad_id=squad_id, detail={"community": community})
    return shown.PlaceShown.model_validate(
        {"id": record_id, "kind": kind, "lon": lon, "lat": lat, "community": community}
    )


def ground_of(connection: Connection, squad_id: str, now: datetime) -> shown.GroundShown:
    """Return a squad's ground as it is on record."""
    squad = planning_squad(connection, squad_id, now)
    risks = community_risks(squad.communities, squad.violations, Week.of(now).monday)
    kept = {one.community_id: one for one in all_outlines(connection, squad_id)}
    communities = [
        shown.CommunityOnMap(
            **shown.outline_shown(kept[one.id]).model_dump(),
            name=one.name,
            phase=one.phase,
            phase_name=both(PHASE_NAMES[one.phase]),
            households=one.households,
            expected=round(risks[one.id].expected, 2),
        )
        for one in squad.communities
    ]
    waiting = [case for case in all_cases(connection, squad_id, open_only=True) if case.stage is not Stage.HANDLED]
    open_ones = [one for one in squad.violations if one.rechecked_on is None]
    return shown.GroundShown(
        communities=communities,
        violations=[*(_violation(one) for one in open_ones), *(_scene(case) for case in waiting)],
    )


def _violation(one: Violation) -> shown.ViolationOnMap:
    return shown.ViolationOnMap(
        id=one.id,
        kind="violation",
        state="open" if one.handled_on is None else "handled",
        type_name=both(CATALOGUE[one.type].name),
        community=one.community_id,
        building=mask_phones(one.building),
        found_on=one.found_on,
        lon=one.lon,
        lat=one.lat,
    )


def _scene(case: Case) -> shown.ViolationOnMap:
    report = case.report
    return shown.ViolationOnMap(
        id=case.id,
        kind="case",
        state="open",
        type_name=None if case.type is None else both(CATALOGUE[case.type].name),
        community=report.community_id,
        building=mask_phones(report.building),
        found_on=report.reported_at.date(),
        lon=report.lon,
        lat=report.lat,
    )


def _as_drawn(kept: KeptOutline, drawn: shown.OutlineGiven) -> tuple[Outline, tuple[Gate, ...]]:
    """Return the outline and gates that a drawing means, in WGS84; new gates are given ids."""
    outline: Outline = kept.boundary.polygon
    if drawn.geometry is not None:
        outline = geometry_to_wgs84(drawn_shape(drawn.geometry), drawn.crs)
    if drawn.gates is None:
        return outline, kept.gates
    return outline, _gates(drawn.gates, {gate.id for gate in kept.gates}, drawn.crs)


def _gates(given: Sequence[shown.GateGiven], known: set[str], crs: str) -> tuple[Gate, ...]:
    taken, made = known | {gate.id for gate in given}, list[Gate]()
    for gate in given:
        ident = gate.id or next(name for number in range(1, 1000) if (name := f"G{number}") not in taken)
        taken.add(ident)
        made.append(Gate(ident, gate.name, *_wgs84(gate.lon, gate.lat, crs)))
    return tuple({gate.id: gate for gate in made}.values())


def _wgs84(lon: float, lat: float, crs: str) -> tuple[float, float]:
    lons, lats = to_wgs84([lon], [lat], crs)
    return round(float(lons[0]), 7), round(float(lats[0]), 7)


def _require_sound(faults: Sequence[Fault]) -> None:
    errors = [fault for fault in faults if fault.level == "error"]
    if errors:
        raise InputError(errors)


def _source(kept: KeptOutline, outline: Outline) -> GeometrySource:
    """Return how far an outline can be trusted: one drawn by hand is illustrative, an unchanged one as it was."""
    return kept.boundary.source if outline.equals(kept.boundary.polygon) else GeometrySource.ILLUSTRATIVE


def _written_down(
    connection: Connection, squad_id: str, before: KeptOutline, after: KeptOutline, who: str, now: datetime
) -> None:
    changes: Mapping[str, bool] = {
        "boundary drawn": after.drawn != before.drawn,
        "gates changed": after.gates != before.gates,
    }
    for act, changed in changes.items():
        if changed:
            detail = {"version": after.drawn, "gates": [gate.id for gate in after.gates]}
            note(connection, now, who, act, after.community_id, squad_id=squad_id, detail=detail)
