"""Each rule about people kept at its edge, and broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.officer import Crew, Leave, Shift, VehicleKind
from planner.policy import HOUR, MINUTE
from planner.rules import judge
from planner.week import WeeklyProblem
from tests.planner.build import CAR, EBIKE, MONDAY, at, route, small_problem, small_squad
from tests.planner.edits import (
    JOINT,
    LATE_CREW,
    PLAN,
    PROBLEM,
    RECHECK,
    SECOND_JOINT,
    STATIONED,
    b_led,
    broken,
    keeps_every_hard_rule,
    two_trips,
    with_leg,
    with_route,
    with_stop,
)


def test_an_auxiliary_may_ride_along_beside_two_certified_officers() -> None:
    assert "x5" in PLAN.routes[JOINT].crew.auxiliaries
    assert not broken("two_certified_officers", PLAN)


@pytest.mark.parametrize("officers", [("o1",), ("o1", "o1"), ("o1", "x5"), ()])
def test_fewer_than_two_certified_officers_are_named_in_crew_and_at_the_stop(officers: tuple[str, ...]) -> None:
    assert len(broken("two_certified_officers", with_route(JOINT, crew=Crew(officers)))) == 1
    assert len(broken("two_certified_officers", with_stop(JOINT, officers=officers))) == 1


def test_a_stop_may_be_made_by_the_whole_crew_auxiliaries_included() -> None:
    assert keeps_every_hard_rule(with_stop(JOINT, officers=("o1", "o2", "x5")))


def test_somebody_of_another_crew_at_a_stop_is_named() -> None:
    (fault,) = broken("crew_stays_together", with_stop(JOINT, officers=("o1", "o2", "o4")))
    assert fault.where[-1] == "o4"


def test_somebody_listed_twice_in_a_crew_is_named() -> None:
    (fault,) = broken("crew_stays_together", with_route(JOINT, crew=Crew(("o1", "o2"), ("o2",))))
    assert fault.where[-1] == "o2"


def test_b_may_lead_where_a_is_on_another_shift() -> None:
    assert judge(PROBLEM, b_led()) == ()


def test_a_lead_without_the_post_is_named() -> None:
    plan = with_route(JOINT, with_stop(JOINT, officers=("o2", "o1")), crew=Crew(("o2", "o1"), ("x5",)))
    (fault,) = broken("lead_holds_the_post", plan)
    assert fault.where[-1] == "o2"


def test_whom_the_leader_names_for_a_visit_may_lead_it_without_the_post() -> None:
    visits = tuple(replace(v, leads=("o2",)) if v.id == "joint-lake#1" else v for v in PROBLEM.visits)
    plan = with_route(JOINT, with_stop(JOINT, officers=("o2", "o1")), crew=Crew(("o2", "o1"), ("x5",)))
    assert broken("lead_holds_the_post", plan, replace(PROBLEM, visits=visits)) == []


def test_a_visit_led_by_somebody_else_than_the_crews_lead_is_named() -> None:
    (fault,) = broken("lead_holds_the_post", with_route(JOINT, crew=Crew(("o2", "o1"), ("x5",))))
    assert "带队人" in fault.message.zh


def test_a_lead_without_a_certificate_is_named() -> None:
    officers = {**PROBLEM.officers, "o1": replace(PROBLEM.officers["o1"], certified=False)}
    assert len(broken("lead_holds_the_post", PLAN, replace(PROBLEM, officers=officers))) == 3


def test_a_visit_that_nobody_leads_is_named() -> None:
    assert len(broken("lead_holds_the_post", with_stop(JOINT, officers=()))) == 1


def test_b_leading_while_a_is_free_on_the_same_shift_is_named_softly() -> None:
    extra = Shift("o3", MONDAY + timedelta(days=4), "early", at(0, "07:30"), at(0, "13:30"))
    problem = replace(PROBLEM, shifts=(*PROBLEM.shifts, extra))
    (fault,) = broken("a_leads_when_free", b_led(), problem)
    assert not fault.hard
    assert fault.where[-1] == "o3"


def test_b_may_lead_while_a_is_out_with_another_crew() -> None:
    extra = [Shift(o, MONDAY + timedelta(days=4), "early", at(0, "07:30"), at(0, "13:30")) for o in ("o3", "o4")]
    problem = replace(PROBLEM, shifts=(*PROBLEM.shifts, *extra))
    moved = route(problem, 4, "early", LATE_CREW, [("extra-lake", at(4, "09:00"))], vehicle="car2", rest="11:00")
    plan = b_led()
    assert not broken("a_leads_when_free", replace(plan, routes=(*plan.routes, moved)), problem)


def test_a_crew_may_use_its_shift_to_the_last_second() -> None:
    start, end = PLAN.routes[JOINT].depart, at(0, "13:30")
    late = with_leg(JOINT, 1, depart=end - 600, arrive=end)
    assert keeps_every_hard_rule(late)
    assert start >= at(0, "07:30")


def test_being_out_past_the_end_of_a_shift_is_named_with_the_seconds() -> None:
    end = at(0, "13:30")
    faults = broken("crew_is_on_shift", with_leg(JOINT, 1, depart=end - 600, arrive=end + 1))
    assert {fault.where[-1] for fault in faults} == {"o1", "o2", "x5"}
    assert {fault.over for fault in faults} == {1}


def test_somebody_without_that_shift_is_named() -> None:
    plan = with_route(JOINT, with_stop(JOINT, officers=("o1", "o4")), crew=Crew(("o1", "o4")))
    (fault,) = broken("crew_is_on_shift", plan)
    assert fault.where[-1] == "o4"
    assert fault.over is None


def test_leave_on_another_day_does_not_matter() -> None:
    problem = replace(PROBLEM, leave=(Leave("o1", MONDAY + timedelta(days=1)),))
    assert judge(problem, PLAN) == ()


def test_somebody_on_leave_is_named_once() -> None:
    leave = Leave("x5", MONDAY)
    problem = small_problem(replace(small_squad(), leave=(leave,)))
    found = [each for each in judge(problem, PLAN) if "x5" in each.where]
    assert [each.rule for each in found] == ["nobody_works_on_leave"]


def test_a_crew_may_leave_again_the_second_it_is_back() -> None:
    assert judge(PROBLEM, two_trips("16:00")) == ()


def test_one_person_out_with_two_crews_is_named_with_the_overlap() -> None:
    faults = broken("one_crew_at_a_time", two_trips("15:50"))
    assert [fault.where[-1] for fault in faults] == ["o3", "o4"]
    assert {fault.over for fault in faults} == {10 * MINUTE}


def test_as_many_outings_as_allowed_are_fine_and_one_more_is_named() -> None:
    assert not broken(
        "outings_within_the_limit", PLAN, replace(PROBLEM, policy=replace(PROBLEM.policy, max_outings_per_week=3))
    )
    faults = broken(
        "outings_within_the_limit", PLAN, replace(PROBLEM, policy=replace(PROBLEM.policy, max_outings_per_week=2))
    )
    assert [(fault.where, fault.over) for fault in faults] == [(("o1",), 1), (("o2",), 1)]


def test_b_alone_on_duty_is_enough() -> None:
    problem = replace(PROBLEM, shifts=tuple(s for s in PROBLEM.shifts if s.officer_id != "o1"))
    assert not broken("a_or_b_is_on_duty", PLAN, problem)


def test_both_posts_away_on_a_working_day_are_named() -> None:
    kept = tuple(s for s in PROBLEM.shifts if PROBLEM.day_of(s) != 2 or s.officer_id not in ("o1", "o3"))
    faults = broken("a_or_b_is_on_duty", PLAN, replace(PROBLEM, shifts=kept))
    assert [fault.where for fault in faults] == [("lake", "2026-11-25"), ("mill", "2026-11-25")]


def _drives(**kinds: set[VehicleKind]) -> WeeklyProblem:
    officers = PROBLEM.officers
    return replace(
        PROBLEM, officers={**officers, **{o: replace(officers[o], drives=frozenset(k)) for o, k in kinds.items()}}
    )


def test_one_driver_is_enough_for_a_car() -> None:
    assert not broken("somebody_may_drive", PLAN, _drives(o1=set(), x5=set()))


def test_a_car_that_no_certified_officer_may_drive_is_named_though_an_auxiliary_could() -> None:
    faults = broken("somebody_may_drive", PLAN, _drives(o1=set(), o2={EBIKE}))
    assert [fault.where for fault in faults] == [
        (PLAN.routes[n].id, "car1", "o1", "o2") for n in (JOINT, SECOND_JOINT, STATIONED)
    ]
    assert all("没有人会开汽车" in fault.message.zh for fault in faults)


def test_e_bikes_need_no_licence_for_a_car() -> None:
    assert not broken("somebody_may_drive", PLAN, _drives(o3={CAR, EBIKE}, o4={EBIKE}))


def test_somebody_who_does_not_ride_is_named_for_an_e_bike() -> None:
    (fault,) = broken("somebody_may_drive", PLAN, _drives(o4={CAR}))
    assert fault.where == (PLAN.routes[RECHECK].id, "bike1", "o4")
    assert "队员04不能骑电动车" in fault.message.zh


def test_b_may_lead_where_a_has_no_hours_left() -> None:
    extra = Shift("o3", MONDAY + timedelta(days=4), "early", at(0, "07:30"), at(0, "13:30"))
    problem = replace(PROBLEM, shifts=(*PROBLEM.shifts, extra))
    tired = replace(problem, policy=replace(problem.policy, rest_between_days=12 * HOUR + 1))
    assert broken("a_leads_when_free", b_led(), problem)
    assert not broken("a_leads_when_free", b_led(), tired)
