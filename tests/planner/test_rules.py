"""Each rule kept at its edge, and broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from casework.obligation import VisitKind
from geo.text import same
from geo.travel import UNREACHABLE
from planner.objective import price
from planner.officer import Crew, Leave, Shift, Vehicle
from planner.policy import MINUTE, PricePolicy
from planner.rules import RULES, BrokenRule, judge
from planner.visit import ArrivalWindow
from planner.week import MissedVisit, Objective, Rest, Route, Stop, Week, WeeklyPlan, WeeklyProblem
from tests.planner.build import CAR, MONDAY, at, plan_of, route, small_plan, small_problem, small_squad

PROBLEM = small_problem()
PLAN = small_plan(PROBLEM)
JOINT, MEETING, SECOND_JOINT, STATIONED, RECHECK = range(5)
DAY_CREW, LATE_CREW = Crew(("o1", "o2"), ("x5",)), Crew(("o3", "o4"))


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


def test_a_good_plan_breaks_no_rule_at_all() -> None:
    assert judge(PROBLEM, PLAN) == ()


def test_every_rule_has_its_own_code_and_a_sentence_in_both_languages() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.sentence.zh != rule.sentence.en and rule.sentence.en for rule in RULES)


def test_what_a_rule_finds_carries_the_code_and_hardness_the_rulebook_gives_it() -> None:
    hard = {rule.code: rule.hard for rule in RULES}
    wrecked = with_route(JOINT, crew=Crew(("x5", "nobody")), vehicle_id="tank", rest=None, stops=())
    found = judge(PROBLEM, wrecked)
    assert len({each.rule for each in found}) > 5
    assert all(hard[each.rule] == each.hard for each in found)


def test_a_plan_of_another_week_is_named() -> None:
    (fault,) = broken("plan_is_of_this_week", replace(PLAN, week=Week.parse("2026-W49")))
    assert fault.where == ("2026-W49",)


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (lambda: with_route(JOINT, vehicle_id="tank"), "tank"),
        (lambda: with_route(JOINT, band_id="dawn"), "dawn"),
        (lambda: with_route(JOINT, day=9), "9"),
        (lambda: with_route(JOINT, crew=Crew(("o1", "o2", "o9"))), "o9"),
        (lambda: with_stop(JOINT, officers=("o1", "o2", "o9")), "o9"),
        (lambda: with_stop(JOINT, visit_id="joint-moon"), "joint-moon"),
        (lambda: with_stop(JOINT, community_id="moon"), "moon"),
        (lambda: with_stop(JOINT, gate_id="mill-n"), "mill-n"),
        (lambda: with_stop(JOINT, partner_ids=("k1", "p1", "p9")), "p9"),
        (lambda: with_leg(JOINT, 0, origin="moon"), "moon"),
        (lambda: replace(PLAN, missed=(MissedVisit("joint-moon", ()),)), "joint-moon"),
    ],
)
def test_a_name_nobody_knows_is_named(edit: Callable[[], WeeklyPlan], name: str) -> None:
    (fault,) = broken("names_are_known", edit())
    assert fault.hard
    assert fault.where[-1] == name
    assert name in fault.message.zh


def test_two_routes_of_one_id_are_named() -> None:
    (fault,) = broken("names_are_known", with_route(SECOND_JOINT, id=PLAN.routes[JOINT].id))
    assert fault.where == (PLAN.routes[JOINT].id,)


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


def b_led() -> WeeklyPlan:
    """The routine visit at Mill led by B, o1, in the morning with o2."""
    morning = route(PROBLEM, 4, "early", DAY_CREW, [("routine-mill", at(4, "09:00"))], rest="11:00")
    meeting = route(PROBLEM, 1, "middle", LATE_CREW, [("pre_delivery-park", at(1, "14:10"))], rest="17:00")
    return plan_of(PROBLEM, PLAN.routes[JOINT], meeting, *PLAN.routes[SECOND_JOINT:], morning)


def test_b_may_lead_where_a_is_on_another_shift() -> None:
    assert judge(PROBLEM, b_led()) == ()


def test_a_lead_without_the_post_is_named() -> None:
    plan = with_route(JOINT, with_stop(JOINT, officers=("o2", "o1")), crew=Crew(("o2", "o1"), ("x5",)))
    (fault,) = broken("lead_holds_the_post", plan)
    assert fault.where[-1] == "o2"


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


def two_trips(begin: str) -> WeeklyPlan:
    """The Tuesday meeting and the routine visit as two outings of one crew, back at 15:40 from the first."""
    first = route(PROBLEM, 1, "middle", LATE_CREW, [("pre_delivery-park", at(1, "14:10"))])
    second = route(PROBLEM, 1, "middle", LATE_CREW, [("routine-mill", at(1, begin))], vehicle="car2", rest="17:00")
    return plan_of(PROBLEM, PLAN.routes[0], first, replace(second, id="second"), *PLAN.routes[SECOND_JOINT:])


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


def test_a_visit_made_twice_is_named() -> None:
    (fault,) = broken("each_visit_once", with_stop(SECOND_JOINT, visit_id="joint-lake#1"))
    assert fault.over == 1


def test_a_visit_made_in_another_community_is_named() -> None:
    plan = with_stop(JOINT, community_id="mill", gate_id="mill-n")
    assert codes(plan) >= {"stop_is_at_its_community", "legs_follow_the_stops"}


def test_meeting_at_a_side_gate_is_named_softly() -> None:
    (fault,) = judge(PROBLEM, with_stop(JOINT, gate_id="lake-s"))
    assert (fault.rule, fault.hard) == ("visits_meet_at_the_main_gate", False)


def test_a_recheck_may_be_a_working_day_early_or_late_but_no_more() -> None:
    early = route(PROBLEM, 1, "middle", LATE_CREW, [("recheck-mill-v1", at(1, "14:10"))], vehicle="bike1", rest="17:00")
    too_early = replace(early, day=0)
    assert not broken("service_is_on_an_allowed_day", plan_of(PROBLEM, early))
    assert len(broken("service_is_on_an_allowed_day", plan_of(PROBLEM, too_early))) == 1


@pytest.mark.parametrize(("begin", "over"), [("09:00", None), ("10:10", None), ("08:59", 60), ("10:11", 60)])
def test_service_begins_within_the_partners_common_hours(begin: str, over: int | None) -> None:
    moved = route(PROBLEM, 0, "early", DAY_CREW, [("joint-lake#1", at(0, begin))], rest="11:40")
    faults = broken("service_begins_in_its_window", plan_of(PROBLEM, moved))
    assert [fault.over for fault in faults] == ([] if over is None else [over])


def test_a_visit_without_any_window_cannot_begin() -> None:
    (fault,) = broken("service_begins_in_its_window", PLAN, with_visit("joint-lake#1", windows=()))
    assert fault.over is None


def test_service_may_last_longer_but_not_shorter() -> None:
    stop = first_stop(RECHECK)
    assert not broken("service_is_long_enough", with_stop(RECHECK, end=stop.end + 1))
    (fault,) = broken("service_is_long_enough", with_stop(RECHECK, end=stop.end - 1))
    assert fault.over == 1


def test_a_break_on_site_does_not_count_as_presence() -> None:
    stop = first_stop(STATIONED)
    four_hours_and_break = with_stop(STATIONED, end=stop.begin + 270 * MINUTE)
    assert not broken("service_is_long_enough", four_hours_and_break)
    (fault,) = broken("service_is_long_enough", with_stop(STATIONED, end=stop.begin + 269 * MINUTE))
    assert fault.over == MINUTE


def test_a_partner_who_does_not_join_is_named() -> None:
    (fault,) = broken("partners_all_join", with_stop(JOINT, partner_ids=("k1",)))
    assert "湖物业" in fault.message.zh


def test_a_kind_of_partner_that_nobody_is_is_named() -> None:
    problem = with_visit("joint-lake#1", partner_ids=("p1",))
    (fault,) = broken("partners_all_join", with_stop(JOINT, partner_ids=("p1",)), problem)
    assert "居委" in fault.message.zh


def test_a_partner_of_another_community_is_named() -> None:
    (fault,) = broken("partners_all_join", with_stop(JOINT, partner_ids=("k1", "p1", "h1")))
    assert fault.where[-1] == "h1"


def test_a_partners_own_calendar_is_asked_whatever_the_windows_say() -> None:
    wide = with_visit("joint-lake#1", windows=(ArrivalWindow(0, at(6, "20:00")),))
    plan = plan_of(wide, route(wide, 0, "early", DAY_CREW, [("joint-lake#1", at(0, "10:11"))]))
    assert [fault.where[-1] for fault in broken("partners_can_be_there", plan, wide)] == ["k1", "p1"]
    fits = plan_of(wide, route(wide, 0, "early", DAY_CREW, [("joint-lake#1", at(0, "10:10"))]))
    assert not broken("partners_can_be_there", fits, wide)


def test_partners_are_away_on_a_public_holiday() -> None:
    holiday = replace(PROBLEM, working_days=(False, True, True, True, True, False, False))
    assert [fault.where[-1] for fault in broken("partners_can_be_there", PLAN, holiday)] == ["k1", "p1"]


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


def test_a_partner_may_drive_from_one_community_to_the_next() -> None:
    problem, plan = shared_partner("15:30")
    assert not broken("partner_in_one_place", plan, problem)


def test_a_partner_needed_in_two_places_is_named_with_the_seconds_lacking() -> None:
    problem, plan = shared_partner("15:29")
    (fault,) = broken("partner_in_one_place", plan, problem)
    assert fault.over == MINUTE
    assert fault.where[-1] == "p1"


def test_a_partner_torn_between_a_long_visit_and_two_short_ones_is_named_for_both() -> None:
    problem, plan = shared_partner("13:50", service=180 * MINUTE)
    assert len(broken("partner_in_one_place", plan, problem)) == 1


def test_monday_and_wednesday_are_far_enough_apart_and_monday_and_tuesday_are_not() -> None:
    assert not broken("visits_keep_their_distance", PLAN)
    (fault,) = broken("visits_keep_their_distance", with_route(SECOND_JOINT, day=1))
    assert fault.over == 1


def test_stationing_with_another_stop_beside_it_is_named() -> None:
    stops = (*PLAN.routes[STATIONED].stops, first_stop(RECHECK))
    (fault,) = broken("stationing_fills_the_shift", with_route(STATIONED, stops=stops))
    assert fault.over == 1


def test_somebody_on_stationing_who_goes_out_again_in_that_band_is_named() -> None:
    again = replace(PLAN.routes[STATIONED], id="again", crew=Crew(("o2", "o4")), stops=(), rest=None)
    (fault,) = broken("stationing_fills_the_shift", replace(PLAN, routes=(*PLAN.routes, again)))
    assert fault.where[-1] == "o2"
    next_band = replace(again, band_id="middle")
    assert not broken("stationing_fills_the_shift", replace(PLAN, routes=(*PLAN.routes, next_band)))


def test_mandatory_work_left_out_is_named_with_its_reasons_and_an_extra_visit_is_not() -> None:
    plan = plan_of(PROBLEM, *PLAN.routes[:RECHECK])
    (fault,) = judge(PROBLEM, plan)
    assert (fault.rule, fault.hard, fault.where) == ("mandatory_work_is_placed", True, ("recheck-mill-v1",))
    assert "too far" in fault.message.en


@pytest.mark.parametrize(
    ("missed", "routes"),
    [
        (("joint-lake#1",), PLAN.routes),
        (("recheck-mill-v1", "recheck-mill-v1"), PLAN.routes[:RECHECK]),
        ((), PLAN.routes[:RECHECK]),
    ],
)
def test_a_list_of_missed_visits_that_is_not_true_is_named(missed: tuple[str, ...], routes: tuple[Route, ...]) -> None:
    plan = replace(PLAN, routes=routes, missed=tuple(MissedVisit(key, (same("why"),)) for key in missed))
    assert len(broken("missed_list_is_true", plan)) == 1


def test_an_extra_visit_may_be_listed_as_missed() -> None:
    plan = replace(PLAN, missed=(MissedVisit("extra-lake", (same("no time left"),)),))
    assert judge(PROBLEM, plan) == ()


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


def test_a_stated_cost_that_is_not_true_is_named_softly_term_by_term() -> None:
    terms = {**PLAN.objective.terms, "drive": PLAN.objective.terms["drive"] - 60}
    (fault,) = judge(PROBLEM, replace(PLAN, objective=Objective(terms, 0)))
    assert (fault.rule, fault.hard, fault.where, fault.over) == ("stated_cost_is_true", False, ("drive",), 60)


def test_a_bound_above_the_cost_is_named() -> None:
    total = PLAN.objective.total
    (fault,) = judge(PROBLEM, replace(PLAN, objective=replace(PLAN.objective, bound=total + 1)))
    assert fault.where == ("bound",)


def test_a_plan_costs_what_its_definition_says_term_by_term() -> None:
    prices = PricePolicy(b_leads=7, outing=100, uneven=10, extra=0)
    policy = replace(PROBLEM.policy, prices=prices)
    problem = replace(PROBLEM, policy=policy)
    plan = plan_of(problem, *b_led().routes[:2], *b_led().routes[3:])
    assert price(problem, plan) == {
        "drive": 2 * 600 + 2 * 1800 + 2 * 600 + 2 * 2 * 1200 + 2 * 1200,
        "outing": 5 * 100,
        "b_leads": 7,
        "uneven": 2 * 10 * 3 + 2 * 10 * 1,
        "missed": policy.visits[VisitKind.JOINT].missed,
        "extra": next(v.missed for v in PROBLEM.visits if v.kind is VisitKind.EXTRA),
    }


def test_an_empty_plan_costs_what_it_misses() -> None:
    nothing = plan_of(PROBLEM)
    assert nothing.objective.operating == 0
    assert nothing.objective.terms["missed"] == sum(v.missed for v in PROBLEM.visits if v.mandatory)
    assert {each.rule for each in judge(PROBLEM, nothing)} == {"mandatory_work_is_placed"}


def test_a_bigger_vehicle_of_the_same_kind_does_as_well() -> None:
    problem = replace(PROBLEM, vehicles=(*PROBLEM.vehicles, Vehicle("bus", "大车", CAR, 9)))
    assert judge(problem, with_route(JOINT, vehicle_id="bus")) == ()
