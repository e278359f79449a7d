"""The search graph: a road network cut at the spots where places meet it.

States are numbered: first the pieces of arcs ("just driven to the end of this piece"), then one state per spot for
standing there free to set off in any direction, then one per spot for having come to a stop there. Passing a spot is
not stopping at it, so a place in mid-road opens no U-turn.

Seconds and decimetres of an edge are packed into one number, seconds first, which a double holds exactly: the search
then finds the fastest way and among equally fast ones the shortest, and both figures add up exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.network import Floats, Ints, RoadNetwork
from geo.snapping import Snap
from geo.speeds import ModeSpeeds

PACK = 1 << 27
"""Decimetres that fit beside the seconds: 13,000 km; seconds may reach 2**26, two years."""


@dataclass(frozen=True, slots=True, eq=False)
class StateGraph:
    """The graph without its weights, which change with the hour.

    Attributes
    ----------
    pieces, spots
        How many pieces of arcs and how many spots there are.
    piece_arc, piece_from, piece_to
        The arc each piece belongs to, and the decimetres along it (in driving direction) between which it lies.
    edge_from, edge_onto
        Every edge of the search, from state to state.
    edge_bends
        Whether an edge turns at a junction.
    """

    network: RoadNetwork
    pieces: int
    spots: int
    piece_arc: Ints
    piece_from: Ints
    piece_to: Ints
    edge_from: Ints
    edge_onto: Ints
    edge_bends: NDArray[np.bool_]

    @property
    def states(self) -> int:
        """How many states there are."""
        return self.pieces + 2 * self.spots

    def standing(self, spot: int) -> int:
        """Return the state of standing at a spot."""
        return self.pieces + spot

    def stopped(self, spot: int) -> int:
        """Return the state of having come to a stop at a spot."""
        return self.pieces + self.spots + spot


def cut_at(network: RoadNetwork, spots: Sequence[Snap]) -> StateGraph:
    """Cut the arcs of `network` at `spots`, which differ from each other."""
    length = network.segment_length[network.arc_segment]
    arc, at, spot = _cuts(network, spots)
    order = np.lexsort((at, arc))
    arc, at, spot = arc[order], at[order], spot[order]
    cuts = np.bincount(arc, minlength=len(length))
    first = np.cumsum(cuts + 1) - (cuts + 1)
    pieces = int((cuts + 1).sum())
    piece_arc = np.repeat(np.arange(len(length)), cuts + 1)
    before = np.arange(len(arc)) + arc
    starts, ends = np.zeros(pieces, dtype=np.int64), length[piece_arc].copy()
    ends[before], starts[before + 1] = at, at
    standing, stopped = pieces + spot, pieces + len(spots) + spot
    each = np.arange(len(spots))
    turns = (first + cuts)[network.turn_from]
    edge_from = np.concatenate((turns, before, standing, before, pieces + each))
    edge_onto = np.concatenate((first[network.turn_onto], before + 1, before + 1, stopped, pieces + len(spots) + each))
    bends = np.zeros(len(edge_from), dtype=np.bool_)
    bends[: len(turns)] = network.turn_bends
    return StateGraph(network, pieces, len(spots), piece_arc, starts, ends, edge_from, edge_onto, bends)


def _cuts(network: RoadNetwork, spots: Sequence[Snap]) -> tuple[Ints, Ints, Ints]:
    """Return arc, decimetres along it in driving direction, and spot, for every arc that runs through a spot."""
    segment = np.array([spot.segment for spot in spots], dtype=np.int64)
    offset = np.array([spot.offset for spot in spots], dtype=np.int64)
    by_segment = np.argsort(network.arc_segment, kind="stable")
    owners = network.arc_segment[by_segment]
    low, high = np.searchsorted(owners, segment, "left"), np.searchsorted(owners, segment, "right")
    spot = np.repeat(np.arange(len(spots)), high - low)
    rank = np.arange(len(spot)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    arc = by_segment[np.repeat(low, high - low) + rank]
    ahead = offset[spot]
    length = network.segment_length[segment][spot]
    return arc, np.where(network.arc_forward[arc], ahead, length - ahead), spot


@dataclass(frozen=True, slots=True, eq=False)
class WeightedGraph:
    """A `StateGraph` at one hour: `forward` from state to state, `backward` the same edges reversed."""

    states: StateGraph
    forward: csr_array
    backward: csr_array

    def fields(self, spots: Sequence[int]) -> Floats:
        """Return ``(len(spots), states)`` packed costs from every state to each spot; infinite where no way leads."""
        targets = [self.states.stopped(spot) for spot in spots]
        costs: Floats = np.atleast_2d(dijkstra(self.backward, directed=True, indices=targets))
        return costs

    def way(self, spot: int, field: Floats) -> list[int]:
        """Return the states from standing at `spot` to where `field` leads, downhill; of equal ways the first."""
        state, way = self.states.standing(spot), [self.states.standing(spot)]
        while field[state] > 0 or state < self.states.pieces:
            low, high = self.forward.indptr[state], self.forward.indptr[state + 1]
            onto = self.forward.indices[low:high]
            downhill = np.flatnonzero(self.forward.data[low:high] + field[onto] == field[state])
            state = int(onto[downhill[0]])
            way.append(state)
        return way


def weigh(graph: StateGraph, speeds: ModeSpeeds, hour: int) -> WeightedGraph:
    """Put seconds and decimetres of an hour of the day on the edges."""
    pieces = piece_seconds(graph, speeds, hour) * PACK + (graph.piece_to - graph.piece_from)
    onto_piece = graph.edge_onto < graph.pieces
    weight = np.where(onto_piece, pieces[np.minimum(graph.edge_onto, graph.pieces - 1)], 0)
    weight = (weight + graph.edge_bends * (speeds.turn_seconds * PACK)).astype(np.float64)
    shape = (graph.states, graph.states)
    forward = csr_array((weight, (graph.edge_from, graph.edge_onto)), shape=shape)
    backward = csr_array((weight, (graph.edge_onto, graph.edge_from)), shape=shape)
    return WeightedGraph(graph, forward, backward)


def piece_seconds(graph: StateGraph, speeds: ModeSpeeds, hour: int) -> Ints:
    """Return whole seconds of each piece.

    An arc's time is rounded up to whole seconds once; its pieces share that figure out by rounding up their cumulative
    times, so that they add up to it and a place on a road never changes the time of those who pass it.
    """
    pace = arc_pace(graph.network, speeds, hour)[graph.piece_arc]
    seconds: Ints = (_up(pace * graph.piece_to) - _up(pace * graph.piece_from)).astype(np.int64)
    return seconds


def opposite(graph: StateGraph) -> Ints:
    """Return ``(pieces,)`` the piece that is the same stretch of road driven the other way; -1 where it may not be."""
    network, arc = graph.network, graph.piece_arc
    segment, forward = network.arc_segment[arc], network.arc_forward[arc]
    length = network.segment_length[segment]
    low = np.where(forward, graph.piece_from, length - graph.piece_to)
    high = np.where(forward, graph.piece_to, length - graph.piece_from)
    order = np.lexsort((forward, high, low, segment))
    first, second = order[:-1], order[1:]
    same = (segment[first] == segment[second]) & (low[first] == low[second]) & (high[first] == high[second])
    across = np.full(graph.pieces, -1, dtype=np.int64)
    across[first[same]], across[second[same]] = second[same], first[same]
    return across


def arc_pace(network: RoadNetwork, speeds: ModeSpeeds, hour: int) -> Floats:
    """Return seconds per decimetre of each arc: table speed, capped by a posted limit, times the hour's slowdown."""
    missing = sorted(set(network.classes) - set(speeds.kmh))
    if missing:
        raise ValueError(f"the speed table has no speed for {', '.join(missing)}, which the roads were read with")
    factors = speeds.factors(hour)
    kmh = np.array([speeds.kmh[name] for name in network.classes])
    slow = np.array([factors[speeds.group(name)] for name in network.classes])
    kind = network.way_class[network.segment_way]
    pace = 0.36 / np.minimum(kmh[kind], network.segment_limit) * slow[kind]
    by_arc: Floats = pace[network.arc_segment]
    return by_arc


def _up(seconds: Floats) -> Floats:
    """Round up, forgiving the last bits of a product that is whole: 10.000000000000002 s are 10 s."""
    return np.ceil(seconds - 1e-9)
