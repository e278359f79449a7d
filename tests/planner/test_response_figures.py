"""The figures of the two-hour check: against every second of random weeks, and of towns solved by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from planner.officer import VehicleKind
from planner.phases import NEVER
from planner.response import Checked, checked
from planner.response_absence import absences, two_deep, unservable
from planner.response_figures import PERCENTILES, Figures, figures
from planner.response_figures_document import figures_in_words, figures_to_dict
from planner.response_stress import MOST, break_even, stresses
from planner.week import DAY, STATION
from tests.planner.response_town import HOURS, Options, RandomWeek, community, plan_of, random_week, shift, town
from tests.planner.sampled_week import sampled_week

SPOTS = {STATION: (0, 0), "a": (4, 0), "b": (4, 3)}
WAY = 4 * 77 + 180
"""Seconds from the station to community a in the early band, parking included."""


def _checked(week: RandomWeek) -> Checked:
    return checked(week.problem, week.plan, week.travel, HOURS, week.known)


def _figures(week: RandomWeek, rates: dict[str, float] | None = None) -> Figures:
    return figures(week.problem, week.plan, week.travel, HOURS, _checked(week), rates or {})


def _alone(limit: int = 1000, handling: int = 1800, overtime: int = 7200) -> RandomWeek:
    """One community, its A officer on the early band of Monday at the station; B is away."""
    problem, travel = town(
        [community("a", 1, "o1", "o2")],
        [shift("o1", 0, "early"), shift("o2", 1, "early")],
        SPOTS,
        limit=limit,
        setup=100,
        handling=handling,
        overtime=overtime,
    )
    return RandomWeek(problem, plan_of(), travel)


@pytest.mark.parametrize("number", [0, 3, 40, 131, 260, 515, 900])
def test_percentiles_and_shares_are_those_of_all_seconds_of_a_random_week(number: int) -> None:
    week = random_week(number, Options.numbered(number), days=(0,))
    check = _checked(week)
    names = list(check.scenes)
    rates = {name: float(i + 1) for i, name in enumerate(names)}
    found = figures(week.problem, week.plan, week.travel, HOURS, check, rates)
    samples = {name: sampled_week(week, name, DAY).slowest for name in names}
    for times, weights in ((found.by_time, dict.fromkeys(names, 1.0)), (found.by_rate, rates)):
        counted = [samples[name][samples[name] >= 0] for name in names]
        seconds = np.concatenate(counted)
        weight = np.concatenate([np.full(len(one), weights[name]) for name, one in zip(names, counted, strict=True)])
        order = np.argsort(seconds, kind="stable")
        reached = np.cumsum(weight[order])
        for percent in PERCENTILES:
            least = seconds[order][np.searchsorted(reached, percent / 100 * reached[-1] * (1 - 1e-9))]
            assert times.percentiles[percent] == (None if least >= NEVER else int(least))
        assert times.share == pytest.approx(weight[seconds <= check.terms.limit].sum() / weight.sum())
    for name in names:
        by_hour = samples[name].reshape(-1, 3600)
        for hour, share in enumerate(found.hourly[name][:24]):
            inside = by_hour[hour][by_hour[hour] >= 0]
            assert share == (pytest.approx((inside <= check.terms.limit).mean()) if len(inside) else None)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_lost_without_each_officer_is_what_every_second_says(seed: int) -> None:
    week = random_week(seed, Options.numbered(32 * seed), days=(0,))
    check = _checked(week)
    late = {cover_id: cover.late for cover_id, cover in zip(check.scenes, check.covers, strict=True)}
    for absence in absences(check):
        without = {name: sampled_week(week, name, DAY, without=[absence.officer_id]).slowest for name in check.scenes}
        now = {name: int((slowest > check.terms.limit).sum()) for name, slowest in without.items()}
        assert absence.late == sum(now.values())
        assert absence.worst == max(int(slowest.max()) for slowest in without.values())
        assert set(absence.communities) == {name for name in now if now[name] > late[name]}


def test_without_the_only_one_on_duty_a_report_waits_for_the_next_day() -> None:
    week = _alone()
    # o2's own day is Tuesday, when o1 is off for good
    assert [(one.officer_id, one.worst) for one in absences(_checked(week))] == [("o2", NEVER), ("o1", DAY + 100 + WAY)]
    assert all(one.critical and one.communities == ("a",) for one in absences(_checked(week)))


def test_one_officer_alone_is_not_two_deep() -> None:
    check = _checked(_alone())
    assert two_deep(check)["a"].late == check.covers[0].watched


def test_two_at_the_station_are_two_deep() -> None:
    problem, travel = town(
        [community("a", 1, "o1", "o2")],
        [shift("o1", 0, "early"), shift("o2", 0, "early")],
        SPOTS,
        limit=1000,
        setup=100,
        overtime=7200,
    )
    check = checked(problem, plan_of(), travel, HOURS)
    assert two_deep(check)["a"].late == 0
    assert not any(absence.critical for absence in absences(check))


def test_whoever_is_too_far_at_every_instant_can_never_serve() -> None:
    near, far = _alone(limit=100 + WAY), _alone(limit=100 + WAY - 1)
    assert unservable(near.problem, _checked(near)) == ()
    assert unservable(far.problem, _checked(far)) == (("a", "o1"), ("a", "o2"))


def test_whoever_is_away_all_week_is_not_said_to_be_too_far() -> None:
    problem, travel = town([community("a", 1, "o1", "o2")], [shift("o1", 0, "early")], SPOTS, limit=100, setup=100)
    check = checked(problem, plan_of(), travel, HOURS)
    assert unservable(problem, check) == (("a", "o1"),)


def test_a_further_b_post_may_be_too_far_as_well() -> None:
    place = replace(community("a", 1, "o1", "o2"), more_b=("o3",))
    shifts = [shift(officer, 0, "early") for officer in ("o1", "o2", "o3")]
    problem, travel = town([place], shifts, SPOTS, limit=100, setup=100)
    check = checked(problem, plan_of(), travel, HOURS)
    assert unservable(problem, check) == (("a", "o1"), ("a", "o2"), ("a", "o3"))


def test_the_break_even_factor_is_how_much_longer_the_way_may_take() -> None:
    # 100 s to set off and 488 s for the way, of which only the 308 s of driving grow
    week = _alone(limit=100 + 180 + 616, overtime=7200)
    assert break_even(week.problem, week.plan, week.travel, HOURS) == pytest.approx(2.0, abs=0.01)
    late = _alone(limit=100 + WAY - 1)
    assert break_even(late.problem, late.plan, late.travel, HOURS) is None


def test_where_nobody_has_to_drive_no_traffic_breaks_the_promise() -> None:
    problem, travel = town([community("a", 1, "o1", "o2")], [shift("o1", 0, "early")], {STATION: (0, 0), "a": (0, 0)})
    assert break_even(problem, plan_of(), travel, HOURS) == MOST


def test_slower_traffic_and_longer_handling_are_checked_as_if_they_were_so() -> None:
    week = _alone(limit=100 + WAY, handling=3600, overtime=3600 + 100 + WAY + 200)
    travel, handling, breakable, fixed = stresses(week.problem, week.plan, week.travel, HOURS)
    assert (travel.name, travel.worst) == ("travel", 100 + 180 + 401)
    assert travel.share == 0.0
    # half an hour more to handle, 200 s of it to spare, and the last report comes a second before the shift ends
    assert handling.late - breakable.late == 2 * (1800 - 200 - 1)
    assert (breakable.late, fixed.late) == (breakable.late, breakable.late)


def test_what_only_the_end_of_the_shift_makes_late_is_told_apart() -> None:
    week = _alone(limit=100 + WAY, handling=3600, overtime=0)
    found = _figures(week)
    # each day's last hour of handling and the way there; Tuesday's as Monday's
    assert found.too_late_in_shift == 2 * (3600 + 100 + WAY - 1)


def test_the_figures_are_ready_for_json_and_told_in_both_languages() -> None:
    week = random_week(3)
    found = _figures(week)
    json.dumps(figures_to_dict(found), allow_nan=False)
    said = list(figures_in_words(found, week.problem))
    assert all(text.zh and text.en for text in said)
    assert VehicleKind.CAR in week.travel
