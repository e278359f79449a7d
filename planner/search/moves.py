"""The moves: each changes the tours in place, journalled, and returns by how much the price changes but for its timing.

Infinity stands for a move that is not possible or changes nothing.
"""

from __future__ import annotations

import numpy as np

from planner.search.arrays import Data, State
from planner.search.compiled import compiled
from planner.search.routes import comes_before, connect, leave_out, leg_price, note_changed, put_in, set_link, take_out

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
def fits(data: Data, visit: int, agents: tuple[int, int]) -> bool:
    """Tell whether these agents may fill a visit's roles."""
    if agents[0] < 0 or not data.allowed[2 * visit, agents[0]]:
        return False
    if data.roles[visit] == 1:
        return True
    return agents[1] >= 0 and agents[0] != agents[1] and data.allowed[2 * visit + 1, agents[1]]


@compiled
def crew_with(data: Data, state: State, visit: int, role: int, agent: int) -> tuple[int, int]:
    """Return agents for a visit, one given; the other stays, unless there is none or it is the same one."""
    if data.roles[visit] == 1:
        return agent, -1
    node = 2 * visit + 1 - role
    other = agent_at(state, node)
    if other < 0 or other == agent:
        other = agent_at(state, 2 * visit + role)
        if other < 0 or not data.allowed[node, other] or draw(state) < 0.5:
            other = any_agent(data, state, node)
    return (agent, other) if role == 0 else (other, agent)


@compiled
def move_to(data: Data, state: State, visit: int, key: float, agents: tuple[int, int]) -> float:
    """Take a visit out and put it in elsewhere."""
    if not fits(data, visit, agents):
        return NO_MOVE
    change = take_out(data, state, visit)
    return change + put_in(data, state, visit, key, agents)


@compiled
def key_beside(data: Data, state: State, node: int, after: bool) -> float:  # noqa: FBT001 - compiled code takes no keywords
    """Return a key between a node's and that of the next, or previous, in its tour; past the last one, any near it."""
    visits, nodes = data.roles.size, state.link.size // 3
    key = state.value[2 * visits + (node >> 1)]
    beside = state.link[node] if after else state.link[nodes + node]
    if beside < 2 * visits:
        other = state.value[2 * visits + (beside >> 1)]
    else:
        other = key + (data.ready.size if after else -data.ready.size)
    return float(key + (other - key) * draw(state))


@compiled
def beside_neighbour(data: Data, state: State, visit: int) -> float:
    """Move a visit to right before or after one of its neighbours, in the tour of somebody who goes there."""
    if data.neighbour_count[visit] == 0:
        return NO_MOVE
    near = data.neighbours[visit, below(state, data.neighbour_count[visit])]
    node = 2 * near + below(state, data.roles[near])
    agent = agent_at(state, node)
    if agent < 0:
        return NO_MOVE
    role = below(state, data.roles[visit])
    if not data.allowed[2 * visit + role, agent]:
        role = data.roles[visit] - 1 - role
    agents = crew_with(data, state, visit, role, agent)
    return move_to(data, state, visit, key_beside(data, state, node, draw(state) < 0.5), agents)


@compiled
def anywhere(data: Data, state: State, visit: int) -> float:
    """Move a visit to any place in the order and any agents, or leave it out where that is allowed."""
    if data.missed[visit] < np.inf and agent_at(state, 2 * visit) >= 0 and draw(state) < 0.5:
        change = take_out(data, state, visit)
        return change + leave_out(data, state, visit)
    role = below(state, data.roles[visit])
    agents = crew_with(data, state, visit, role, any_agent(data, state, 2 * visit + role))
    return move_to(data, state, visit, draw(state) * data.roles.size, agents)


@compiled
def other_agent(data: Data, state: State, visit: int) -> float:
    """Let somebody else fill one role; the other role's agent takes this one if it is they."""
    role = below(state, data.roles[visit])
    agent = any_agent(data, state, 2 * visit + role)
    if agent_at(state, 2 * visit) < 0 or agent == agent_at(state, 2 * visit + role):
        return NO_MOVE
    agents = crew_with(data, state, visit, role, agent)
    return move_to(data, state, visit, state.value[2 * data.roles.size + visit], agents)


@compiled
def shift(data: Data, state: State, visit: int) -> float:
    """Move a visit one to three places on or back in one of its tours."""
    first, nodes = 2 * data.roles.size, state.link.size // 3
    node = 2 * visit + below(state, data.roles[visit])
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
    agents = (agent_at(state, 2 * visit), agent_at(state, 2 * visit + 1))
    return move_to(data, state, visit, key_beside(data, state, target, after), agents)


@compiled
def swap_agents(data: Data, state: State, visit: int, other: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the agents of two visits once each goes where the other was."""
    mine = (agent_at(state, 2 * visit), agent_at(state, 2 * visit + 1))
    theirs = (agent_at(state, 2 * other), agent_at(state, 2 * other + 1))
    turned = draw(state) < 0.5
    if data.roles[visit] == 2 and data.roles[other] == 2:
        if turned:
            return (theirs[1], theirs[0]), (mine[1], mine[0])
        return theirs, mine
    if data.roles[visit] == 2:
        return ((theirs[0], mine[1]), (mine[0], -1)) if turned else ((mine[0], theirs[0]), (mine[1], -1))
    if data.roles[other] == 2:
        return ((theirs[0], -1), (mine[0], theirs[1])) if turned else ((theirs[1], -1), (theirs[0], mine[0]))
    return theirs, mine


@compiled
def swap(data: Data, state: State, visit: int) -> float:
    """Let two visits change places, in the order and in their tours."""
    if data.neighbour_count[visit] == 0 or draw(state) < 0.2:
        other = below(state, data.roles.size)
    else:
        other = data.neighbours[visit, below(state, data.neighbour_count[visit])]
    if other == visit or agent_at(state, 2 * visit) < 0 or agent_at(state, 2 * other) < 0:
        return NO_MOVE
    agents, others = swap_agents(data, state, visit, other)
    if not (fits(data, visit, agents) and fits(data, other, others)):
        return NO_MOVE
    at = 2 * data.roles.size
    key, other_key = state.value[at + visit], state.value[at + other]
    change = take_out(data, state, visit)
    change += take_out(data, state, other)
    change += put_in(data, state, visit, other_key, agents)
    return change + put_in(data, state, other, key, others)


@compiled
def first_from(data: Data, state: State, agent: int, visit: int) -> int:
    """Return the first node of an agent's tour that does not come before a visit's place in the order."""
    first = 2 * data.roles.size
    key = state.value[first + visit]
    node = state.link[first + agent]
    while node < first and node >> 1 != visit and not comes_before(state, visit, key, node >> 1):
        node = state.link[node]
    return int(node)


@compiled
def hand_over(data: Data, state: State, node: int, agent: int) -> float:
    """Let an agent fill a role and all that follow it in its tour; links stay. Infinity where they may not."""
    nodes, change = state.link.size // 3, 0.0
    while node < 2 * data.roles.size:
        if not data.allowed[node, agent]:
            return NO_MOVE
        was = agent_at(state, node)
        change += data.assignment[node, agent] - data.assignment[node, was]
        following = state.link[node]
        # Only where classes differ does the way between two visits change with who goes it.
        if data.agent_class[was] != data.agent_class[agent] and following < 2 * data.roles.size:
            change += leg_price(data, agent, node, following) - leg_price(data, was, node, following)
            note_changed(state, following)
        set_link(state, 2 * nodes + node, agent)
        node = following
    return change


@compiled
def last_leg(data: Data, state: State, node: int, agent: int) -> float:
    """Return what an agent's way home costs from the end of the tour that goes on with a node; 0 where it is over."""
    first = 2 * data.roles.size
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
    one = agent_at(state, 2 * visit + below(state, data.roles[visit]))
    other = agent_at(state, 2 * near + below(state, data.roles[near]))
    if one < 0 or other < 0 or one == other:
        return NO_MOVE
    mine, theirs = first_from(data, state, one, visit), first_from(data, state, other, visit)
    if mine >= 2 * data.roles.size and theirs >= 2 * data.roles.size:
        return NO_MOVE
    return exchange(data, state, (one, mine), (other, theirs))


@compiled
def exchange(data: Data, state: State, mine: tuple[int, int], theirs: tuple[int, int]) -> float:
    """Exchange the tails of two tours, each given by its agent and its tail's first node."""
    nodes, first, agents = state.link.size // 3, 2 * data.roles.size, data.ready.size
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
    return change + leg_price(data, one, before_a, new_a) + leg_price(data, other, before_b, new_b)
