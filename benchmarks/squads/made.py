"""Seeded invented squads on a plane, of the sizes to compare: people and partners as the example's, more work for them.

Distances are straight lines times a detour, the same for the plan's matrices and for the two-hour check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from shapely import Point, Polygon, box

from api.prepare import Prepared, prepare
from casework.violation import Violation, ViolationType
from examples.flat import Flat, one_polygon
from examples.rosters import PLANNED, WEEKS, Place, Size, beats, phases
from examples.squads import Beats, Setting, invent
from geo.community import Community, Gate, GeometrySource, Phase
from planner.officer import Vehicle, VehicleKind
from planner.squad import Squad
from planner.week import Week

FLAT = Flat(121.25, 31.37)
APART = 260.0
"""Least metres between the middles of two communities."""


@dataclass(frozen=True, slots=True)
class Density:
    """How much work a squad of some size has.

    Attributes
    ----------
    peak
        Communities in renovation peak, with two joint inspections each.
    stationed
        Peak communities with a stationing day.
    due
        Share of communities with a violation whose re-check falls due this week, beside those that happen to.
    cars, ebikes
        Vehicles to share.
    side
        Metres from one edge of the squad's square to the other.
    seed
        Of the squad.
    """

    peak: int
    stationed: int
    due: float
    cars: int
    ebikes: int
    side: float
    seed: int


BINDING: Mapping[str, Density] = {
    "12x6": Density(peak=7, stationed=1, due=0.3, cars=1, ebikes=1, side=3600, seed=1),
    "24x14": Density(peak=12, stationed=1, due=0.3, cars=1, ebikes=1, side=4800, seed=1),
    "60x24": Density(peak=25, stationed=3, due=0.3, cars=3, ebikes=1, side=5600, seed=1),
    "120x40": Density(peak=48, stationed=6, due=0.3, cars=6, ebikes=2, side=6400, seed=1),
}
"""By communities × officers: a greedy week misses work, and yet all of it fits."""

OVER_FULL: Mapping[str, Density] = {
    "12x6": replace(BINDING["12x6"], peak=12, stationed=2, due=1.0),
    "24x14": replace(BINDING["24x14"], peak=24, stationed=2, due=1.0),
    "60x24": replace(BINDING["60x24"], peak=48, due=0.8),
    "120x40": replace(BINDING["120x40"], peak=96, due=0.8),
}
"""The same squads with about a quarter more work than fits."""


def seeded_week(size: str, density: Density) -> Prepared:
    """Return the week of a seeded squad, ready to be planned and checked.

    Parameters
    ----------
    size
        Communities × officers, such as ``24x14``.
    """
    return prepare(seeded_squad(size, density), Week(WEEKS[PLANNED]), None)


def seeded_squad(size: str, density: Density) -> Squad:
    """Return a seeded squad, all of it invented."""
    count, officers = (int(part) for part in size.split("x"))
    rng = Random(f"{size}/{density.seed}")
    made = Size(count, officers, density.peak)
    spots = _spots(rng, count, density.side)
    sectors = beats(spots, made.pairs)
    places = [_place(k, spot) for k, spot in enumerate(spots, 1)]
    stems = [f"示例{k:03d}" for k in range(1, 2 * count)]
    setting = Setting(f"seeded-{size}", "随机中队(全部虚构)", "", FLAT, stems)
    squad = invent(setting, made, places, Beats(sectors, phases(sectors, made, rng)), (0.0, 0.0), rng)
    return replace(
        squad,
        roads=None,
        communities=_stationed(squad.communities, density.stationed),
        vehicles=_vehicles(density),
        violations=(*squad.violations, *_due(rng, squad.communities, density.due)),
    )


def _spots(rng: Random, count: int, side: float) -> list[tuple[float, float]]:
    """Return places on a square around the station, no two of them too near each other."""
    spots: list[tuple[float, float]] = []
    while len(spots) < count:
        x, y = (rng.uniform(-side / 2, side / 2) for _ in range(2))
        if all(Point(x, y).distance(Point(other)) >= APART for other in spots):
            spots.append((x, y))
    return spots


def _place(number: int, spot: tuple[float, float]) -> Place:
    x, y = spot
    outline = one_polygon(FLAT.degrees(box(x - 110, y - 90, x + 110, y + 90)))
    key = f"c{number:03d}"
    gates = (
        Gate(f"{key}-s", "南门", *FLAT.lon_lat(x, y - 90)),
        Gate(f"{key}-n", "北门", *FLAT.lon_lat(x, y + 90)),
    )
    return Place(
        key, f"示例小区{number:03d}", "", Polygon(outline), GeometrySource.ILLUSTRATIVE, gates, 300 + number * 37 % 900
    )


def _stationed(communities: Sequence[Community], count: int) -> tuple[Community, ...]:
    """Give a stationing day to `count` communities in their peak, of different A officers as long as there are such."""
    in_peak = [c for c in communities if c.phase is Phase.PEAK]
    first = {c.a_officer: c.id for c in reversed(in_peak)}
    order = [*sorted(first.values()), *(c.id for c in in_peak if c.id not in first.values())]
    chosen = set(order[:count])
    return tuple(replace(c, stationing_days=int(c.id in chosen)) for c in communities)


def _vehicles(density: Density) -> tuple[Vehicle, ...]:
    cars = (Vehicle(f"car{n}", f"执法车{n}", VehicleKind.CAR, 5) for n in range(1, density.cars + 1))
    bikes = (Vehicle(f"ebike{n}", f"电动车组{n}", VehicleKind.EBIKE, 2) for n in range(1, density.ebikes + 1))
    return (*cars, *bikes)


def _due(rng: Random, communities: Sequence[Community], share: float) -> list[Violation]:
    """Return violations handled last week, one in each of some communities, on different days."""
    lived_in = [c for c in communities if c.phase in {Phase.PEAK, Phase.ROUTINE}]
    chosen = rng.sample(lived_in, round(share * len(lived_in)))
    return [
        Violation(
            f"D{n:03d}",
            rng.choice(list(ViolationType)),
            community.main_gate.lon,
            community.main_gate.lat + 0.0004,
            handled - timedelta(days=rng.randint(1, 5)),
            community.id,
            handled,
        )
        for n, community in enumerate(chosen, 1)
        for handled in [WEEKS[PLANNED] - timedelta(days=7 - n % 5)]
    ]
