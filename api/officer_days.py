"""An officer's days as his telephone shows them: by the published plans, with what is known of each community."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection

from api.day_checks import checks, looked_up
from api.faults import text_to_dict
from api.records import planning_squad
from api.storage.cases import all_cases
from api.storage.plans import KeptPlan, published_plan
from api.storage.visits import visit_records
from api.visit_schemas import visit_shown
from casework.case import STAGE_NAMES, Case, Stage
from casework.obligation import KIND_NAMES, VisitKind
from casework.privacy import mask_phones
from casework.violation import CATALOGUE
from casework.visit_record import VisitRecord
from geo.text import Text
from maps.escape import dial
from maps.navigation import Spot, amap_link, baidu_link, geo_link
from planner.officer import Officer, VehicleKind
from planner.partner import PARTNER_NAMES, PartnerKind
from planner.squad import Squad
from planner.week import Week

Json = dict[str, Any]

PLANNED = 4
"""How many lines of the plan's own list are shown beside what the records know."""

COLLEAGUE, HOTLINE = Text("同班", "Colleague"), Text("中队热线", "Hotline")


@dataclass(frozen=True)
class Days:
    """What the days of an officer are made from."""

    connection: Connection
    squad: Squad
    officer: Officer
    now: datetime

    @cached_property
    def people(self) -> Mapping[str, Officer]:
        """Officers by id."""
        return {one.id: one for one in self.squad.officers}

    @cached_property
    def station(self) -> Spot:
        """Where shifts begin and end."""
        return self.squad.station.lon, self.squad.station.lat, self.squad.station.name

    @cached_property
    def looked(self) -> dict[str, Any]:
        """What the records know, by community, as far as it was asked for."""
        return {}


def officer_days(connection: Connection, squad_id: str, officer: str, now: datetime, weeks: list[Week]) -> Json | None:
    """Return an officer's days of some weeks and the cases that he is sent to, ready for JSON; None for nobody's id."""
    squad = planning_squad(connection, squad_id, now)
    one = next((each for each in squad.officers if each.id == officer), None)
    if one is None:
        return None
    made = Days(connection, squad, one, now)
    return {
        "squad": {"id": squad.id, "name": squad.name, "made_up": squad.made_up},
        "officer": {"id": one.id, "name": one.name},
        "hotline": _contact(HOTLINE, "", squad.hotline),
        "days": [day for week in weeks for day in _week(made, week)],
        "cases": [_case(made, case) for case in _cases(made)],
    }


def _week(made: Days, week: Week) -> Iterator[Json]:
    plan = published_plan(made.connection, made.squad.id, str(week))
    told = visit_records(made.connection, made.squad.id, str(week))
    for day in week.days:
        routes = [] if plan is None else _routes(plan, made.officer.id, day)
        waits = [] if plan is None else _mine(plan.document.get("standby", ()), made.officer.id, day)
        drawn = bool(plan and (routes or waits))
        yield {
            "date": day.isoformat(),
            "week": str(week),
            "plan": plan.id if plan else None,
            "made_by": plan.version if plan else None,
            "duty": list(_duty(made, day)),
            "leave": any(one.officer_id == made.officer.id and one.day == day for one in made.squad.leave),
            "routes": [_route(made, plan.id, route, told, day) for route in routes] if plan else [],
            "waits": [_wait(made, item) for item in waits],
            "picture": f"{_page(made, plan.id, day)}/picture" if plan and drawn else None,
            "share": _page(made, plan.id, day) if plan and drawn else None,
        }


def _page(made: Days, plan_id: str, day: date) -> str:
    squad, officer = quote(made.squad.id, safe=""), quote(made.officer.id, safe="")
    return f"/api/squads/{squad}/plans/{plan_id}/maps/officers/{officer}/{day.isoformat()}"


def _routes(plan: KeptPlan, officer: str, day: date) -> list[Mapping[str, Any]]:
    mine = [
        route
        for route in plan.document.get("routes", ())
        if route["date"] == day.isoformat()
        and officer in {one["id"] for one in (*route["crew"]["officers"], *route["crew"]["auxiliaries"])}
    ]
    return sorted(mine, key=lambda route: str(route["legs"][0]["depart"]))


def _mine(standby: Any, officer: str, day: date) -> list[Mapping[str, Any]]:  # noqa: ANN401 - of a plan's document
    return [item for item in standby if item["officer"]["id"] == officer and item["date"] == day.isoformat()]


def _duty(made: Days, day: date) -> Iterator[Json]:
    names = {band.id: band.name for band in made.squad.bands}
    shifts = [one for one in made.squad.shifts if one.officer_id == made.officer.id and one.day == day]
    for shift in sorted(shifts, key=lambda one: one.start):
        yield {"band": names.get(shift.band_id, shift.band_id), "begin": _hour(shift.start), "end": _hour(shift.end)}


def _hour(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _route(made: Days, plan_id: str, route: Mapping[str, Any], told: Mapping[str, VisitRecord], day: date) -> Json:
    kind = VehicleKind(route["vehicle"]["kind"])
    here, stops = made.station, []
    again = {stop["community"]["id"] for stop in route["stops"] if stop["kind"] == VisitKind.RECHECK}
    for number, (stop, leg) in enumerate(zip(route["stops"], route["legs"], strict=False), start=1):
        gate, record = stop["gate"], told.get(stop["visit"], VisitRecord())
        there: Spot = gate["lon"], gate["lat"], f"{stop['community']['name']} {gate['name']}".strip()
        stops.append(
            {
                "number": number,
                "plan": plan_id,
                "leave_by": leg["depart"],
                "drive": leg["seconds"],
                "metres": leg["metres"],
                **_stop(made, stop, record, day, rechecked=stop["community"]["id"] in again),
                "links": _links(here, there, kind),
            }
        )
        here = there
    last = route["legs"][-1]
    return {
        "id": route["id"],
        "band": route["band"]["name"],
        "vehicle": route["vehicle"]["name"],
        "depart": route["legs"][0]["depart"],
        "rest": route["rest"],
        "stops": stops,
        "home": {
            "at": last["arrive"],
            "leave": last["depart"],
            "metres": sum(leg["metres"] for leg in route["legs"]),
            "links": _links(here, made.station, kind),
        },
    }


def _stop(made: Days, stop: Mapping[str, Any], record: VisitRecord, day: date, *, rechecked: bool) -> Json:
    community = stop["community"]["id"]
    lead = stop["officers"][0] if stop["officers"] else None
    return {
        "visit": stop["visit"],
        "kind": stop["kind"],
        "kind_name": text_to_dict(KIND_NAMES[VisitKind(stop["kind"])]),
        "community": stop["community"],
        "gate": stop["gate"],
        "arrive": stop["arrival"],
        "begin": stop["begin"],
        "end": stop["end"],
        "post": stop["post"],
        "lead": lead,
        "breakable": stop["breakable"],
        "partners": [_partner(partner) for partner in stop["partners"]],
        "contacts": list(_contacts(made, stop)),
        "checks": list(_checks(made, stop, day, rechecked=rechecked)),
        "became": visit_shown(stop["visit"], community, record).model_dump(mode="json"),
    }


def _partner(partner: Mapping[str, Any]) -> Json:
    return {"name": partner["name"], "kind": text_to_dict(PARTNER_NAMES[PartnerKind(partner["kind"])])}


def _contacts(made: Days, stop: Mapping[str, Any]) -> Iterator[Json]:
    joining = {partner["id"] for partner in stop["partners"]}
    community = stop["community"]["id"]
    for partner in made.squad.partners:
        if partner.id in joining or community in partner.community_ids:
            yield _contact(PARTNER_NAMES[partner.kind], partner.contact or partner.name, partner.phone)
    for one in stop["officers"]:
        mate = made.people.get(one["id"])
        if mate is not None and mate.id != made.officer.id:
            yield _contact(COLLEAGUE, mate.name, mate.phone)


def _contact(role: Text, name: str, phone: str) -> Json:
    return {"role": text_to_dict(role), "name": name, "phone": phone, "tel": dial(phone)}


def _checks(made: Days, stop: Mapping[str, Any], day: date, *, rechecked: bool) -> Iterator[Json]:
    """Yield what to look at: what the records know now, then what the plan lists beside that."""
    place, kind = stop["community"]["id"], VisitKind(stop["kind"])
    community = next((one for one in made.squad.communities if one.id == place), None)
    if community is not None and place not in made.looked:
        made.looked[place] = looked_up(made.connection, made.squad, community, made.now)
    known = checks(made.looked[place], made.squad, day, kind, rechecked=rechecked) if community is not None else ()
    for check in known:
        yield _check(check.key, check.kind.value, text_to_dict(check.text), check.subject, overdue=check.overdue)
    said = tuple(one.about for one in checks(made.looked[place], made.squad, day, kind)) if community else ()
    said = tuple(about for about in said if about)
    listed = [text for text in stop["checklist"] if not (said and text["zh"].startswith(said))]
    for number, text in enumerate(listed[:PLANNED]):
        yield _check(f"plan-{stop['visit']}-{number}", "plan", text)


def _check(key: str, kind: str, text: Json, subject: str = "", *, overdue: bool = False) -> Json:
    return {"key": key, "kind": kind, "text": text, "subject": subject, "overdue": overdue}


def _links(start: Spot | None, end: Spot, kind: VehicleKind) -> Json:
    return {
        "amap": amap_link(start, end, kind),
        "baidu": None if start is None else baidu_link(start, end, kind),
        "geo": geo_link(end),
    }


def _wait(made: Days, item: Mapping[str, Any]) -> Json:
    community = next((one for one in made.squad.communities if one.id == item["community"]["id"]), None)
    there = made.station
    if community is not None:
        gate = community.main_gate
        there = gate.lon, gate.lat, f"{community.name} {gate.name}".strip()
    return {
        "community": item["community"],
        "begin": item["start"],
        "end": item["end"],
        "leave_by": item["legs"][0]["depart"],
        "links": _links(made.station, there, VehicleKind(item["vehicle"]["kind"])),
    }


def _cases(made: Days) -> list[Case]:
    sent = {Stage.DISPATCHED, Stage.ON_SCENE}
    found = all_cases(made.connection, made.squad.id, open_only=True)
    return [case for case in found if case.stage in sent and made.officer.id in case.officers]


def _case(made: Days, case: Case) -> Json:
    report = case.report
    names = {one.id: one.name for one in made.squad.communities}
    place = names.get(report.community_id or "", "")
    spot: Spot = report.lon, report.lat, f"{place} {mask_phones(report.building)}".strip()
    return {
        "id": case.id,
        "stage": case.stage.value,
        "stage_name": text_to_dict(STAGE_NAMES[case.stage]),
        "community": place,
        "building": mask_phones(report.building),
        "note": mask_phones(report.note),
        "type": None if case.type is None else case.type.value,
        "type_name": None if case.type is None else text_to_dict(CATALOGUE[case.type].name),
        "reported_at": report.reported_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "arrived_at": None if case.first_arrival is None else case.first_arrival.isoformat(),
        "links": _links(None, spot, VehicleKind.CAR),
    }
