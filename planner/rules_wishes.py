"""Rules about wishes: what a plan may do, and pays for. One function a rule."""

from __future__ import annotations

from collections.abc import Iterator

from geo.text import Text
from planner.rulebook import BrokenRule, partner_name, stops_with_visits, visit_name
from planner.week import WeeklyPlan, WeeklyProblem
from planner.wishes import against_preference, habits, like_before
from planner.words import clock, moment


def begins_as_partners_prefer(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits that begin outside the hours that a partner who joins would rather have."""
    for route, stop, visit in stops_with_visits(problem, plan):
        name, when = visit_name(problem, visit), moment(stop.begin)
        for partner in against_preference(problem, stop.partner_ids, stop.begin):
            yield BrokenRule(
                "begins_as_partners_prefer",
                hard=False,
                where=(route.id, stop.visit_id, partner),
                message=Text(
                    f"{when.zh} {name.zh}不在{partner_name(problem, partner)}希望的时间内",
                    f"{when.en}, {name.en}: not at an hour that {partner_name(problem, partner)} prefers",
                ),
            )


def begins_unpredictably(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits that begin about when one began on that weekday in the past weeks: people expect them."""
    known = habits(problem)
    for route, stop, visit in stops_with_visits(problem, plan):
        past = like_before(known, visit, stop.begin)
        if past is not None:
            name, when, then = visit_name(problem, visit), moment(stop.begin), clock(past.begin)
            yield BrokenRule(
                "begins_unpredictably",
                hard=False,
                where=(route.id, stop.visit_id),
                message=Text(
                    f"{when.zh} {name.zh}:{past.day.month} 月 {past.day.day} 日也在 {then} 去过,时间易被摸清",
                    f"{when.en}, {name.en}: there was a visit at {then} on {past.day} too, so it may be expected",
                ),
            )
