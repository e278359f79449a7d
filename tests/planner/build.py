"""A small squad made by hand, its weekly problem, and a plan of it that keeps every rule. All of it invented.

Places lie on a line: station 0, Lake 600 s, Mill 1200 s, Park 1800 s by car; e-bikes take twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from shapely import box

from casework.violation import Violation, ViolationType
from geo.community import Boundary, Community, Gate, GeometrySource, Phase
from geo.text import same
from geo.travel import TravelTimeMatrix
from planner.demand import weekly_problem
from planner.objective import price
from planner.officer import Band, Crew, Officer, Shift, Vehicle, VehicleKind
from planner.partner import OpenHours, Partner, PartnerKind
from planner.policy import HOUR, MINUTE, BreakPolicy, Policy
from planner.squad import Squad
from planner.week import DAY, STATION, Leg, MissedVisit, Objective, Rest, Route, Stop, Week, WeeklyPlan, WeeklyProblem

WEEK = Week.parse("2026-W48")
MONDAY = WEEK.monday
PLACES = (STATION, "lake", "mill", "park")
HOP = 600
CAR, EBIKE = VehicleKind.CAR, VehicleKind.EBIKE


def at(day: int, clock: str) -> int:
    """Return the second of the week of ``HH:MM`` on a day."""
    hour, minute = clock.split(":")
    return day * DAY + int(hour) * HOUR + int(minute) * MINUTE


def hours(weekdays: Sequence[int], start: str, end: str) -> tuple[OpenHours, ...]:
    return tuple(OpenHours(day, at(0, start), at(0, end)) for day in weekdays)


def community(key: str, phase: Phase, a: str, b: str, **changes: Any) -> Community:
    lon = 121.2 + 0.01 * PLACES.index(key)
    gates = (Gate(f"{key}-n", "北门", lon, 31.38), Gate(f"{key}-s", "南门", lon, 31.37))
    boundary = Boundary(box(lon - 0.002, 31.37, lon + 0.002, 31.38), GeometrySource.ILLUSTRATIVE)
    return replace(Community(key, key.title(), phase, boundary, gates, a, b, households=600), **changes)


def violation(key: str, place: str | None, found: date, **changes: Any) -> Violation:
    kind = changes.pop("type", ViolationType.FLUE)
    return replace(Violation(key, kind, 121.22, 31.375, found, place, building="6 幢 1202"), **changes)


def matrix(pace: int) -> TravelTimeMatrix:
    index = np.arange(len(PLACES), dtype=np.int64)
    steps = np.abs(index[:, None] - index[None, :])
    return TravelTimeMatrix(PLACES, steps * pace, steps * pace * 10, estimated=False)


def small_policy() -> Policy:
    breaks = {
        "early": BreakPolicy(30 * MINUTE, at(0, "11:00"), at(0, "12:30")),
        "middle": BreakPolicy(30 * MINUTE, at(0, "17:00"), at(0, "18:15")),
    }
    return Policy(breaks=breaks)


def small_squad(**changes: Any) -> Squad:
    """Return four certified officers and one auxiliary, three communities, four partners and three vehicles."""
    shifts = [
        Shift(who, MONDAY + timedelta(days=day), band, at(0, start), at(0, end))
        for band, start, end, crew in (
            ("early", "07:30", "13:30", ("o1", "o2", "x5")),
            ("middle", "13:30", "19:30", ("o3", "o4")),
        )
        for who in crew
        for day in range(5)
    ]
    weekdays = range(5)
    squad = Squad(
        id="small",
        name="小队",
        hotline="021-5555-0100",
        station=Gate(STATION, "队部", 121.2, 31.375),
        bands=(
            Band("early", "早班", at(0, "07:30"), at(0, "13:30")),
            Band("middle", "中班", at(0, "13:30"), at(0, "19:30")),
        ),
        communities=(
            community("lake", Phase.PEAK, "o1", "o3", stationing_days=1),
            community("mill", Phase.ROUTINE, "o3", "o1"),
            community("park", Phase.PRE_DELIVERY, "o3", "o4"),
        ),
        officers=(
            *(Officer(f"o{i}", f"队员0{i}", certified=True) for i in (1, 2, 3, 4)),
            Officer("x5", "辅助05", certified=False),
        ),
        shifts=tuple(shifts),
        leave=(),
        partners=(
            Partner("k1", "湖居委", PartnerKind.COMMITTEE, ("lake",), hours((0, 2, 4), "09:00", "11:30")),
            Partner(
                "p1",
                "湖物业",
                PartnerKind.PROPERTY,
                ("lake", "park"),
                (*hours(weekdays, "08:30", "11:30"), *hours(weekdays, "13:30", "17:00")),
            ),
            Partner("d1", "园开发商", PartnerKind.DEVELOPER, ("park",), hours((1, 3), "14:00", "17:00")),
            Partner("h1", "房管所", PartnerKind.HOUSING, ("park",), hours(weekdays, "09:00", "16:30")),
        ),
        vehicles=(
            Vehicle("car1", "一号车", CAR, 4),
            Vehicle("car2", "二号车", CAR, 4),
            Vehicle("bike1", "电瓶车", EBIKE, 2),
        ),
        violations=(
            violation("v1", "mill", date(2026, 11, 10), handled_on=date(2026, 11, 18)),
            violation("v2", "lake", date(2026, 11, 16)),
            violation("v3", "lake", date(2026, 11, 2), handled_on=date(2026, 11, 4), rechecked_on=date(2026, 11, 11)),
        ),
        policy=small_policy(),
        made_up=True,
    )
    return replace(squad, **changes)


def small_problem(squad: Squad | None = None) -> WeeklyProblem:
    squad = squad or small_squad()
    bands = [band.id for band in squad.bands]
    paces = {CAR: HOP, EBIKE: 2 * HOP}
    return weekly_problem(squad, WEEK, {kind: dict.fromkeys(bands, matrix(pace)) for kind, pace in paces.items()})


def route(
    problem: WeeklyProblem,
    day: int,
    band: str,
    crew: Crew,
    calls: Sequence[tuple[str, int]],
    *,
    vehicle: str = "car1",
    rest: str | None = None,
    minutes: int | None = None,
) -> Route:
    """Return a route that makes visits (id, begin) as early as it can leave; `minutes` replaces their length."""
    visits = {visit.id: visit for visit in problem.visits}
    kind = next(v.kind for v in problem.vehicles if v.id == vehicle)
    names = (STATION, *(visits[key].community_id for key, _ in calls), STATION)
    drives = [problem.drive(kind, band, a, b) for a, b in pairwise(names)]
    lengths = [visits[key].duration if minutes is None else minutes * MINUTE for key, _ in calls]
    departs = [calls[0][1] - drives[0], *(begin + length for (_, begin), length in zip(calls, lengths, strict=True))]
    legs = tuple(
        Leg(a, b, depart, depart + drive, problem.metres(kind, band, a, b), ((121.2, 31.38), (121.21, 31.38)))
        for (a, b), depart, drive in zip(pairwise(names), departs, drives, strict=True)
    )
    stops = tuple(
        Stop(
            key,
            visits[key].community_id,
            problem.communities[visits[key].community_id].main_gate.id,
            leg.arrive,
            begin,
            begin + length,
            crew.officers,
            visits[key].partner_ids,
        )
        for (key, begin), leg, length in zip(calls, legs, lengths, strict=False)
    )
    pause = None if rest is None else Rest(at(day, rest), at(day, rest) + 30 * MINUTE)
    return Route(f"{WEEK.days[day]}-{band}-{crew.lead}", day, band, crew, vehicle, stops, legs, pause)


def plan_of(problem: WeeklyProblem, *routes: Route) -> WeeklyPlan:
    """Return a plan with its missed visits listed and its cost stated."""
    placed = {stop.visit_id for each in routes for stop in each.stops}
    missed = tuple(MissedVisit(v.id, (same("too far"),)) for v in problem.visits if v.mandatory and v.id not in placed)
    plan = WeeklyPlan(problem.week, routes, missed, Objective({}, 0), seed=7, work_limit=10.0)
    return replace(plan, objective=Objective(price(problem, plan), 0))


def small_plan(problem: WeeklyProblem) -> WeeklyPlan:
    """Return a plan of the small squad that keeps every rule, soft ones too, and misses nothing mandatory.

    Monday: joint inspection at Lake. Tuesday: meeting at Park, routine visit at Mill. Wednesday: second joint
    inspection at Lake. Thursday: stationing at Lake, and the re-check at Mill. One extra visit is not made.
    """
    day_crew, late_crew = Crew(("o1", "o2"), ("x5",)), Crew(("o3", "o4"))
    return plan_of(
        problem,
        route(problem, 0, "early", day_crew, [("joint-lake#1", at(0, "09:00"))], rest="11:00"),
        route(
            problem,
            1,
            "middle",
            late_crew,
            [("pre_delivery-park", at(1, "14:10")), ("routine-mill", at(1, "15:25"))],
            rest="17:00",
        ),
        route(problem, 2, "early", day_crew, [("joint-lake#2", at(2, "09:00"))], rest="11:00"),
        route(problem, 3, "early", day_crew, [("stationing-lake", at(3, "07:40"))], rest="11:15", minutes=340),
        route(problem, 3, "middle", late_crew, [("recheck-mill-v1", at(3, "14:10"))], vehicle="bike1", rest="17:00"),
    )
