"""Travel times over a road network, and the one call that opens travel times of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo import cache as store
from geo.errors import RoadNetworkError, UnreachedPlacesError
from geo.network import Floats, Ints, RoadNetwork
from geo.polyline import stretch
from geo.roads import read_roads
from geo.snapping import MAX_SNAP, Snap, snap_places
from geo.speeds import ModeSpeeds, SpeedTable, default_speeds
from geo.state_graph import PACK, WeightedGraph, cut_at, opposite, piece_seconds, weigh
from geo.straight_line import StraightLineTravel
from geo.travel import UNREACHABLE, Drive, Place, TravelTimeMatrix, TravelTimes, place_ids

FIELD_CELLS = 4_000_000
"""Costs held at once while a matrix is made: 32 MB."""


def open_travel(
    path: Path | None,
    places: Sequence[Place],
    mode: str,
    speeds: SpeedTable | None = None,
    cache: Path | None = None,
    *,
    allow_unreached: bool = False,
) -> TravelTimes:
    """Return travel times between `places`: over the roads of `path`, or without one by straight line.

    Parameters
    ----------
    path
        An ``.osm.pbf`` file, or None.
    mode
        ``car`` or ``ebike``.
    speeds
        None takes the table that ships with the project.
    cache
        Folder in which the network and the matrices are kept for the next run, or None.
    allow_unreached
        Places further than `MAX_SNAP` metres from the roads are unreachable rather than an error: right for a second
        mode, such as e-bikes in a city whose bridges and tunnels are closed to them.

    Raises
    ------
    RoadNetworkError
        Where the file is no usable road file.
    UnreachedPlacesError
        Naming every place further than `MAX_SNAP` metres from the roads, unless `allow_unreached`.
    """
    table = speeds or default_speeds()
    if path is None:
        return StraightLineTravel(places, mode, table)
    return RoadTravel(read_roads(path, mode, table, cache), places, table, cache, allow_unreached=allow_unreached)


def slowest_hour(travel: TravelTimes, start_hour: int, end_hour: int) -> int:
    """Return the hour in ``[start_hour, end_hour)`` whose drives take longest in total, the first of equals."""
    if not 0 <= start_hour < end_hour <= 24:
        raise ValueError(f"[{start_hour}, {end_hour}) is no stretch of hours of one day")

    def total(hour: int) -> int:
        seconds = travel.matrix(hour).seconds
        return int(seconds[seconds < UNREACHABLE].sum())

    return max(range(start_hour, end_hour), key=total)


class RoadTravel:
    """Travel by one mode over a road network; the answers never change, what was computed once is remembered.

    Parameters
    ----------
    network
        From `geo.roads.read_roads`.
    places
        With different ids; several may share a spot.
    speeds
        None takes the table that ships with the project.
    cache
        Folder in which matrices are kept, or None.
    max_snap
        Metres a place may lie off the roads.
    allow_unreached
        Keep places further off as unreachable rather than raise.

    Attributes
    ----------
    network
        The roads.
    snaps
        Where each place meets the roads, and how far off.
    unreached
        Places further off than `max_snap`, with metres to the nearest usable road.

    Raises
    ------
    UnreachedPlacesError
        Naming every place that the roads do not reach, unless `allow_unreached`.
    """

    def __init__(
        self,
        network: RoadNetwork,
        places: Sequence[Place],
        speeds: SpeedTable | None = None,
        cache: Path | None = None,
        *,
        max_snap: float = MAX_SNAP,
        allow_unreached: bool = False,
    ) -> None:
        self.network = network
        self.snaps = snap_places(network, places)
        self.unreached = tuple((snap.place, snap.metres) for snap in self.snaps if snap.metres > max_snap)
        if self.unreached and not allow_unreached:
            raise UnreachedPlacesError(self.unreached, max_snap)
        self._places = place_ids(places)
        self._speeds: ModeSpeeds = (speeds or default_speeds()).of(network.mode)
        self._spots, self._spot = _spots(self.snaps, {name for name, _ in self.unreached})
        self._graph = cut_at(network, self._spots)
        self._opposite = opposite(self._graph)
        self._cache = cache
        where = [(spot.segment, spot.offset) for spot in self._spots]
        numbers = (speeds or default_speeds()).fingerprint(network.mode)
        self._key_parts = (network.key, numbers, self._places, where, tuple(self._spot.values()))
        self._weighted: dict[object, WeightedGraph] = {}
        self._fields: dict[tuple[object, int], Floats] = {}
        self._matrices: dict[object, TravelTimeMatrix] = {}
        self._drives: dict[tuple[object, int, int], _Way] = {}
        self._tables: dict[tuple[object, tuple[int, ...]], NDArray[np.int32]] = {}

    @property
    def places(self) -> tuple[str, ...]:
        """Ids of the places known."""
        return self._places

    @property
    def estimated(self) -> bool:
        """False: over roads."""
        return False

    def matrix(self, hour: int) -> TravelTimeMatrix:
        """Return seconds and metres between all places."""
        profile = self._profile(hour)
        if profile not in self._matrices:
            seconds, metres = self._kept_or_made(store.key("matrix", *self._key_parts, profile), hour)
            self._matrices[profile] = TravelTimeMatrix(self._places, seconds, metres, estimated=False)
        return self._matrices[profile]

    def drive(self, origin: str, destination: str, hour: int) -> Drive:
        """Return the fastest way; raise `geo.errors.RoadNetworkError` where there is none.

        Its last state is that of standing at the destination, free to set off in any direction.
        """
        start, goal = self._spot_of(origin), self._spot_of(destination)
        if start < 0 or goal < 0:
            raise RoadNetworkError(f"no way from {origin} to {destination}: the roads do not reach one of them")
        key = (self._profile(hour), start, goal)
        if key not in self._drives:
            self._drives[key] = self._way(start, goal, hour)
        way = self._drives[key]
        return Drive(origin, destination, way.path, way.elapsed, way.states, way.seconds, way.metres)

    def _way(self, start: int, goal: int, hour: int) -> _Way:
        field = self._fields_of([goal], hour)[0]
        way = self._weighted_at(hour).way(start, field)
        pieces = [state for state in way if state < self._graph.pieces]
        states = np.array([way[0], *pieces[:-1], self._graph.standing(goal)][: len(pieces) + 1], dtype=np.int64)
        seconds, decimetres = _unpack(field[states])
        whole = int(seconds[0])
        return _Way(self._path(start, pieces), seconds[0] - seconds, states, whole, int(_metres(decimetres)[0]))

    def onward(self, states: NDArray[np.int64], targets: Sequence[str], hour: int) -> NDArray[np.int64]:
        """Return ``(len(states), len(targets))`` seconds from each node of a `Drive` to each target place.

        Turn restrictions and the ban on U-turns hold from each node on; one search per target and hour is remembered.
        """
        spots = tuple(self._spot_of(target) for target in targets)
        key = (self._profile(hour), spots)
        if key not in self._tables:
            self._tables[key] = self._table(spots, hour)
        return self._tables[key][:, states].T.astype(np.int64)

    def _table(self, spots: Sequence[int], hour: int) -> NDArray[np.int32]:
        """Return ``(spots, states)`` seconds from every state."""
        reached = sorted({spot for spot in spots if spot >= 0})
        fields = dict(zip(reached, self._fields_of(reached, hour), strict=True))
        table = np.full((len(spots), self._graph.states), UNREACHABLE, dtype=np.int32)
        for row, spot in enumerate(spots):
            if spot >= 0:
                table[row] = _unpack(fields[spot])[0]
        return table

    def turned(self, states: NDArray[np.int64], hour: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the seconds back over the stretches that end in `states`, and the states where they began.

        There is a way back where the road may be driven both ways; the last stretch of a drive, which ends at a gate,
        has none.
        """
        pieces = self._graph.pieces
        on_road = np.minimum(states, pieces - 1)
        across = np.where(states < pieces, self._opposite[on_road], -1)
        seconds = piece_seconds(self._graph, self._speeds, hour)
        return np.where(across >= 0, seconds[across], UNREACHABLE), np.where(across >= 0, across, states)

    def _profile(self, hour: int) -> tuple[tuple[str, float], ...]:
        """Return what makes one hour's traffic differ from another's: hours alike share one computation."""
        return tuple(sorted(self._speeds.factors(hour).items()))

    def _weighted_at(self, hour: int) -> WeightedGraph:
        profile = self._profile(hour)
        if profile not in self._weighted:
            self._weighted[profile] = weigh(self._graph, self._speeds, hour)
        return self._weighted[profile]

    def _fields_of(self, spots: Sequence[int], hour: int) -> list[Floats]:
        profile = self._profile(hour)
        missing = [spot for spot in spots if (profile, spot) not in self._fields]
        if missing:
            found = self._weighted_at(hour).fields(missing)
            self._fields.update(((profile, spot), field) for spot, field in zip(missing, found, strict=True))
        return [self._fields[profile, spot] for spot in spots]

    def _kept_or_made(self, key: str, hour: int) -> tuple[Ints, Ints]:
        kept = store.load(self._cache, key)
        if kept is not None:
            return kept["seconds"], kept["metres"]
        seconds, metres = self._between_places(hour)
        store.save(self._cache, key, {"seconds": seconds, "metres": metres})
        return seconds, metres

    def _between_places(self, hour: int) -> tuple[Ints, Ints]:
        graph, spots = self._weighted_at(hour), self._graph.spots
        origins = self._graph.pieces + np.arange(spots)
        costs = np.full((spots + 1, spots + 1), np.inf)
        step = max(1, FIELD_CELLS // self._graph.states)
        for low in range(0, spots, step):
            some = range(low, min(low + step, spots))
            costs[:spots, some.start : some.stop] = graph.fields(some)[:, origins].T
        # A place off the roads has spot -1, which is the last row and column: no way.
        rows = np.array([self._spot[place] for place in self._places], dtype=np.int64)
        seconds, decimetres = _unpack(costs[np.ix_(rows, rows)])
        metres = _metres(decimetres)
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        return seconds, metres

    def _spot_of(self, place: str) -> int:
        if place not in self._spot:
            raise RoadNetworkError(f"no place is called {place!r}")
        return self._spot[place]

    def _path(self, start: int, pieces: Sequence[int]) -> Floats:
        """Return lon/lat points along pieces of arcs; neighbours share their point once."""
        if not pieces:
            snap = self._spots[start]
            return np.array([[snap.lon, snap.lat]])
        parts = []
        for piece in pieces:
            arc = int(self._graph.piece_arc[piece])
            length = int(self.network.segment_length[self.network.arc_segment[arc]])
            low, high = int(self._graph.piece_from[piece]), int(self._graph.piece_to[piece])
            points = self.network.arc_points(arc)
            parts.append(points if high - low == length else stretch(points, low / length, high / length))
        return np.vstack([parts[0][:1], *(part[1:] for part in parts)])


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A drive without the names of its ends, which several places may share."""

    path: Floats
    elapsed: Ints
    states: Ints
    seconds: int
    metres: int


def _spots(snaps: Sequence[Snap], far: set[str]) -> tuple[list[Snap], dict[str, int]]:
    """Return the different spots, and each place's index among them; -1 for one that the roads do not reach."""
    spots: list[Snap] = []
    index: dict[tuple[int, int], int] = {}
    spot_of: dict[str, int] = {}
    for snap in snaps:
        where = (snap.segment, snap.offset)
        if snap.place in far:
            spot_of[snap.place] = -1
            continue
        if where not in index:
            index[where] = len(spots)
            spots.append(snap)
        spot_of[snap.place] = index[where]
    return spots, spot_of


def _unpack(costs: Floats) -> tuple[Ints, Ints]:
    """Return seconds and decimetres of packed costs."""
    reached = np.isfinite(costs)
    whole = np.where(reached, costs, 0.0).astype(np.int64)
    return np.where(reached, whole // PACK, UNREACHABLE), np.where(reached, whole % PACK, UNREACHABLE)


def _metres(decimetres: Ints) -> Ints:
    return np.where(decimetres == UNREACHABLE, UNREACHABLE, (decimetres + 5) // 10)
