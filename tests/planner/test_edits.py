"""Random edits of a good plan never pass unseen: the rules agree with an oracle that knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.text import same
from planner.officer import Crew
from planner.rules import judge
from planner.week import DAY, Leg, MissedVisit, Rest, Route, Stop, WeeklyPlan, WeeklyProblem
from tests.planner.build import at, plan_of, route, small_plan, small_problem
from tests.planner.edits import strict_problem
from tests.planner.oracle import legal

PROBLEM = small_problem()
GOOD = small_plan(PROBLEM)
EXTRA = route(PROBLEM, 4, "early", Crew(("o1", "o2")), [("extra-lake", at(4, "08:00"))], vehicle="car2")
FULL = plan_of(PROBLEM, *GOOD.routes, EXTRA)

TIGHT = strict_problem()
"""The same week in which people also have other shifts, few hours, and not everybody drives everything."""

SHIFTS = (-7200, -3600, -1800, -600, -60, -1, 1, 60, 600, 1800, 3600, 7200)
OFFICERS = ("o1", "o2", "o3", "o4", "x5", "o9")

RouteEdit = Callable[[Route, Random], Route]


def later(stop: Stop, by: int) -> Stop:
    return replace(stop, arrival=stop.arrival + by, begin=stop.begin + by, end=stop.end + by)


def move_the_route(route: Route, draw: Random) -> Route:
    by = draw.choice(SHIFTS)
    legs = tuple(replace(leg, depart=leg.depart + by, arrive=leg.arrive + by) for leg in route.legs)
    return replace(route, legs=legs, stops=tuple(later(stop, by) for stop in route.stops))


def move_one_service(route: Route, draw: Random) -> Route:
    n, by = draw.randrange(len(route.stops)), draw.choice(SHIFTS)
    moved = replace(route.stops[n], begin=route.stops[n].begin + by, end=route.stops[n].end + by)
    return replace(route, stops=(*route.stops[:n], moved, *route.stops[n + 1 :]))


def change_a_length(route: Route, draw: Random) -> Route:
    n, by = draw.randrange(len(route.stops)), draw.choice(SHIFTS)
    changed = replace(route.stops[n], end=route.stops[n].end + by)
    return replace(route, stops=(*route.stops[:n], changed, *route.stops[n + 1 :]))


def change_a_leg(route: Route, draw: Random) -> Route:
    n, by = draw.randrange(len(route.legs)), draw.choice(SHIFTS)
    leg = route.legs[n]
    changed: Leg = replace(leg, depart=leg.depart + by) if draw.random() < 0.5 else replace(leg, arrive=leg.arrive + by)
    return replace(route, legs=(*route.legs[:n], changed, *route.legs[n + 1 :]))


def leave_and_arrive_earlier(route: Route, draw: Random) -> Route:
    by = draw.choice([60, 600, 1800])
    legs = (replace(route.legs[0], depart=route.depart - by, arrive=route.legs[0].arrive - by), *route.legs[1:])
    stops = (replace(route.stops[0], arrival=route.stops[0].arrival - by), *route.stops[1:])
    return replace(route, legs=legs, stops=stops)


def change_the_break(route: Route, draw: Random) -> Route:
    if route.rest is None or draw.random() < 0.3:
        return replace(route, rest=None)
    by, longer = draw.choice(SHIFTS), draw.choice((0, 0, -60, 60))
    return replace(route, rest=Rest(route.rest.begin + by, route.rest.end + by + longer))


def change_an_officer(route: Route, draw: Random) -> Route:
    new = draw.choice(OFFICERS)
    old = draw.choice(route.crew.officers)
    swapped = tuple(new if officer == old else officer for officer in route.crew.officers)
    stops = tuple(replace(s, officers=tuple(new if o == old else o for o in s.officers)) for s in route.stops)
    return replace(route, crew=replace(route.crew, officers=swapped), stops=stops)


def swap_the_lead(route: Route, _: Random) -> Route:
    turned = tuple(reversed(route.crew.officers))
    stops = tuple(replace(stop, officers=turned) for stop in route.stops)
    return replace(route, crew=replace(route.crew, officers=turned), stops=stops)


def take_somebody_out_of_a_stop(route: Route, draw: Random) -> Route:
    n = draw.randrange(len(route.stops))
    gone = draw.choice(route.stops[n].officers)
    fewer = replace(route.stops[n], officers=tuple(o for o in route.stops[n].officers if o != gone))
    return replace(route, stops=(*route.stops[:n], fewer, *route.stops[n + 1 :]))


def add_or_drop_an_auxiliary(route: Route, draw: Random) -> Route:
    extra = () if route.crew.auxiliaries else (draw.choice(("x5", "o2", "o9")),)
    return replace(route, crew=replace(route.crew, auxiliaries=extra))


def change_the_partners(route: Route, draw: Random) -> Route:
    n = draw.randrange(len(route.stops))
    stop = route.stops[n]
    partners = tuple(p for p in stop.partner_ids if draw.random() < 0.6)
    if draw.random() < 0.3:
        partners += (draw.choice(tuple(PROBLEM.partners)),)
    return replace(route, stops=(*route.stops[:n], replace(stop, partner_ids=partners), *route.stops[n + 1 :]))


def change_the_vehicle(route: Route, draw: Random) -> Route:
    return replace(route, vehicle_id=draw.choice(("car1", "car2", "bike1", "tank")))


def move_to_another_day(route: Route, draw: Random) -> Route:
    days = draw.choice(range(7)) - route.day
    by = days * DAY
    legs = tuple(replace(leg, depart=leg.depart + by, arrive=leg.arrive + by) for leg in route.legs)
    rest = None if route.rest is None else Rest(route.rest.begin + by, route.rest.end + by)
    stops = tuple(later(stop, by) for stop in route.stops)
    return replace(route, day=route.day + days, legs=legs, stops=stops, rest=rest)


def drop_a_stop(route: Route, draw: Random) -> Route:
    n = draw.randrange(len(route.stops))
    return replace(route, stops=(*route.stops[:n], *route.stops[n + 1 :]))


def repeat_a_stop(route: Route, draw: Random) -> Route:
    n = draw.randrange(len(route.stops))
    return replace(route, stops=(*route.stops[:n], route.stops[n], *route.stops[n:]))


def turn_the_order(route: Route, _: Random) -> Route:
    return replace(route, stops=tuple(reversed(route.stops)))


def change_the_visit(route: Route, draw: Random) -> Route:
    n = draw.randrange(len(route.stops))
    other = replace(route.stops[n], visit_id=draw.choice([visit.id for visit in PROBLEM.visits]))
    return replace(route, stops=(*route.stops[:n], other, *route.stops[n + 1 :]))


def change_the_place(route: Route, draw: Random) -> Route:
    n, place = draw.randrange(len(route.stops)), draw.choice(tuple(PROBLEM.communities.values()))
    other = replace(route.stops[n], community_id=place.id, gate_id=place.main_gate.id)
    return replace(route, stops=(*route.stops[:n], other, *route.stops[n + 1 :]))


def change_the_gate(route: Route, draw: Random) -> Route:
    n = draw.randrange(len(route.stops))
    other = replace(route.stops[n], gate_id=draw.choice(("lake-n", "lake-s", "mill-n", "park-s")))
    return replace(route, stops=(*route.stops[:n], other, *route.stops[n + 1 :]))


ROUTE_EDITS: tuple[RouteEdit, ...] = (
    move_the_route,
    move_one_service,
    change_a_length,
    change_a_leg,
    leave_and_arrive_earlier,
    change_the_break,
    change_an_officer,
    swap_the_lead,
    take_somebody_out_of_a_stop,
    add_or_drop_an_auxiliary,
    change_the_partners,
    change_the_vehicle,
    move_to_another_day,
    drop_a_stop,
    repeat_a_stop,
    turn_the_order,
    change_the_visit,
    change_the_place,
    change_the_gate,
)


def edit_one_route(plan: WeeklyPlan, draw: Random, edit: RouteEdit) -> WeeklyPlan:
    n = draw.randrange(len(plan.routes))
    if not plan.routes[n].stops or not all(stop.officers for stop in plan.routes[n].stops):
        return plan
    return replace(plan, routes=(*plan.routes[:n], edit(plan.routes[n], draw), *plan.routes[n + 1 :]))


def edit_the_week(plan: WeeklyPlan, draw: Random) -> WeeklyPlan:
    """Drop or double a route, or change the list of missed visits."""
    n = draw.randrange(len(plan.routes))
    missed = MissedVisit(draw.choice([visit.id for visit in PROBLEM.visits]), (same("why"),))
    return draw.choice(
        (
            replace(plan, routes=(*plan.routes[:n], *plan.routes[n + 1 :])),
            replace(plan, routes=(*plan.routes, plan.routes[n])),
            replace(plan, routes=(*plan.routes, replace(plan.routes[n], id="again"))),
            replace(plan, missed=(*plan.missed, missed)),
        )
    )


def edited(seed: int, edits: int) -> WeeklyPlan:
    draw = Random(seed)
    plan = draw.choice((GOOD, FULL))
    for _ in range(edits):
        kind = draw.randrange(len(ROUTE_EDITS) + 1)
        plan = edit_one_route(plan, draw, ROUTE_EDITS[kind]) if kind < len(ROUTE_EDITS) else edit_the_week(plan, draw)
        if not plan.routes:
            break
    return plan


def passes(plan: WeeklyPlan, problem: WeeklyProblem = PROBLEM) -> bool:
    return not any(broken.hard for broken in judge(problem, plan))


@pytest.mark.parametrize("problem", [PROBLEM, TIGHT])
@pytest.mark.parametrize("plan", [GOOD, FULL])
def test_the_oracle_finds_the_good_plans_legal(plan: WeeklyPlan, problem: WeeklyProblem) -> None:
    assert legal(problem, plan)
    assert passes(plan, problem)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_a_random_edit_passes_exactly_where_the_oracle_finds_it_legal(seed: int, edits: int) -> None:
    plan = edited(seed, edits)
    assert passes(plan) == legal(PROBLEM, plan)
    assert passes(plan, TIGHT) == legal(TIGHT, plan)


LIMITS = (
    "hours_within_the_limit_a_day",
    "hours_within_the_limit_a_week",
    "rest_between_outings",
    "somebody_may_drive",
)


def test_each_limit_on_people_is_all_that_some_edit_breaks() -> None:
    draws = (Random(seed) for seed in range(600))
    plans = [edit_one_route(draw.choice((GOOD, FULL)), draw, change_an_officer) for draw in draws]
    alone = {frozenset(rule.rule for rule in judge(TIGHT, plan) if rule.hard) for plan in plans}
    assert {frozenset({code}) for code in LIMITS} <= alone


def test_the_edits_are_neither_all_legal_nor_all_illegal() -> None:
    verdicts = [passes(edited(seed, 1)) for seed in range(300)]
    assert 30 < sum(verdicts) < 200


@pytest.mark.parametrize("edit", ROUTE_EDITS, ids=lambda edit: edit.__name__)
def test_every_kind_of_edit_breaks_a_rule_sooner_or_later(edit: RouteEdit) -> None:
    assert any(not passes(edit_one_route(FULL, Random(seed), edit)) for seed in range(40))
