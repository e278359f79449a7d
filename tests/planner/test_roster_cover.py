"""Begins that leave a community unanswered by the roster: by hand, and against the exact check on random weeks."""

from __future__ import annotations

from dataclasses import replace

from api.prepare import planning_matrix
from planner.objective import price
from planner.officer import Crew
from planner.policy import HOUR, MINUTE
from planner.response import check_response
from planner.roster_cover import late_tolls, unanswered
from planner.tolls import toll_at
from planner.week import STATION, WeeklyProblem
from tests.planner.build import CAR, at, plan_of, route, small_problem
from tests.planner.response_town import HOURS, RandomWeek, random_week


def limited(minutes: int, **changes: object) -> WeeklyProblem:
    """Return the small week with another limit; nobody but A and B answers."""
    problem = small_problem()
    response = replace(problem.policy.response, limit=minutes * MINUTE, certified_bands=(), **changes)  # type: ignore[arg-type]  # a test's own words
    return replace(problem, policy=replace(problem.policy, response=response))


def begun(problem: WeeklyProblem, clock: str) -> list[str]:
    """Return what a joint inspection at Lake led by o1 leaves unanswered: 80 minutes, Mill 10 minutes further on."""
    patrol = route(problem, 0, "early", Crew(("o1", "o2")), [("joint-lake#1", at(0, clock))])
    return unanswered(problem, patrol, patrol.stops[0])


def test_an_inspection_longer_than_the_limit_leaves_the_other_community_unanswered() -> None:
    assert begun(limited(85), "09:00") == ["mill"]


def test_within_the_limit_nothing_is_left_unanswered() -> None:
    assert begun(limited(90), "09:00") == []


def test_whoever_comes_on_duty_soon_enough_answers() -> None:
    """o3 answers for Mill from 13:30, 20 minutes from the station: in time for a report from 12:25 on."""
    assert begun(limited(85), "12:24") == ["mill"]
    assert begun(limited(85), "12:25") == []


def test_an_inspection_that_may_be_broken_off_leaves_nothing_unanswered() -> None:
    problem = limited(85)
    visits = tuple(replace(visit, breakable=True, wrap_up=5 * MINUTE) for visit in problem.visits)
    assert begun(replace(problem, visits=visits), "09:00") == []


def test_a_squad_that_does_not_want_the_guarantee_pays_nothing() -> None:
    assert begun(limited(85, guaranteed=False), "09:00") == []


def test_the_objective_charges_it_as_the_tolls_do() -> None:
    problem = limited(85)
    patrol = route(problem, 0, "early", Crew(("o1", "o2")), [("joint-lake#1", at(0, "09:00"))])
    visit = next(visit for visit in problem.visits if visit.id == "joint-lake#1")
    tolls = late_tolls(problem, "o1", CAR, "early", visit, 0)
    assert price(problem, plan_of(problem, patrol))["late"] == toll_at(tolls, at(0, "09:00")) == 3 * HOUR


def test_whatever_is_called_unanswered_is_late_by_the_exact_check() -> None:
    found = 0
    for seed in range(400):
        week = known(random_week(seed))
        gaps = check_response(week.problem, week.plan, week.travel, HOURS).gaps
        for patrol in week.plan.routes:
            for stop in patrol.stops:
                reported = stop.begin - week.problem.policy.response.dispatch_delay
                for place in unanswered(week.problem, patrol, stop):
                    found += 1
                    assert any(g.community_id == place and g.start <= reported < g.end for g in gaps), (seed, place)
    assert found > 30


def known(week: RandomWeek) -> RandomWeek:
    """Return a random week with its matrices, each visit as long as its stop."""
    places = [STATION, *week.problem.communities]
    buffer = week.problem.policy.travel_buffer
    matrices = {
        kind: {band: planning_matrix(times.matrix(hour), places, buffer) for band, hour in HOURS.items()}
        for kind, times in week.travel.items()
    }
    lengths = {stop.visit_id: stop.end - stop.begin for each in week.plan.routes for stop in each.stops}
    visits = tuple(replace(v, duration=lengths.get(v.id, v.duration)) for v in week.problem.visits)
    problem = replace(week.problem, visits=visits, travel=matrices, places={p: i for i, p in enumerate(places)})
    return replace(week, problem=problem)
