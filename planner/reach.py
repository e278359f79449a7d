"""How far from a place, or from anywhere along a drive, to each scene point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from geo.errors import RoadNetworkError
from geo.travel import Drive, TravelTimes
from planner.officer import VehicleKind
from planner.phases import NEVER, Onward, Profile, Seconds, Travel, Turning
from planner.profile import HOUR, onward_at
from planner.week import Leg

DAY_HOURS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Seconds from wherever somebody is to each scene point, asked of the road network once.

    Attributes
    ----------
    hours
        Hour of the day whose traffic applies in each band.
    scenes
        Place id of each scene point, ``<community>/<gate>``.
    buffer
        Seconds for parking and walking, part of every drive as in the plan's own.
    u_turn
        Seconds to turn round in mid-road, or None where nobody does.
    by_the_hour
        Whether responders drive in the traffic of the hour they drive in, rather than in that of the band.
    """

    travel: Mapping[VehicleKind, TravelTimes]
    hours: Mapping[str, int]
    scenes: tuple[str, ...]
    buffer: int = 0
    u_turn: int | None = None
    by_the_hour: bool = False
    _rows: dict[tuple[VehicleKind, int], dict[str, Seconds]] = field(default_factory=dict, repr=False)

    def from_place(self, kind: VehicleKind, band_id: str, place: str, start: int, end: int) -> Onward:
        """Return the way on from a place for whoever sets off within ``[start, end]`` (instants of the week)."""
        if not self.by_the_hour:
            return self._parked(self._row(kind, self.hours[band_id], place))
        day = np.stack([self._row(kind, hour, place) for hour in range(DAY_HOURS)])
        longest = int(np.where(day < NEVER, day, 0).max(initial=0))
        hours = range(start // HOUR, (end + longest) // HOUR + 1)
        parking = np.where((day > 0).any(axis=0), self.buffer, 0)
        return _by_the_hour(hours.start, day[[hour % DAY_HOURS for hour in hours]], parking)

    def along(self, kind: VehicleKind, band_id: str, leg: Leg) -> Travel:
        """Return a drive with the ways on from each of its nodes.

        A leg that lasts longer than its drive spends the rest within its last stretch (parking, walking to the gate);
        where nothing is known of the way the crew finishes the leg first, which bounds the truth from above.
        """
        drive = self._drive(kind, leg, self.hours[band_id])
        parked = onward_at(self.from_place(kind, band_id, leg.destination, leg.arrive, leg.arrive), leg.arrive)
        if drive is None or len(drive.elapsed) < 2:  # one node is no stretch
            nodes, onward = np.array([leg.depart, leg.arrive], dtype=np.int64), np.stack([parked, parked])
            return Travel(leg.depart, leg.arrive, nodes, onward, leg.origin, leg.destination)
        nodes = np.minimum(leg.depart + drive.elapsed, leg.arrive)
        nodes[-1] = leg.arrive
        ways = self._onward(kind, band_id, drive.states[:-1], nodes[:-1], nodes[:-1])
        onward = np.stack([*(onward_at(way, node) for way, node in zip(ways, nodes.tolist(), strict=False)), parked])
        turning = self._turning(kind, band_id, drive, nodes)
        return Travel(leg.depart, leg.arrive, nodes, onward, leg.origin, leg.destination, turning)

    def _turning(self, kind: VehicleKind, band_id: str, drive: Drive, nodes: Seconds) -> Turning | None:
        if self.u_turn is None:
            return None
        back, states = self.travel[kind].turned(drive.states[1:], self.hours[band_id])
        possible = back < NEVER
        if not possible.any():
            return None
        latest = nodes[1:] + self.u_turn + np.where(possible, back, 0)
        ways = self._onward(kind, band_id, np.where(possible, states, drive.states[1:]), nodes[:-1], latest)
        return Turning(self.u_turn, back, tuple(ways))

    def _onward(
        self, kind: VehicleKind, band_id: str, states: Seconds, earliest: Seconds, latest: Seconds
    ) -> list[Onward]:
        """Return the ways on from states on the road, each left within ``[earliest, latest]``."""
        travel = self.travel[kind]
        if not self.by_the_hour:
            return list(travel.onward(states, self.scenes, self.hours[band_id]) + self.buffer)
        levels = np.stack([travel.onward(states, self.scenes, hour) for hour in range(DAY_HOURS)])
        longest = np.where(levels < NEVER, levels, 0).max(axis=(0, 2))
        ways: list[Onward] = []
        for i, (first, last) in enumerate(zip(earliest.tolist(), (latest + longest).tolist(), strict=True)):
            hours = range(first // HOUR, last // HOUR + 1)
            rows = levels[[hour % DAY_HOURS for hour in hours], i]
            ways.append(_by_the_hour(hours.start, rows, np.full(len(self.scenes), self.buffer)))
        return ways

    def _row(self, kind: VehicleKind, hour: int, place: str) -> Seconds:
        """Return ``(scenes,)`` seconds of driving from a place."""
        key = kind, hour
        if key not in self._rows:
            matrix = self.travel[kind].matrix(hour)
            columns = [matrix.places.index(scene) for scene in self.scenes]
            self._rows[key] = dict(zip(matrix.places, matrix.seconds[:, columns], strict=True))
        return self._rows[key][place]

    def _drive(self, kind: VehicleKind, leg: Leg, hour: int) -> Drive | None:
        try:
            return self.travel[kind].drive(leg.origin, leg.destination, hour)
        except RoadNetworkError:
            return None

    def _parked(self, seconds: Seconds) -> Seconds:
        return np.where(seconds > 0, seconds + self.buffer, 0)


def _by_the_hour(first: int, levels: Seconds, parking: Seconds) -> Onward:
    """Return a profile, or one row where the hours do not differ."""
    if (levels == levels[0]).all():
        row: Seconds = levels[0] + parking
        return row
    return Profile(first, levels, parking)


def gate_place(community_id: str, gate_id: str) -> str:
    """Return the id by which travel times know a gate."""
    return f"{community_id}/{gate_id}"
