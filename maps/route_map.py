"""One officer's day for a phone: the next stop so large that nothing else is needed, and every stop in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from casework.obligation import KIND_NAMES
from geo.community import Community
from geo.text import Language
from maps import layers
from maps.base import NO_ROADS, RoadPicture, around, credit, empty_map, finish, ground
from maps.errors import UnknownOfficerError
from maps.escape import dial
from maps.navigation import Spot, amap_link
from maps.pages import page
from maps.palette import KIND_COLOURS, ROUTE_COLOURS
from maps.speak import clock, day_name, kilometres, people, span
from maps.week_map import by_importance, gate_spot, one_route, post_of
from maps.words import ROUTE
from planner.officer import VehicleKind
from planner.partner import PARTNER_NAMES
from planner.squad import Squad
from planner.week import STATION, Route, Stop, WeeklyPlan, WeeklyProblem

Data = dict[str, Any]

SURROUNDINGS = 0.008
VIEW_MARGIN = 0.0025
"""Degrees around a day's places: what is drawn, and what the map opens on."""


def route_map(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    squad: Squad,
    officer_id: str,
    day: date,
    roads: RoadPicture = NO_ROADS,
    language: Language = "zh",
) -> str:
    """Return one officer's day as one HTML page that needs no network; a day without a route says what to do instead.

    Raises
    ------
    UnknownOfficerError
        Where `officer_id` is nobody of the squad.
    """
    if officer_id not in problem.officers:
        raise UnknownOfficerError(f"no officer {officer_id} in the squad")
    routes = officer_routes(plan, officer_id, day)
    spots = list(day_spots(problem, routes))
    communities = communities_near(squad, spots)
    parts = finish(_picture(squad, communities, language))
    visits = {visit.id: visit for visit in problem.visits}
    drawn = [one_route(problem, route, visits, ROUTE_COLOURS[1], rank) for rank, route in enumerate(routes)]
    data = {
        "ground": ground(roads, squad, around(spots, VIEW_MARGIN), around(spots, SURROUNDINGS), language),
        "route": {
            "routes": drawn,
            "day": (day - plan.week.monday).days,
            "date": day.isoformat(),
            "officer": officer_id,
        },
    }
    context = {
        "squad": squad,
        "officer": problem.officers[officer_id],
        "problem": problem,
        "date": day_name(day).say(language),
        "bands": people(list(dict.fromkeys(problem.bands[r.band_id].name for r in routes)), language),
        "stops": list(_stops(problem, routes, officer_id, language)),
        "returns": [_return(problem, route, language) for route in routes],
        "standby": _standby(problem, plan, officer_id, day, language),
        "hotline": dial(squad.hotline),
        "credit": credit(squad, language),
        "all_surveyed": all(c.boundary.source == "surveyed" for c in communities),
        "language": language,
    }
    return page("route", parts, ROUTE, language, data, context)


def officer_routes(plan: WeeklyPlan, officer_id: str, day: date) -> list[Route]:
    """Return the routes an officer rides on a day, in the order of the day."""
    number = (day - plan.week.monday).days
    mine = [r for r in plan.routes if r.day == number and officer_id in (*r.crew.officers, *r.crew.auxiliaries)]
    return sorted(mine, key=lambda route: route.depart)


def _picture(squad: Squad, communities: list[Community], language: Language) -> Any:  # noqa: ANN401  folium ships no types
    picture = empty_map(squad)
    layers.community_areas(picture, communities, ROUTE["areas"], language)
    layers.gate_marks(picture, communities, ROUTE["gates"], language)
    layers.route_group(picture, ROUTE["routes"], language)
    layers.station_mark(picture, squad, language)
    return picture


def day_spots(problem: WeeklyProblem, routes: list[Route]) -> Iterator[tuple[float, float]]:
    """Yield the places of a day: station, gates, and the roads between."""
    yield problem.station.lon, problem.station.lat
    for route in routes:
        for stop in route.stops:
            yield gate_spot(problem, stop.community_id, stop.gate_id)
        for leg in route.legs:
            yield from leg.path


def communities_near(squad: Squad, spots: list[tuple[float, float]]) -> list[Community]:
    """Return the communities that a day's map shows, the most important first."""
    west, south, east, north = around(spots, SURROUNDINGS)

    def touches(community: Community) -> bool:
        left, low, right, high = community.boundary.polygon.bounds
        return left <= east and right >= west and low <= north and high >= south

    return [community for community in by_importance(squad.communities) if touches(community)]


def _stops(problem: WeeklyProblem, routes: list[Route], officer_id: str, language: Language) -> Iterator[Data]:
    visits = {visit.id: visit for visit in problem.visits}
    for drawn, route in enumerate(routes):
        here: Spot = (*gate_spot(problem, STATION), problem.station.name)
        for index, (stop, leg) in enumerate(zip(route.stops, route.legs, strict=False)):
            visit = visits[stop.visit_id]
            there = _gate(problem, stop)
            partners = [problem.partners[p] for p in stop.partner_ids if p in problem.partners]
            names = people([PARTNER_NAMES[partner.kind].say(language) for partner in partners], language)
            rest = route.rest is not None and stop.begin <= route.rest.begin <= stop.end and route.rest
            yield {
                "key": f"{drawn}:{index}",
                "number": index + 1,
                "place": problem.communities[stop.community_id].name,
                "kind": KIND_NAMES[visit.kind].say(language),
                "colour": KIND_COLOURS[visit.kind],
                "post": post_of(problem, stop),
                "lead": problem.officers[stop.officers[0]].name if stop.officers else "",
                "mine": bool(stop.officers) and stop.officers[0] == officer_id,
                "begin": clock(stop.begin),
                "end": clock(stop.end),
                "starts": stop.begin,
                "ends": stop.end,
                "length": span(stop.end - stop.begin).say(language),
                "moves": leg.arrive > leg.depart,
                "drive": span(leg.arrive - leg.depart).say(language),
                "depart": clock(leg.depart),
                "gate": there[3],
                "partners": names,
                "breakable": visit.breakable,
                "checklist": [item.say(language) for item in visit.checklist],
                "contacts": list(_contacts(problem, stop, officer_id, language)),
                "link": amap_link(here, (there[0], there[1], there[2]), _vehicle(problem, route)),
                "rest": f"{clock(rest.begin)}–{clock(rest.end)}" if rest else "",
            }
            here = (there[0], there[1], there[2])


def _gate(problem: WeeklyProblem, stop: Stop) -> tuple[float, float, str, str]:
    """Return lon, lat, the name a navigator shows and the gate's own name."""
    community = problem.communities[stop.community_id]
    gate = next((gate for gate in community.gates if gate.id == stop.gate_id), community.main_gate)
    return gate.lon, gate.lat, f"{community.name} {gate.name}".strip(), gate.name


def _contacts(problem: WeeklyProblem, stop: Stop, officer_id: str, language: Language) -> Iterator[Data]:
    for identity in stop.partner_ids:
        if identity in problem.partners:
            partner = problem.partners[identity]
            role = PARTNER_NAMES[partner.kind].say(language)
            yield {
                "role": role,
                "name": partner.contact or partner.name,
                "phone": partner.phone,
                "link": dial(partner.phone),
            }
    for identity in stop.officers:
        if identity != officer_id and identity in problem.officers:
            mate = problem.officers[identity]
            role = ROUTE["mate"].say(language)
            yield {"role": role, "name": mate.name, "phone": mate.phone, "link": dial(mate.phone)}


def _return(problem: WeeklyProblem, route: Route, language: Language) -> Data:
    last = route.legs[-1]
    start: Spot = (*gate_spot(problem, STATION), problem.station.name)
    if route.stops:
        gate = _gate(problem, route.stops[-1])
        start = (gate[0], gate[1], gate[2])
    home: Spot = (*gate_spot(problem, STATION), problem.station.name)
    return {
        "at": clock(route.back),
        "drive": span(last.arrive - last.depart).say(language),
        "whole": kilometres(sum(leg.metres for leg in route.legs)).say(language),
        "link": amap_link(start, home, _vehicle(problem, route)),
    }


def _vehicle(problem: WeeklyProblem, route: Route) -> VehicleKind:
    return next((v.kind for v in problem.vehicles if v.id == route.vehicle_id), VehicleKind.CAR)


def _standby(problem: WeeklyProblem, plan: WeeklyPlan, officer_id: str, day: date, language: Language) -> Data:
    """Return what somebody without a route does: duty hours outside any route, leave, or nothing."""
    if any(one.officer_id == officer_id and one.day == day for one in problem.leave):
        return {"head": ROUTE["leave"].say(language), "hours": [], "on_duty": False, "waits": []}
    ridden = {route.band_id for route in officer_routes(plan, officer_id, day)}
    shifts = [s for s in problem.shifts if s.officer_id == officer_id and s.day == day and s.band_id not in ridden]
    hours = [
        f"{problem.bands[s.band_id].name} {clock(s.start)}–{clock(s.end)}"
        for s in sorted(shifts, key=lambda s: s.start)
    ]
    head = ROUTE["standby" if hours else "off"].say(language)
    waits = list(_waits(problem, plan, officer_id, (day - plan.week.monday).days))
    return {"head": head, "hours": hours, "on_duty": bool(hours), "waits": waits}


def _waits(problem: WeeklyProblem, plan: WeeklyPlan, officer_id: str, day: int) -> Iterator[Data]:
    """Yield where an officer stands by away from the station, from when until when, and how he gets there."""
    mine = [item for item in plan.standby if item.officer_id == officer_id and item.day == day]
    station: Spot = (*gate_spot(problem, STATION), problem.station.name)
    for item in sorted(mine, key=lambda item: item.start):
        community = problem.communities[item.community_id]
        gate = community.main_gate
        vehicle = next((v.kind for v in problem.vehicles if v.id == item.vehicle_id), VehicleKind.CAR)
        there: Spot = (gate.lon, gate.lat, f"{community.name} {gate.name}".strip())
        yield {
            "place": community.name,
            "gate": gate.name,
            "from": clock(item.start),
            "to": clock(item.end),
            "depart": clock(item.legs[0].depart),
            "link": amap_link(station, there, vehicle),
        }
