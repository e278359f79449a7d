"""A weekly plan as the document that people keep, edit and hand in: ``plan.json``, described by docs/plan.schema.json.

The same plan gives the same bytes: nothing in it comes from a clock. Ids count when it is read back; names, kinds,
posts and positions beside them are for the reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from geo.community import Gate
from geo.text import Text
from planner.document_reader import SCHEMA, plan_from_dict, problem_from_dict
from planner.event_reader import incident_to_dict
from planner.squad import Squad
from planner.visit import Pin, Visit
from planner.week import Leg, MissedVisit, Objective, Route, StandBy, Stop, Week, WeeklyPlan, WeeklyProblem

__all__ = ["SCHEMA", "plan_from_dict", "plan_to_dict", "problem_from_dict"]

Json: TypeAlias = dict[str, Any]

DEGREES = 6
"""Decimals of a longitude or latitude: a tenth of a metre."""


def plan_to_dict(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, known: Mapping[int, Json] = MappingProxyType({})
) -> Json:
    """Return `plan` ready for JSON.

    Parameters
    ----------
    problem
        The problem that the plan solves; every id of the plan is known to it.
    squad
        Gives its id, its name and whether it is made up.
    known
        Routes of another plan of the same problem that are ready already, by the identity of the route.
    """
    visits = {visit.id: visit for visit in problem.visits}
    return {
        "schema": SCHEMA,
        "squad": {"id": squad.id, "name": squad.name, "made_up": squad.made_up},
        "week": str(plan.week),
        "estimated_travel": problem.estimated,
        "seed": plan.seed,
        "work_limit": plan.work_limit,
        "objective": _objective(plan.objective),
        "routes": [known.get(id(route)) or _route(problem, plan.week, route, visits) for route in plan.routes],
        "missed": [_missed(problem, missed, visits[missed.visit_id]) for missed in plan.missed],
        "notes": _texts(plan.notes),
        **({"standby": [_standby(problem, plan.week, item) for item in plan.standby]} if plan.standby else {}),
        **({"replanned": _replanned(problem)} if problem.incidents else {}),
        **({"pins": [_pin(problem, pin) for pin in held]} if (held := held_by_hand(problem)) else {}),
    }


def held_by_hand(problem: WeeklyProblem) -> tuple[Pin, ...]:
    """Return the pins that no event of the week brought with it: a leader set them on the plan itself."""
    told = [pin for incident in problem.incidents for pin in incident.pins]
    return tuple(pin for pin in problem.pins if pin not in told)


def _pin(problem: WeeklyProblem, pin: Pin) -> Json:
    date = problem.week.days[pin.day].isoformat()
    return {"visit": pin.visit_id, "date": date, "band": pin.band_id, **({"lead": pin.lead} if pin.lead else {})}


def _replanned(problem: WeeklyProblem) -> Json:
    """Return what happened since the week was first published, and what the changes are counted against."""
    return {
        "events": [incident_to_dict(problem, incident) for incident in problem.incidents],
        "published": [
            {
                "visit": item.visit_id,
                "date": problem.week.days[item.day].isoformat(),
                "band": item.band_id,
                "lead": item.lead,
                "second": item.second,
                "vehicle": item.vehicle_id,
                "begin": _instant(problem.week, item.begin),
            }
            for item in problem.published
        ],
    }


def _objective(objective: Objective) -> Json:
    return {
        "total": objective.total,
        "operating": objective.operating,
        "terms": dict(objective.terms),
        "bound": objective.bound,
        "gap": round(objective.gap, 6),
    }


def _route(problem: WeeklyProblem, week: Week, route: Route, visits: dict[str, Visit]) -> Json:
    vehicle = next(vehicle for vehicle in problem.vehicles if vehicle.id == route.vehicle_id)
    return {
        "id": route.id,
        "date": week.days[route.day].isoformat(),
        "band": {"id": route.band_id, "name": problem.bands[route.band_id].name},
        "crew": {
            "officers": _officers(problem, route.crew.officers),
            "auxiliaries": _officers(problem, route.crew.auxiliaries),
        },
        "vehicle": {"id": vehicle.id, "name": vehicle.name, "kind": str(vehicle.kind)},
        "stops": [_stop(problem, week, stop, visits[stop.visit_id]) for stop in route.stops],
        "legs": [_leg(week, leg) for leg in route.legs],
        "rest": route.rest and {"begin": _instant(week, route.rest.begin), "end": _instant(week, route.rest.end)},
    }


def _standby(problem: WeeklyProblem, week: Week, item: StandBy) -> Json:
    vehicle = next(vehicle for vehicle in problem.vehicles if vehicle.id == item.vehicle_id)
    community = problem.communities[item.community_id]
    return {
        "officer": _officers(problem, [item.officer_id])[0],
        "date": week.days[item.day].isoformat(),
        "band": {"id": item.band_id, "name": problem.bands[item.band_id].name},
        "vehicle": {"id": vehicle.id, "name": vehicle.name, "kind": str(vehicle.kind)},
        "community": {"id": community.id, "name": community.name},
        "start": _instant(week, item.start),
        "end": _instant(week, item.end),
        "legs": [_leg(week, leg) for leg in item.legs],
    }


def _stop(problem: WeeklyProblem, week: Week, stop: Stop, visit: Visit) -> Json:
    community = problem.communities[stop.community_id]
    posts = {community.a_officer: "A", community.b_officer: "B"}
    partners = [problem.partners[partner] for partner in stop.partner_ids]
    return {
        "visit": stop.visit_id,
        "kind": str(visit.kind),
        "community": {"id": community.id, "name": community.name},
        "gate": _gate(next(gate for gate in community.gates if gate.id == stop.gate_id)),
        "arrival": _instant(week, stop.arrival),
        "begin": _instant(week, stop.begin),
        "end": _instant(week, stop.end),
        "officers": _officers(problem, stop.officers),
        "post": posts.get(stop.officers[0]) if stop.officers else None,
        "partners": [{"id": partner.id, "name": partner.name, "kind": str(partner.kind)} for partner in partners],
        "breakable": visit.breakable,
        "checklist": _texts(visit.checklist),
    }


def _leg(week: Week, leg: Leg) -> Json:
    return {
        "origin": leg.origin,
        "destination": leg.destination,
        "depart": _instant(week, leg.depart),
        "arrive": _instant(week, leg.arrive),
        "seconds": leg.arrive - leg.depart,
        "metres": leg.metres,
        "geometry": [[round(lon, DEGREES), round(lat, DEGREES)] for lon, lat in leg.path],
    }


def _missed(problem: WeeklyProblem, missed: MissedVisit, visit: Visit) -> Json:
    community = problem.communities[visit.community_id]
    return {
        "visit": missed.visit_id,
        "kind": str(visit.kind),
        "community": {"id": community.id, "name": community.name},
        "reasons": _texts(missed.reasons),
        **({"remedies": _texts(missed.remedies)} if missed.remedies else {}),
    }


def _gate(gate: Gate) -> Json:
    return {"id": gate.id, "name": gate.name, "lon": round(gate.lon, DEGREES), "lat": round(gate.lat, DEGREES)}


def _officers(problem: WeeklyProblem, ids: Sequence[str]) -> list[Json]:
    return [{"id": officer, "name": problem.officers[officer].name} for officer in ids]


def _texts(texts: Sequence[Text]) -> list[Json]:
    return [{"zh": text.zh, "en": text.en} for text in texts]


def _instant(week: Week, second: int) -> str:
    return week.instant(second).isoformat()
