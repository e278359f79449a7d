"""Communities, their boundaries and the gates one enters them by. Longitude, latitude, WGS84 throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shapely import MultiPolygon, Polygon


class Phase(StrEnum):
    """Where a community stands between hand-over and everyday life."""

    PRE_DELIVERY = "pre_delivery"
    PEAK = "peak"
    ROUTINE = "routine"
    CLOSED = "closed"


class GeometrySource(StrEnum):
    """How far a boundary can be trusted; maps dash and name whatever is not surveyed."""

    SURVEYED = "surveyed"
    STREET_BLOCK = "street_block"
    ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True, slots=True)
class Gate:
    """A way into a community, which is what one routes to."""

    id: str
    name: str
    lon: float
    lat: float

    def __post_init__(self) -> None:
        _check_lon_lat(self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class Boundary:
    """The outline of a community."""

    polygon: Polygon | MultiPolygon
    source: GeometrySource

    def __post_init__(self) -> None:
        if self.polygon.is_empty or not self.polygon.is_valid:
            msg = "a boundary is a valid polygon that is not empty"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Community:
    """A housing estate under the squad's care.

    Attributes
    ----------
    gates
        At least one; the first is the main gate, where visits meet.
    a_officer, b_officer
        Ids of the officers who hold the A post (responsible) and the B post (assisting); two different people.
    joint_per_week
        Joint inspections owed each week of the renovation peak; None takes the policy's number.
    stationing_days
        Whole days the squad is stationed there in the planned week.
    more_b
        Officers who hold a further B post: they answer reports as A and B do, and lead no visits.
    """

    id: str
    name: str
    phase: Phase
    boundary: Boundary
    gates: tuple[Gate, ...]
    a_officer: str
    b_officer: str
    households: int = 0
    delivery_date: date | None = None
    address: str = ""
    joint_per_week: int | None = None
    stationing_days: int = 0
    more_b: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.gates:
            msg = f"community {self.id} has no gate"
            raise ValueError(msg)
        if self.a_officer == self.b_officer:
            msg = f"community {self.id}: the A and B posts are two people"
            raise ValueError(msg)
        if len({*self.answering}) < len(self.answering):
            msg = f"community {self.id}: a further B post is somebody else's than the A and B posts"
            raise ValueError(msg)

    @property
    def answering(self) -> tuple[str, ...]:
        """Who answers reports: the A officer, the B officer and those who hold a further B post."""
        return self.a_officer, self.b_officer, *self.more_b

    @property
    def main_gate(self) -> Gate:
        """The gate where visits meet."""
        return self.gates[0]


def _check_lon_lat(lon: float, lat: float) -> None:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        msg = f"({lon}, {lat}) is not a longitude and a latitude in degrees"
        raise ValueError(msg)
