"""How far from a place, or from anywhere along a drive, to each scene point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from geo.errors import RoadNetworkError
from geo.travel import Drive, TravelTimes
from planner.officer import VehicleKind
from planner.phases import Seconds
from planner.week import Leg


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
    """

    travel: Mapping[VehicleKind, TravelTimes]
    hours: Mapping[str, int]
    scenes: tuple[str, ...]
    buffer: int = 0
    _rows: dict[tuple[VehicleKind, int], dict[str, Seconds]] = field(default_factory=dict, repr=False)

    def from_place(self, kind: VehicleKind, band_id: str, place: str) -> Seconds:
        """Return ``(scenes,)`` seconds from a place."""
        key = kind, self.hours[band_id]
        if key not in self._rows:
            matrix = self.travel[kind].matrix(self.hours[band_id])
            columns = [matrix.places.index(scene) for scene in self.scenes]
            self._rows[key] = dict(zip(matrix.places, self._parked(matrix.seconds[:, columns]), strict=True))
        return self._rows[key][place]

    def along(self, kind: VehicleKind, band_id: str, leg: Leg) -> tuple[Seconds, Seconds]:
        """Return the instants of a leg's nodes and ``(nodes, scenes)`` seconds from each.

        A leg that lasts longer than its drive spends the rest within its last stretch (parking, walking to the gate);
        where nothing is known of the way the crew finishes the leg first, which bounds the truth from above.
        """
        hour = self.hours[band_id]
        parked = self.from_place(kind, band_id, leg.destination)
        drive = self._drive(kind, leg, hour)
        if drive is None or len(drive.elapsed) < 2:
            return np.array([leg.depart, leg.arrive], dtype=np.int64), np.stack([parked, parked])
        nodes = np.minimum(leg.depart + drive.elapsed, leg.arrive)
        nodes[-1] = leg.arrive
        onward = self.travel[kind].onward(drive.states, self.scenes, hour) + self.buffer
        onward[-1] = parked
        return nodes, onward

    def _drive(self, kind: VehicleKind, leg: Leg, hour: int) -> Drive | None:
        try:
            return self.travel[kind].drive(leg.origin, leg.destination, hour)
        except RoadNetworkError:
            return None

    def _parked(self, seconds: Seconds) -> Seconds:
        return np.where(seconds > 0, seconds + self.buffer, 0)


def gate_place(community_id: str, gate_id: str) -> str:
    """Return the id by which travel times know a gate."""
    return f"{community_id}/{gate_id}"
