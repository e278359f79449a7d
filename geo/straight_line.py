"""Travel times without roads: the straight line times a detour factor. An estimate, and labelled as one everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.coordinates import measuring_plane, plane_metres
from geo.errors import RoadNetworkError
from geo.network import Floats, Ints
from geo.speeds import Mode, SpeedTable, default_speeds
from geo.travel import UNREACHABLE, Drive, Place, TravelTimeMatrix, place_ids

STEP = 100.0
"""Metres of straight line between the nodes of an estimated drive."""


class StraightLineTravel:
    """Estimated travel: straight line × detour ÷ speed × the hour's slowdown, rounded up to whole seconds.

    A drive is cut into stretches of about 100 m. What `onward` says at their ends is never more than finishing the
    drive first, and never so little that going by way of the drive would beat the matrix.

    Parameters
    ----------
    places
        With different ids.
    mode
        ``car`` or ``ebike``.
    speeds
        None takes the table that ships with the project.
    detour, kmh
        Replace the table's figures.
    """

    def __init__(
        self,
        places: Sequence[Place],
        mode: str,
        speeds: SpeedTable | None = None,
        *,
        detour: float | None = None,
        kmh: float | None = None,
    ) -> None:
        self._places = place_ids(places)
        self._index = {name: i for i, name in enumerate(self._places)}
        self._points = np.array([(place.lon, place.lat) for place in places], dtype=np.float64).reshape(-1, 2)
        plane = measuring_plane(places[0].lon) if places else measuring_plane(0.0)
        self._xy: Floats = np.column_stack(plane_metres(self._points[:, 0], self._points[:, 1], plane))
        self._speeds = (speeds or default_speeds()).of(Mode(mode))
        line = self._speeds.straight_line
        self._detour = line.detour if detour is None else detour
        self._pace = 3.6 / (line.kmh if kmh is None else kmh)
        self._apart: Floats = np.hypot(*(self._xy[:, None, :] - self._xy[None, :, :]).transpose(2, 0, 1))
        self._stretches = np.maximum(1, np.ceil(self._apart / STEP)).astype(np.int64)
        self._base = int(self._stretches.max(initial=1)) + 1
        self._matrices: dict[float, TravelTimeMatrix] = {}

    @property
    def places(self) -> tuple[str, ...]:
        """Ids of the places known."""
        return self._places

    @property
    def estimated(self) -> bool:
        """True: these are estimates."""
        return True

    def matrix(self, hour: int) -> TravelTimeMatrix:
        """Return seconds and metres between all places."""
        factor = self._factor(hour)
        if factor not in self._matrices:
            metres = np.rint(self._apart * self._detour).astype(np.int64)
            seconds = self._seconds(self._apart, factor)
            self._matrices[factor] = TravelTimeMatrix(self._places, seconds, metres, estimated=True)
        return self._matrices[factor]

    def drive(self, origin: str, destination: str, hour: int) -> Drive:
        """Return the straight line, with a node about every 100 m."""
        start, goal = self._index_of(origin), self._index_of(destination)
        stretches = int(self._stretches[start, goal]) if start != goal else 0
        states = (start * len(self._places) + goal) * self._base + np.arange(stretches + 1, dtype=np.int64)
        share = np.linspace(0.0, 1.0, stretches + 1)[:, None]
        matrix = self.matrix(hour)
        return Drive(
            origin=origin,
            destination=destination,
            path=self._points[start] * (1 - share) + self._points[goal] * share,
            elapsed=self._elapsed(start, goal, np.arange(stretches + 1), hour),
            states=states,
            seconds=int(matrix.seconds[start, goal]),
            metres=int(matrix.metres[start, goal]),
        )

    def onward(self, states: NDArray[np.int64], targets: Sequence[str], hour: int) -> NDArray[np.int64]:
        """Return ``(len(states), len(targets))`` seconds from each node of a `Drive` to each target place."""
        pair, node = np.divmod(np.asarray(states, dtype=np.int64), self._base)
        start, goal = np.divmod(pair, max(1, len(self._places)))
        wanted = np.array([self._index_of(target) for target in targets], dtype=np.int64)
        share = np.where(start == goal, 0.0, node / self._stretches[start, goal])[:, None]
        here = self._xy[start] * (1 - share) + self._xy[goal] * share
        apart = np.linalg.norm(here[:, None, :] - self._xy[wanted][None, :, :], axis=2)
        seconds = self._seconds(apart, self._factor(hour))
        table = self.matrix(hour).seconds
        driven = self._elapsed(start, goal, node, hour)
        onward: Ints = np.maximum(seconds, table[start][:, wanted] - driven[:, None])
        return onward

    def turned(self, states: NDArray[np.int64], hour: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the seconds back over the stretches that end in `states`, and the states where they began."""
        pair, node = np.divmod(np.asarray(states, dtype=np.int64), self._base)
        start, goal = np.divmod(pair, max(1, len(self._places)))
        back = self._elapsed(start, goal, node, hour) - self._elapsed(start, goal, np.maximum(node - 1, 0), hour)
        began = np.where(node > 0, states - 1, states)
        return np.where(node > 0, back, UNREACHABLE), began

    def _elapsed(self, start: Ints | int, goal: Ints | int, node: Ints, hour: int) -> Ints:
        """Return the drive's seconds less those still to go, so that both add up."""
        left = self._apart[start, goal] * (1 - node / self._stretches[start, goal])
        driven: Ints = self.matrix(hour).seconds[start, goal] - self._seconds(np.asarray(left), self._factor(hour))
        return driven

    def _seconds(self, apart: Floats, factor: float) -> Ints:
        seconds: Ints = np.ceil(apart * (self._detour * self._pace * factor) - 1e-6).astype(np.int64)
        return seconds

    def _factor(self, hour: int) -> float:
        return self._speeds.factors(hour)[self._speeds.straight_line.group]

    def _index_of(self, place: str) -> int:
        if place not in self._index:
            raise RoadNetworkError(f"no place is called {place!r}")
        return self._index[place]
