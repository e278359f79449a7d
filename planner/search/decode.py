"""When each service begins, given the tours: as early as arrivals, windows and the other role allow.

Visits are settled in key order. Only those whose arrivals may have changed are settled again, and a move is given up as
soon as its price is past what would be accepted.
"""

from __future__ import annotations

import numpy as np

from planner.search.arrays import AGENTS, CHANGED, FIXED, LATE, MOVE, OVERTIME, QUEUED, WORST, Data, State
from planner.search.compiled import compiled
from planner.search.routes import comes_before, set_value


@compiled
def next_open(data: Data, visit: int, time: float) -> float:
    """Return the first time from then on at which service may begin; after the last window, late, it always may."""
    for n in range(data.window_at[visit], data.window_at[visit + 1]):
        if time <= data.closes[n]:
            return float(max(time, data.opens[n]))
    return time


@compiled
def arrival(data: Data, state: State, node: int) -> float:
    """Return when the agent of a node gets there."""
    nodes, first = state.link.size // 3, 2 * data.roles.size
    agent = state.link[2 * nodes + node] if node < first else node - first - data.ready.size
    before = state.link[nodes + node]
    left = data.ready[agent] if before >= first else state.value[before] + data.service[before]
    return float(left + data.travel[data.agent_class[agent], data.place[before], data.place[node]])


@compiled
def begins(data: Data, state: State, visit: int) -> tuple[float, float]:
    """Return the earliest begin of each role: the least fixed point of arrivals, windows and distance in time."""
    if state.link[2 * (state.link.size // 3) + 2 * visit] < 0:
        return -np.inf, -np.inf
    one = arrival(data, state, 2 * visit)
    if data.roles[visit] == 1:
        return next_open(data, visit, one), -np.inf
    other = arrival(data, state, 2 * visit + 1)
    least, most = data.apart_least[visit], data.apart_most[visit]
    if most == 0:
        both = next_open(data, visit, max(one, other))
        return both, both
    one = next_open(data, visit, one)
    other = next_open(data, visit, max(other, one + least))
    while one < other - most:
        one = next_open(data, visit, other - most)
        other = next_open(data, visit, max(other, one + least))
    return one, other


@compiled
def push(state: State, visit: int) -> None:
    """Queue a visit, once, so that the queue's last is the first in key order."""
    if state.visit_mark[visit] == state.length[MOVE]:
        return
    state.visit_mark[visit] = state.length[MOVE]
    key = state.value[2 * state.visit_mark.size + visit]
    n = state.length[QUEUED]
    while n > 0 and not comes_before(state, visit, key, state.queue[n - 1]):
        state.queue[n] = state.queue[n - 1]
        n -= 1
    state.queue[n] = visit
    state.length[QUEUED] += 1


@compiled
def mark(data: Data, state: State, node: int) -> None:
    """Have a node settled again: a role by its visit, the end of a tour by its agent."""
    first = 2 * data.roles.size
    if node < first:
        push(state, node >> 1)
        return
    agent = node - first - data.ready.size
    if state.agent_mark[agent] != state.length[MOVE]:
        state.agent_mark[agent] = state.length[MOVE]
        state.agents[state.length[AGENTS]] = agent
        state.length[AGENTS] += 1


@compiled
def overtime(data: Data, state: State, agent: int) -> float:
    """Return the price of an agent's coming home late."""
    first, agents = 2 * data.roles.size, data.ready.size
    end = first + agents + agent
    if data.overtime_price[agent] == 0 or state.link[first + agent] == end:
        return 0.0
    return float(data.overtime_price[agent] * max(0.0, arrival(data, state, end) - data.due[agent]))


@compiled
def worst_lateness(data: Data, state: State) -> float:
    """Return the greatest lateness of all roles."""
    worst = 0.0
    for node in range(2 * data.roles.size):
        worst = max(worst, state.value[node] - data.close[node])
    return worst


@compiled
def settle(data: Data, state: State, fixed: float, most: float) -> bool:
    """Settle what a move has changed; tell whether the whole price rises by `most` at the most, and book it if so.

    Parameters
    ----------
    fixed
        By how much the move changes travel, outings, assignments and visits left out.
    """
    total = state.total
    left = total[LATE]  # what could still be gained on visits not settled again
    least = fixed - total[OVERTIME] - data.worst_price * total[WORST]
    if least - left > most:
        return False
    for n in range(state.length[CHANGED]):
        mark(data, state, state.changed[n])
    late, worst, worst_left = 0.0, 0.0, False
    while state.length[QUEUED] > 0:
        state.length[QUEUED] -= 1
        visit = state.queue[state.length[QUEUED]]
        new = begins(data, state, visit)
        for role in range(data.roles[visit]):
            node = 2 * visit + role
            old = state.value[node]
            was = max(0.0, old - data.close[node])
            now = max(0.0, new[role] - data.close[node])
            left -= data.lateness_price[visit] * was
            worst = max(worst, now)
            if new[role] == old:
                continue
            set_value(state, node, new[role])
            late += data.lateness_price[visit] * (now - was)
            worst_left = worst_left or (now < was and was == total[WORST])
            if new[role] > -np.inf:
                mark(data, state, state.link[node])
        if least + late + worst * data.worst_price - left > most:
            return False
    return book(data, state, fixed, late, most, worst_lateness(data, state) if worst_left else max(worst, total[WORST]))


@compiled
def book(data: Data, state: State, fixed: float, late: float, most: float, worst: float) -> bool:
    """Settle the ends of tours; book the move's price if it is not above `most`."""
    total = state.total
    change = fixed + late + data.worst_price * (worst - total[WORST])
    over, at = 0.0, 3 * data.roles.size
    for n in range(state.length[AGENTS]):
        agent = state.agents[n]
        now = overtime(data, state, agent)
        if now != state.value[at + agent]:
            over += now - state.value[at + agent]
            set_value(state, at + agent, now)
    if change + over > most:
        return False
    total[FIXED] += fixed
    total[LATE] += late
    total[OVERTIME] += over
    total[WORST] = worst
    return True
