"""Known scenes: where within a community a report comes from, once somebody has said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geo.errors import Fault, InputError
from geo.text import Text
from geo.travel import Place
from planner.reach import gate_place
from planner.squad import Squad

SCENE = "现场"


@dataclass(frozen=True, slots=True)
class Scene:
    """A place in a community, longitude and latitude in WGS84."""

    community_id: str
    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            msg = f"({self.lon}, {self.lat}) is not a longitude and a latitude in degrees"
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Scene:
        """Read ``C1:121.25,31.38``; raise `ValueError` where it is something else."""
        community, _, point = text.rpartition(":")
        lon, lat = point.split(",")
        if not community:
            msg = "names no community"
            raise ValueError(msg)
        return cls(community, float(lon), float(lat))


def known_scenes(scenes: Sequence[Scene]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of scenes by community, as `planner.response.checked` takes them."""
    found: dict[str, tuple[str, ...]] = {}
    for scene, name in _named(scenes):
        found[scene.community_id] = (*found.get(scene.community_id, ()), name)
    return found


def places_of(scenes: Sequence[Scene]) -> tuple[Place, ...]:
    """Return scenes as places for travel times."""
    return tuple(Place(gate_place(scene.community_id, name), scene.lon, scene.lat) for scene, name in _named(scenes))


def require_known(squad: Squad, scenes: Sequence[Scene]) -> None:
    """Raise `InputError` with a fault for each scene in no community of the squad's."""
    known = {community.id for community in squad.communities}
    faults = [
        Fault(
            code="unknown_community",
            file="--scene",
            row=None,
            field=None,
            problem=Text(f"没有编号为“{scene.community_id}”的小区", f"There is no community '{scene.community_id}'"),
            mend=Text(f"可填:{'、'.join(sorted(known))}", f"One of: {', '.join(sorted(known))}"),
        )
        for scene in scenes
        if scene.community_id not in known
    ]
    if faults:
        raise InputError(faults)


def _named(scenes: Sequence[Scene]) -> Iterator[tuple[Scene, str]]:
    for number, scene in enumerate(scenes, start=1):
        yield scene, SCENE if len(scenes) == 1 else f"{SCENE}{number}"
