"""Rules about hours: how long people are on patrol in a day and in a week, and the rest between outings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from geo.text import Text
from planner.rulebook import BrokenRule, officer_name, route_name
from planner.week import DAY, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, clock, in_hours
from planner.workload import missing_rest, outings_by_shift, seconds_of


def hours_within_the_limit_a_day(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people whose shifts with an outing add up to more on one day than the policy allows; stand-by is no patrol.

    Whoever goes out twice in one shift works it once. (7) of docs/planning-model.md.
    """
    limit = problem.policy.max_patrol_hours_per_day
    for officer, shifts in sorted(outings_by_shift(problem, plan.routes).items()):
        for day in sorted({start // DAY for start, _ in shifts}):
            worked = seconds_of(shift for shift in shifts if shift[0] // DAY == day)
            if worked > limit:
                who, name = officer_name(problem, officer), WEEKDAYS[day % 7]
                shown, most = in_hours(worked), in_hours(limit)
                yield BrokenRule(
                    "hours_within_the_limit_a_day",
                    hard=True,
                    where=(officer, (problem.week.monday + timedelta(days=day)).isoformat()),
                    message=Text(
                        f"{name.zh}:{who}外出的班共 {shown.zh},超过一天上限 {most.zh}",
                        f"{name.en}: {who}'s shifts on patrol add up to {shown.en}; the limit a day is {most.en}",
                    ),
                    over=worked - limit,
                )


def hours_within_the_limit_a_week(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people whose shifts with an outing add up to more in the week than the policy allows.

    (7) of docs/planning-model.md.
    """
    limit = problem.policy.max_patrol_hours_per_week
    for officer, shifts in sorted(outings_by_shift(problem, plan.routes).items()):
        worked = seconds_of(shifts)
        if worked > limit:
            who, shown, most = officer_name(problem, officer), in_hours(worked), in_hours(limit)
            yield BrokenRule(
                "hours_within_the_limit_a_week",
                hard=True,
                where=(officer,),
                message=Text(
                    f"{who}本周外出的班共 {shown.zh},超过一周上限 {most.zh}",
                    f"{who}'s shifts on patrol add up to {shown.en} this week; the limit is {most.en}",
                ),
                over=worked - limit,
            )


def rest_between_outings(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people who go out again too soon: between the shifts of two outings lies the rest of a band or of a night.

    The former where both shifts are on one day or touch at midnight. (8) of docs/planning-model.md.
    """
    for officer, shifts in sorted(outings_by_shift(problem, plan.routes).items()):
        for one, other in combinations(sorted(shifts), 2):
            missing = missing_rest(problem.policy, one, other)
            if missing:
                rest, who = other[0] - one[1], officer_name(problem, officer)
                given, owed = in_hours(rest), in_hours(rest + missing)
                before, after = route_name(problem, shifts[one]), route_name(problem, shifts[other])
                yield BrokenRule(
                    "rest_between_outings",
                    hard=True,
                    where=(shifts[one].id, shifts[other].id, officer),
                    message=Text(
                        f"{who}从{before.zh} {clock(one[1])} 下班,到{after.zh} {clock(other[0])} 上班只歇 {given.zh},"
                        f"至少要 {owed.zh}",
                        f"{who} rests {given.en} between {before.en}, off at {clock(one[1])}, and {after.en}, on at "
                        f"{clock(other[0])}; at least {owed.en} is due",
                    ),
                    over=missing,
                )
