"""Events as JSON and back (docs/data-formats.md): every fault of the file at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from casework.obligation import VisitKind
from casework.violation import Violation, ViolationType
from geo.community import Phase
from geo.text import Text
from planner.asked import ask
from planner.errors import PlanFileError
from planner.event import (
    Event,
    Incident,
    NewViolation,
    OfficerIll,
    PartnerMoved,
    PhaseChanged,
    ReportTakesCrew,
    RoadClosed,
    VehicleBroken,
    VisitAsked,
    VisitNotCompleted,
    VisitOverran,
)
from planner.reading import JsonReader, Object
from planner.standing import takes
from planner.week import DAY, WeeklyPlan, WeeklyProblem

SCHEMA = "wuzao-event/1"
"""Name and version of an event file's layout."""

MEND = Text("照 docs/data-formats.md 里的例子写", "write it like the examples in docs/data-formats.md")
HOUR, MINUTE = 3600, 60


def incident_from_dict(
    data: object, problem: WeeklyProblem, plan: WeeklyPlan | None = None, file: str = "event.json"
) -> Incident:
    """Return the incident that a parsed event file describes.

    Parameters
    ----------
    problem
        The week as it was when `plan` was published; ids are looked up in it.
    plan
        The published plan: visits that the event speaks of must have begun in it. None where it is not at hand.
    file
        Name to report faults under.

    Raises
    ------
    PlanFileError
        With every fault, each at its JSON path.
    """
    reader = EventReader(problem, file, mend=MEND)
    incident = reader.incident(data)
    if plan is not None and not reader.faults:
        reader.check_against(plan, incident)
    if reader.faults:
        raise PlanFileError(reader.faults)
    return incident


class EventReader(JsonReader):
    """Reads incidents."""

    def incident(self, data: object, path: str = "") -> Incident:
        """Read an event with what is frozen and pinned."""
        value = self.record(data, path)
        if self.text(value, "schema", path) not in ("", SCHEMA):
            self.fault("wrong_schema", self._at(path, "schema"), Text(f"不是 {SCHEMA}", f"is not {SCHEMA}"))
        named = len(self.faults)
        known = self.instant(value, "known", path)
        if len(self.faults) == named and known < self.problem.now:
            problem = Text("早于方案里已有的事件", "is before an event that the plan already knows")
            self.fault("known_too_early", self._at(path, "known"), problem)
        return Incident(
            self._event(value, known, path),
            self.instant(value, "frozen_until", path) if "frozen_until" in value else 0,
            self.each(value, "pins", path, self.pin) if "pins" in value else (),
            self.each(value, "broken_off", path, self._visit_of_list) if "broken_off" in value else (),
        )

    def check_against(self, plan: WeeklyPlan, incident: Incident) -> None:
        """Name what the published plan contradicts."""
        event = incident.event
        stops = {stop.visit_id: stop for route in plan.routes for stop in route.stops}
        if isinstance(event, VisitOverran | VisitNotCompleted):
            stop = stops.get(event.visit_id)
            if stop is None or stop.begin >= event.known:
                problem = Text("到得知时刻这次访问还没有开始", "had not begun when this was known")
                self.fault("visit_not_begun", "visit", problem)
            elif isinstance(event, VisitOverran) and event.until <= stop.begin:
                self.fault("ends_before_it_begins", "until", Text("早于开始", "is before the visit began"))
        taking = (isinstance(event, ReportTakesCrew) and takes(self.problem, route, event) for route in plan.routes)
        if isinstance(event, ReportTakesCrew) and not any(taking):
            problem = Text("这个时候不在任何出勤的班组里", "is in no crew that is out then: nobody is taken away")
            self.fault("not_in_a_crew", "officer", problem)

    def _event(self, value: Object, known: int, path: str) -> Event:
        kind = self.text(value, "event", path)
        if kind and kind not in READERS:
            names = ", ".join(READERS)
            self.fault(
                "unknown_event", self._at(path, "event"), Text(f"应为 {names} 之一", f"should be one of {names}")
            )
        return READERS.get(kind, _nothing)(self, value, known, path)

    def span(self, value: Object, path: str) -> tuple[int, int]:
        """Read ``from`` and ``to``."""
        named = len(self.faults)
        start, end = self.instant(value, "from", path), self.instant(value, "to", path)
        if len(self.faults) == named and start >= end:
            self.fault("ends_before_it_begins", self._at(path, "to"), Text("不晚于 from", "is not after “from”"))
        return start, end

    def hours(self, data: object, path: str) -> tuple[int, int]:
        """Read ``{"from": "14:00", "to": "17:00"}`` as seconds after midnight."""
        value = self.record(data, path)
        named = len(self.faults)
        start, end = self._clock(value, "from", path), self._clock(value, "to", path)
        if len(self.faults) == named and start >= end:
            self.fault("ends_before_it_begins", self._at(path, "to"), Text("不晚于 from", "is not after “from”"))
        return start, end

    def _clock(self, value: Object, key: str, path: str) -> int:
        written = self.text(value, key, path)
        hour, colon, minute = written.partition(":")
        fits = colon and hour.isascii() and minute.isascii() and hour.isdigit() and minute.isdigit()
        seconds = int(hour) * HOUR + int(minute) * MINUTE if fits and len(written) == 5 and int(minute) < 60 else -1
        if written and not 0 <= seconds <= DAY:
            self.fault("not_a_time", self._at(path, key), Text("不是 14:00 这样的时刻", "is not a time such as 14:00"))
            return 0
        return max(seconds, 0)

    def _visit_of_list(self, data: object, path: str) -> str:
        return self._visit({"visit": data}, path)

    def _visit(self, value: Object, path: str) -> str:
        return self.name(value, "visit", path, {visit.id for visit in self.problem.visits})

    def ill(self, value: Object, known: int, path: str) -> Event:
        """Read an officer's absence."""
        return OfficerIll(known, self.name(value, "officer", path, self.problem.officers), *self.span(value, path))

    def partner(self, value: Object, known: int, path: str) -> Event:
        """Read a partner's other hours."""
        partner = self.name(value, "partner", path, self.problem.partners)
        return PartnerMoved(known, partner, self.day(value, path), self.each(value, "hours", path, self.hours))

    def vehicle(self, value: Object, known: int, path: str) -> Event:
        """Read a vehicle's time out of service."""
        vehicles = {vehicle.id for vehicle in self.problem.vehicles}
        return VehicleBroken(known, self.name(value, "vehicle", path, vehicles), *self.span(value, path))

    def report(self, value: Object, known: int, path: str) -> Event:
        """Read a report that takes a crew."""
        officer = self.name(value, "officer", path, self.problem.officers)
        community = self.name(value, "community", path, self.problem.communities)
        return ReportTakesCrew(known, officer, community, *self.span(value, path))

    def overran(self, value: Object, known: int, path: str) -> Event:
        """Read a visit that lasts longer."""
        return VisitOverran(known, self._visit(value, path), self.instant(value, "until", path))

    def fruitless(self, value: Object, known: int, path: str) -> Event:
        """Read a visit that came to nothing."""
        return VisitNotCompleted(known, self._visit(value, path))

    def phase(self, value: Object, known: int, path: str) -> Event:
        """Read a community's new phase."""
        community = self.name(value, "community", path, self.problem.communities)
        phase = self.name(value, "phase", path, tuple(Phase))
        return PhaseChanged(known, community, Phase(phase) if phase in tuple(Phase) else Phase.ROUTINE)

    def road(self, value: Object, known: int, path: str) -> Event:
        """Read a way that is slower or closed."""
        origin = self.name(value, "origin", path, self.problem.places)
        destination = self.name(value, "destination", path, self.problem.places)
        if origin and origin == destination:
            self.fault("same_place", self._at(path, "destination"), Text("与 origin 相同", "is the same as origin"))
        delay = value.get("delay_minutes")
        seconds = None if delay is None else self.whole(value, "delay_minutes", path) * MINUTE
        return RoadClosed(known, origin, destination, seconds)

    def violation(self, value: Object, known: int, path: str) -> Event:
        """Read a new record of the violation register; degrees in WGS84."""
        inner, where = self.child(value, "violation", path), self._at(path, "violation")
        kind = self.name(inner, "type", where, tuple(ViolationType))
        found, handled = self._date(inner, "found_on", where), None
        if inner.get("handled_on") is not None:
            handled = self._date(inner, "handled_on", where)
        if handled is not None and handled < found:
            problem = Text("早于发现日期", "is before the day it was found")
            self.fault("handled_before_found", f"{where}.handled_on", problem)
            handled = None
        return NewViolation(
            known,
            Violation(
                self.text(inner, "id", where),
                ViolationType(kind) if kind in tuple(ViolationType) else ViolationType.FLUE,
                self.number(inner.get("lon"), f"{where}.lon"),
                self.number(inner.get("lat"), f"{where}.lat"),
                found,
                self.name(inner, "community", where, self.problem.communities),
                handled,
                building=self.text(inner, "building", where, empty=True) if "building" in inner else "",
                note=self.text(inner, "note", where, empty=True) if "note" in inner else "",
            ),
        )

    def asked(self, value: Object, known: int, path: str) -> Event:
        """Read one more visit; what is left open is filled in from the policy."""
        kinds = tuple(self.problem.policy.visits)
        community = self.name(value, "community", path, self.problem.communities)
        kind = self.name(value, "kind", path, kinds)
        minutes = self.whole(value, "minutes", path) if "minutes" in value else None
        if minutes is not None and not 0 < minutes <= DAY // MINUTE:
            self.fault("not_a_length", self._at(path, "minutes"), Text("不在 1 到 1440 之间", "is not from 1 to 1440"))
        days = self.each(value, "days", path, lambda day, at: self.day({"date": day}, at)) if "days" in value else ()
        partners = self.each(value, "partners", path, self._partner_of_list) if "partners" in value else None
        found = ask(
            self.problem,
            community,
            VisitKind(kind) if kind in kinds else VisitKind.ROUTINE,
            duration=None if minutes is None else minutes * MINUTE,
            days=days,
            partner_ids=partners,
        )
        name = self.text(value, "visit", path) if "visit" in value else found.visit_id
        if name in {visit.id for visit in self.problem.visits}:
            problem = Text(f"已经有“{name}”", f"there is a “{name}” already")
            self.fault("known_id", self._at(path, "visit"), problem, Text("换个名称,或不写", "name another, or none"))
        return replace(found, known=known, visit_id=name)

    def _partner_of_list(self, data: object, path: str) -> str:
        return self.name({"partner": data}, "partner", path, self.problem.partners)

    def _date(self, value: Object, key: str, path: str) -> date:
        written = self.text(value, key, path)
        try:
            return date.fromisoformat(written) if written else self.week.monday
        except ValueError:
            problem = Text("不是 2026-11-23 这样的日期", "is not a date such as 2026-11-23")
            self.fault("not_a_date", self._at(path, key), problem)
            return self.week.monday

    @staticmethod
    def _at(path: str, key: str) -> str:
        return f"{path}.{key}" if path else key


def _nothing(_reader: EventReader, _value: Object, known: int, _path: str) -> Event:
    return VisitNotCompleted(known, "")


READERS: Mapping[str, Callable[[EventReader, Object, int, str], Event]] = {
    "officer_ill": EventReader.ill,
    "partner_moved": EventReader.partner,
    "vehicle_broken": EventReader.vehicle,
    "report": EventReader.report,
    "visit_overran": EventReader.overran,
    "visit_not_completed": EventReader.fruitless,
    "phase_changed": EventReader.phase,
    "road_closed": EventReader.road,
    "new_violation": EventReader.violation,
    "visit_asked": EventReader.asked,
}


def incident_to_dict(problem: WeeklyProblem, incident: Incident) -> dict[str, Any]:
    """Return an incident as `incident_from_dict` reads it."""
    week = problem.week
    kind, facts = _facts(problem, incident.event)
    data: dict[str, Any] = {"schema": SCHEMA, "event": kind, "known": _moment(problem, incident.event.known), **facts}
    if incident.frozen_until:
        data["frozen_until"] = _moment(problem, incident.frozen_until)
    if incident.pins:
        data["pins"] = [
            {"visit": pin.visit_id, "date": week.days[pin.day].isoformat(), "band": pin.band_id, "lead": pin.lead}
            for pin in incident.pins
        ]
    if incident.broken_off:
        data["broken_off"] = list(incident.broken_off)
    return data


def _facts(  # noqa: C901, PLR0911 - one return a kind of event
    problem: WeeklyProblem, event: Event
) -> tuple[str, dict[str, Any]]:
    match event:
        case OfficerIll():
            return "officer_ill", {"officer": event.officer_id, **_span(problem, event.start, event.end)}
        case PartnerMoved():
            hours = [{"from": _clock(start), "to": _clock(end)} for start, end in event.hours]
            day = problem.week.days[event.day].isoformat()
            return "partner_moved", {"partner": event.partner_id, "date": day, "hours": hours}
        case VehicleBroken():
            return "vehicle_broken", {"vehicle": event.vehicle_id, **_span(problem, event.start, event.end)}
        case ReportTakesCrew():
            who = {"officer": event.officer_id, "community": event.community_id}
            return "report", {**who, **_span(problem, event.start, event.end)}
        case VisitOverran():
            return "visit_overran", {"visit": event.visit_id, "until": _moment(problem, event.until)}
        case VisitNotCompleted():
            return "visit_not_completed", {"visit": event.visit_id}
        case PhaseChanged():
            return "phase_changed", {"community": event.community_id, "phase": str(event.phase)}
        case RoadClosed():
            ends = {"origin": event.origin, "destination": event.destination}
            return "road_closed", ends if event.delay is None else {**ends, "delay_minutes": event.delay // MINUTE}
        case NewViolation():
            return "new_violation", {"violation": _violation(event.violation)}
        case VisitAsked():
            return "visit_asked", {
                "visit": event.visit_id,
                "community": event.community_id,
                "kind": str(event.kind),
                "minutes": event.duration // MINUTE,
                "days": [problem.week.days[day].isoformat() for day in event.days],
                "partners": list(event.partner_ids),
            }


def _violation(violation: Violation) -> dict[str, Any]:
    return {
        "id": violation.id,
        "type": str(violation.type),
        "lon": violation.lon,
        "lat": violation.lat,
        "found_on": violation.found_on.isoformat(),
        "handled_on": violation.handled_on and violation.handled_on.isoformat(),
        "community": violation.community_id,
        "building": violation.building,
        "note": violation.note,
    }


def _span(problem: WeeklyProblem, start: int, end: int) -> dict[str, str]:
    return {"from": _moment(problem, start), "to": _moment(problem, end)}


def _moment(problem: WeeklyProblem, second: int) -> str:
    return problem.week.instant(second).isoformat()


def _clock(second: int) -> str:
    return f"{second // HOUR:02d}:{second % HOUR // MINUTE:02d}"
