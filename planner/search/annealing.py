"""Simulated annealing: propose, settle, keep or change back, a few thousand times a call."""

from __future__ import annotations

import numpy as np

from planner.search.arrays import (
    AGENTS,
    CHANGED,
    FIXED,
    LATE,
    LINKS,
    MOVE,
    OVERTIME,
    QUEUED,
    VALUES,
    WISHED,
    WORST,
    Data,
    State,
)
from planner.search.compiled import compiled
from planner.search.decode import settle
from planner.search.lots import below, draw
from planner.search.moves import (
    anywhere,
    beside_neighbour,
    carry_out,
    instead,
    left_out,
    other_agent,
    other_tour,
    shift,
    swap,
)
from planner.search.problem import Floats, Ints
from planner.search.routes import leave_out, put_in, undo
from planner.search.tails import swap_tails

LEFT_OUT = 0.05
"""So often, where there are visits left out, one of them is tried."""


@compiled
def begin_move(state: State) -> None:
    """Empty the journals."""
    for n in (LINKS, VALUES, QUEUED, CHANGED, AGENTS, WISHED):
        state.length[n] = 0
    state.length[MOVE] += 1


@compiled
def price(data: Data, state: State) -> float:
    """Return the price of the plan in hand."""
    total = state.total
    return float(total[FIXED] + total[LATE] + total[OVERTIME] + data.worst_price * total[WORST])


@compiled
def propose(data: Data, state: State) -> float:
    """Make one move of a kind drawn by lot; return its change of price but for its timing, infinity if it cannot be."""
    visit, missing = below(state, data.roles.size), -1
    if data.timed and draw(state) < LEFT_OUT:
        missing = left_out(data, state)
        if missing >= 0:
            visit = missing
    kind = draw(state)
    if missing >= 0 and draw(state) < 0.5:
        instead(data, state, visit)
    elif kind < 0.45:
        beside_neighbour(data, state, visit)
    elif kind < 0.65:
        swap(data, state, visit)
    elif kind < 0.75:
        other_agent(data, state, visit)
    elif kind < 0.85:
        shift(data, state, visit)
    elif kind < 0.95:
        return swap_tails(data, state, visit)
    elif data.timed and kind < 0.97:
        other_tour(data, state, visit)
    else:
        anywhere(data, state, visit)
    return carry_out(data, state)


@compiled
def anneal(data: Data, state: State, temperature: float, proposals: int) -> None:
    """Make proposals at one temperature (Metropolis).

    What a move may cost is drawn before it is settled, so that a hopeless one is dropped at its first leg.
    """
    for _ in range(proposals):
        begin_move(state)
        most = -temperature * np.log(1.0 - draw(state))
        fixed = propose(data, state)
        if fixed == np.inf or not settle(data, state, fixed, most):
            undo(state)
            continue
        cost = price(data, state)
        if cost < state.best[0] - 1e-9:
            keep(data, state, cost)


@compiled
def keep(data: Data, state: State, cost: float) -> None:
    """Note the plan in hand as the best one."""
    visits, nodes = data.roles.size, state.link.size // 3
    state.best[0] = cost
    for node in range(visits << data.shift):
        state.best_agent[node] = state.link[2 * nodes + node]
    for visit in range(visits):
        state.best_key[visit] = state.value[visit]


@compiled
def load(data: Data, state: State, order: Ints, keys: Floats, who: Ints) -> bool:
    """Make a plan from scratch: visits in this order with these keys, each role filled by `who`, -1 to leave it out.

    Tell whether it is allowed. Where keys are times, they become the begins, which every tour's order agrees with.
    """
    visits, agents, nodes = data.roles.size, data.ready.size, state.link.size // 3
    first = visits << data.shift
    state.link[:] = -1
    state.value[:] = 0.0
    state.value[visits : visits + first] = -np.inf
    state.total[:] = 0.0
    begin_move(state)
    for agent in range(agents):
        state.link[first + agent] = first + agents + agent
        state.link[nodes + first + agents + agent] = first + agent
    fixed = 0.0
    for pool in range(data.pool_at.size - 1):
        fixed += data.pool_prices[data.pool_at[pool]]
    for visit in order:
        base = visit << data.shift
        if who[base] < 0:
            state.value[visit] = keys[visit]
            fixed += leave_out(data, state, visit)
            continue
        for role in range(data.roles[visit]):
            state.crew[role] = who[base + role]
        fixed += put_in(data, state, visit, keys[visit], 0)
    if not settle(data, state, fixed, np.inf):
        return False
    if data.timed:
        for visit in range(visits):
            if who[visit << data.shift] >= 0:
                state.value[visit] = state.value[visits + (visit << data.shift)]
    return True
