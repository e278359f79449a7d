"""The moves: each changes the tours in place, journalled, and returns by how much the price changes but for its timing.

Infinity stands for a move that is not possible or changes nothing.
"""

from __future__ import annotations

import numpy as np

from planner.search.arrays import Data, State
from planner.search.compiled import compiled
from planner.search.routes import (
    comes_before,
    connect,
    draw_on_pools,
    leave_out,
    leg_price,
    note_changed,
    put_in,
    set_link,
    take_out,
)

NO_MOVE = np.inf
SHIFT, TWELVE, TWENTY_FIVE, TWENTY_SEVEN, STAR = (np.uint64(n) for n in (11, 12, 25, 27, 2685821657736338717))


@compiled
def draw(state: State) -> float:
    """Return a uniform number from [0, 1): xorshift64*, Vigna (2016), *ACM Trans. Math. Softw.* 42."""
    x = state.random[0]
    x ^= x >> TWELVE
    x ^= x << TWENTY_FIVE
    x ^= x >> TWENTY_SEVEN
    state.random[0] = x
    return float(((x * STAR) >> SHIFT) * (1.0 / 9007199254740992.0))


@compiled
def below(state: State, count: int) -> int:
    """Return a uniform whole number from [0, count)."""
    return int(draw(state) * count)


@compiled
def agent_at(state: State, node: int) -> int:
    """Return who fills a role, -1 where its visit is left out."""
    return int(state.link[2 * (state.link.size // 3) + node])


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
def crew_with(data: Data, state: State, visit: int, role: int, agent: int) -> None:
    """Note agents for a visit, one given; the others stay, unless there is none or it is the same one."""
    base = visit << data.shift
    for n in range(data.roles[visit]):
        other = agent_at(state, base + n)
        if n == role:
            other = agent
        elif other < 0 or other == agent:
            other = agent_at(state, base + role)
            if other < 0 or not data.allowed[base + n, other] or draw(state) < 0.5:
                other = any_agent(data, state, base + n)
        state.crew[n] = other


@compiled
def move_to(data: Data, state: State, visit: int, key: float) -> float:
    """Take a visit out and put it in elsewhere, into the tours of the agents noted in `crew`."""
    if not fits(data, state, visit, 0):
        return NO_MOVE
    change = take_out(data, state, visit)
    return change + put_in(data, state, visit, key, 0)


@compiled
def key_beside(data: Data, state: State, node: int, after: bool) -> float:  # noqa: FBT001 - compiled code takes no keywords
    """Return a key between a node's and that of the next, or previous, in its tour; past the last one, any near it."""
    first, nodes = data.roles.size << data.shift, state.link.size // 3
    key = state.value[node >> data.shift]
    beside = state.link[node] if after else state.link[nodes + node]
    if beside < first:
        other = state.value[beside >> data.shift]
    else:
        other = key + (data.reach if after else -data.reach)
    return float(key + (other - key) * draw(state))


@compiled
def key_anywhere(data: Data, state: State, agent: int) -> float:
    """Return any key, or, where keys are times, one in an agent's hours."""
    if data.timed and data.due[agent] < np.inf:
        return float(data.ready[agent] + draw(state) * (data.due[agent] - data.ready[agent]))
    return float(draw(state) * data.roles.size)


@compiled
def beside_neighbour(data: Data, state: State, visit: int) -> float:
    """Move a visit to right before or after one of its neighbours, in the tour of somebody who goes there."""
    if data.neighbour_count[visit] == 0:
        return NO_MOVE
    near = data.neighbours[visit, below(state, data.neighbour_count[visit])]
    node = (near << data.shift) + below(state, data.movable[near])
    agent = agent_at(state, node)
    if agent < 0:
        return NO_MOVE
    role = below(state, data.movable[visit])
    if not data.allowed[(visit << data.shift) + role, agent]:
        role = data.movable[visit] - 1 - role
    crew_with(data, state, visit, role, agent)
    return move_to(data, state, visit, key_beside(data, state, node, draw(state) < 0.5))


@compiled
def anywhere(data: Data, state: State, visit: int) -> float:
    """Move a visit to any place in the order and any agents, or leave it out where that is allowed."""
    base = visit << data.shift
    if data.missed[visit] < np.inf and agent_at(state, base) >= 0 and draw(state) < 0.5:
        change = take_out(data, state, visit)
        return change + leave_out(data, state, visit)
    role = below(state, data.movable[visit])
    agent = any_agent(data, state, base + role)
    crew_with(data, state, visit, role, agent)
    return move_to(data, state, visit, key_anywhere(data, state, agent))


@compiled
def other_agent(data: Data, state: State, visit: int) -> float:
    """Let somebody else fill one role; the other role's agent takes this one if it is they."""
    role = below(state, data.movable[visit])
    node = (visit << data.shift) + role
    agent, was = any_agent(data, state, node), agent_at(state, node)
    if was < 0 or agent == was:
        return NO_MOVE
    crew_with(data, state, visit, role, agent)
    key = state.value[visit]
    if data.timed and not data.ready[agent] <= key <= data.due[agent]:
        key = key_anywhere(data, state, agent)
    return move_to(data, state, visit, key)


@compiled
def other_tour(data: Data, state: State, visit: int) -> float:
    """Let somebody else make all of a tour, where keys are times as much later or earlier as they are ready."""
    role, first = below(state, data.movable[visit]), data.roles.size << data.shift
    node = (visit << data.shift) + role
    agent, was = any_agent(data, state, node), agent_at(state, node)
    if was < 0 or agent == was:
        return NO_MOVE
    later = data.ready[agent] - data.ready[was] if data.timed else 0.0
    count, node = 0, state.link[first + was]
    while node < first:
        if not data.allowed[node, agent]:
            return NO_MOVE
        state.tour[count] = node
        count += 1
        node = state.link[node]
    change = 0.0
    for n in range(count):
        one = state.tour[n] >> data.shift
        same_crew(data, state, one, 0)
        state.crew[state.tour[n] - (one << data.shift)] = agent
        change += move_to(data, state, one, state.value[one] + later)
        if change == np.inf:
            return NO_MOVE
    return change


@compiled
def shift(data: Data, state: State, visit: int) -> float:
    """Move a visit one to three places on or back in one of its tours."""
    first, nodes = data.roles.size << data.shift, state.link.size // 3
    node = (visit << data.shift) + below(state, data.roles[visit])
    if agent_at(state, node) < 0:
        return NO_MOVE
    after = draw(state) < 0.5
    target = node
    for _ in range(1 + below(state, 3)):
        beside = state.link[target] if after else state.link[nodes + target]
        if beside >= first:
            break
        target = beside
    if target == node:
        return NO_MOVE
    same_crew(data, state, visit, 0)
    return move_to(data, state, visit, key_beside(data, state, target, after))


@compiled
def swap_crews(data: Data, state: State, visit: int, other: int) -> None:
    """Note in `crew` the agents of two visits once each goes where the other was."""
    at, crew = 1 << data.shift, state.crew
    same_crew(data, state, visit, 0)
    same_crew(data, state, other, at)
    turned = draw(state) < 0.5
    mine, theirs = 0, at
    if data.movable[visit] == 2 and data.movable[other] == 2:
        if turned:
            crew[0], crew[at + 1] = crew[at + 1], crew[0]
            crew[1], crew[at] = crew[at], crew[1]
        else:
            crew[0], crew[at] = crew[at], crew[0]
            crew[1], crew[at + 1] = crew[at + 1], crew[1]
        return
    if data.movable[visit] == 2 and not turned:
        mine = 1
    if data.movable[other] == 2 and not turned:
        theirs = at + 1
    crew[mine], crew[theirs] = crew[theirs], crew[mine]


@compiled
def swap(data: Data, state: State, visit: int) -> float:
    """Let two visits change places, in the order and in their tours."""
    if data.neighbour_count[visit] == 0 or draw(state) < 0.2:
        other = below(state, data.roles.size)
    else:
        other = data.neighbours[visit, below(state, data.neighbour_count[visit])]
    if other == visit or agent_at(state, visit << data.shift) < 0 or agent_at(state, other << data.shift) < 0:
        return NO_MOVE
    swap_crews(data, state, visit, other)
    if not (fits(data, state, visit, 0) and fits(data, state, other, 1 << data.shift)):
        return NO_MOVE
    key, other_key = state.value[visit], state.value[other]
    change = take_out(data, state, visit)
    change += take_out(data, state, other)
    change += put_in(data, state, visit, other_key, 0)
    return change + put_in(data, state, other, key, 1 << data.shift)


@compiled
def first_from(data: Data, state: State, agent: int, visit: int) -> int:
    """Return the first node of an agent's tour that does not come before a visit's place in the order."""
    first = data.roles.size << data.shift
    key = state.value[visit]
    node = state.link[first + agent]
    while node < first and node >> data.shift != visit and not comes_before(state, visit, key, node >> data.shift):
        node = state.link[node]
    return int(node)


@compiled
def hand_over(data: Data, state: State, node: int, agent: int) -> float:
    """Let an agent fill a role and all that follow it in its tour; links stay. Infinity where they may not."""
    first, nodes, change = data.roles.size << data.shift, state.link.size // 3, 0.0
    while node < first:
        if not data.allowed[node, agent]:
            return NO_MOVE
        was = agent_at(state, node)
        change += data.assignment[node, agent] - data.assignment[node, was]
        following = state.link[node]
        if data.timed:  # hours and breaks may differ too
            note_changed(state, node)
        # Only where classes differ does the way between two visits change with who goes it.
        if data.agent_class[was] != data.agent_class[agent] and following < first:
            change += leg_price(data, agent, node, following) - leg_price(data, was, node, following)
            note_changed(state, following)
        set_link(state, 2 * nodes + node, agent)
        node = following
    return change


@compiled
def last_leg(data: Data, state: State, node: int, agent: int) -> float:
    """Return what an agent's way home costs from the end of the tour that goes on with a node; 0 where it is over."""
    first = data.roles.size << data.shift
    if node >= first:
        return 0.0
    while state.link[node] < first:
        node = state.link[node]
    return leg_price(data, agent, node, first + data.ready.size + agent)


@compiled
def swap_tails(data: Data, state: State, visit: int) -> float:
    """Let two agents change what is left of their tours from one visit on (2-opt*).

    One key cuts both tours, so the order, and with it the waiting for each other, stays possible.
    """
    if data.neighbour_count[visit] == 0:
        return NO_MOVE
    near = data.neighbours[visit, below(state, data.neighbour_count[visit])]
    first = data.roles.size << data.shift
    one = agent_at(state, (visit << data.shift) + below(state, data.movable[visit]))
    other = agent_at(state, (near << data.shift) + below(state, data.movable[near]))
    if one < 0 or other < 0 or one == other:
        return NO_MOVE
    mine, theirs = first_from(data, state, one, visit), first_from(data, state, other, visit)
    if mine >= first and theirs >= first:
        return NO_MOVE
    return exchange(data, state, (one, mine), (other, theirs))


@compiled
def out_or_home(data: Data, state: State, agent: int, before: int, following: tuple[int, int]) -> float:
    """Return what it changes for an agent's pools that a node is followed by another one than it was."""
    first = data.roles.size << data.shift
    if before < first or (following[0] >= first) == (following[1] >= first):
        return 0.0
    return draw_on_pools(data, state, agent, 1.0 if following[0] >= first else -1.0)


@compiled
def exchange(data: Data, state: State, mine: tuple[int, int], theirs: tuple[int, int]) -> float:
    """Exchange the tails of two tours, each given by its agent and its tail's first node."""
    nodes, first, agents = state.link.size // 3, data.roles.size << data.shift, data.ready.size
    (one, a), (other, b) = mine, theirs
    before_a, before_b = state.link[nodes + a], state.link[nodes + b]
    end_a, end_b = first + agents + one, first + agents + other
    last_a, last_b = state.link[nodes + end_a], state.link[nodes + end_b]
    change = -leg_price(data, one, before_a, a) - leg_price(data, other, before_b, b)
    change -= last_leg(data, state, a, one) + last_leg(data, state, b, other)
    change += last_leg(data, state, a, other) + last_leg(data, state, b, one)
    change += hand_over(data, state, a, other)
    if change < np.inf:
        change += hand_over(data, state, b, one)
    if change == np.inf:
        return NO_MOVE
    if b < first:
        connect(state, before_a, b)
        connect(state, last_b, end_a)
    else:
        connect(state, before_a, end_a)
    if a < first:
        connect(state, before_b, a)
        connect(state, last_a, end_b)
    else:
        connect(state, before_b, end_b)
    new_a, new_b = state.link[before_a], state.link[before_b]
    change += out_or_home(data, state, one, before_a, (a, new_a))
    change += out_or_home(data, state, other, before_b, (b, new_b))
    return change + leg_price(data, one, before_a, new_a) + leg_price(data, other, before_b, new_b)
