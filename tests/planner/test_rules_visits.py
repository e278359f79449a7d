"""Each rule about visits kept at its edge, and broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.text import same
from planner.officer import Crew
from planner.policy import MINUTE
from planner.rules import judge
from planner.visit import ArrivalWindow, Pin
from planner.week import MissedVisit, Route
from tests.planner.build import at, plan_of, route
from tests.planner.edits import (
    DAY_CREW,
    JOINT,
    LATE_CREW,
    MEETING,
    PLAN,
    PROBLEM,
    RECHECK,
    SECOND_JOINT,
    STATIONED,
    broken,
    codes,
    first_stop,
    shared_partner,
    with_route,
    with_stop,
    with_visit,
)


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


def test_a_partner_may_drive_from_one_community_to_the_next() -> None:
    problem, plan = shared_partner("15:30")
    assert not broken("partner_in_one_place", plan, problem)


def test_a_partner_needed_in_two_places_is_named_with_the_seconds_lacking() -> None:
    problem, plan = shared_partner("15:29")
    (fault,) = broken("partner_in_one_place", plan, problem)
    assert fault.over == MINUTE
    assert fault.where[-1] == "p1"


def test_a_partner_at_two_visits_that_overlap_is_named() -> None:
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


def test_a_pinned_visit_is_judged_by_day_band_and_lead() -> None:
    out = PLAN.routes[MEETING]
    right = Pin("routine-mill", out.day, out.band_id, out.crew.lead)
    for pin in (right, replace(right, lead=None)):
        assert judge(replace(PROBLEM, pins=(pin,)), PLAN) == ()
    for pin in (replace(right, day=3), replace(right, band_id="early"), replace(right, lead="o4")):
        (fault,) = judge(replace(PROBLEM, pins=(pin,)), PLAN)
        assert (fault.rule, fault.where) == ("pins_are_kept", ("routine-mill",))
