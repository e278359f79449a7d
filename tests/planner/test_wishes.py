"""Wishes kept at their edge and broken, what they cost, and what past weeks carry over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.obligation import VisitKind
from planner.demand import weekly_problem
from planner.objective import TERM_NAMES, carried, price
from planner.past import PastVisit, recent
from planner.planning import plan_week
from planner.policy import HOUR, MINUTE
from planner.rules import judge
from planner.slots import open_slots
from planner.solver.columns import Frame, Task, stationing
from planner.tolls import Toll
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.build import CAR, MONDAY, WEEK, at, hours, plan_of, route, small_squad
from tests.planner.edits import DAY_CREW, PLAN, PROBLEM, broken


def preferring(start: str, end: str, *, weekday: int = 0, partner: str = "k1") -> WeeklyProblem:
    """Return the small week with a partner who prefers some hours of one weekday."""
    fond = replace(PROBLEM.partners[partner], preferred=hours([weekday], start, end))
    return replace(PROBLEM, partners={**PROBLEM.partners, partner: fond})


def visited(weeks: int, weekday: int, clock: str, place: str = "lake", band: str = "") -> PastVisit:
    """Return a visit made some weeks before the planned one."""
    day = MONDAY - timedelta(weeks=weeks) + timedelta(days=weekday)
    return PastVisit(day, at(0, clock), place, ("o1", "o2"), band)


def with_past(*past: PastVisit) -> WeeklyProblem:
    return replace(PROBLEM, past=past)


def monday_joint(begin: str) -> WeeklyPlan:
    """Return a plan of one joint inspection, on Monday."""
    return plan_of(PROBLEM, route(PROBLEM, 0, "early", DAY_CREW, [("joint-lake#1", at(0, begin))], rest="11:40"))


@pytest.mark.parametrize(("begin", "kept"), [("09:29", False), ("09:30", True), ("09:59", True), ("10:00", False)])
def test_a_visit_begins_within_the_hours_a_partner_prefers(begin: str, kept: bool) -> None:
    problem = preferring("09:30", "10:00")
    plan = monday_joint(begin)
    found = broken("begins_as_partners_prefer", plan, problem)
    assert (not found) == kept
    assert price(problem, plan)["preferred"] == (0 if kept else problem.policy.prices.unpreferred)
    assert not any(fault.hard for fault in found)


def test_a_partner_who_prefers_another_weekday_is_told_and_paid_for() -> None:
    problem = preferring("09:00", "11:30", weekday=2)
    (fault,) = broken("begins_as_partners_prefer", PLAN, problem)
    assert fault.where == (PLAN.routes[0].id, "joint-lake#1", "k1")
    assert "湖居委" in fault.message.zh
    assert price(problem, PLAN)["preferred"] == problem.policy.prices.unpreferred


def test_each_partner_with_a_preference_counts() -> None:
    problem = preferring("10:30", "11:00")
    fond = replace(problem.partners["p1"], preferred=hours([0], "10:30", "11:00"))
    problem = replace(problem, partners={**problem.partners, "p1": fond})
    assert price(problem, monday_joint("09:00"))["preferred"] == 2 * problem.policy.prices.unpreferred


def test_a_partner_without_a_preference_takes_any_hour() -> None:
    assert not broken("begins_as_partners_prefer", PLAN)
    assert price(PROBLEM, PLAN)["preferred"] == 0


@pytest.mark.parametrize(("then", "kept"), [("08:30", True), ("08:31", False), ("09:29", False), ("09:30", True)])
def test_a_visit_begins_half_an_hour_away_from_those_of_the_past_weeks(then: str, kept: bool) -> None:
    problem = with_past(visited(1, 0, then))
    plan = monday_joint("09:00")
    found = broken("begins_unpredictably", plan, problem)
    assert (not found) == kept
    assert price(problem, plan)["predictable"] == (0 if kept else problem.policy.prices.predictable)
    assert not any(fault.hard for fault in found)


def test_however_often_it_was_so_it_costs_once_and_the_latest_is_named() -> None:
    problem = with_past(*(visited(weeks, 0, "09:10") for weeks in (3, 1, 2)))
    (fault,) = broken("begins_unpredictably", monday_joint("09:00"), problem)
    assert "11 月 16 日" in fault.message.zh
    assert price(problem, monday_joint("09:00"))["predictable"] == problem.policy.prices.predictable


@pytest.mark.parametrize("past", [visited(1, 1, "09:00"), visited(1, 0, "09:00", "mill")])
def test_another_weekday_or_place_gives_nothing_away(past: PastVisit) -> None:
    assert not broken("begins_unpredictably", monday_joint("09:00"), with_past(past))


def test_stationing_and_meetings_before_delivery_may_be_expected() -> None:
    problem = with_past(visited(1, 3, "07:40"), visited(1, 1, "14:10", "park"))
    kinds = {visit.kind for visit in problem.visits}
    assert {VisitKind.STATIONING, VisitKind.PRE_DELIVERY} <= kinds
    assert not broken("begins_unpredictably", PLAN, problem)
    assert price(problem, PLAN)["predictable"] == 0


def test_only_the_four_weeks_before_count() -> None:
    days = [MONDAY - timedelta(days=29), MONDAY - timedelta(days=28), MONDAY - timedelta(days=1), MONDAY]
    past = tuple(PastVisit(day, 9 * HOUR, "lake", ("o1",)) for day in days)
    assert [visit.day for visit in recent(past, MONDAY)] == days[1:3]
    squad = small_squad(past=past)
    assert weekly_problem(squad, WEEK, PROBLEM.travel).past == past[1:3]


def test_a_past_outing_is_a_date_and_a_band_and_four_of_them_are_a_step() -> None:
    then = [PastVisit(MONDAY - timedelta(days=n), 9 * HOUR, "lake", ("o1",)) for n in range(1, 10)]
    same = [replace(visit, begin=10 * HOUR, band_id="early") for visit in then]
    others = [PastVisit(MONDAY - timedelta(days=n), 15 * HOUR, "mill", ("o2", "o3")) for n in (1, 2)]
    problem = with_past(*then, *same, *others, replace(others[0], officers=("o2",), begin=9 * HOUR))
    assert carried(problem) == {"o1": (9 - 2) // 4, "o2": 0, "o3": 0, "o4": 0}


def test_without_past_weeks_nobody_is_ahead() -> None:
    assert set(carried(PROBLEM).values()) == {0}


def test_every_outing_of_an_officer_who_is_ahead_costs_the_steps_carried_over() -> None:
    ahead = [PastVisit(date(2026, 11, n), 9 * HOUR, "park", ("o1",)) for n in range(9, 18)]
    problem = with_past(*ahead, replace(ahead[0], officers=("o2",)))
    uneven = PROBLEM.policy.prices.uneven
    outings = sum("o1" in each.crew.officers for each in PLAN.routes)
    assert price(problem, PLAN)["uneven"] == price(PROBLEM, PLAN)["uneven"] + 2 * outings * uneven


def test_every_term_has_a_name_in_both_languages() -> None:
    replanned = replace(PROBLEM, incidents=(object(),))  # type: ignore[arg-type]  # only its being there is asked
    assert price(replanned, PLAN).keys() == TERM_NAMES.keys()
    assert all(name.zh != name.en for name in TERM_NAMES.values())


def test_the_week_is_planned_within_preferred_hours_and_off_the_beaten_times() -> None:
    problem = preferring("10:00", "10:05", partner="k1")
    fond = replace(problem.partners["k1"], preferred=hours((0, 2, 4), "10:00", "10:05"))
    beaten = [visited(1, day, clock, "mill") for day in range(5) for clock in ("08:30", "09:30", "14:00", "15:00")]
    problem = replace(problem, partners={**problem.partners, "k1": fond}, past=tuple(beaten))
    plan = plan_week(problem)
    assert plan.objective.gap == 0
    assert plan.objective.terms["preferred"] == plan.objective.terms["predictable"] == 0
    joint = [s.begin % (24 * HOUR) for r in plan.routes for s in r.stops if s.visit_id.startswith("joint")]
    assert len(joint) == 2
    assert all(10 * HOUR <= begin < 10 * HOUR + 5 * MINUTE for begin in joint)
    assert not {"begins_as_partners_prefer", "begins_unpredictably"} & {each.rule for each in judge(problem, plan)}


def test_stationing_begins_later_where_that_is_cheaper_and_leaves_enough_presence() -> None:
    visit = next(visit for visit in PROBLEM.visits if visit.whole_shift)
    start, end = at(3, "07:30"), at(3, "13:30")
    frame = Frame(3, "early", "o1", CAR, start, end, None)
    free = Task(visit, 3, ((start, end),))
    earliest = start + 600
    assert stationing(PROBLEM, frame, free) == (earliest, 1200)
    soon = replace(free, tolls=(Toll(start, at(3, "08:30") - 1, 900),))
    assert stationing(PROBLEM, frame, soon) == (at(3, "08:30"), 1200)
    too_late = replace(free, tolls=(Toll(start, end - 600 - visit.duration, 900),))
    assert stationing(PROBLEM, frame, too_late) == (earliest, 1200 + 900)


def test_a_slot_is_offered_where_its_begin_is_cheaper() -> None:
    visit = next(visit for visit in PROBLEM.visits if visit.id == "recheck-mill-v1")
    plan = replace(PLAN, routes=tuple(r for r in PLAN.routes if r.stops[0].visit_id != visit.id))
    problem = with_past(visited(1, 1, "16:00", "mill"))
    before = sum(price(problem, plan).values())
    slots = [s for s in open_slots(problem, plan, visit, most=50) if s.route_id == PLAN.routes[1].id]
    begins = {slot.begin for slot in slots}
    assert {
        slot.begin for slot in open_slots(PROBLEM, plan, visit, most=50) if slot.route_id == PLAN.routes[1].id
    } < begins
    assert at(1, "16:30") in begins
    assert all(slot.cost == sum(price(problem, slot.plan).values()) - before for slot in slots)
