"""What a squad shows of itself as layers of features: communities, gates, violations, routes, coverage.

Longitude, latitude, WGS84; no notes, no buildings, nobody's name or telephone. Ids stay the same from plan to plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from shapely import MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from api.agenda import leg_points
from casework.calendar import SHANGHAI
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, Violation
from geo.community import Community, Gate
from geo.text import Text
from planner.phases import NEVER
from planner.response_report import CommunityCover, ResponseReport
from planner.squad import Squad
from planner.week import DAY, STATION, Route, WeeklyPlan, WeeklyProblem

Scalar: TypeAlias = str | int | float | bool | None
Span: TypeAlias = tuple[datetime | None, datetime | None]
"""From when to when, both included; None where it is open."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map; without a `span` it belongs to every time."""

    id: str
    geometry: BaseGeometry
    properties: Mapping[str, Scalar]
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """A collection of features, all with the same properties; they may be filtered by those of `fields`."""

    id: str
    title: Text
    description: Text
    fields: tuple[str, ...]
    features: tuple[Feature, ...]


FIELDS: Mapping[str, tuple[str, ...]] = {
    "communities": ("name", "phase", "geometry_source", "a_officer", "b_officer", "households", "address", "made_up"),
    "gates": ("gate_id", "name", "community_id", "main"),
    "violations": (
        "type",
        "type_name_zh",
        "type_name_en",
        "severity",
        "community_id",
        "found_on",
        "handled_on",
        "rechecked_on",
    ),
    "routes": (
        "route_id",
        "week",
        "date",
        "band",
        "crew",
        "vehicle_id",
        "depart",
        "back",
        "stops",
        "seconds",
        "metres",
        "drawn",
        "estimated",
    ),
    "coverage": (
        "community_id",
        "name",
        "week",
        "limit_seconds",
        "share",
        "late_seconds",
        "watched_seconds",
        "worst_seconds",
        "worst_at",
        "gaps",
        "kept",
        "estimated",
    ),
}
"""Properties of each layer, in order."""


def layers_of(
    squad: Squad,
    problem: WeeklyProblem | None = None,
    plan: WeeklyPlan | None = None,
    report: ResponseReport | None = None,
) -> dict[str, Layer]:
    """Return the layers by id; without a plan, routes and coverage are empty."""
    routes: Iterable[Feature] = ()
    cover: Iterable[Feature] = ()
    if problem is not None and plan is not None:
        routes = (_route(problem, route) for route in plan.routes)
    if problem is not None and report is not None:
        cover = (_cover(problem, report, one) for one in report.communities)
    layers = (
        _layer(
            "communities",
            Text("小区", "Communities"),
            Text("小区边界、阶段与A、B岗", "Boundaries, phases and posts"),
            (_community(squad, one) for one in squad.communities),
        ),
        _layer("gates", Text("大门", "Gates"), Text("小区大门与中队驻地", "Gates and the station"), _gates(squad)),
        _layer(
            "violations",
            Text("违法", "Violations"),
            Text("发现的违法,不含住户和举报人", "What was found, without homes and reporters"),
            (_violation(one) for one in squad.violations),
        ),
        _layer("routes", Text("路线", "Routes"), Text("本周各组路线", "The week's patrols"), routes),
        _layer(
            "coverage", Text("到场", "Coverage"), Text("各小区两小时到场检查", "The two-hour check by community"), cover
        ),
    )
    return {layer.id: layer for layer in layers}


def _layer(key: str, title: Text, description: Text, features: Iterable[Feature]) -> Layer:
    return Layer(key, title, description, FIELDS[key], tuple(features))


def _properties(layer: str, *values: Scalar) -> dict[str, Scalar]:
    return dict(zip(FIELDS[layer], values, strict=True))


def _community(squad: Squad, one: Community) -> Feature:
    values = _properties(
        "communities",
        one.name,
        str(one.phase),
        str(one.boundary.source),
        one.a_officer,
        one.b_officer,
        one.households,
        mask_phones(one.address),
        squad.made_up,
    )
    return Feature(one.id, one.boundary.polygon, values)


def _gates(squad: Squad) -> Iterable[Feature]:
    yield _gate(STATION, squad.station, main=True)
    for community in squad.communities:
        for gate in community.gates:
            yield _gate(community.id, gate, main=gate is community.main_gate)


def _gate(community_id: str, gate: Gate, *, main: bool) -> Feature:
    key = f"{_part(community_id)}:{_part(gate.id)}"
    return Feature(
        key, Point(gate.lon, gate.lat), _properties("gates", gate.id, mask_phones(gate.name), community_id, main)
    )


def _part(word: str) -> str:
    """Return an id so that a colon behind it can only be the one that joins two."""
    return word.replace("%", "%25").replace(":", "%3A")


def _violation(one: Violation) -> Feature:
    name = CATALOGUE[one.type].name
    values = _properties(
        "violations",
        str(one.type),
        name.zh,
        name.en,
        one.severity,
        one.community_id,
        one.found_on.isoformat(),
        one.handled_on.isoformat() if one.handled_on else None,
        one.rechecked_on.isoformat() if one.rechecked_on else None,
    )
    until = one.rechecked_on or one.handled_on
    span = (_midnight(one.found_on), None if until is None else _midnight(until) + timedelta(seconds=DAY - 1))
    return Feature(one.id, Point(one.lon, one.lat), values, span)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _route(problem: WeeklyProblem, route: Route) -> Feature:
    depart, back = problem.week.instant(route.depart), problem.week.instant(route.back)
    drives = [leg for leg in route.legs if leg.origin != leg.destination]
    values = _properties(
        "routes",
        route.id,
        str(problem.week),
        problem.week.days[route.day].isoformat(),
        route.band_id,
        ",".join((*route.crew.officers, *route.crew.auxiliaries)),
        route.vehicle_id,
        depart.isoformat(),
        back.isoformat(),
        len(route.stops),
        sum(leg.arrive - leg.depart for leg in route.legs),
        sum(leg.metres for leg in route.legs),
        all(len(leg.path) > 1 for leg in drives),
        problem.estimated,
    )
    lines = MultiLineString([leg_points(problem, leg) for leg in drives])
    return Feature(f"{problem.week}:{_part(route.id)}", lines, values, (depart, back))


def _cover(problem: WeeklyProblem, report: ResponseReport, one: CommunityCover) -> Feature:
    community = problem.communities[one.community_id]
    worst = one.worst
    reached = worst is not None and worst.seconds < NEVER
    gaps = sum(gap.community_id == one.community_id for gap in report.gaps)
    values = _properties(
        "coverage",
        one.community_id,
        community.name,
        str(problem.week),
        report.limit,
        one.share,
        one.late,
        one.watched,
        worst.seconds if worst is not None and reached else None,
        problem.week.instant(worst.instant).isoformat() if worst is not None else None,
        gaps,
        gaps == 0,
        report.estimated,
    )
    week = (problem.week.instant(0), problem.week.instant(7 * DAY - 1))
    return Feature(f"{problem.week}:{_part(one.community_id)}", community.boundary.polygon, values, week)
