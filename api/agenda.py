"""The plan as rows of words and times: what the Excel sheet, the calendars and the GeoPackage all say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from casework.obligation import KIND_NAMES
from geo.community import Community, Gate, Phase
from geo.text import Language, Text, same
from planner.partner import PARTNER_NAMES
from planner.visit import Visit
from planner.week import STATION, Leg, MissedVisit, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS

PHASE_NAMES: dict[Phase, Text] = {
    Phase.PRE_DELIVERY: Text("交付前", "Before delivery"),
    Phase.PEAK: Text("集中装修期", "Renovation peak"),
    Phase.ROUTINE: Text("日常", "Routine"),
    Phase.CLOSED: Text("已结束", "Closed"),
}

STATION_NAME = Text("中队驻地", "Station")


@dataclass(frozen=True, slots=True)
class Appointment:
    """One stop with everything that names it.

    Attributes
    ----------
    number
        Place in the route's order, from 1.
    begin, end, arrival
        Moments in Asia/Shanghai.
    """

    route: Route
    number: int
    stop: Stop
    visit: Visit
    community: Community
    gate: Gate
    day: date
    arrival: datetime
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """One obligation of the week: how many visits it takes, and which of them are placed."""

    obligation_id: str
    visits: tuple[Visit, ...]
    placed: tuple[Appointment, ...]


def appointments(problem: WeeklyProblem, plan: WeeklyPlan) -> tuple[Appointment, ...]:
    """Return every stop of the plan in order of day, time and route."""
    visits = {visit.id: visit for visit in problem.visits}
    rows = [
        _appointment(problem, visits, route, number, stop)
        for route in plan.routes
        for number, stop in enumerate(route.stops, start=1)
    ]
    return tuple(sorted(rows, key=lambda row: (row.route.day, row.stop.begin, row.route.id)))


def _appointment(
    problem: WeeklyProblem, visits: dict[str, Visit], route: Route, number: int, stop: Stop
) -> Appointment:
    community = problem.communities[stop.community_id]
    gate = next((gate for gate in community.gates if gate.id == stop.gate_id), community.main_gate)
    return Appointment(
        route=route,
        number=number,
        stop=stop,
        visit=visits[stop.visit_id],
        community=community,
        gate=gate,
        day=problem.week.days[route.day],
        arrival=problem.week.instant(stop.arrival),
        begin=problem.week.instant(stop.begin),
        end=problem.week.instant(stop.end),
    )


def obligations(problem: WeeklyProblem, plan: WeeklyPlan) -> tuple[Due, ...]:
    """Return what is due this week, obligation by obligation, with what the plan made of it."""
    rows = appointments(problem, plan)
    groups: dict[str, list[Visit]] = {}
    for visit in problem.visits:
        groups.setdefault(visit.obligation_id, []).append(visit)
    return tuple(
        Due(name, tuple(visits), tuple(row for row in rows if row.visit.obligation_id == name))
        for name, visits in groups.items()
    )


def missed_mandatory(problem: WeeklyProblem, plan: WeeklyPlan) -> tuple[tuple[Visit, MissedVisit], ...]:
    """Return the mandatory visits that the plan leaves out, each with its reasons."""
    visits = {visit.id: visit for visit in problem.visits}
    return tuple((visits[miss.visit_id], miss) for miss in plan.missed if visits[miss.visit_id].mandatory)


def officer_names(problem: WeeklyProblem, ids: tuple[str, ...]) -> str:
    """Return names in the order given."""
    return "、".join(problem.officers[id_].name for id_ in ids)


def partner_names(problem: WeeklyProblem, ids: tuple[str, ...], language: Language) -> str:
    """Return who joins: what each is, its name and whom to ask for; telephone numbers stay out of shared files."""
    partners = [problem.partners[id_] for id_ in ids]
    return "、".join(
        f"{PARTNER_NAMES[p.kind].say(language)} {p.name}{f' ({p.contact})' if p.contact else ''}" for p in partners
    )


def vehicle_name(problem: WeeklyProblem, vehicle_id: str) -> str:
    """Return a vehicle's name."""
    return next((vehicle.name for vehicle in problem.vehicles if vehicle.id == vehicle_id), vehicle_id)


def kind_name(visit: Visit, language: Language) -> str:
    """Return what kind of visit it is."""
    return KIND_NAMES[visit.kind].say(language)


def weekday_name(day: date, language: Language) -> str:
    """Return the weekday and the date, short."""
    return f"{WEEKDAYS[day.weekday()].say(language)} {day:%m-%d}"


def place_name(problem: WeeklyProblem, place: str) -> Text:
    """Return the name of a place of the matrix."""
    return STATION_NAME if place == STATION else same(problem.communities[place].name)


def leg_points(problem: WeeklyProblem, leg: Leg) -> tuple[tuple[float, float], ...]:
    """Return the lon/lat points of a drive as drawn, or its two ends where the plan carries no more."""
    if len(leg.path) > 1:
        return leg.path
    gates = (
        problem.station if place == STATION else problem.communities[place].main_gate
        for place in (leg.origin, leg.destination)
    )
    return tuple((gate.lon, gate.lat) for gate in gates)


def clock(moment: datetime) -> str:
    """Return hours and minutes."""
    return f"{moment:%H:%M}"
