"""One edit of a good plan at a time, and what the rules say to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from planner.officer import Crew, Shift, VehicleKind
from planner.policy import HOUR, MINUTE
from planner.rules import BrokenRule, judge
from planner.visit import ArrivalWindow
from planner.week import Stop, WeeklyPlan, WeeklyProblem
from tests.planner.build import CAR, EBIKE, MONDAY, at, plan_of, route, small_plan, small_problem

PROBLEM = small_problem()
PLAN = small_plan(PROBLEM)
JOINT, MEETING, SECOND_JOINT, STATIONED, RECHECK = range(5)
DAY_CREW, LATE_CREW = Crew(("o1", "o2"), ("x5",)), Crew(("o3", "o4"))


def strict_problem() -> WeeklyProblem:
    """The week with more shifts on the roster, and limits that its plans just keep.

    Swapping one officer can break one of them alone: o1 on Tuesday the week's hours, o2 on Tuesday the night's rest, o3
    on Thursday morning the day's hours, and o4 on Friday leaves nobody to drive, since only o2 and o3 drive cars.
    """
    more = (("o1", 1, "middle", "19:30"), ("o2", 1, "middle", "19:45"), ("o3", 3, "early", "13:30"))
    starts = {"early": at(0, "07:30"), "middle": at(0, "13:30")}
    shifts = [Shift(who, MONDAY + timedelta(day), band, starts[band], at(0, end)) for who, day, band, end in more]
    shifts.append(Shift("o4", MONDAY + timedelta(4), "early", starts["early"], at(0, "13:30")))
    drives = {"o1": {EBIKE}, "o2": {CAR}, "o4": {EBIKE}}
    officers = {
        name: replace(officer, drives=frozenset(drives.get(name, VehicleKind)))
        for name, officer in PROBLEM.officers.items()
    }
    policy = replace(
        PROBLEM.policy,
        max_patrol_hours_per_day=11 * HOUR,
        max_patrol_hours_per_week=24 * HOUR + 15 * MINUTE,
        rest_between_days=12 * HOUR,
    )
    return replace(PROBLEM, shifts=(*PROBLEM.shifts, *shifts), officers=officers, policy=policy)


def with_route(n: int, plan: WeeklyPlan = PLAN, **changes: Any) -> WeeklyPlan:
    routes = list(plan.routes)
    routes[n] = replace(routes[n], **changes)
    return replace(plan, routes=tuple(routes))


def with_stop(n: int, stop: int = 0, plan: WeeklyPlan = PLAN, **changes: Any) -> WeeklyPlan:
    stops = list(plan.routes[n].stops)
    stops[stop] = replace(stops[stop], **changes)
    return with_route(n, plan, stops=tuple(stops))


def with_leg(n: int, leg: int, plan: WeeklyPlan = PLAN, **changes: Any) -> WeeklyPlan:
    legs = list(plan.routes[n].legs)
    legs[leg] = replace(legs[leg], **changes)
    return with_route(n, plan, legs=tuple(legs))


def with_visit(key: str, **changes: Any) -> WeeklyProblem:
    visits = tuple(replace(v, **changes) if v.id == key else v for v in PROBLEM.visits)
    return replace(PROBLEM, visits=visits)


def broken(code: str, plan: WeeklyPlan, problem: WeeklyProblem = PROBLEM) -> list[BrokenRule]:
    return [each for each in judge(problem, plan) if each.rule == code]


def codes(plan: WeeklyPlan, problem: WeeklyProblem = PROBLEM) -> set[str]:
    return {each.rule for each in judge(problem, plan)}


def keeps_every_hard_rule(plan: WeeklyPlan, problem: WeeklyProblem = PROBLEM) -> bool:
    return not [each for each in judge(problem, plan) if each.hard]


def first_stop(n: int) -> Stop:
    return PLAN.routes[n].stops[0]


def b_led() -> WeeklyPlan:
    """The routine visit at Mill led by B, o1, in the morning with o2."""
    morning = route(PROBLEM, 4, "early", DAY_CREW, [("routine-mill", at(4, "09:00"))], rest="11:00")
    meeting = route(PROBLEM, 1, "middle", LATE_CREW, [("pre_delivery-park", at(1, "14:10"))], rest="17:00")
    return plan_of(PROBLEM, PLAN.routes[JOINT], meeting, *PLAN.routes[SECOND_JOINT:], morning)


def two_trips(begin: str) -> WeeklyPlan:
    """The Tuesday meeting and the routine visit as two outings of one crew, back at 15:40 from the first."""
    first = route(PROBLEM, 1, "middle", LATE_CREW, [("pre_delivery-park", at(1, "14:10"))])
    second = route(PROBLEM, 1, "middle", LATE_CREW, [("routine-mill", at(1, begin))], vehicle="car2", rest="17:00")
    return plan_of(PROBLEM, PLAN.routes[0], first, replace(second, id="second"), *PLAN.routes[SECOND_JOINT:])


def shared_partner(begin: str, service: int = 60 * MINUTE) -> tuple[WeeklyProblem, WeeklyPlan]:
    """The property company of Lake and Park at Park until 15:10 and, 20 minutes' drive away, at Lake from `begin`."""
    visits = tuple(
        replace(v, windows=(ArrivalWindow(0, at(6, "20:00")),), duration=service) if v.id == "joint-lake#1" else v
        for v in PROBLEM.visits
    )
    problem = replace(PROBLEM, visits=visits)
    park = route(problem, 1, "middle", LATE_CREW, [("pre_delivery-park", at(1, "14:10"))], rest="17:00")
    lake = route(
        problem, 1, "middle", Crew(("o1", "o2")), [("joint-lake#1", at(1, begin))], vehicle="car2", rest="17:30"
    )
    return problem, plan_of(problem, park, lake)
