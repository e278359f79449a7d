"""The price of a plan worked out plainly, visit by visit, with nothing of the search but the problem it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from planner.search.problem import MANDATORY, NEVER, Agent, Group, JointVisit, SearchProblem

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


def invented_shifts(seed: int, *, visits: int = 14) -> SearchProblem:
    """Return an invented problem of two days: shifts with breaks, partners, groups, pools and solo visits."""
    rng = Random(seed)
    places = visits + 2
    at = [(rng.randrange(30), rng.randrange(30)) for _ in range(places)]
    drive = np.array([[abs(a - c) + abs(b - d) for c, d in at] for a, b in at], np.float64)
    shifts = tuple(
        Agent(
            0,
            0,
            ready=1000.0 * day,
            due=1000.0 * day + 400,
            overtime_price=NEVER,
            outing=float(rng.randrange(30)),
            travel_class=rng.randrange(2),
            day=day,
            rest=rng.choice((None, (1000.0 * day + 120, 1000.0 * day + 180, 30.0))),
            draws=(day, 2 + number % 2),
        )
        for number, day in enumerate(rng.choice((0, 1)) for _ in range(8))
    )
    partners = tuple(Agent(1, 1, travel_class=2) for _ in range(3))
    wanted = tuple(_shift_visit(rng, place, len(shifts), len(partners)) for place in range(2, places))
    return SearchProblem(
        wanted,
        (*shifts, *partners),
        np.stack([drive, 2 * drive, drive]),
        travel_price=(3.0, 3.0, 0.0),
        assignment={(v, 0, rng.choice(visit.agents[0])): float(rng.randrange(50)) for v, visit in enumerate(wanted)},
        groups=(Group((0, 1), 1), Group((2, 3, 4), 2)),
        pools=((0.0, 0.0, 40.0), (0.0, 10.0, 30.0, 60.0), (5.0, 6.0), (0.0, 0.0, 0.0, 90.0)),
    )


def _shift_visit(rng: Random, place: int, shifts: int, partners: int) -> JointVisit:
    joined = rng.sample(range(shifts, shifts + partners), rng.choice((0, 0, 1, 2, 3)))
    opens = rng.randrange(150)
    stay = float(rng.randrange(20, 60))
    return JointVisit(
        place,
        (stay, *(stay for _ in joined)),
        ((opens, opens + 150.0), (1000.0 + opens, 1000.0 + opens + 150.0)),
        (tuple(sorted(rng.sample(range(shifts), 5))), *((partner,) for partner in joined)),
        lateness_price=NEVER,
        missed=float(rng.choice((400, 900))),
        solo=rng.random() < 0.1,
    )


def broken(problem: SearchProblem, order: Sequence[int], crews: Crews) -> list[str]:
    """Say what a plan breaks that no price allows."""
    found = _broken_by_visits(problem, order, crews)
    for group in problem.groups:
        days = sorted(problem.agents[crews[v][0]].day for v in group.visits if crews[v])
        found += [f"{group} on days {days}" for a, b in pairwise(days) if b - a < group.days_apart]
    for number, agent in enumerate(problem.agents):
        if agent.overtime_price == NEVER and _home(problem, order, crews, number) > agent.due:
            found.append(f"agent {number} is late")
    over = (pool for pool, prices in enumerate(problem.pools) if _out(problem, crews, pool) >= len(prices))
    return found + [f"pool {pool} is overdrawn" for pool in over]


def _broken_by_visits(problem: SearchProblem, order: Sequence[int], crews: Crews) -> list[str]:
    found: list[str] = []
    for number, begins in enumerate(reckon(problem, order, crews).starts):
        visit = problem.visits[number]
        for begin, agent in zip(begins, crews[number], strict=True):
            if visit.lateness_price == NEVER and not any(a <= begin <= b for a, b in visit.windows):
                found.append(f"visit {number} begins at {begin}")
            if visit.solo and sum(agent in crew for crew in crews) > 1:
                found.append(f"visit {number} is not alone")
    return found


def _out(problem: SearchProblem, crews: Crews, pool: int) -> int:
    out = {agent for crew in crews for agent in crew}
    return sum(pool in problem.agents[agent].draws for agent in out)


def reckon(problem: SearchProblem, order: Sequence[int], crews: Crews) -> Reckoned:
    """Work out a plan: everybody makes their visits in this order, each begun as early as it can be."""
    starts, _, _ = _tour(problem, order, crews)
    return Reckoned(tuple(starts), _price(problem, order, crews, starts))


def _tour(
    problem: SearchProblem, order: Sequence[int], crews: Crews
) -> tuple[list[tuple[float, ...]], list[float], list[bool]]:
    """Return the begins, when everybody is done with their last visit, and who has had their break by then."""
    where = [agent.start for agent in problem.agents]
    free = [agent.ready for agent in problem.agents]
    rested = [agent.rest is None for agent in problem.agents]
    starts: list[tuple[float, ...]] = [() for _ in problem.visits]
    for number in order:
        visit, crew = problem.visits[number], crews[number]
        if not crew:
            continue
        reached = [free[a] + _drive(problem, a, where[a], visit.place) for a in crew]
        begins = _begins(visit, reached)
        for role, a in enumerate(crew):
            rest = problem.agents[a].rest
            if rested[a] or rest is None:
                continue
            late = _after_break(rest, free[a], _drive(problem, a, where[a], visit.place))
            if visit.solo or late <= begins[role]:
                rested[a] = True
            elif begins[role] + visit.service[role] > rest[1]:
                rested[a], reached[role] = True, late
        starts[number] = _begins(visit, reached)
        for a, begin, stay in zip(crew, starts[number], visit.service, strict=True):
            where[a], free[a] = visit.place, begin + stay
    return starts, free, rested


def _after_break(rest: tuple[float, float, float], left: float, way: float) -> float:
    opens, closes, takes = rest
    leaving, there = max(left, opens), max(left + way, opens)
    times = [leaving + takes + way] * (leaving <= closes) + [there + takes] * (there <= closes)
    return min(times, default=float("inf"))


def _home(problem: SearchProblem, order: Sequence[int], crews: Crews, number: int) -> float:
    """Return when somebody is back, break and all."""
    _, free, rested = _tour(problem, order, crews)
    agent, tour = problem.agents[number], [v for v in order if number in crews[v]]
    if not tour:
        return agent.ready
    way = _drive(problem, number, problem.visits[tour[-1]].place, agent.end)
    if rested[number] or agent.rest is None:
        return free[number] + way
    return _after_break(agent.rest, free[number], way)


def _drive(problem: SearchProblem, agent: int, one: int, other: int) -> float:
    return float(problem.travel[problem.agents[agent].travel_class, one, other])


def _open(visit: JointVisit, time: float) -> float:
    times = [max(time, opens) for opens, closes in visit.windows if time <= closes]
    return min(times, default=time)


def _begins(visit: JointVisit, reached: Sequence[float]) -> tuple[float, ...]:
    if visit.apart == (0.0, 0.0):
        return (_open(visit, max(reached)),) * len(reached)
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
            total += (visit.lateness_price * late if late else 0.0) + problem.assignment.get((number, role, agent), 0.0)
            worst = max(worst, late)
    for number, person in enumerate(problem.agents):
        tour = [v for v in order if number in crews[v]]
        if not tour:
            continue
        stops = [person.start, *(problem.visits[v].place for v in tour), person.end]
        each = problem.travel_price
        by_time = each[person.travel_class] if isinstance(each, tuple) else each
        total += person.outing + by_time * sum(_drive(problem, number, a, b) for a, b in pairwise(stops))
        if person.overtime_price < NEVER:
            total += person.overtime_price * max(0.0, _home(problem, order, crews, number) - person.due)
    for pool, prices in enumerate(problem.pools):
        total += prices[min(_out(problem, crews, pool), len(prices) - 1)]
    return total + problem.worst_lateness_price * worst
