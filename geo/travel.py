"""Travel times between places: what the rest of the house asks of a road network or of an estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

UNREACHABLE = 10**9
"""Seconds (and metres) that mean 'no way there'."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to drive from and to: a gate or the station. Degrees, WGS84."""

    id: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class TravelTimeMatrix:
    """Seconds and metres between places.

    Attributes
    ----------
    places
        Ids in the order of rows (origins) and columns (destinations).
    seconds, metres
        ``(n, n)`` int64; `UNREACHABLE` where there is no way; the diagonal is 0.
    estimated
        True for a straight-line estimate.
    """

    places: tuple[str, ...]
    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]
    estimated: bool


@dataclass(frozen=True, slots=True)
class Drive:
    """The fastest way from one place to another, node by node.

    Attributes
    ----------
    path
        ``(k, 2)`` float lon/lat points to draw.
    elapsed
        ``(m,)`` int64 seconds after departure at which each decision node is reached; first 0, last the drive's length,
        never falling. Between two of them the vehicle is committed to reach the later one.
    states
        ``(m,)`` int64: what `TravelTimes.onward` needs to know about where the vehicle is at each node.
    seconds, metres
        Whole drive.
    """

    origin: str
    destination: str
    path: NDArray[np.float64]
    elapsed: NDArray[np.int64]
    states: NDArray[np.int64]
    seconds: int
    metres: int


class TravelTimes(Protocol):
    """Travel by one mode: a road network (`RoadTravel`) or a straight-line estimate (`StraightLineTravel`).

    `hour` is the hour of the day, 0 to 23, whose traffic applies.
    """

    @property
    def places(self) -> tuple[str, ...]:
        """Ids of the places known."""
        ...

    @property
    def estimated(self) -> bool:
        """True for a straight-line estimate."""
        ...

    def matrix(self, hour: int) -> TravelTimeMatrix:
        """Return seconds and metres between all places."""
        ...

    def drive(self, origin: str, destination: str, hour: int) -> Drive:
        """Return the fastest way; raise `geo.errors.RoadNetworkError` where there is none."""
        ...

    def onward(self, states: NDArray[np.int64], targets: Sequence[str], hour: int) -> NDArray[np.int64]:
        """Return ``(len(states), len(targets))`` seconds from each node of a `Drive` to each target place."""
        ...

    def turned(self, states: NDArray[np.int64], hour: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return what a U-turn leads back to, for stretches of drives that end in `states`.

        Returns
        -------
        ``(len(states),)`` seconds that the whole stretch takes the other way, `UNREACHABLE` where it may not be driven
        that way; and the states one is in where the stretch began, to be asked of `onward`.
        """
        ...


def place_ids(places: Sequence[Place]) -> tuple[str, ...]:
    """Return the ids of places; raise `ValueError` where two share one."""
    ids = tuple(place.id for place in places)
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"places that share an id: {', '.join(twice)}")
    return ids
