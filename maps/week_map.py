"""The squad's week on one page: what is owed, what is missed, who is where, on a map and in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from casework.obligation import KIND_NAMES, VisitKind
from casework.risk import community_risks
from geo.community import Community, Phase
from geo.text import Language, Text
from maps import layers
from maps.base import NO_ROADS, RoadPicture, empty_map, encode, finish, ground, squad_bounds
from maps.figures import headline, waiting
from maps.pages import page
from maps.palette import KIND_COLOURS, PHASES, ROUTE_COLOURS
from maps.speak import clock, day_name, moment, people, week_name
from maps.words import WEEK
from planner.response_report import ResponseReport
from planner.response_words import explain_gap
from planner.squad import Squad
from planner.visit import Visit
from planner.week import STATION, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS

_IMPORTANCE = (Phase.PEAK, Phase.PRE_DELIVERY, Phase.ROUTINE, Phase.CLOSED)
_GAPS_SHOWN = 3

Data = dict[str, Any]


def week_map(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    squad: Squad,
    roads: RoadPicture = NO_ROADS,
    report: ResponseReport | None = None,
    language: Language = "zh",
) -> str:
    """Return the week as one HTML page that needs no network.

    Parameters
    ----------
    roads
        What lies under the map.
    report
        The two-hour check of `plan`, where it was made.
    """
    communities = by_importance(squad.communities)
    parts = finish(_picture(squad, communities, plan.week.monday, language))
    routes = route_data(problem, plan)
    data = {
        "ground": ground(roads, squad, squad_bounds(squad), None, language),
        "week": {
            "routes": routes,
            "bands": {band.id: [band.start, band.end] for band in squad.bands},
            "order": [community.id for community in communities],
            "communities": [_community_card(problem, plan, report, c, language) for c in communities],
            "open": layers.violation_rows((v for v in squad.violations if v.rechecked_on is None), language),
            "closed": layers.violation_rows((v for v in squad.violations if v.rechecked_on is not None), language),
        },
    }
    context = {
        "squad": squad,
        "problem": problem,
        "week": week_name(plan.week).say(language),
        "figures": headline(problem, plan, report, language),
        "days": [(i, WEEKDAYS[i].say(language), day.day) for i, day in enumerate(plan.week.days)],
        "first_day": min((route.day for route in plan.routes), default=0),
        "missed": list(_missed(problem, plan, language)),
        "gaps": list(_gaps(problem, report, language)) if report else [],
        "gaps_more": max(0, len(report.gaps) - _GAPS_SHOWN) if report else 0,
        "notes": [note.say(language) for note in plan.notes],
        "rows": list(_rows(problem, plan, routes, language)),
        "phases": [style for phase, style in PHASES.items() if any(c.phase is phase for c in communities)],
        "straight": any(leg["straight"] for route in routes for leg in route["legs"]),
        "all_surveyed": all(c.boundary.source == "surveyed" for c in communities),
        "language": language,
    }
    return page("week", parts, WEEK | _kind_words(), language, data, context)


def by_importance(communities: Sequence[Community]) -> list[Community]:
    """Return communities, those whose name must be read first at the front."""
    return sorted(communities, key=lambda c: (_IMPORTANCE.index(c.phase), -c.households))


def route_data(problem: WeeklyProblem, plan: WeeklyPlan) -> list[Data]:
    """Return every route as plain data for a page's script: lines, stops, times and the crew's colour of the day."""
    visits = {visit.id: visit for visit in problem.visits}
    seen: dict[int, int] = {}
    found = []
    for route in sorted(plan.routes, key=lambda r: (r.day, problem.bands[r.band_id].start, r.id)):
        rank = seen.get(route.day, 0)
        seen[route.day] = rank + 1
        found.append(one_route(problem, route, visits, ROUTE_COLOURS[rank % len(ROUTE_COLOURS)], rank))
    return found


def one_route(problem: WeeklyProblem, route: Route, visits: Mapping[str, Visit], colour: str, rank: int = 0) -> Data:
    """Return one route as plain data."""
    crew = [*route.crew.officers, *route.crew.auxiliaries]
    return {
        "id": route.id,
        "day": route.day,
        "band": route.band_id,
        "bandName": problem.bands[route.band_id].name,
        "colour": colour,
        "rank": rank,
        "officers": crew,
        "crew": [problem.officers[officer].name for officer in crew],
        "vehicle": next((v.name for v in problem.vehicles if v.id == route.vehicle_id), ""),
        "depart": route.depart,
        "back": route.back,
        "metres": sum(leg.metres for leg in route.legs),
        "rest": None if route.rest is None else [route.rest.begin, route.rest.end],
        "legs": [
            _leg(problem, leg.origin, leg.destination, leg.path) | _times(leg.depart, leg.arrive) for leg in route.legs
        ],
        "stops": [_stop(problem, stop, visits[stop.visit_id]) for stop in route.stops],
    }


def gate_spot(problem: WeeklyProblem, place: str, gate_id: str | None = None) -> tuple[float, float]:
    """Return lon/lat of the station, or of a community's gate (its main gate unless named)."""
    if place == STATION:
        return problem.station.lon, problem.station.lat
    community = problem.communities[place]
    gate = next((gate for gate in community.gates if gate.id == gate_id), community.main_gate)
    return gate.lon, gate.lat


def post_of(problem: WeeklyProblem, stop: Stop) -> str:
    """Return 'A' or 'B' for the post of the officer who leads a stop, '' for neither."""
    community = problem.communities[stop.community_id]
    return {community.a_officer: "A", community.b_officer: "B"}.get(stop.officers[0] if stop.officers else "", "")


def _leg(problem: WeeklyProblem, origin: str, destination: str, path: Sequence[tuple[float, float]]) -> Data:
    straight = len(path) < 2 and origin != destination
    line = path if len(path) > 1 else [gate_spot(problem, origin), gate_spot(problem, destination)]
    return {"line": encode(line), "straight": straight or problem.estimated, "to": destination == STATION}


def _times(depart: int, arrive: int) -> Data:
    return {"depart": depart, "arrive": arrive}


def _stop(problem: WeeklyProblem, stop: Stop, visit: Visit) -> Data:
    lon, lat = gate_spot(problem, stop.community_id, stop.gate_id)
    return {
        "visit": stop.visit_id,
        "spot": [round(lat, 6), round(lon, 6)],
        "arrival": stop.arrival,
        "begin": stop.begin,
        "end": stop.end,
        "place": problem.communities[stop.community_id].name,
        "community": stop.community_id,
        "kind": visit.kind.value,
        "post": post_of(problem, stop),
    }


def _picture(squad: Squad, communities: Sequence[Community], monday: date, language: Language) -> Any:  # noqa: ANN401  folium ships no types
    picture = empty_map(squad)
    layers.community_areas(picture, communities, WEEK["areas"], language)
    layers.gate_marks(picture, communities, WEEK["gates"], language)
    layers.route_group(picture, WEEK["routes"], language)
    layers.violation_clusters(picture, "open", WEEK["violations_open"], language)
    layers.violation_clusters(picture, "closed", WEEK["violations_closed"], language)
    risks = community_risks(squad.communities, squad.violations, monday)
    layers.risk_marks(picture, communities, risks, WEEK["risk"], language)
    layers.violation_heat(picture, squad.violations, WEEK["heat"], language)
    layers.station_mark(picture, squad, language)
    layers.layer_switch(picture)
    return picture


def _community_card(
    problem: WeeklyProblem, plan: WeeklyPlan, report: ResponseReport | None, community: Community, language: Language
) -> list[str]:
    def officer(identity: str) -> str:
        return problem.officers[identity].name if identity in problem.officers else identity

    words = {key: text.say(language) for key, text in WEEK.items()}
    count = sum(stop.community_id == community.id for route in plan.routes for stop in route.stops)
    lines = [
        community.name,
        f"{PHASES[community.phase].name.say(language)} · {community.households} {words['households']}",
        f"{words['a_post']} {officer(community.a_officer)} · {words['b_post']} {officer(community.b_officer)}",
        f"{words['this_week']} {count} {words['times']}",
    ]
    mine = [cover.worst for cover in report.communities if cover.community_id == community.id] if report else []
    lines += [f"{words['slowest']} {waiting(worst.seconds).say(language)}" for worst in mine if worst is not None]
    return lines


def _missed(problem: WeeklyProblem, plan: WeeklyPlan, language: Language) -> Iterator[Data]:
    """Yield what is missed and why; visits of one kind to one community for the same reasons are said once."""
    visits = {visit.id: visit for visit in problem.visits}
    mandatory = [(visits[one.visit_id], one) for one in plan.missed if visits[one.visit_id].mandatory]
    counts = Counter((visit.community_id, visit.kind, one.reasons, one.remedies) for visit, one in mandatory)
    for (community_id, kind, reasons, remedies), count in counts.items():
        yield {
            "place": problem.communities[community_id].name,
            "kind": KIND_NAMES[kind].say(language),
            "count": count,
            "reasons": [reason.say(language) for reason in reasons],
            "remedies": [way.say(language) for way in remedies],
        }


def _gaps(problem: WeeklyProblem, report: ResponseReport, language: Language) -> Iterator[Data]:
    """Yield the worst gaps; the rest is on the page of the two-hour check."""
    for gap in sorted(report.gaps, key=lambda gap: (-gap.worst, gap.start))[:_GAPS_SHOWN]:
        yield {
            "place": problem.communities[gap.community_id].name,
            "when": f"{moment(gap.start).say(language)}–{clock(gap.end)}",
            "worst": waiting(gap.worst).say(language),
            "sentence": explain_gap(gap, problem).say(language),
        }


def _rows(problem: WeeklyProblem, plan: WeeklyPlan, routes: Sequence[Data], language: Language) -> Iterator[Data]:
    by_id = {route.id: route for route in plan.routes}
    visits = {visit.id: visit for visit in problem.visits}
    for drawn in routes:
        for number, stop in enumerate(by_id[drawn["id"]].stops):
            visit = visits[stop.visit_id]
            partners = [problem.partners[p].name for p in stop.partner_ids if p in problem.partners]
            mates = [problem.officers[o].name for o in stop.officers[1:] if o in problem.officers]
            yield {
                "key": f"{drawn['id']}:{number}",
                "number": number + 1,
                "day": drawn["day"],
                "band": drawn["band"],
                "colour": drawn["colour"],
                "begin": stop.begin,
                "date": day_name(plan.week.days[drawn["day"]]).say(language),
                "when": f"{clock(stop.begin)}–{clock(stop.end)}",
                "place": problem.communities[stop.community_id].name,
                "kind": KIND_NAMES[visit.kind].say(language),
                "kind_colour": KIND_COLOURS[visit.kind],
                "lead": problem.officers[stop.officers[0]].name if stop.officers else "",
                "post": post_of(problem, stop),
                "others": people([*mates, *partners], language),
            }


def _kind_words() -> dict[str, Text]:
    return {f"kind_{kind.value}": KIND_NAMES[kind] for kind in VisitKind}


__all__ = ["by_importance", "gate_spot", "one_route", "post_of", "route_data", "week_map"]
