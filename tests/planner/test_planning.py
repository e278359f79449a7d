"""The whole way: seeded weeks planned, judged, and, where they are small enough, compared with trying everything."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations, product

import pytest

from planner.objective import price
from planner.officer import Shift, VehicleKind
from planner.planning import Progress, plan_week
from planner.rules import judge
from planner.solver.columns import all_columns, columns_of, frames, tasks_by_day
from planner.visit import Visit
from planner.week import DAY, STATION, WeeklyProblem
from tests.planner.seeded import Size, seeded_week


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_seeded_week_is_planned_to_the_optimum_without_a_broken_rule(seed: int) -> None:
    problem = seeded_week(seed, Size())
    plan = plan_week(problem, seed=0, time_limit=20)
    assert plan.objective.gap == 0.0
    assert plan.objective.total == sum(price(problem, plan).values())
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    broken = [rule for rule in judge(problem, plan) if rule.hard]
    assert {rule.rule for rule in broken} <= {"mandatory_work_is_placed"}
    assert placed | {item.visit_id for item in plan.missed} == {visit.id for visit in problem.visits}
    assert all(item.reasons for item in plan.missed)


def test_the_same_seed_and_limit_give_the_same_plan() -> None:
    problem = seeded_week(3, Size())
    first = plan_week(problem, seed=7, time_limit=5)
    assert plan_week(problem, seed=7, time_limit=5) == first


def test_progress_tells_of_a_bound_that_never_passes_the_best_plan() -> None:
    told: list[Progress] = []
    plan = plan_week(seeded_week(1, Size()), time_limit=10, progress=told.append)
    assert told
    assert all(step.bound <= plan.objective.total for step in told)
    assert told[-1].best == plan.objective.total


def test_a_squad_too_small_for_its_week_misses_the_cheapest_and_says_why() -> None:
    problem = seeded_week(0, Size(communities=9, pairs=1, peak=4, cars=1, ebikes=0, days=3))
    plan = plan_week(problem, time_limit=10)
    assert plan.missed
    assert all(item.reasons for item in plan.missed)
    assert plan.objective.terms["missed"] == sum(
        visit.missed for visit in problem.visits if visit.id in {item.visit_id for item in plan.missed}
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_day_of_three_visits_costs_what_trying_every_plan_costs(seed: int) -> None:
    problem = seeded_week(seed, Size(communities=3, pairs=2, peak=0, cars=1, ebikes=1, days=1))
    problem = replace(problem, policy=replace(problem.policy, breaks={}))
    plan = plan_week(problem, time_limit=5)
    assert plan.objective.gap == 0.0
    assert plan.objective.total == _try_everything(problem)


def _try_everything(problem: WeeklyProblem) -> int:
    """Return the least cost over every way to hand visits to leads, seconds and vehicles, in every order."""
    best = sum(visit.missed for visit in problem.visits)
    for handed in product([None, *range(len(problem.shifts))], repeat=len(problem.visits)):
        crews = sorted({n for n in handed if n is not None})
        for vehicles in product(sorted(problem.travel), repeat=len(crews)):
            for seconds in product(range(len(problem.shifts)), repeat=len(crews)):
                if (cost := _cost(problem, handed, crews, vehicles, seconds)) is not None:
                    best = min(best, cost)
    return best


def _cost(
    problem: WeeklyProblem,
    handed: tuple[int | None, ...],
    crews: list[int],
    vehicles: tuple[VehicleKind, ...],
    seconds: tuple[int, ...],
) -> int | None:
    people = [(n, problem.shifts[n].band_id) for n in (*crews, *seconds)]
    if len(set(people)) < len(people):
        return None
    if any(problem.shifts[n].band_id != problem.shifts[s].band_id for n, s in zip(crews, seconds, strict=True)):
        return None
    used = [(vehicle, problem.shifts[n].band_id) for n, vehicle in zip(crews, vehicles, strict=True)]
    if len(set(used)) < len(used):
        return None
    cost = sum(visit.missed for visit, n in zip(problem.visits, handed, strict=True) if n is None)
    for n, vehicle in zip(crews, vehicles, strict=True):
        mine = [visit for visit, m in zip(problem.visits, handed, strict=True) if m == n]
        shift = problem.shifts[n]
        if any(shift.officer_id not in _posts(problem, visit.community_id) for visit in mine):
            return None
        drives = [_drive(problem, shift, vehicle, order) for order in permutations(mine)]
        possible = [drive for drive in drives if drive is not None]
        if not possible:
            return None
        prices = problem.policy.prices
        b_leads = sum(_posts(problem, visit.community_id)[1] == shift.officer_id for visit in mine)
        cost += min(possible) + prices.outing + prices.b_leads * b_leads
    outings = [problem.shifts[n].officer_id for n in (*crews, *seconds)]
    return cost + sum(
        problem.policy.prices.uneven * k * (k - 1) // 2 for k in (outings.count(who) for who in set(outings))
    )


def _posts(problem: WeeklyProblem, place: str) -> tuple[str, str]:
    return problem.communities[place].a_officer, problem.communities[place].b_officer


def _drive(problem: WeeklyProblem, shift: Shift, vehicle: VehicleKind, order: tuple[Visit, ...]) -> int | None:
    time, total = shift.start, 0
    for origin, visit in pairwise([None, *order, None]):
        a = STATION if origin is None else origin.community_id
        b = STATION if visit is None else visit.community_id
        hop = problem.drive(vehicle, shift.band_id, a, b)
        time, total = time + hop, total + hop
        if visit is not None:
            window = visit.windows[0]
            time = max(time, window.earliest)
            if time > window.latest:
                return None
            time += visit.duration
    return total if time <= shift.end else None


def test_every_column_keeps_to_its_shift_and_its_lead_holds_a_post() -> None:
    problem = seeded_week(2, Size())
    response = replace(problem.policy.response, guaranteed=False)  # its price would be part of a column's driving
    problem = replace(problem, policy=replace(problem.policy, response=response))
    for column in all_columns(problem):
        for task in column.tasks:
            assert column.frame.lead in _posts(problem, task.visit.community_id)
        work = sum(task.visit.duration for task in column.tasks) + column.drive
        assert work + (column.frame.rest[2] if column.frame.rest else 0) <= column.frame.end - column.frame.start


def test_whatever_a_crew_can_do_it_can_also_do_less_of() -> None:
    problem = seeded_week(4, Size())
    tasks = tasks_by_day(problem)
    for frame in list(frames(problem))[:12]:
        sets = {column.keys for column in columns_of(problem, frame, tasks[frame.day])}
        for keys in sets:
            assert all(keys - {key} in sets for key in keys if len(keys) > 1)


def test_every_plan_stays_inside_the_week() -> None:
    plan = plan_week(seeded_week(5, Size()), time_limit=10, explained=False)
    for route in plan.routes:
        assert route.day * DAY <= route.depart < route.back <= (route.day + 1) * DAY
