"""What happens to published weeks in tests: a squad around a seeded problem, one event of each kind. All invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from casework.obligation import VisitKind
from casework.violation import Violation, ViolationType
from geo.community import Phase
from planner.asked import ask
from planner.event import (
    Event,
    NewViolation,
    OfficerIll,
    PartnerMoved,
    PhaseChanged,
    ReportTakesCrew,
    RoadClosed,
    VehicleBroken,
    VisitNotCompleted,
    VisitOverran,
)
from planner.policy import HOUR, MINUTE
from planner.squad import Squad
from planner.week import DAY, WeeklyPlan, WeeklyProblem

KINDS = ("ill", "partner", "vehicle", "report", "overran", "fruitless", "phase", "road", "violation", "asked")


def every_other(seeds: Sequence[int]) -> list[tuple[int, str]]:
    """Return every seed with half of the kinds, the other half with the next seed."""
    return [(seed, kind) for seed in seeds for n, kind in enumerate(KINDS) if (seed + n) % 2 == 0]


def squad_of(problem: WeeklyProblem) -> Squad:
    """Return a squad with the people and places of a problem."""
    return Squad(
        id="seeded",
        name="试验中队",
        hotline="",
        station=problem.station,
        bands=tuple(problem.bands.values()),
        communities=tuple(problem.communities.values()),
        officers=tuple(problem.officers.values()),
        shifts=problem.shifts,
        leave=(),
        partners=tuple(problem.partners.values()),
        vehicles=problem.vehicles,
        violations=(),
        policy=problem.policy,
    )


def happening(kind: str, plan: WeeklyPlan, problem: WeeklyProblem, rng: random.Random) -> Event:
    """Return an event of one kind that hits a route of the middle of the week, often while it is under way."""
    route = rng.choice([route for route in plan.routes if 1 <= route.day <= 3])
    stop = rng.choice(route.stops)
    moment = rng.randrange(route.depart - 2 * HOUR, route.back)
    inside = rng.randrange(stop.begin + 1, stop.end)
    midnight = (route.day + 1) * DAY
    ordered = max(moment, route.day * DAY + problem.bands[route.band_id].start)
    scene = rng.choice(sorted(problem.communities))
    events: dict[str, Event] = {
        "ill": OfficerIll(moment, rng.choice(route.crew.officers), moment, midnight),
        "partner": PartnerMoved(moment, rng.choice(sorted(problem.partners)), route.day, ((15 * HOUR, 17 * HOUR),)),
        "vehicle": VehicleBroken(moment, route.vehicle_id, moment, midnight),
        "report": ReportTakesCrew(ordered, route.crew.lead, scene, ordered, ordered + HOUR),
        "overran": VisitOverran(inside, stop.visit_id, stop.end + 25 * MINUTE),
        "fruitless": VisitNotCompleted(inside, stop.visit_id),
        "phase": PhaseChanged(moment, stop.community_id, Phase.CLOSED),
        "road": RoadClosed(moment, "station", stop.community_id, 20 * MINUTE),
        "violation": NewViolation(moment, handled_last_week("w-new", stop.community_id)),
        "asked": replace(ask(problem, scene, VisitKind.ROUTINE), known=moment),
    }
    return events[kind]


def handled_last_week(key: str, place: str) -> Violation:
    """Return a violation whose re-check falls due in the middle of week 2026-W48."""
    found, handled = date(2026, 11, 12), date(2026, 11, 19)
    return Violation(key, ViolationType.FLUE, 121.22, 31.375, found, place, handled)
