"""Faults of a road file, and of gates that it does not reach, in a squad leader's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from geo.errors import Fault, FaultLevel, RoadNetworkError, UnreachedPlacesError
from geo.snapping import Snap
from geo.text import Text, same
from planner.officer import VEHICLE_NAMES, VehicleKind
from planner.reach import gate_place
from planner.squad import Squad
from planner.week import STATION

DOUBTFUL = 150.0
"""Metres from a gate to its road that are believed, but told."""


def road_faults(squad: Squad, error: RoadNetworkError) -> list[Fault]:
    """Return what a road error says about the squad's files, each gate once."""
    file = squad.roads.name if squad.roads else "roads"
    if not isinstance(error, UnreachedPlacesError):
        return [
            Fault(
                code="roads_unusable",
                file=file,
                row=None,
                field=None,
                problem=Text(f"路网文件不能用:{error}", f"the road file cannot be used: {error}"),
                mend=Text(
                    "请换成本地的 OpenStreetMap .osm.pbf 文件,或去掉 [roads] 改用直线估算",
                    "give an OpenStreetMap .osm.pbf of the area, or leave out [roads] for straight-line estimates",
                ),
            )
        ]
    off, names = dict(error.places), dict(_named(squad))
    return [_off(names.get(place, same(place)), file, metres, "error") for place, metres in off.items()]


def far_from_roads(squad: Squad, snaps: Sequence[Snap]) -> list[Fault]:
    """Return a warning for each gate that lies doubtfully far from the road it is reached by."""
    metres = {snap.place: snap.metres for snap in snaps}
    file = squad.roads.name if squad.roads else "roads"
    return [
        _off(name, file, metres[place], "warning") for place, name in _named(squad) if metres.get(place, 0.0) > DOUBTFUL
    ]


def islands(squad: Squad, kind: VehicleKind, unreached: Iterable[tuple[str, float]]) -> list[Fault]:
    """Return one warning with the places that one kind of vehicle cannot reach; crews go there in another."""
    off = dict(unreached)
    names = [name for place, name in _named(squad) if place in off]
    if not names:
        return []
    vehicle = VEHICLE_NAMES[kind]
    return [
        Fault(
            code="vehicle_cannot_reach",
            file=squad.roads.name if squad.roads else "roads",
            row=None,
            field=None,
            problem=Text(
                f"{vehicle.zh}到不了:{'、'.join(name.zh for name in names)}",
                f"out of reach by {vehicle.en.lower()}: {', '.join(name.en for name in names)}",
            ),
            mend=Text(
                "这些地方只派其他车辆;如属误判,请核对路网的通行限制",
                "other vehicles are sent there; if that is wrong, check the roads' access tags",
            ),
            level="warning",
        )
    ]


def _named(squad: Squad) -> Iterator[tuple[str, Text]]:
    yield STATION, Text(f"驻地 {squad.station.name}", f"the station {squad.station.name}")
    for community in squad.communities:
        for gate in community.gates:
            name = f"{community.name} {gate.name}"
            yield gate_place(community.id, gate.id), Text(f"{name}({gate.id})", f"{name} ({gate.id})")


def _off(name: Text, file: str, metres: float, level: FaultLevel) -> Fault:
    return Fault(
        code="roads_do_not_reach" if level == "error" else "far_from_roads",
        file=file,
        row=None,
        field=None,
        problem=Text(
            f"{name.zh} 离最近的可用道路 {metres:.0f} 米", f"{name.en} is {metres:.0f} m from any usable road"
        ),
        mend=Text(
            "请核对大门坐标和坐标系,或换一份覆盖这里的路网",
            "check the gate's position and coordinate system, or take roads that cover this place",
        ),
        level=level,
    )
