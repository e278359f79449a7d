"""The moves: each says which visits are to go where, and one function does it, journalled.

A move returns nothing: wishing for nothing stands for one that is not possible or changes nothing.
"""

from __future__ import annotations

import numpy as np

from planner.search.arrays import WISHED, Data, State
from planner.search.compiled import compiled
from planner.search.lots import below, draw
from planner.search.routes import agent_at, leave_out, put_in, take_out

NO_MOVE = np.inf


@compiled
def wish(data: Data, state: State, visit: int, key: float) -> int:
    """Wish that a visit gets that key; return from where in `crew` on its agents are to be noted."""
    n = state.length[WISHED]
    state.wished[n] = visit
    state.wished_key[n] = key
    state.length[WISHED] = n + 1
    return int(n << data.shift)


@compiled
def wish_out(data: Data, state: State, visit: int) -> None:
    """Wish that a visit is left out."""
    at = wish(data, state, visit, state.value[visit])
    state.crew[at] = -1


@compiled
def any_agent(data: Data, state: State, node: int) -> int:
    """Return any agent who may fill a role."""
    at = data.choice_at[node]
    return int(data.choices[at + below(state, data.choice_at[node + 1] - at)])


@compiled
def fits(data: Data, state: State, visit: int, at: int) -> bool:
    """Tell whether the agents noted in `crew` from `at` on may fill a visit's roles."""
    for role in range(data.roles[visit]):
        agent = state.crew[at + role]
        if agent < 0 or not data.allowed[(visit << data.shift) + role, agent]:
            return False
        for earlier in range(role):
            if state.crew[at + earlier] == agent:
                return False
    return True


@compiled
def same_crew(data: Data, state: State, visit: int, at: int) -> None:
    """Note who fills a visit's roles in `crew` from `at` on."""
    for role in range(data.roles[visit]):
        state.crew[at + role] = agent_at(state, (visit << data.shift) + role)


@compiled
def carry_out(data: Data, state: State) -> float:
    """Do what was wished for; return by how much it changes the price but for its timing, infinity if it cannot be."""
    wished = state.length[WISHED]
    for n in range(wished):
        if state.crew[n << data.shift] >= 0 and not fits(data, state, state.wished[n], n << data.shift):
            return NO_MOVE
    change = 0.0
    for n in range(wished):
        change += take_out(data, state, state.wished[n])
    for n in range(wished):
        at = n << data.shift
        if state.crew[at] < 0:
            change += leave_out(data, state, state.wished[n])
        else:
            change += put_in(data, state, state.wished[n], state.wished_key[n], at)
    return change if wished > 0 else NO_MOVE


@compiled
def wish_with(data: Data, state: State, visit: int, key: float, role: int, agent: int) -> None:
    """Wish for a visit with one agent given; the others stay, unless there is none or it is the same one."""
    base, at = visit << data.shift, wish(data, state, visit, key)
    for n in range(data.roles[visit]):
        other = agent_at(state, base + n)
        if n == role:
            other = agent
        elif other < 0 or other == agent:
            other = agent_at(state, base + role)
            if other < 0 or not data.allowed[base + n, other] or draw(state) < 0.5:
                other = any_agent(data, state, base + n)
        state.crew[at + n] = other


@compiled
def key_beside(data: Data, state: State, node: int, after: bool) -> float:  # noqa: FBT001 - compiled code takes no keywords
    """Return a key between a node's and that of the next, or previous, in its tour; past the last one, any near it."""
    first, nodes = data.roles.size << data.shift, state.link.size // 3
    key = state.value[node >> data.shift]
    beside = state.link[node] if after else state.link[nodes + node]
    past = key + (data.reach if after else -data.reach)
    other = state.value[beside >> data.shift] if beside < first else past
    return float(key + (other - key) * draw(state))


@compiled
def key_anywhere(data: Data, state: State, agent: int) -> float:
    """Return any key, or, where keys are times, one in an agent's hours."""
    if data.timed and data.due[agent] < np.inf:
        return float(data.ready[agent] + draw(state) * (data.due[agent] - data.ready[agent]))
    return float(draw(state) * data.roles.size)


@compiled
def beside_neighbour(data: Data, state: State, visit: int) -> None:
    """Move a visit to right before or after one of its neighbours, in the tour of somebody who goes there."""
    if data.neighbour_count[visit] == 0:
        return
    near = data.neighbours[visit, below(state, data.neighbour_count[visit])]
    node = (near << data.shift) + below(state, data.movable[near])
    agent = agent_at(state, node)
    if agent < 0:
        return
    role = below(state, data.movable[visit])
    if not data.allowed[(visit << data.shift) + role, agent]:
        role = data.movable[visit] - 1 - role
    wish_with(data, state, visit, key_beside(data, state, node, draw(state) < 0.5), role, agent)


@compiled
def anywhere(data: Data, state: State, visit: int) -> None:
    """Move a visit to any place in the order and any agents, or leave it out where that is allowed."""
    base = visit << data.shift
    if data.missed[visit] < np.inf and agent_at(state, base) >= 0 and draw(state) < 0.5:
        wish_out(data, state, visit)
        return
    role = below(state, data.movable[visit])
    agent = any_agent(data, state, base + role)
    wish_with(data, state, visit, key_anywhere(data, state, agent), role, agent)


@compiled
def other_agent(data: Data, state: State, visit: int) -> None:
    """Let somebody else fill one role; the other role's agent takes this one if it is they."""
    role = below(state, data.movable[visit])
    node = (visit << data.shift) + role
    agent, was = any_agent(data, state, node), agent_at(state, node)
    if was < 0 or agent == was:
        return
    key = state.value[visit]
    if data.timed and not data.ready[agent] <= key <= data.due[agent]:
        key = key_anywhere(data, state, agent)
    wish_with(data, state, visit, key, role, agent)


@compiled
def other_tour(data: Data, state: State, visit: int) -> None:
    """Let somebody else make all of a tour, where keys are times as much later or earlier as they are ready."""
    role, first = below(state, data.movable[visit]), data.roles.size << data.shift
    node = (visit << data.shift) + role
    agent, was = any_agent(data, state, node), agent_at(state, node)
    if was < 0 or agent == was:
        return
    later = data.ready[agent] - data.ready[was] if data.timed else 0.0
    node = state.link[first + was]
    while node < first:
        one = node >> data.shift
        at = wish(data, state, one, state.value[one] + later)
        same_crew(data, state, one, at)
        state.crew[at + node - (one << data.shift)] = agent
        node = state.link[node]


@compiled
def shift(data: Data, state: State, visit: int) -> None:
    """Move a visit one to three places on or back in one of its tours."""
    first, nodes = data.roles.size << data.shift, state.link.size // 3
    node = (visit << data.shift) + below(state, data.roles[visit])
    if agent_at(state, node) < 0:
        return
    after = draw(state) < 0.5
    target = node
    for _ in range(1 + below(state, 3)):
        beside = state.link[target] if after else state.link[nodes + target]
        if beside >= first:
            break
        target = beside
    if target == node:
        return
    at = wish(data, state, visit, key_beside(data, state, target, after))
    same_crew(data, state, visit, at)


@compiled
def swap(data: Data, state: State, visit: int) -> None:
    """Let two visits change places, in the order and in their tours."""
    if data.neighbour_count[visit] == 0 or draw(state) < 0.2:
        other = below(state, data.roles.size)
    else:
        other = data.neighbours[visit, below(state, data.neighbour_count[visit])]
    if other == visit or agent_at(state, visit << data.shift) < 0 or agent_at(state, other << data.shift) < 0:
        return
    mine = wish(data, state, visit, state.value[other])
    theirs = wish(data, state, other, state.value[visit])
    same_crew(data, state, visit, mine)
    same_crew(data, state, other, theirs)
    crew, turned = state.crew, draw(state) < 0.5
    if data.movable[visit] == 2 and data.movable[other] == 2:
        second = theirs if turned else theirs + 1
        crew[mine + 1], crew[second] = crew[second], crew[mine + 1]
        theirs = theirs + 1 if turned else theirs
        crew[mine], crew[theirs] = crew[theirs], crew[mine]
        return
    if data.movable[visit] == 2 and not turned:
        mine += 1
    if data.movable[other] == 2 and not turned:
        theirs += 1
    crew[mine], crew[theirs] = crew[theirs], crew[mine]


@compiled
def left_out(data: Data, state: State) -> int:
    """Return a visit that is left out, -1 where there is none: the first from a place in the list drawn by lot."""
    visits = data.roles.size
    visit = below(state, visits)
    for _ in range(visits):
        if agent_at(state, visit << data.shift) < 0:
            return visit
        visit = visit + 1 if visit + 1 < visits else 0
    return -1


@compiled
def in_the_way(data: Data, state: State, visit: int) -> int:
    """Return a visit that may be in the way of another: a neighbour, or one of an agent that it cannot do without."""
    fixed = data.roles[visit] - data.movable[visit]
    if fixed == 0 or (data.neighbour_count[visit] > 0 and draw(state) < 0.5):
        if data.neighbour_count[visit] == 0:
            return -1
        return int(data.neighbours[visit, below(state, data.neighbour_count[visit])])
    first = data.roles.size << data.shift
    agent = data.choices[data.choice_at[(visit << data.shift) + data.movable[visit] + below(state, fixed)]]
    node, count, found = state.link[first + agent], 0, -1
    while node < first:
        count += 1
        if draw(state) * count < 1.0:
            found = node >> data.shift
        node = state.link[node]
    return int(found)


@compiled
def instead(data: Data, state: State, visit: int) -> None:
    """Put a visit that is left out where another one is, or anywhere, and leave that one out."""
    other = in_the_way(data, state, visit)
    if other < 0 or agent_at(state, other << data.shift) < 0 or data.missed[other] == np.inf:
        return
    role = below(state, data.movable[visit])
    node = (visit << data.shift) + role
    agent, key = agent_at(state, (other << data.shift) + below(state, data.movable[other])), state.value[other]
    if not data.allowed[node, agent] or draw(state) < 0.2:
        agent = any_agent(data, state, node)
        key = key_anywhere(data, state, agent)
    wish_out(data, state, other)
    wish_with(data, state, visit, key, role, agent)
