"""Planning again in weeks with wishes: what stays keeps its tolls, and what changes pays all of them alike."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from planner.event import Incident
from planner.objective import price
from planner.partner import OpenHours
from planner.past import PastVisit
from planner.planning import plan_week
from planner.policy import HOUR, MINUTE
from planner.replan import replan
from planner.solver.standing import kept_price
from planner.week import Objective, WeeklyPlan, WeeklyProblem
from tests.planner.happenings import every_other, happening, squad_of
from tests.planner.seeded import Size, seeded_week


@cache
def published(seed: int) -> tuple[WeeklyProblem, WeeklyPlan]:
    """Return a week whose past is last week's plan made as it would be made again, and its plan."""
    problem, rng = seeded_week(seed, Size()), random.Random(seed)
    habit = plan_week(problem, time_limit=5, explained=False)
    past = tuple(
        PastVisit(
            problem.week.monday + timedelta(days=route.day - 7),
            stop.begin % (24 * HOUR) // MINUTE * MINUTE,
            stop.community_id,
            stop.officers,
            route.band_id,
        )
        for route in habit.routes
        for stop in route.stops
    )
    fond = tuple(OpenHours(day, 9 * HOUR, 10 * HOUR) for day in range(5))
    partners = {
        name: replace(partner, preferred=fond if rng.random() < 0.7 else ())
        for name, partner in problem.partners.items()
    }
    problem = replace(problem, past=past, partners=partners)
    return problem, plan_week(problem, time_limit=5, explained=False)


@pytest.mark.parametrize(("seed", "kind"), every_other(range(3)))
def test_bound_and_price_speak_of_the_same_costs(seed: int, kind: str) -> None:
    problem, plan = published(seed)
    incident = Incident(happening(kind, plan, problem, random.Random(f"{seed} {kind}")))
    bounds: list[int] = []
    done = replan(
        problem, squad_of(problem), plan, incident, progress=lambda at: bounds.append(at.bound), explained=False
    )
    assert done.problem.past == problem.past
    assert dict(done.plan.objective.terms) == price(done.problem, done.plan)
    assert max(bounds) == done.plan.objective.bound == done.plan.objective.total


def test_visits_that_stay_keep_their_tolls() -> None:
    kept_tolls = 0
    for seed in range(3):
        problem, plan = published(seed)
        incident = Incident(happening("road", plan, problem, random.Random(seed)))
        done = replan(problem, squad_of(problem), plan, incident, explained=False)
        stays = WeeklyPlan(problem.week, tuple(kept.route for kept in done.problem.kept), (), Objective({}, 0), 0, 0.0)
        terms = price(done.problem, stays)
        free = replace(
            done.problem, past=(), partners={k: replace(p, preferred=()) for k, p in problem.partners.items()}
        )
        assert kept_price(done.problem) - kept_price(free) == terms["preferred"] + terms["predictable"]
        kept_tolls += terms["preferred"] + terms["predictable"]
    assert kept_tolls > 0
