"""Each rule about routes kept at its edge, and broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from geo.travel import UNREACHABLE
from planner.officer import Vehicle
from planner.policy import MINUTE
from planner.rules import judge
from planner.week import OutOfService, Rest, WeeklyPlan
from tests.planner.build import CAR, at, plan_of, route
from tests.planner.edits import (
    JOINT,
    LATE_CREW,
    MEETING,
    PLAN,
    PROBLEM,
    RECHECK,
    STATIONED,
    broken,
    first_stop,
    shared_partner,
    two_trips,
    with_leg,
    with_route,
    with_stop,
)


def test_legs_that_do_not_join_the_stops_are_named() -> None:
    legs = PLAN.routes[MEETING].legs
    for wrong in (legs[:-1], legs[1:], (legs[1], legs[0], legs[2]), ()):
        assert len(broken("legs_follow_the_stops", with_route(MEETING, legs=wrong))) == 1


def test_a_route_without_a_stop_is_named() -> None:
    assert len(broken("legs_follow_the_stops", with_route(RECHECK, stops=(), legs=()))) == 1


def test_a_drive_may_take_longer_but_not_shorter_than_the_road_allows() -> None:
    leg = PLAN.routes[JOINT].legs[0]
    assert not broken("drives_take_their_time", with_leg(JOINT, 0, depart=leg.depart - 60))
    (fault,) = broken("drives_take_their_time", with_leg(JOINT, 0, depart=leg.depart + 60))
    assert fault.over == 60


def test_an_e_bike_is_slower_than_a_car() -> None:
    assert {fault.over for fault in broken("drives_take_their_time", with_route(JOINT, vehicle_id="bike1"))} == {600}


def test_a_drive_where_there_is_no_way_is_named() -> None:
    cut = PROBLEM.travel[CAR]["early"].seconds.copy()
    cut[0, 1] = UNREACHABLE
    island = replace(PROBLEM.travel[CAR]["early"], seconds=cut)
    problem = replace(PROBLEM, travel={**PROBLEM.travel, CAR: {"early": island, "middle": island}})
    faults = broken("drives_take_their_time", PLAN, problem)
    assert len(faults) == 3
    assert {fault.over for fault in faults} == {None}


def test_waiting_at_the_gate_and_lingering_after_service_are_fine() -> None:
    stop, (leg, back) = first_stop(JOINT), PLAN.routes[JOINT].legs
    early = with_stop(
        JOINT, 0, with_leg(JOINT, 0, depart=leg.depart - 900, arrive=leg.arrive - 900), arrival=stop.arrival - 900
    )
    late = with_leg(JOINT, 1, early, depart=back.depart + 60, arrive=back.arrive + 60)
    assert judge(PROBLEM, late) == ()


@pytest.mark.parametrize(
    ("edit", "over"),
    [
        (lambda: with_stop(JOINT, arrival=first_stop(JOINT).arrival - 5), 5),
        (lambda: with_stop(JOINT, begin=first_stop(JOINT).begin - 5), 5),
        (lambda: with_stop(JOINT, end=first_stop(JOINT).end + 5), 5),
        (lambda: with_leg(JOINT, 1, depart=PLAN.routes[JOINT].legs[1].depart - 5), 5),
        (lambda: with_leg(MEETING, 2, depart=at(1, "17:00"), arrive=at(1, "16:59")), 60),
        (lambda: with_leg(MEETING, 2, arrive=at(2, "00:10")), 600),
    ],
)
def test_times_that_run_backwards_or_leave_the_day_are_named(edit: Callable[[], WeeklyPlan], over: int) -> None:
    assert [fault.over for fault in broken("times_run_forward", edit())] == [over]


def test_a_service_that_ends_before_it_begins_is_named() -> None:
    stop = first_stop(JOINT)
    assert len(broken("times_run_forward", with_stop(JOINT, end=stop.begin - 1))) == 1


def test_an_e_bike_pair_takes_two_and_not_three() -> None:
    assert not broken("vehicle_fits_the_crew", PLAN)
    (fault,) = broken("vehicle_fits_the_crew", with_route(JOINT, vehicle_id="bike1"))
    assert fault.over == 1


def test_a_vehicle_of_a_kind_without_travel_times_is_named() -> None:
    problem = replace(PROBLEM, travel={CAR: PROBLEM.travel[CAR]})
    (fault,) = broken("vehicle_fits_the_crew", PLAN, problem)
    assert fault.where[-1] == "bike1"


def test_a_vehicle_out_with_two_crews_is_named_and_one_handed_over_is_not() -> None:
    problem, plan = shared_partner("15:30")
    (fault,) = broken("vehicle_in_one_place", with_route(1, plan, vehicle_id="car1"), problem)
    assert fault.over == 20 * MINUTE
    assert not broken("vehicle_in_one_place", with_route(2, two_trips("16:00"), vehicle_id="car1"))


@pytest.mark.parametrize(
    ("begin", "minutes", "good"),
    [("11:00", 30, True), ("12:30", 30, True), ("10:59", 30, False), ("12:31", 30, False), ("11:00", 29, False)],
)
def test_a_break_begins_within_its_window_and_lasts(begin: str, minutes: int, *, good: bool) -> None:
    rest = Rest(at(0, begin), at(0, begin) + minutes * MINUTE)
    faults = broken("break_is_given", with_route(JOINT, rest=rest))
    assert {fault.where[-1] for fault in faults} == (set() if good else {"o1", "o2", "x5"})


def test_a_crew_back_in_time_may_rest_at_the_station() -> None:
    assert PLAN.routes[JOINT].back == at(0, "10:30")
    assert judge(PROBLEM, with_route(JOINT, rest=None)) == ()


def test_a_crew_back_in_the_last_minute_of_the_window_may_still_rest_at_the_station() -> None:
    def back(clock: str) -> WeeklyPlan:
        return with_leg(MEETING, 2, with_route(MEETING, rest=None), arrive=at(1, clock))

    assert not broken("break_is_given", back("18:15"))
    assert len(broken("break_is_given", back("18:16"))) == 2


def test_a_crew_that_leaves_late_may_rest_at_the_station_first() -> None:
    late = route(PROBLEM, 3, "middle", LATE_CREW, [("recheck-mill-v1", at(3, "18:00"))])
    assert late.depart == at(3, "17:40")
    assert not broken("break_is_given", plan_of(PROBLEM, late))


def test_a_crew_out_over_the_whole_window_without_a_break_is_named() -> None:
    faults = broken("break_is_given", with_route(STATIONED, rest=None))
    assert [fault.where[-1] for fault in faults] == ["o1", "o2", "x5"]


def test_a_shift_that_ends_before_the_break_window_closes_owes_none() -> None:
    shifts = tuple(replace(s, end=at(0, "12:55")) if s.band_id == "early" else s for s in PROBLEM.shifts)
    assert not broken("break_is_given", with_route(STATIONED, rest=None), replace(PROBLEM, shifts=shifts))


def test_a_break_while_driving_or_serving_is_named_and_one_while_stationed_is_not() -> None:
    assert PLAN.routes[STATIONED].rest is not None
    assert not broken("break_is_undisturbed", PLAN)
    stop, leg = first_stop(JOINT), PLAN.routes[JOINT].legs[0]
    for begin, end in ((stop.end - 7, stop.end), (leg.depart, leg.depart + 7), (stop.end + 7, stop.end)):
        (fault,) = broken("break_is_undisturbed", with_route(JOINT, rest=Rest(begin, end)))
        assert fault.over == 7


def test_a_bigger_vehicle_of_the_same_kind_does_as_well() -> None:
    problem = replace(PROBLEM, vehicles=(*PROBLEM.vehicles, Vehicle("bus", "大车", CAR, 9)))
    assert judge(problem, with_route(JOINT, vehicle_id="bus")) == ()


def test_a_vehicle_out_of_service_is_named_only_while_it_is_so() -> None:
    out = PLAN.routes[JOINT]
    touching = OutOfService(out.vehicle_id, out.back, out.back + 60)
    assert judge(replace(PROBLEM, out_of_service=(touching,)), PLAN) == ()
    late = replace(touching, start=out.back - 60)
    (fault,) = judge(replace(PROBLEM, out_of_service=(late,)), PLAN)
    assert (fault.rule, fault.where, fault.over) == ("vehicle_is_in_service", (out.id, out.vehicle_id), 60)
