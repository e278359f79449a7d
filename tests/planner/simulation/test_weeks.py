"""Simulated weeks: against the exact check where reports come alone, the same whichever plan and however many cores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from planner.officer import Crew, VehicleKind
from planner.phases import NEVER
from planner.response import Checked, checked
from planner.response_stress import share_in_time
from planner.simulation.dispatch import Report, Shift
from planner.simulation.on_plan import on_plan
from planner.simulation.reports import HOURS as WEEK_HOURS
from planner.simulation.reports import Demand, Reports, expected_rates, reports_of
from planner.simulation.results import difference, ratio, result_of
from planner.simulation.weeks import Load, Setting, answered, setting_of, simulate
from planner.week import DAY, STATION, Route
from tests.planner.response_town import (
    HOURS,
    Options,
    Patrol,
    RandomWeek,
    community,
    plan_of,
    random_week,
    shift,
    town,
    visit,
)


def _alone_at(check: Checked, step: int) -> list[Reports]:
    """A week for each report: one at each community every `step` seconds of its watches."""
    found = []
    for number, scenes in enumerate(check.scenes.values()):
        for watch in scenes.watches:
            found += [
                Reports(*(np.array([value]) for value in (instant, number, scenes.points[0], 0)))
                for instant in range(watch.start, watch.end, step)
            ]
    return found


def _setting(week: RandomWeek, *, weekly: float = 5.0, handling: tuple[int, ...] = (1800,), seed: int = 0) -> Setting:
    check = checked(week.problem, week.plan, week.travel, HOURS, week.known)
    return setting_of(week.problem, check, week.travel, HOURS, _demand(check, weekly, handling), seed=seed)


def _demand(check: Checked, weekly: float, handling: tuple[int, ...] = (1800,)) -> Demand:
    watches = {(watch.start, watch.end) for scenes in check.scenes.values() for watch in scenes.watches}
    rates = expected_rates(dict.fromkeys(check.scenes, weekly), sorted(watches))
    return Demand(rates, {name: scenes.points for name, scenes in check.scenes.items()}, handling)


@pytest.mark.parametrize("number", [97, 133, 775])
def test_reports_that_come_alone_are_reached_as_the_exact_check_says(number: int) -> None:
    week = random_week(number, Options.numbered(number), days=(0,))
    week = replace(week, known=dict.fromkeys(week.problem.communities, ("g0",)))
    check = checked(week.problem, week.plan, week.travel, HOURS, week.known)
    setting = _setting(week)
    step = 1
    tally = answered(setting, _alone_at(check, step))
    assert tally.in_time.sum() / tally.reports.sum() == pytest.approx(share_in_time(check), abs=1e-12)
    longest = max(cover.peak.seconds for cover in check.covers if cover.peak is not None)
    assert tally.seconds.max() <= longest
    assert tally.waited == 0


def _patrol(*, breakable: bool) -> RandomWeek:
    """o1 and o2 at b from 08:20 for an hour and a half, o3 at the station; o1 and o2 are A and B of a and b."""
    places = [community("a", 1, "o1", "o2"), community("b", 1, "o1", "o2")]
    shifts = [shift(officer, 0, "early") for officer in ("o1", "o2", "o3")]
    spots = {STATION: (0, 0), "a": (2, 0), "b": (4, 0)}
    problem, travel = town(
        places, shifts, spots, [visit("v", "b", breakable=breakable), visit("w", "a", breakable=True)]
    )
    patrol = Patrol(travel[VehicleKind.CAR], HOURS["early"], problem.policy.travel_buffer, STATION, 29_000)
    patrol.drive("b")
    patrol.work("v", 0, 5_000, 0, ("o1", "o2"))
    patrol.drive("a")
    patrol.work("w", 1_000, 2_000, 0, ("o1", "o2"))
    patrol.drive(STATION)
    route = Route("r", 0, "early", Crew(("o1", "o2")), "car", tuple(patrol.stops), tuple(patrol.legs))
    return RandomWeek(problem, plan_of(route), travel)


def _one(instant: int, community_number: int, point: int, handling: int = 600) -> Reports:
    return Reports(*(np.array([value]) for value in (instant, community_number, point, handling)))


def _together(*reports: Reports) -> Reports:
    columns = [[getattr(one, name) for one in reports] for name in ("instant", "community", "point", "handling")]
    return Reports(*(np.concatenate(column) for column in columns))


def test_a_visit_that_may_be_broken_off_is_left_for_a_report_and_counted() -> None:
    for breakable, broken_off in ((True, 1), (False, 0)):
        tally = answered(_setting(_patrol(breakable=breakable)), [_one(31_000, 0, 0)])
        assert tally.broken_off == broken_off


def test_after_a_case_an_officer_waits_there_until_the_next_visit_that_he_can_reach() -> None:
    week = _patrol(breakable=True)
    setting = _setting(week)
    first, again, later = _one(31_000, 0, 0), _one(33_000, 0, 0), _one(36_500, 0, 0)
    board = on_plan(setting.week, _together(first, again, later))
    shift_ = Shift(board)
    answers = [
        shift_.answer(number, Report(int(one.instant[0]), 0, 600, (0,)))
        for number, one in enumerate((first, again, later))
    ]
    wrap_up, way, setup = 300, 2 * 77 + week.problem.policy.travel_buffer, week.problem.policy.response.setup
    assert answers[0].seconds == wrap_up + way
    # he is still where the first case was: at a itself
    assert answers[1].seconds == setup
    # by then he does as planned again: at a, for visit w, which may be broken off
    assert week.plan.routes[0].stops[1].begin <= 36_500
    assert answers[2].seconds == wrap_up
    assert answers[2].broken_off == ("w",)


def test_two_reports_at_once_go_to_two_officers_and_a_third_waits() -> None:
    tally = answered(_setting(_patrol(breakable=True)), [_together(*(_one(31_000 + i, 0, 0) for i in range(3)))])
    assert sorted(tally.first.values()) == [0, 1, 2]
    assert tally.waited == 1


def test_a_report_too_late_to_be_handled_before_the_shift_ends_is_lost() -> None:
    week = _patrol(breakable=True)
    policy = replace(week.problem.policy, response=replace(week.problem.policy.response, overtime=0, handling=7_200))
    week = replace(week, problem=replace(week.problem, policy=policy))
    tally = answered(_setting(week), [_one(40_000, 0, 0)])
    assert result_of(tally, DAY).lost == 1
    assert tally.seconds.tolist() == [NEVER]


def test_the_result_does_not_depend_on_how_many_processes_work_on_it() -> None:
    setting = _setting(random_week(5, Options(u_turns=True)), weekly=30)
    told: list[int] = []
    alone, shared = simulate(setting, 60, progress=told.append), simulate(setting, 60, workers=2)
    assert told == [25, 50, 60]
    assert (alone.reports == shared.reports).all()
    assert (alone.in_time == shared.in_time).all()
    assert (alone.seconds == shared.seconds).all()
    assert (alone.first, alone.on_cases, alone.by_b) == (shared.first, shared.on_cases, shared.by_b)


def test_asked_to_stop_the_weeks_done_so_far_are_the_result() -> None:
    assert simulate(_setting(random_week(5)), 100, stop=lambda: True).weeks == 25


def test_two_plans_meet_the_same_reports_so_a_plan_is_no_better_than_itself() -> None:
    week = random_week(8)
    idle = replace(week, plan=plan_of())
    one, other = simulate(_setting(week, weekly=20), 50), simulate(_setting(idle, weekly=20), 50)
    assert (one.reports == other.reports).all()
    same = difference(one, one)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    better = difference(one, other)
    assert better.value == pytest.approx((other.in_time.sum() - one.in_time.sum()) / one.reports.sum())
    assert better.low <= better.value <= better.high


def _demand_of(names: Mapping[str, float]) -> Demand:
    rates = expected_rates(names, [(8 * 3600, 18 * 3600)])
    return Demand(rates, {name: (i,) for i, name in enumerate(names)}, (600, 1200))


def test_a_communitys_reports_do_not_depend_on_the_others_and_twice_as_many_include_the_fewer() -> None:
    one, both = _demand_of({"a": 40.0}), _demand_of({"a": 40.0, "b": 10.0})
    for replication in range(5):
        alone, among = reports_of(one, 3, replication), reports_of(both, 3, replication)
        assert alone.instant.tolist() == among.instant[among.community == 0].tolist()
        twice = reports_of(one, 3, replication, rate=2.0)
        assert set(alone.instant.tolist()) <= set(twice.instant.tolist())
        assert reports_of(one, 3, replication, handling=1.5).handling.tolist() == (alone.handling * 1.5).tolist()


def test_as_many_reports_come_as_are_expected_and_only_within_duty_hours() -> None:
    demand = _demand_of({"a": 40.0, "b": 5.0})
    drawn = [reports_of(demand, 0, replication) for replication in range(400)]
    counts = np.array([[(one.community == number).sum() for number in (0, 1)] for one in drawn])
    assert counts.mean(axis=0) == pytest.approx([40.0, 5.0], rel=0.05)
    assert counts.var(axis=0) == pytest.approx([40.0, 5.0], rel=0.25)
    hours = np.concatenate([one.instant for one in drawn]) // 3600
    assert (hours.min(), hours.max()) == (8, 17)


def test_an_interval_by_day_holds_what_it_says_it_holds() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        whole = rng.poisson(6.0, 120)
        # days are good or bad as a whole: reports of a day are not independent
        part = rng.binomial(whole, rng.choice([0.99, 0.7], 120))
        found = ratio(part, whole)
        held += found.low <= 0.845 <= found.high
    assert held / 300 == pytest.approx(0.95, abs=0.035)


def test_no_miss_in_many_days_still_leaves_room_for_three() -> None:
    setting = _setting(random_week(5), weekly=0.0)
    nothing = result_of(simulate(setting, 10), DAY)
    assert (nothing.reports, nothing.share.value, nothing.missed_days.value) == (0, 1.0, 0.0)
    assert nothing.missed_days.high == pytest.approx(3 / 70)


def test_more_reports_are_reached_no_sooner_by_the_same_people() -> None:
    setting = _setting(random_week(12), weekly=40)
    usual, double = simulate(setting, 50), simulate(replace(setting, load=Load(rate=2.0)), 50)
    assert double.reports.sum() > 1.8 * usual.reports.sum()
    assert double.waited > usual.waited


@pytest.mark.parametrize("handling", [(), (-1,)])
def test_handling_times_that_make_no_sense_are_refused(handling: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="handling times"):
        Demand({"a": np.zeros(WEEK_HOURS)}, {"a": (0,)}, handling)


def test_rates_that_make_no_sense_are_refused() -> None:
    for rates in (np.zeros(24), np.full(WEEK_HOURS, -1.0)):
        with pytest.raises(ValueError, match="a: 168 rates"):
            Demand({"a": rates}, {"a": (0,)}, (600,))
