"""The problem and the state of the search as flat arrays, which is what compiled code is fast on.

A *node* is a role of a visit (visit ``v`` has nodes ``2v`` and ``2v + 1``), the start of an agent's tour (``2V + a``)
or its end (``2V + A + a``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.search.problem import Bools, Floats, Ints, SearchProblem

NEIGHBOURS = 20


class Data(NamedTuple):
    """A `SearchProblem` in arrays, never written to; rows are visits, nodes or agents."""

    roles: Ints
    apart_least: Floats
    apart_most: Floats
    window_at: Ints
    opens: Floats
    closes: Floats
    lateness_price: Floats
    missed: Floats
    service: Floats
    close: Floats  # the last close, by role
    place: Ints
    travel: Floats
    agent_class: Ints
    ready: Floats
    due: Floats
    overtime_price: Floats
    outing: Floats
    allowed: Bools
    assignment: Floats
    choice_at: Ints
    choices: Ints
    neighbours: Ints
    neighbour_count: Ints
    travel_price: float
    worst_price: float


class State(NamedTuple):
    """A plan and what is needed to change it and change it back.

    Attributes
    ----------
    link
        For N nodes: the next node at ``i``, the previous one at ``N + i``, and its agent at ``2N + i``, -1 when left
        out.
    value
        The begin of each role's service at ``i``, the key of visit ``v`` at ``2V + v``, overtime of agent ``a`` at
        ``3V + a``.
    link_at, link_old, value_at, value_old
        Journals: what the move in hand has overwritten.
    queue
        Visits to settle again, the last one first.
    changed
        Nodes that the move in hand has given another predecessor or another way there.
    visit_mark, agent_mark, agents
        Which visits are queued, and which agents' ends are to be settled again.
    length
        How much is in use: link journal, value journal, queue, changed, agents; then the number of the move in hand.
    total
        Travel, outings, assignments and visits left out; lateness; overtime (all priced); the worst lateness.
    random
        The generator's state.
    best_key, best_agent, best
        The best plan since this was last reset, and its price.
    """

    link: Ints
    value: Floats
    link_at: Ints
    link_old: Ints
    value_at: Ints
    value_old: Floats
    queue: Ints
    changed: Ints
    visit_mark: NDArray[np.int64]
    agent_mark: NDArray[np.int64]
    agents: Ints
    length: NDArray[np.int64]
    total: Floats
    random: NDArray[np.uint64]
    best_key: Floats
    best_agent: Ints
    best: Floats


LINKS, VALUES, QUEUED, CHANGED, AGENTS, MOVE = range(6)
FIXED, LATE, OVERTIME, WORST = range(4)


def data_of(problem: SearchProblem) -> Data:
    """Return the problem in arrays, with each visit's neighbours."""
    visits, agents = problem.visits, problem.agents
    size = 2 * len(visits)
    allowed = np.zeros((size, len(agents)), np.bool_)
    assignment = np.zeros((size, len(agents)))
    service = np.zeros(size)
    for number, visit in enumerate(visits):
        for role, who in enumerate(visit.agents):
            allowed[2 * number + role, list(who)] = True
            service[2 * number + role] = visit.service[role]
    for (number, role, agent), price in problem.assignment.items():
        assignment[2 * number + role, agent] = price
    place = [p for v in visits for p in (v.place, v.place)] + [a.start for a in agents] + [a.end for a in agents]
    near = _neighbours(problem, allowed)
    return Data(
        roles=np.array([len(v.service) for v in visits], np.int64),
        apart_least=np.array([v.apart[0] for v in visits], np.float64),
        apart_most=np.array([v.apart[1] for v in visits], np.float64),
        window_at=_offsets([len(v.windows) for v in visits]),
        opens=np.array([w[0] for v in visits for w in v.windows], np.float64),
        closes=np.array([w[1] for v in visits for w in v.windows], np.float64),
        lateness_price=np.array([v.lateness_price for v in visits], np.float64),
        missed=np.array([v.missed for v in visits], np.float64),
        service=service,
        close=np.array([v.windows[-1][1] for v in visits for _ in range(2)], np.float64),
        place=np.array(place, np.int64),
        travel=np.ascontiguousarray(problem.travel, np.float64),
        agent_class=np.array([a.travel_class for a in agents], np.int64),
        ready=np.array([a.ready for a in agents], np.float64),
        due=np.array([a.due for a in agents], np.float64),
        overtime_price=np.array([a.overtime_price for a in agents], np.float64),
        outing=np.array([a.outing for a in agents], np.float64),
        allowed=allowed,
        assignment=assignment,
        choice_at=_offsets(allowed.sum(axis=1)),
        choices=np.nonzero(allowed)[1].astype(np.int64),
        neighbours=_table(near),
        neighbour_count=np.array([len(row) for row in near], np.int64),
        travel_price=float(problem.travel_price),
        worst_price=float(problem.worst_lateness_price),
    )


def state_of(data: Data, seed: int) -> State:
    """Return an empty state."""
    visits, agents = data.roles.size, data.ready.size
    nodes = 2 * visits + 2 * agents
    return State(
        link=np.full(3 * nodes, -1, np.int64),
        value=np.zeros(3 * visits + agents),
        link_at=np.empty(6 * nodes, np.int64),
        link_old=np.empty(6 * nodes, np.int64),
        value_at=np.empty(6 * visits + 2 * agents, np.int64),
        value_old=np.empty(6 * visits + 2 * agents),
        queue=np.empty(visits + 1, np.int64),
        changed=np.empty(6 * nodes, np.int64),
        visit_mark=np.zeros(visits, np.int64),
        agent_mark=np.zeros(agents, np.int64),
        agents=np.empty(agents, np.int64),
        length=np.zeros(6, np.int64),
        total=np.zeros(4),
        random=np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1),
        best_key=np.zeros(visits),
        best_agent=np.full(2 * visits, -1, np.int64),
        best=np.array([np.inf]),
    )


def _offsets(lengths: list[int] | NDArray[np.int64]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _table(rows: list[Ints]) -> Ints:
    table = np.zeros((len(rows), NEIGHBOURS), np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def _neighbours(problem: SearchProblem, allowed: Bools) -> list[Ints]:
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
    who = allowed[0::2] | allowed[1::2]
    distance[(who.astype(np.float64) @ who.T.astype(np.float64)) == 0] = np.inf
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
    return [row[np.isfinite(distance[v, row])].astype(np.int64) for v, row in enumerate(order)]
