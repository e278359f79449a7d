"""Let two agents change what is left of their tours: a move that hands over links instead of moving visits."""

from __future__ import annotations

import numpy as np

from planner.search.arrays import Data, State
from planner.search.compiled import compiled
from planner.search.lots import below
from planner.search.routes import agent_at, comes_before, connect, draw_on_pools, leg_price, note_changed, set_link

NO_MOVE = np.inf


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
