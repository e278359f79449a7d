"""The problem and the state of the search as flat arrays, which is what compiled code is fast on.

A *node* is a role of a visit (role ``r`` of visit ``v`` has node ``(v << shift) + r``, every visit having the same room
for roles), the start of an agent's tour (``S + a``, with ``S = V << shift``) or its end (``S + A + a``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.search.problem import Bools, Floats, Ints

NEIGHBOURS = 20

PROHIBITIVE = 1e9
"""What one agent more than a pool holds costs: infinity cannot be taken off again."""


class Data(NamedTuple):
    """A `SearchProblem` in arrays, never written to; rows are visits, nodes, agents, classes or pools.

    Attributes
    ----------
    shift
        Each visit has room for ``1 << shift`` roles.
    movable
        Roles up to the last one that more than one agent can fill: the others stay with whom they have.
    close
        The last close, by node.
    hard, hard_due
        Visits that may not be late and agents that may not be.
    group_at, group
        Other visits of each visit's group.
    draw_at, draws, pool_at, pool_prices
        Pools of each agent, and prices of each pool by how many are out.
    reach
        How far past a tour's last visit a key may lie.
    timed
        All roles begin together and somebody's day ends: keys are then times.
    ruled, resting
        Some visits are solo or in groups; some agents owe a break.
    """

    shift: int
    roles: Ints
    movable: Ints
    apart_least: Floats
    apart_most: Floats
    window_at: Ints
    opens: Floats
    closes: Floats
    lateness_price: Floats
    hard: Bools
    missed: Floats
    solo: Bools
    group_at: Ints
    group: Ints
    days_apart: Ints
    service: Floats
    close: Floats
    place: Ints
    travel: Floats
    agent_class: Ints
    way_price: Floats
    ready: Floats
    due: Floats
    hard_due: Bools
    overtime_price: Floats
    outing: Floats
    day: Ints
    rest_from: Floats
    rest_until: Floats
    rest_takes: Floats
    draw_at: Ints
    draws: Ints
    pool_at: Ints
    pool_prices: Floats
    allowed: Bools
    assignment: Floats
    choice_at: Ints
    choices: Ints
    neighbours: Ints
    neighbour_count: Ints
    worst_price: float
    reach: float
    timed: bool
    ruled: bool
    resting: bool


class State(NamedTuple):
    """A plan and what is needed to change it and change it back.

    Attributes
    ----------
    link
        For N nodes: the next node at ``i``, the previous one at ``N + i``, and its agent at ``2N + i``, -1 when left
        out.
    value
        The key of visit ``v`` at ``v``, the begin of each role's service at ``V + i``, whether its agent has had the
        break by then at ``V + S + i``, overtime of agent ``a`` at ``V + 2S + a``, how many are out of each pool at
        ``V + 2S + A + p``.
    link_at, link_old, value_at, value_old
        Journals: what the move in hand has overwritten.
    queue
        Visits to settle again, the last one first.
    changed
        Nodes that the move in hand has given another predecessor or another way there.
    visit_mark, agent_mark, agents
        Which visits are queued, and which agents' ends are to be settled again.
    wished, wished_key, crew
        Which visits the move in hand wants where: the visit, its key, and from ``n << shift`` on who fills its roles.
    length
        How much is in use: link journal, value journal, queue, changed, agents, wished; then the number of the move in
        hand.
    total
        Travel, outings, assignments, pools and visits left out; lateness; overtime (all priced); the worst lateness.
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
    wished: Ints
    wished_key: Floats
    crew: Ints
    length: NDArray[np.int64]
    total: Floats
    random: NDArray[np.uint64]
    best_key: Floats
    best_agent: Ints
    best: Floats


LINKS, VALUES, QUEUED, CHANGED, AGENTS, WISHED, MOVE = range(7)
FIXED, LATE, OVERTIME, WORST = range(4)


def state_of(data: Data, seed: int) -> State:
    """Return an empty state."""
    visits, agents = data.roles.size, data.ready.size
    size = visits << data.shift
    nodes = size + 2 * agents
    values = visits + 2 * size + agents + data.pool_at.size
    journal = 12 * nodes  # a move may take every role out of one tour and put it into another
    return State(
        link=np.full(3 * nodes, -1, np.int64),
        value=np.zeros(values),
        link_at=np.empty(journal, np.int64),
        link_old=np.empty(journal, np.int64),
        value_at=np.empty(journal + 4 * values + 8 * data.draws.size, np.int64),
        value_old=np.empty(journal + 4 * values + 8 * data.draws.size),
        queue=np.empty(visits + 1, np.int64),
        changed=np.empty(journal, np.int64),
        visit_mark=np.zeros(visits, np.int64),
        agent_mark=np.zeros(agents, np.int64),
        agents=np.empty(agents, np.int64),
        wished=np.empty(visits + 2, np.int64),
        wished_key=np.empty(visits + 2),
        crew=np.full((visits + 2) << data.shift, -1, np.int64),
        length=np.zeros(7, np.int64),
        total=np.zeros(4),
        random=np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1),
        best_key=np.zeros(visits),
        best_agent=np.full(size, -1, np.int64),
        best=np.array([np.inf]),
    )


def begins_in(data: Data, state: State) -> Floats:
    """Return the part of `value` that holds the begin of each role's service."""
    visits = data.roles.size
    return state.value[visits : visits + (visits << data.shift)]


def agents_in(data: Data, state: State) -> Ints:
    """Return the part of `link` that holds the agent of each role."""
    nodes = state.link.size // 3
    return state.link[2 * nodes : 2 * nodes + (data.roles.size << data.shift)]
