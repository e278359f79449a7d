"""The price of a plan worked out plainly, visit by visit, with nothing of the search but the problem it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from planner.search.problem import MANDATORY, Agent, JointVisit, SearchProblem

Crews = Sequence[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Begins of each role, by visit, and the whole price."""

    starts: tuple[tuple[float, ...], ...]
    price: float


def invented_problem(seed: int, *, visits: int = 14, agents: int = 5, many_windows: bool = True) -> SearchProblem:
    """Return an invented problem in whole numbers with every kind of visit, agent and price."""
    rng = Random(seed)
    places = visits + 2
    at = [(rng.randrange(60), rng.randrange(60)) for _ in range(places)]
    drive = np.array([[abs(a - c) + abs(b - d) for c, d in at] for a, b in at], np.float64)
    wanted = tuple(_visit(rng, place, agents, many_windows=many_windows) for place in range(2, places))
    return SearchProblem(
        wanted,
        tuple(_agent(rng) for _ in range(agents)),
        np.stack([drive, 2 * drive]),
        travel_price=3.0,
        worst_lateness_price=float(rng.randrange(4)),
        assignment={(v, 0, rng.choice(visit.agents[0])): float(rng.randrange(50)) for v, visit in enumerate(wanted)},
    )


def _visit(rng: Random, place: int, agents: int, *, many_windows: bool) -> JointVisit:
    roles = rng.choice((1, 2))
    edges = sorted(rng.sample(range(400), 4 if many_windows and rng.random() < 0.5 else 2))
    least = rng.randrange(1, 40)
    return JointVisit(
        place,
        tuple(float(rng.randrange(5, 20)) for _ in range(roles)),
        tuple((float(edges[n]), float(edges[n + 1])) for n in range(0, len(edges), 2)),
        tuple(tuple(sorted(rng.sample(range(agents), max(2, agents - 2)))) for _ in range(roles)),
        rng.choice(((0.0, 0.0), (float(least), 2.0 * least), (0.0, 30.0))),
        float(rng.randrange(1, 5)),
        rng.choice((MANDATORY, 500.0)),
    )


def _agent(rng: Random) -> Agent:
    return Agent(
        rng.randrange(2),
        rng.randrange(2),
        ready=float(rng.randrange(60)),
        due=float(rng.randrange(250, 500)),
        overtime_price=float(rng.randrange(4)),
        outing=float(rng.randrange(30)),
        travel_class=rng.randrange(2),
    )


def reckon(problem: SearchProblem, order: Sequence[int], crews: Crews) -> Reckoned:
    """Work out a plan: everybody makes their visits in this order, each begun as early as it can be."""
    where = [agent.start for agent in problem.agents]
    free = [agent.ready for agent in problem.agents]
    starts: list[tuple[float, ...]] = [() for _ in problem.visits]
    for number in order:
        visit, crew = problem.visits[number], crews[number]
        if not crew:
            continue
        reached = [free[a] + _drive(problem, a, where[a], visit.place) for a in crew]
        starts[number] = _begins(visit, reached)
        for a, begin, stay in zip(crew, starts[number], visit.service, strict=True):
            where[a], free[a] = visit.place, begin + stay
    return Reckoned(tuple(starts), _price(problem, order, crews, starts))


def _drive(problem: SearchProblem, agent: int, one: int, other: int) -> float:
    return float(problem.travel[problem.agents[agent].travel_class, one, other])


def _open(visit: JointVisit, time: float) -> float:
    times = [max(time, opens) for opens, closes in visit.windows if time <= closes]
    return min(times, default=time)


def _begins(visit: JointVisit, reached: Sequence[float]) -> tuple[float, ...]:
    begins = [_open(visit, time) for time in reached]
    if len(begins) == 1:
        return tuple(begins)
    least, most = visit.apart
    while True:
        later = _open(visit, max(begins[1], begins[0] + least))
        earlier = _open(visit, max(begins[0], later - most))
        if [earlier, later] == begins:
            return earlier, later
        begins = [earlier, later]


def _price(problem: SearchProblem, order: Sequence[int], crews: Crews, starts: Sequence[tuple[float, ...]]) -> float:
    total = sum(visit.missed for visit, crew in zip(problem.visits, crews, strict=True) if not crew)
    worst = 0.0
    for number, crew in enumerate(crews):
        for role, agent in enumerate(crew):
            visit = problem.visits[number]
            late = max(0.0, starts[number][role] - visit.windows[-1][1])
            total += visit.lateness_price * late + problem.assignment.get((number, role, agent), 0.0)
            worst = max(worst, late)
    for number, person in enumerate(problem.agents):
        tour = [v for v in order if number in crews[v]]
        if not tour:
            continue
        stops = [person.start, *(problem.visits[v].place for v in tour), person.end]
        total += person.outing + problem.travel_price * sum(_drive(problem, number, a, b) for a, b in pairwise(stops))
        role = crews[tour[-1]].index(number)
        left = starts[tour[-1]][role] + problem.visits[tour[-1]].service[role]
        total += person.overtime_price * max(0.0, left + _drive(problem, number, stops[-2], person.end) - person.due)
    return total + problem.worst_lateness_price * worst
