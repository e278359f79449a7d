"""Limits on people as the planner keeps them: in plans, first weeks, open slots, replanned weeks, and its reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.event import Incident, OfficerIll
from planner.officer import Vehicle, VehicleKind
from planner.planning import plan_week
from planner.policy import HOUR
from planner.replan import replan
from planner.rules import judge
from planner.slots import open_slots
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.build import CAR, EBIKE, at, plan_of, small_plan, small_problem, small_squad
from tests.planner.happenings import squad_of
from tests.planner.seeded import Size, seeded_week
from tests.planner.test_monolith import tight_week

SMALL = Size(communities=8, pairs=2, peak=4, cars=3)
ALLOWED = {"mandatory_work_is_placed", "a_or_b_is_on_duty"}


def limited(problem: WeeklyProblem, **limits: Any) -> WeeklyProblem:
    return replace(problem, policy=replace(problem.policy, **limits))


def driving(problem: WeeklyProblem, **kinds: set[VehicleKind]) -> WeeklyProblem:
    officers = dict(problem.officers)
    officers.update({o: replace(officers[o], drives=frozenset(mine)) for o, mine in kinds.items()})
    return replace(problem, officers=officers)


def hard(problem: WeeklyProblem, plan: WeeklyPlan) -> set[str]:
    return {rule.rule for rule in judge(problem, plan) if rule.hard} - ALLOWED


def reasons(plan: WeeklyPlan) -> str:
    return "\n".join(reason.zh for item in plan.missed for reason in item.reasons)


@pytest.mark.parametrize("seed", range(5))
def test_the_first_week_of_a_limit_too_short_to_search_keeps_the_limits_too(seed: int) -> None:
    problem = tight_week(seed)
    assert hard(problem, plan_week(problem, time_limit=0.0)) == set()


def test_a_visit_is_missed_for_want_of_hours_and_says_so() -> None:
    problem = limited(seeded_week(0, SMALL), max_patrol_hours_per_week=6 * HOUR)
    plan = plan_week(problem, time_limit=3)
    assert hard(problem, plan) == set()
    assert plan.missed
    assert "本周外出的班已有 6 小时,再出这一班超过一周上限 6 小时" in reasons(plan)


def test_a_shift_longer_than_the_hours_allowed_is_said_to_be() -> None:
    problem = limited(small_problem(), max_patrol_hours_per_day=5 * HOUR)
    plan = plan_week(problem, time_limit=5)
    assert plan.routes == ()
    assert "这一班长于外出工时上限 5 小时" in reasons(plan)


def test_nights_too_short_to_go_out_on_both_days_are_said_to_be() -> None:
    problem = limited(seeded_week(0, SMALL), rest_between_days=40 * HOUR)
    plan = plan_week(problem, time_limit=3)
    assert hard(problem, plan) == set()
    assert "两次之间休息不够" in reasons(plan)


def test_a_crew_of_which_nobody_drives_takes_the_e_bikes() -> None:
    problem = driving(small_problem(), o3={EBIKE}, o4={EBIKE})
    plan = plan_week(problem, time_limit=5)
    assert hard(problem, plan) == set()
    taken = {route.vehicle_id for route in plan.routes if "o3" in route.crew.officers}
    assert taken == {"bike1"}


def test_without_a_vehicle_that_a_crew_may_drive_its_visits_are_missed_and_it_is_said_why() -> None:
    problem = driving(small_problem(small_squad(vehicles=(Vehicle("v", "车", CAR, 4),))), o1=set(), o2=set())
    plan = plan_week(problem, time_limit=5)
    assert hard(problem, plan) == set()
    assert not [route for route in plan.routes if "o1" in route.crew.officers]
    assert "队员01(早班)和同班队员都开不了来得及的车" in reasons(plan)


@pytest.mark.parametrize(("rides", "aboard"), [({EBIKE}, True), ({CAR}, False)])
def test_an_auxiliary_comes_along_on_e_bikes_only_where_able_to_ride(rides: set[VehicleKind], aboard: bool) -> None:
    problem = driving(small_problem(small_squad(vehicles=(Vehicle("trio", "三辆", EBIKE, 3),))), x5=rides)
    plan = plan_week(problem, time_limit=5)
    assert hard(problem, plan) == set()
    assert any(route.crew.auxiliaries for route in plan.routes) is aboard


def test_an_auxiliary_stays_behind_once_the_hours_are_used_up() -> None:
    problem = small_problem()
    longer = tuple(replace(s, start=s.start - HOUR) if s.officer_id == "x5" else s for s in problem.shifts)
    problem = limited(replace(problem, shifts=longer), max_patrol_hours_per_week=18 * HOUR)
    plan = plan_week(problem, time_limit=5)
    assert hard(problem, plan) == set()
    early = [route for route in plan.routes if route.band_id == "early"]
    assert [route.crew.auxiliaries for route in early] == [("x5",), ("x5",), ()], "two shifts of seven hours, not three"


def test_no_slot_sends_out_whoever_has_no_hours_left() -> None:
    problem = small_problem()
    plan = small_plan(problem)
    extra = next(visit for visit in problem.visits if not visit.mandatory)
    free = [slot for slot in open_slots(problem, plan, extra, most=50) if slot.new_outing]
    assert free
    spent = limited(problem, max_patrol_hours_per_week=12 * HOUR)
    assert not [slot for slot in open_slots(spent, plan, extra, most=50) if slot.new_outing]


def test_no_slot_gives_a_crew_a_vehicle_that_it_may_not_drive() -> None:
    problem = driving(small_problem(), o1=set(), o2={EBIKE}, o3=set(), o4={EBIKE})
    extra = next(visit for visit in problem.visits if not visit.mandatory)
    assert not [slot for slot in open_slots(problem, plan_of(problem), extra, most=50) if slot.new_outing]


def test_what_was_driven_before_an_event_counts_towards_the_hours_of_the_week() -> None:
    limit = {"max_patrol_hours_per_week": 12 * HOUR}
    problem = limited(seeded_week(3, Size()), **limit)
    plan = plan_week(problem, time_limit=10, explained=False)
    lead = plan.routes[-1].crew.lead
    event = OfficerIll(at(2, "06:00"), lead, at(2, "06:00"), at(3, "00:00"))
    done = replan(problem, squad_of(problem), plan, Incident(event), time_limit=5)
    assert done.problem.kept
    assert hard(done.problem, done.plan) == set()
    assert done.plan.objective.gap == 0.0
    free = replan(
        limited(problem, max_patrol_hours_per_week=44 * HOUR), squad_of(problem), plan, Incident(event), time_limit=5
    )
    assert free.plan.objective.total < done.plan.objective.total, "the limit binds"


def test_hours_already_over_a_new_limit_are_told_but_not_held_against_the_plan() -> None:
    problem = small_problem()
    plan = small_plan(problem)
    strict = limited(problem, max_patrol_hours_per_week=11 * HOUR)
    event = OfficerIll(at(4, "06:00"), "o4", at(4, "06:00"), at(5, "00:00"))
    done = replan(strict, small_squad(policy=strict.policy), plan, Incident(event), time_limit=5)
    over = {rule.where[0]: rule.hard for rule in judge(done.problem, done.plan) if rule.rule.startswith("hours_")}
    assert over["o1"] is False
    assert not [route for route in done.plan.routes if route.day == 4], "nobody may go out any more"
