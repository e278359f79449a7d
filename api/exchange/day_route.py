"""One officer's day as marks and drives on a map: what the GPX and the KML file both say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.agenda import (
    STATION_NAME,
    Appointment,
    appointments,
    kind_name,
    leg_points,
    officer_names,
    place_name,
    vehicle_name,
)
from api.exchange.calendars import ARRIVE, CHECK, CREW, PARTNERS, VEHICLE
from api.exchange.sheets import ESTIMATED, MADE_UP
from api.exchange.xml_text import printable
from geo.text import Language, Text
from maps.errors import UnknownOfficerError
from maps.route_map import officer_routes
from planner.partner import PARTNER_NAMES
from planner.squad import Squad
from planner.week import Leg, StandBy, WeeklyPlan, WeeklyProblem

TITLE = Text("五早 · {officer} · {day}", "Wuzao · {officer} · {day}")
STAND_BY = Text("备勤", "Stand-by")
UNTIL = Text("{begin} 至 {end}", "{begin} to {end}")
STRAIGHT = Text("直线示意", "Drawn as a straight line")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to be at, and what for.

    Attributes
    ----------
    kind
        Stable word: ``station``, ``standby`` or a kind of visit.
    begin, end
        Moments in Asia/Shanghai; None at the station.
    """

    name: str
    description: str
    kind: str
    lon: float
    lat: float
    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drive:
    """A way from place to place, lon/lat."""

    name: str
    description: str
    points: tuple[tuple[float, float], ...]
    depart: datetime
    arrive: datetime


@dataclass(frozen=True, slots=True)
class Patrol:
    """What is driven between leaving the station and being back."""

    name: str
    drives: tuple[Drive, ...]


@dataclass(frozen=True, slots=True)
class OfficerDay:
    """An officer's day; without work it has neither marks nor patrols."""

    title: str
    description: str
    marks: tuple[Mark, ...]
    patrols: tuple[Patrol, ...]


def officer_day(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, officer_id: str, day: date, language: Language
) -> OfficerDay:
    """Return what an officer does on a day, in order of time; every text is fit for an XML file.

    Raises
    ------
    maps.errors.UnknownOfficerError
        Where `officer_id` is nobody of the squad.
    """
    if officer_id not in problem.officers:
        raise UnknownOfficerError(f"no officer {officer_id} in the squad")
    routes = officer_routes(plan, officer_id, day)
    ids = {route.id for route in routes}
    number = (day - plan.week.monday).days
    waits = sorted(
        (one for one in plan.standby if one.officer_id == officer_id and one.day == number), key=lambda one: one.start
    )
    visits = [_visit(problem, row, language) for row in appointments(problem, plan) if row.route.id in ids]
    marks = sorted(
        (*visits, *(_wait(problem, one, language) for one in waits)), key=lambda mark: (str(mark.begin), mark.name)
    )
    patrols = [
        (route.depart, _patrol(problem, problem.bands[route.band_id].name, route.legs, language)) for route in routes
    ]
    patrols += [(one.out[0], _patrol(problem, STAND_BY.say(language), one.legs, language)) for one in waits]
    title = TITLE.say(language).format(officer=problem.officers[officer_id].name, day=day.isoformat())
    notes = [note.say(language) for note, holds in ((MADE_UP, squad.made_up), (ESTIMATED, problem.estimated)) if holds]
    return OfficerDay(
        printable(title),
        "\n".join(notes),
        (_station(problem, language), *marks) if marks else (),
        tuple(patrol for _, patrol in sorted(patrols, key=lambda pair: pair[0])),
    )


def _station(problem: WeeklyProblem, language: Language) -> Mark:
    here = problem.station
    return Mark(printable(here.name), STATION_NAME.say(language), "station", here.lon, here.lat)


def _visit(problem: WeeklyProblem, row: Appointment, language: Language) -> Mark:
    return Mark(
        name=printable(f"{row.number} {row.community.name} {kind_name(row.visit, language)}"),
        description=printable("\n".join(_description(problem, row, language))),
        kind=str(row.visit.kind),
        lon=row.gate.lon,
        lat=row.gate.lat,
        begin=row.begin,
        end=row.end,
    )


def _description(problem: WeeklyProblem, row: Appointment, language: Language) -> Iterator[str]:
    yield row.gate.name
    yield f"{ARRIVE.say(language).format(time=f'{row.arrival:%H:%M}')} · {_span(row.begin, row.end, language)}"
    yield CREW.say(language).format(names=officer_names(problem, (*row.stop.officers, *row.route.crew.auxiliaries)))
    yield VEHICLE.say(language).format(name=vehicle_name(problem, row.route.vehicle_id))
    partners = [problem.partners[key] for key in row.stop.partner_ids]
    if partners:
        names = "、".join(f"{PARTNER_NAMES[one.kind].say(language)} {one.name}" for one in partners)
        yield PARTNERS.say(language).format(names=names)
    if row.visit.checklist:
        yield CHECK.say(language)
        yield from (f"- {item.say(language)}" for item in row.visit.checklist)


def _wait(problem: WeeklyProblem, one: StandBy, language: Language) -> Mark:
    gate = problem.communities[one.community_id].main_gate
    begin, end = problem.week.instant(one.start), problem.week.instant(one.end)
    name = f"{problem.communities[one.community_id].name} {STAND_BY.say(language)}"
    return Mark(printable(name), _span(begin, end, language), "standby", gate.lon, gate.lat, begin, end)


def _patrol(problem: WeeklyProblem, name: str, legs: Sequence[Leg], language: Language) -> Patrol:
    return Patrol(printable(name), tuple(_drive(problem, leg, language) for leg in legs))


def _drive(problem: WeeklyProblem, leg: Leg, language: Language) -> Drive:
    origin, destination = (place_name(problem, place).say(language) for place in (leg.origin, leg.destination))
    depart, arrive = problem.week.instant(leg.depart), problem.week.instant(leg.arrive)
    said = _span(depart, arrive, language)
    if len(leg.path) < 2:
        said += f" · {STRAIGHT.say(language)}"
    return Drive(printable(f"{origin} → {destination}"), said, leg_points(problem, leg), depart, arrive)


def _span(begin: datetime, end: datetime, language: Language) -> str:
    return UNTIL.say(language).format(begin=f"{begin:%H:%M}", end=f"{end:%H:%M}")
