"""When each service begins, given the tours: as early as arrivals, windows, breaks and the other roles allow.

Visits are settled in key order. Only those whose arrivals may have changed are settled again, and a move is given up as
soon as its price is past what would be accepted, or a visit begins when it never may.
"""

from __future__ import annotations

import numpy as np

from planner.search.arrays import AGENTS, CHANGED, FIXED, LATE, MOVE, OVERTIME, QUEUED, WORST, Data, State
from planner.search.compiled import compiled
from planner.search.routes import comes_before, set_value


@compiled
def next_open(data: Data, visit: int, time: float) -> float:
    """Return the first time from then on at which service may begin.

    After the last window, late, it always may, or never where being late is not allowed: infinity.
    """
    for n in range(data.window_at[visit], data.window_at[visit + 1]):
        if time <= data.closes[n]:
            return float(max(time, data.opens[n]))
    return float(np.inf if data.hard[visit] else time)


@compiled
def agent_of(data: Data, state: State, node: int) -> int:
    """Return whose tour a role, or the end of a tour, is in."""
    first = data.roles.size << data.shift
    if node < first:
        return int(state.link[2 * (state.link.size // 3) + node])
    return int(node - first - data.ready.size)


@compiled
def departure(data: Data, state: State, agent: int, before: int) -> float:
    """Return when an agent is ready to leave a node."""
    if before >= data.roles.size << data.shift:
        return float(data.ready[agent])
    return float(state.value[data.roles.size + before] + data.service[before])


@compiled
def arrival(data: Data, state: State, node: int) -> float:
    """Return when the agent of a node gets there."""
    before = state.link[state.link.size // 3 + node]
    agent = agent_of(data, state, node)
    way = data.travel[data.agent_class[agent], data.place[before], data.place[node]]
    return float(departure(data, state, agent, before) + way)


@compiled
def arrival_rested(data: Data, state: State, node: int) -> float:
    """Return when the agent gets there with the break taken on the way: before leaving, or on arrival."""
    before = state.link[state.link.size // 3 + node]
    agent = agent_of(data, state, node)
    left = departure(data, state, agent, before)
    way = data.travel[data.agent_class[agent], data.place[before], data.place[node]]
    opens, closes, takes = data.rest_from[agent], data.rest_until[agent], data.rest_takes[agent]
    ready = np.inf
    if left <= closes:
        ready = max(left, opens) + takes + way
    if left + way <= closes:
        ready = min(ready, max(left + way, opens) + takes)
    return float(ready)


@compiled
def owes_break(data: Data, state: State, node: int) -> bool:
    """Tell whether the agent of a node still owes the break on the way there."""
    agent = agent_of(data, state, node)
    if data.rest_takes[agent] == 0:
        return False
    before, visits = state.link[state.link.size // 3 + node], data.roles.size
    if before >= visits << data.shift:
        return True
    return bool(state.value[visits + (visits << data.shift) + before] == 0)


@compiled
def together(data: Data, state: State, visit: int) -> float:
    """Return when all roles of a visit begin.

    A break is taken where it delays nobody, and otherwise as late as it can be: waiting yet to come may take it in.
    """
    base, ready = visit << data.shift, -np.inf
    for node in range(base, base + data.roles[visit]):
        ready = max(ready, arrival(data, state, node))
    begin = next_open(data, visit, ready)
    if not data.resting or begin == np.inf:
        return begin
    forced = ready
    for node in range(base, base + data.roles[visit]):
        had = 1.0
        if owes_break(data, state, node) and not data.solo[visit]:
            rested = arrival_rested(data, state, node)
            if rested > begin:
                if begin + data.service[node] <= data.rest_until[agent_of(data, state, node)]:
                    had = 0.0
                else:
                    forced = max(forced, rested)
        at = data.roles.size + (data.roles.size << data.shift) + node
        if state.value[at] != had:
            set_value(state, at, had)
            mark(data, state, state.link[node])
    return next_open(data, visit, forced) if forced > ready else begin


@compiled
def begins(data: Data, state: State, visit: int) -> tuple[float, float]:
    """Return the earliest begin of the first role and of the others: infinity where there is none that is allowed.

    Where the second begins some time after the first: the least fixed point of arrivals, windows and that time.
    """
    base = visit << data.shift
    if state.link[2 * (state.link.size // 3) + base] < 0:
        return -np.inf, -np.inf
    least, most = data.apart_least[visit], data.apart_most[visit]
    if most == 0 or data.roles[visit] == 1:
        both = together(data, state, visit)
        return both, both
    one = next_open(data, visit, arrival(data, state, base))
    other = next_open(data, visit, max(arrival(data, state, base + 1), one + least))
    while one < other - most:
        one = next_open(data, visit, other - most)
        other = next_open(data, visit, max(other, one + least))
    return one, other


@compiled
def in_time(data: Data, state: State, visit: int, new: tuple[float, float]) -> bool:
    """Tell whether a visit may begin then, and is over before those who may not be late are due."""
    if max(new[0], new[1]) == np.inf:
        return False
    if not data.timed:
        return True
    base = visit << data.shift
    for node in range(base, base + data.movable[visit]):
        agent = agent_of(data, state, node)
        if data.hard_due[agent] and new[min(node - base, 1)] + data.service[node] > data.due[agent]:
            return False
    return True


@compiled
def keeps_distance(data: Data, state: State, visit: int) -> bool:
    """Tell whether a visit is alone in its tours where it must be, and far enough in days from those of its group."""
    first, nodes, base = data.roles.size << data.shift, state.link.size // 3, visit << data.shift
    agent = agent_of(data, state, base)
    if agent < 0:
        return True
    for node in range(base, base + data.roles[visit]):
        before = state.link[nodes + node]
        if before < first and (data.solo[visit] or data.solo[before >> data.shift]):
            return False
    for n in range(data.group_at[visit], data.group_at[visit + 1]):
        other = agent_of(data, state, data.group[n] << data.shift)
        if other >= 0 and abs(data.day[other] - data.day[agent]) < data.days_apart[visit]:
            return False
    return True


@compiled
def push(state: State, visit: int) -> None:
    """Queue a visit, once, so that the queue's last is the first in key order."""
    if state.visit_mark[visit] == state.length[MOVE]:
        return
    state.visit_mark[visit] = state.length[MOVE]
    key = state.value[visit]
    n = state.length[QUEUED]
    while n > 0 and not comes_before(state, visit, key, state.queue[n - 1]):
        state.queue[n] = state.queue[n - 1]
        n -= 1
    state.queue[n] = visit
    state.length[QUEUED] += 1


@compiled
def mark(data: Data, state: State, node: int) -> None:
    """Have a node settled again: a role by its visit, the end of a tour by its agent."""
    first = data.roles.size << data.shift
    if node < first:
        push(state, node >> data.shift)
        return
    agent = node - first - data.ready.size
    if state.agent_mark[agent] != state.length[MOVE]:
        state.agent_mark[agent] = state.length[MOVE]
        state.agents[state.length[AGENTS]] = agent
        state.length[AGENTS] += 1


@compiled
def overtime(data: Data, state: State, agent: int) -> float:
    """Return the price of an agent's coming home late: infinity where that may not be."""
    first, agents = data.roles.size << data.shift, data.ready.size
    end = first + agents + agent
    if data.overtime_price[agent] == 0 and not data.hard_due[agent]:
        return 0.0
    if state.link[first + agent] == end:
        return 0.0
    home = arrival(data, state, end)
    if data.resting and owes_break(data, state, end):
        home = arrival_rested(data, state, end)
    if data.hard_due[agent]:
        return float(np.inf if home > data.due[agent] else 0.0)
    return float(data.overtime_price[agent] * max(0.0, home - data.due[agent]))


@compiled
def worst_lateness(data: Data, state: State) -> float:
    """Return the greatest lateness of all roles."""
    worst, visits = 0.0, data.roles.size
    for node in range(visits << data.shift):
        worst = max(worst, state.value[visits + node] - data.close[node])
    return worst


@compiled
def settle(data: Data, state: State, fixed: float, most: float) -> bool:
    """Settle what a move has changed; tell whether the whole price rises by `most` at the most, and book it if so.

    Parameters
    ----------
    fixed
        By how much the move changes travel, outings, assignments, pools and visits left out.
    """
    total, visits = state.total, data.roles.size
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
        if data.ruled and not keeps_distance(data, state, visit):
            return False
        new = begins(data, state, visit)
        if not in_time(data, state, visit, new):
            return False
        for role in range(data.roles[visit]):
            node = (visit << data.shift) + role
            begin, old = new[min(role, 1)], state.value[visits + node]
            was = max(0.0, old - data.close[node])
            now = max(0.0, begin - data.close[node])
            left -= data.lateness_price[visit] * was
            worst = max(worst, now)
            if begin == old:
                continue
            set_value(state, visits + node, begin)
            late += data.lateness_price[visit] * (now - was)
            worst_left = worst_left or (now < was and was == total[WORST])
            if begin > -np.inf:
                mark(data, state, state.link[node])
        if least + late + worst * data.worst_price - left > most:
            return False
    return book(data, state, fixed, late, most, worst_lateness(data, state) if worst_left else max(worst, total[WORST]))


@compiled
def book(data: Data, state: State, fixed: float, late: float, most: float, worst: float) -> bool:
    """Settle the ends of tours; book the move's price if it is not above `most`."""
    total = state.total
    change = fixed + late + data.worst_price * (worst - total[WORST])
    over, at = 0.0, data.roles.size + 2 * (data.roles.size << data.shift)
    for n in range(state.length[AGENTS]):
        agent = state.agents[n]
        now = overtime(data, state, agent)
        if now == np.inf:
            return False
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
