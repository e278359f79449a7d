from __future__ import annotations

from itertools import count, permutations, product

import numpy as np
import pytest

from planner.errors import ProblemError
from planner.search.annealing import anneal, begin_move, price, propose
from planner.search.arrays import Data, State, agents_in, begins_in
from planner.search.decode import settle
from planner.search.flatten import data_of
from planner.search.problem import Agent, JointVisit, SearchProblem
from planner.search.routes import undo
from planner.search.search import Run, SearchResult, proposals, search
from tests.planner.search.plain import Crews, broken, invented_problem, invented_shifts, reckon


def plan_in_hand(data: Data, state: State) -> tuple[list[int], Crews]:
    visits, agents = data.roles.size, agents_in(data, state).reshape(data.roles.size, -1)
    crews = [tuple(int(a) for a in agents[v, :roles] if a >= 0) for v, roles in enumerate(data.roles)]
    return [int(v) for v in np.argsort(state.value[:visits], kind="stable")], crews


def begins_in_hand(data: Data, state: State, crews: Crews) -> list[tuple[float, ...]]:
    begins = begins_in(data, state).reshape(data.roles.size, -1)
    return [tuple(float(t) for t in begins[v, : len(crew)]) for v, crew in enumerate(crews)]


def snapshot(state: State) -> tuple[bytes, ...]:
    return state.link.tobytes(), state.value.tobytes(), state.total.tobytes()


def reckoned(problem: SearchProblem, result: SearchResult) -> float:
    """Work out a result's price, and that its begins are as early as they can be."""
    plain = reckon(problem, result.order, result.assignees)
    assert plain.starts == result.starts
    return plain.price


@pytest.mark.parametrize("seed", range(8))
def test_every_move_kept_costs_what_it_costs_reckoned_plainly(seed: int) -> None:
    problem = invented_problem(seed)
    run = Run(data_of(problem), seed, proposals(1), lambda: False)
    kept = 0
    for number in range(4000):
        begin_move(run.state)
        fixed = propose(run.data, run.state)
        most = 500.0 if number < 2000 else 20.0
        if fixed == np.inf or not settle(run.data, run.state, fixed, most):
            undo(run.state)
            continue
        kept += 1
        if kept % 5 == 0:
            order, crews = plan_in_hand(run.data, run.state)
            plain = reckon(problem, order, crews)
            assert begins_in_hand(run.data, run.state, crews) == list(plain.starts)
            assert price(run.data, run.state) == pytest.approx(plain.price, abs=1e-6)
    assert kept > 200


@pytest.mark.parametrize("seed", range(8))
def test_with_shifts_breaks_partners_and_pools_every_move_kept_is_allowed_and_costs_what_it_costs(seed: int) -> None:
    problem = invented_shifts(seed)
    run = Run(data_of(problem), seed, proposals(1), lambda: False)
    kept = 0
    for number in range(6000):
        begin_move(run.state)
        fixed = propose(run.data, run.state)
        if fixed == np.inf or not settle(run.data, run.state, fixed, 300.0 if number % 2 else 10.0):
            undo(run.state)
            continue
        kept += 1
        if kept % 5 == 0:
            order, crews = plan_in_hand(run.data, run.state)
            plain = reckon(problem, order, crews)
            assert begins_in_hand(run.data, run.state, crews) == list(plain.starts)
            assert price(run.data, run.state) == pytest.approx(plain.price, abs=1e-6)
            assert broken(problem, order, crews) == []
        if kept % 50 == 0:  # keys become the begins: the same plan
            before = price(run.data, run.state)
            run.reload(run.state.value[: run.data.roles.size], agents_in(run.data, run.state))
            assert price(run.data, run.state) == pytest.approx(before, abs=1e-6)
    assert kept > 200


@pytest.mark.parametrize("seed", range(4))
def test_with_shifts_a_search_finds_a_plan_that_is_allowed(seed: int) -> None:
    problem = invented_shifts(seed, visits=20)
    result = search(problem, work=proposals(100_000), seed=seed)
    assert broken(problem, result.order, result.assignees) == []
    assert reckoned(problem, result) == pytest.approx(result.cost, abs=1e-6)
    assert sum(map(bool, result.assignees)) > 6


@pytest.mark.parametrize("seed", range(12))
def test_a_move_refused_leaves_everything_as_it_was(seed: int) -> None:
    problem = invented_shifts(seed) if seed % 2 else invented_problem(seed)
    run = Run(data_of(problem), seed, proposals(1), lambda: False)
    anneal(run.data, run.state, 50.0, 100)
    before = snapshot(run.state)
    refused = 0
    for _ in range(1000):
        begin_move(run.state)
        fixed = propose(run.data, run.state)
        if fixed < np.inf:
            refused += not settle(run.data, run.state, fixed, -1e9)
        undo(run.state)
        assert snapshot(run.state) == before
    assert refused > 100


@pytest.mark.parametrize("seed", range(12))
def test_a_move_is_refused_only_when_it_costs_more_than_allowed(seed: int) -> None:
    run = Run(data_of(invented_problem(seed)), seed, proposals(1), lambda: False)
    compared = 0
    for number in range(600):
        before = price(run.data, run.state)
        random = run.state.random.copy()
        begin_move(run.state)
        fixed = propose(run.data, run.state)
        kept = fixed < np.inf and settle(run.data, run.state, fixed, 30.0)
        after = price(run.data, run.state)
        if kept or fixed == np.inf:
            assert after <= before + 30.0 + 1e-6
            if not kept:
                undo(run.state)
            continue
        undo(run.state)
        totals, begun = run.state.total.copy(), snapshot(run.state)
        run.state.random[:] = random
        begin_move(run.state)
        settle(run.data, run.state, propose(run.data, run.state), np.inf)
        assert price(run.data, run.state) > before + 30.0 - 1e-6
        compared += 1
        if number % 3:  # go on from here, or from where it was
            undo(run.state)
            run.state.total[:] = totals
            assert snapshot(run.state) == begun
    assert compared > 30


@pytest.mark.parametrize("seed", range(3))
def test_the_result_costs_what_it_says_and_everybody_may_do_what_they_do(seed: int) -> None:
    problem = invented_problem(seed, visits=25, agents=7)
    result = search(problem, work=proposals(200_000), seed=seed)
    assert reckoned(problem, result) == pytest.approx(result.cost, abs=1e-6)
    for visit, crew in zip(problem.visits, result.assignees, strict=True):
        assert len(set(crew)) == (len(visit.service) if crew or visit.missed == np.inf else 0)
        assert all(agent in may for agent, may in zip(crew, visit.agents, strict=False))


@pytest.mark.parametrize("seed", range(4))
def test_a_small_problem_is_solved_as_well_as_by_trying_every_plan(seed: int) -> None:
    problem = invented_problem(seed, visits=4, agents=3)
    choices = [
        [*([()] if visit.missed < np.inf else []), *(c for c in product(*visit.agents) if len(set(c)) == len(c))]
        for visit in problem.visits
    ]
    plans = product(permutations(range(4)), product(*choices))
    best = min(reckon(problem, order, crews).price for order, crews in plans)
    assert search(problem, work=proposals(200_000), seed=0).cost == pytest.approx(best)


def test_the_same_seed_and_work_give_the_same_plan() -> None:
    problem = invented_problem(5, visits=20, agents=6)
    one, other = (search(problem, work=proposals(100_000), seed=7) for _ in range(2))
    assert one == other
    assert one.proposals >= 100_000


def test_a_search_that_is_stopped_still_has_a_plan() -> None:
    problem = invented_problem(5, visits=20, agents=6)
    asked = count()
    result = search(problem, work=lambda _: 0.0, stop=lambda: next(asked) > 3)
    assert result.proposals <= 50_000
    assert reckoned(problem, result) == pytest.approx(result.cost, abs=1e-6)


def test_the_trace_only_ever_falls_and_ends_at_the_cost() -> None:
    result = search(invented_problem(3, visits=20, agents=6), work=proposals(200_000))
    costs = [cost for _, cost in result.trace]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == pytest.approx(result.cost)


def two_visits(*, crossed: bool) -> SearchProblem:
    """Return two visits that both need both people, invented; crossed, each person stands at another of the two."""
    both = JointVisit(0, (10.0, 10.0), ((0.0, 100.0),), ((0, 1), (0, 1)))
    away = JointVisit(1, (10.0, 10.0), ((0.0, 100.0),), ((0, 1), (0, 1)))
    agents = (Agent(0, 0), Agent(1, 1)) if crossed else (Agent(0, 0), Agent(0, 0))
    return SearchProblem((both, away), agents, np.array([[[0.0, 30.0], [30.0, 0.0]]]))


@pytest.mark.parametrize("crossed", [False, True])
def test_two_people_needed_twice_never_wait_for_each_other_in_two_places(crossed: bool) -> None:
    result = search(two_visits(crossed=crossed), work=proposals(40_000))
    assert all(first == second for first, second in result.starts)
    assert result.cost == pytest.approx(120.0)


def test_nothing_to_visit_is_a_plan_that_costs_nothing() -> None:
    result = search(SearchProblem((), (Agent(0, 0),), np.zeros((1, 1, 1))), work=proposals(20_000))
    assert (result.assignees, result.cost) == ((), 0.0)


def test_a_visit_dearer_to_make_than_to_miss_is_left_out() -> None:
    far = JointVisit(1, (1.0,), ((0.0, 9.0),), ((0,),), missed=10.0)
    problem = SearchProblem((far,), (Agent(0, 0),), np.array([[[0.0, 30.0], [30.0, 0.0]]]))
    result = search(problem, work=proposals(20_000))
    assert result.assignees == ((),)
    assert result.cost == 10.0


def test_what_no_search_can_answer_is_refused_with_every_reason() -> None:
    one = JointVisit(7, (1.0, 1.0), ((5.0, 2.0),), ((0,), (0,)), apart=(3.0, 1.0))
    with pytest.raises(ProblemError) as refused:
        SearchProblem((one,), (Agent(0, 0, travel_class=2),), np.zeros((1, 1, 1)), assignment={(0, 0, 1): 5.0})
    said = str(refused.value)
    for part in ("no such assignment", "place 7", "travel class 2", "not enough agents", "windows", "distance in time"):
        assert part in said
