"""Reports fitted to records: how many, when, for how long, and that it is said what is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.violation import Violation, ViolationType
from geo.text import Text
from planner.response import checked, duty_hours
from planner.simulation.fit import ENOUGH, fitted, hours_of_day, what_was_fitted
from planner.simulation.results import Interval, result_of
from planner.simulation.weeks import setting_of, simulate
from planner.simulation.words import difference_in_words, result_in_words, result_to_dict
from tests.planner.response_town import HOURS, MONDAY, random_week

DAY_ONE = date(2026, 11, 2)


def _record(number: int, place: str = "c0", reported_at: int | None = None, handling: int | None = None) -> Violation:
    found = DAY_ONE + timedelta(days=number % 14)
    kind = ViolationType.DRYING_RACK
    return Violation(f"V{number}", kind, 121.2, 31.3, found, place, reported_at=reported_at, handling=handling)


def test_a_community_with_more_findings_expects_more_reports_within_duty_hours() -> None:
    week = random_week(2)
    check = checked(week.problem, week.plan, week.travel, HOURS)
    names = list(check.scenes)
    assert len(names) > 1
    records = [_record(n, names[0]) for n in range(20)] + [_record(20, names[1])]
    communities = [replace(one, households=400) for one in week.problem.communities.values()]
    demand = fitted(communities, records, MONDAY, check, duty_hours(week.problem))
    assert demand.rates[names[0]].sum() > 2 * demand.rates[names[1]].sum() > 0
    on = {hour for start, end in duty_hours(week.problem) for hour in range(start // 3600, -(-end // 3600))}
    assert all(rate == 0 for hour, rate in enumerate(demand.rates[names[0]]) if hour not in on)
    assert demand.handling == (check.terms.handling,)


def test_hours_and_handling_times_are_the_records_own_once_there_are_enough() -> None:
    few = [_record(n, reported_at=9 * 3600, handling=600) for n in range(ENOUGH - 1)]
    enough = [*few, _record(99, reported_at=14 * 3600, handling=1200)]
    assert hours_of_day(few) is None
    assert what_was_fitted(few) == {"hours": False, "handling": False}
    hours = hours_of_day(enough)
    assert hours is not None
    assert (hours[9], hours[14], hours[3]) == (ENOUGH - 0.5, 1.5, 0.5)
    assert what_was_fitted(enough) == {"hours": True, "handling": True}
    week = random_week(2)
    check = checked(week.problem, week.plan, week.travel, HOURS)
    demand = fitted(list(week.problem.communities.values()), enough, MONDAY, check, duty_hours(week.problem))
    assert sorted(set(demand.handling)) == [600, 1200]


@pytest.mark.parametrize("known", [True, False])
def test_what_is_guessed_is_said_in_both_languages(known: bool) -> None:
    week = random_week(2)
    check = checked(week.problem, week.plan, week.travel, HOURS)
    records = [_record(n) for n in range(20)]
    demand = fitted(list(week.problem.communities.values()), records, MONDAY, check, duty_hours(week.problem))
    tally = simulate(setting_of(week.problem, check, week.travel, HOURS, demand), 20)
    based = {"hours": known, "handling": known}
    lines = list(result_in_words(result_of(tally, 86_400), week.problem, based))
    assert all(line.zh and line.en for line in lines)
    assert ("handling times as recorded" in lines[-1].en) == known
    assert result_to_dict(result_of(tally, 86_400), based)["fitted"] == based


def test_a_better_plan_is_better_by_so_many_points() -> None:
    assert difference_in_words(Interval(0.0123, -0.001, 0.02)) == Text(
        "另一份计划的到场份额高 +1.23 个百分点(95% 区间 -0.10 到 +2.00,同样的报告)",
        "The other plan reaches +1.23 percentage points more in time (95 % interval -0.10 to +2.00, same reports)",
    )
