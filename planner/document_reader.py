"""Read ``plan.json`` back, hand-edited ones too, and name every fault of the file at once.

Whether the plan keeps the rules is `planner.rules`' business; here it must only be a plan: the right fields of the
right types, ids that exist, and times within its week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from geo.text import Text
from planner.aftermath import aftermath
from planner.errors import PlanFileError
from planner.event_reader import EventReader
from planner.officer import Crew
from planner.reading import JsonReader, Nothing, Object
from planner.squad import Squad
from planner.week import (
    Leg,
    MissedVisit,
    Objective,
    Published,
    Rest,
    Route,
    StandBy,
    Stop,
    Week,
    WeeklyPlan,
    WeeklyProblem,
)

SCHEMA = "wuzao-plan/1"
"""Name and version of the document's layout."""

Point: TypeAlias = tuple[float, float]


def plan_from_dict(data: object, problem: WeeklyProblem, file: str = "plan.json") -> WeeklyPlan:
    """Return the plan that a parsed ``plan.json`` describes.

    Parameters
    ----------
    data
        What `json.loads` returned.
    problem
        The problem the plan is to be judged for; ids are looked up in it.
    file
        Name to report faults under.

    Raises
    ------
    PlanFileError
        With every fault, each at its JSON path.
    """
    reader = _PlanReader(problem, file)
    plan = reader.plan(data)
    if reader.faults:
        raise PlanFileError(reader.faults)
    return plan


def problem_from_dict(
    data: object, problem: WeeklyProblem, squad: Squad, file: str = "plan.json"
) -> tuple[WeeklyProblem, Squad]:
    """Return the week and the squad that a parsed ``plan.json`` was made for: after its events, with its pins.

    Parameters
    ----------
    problem, squad
        As the squad's files describe them.

    Raises
    ------
    PlanFileError
        With every fault of the events, or else of the pins.
    """
    if not isinstance(data, Mapping):
        return problem, squad
    if isinstance(data.get("replanned"), Mapping):
        problem, squad = _after_events(data, problem, squad, file)
    if "pins" not in data:
        return problem, squad
    reader = _PlanReader(problem, file)
    pins = reader.each(data, "pins", "", reader.pin)
    if reader.faults:
        raise PlanFileError(reader.faults)
    return replace(problem, pins=(*problem.pins, *pins)), squad


def _after_events(data: Object, problem: WeeklyProblem, squad: Squad, file: str) -> tuple[WeeklyProblem, Squad]:
    told = data["replanned"].get("events")
    for n, item in enumerate(told if isinstance(told, list) else ()):
        events = EventReader(problem, file)
        incident = events.incident(item, f"replanned.events[{n}]")
        if events.faults:
            raise PlanFileError(events.faults)
        problem, squad = aftermath(problem, squad, incident)
    reader = _PlanReader(problem, file)
    published = reader.each(data["replanned"], "published", "replanned", reader.published)
    if reader.faults:
        raise PlanFileError(reader.faults)
    return replace(problem, published=published), squad


class _PlanReader(JsonReader):
    """Reads a plan."""

    def plan(self, data: object) -> WeeklyPlan:
        whole = self.record(data, "")
        if self.text(whole, "schema", "") not in ("", SCHEMA):
            self.fault("wrong_schema", "schema", Text(f"不是 {SCHEMA}", f"is not {SCHEMA}"))
        self._read_week(whole)
        objective = self.child(whole, "objective", "")
        return WeeklyPlan(
            week=self.week,
            routes=self.each(whole, "routes", "", self.route),
            missed=self.each(whole, "missed", "", self.missed),
            objective=self.objective(objective, "objective"),
            seed=self.whole(whole, "seed", ""),
            work_limit=0.0 if isinstance(whole, Nothing) else self.number(whole.get("work_limit"), "work_limit"),
            notes=self.each(whole, "notes", "", self.words),
            standby=tuple(
                item
                for item in (self.each(whole, "standby", "", self.standby) if "standby" in whole else ())
                if item is not None
            ),
        )

    def _read_week(self, whole: Object) -> None:
        name = self.text(whole, "week", "")
        if not name:
            return
        try:
            self.week = Week.parse(name)
        except ValueError:
            self.fault("not_a_week", "week", Text("不是 2026-W48 这样的周", "is not an ISO week such as 2026-W48"))

    def objective(self, value: Object, path: str) -> Objective:
        terms = self.child(value, "terms", path)
        return Objective(
            {term: self.whole(terms, term, f"{path}.terms") for term in terms}, self.whole(value, "bound", path)
        )

    def route(self, data: object, path: str) -> Route:
        value = self.record(data, path)
        crew = self.child(value, "crew", path)
        rest = value.get("rest")
        vehicles = {vehicle.id for vehicle in self.problem.vehicles}
        return Route(
            id=self.text(value, "id", path),
            day=self.day(value, path),
            band_id=self.known(value, "band", path, self.problem.bands),
            crew=Crew(
                self.at_least_one(crew, "officers", f"{path}.crew", self.officer),
                self.each(crew, "auxiliaries", f"{path}.crew", self.officer),
            ),
            vehicle_id=self.known(value, "vehicle", path, vehicles),
            stops=self.each(value, "stops", path, self.stop),
            legs=self.at_least_one(value, "legs", path, self.leg),
            rest=None if rest is None else self.rest(rest, f"{path}.rest"),
        )

    def standby(self, data: object, path: str) -> StandBy | None:
        """Read a stand-by; its `start` and `end` are those of its legs, for the reader only."""
        value = self.record(data, path)
        officer = self.officer(value.get("officer"), f"{path}.officer")
        vehicles = {vehicle.id for vehicle in self.problem.vehicles}
        day, band = self.day(value, path), self.known(value, "band", path, self.problem.bands)
        vehicle = self.known(value, "vehicle", path, vehicles)
        community = self.known(value, "community", path, self.problem.communities)
        legs = self.each(value, "legs", path, self.leg)
        if len(legs) != 2:
            self.fault("not_two_legs", f"{path}.legs", Text("应为去、回两段", "should be two: there and back"))
            return None
        return StandBy(officer, day, band, vehicle, community, (legs[0], legs[1]))

    def stop(self, data: object, path: str) -> Stop:
        value = self.record(data, path)
        community = self.known(value, "community", path, self.problem.communities)
        gates = self.problem.communities[community].gates if community in self.problem.communities else ()
        return Stop(
            visit_id=self.name(value, "visit", path, {visit.id for visit in self.problem.visits}),
            community_id=community,
            gate_id=self.known(value, "gate", path, {gate.id for gate in gates}) if gates else "",
            arrival=self.instant(value, "arrival", path),
            begin=self.instant(value, "begin", path),
            end=self.instant(value, "end", path),
            officers=self.at_least_one(value, "officers", path, self.officer),
            partner_ids=self.each(value, "partners", path, self.partner),
        )

    def published(self, data: object, path: str) -> Published:
        value = self.record(data, path)
        return Published(
            self.name(value, "visit", path, {visit.id for visit in self.problem.visits}),
            self.day(value, path),
            self.name(value, "band", path, self.problem.bands),
            self.name(value, "lead", path, self.problem.officers),
            self.name(value, "second", path, self.problem.officers),
            self.text(value, "vehicle", path),
            self.instant(value, "begin", path),
        )

    def leg(self, data: object, path: str) -> Leg:
        value = self.record(data, path)
        return Leg(
            origin=self.name(value, "origin", path, self.problem.places),
            destination=self.name(value, "destination", path, self.problem.places),
            depart=self.instant(value, "depart", path),
            arrive=self.instant(value, "arrive", path),
            metres=self.whole(value, "metres", path),
            path=self.each(value, "geometry", path, self.point),
        )

    def rest(self, data: object, path: str) -> Rest:
        value = self.record(data, path)
        return Rest(self.instant(value, "begin", path), self.instant(value, "end", path))

    def missed(self, data: object, path: str) -> MissedVisit:
        value = self.record(data, path)
        visits = {visit.id for visit in self.problem.visits}
        return MissedVisit(
            self.name(value, "visit", path, visits),
            self.each(value, "reasons", path, self.words),
            self.each(value, "remedies", path, self.words) if "remedies" in value else (),
        )

    def officer(self, data: object, path: str) -> str:
        return self.name(self.record(data, path), "id", path, self.problem.officers)

    def partner(self, data: object, path: str) -> str:
        return self.name(self.record(data, path), "id", path, self.problem.partners)

    def words(self, data: object, path: str) -> Text:
        value = self.record(data, path)
        return Text(self.text(value, "zh", path, empty=True), self.text(value, "en", path, empty=True))

    def point(self, data: object, path: str) -> Point:
        if not isinstance(data, Sequence) or isinstance(data, str) or len(data) != 2:
            self.fault("not_a_point", path, Text("应为 [经度, 纬度]", "should be [longitude, latitude]"))
            return (0.0, 0.0)
        lon, lat = (self.number(each, f"{path}[{n}]") for n, each in enumerate(data))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            self.fault("not_a_point", path, Text("不是经纬度", "is not a longitude and a latitude"))
        return lon, lat
