"""Turn a problem into the arrays of the search, with each visit's neighbours."""

from __future__ import annotations

import math
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from planner.search.arrays import NEIGHBOURS, Data
from planner.search.problem import Bools, Floats, Ints, SearchProblem


def data_of(problem: SearchProblem) -> Data:
    """Return the problem in arrays."""
    visits, agents = problem.visits, problem.agents
    shift = max(1, (max((len(v.service) for v in visits), default=1) - 1).bit_length())
    allowed, service, assignment = _roles(problem, shift)
    movable = [max([r + 1 for r, who in enumerate(v.agents) if len(who) > 1], default=1) for v in visits]
    classes = problem.travel.shape[0]
    prices = problem.travel_price if isinstance(problem.travel_price, tuple) else (problem.travel_price,) * classes
    place = [v.place for v in visits for _ in range(1 << shift)]
    others, days_apart = _groups(problem)
    near = _neighbours(problem, allowed, movable, shift)
    rests = [a.rest if a.rest is not None else (0.0, 0.0, 0.0) for a in agents]
    spans = [a.due - a.ready for a in agents if math.isfinite(a.due)]
    timed = bool(spans) and all(v.apart == (0.0, 0.0) for v in visits)
    return Data(
        shift=shift,
        roles=np.array([len(v.service) for v in visits], np.int64),
        movable=np.array(movable, np.int64),
        apart_least=_floats([v.apart[0] for v in visits]),
        apart_most=_floats([v.apart[1] for v in visits]),
        window_at=_offsets([len(v.windows) for v in visits]),
        opens=_floats([w[0] for v in visits for w in v.windows]),
        closes=_floats([w[1] for v in visits for w in v.windows]),
        lateness_price=_finite([v.lateness_price for v in visits]),
        hard=np.array([math.isinf(v.lateness_price) for v in visits], np.bool_),
        missed=_floats([v.missed for v in visits]),
        solo=np.array([v.solo for v in visits], np.bool_),
        group_at=_offsets([len(row) for row in others]),
        group=np.array(list(chain.from_iterable(others)), np.int64),
        days_apart=np.array(days_apart, np.int64),
        service=service,
        close=_floats([v.windows[-1][1] for v in visits for _ in range(1 << shift)]),
        place=np.array([*place, *(a.start for a in agents), *(a.end for a in agents)], np.int64),
        travel=np.ascontiguousarray(problem.travel, np.float64),
        agent_class=np.array([a.travel_class for a in agents], np.int64),
        way_price=_floats(prices),
        ready=_floats([a.ready for a in agents]),
        due=_floats([a.due for a in agents]),
        hard_due=np.array([math.isinf(a.overtime_price) for a in agents], np.bool_),
        overtime_price=_finite([a.overtime_price for a in agents]),
        outing=_floats([a.outing for a in agents]),
        day=np.array([a.day for a in agents], np.int64),
        rest_from=_floats([rest[0] for rest in rests]),
        rest_until=_floats([rest[1] for rest in rests]),
        rest_takes=_floats([rest[2] for rest in rests]),
        draw_at=_offsets([len(a.draws) for a in agents]),
        draws=np.array([pool for a in agents for pool in a.draws], np.int64),
        pool_at=_offsets([len(prices) for prices in problem.pools]),
        pool_prices=_floats([price for prices in problem.pools for price in prices]),
        allowed=allowed,
        assignment=assignment,
        choice_at=_offsets(allowed.sum(axis=1)),
        choices=np.nonzero(allowed)[1].astype(np.int64),
        neighbours=_table(near),
        neighbour_count=np.array([len(row) for row in near], np.int64),
        worst_price=float(problem.worst_lateness_price),
        reach=float(np.mean(spans)) / 4 if timed else float(len(agents)),
        timed=timed,
        ruled=bool(problem.groups) or any(v.solo for v in visits),
        resting=any(a.rest is not None for a in agents),
    )


def _roles(problem: SearchProblem, shift: int) -> tuple[Bools, Floats, Floats]:
    """Return who may fill each node, how long they serve there, and what that costs."""
    size = len(problem.visits) << shift
    allowed = np.zeros((size, len(problem.agents)), np.bool_)
    assignment = np.zeros((size, len(problem.agents)))
    service = np.zeros(size)
    for number, visit in enumerate(problem.visits):
        for role, who in enumerate(visit.agents):
            allowed[(number << shift) + role, list(who)] = True
            service[(number << shift) + role] = visit.service[role]
    for (number, role, agent), price in problem.assignment.items():
        assignment[(number << shift) + role, agent] = price
    return allowed, service, assignment


def _groups(problem: SearchProblem) -> tuple[list[list[int]], list[int]]:
    """Return the others of each visit's group, and how many days apart they are."""
    others: list[list[int]] = [[] for _ in problem.visits]
    days_apart = [0] * len(problem.visits)
    for group in problem.groups:
        for visit in group.visits:
            others[visit] = [other for other in group.visits if other != visit]
            days_apart[visit] = group.days_apart
    return others, days_apart


def _floats(numbers: list[float] | tuple[float, ...]) -> Floats:
    return np.array(numbers, np.float64)


def _finite(prices: list[float]) -> Floats:
    """Return prices with nothing for those that a flag forbids: infinity times nothing is no number."""
    return np.array([0.0 if math.isinf(price) else price for price in prices], np.float64)


def _offsets(lengths: list[int] | NDArray[np.int64]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _table(rows: list[Ints]) -> Ints:
    table = np.zeros((len(rows), NEIGHBOURS), np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def _neighbours(problem: SearchProblem, allowed: Bools, movable: list[int], shift: int) -> list[Ints]:
    """Return, by visit, those that most likely come right before or after it: near in place and time, the same people.

    Travel plus a fifth of the wait plus the lateness that one after the other would bring at least, the lesser of the
    two orders: the proximity of Vidal et al. (2013), *Computers & Operations Research* 40.
    """
    place = [v.place for v in problem.visits]
    leg = problem.travel.min(axis=0)[np.ix_(place, place)]
    opens = np.array([v.windows[0][0] for v in problem.visits], np.float64)
    closes = np.array([v.windows[-1][1] for v in problem.visits], np.float64)
    stay = np.array([max(v.service) for v in problem.visits], np.float64)
    wait = opens[None, :] - (closes + stay)[:, None] - leg
    late = (opens + stay)[:, None] + leg - closes[None, :]
    after = leg + 0.2 * np.maximum(wait, 0) + np.maximum(late, 0)
    distance = np.minimum(after, after.T)
    who = np.array([allowed[v << shift : (v << shift) + roles].any(axis=0) for v, roles in enumerate(movable)])
    distance[(who.astype(np.float64) @ who.T.astype(np.float64)) == 0] = np.inf
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
    return [row[np.isfinite(distance[v, row])].astype(np.int64) for v, row in enumerate(order)]
