"""Put an invented squad together around communities that a map already knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from examples.findings import violations
from examples.flat import Flat
from examples.partners import partners
from examples.rosters import (
    BANDS,
    BREAKS,
    PLANNED,
    WEEKS,
    Place,
    Size,
    communities,
    officers,
    shifts_and_leave,
    vehicles,
)
from geo.community import Gate, Phase
from planner.policy import Policy
from planner.squad import Squad

ROADS = "roads.osm.pbf"


@dataclass(frozen=True, slots=True)
class Setting:
    """What an invented squad is called and where it lies.

    Attributes
    ----------
    stems
        Names for its partners, used one after the other.
    """

    id: str
    name: str
    attribution: str
    flat: Flat
    stems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Beats:
    """Which communities each pair of officers answers for, and their phases; communities by index."""

    sectors: tuple[tuple[int, ...], ...]
    phase: Mapping[int, Phase]


def invent(
    setting: Setting, size: Size, places: Sequence[Place], divided: Beats, station: tuple[float, float], rng: Random
) -> Squad:
    """Return a squad with invented people, partners and records for these places; `station` in metres."""
    cared_for = communities(places, divided.sectors, divided.phase, rng)
    shifts, leave = shifts_and_leave(size)
    return Squad(
        id=setting.id,
        name=setting.name,
        hotline="021-5555-0100",
        station=Gate("station", "中队驻地", *setting.flat.lon_lat(*station)),
        bands=BANDS,
        communities=tuple(sorted(cared_for, key=lambda c: c.id)),
        officers=officers(size),
        shifts=shifts,
        leave=leave,
        partners=partners([cared_for[k] for sector in divided.sectors for k in sector], setting.stems),
        vehicles=vehicles(),
        violations=violations(cared_for, setting.flat, WEEKS[PLANNED], rng),
        policy=Policy(breaks=BREAKS),
        roads=Path(ROADS),
        made_up=True,
        attribution=setting.attribution,
    )
