"""Take visits out of tours and put them in: linked lists in key order, with a journal to change everything back.

Every tour lists its visits in the order of one key per visit. Since that order is the same for everybody, two people
who wait for each other at one visit never wait for each other the other way round at another.
"""

from __future__ import annotations

from planner.search.arrays import CHANGED, LINKS, PROHIBITIVE, VALUES, Data, State
from planner.search.compiled import compiled


@compiled
def set_link(state: State, at: int, new: int) -> None:
    """Overwrite a link and note what it was."""
    n = state.length[LINKS]
    state.link_at[n] = at
    state.link_old[n] = state.link[at]
    state.length[LINKS] = n + 1
    state.link[at] = new


@compiled
def set_value(state: State, at: int, new: float) -> None:
    """Overwrite a value and note what it was."""
    n = state.length[VALUES]
    state.value_at[n] = at
    state.value_old[n] = state.value[at]
    state.length[VALUES] = n + 1
    state.value[at] = new


@compiled
def undo(state: State) -> None:
    """Change back what the move in hand has overwritten."""
    for n in range(state.length[LINKS] - 1, -1, -1):
        state.link[state.link_at[n]] = state.link_old[n]
    for n in range(state.length[VALUES] - 1, -1, -1):
        state.value[state.value_at[n]] = state.value_old[n]


@compiled
def note_changed(state: State, node: int) -> None:
    """Note that the way to a node is another one now."""
    n = state.length[CHANGED]
    state.changed[n] = node
    state.length[CHANGED] = n + 1


@compiled
def connect(state: State, node: int, following: int) -> None:
    """Let one node follow another."""
    set_link(state, node, following)
    set_link(state, state.link.size // 3 + following, node)
    note_changed(state, following)


@compiled
def agent_at(state: State, node: int) -> int:
    """Return who fills a role, -1 where its visit is left out."""
    return int(state.link[2 * (state.link.size // 3) + node])


@compiled
def leg_price(data: Data, agent: int, node: int, following: int) -> float:
    """Return what it costs to go on from one node to another; staying at home is free."""
    first = data.roles.size << data.shift
    price = 0.0
    if node >= first:
        if following >= first:
            return 0.0
        price = data.outing[agent]
    kind = data.agent_class[agent]
    return float(price + data.way_price[kind] * data.travel[kind, data.place[node], data.place[following]])


@compiled
def pool_price(data: Data, pool: int, count: float) -> float:
    """Return what it costs that so many draw on a pool."""
    at, beyond = data.pool_at[pool], data.pool_at[pool + 1]
    over = count - (beyond - at - 1)
    if over > 0:
        return float(data.pool_prices[beyond - 1] + PROHIBITIVE * over)
    return float(data.pool_prices[at + int(count)])


@compiled
def draw_on_pools(data: Data, state: State, agent: int, more: float) -> float:
    """Book an agent who goes out (1) or stays at home (-1); return by how much that changes the price of pools."""
    visits, change = data.roles.size, 0.0
    counts = visits + 2 * (visits << data.shift) + data.ready.size
    for n in range(data.draw_at[agent], data.draw_at[agent + 1]):
        pool = data.draws[n]
        count = state.value[counts + pool]
        change += pool_price(data, pool, count + more) - pool_price(data, pool, count)
        set_value(state, counts + pool, count + more)
    return change


@compiled
def comes_before(state: State, visit: int, key: float, other: int) -> bool:
    """Tell whether a visit with that key comes before another visit; equal keys are told apart by number."""
    other_key = state.value[other]
    return key < other_key or (key == other_key and visit < other)


@compiled
def first_after(data: Data, state: State, agent: int, visit: int, key: float) -> int:
    """Return the first node of an agent's tour that comes after a visit with that key."""
    first = data.roles.size << data.shift
    node = state.link[first + agent]
    while node < first and not comes_before(state, visit, key, node >> data.shift):
        node = state.link[node]
    return int(node)


@compiled
def take_out(data: Data, state: State, visit: int) -> float:
    """Take all roles of a visit out of their tours; return by how much that changes the price."""
    first, nodes = data.roles.size << data.shift, state.link.size // 3
    base, change = visit << data.shift, 0.0
    for node in range(base, base + data.roles[visit]):
        agent = state.link[2 * nodes + node]
        if agent < 0:
            return float(-data.missed[visit])
        before, after = state.link[nodes + node], state.link[node]
        change += leg_price(data, agent, before, after) - data.assignment[node, agent]
        change -= leg_price(data, agent, before, node) + leg_price(data, agent, node, after)
        if before >= first and after >= first:
            change += draw_on_pools(data, state, agent, -1.0)
        connect(state, before, after)
    return change


@compiled
def put_in(data: Data, state: State, visit: int, key: float, at: int) -> float:
    """Put a visit that is in no tour into those of the agents noted in `crew` from `at` on; return what it changes."""
    first, nodes = data.roles.size << data.shift, state.link.size // 3
    set_value(state, visit, key)
    change = 0.0
    for role in range(data.roles[visit]):
        node, agent = (visit << data.shift) + role, state.crew[at + role]
        after = first_after(data, state, agent, visit, key)
        before = state.link[nodes + after]
        change += leg_price(data, agent, before, node) + leg_price(data, agent, node, after)
        change += data.assignment[node, agent] - leg_price(data, agent, before, after)
        if before >= first and after >= first:
            change += draw_on_pools(data, state, agent, 1.0)
        connect(state, before, node)
        connect(state, node, after)
        if state.link[2 * nodes + node] != agent:
            set_link(state, 2 * nodes + node, agent)
    return change


@compiled
def leave_out(data: Data, state: State, visit: int) -> float:
    """Leave out a visit that is in no tour; return what that costs."""
    nodes, base = state.link.size // 3, visit << data.shift
    for node in range(base, base + data.roles[visit]):
        set_link(state, 2 * nodes + node, -1)
    note_changed(state, base)
    return float(data.missed[visit])
