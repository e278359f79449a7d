"""From a squad's files to a weekly problem: places, roads, and the hour of the day that each band is planned with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.road_faults import far_from_roads, islands, road_faults
from geo.errors import Fault, InputError, RoadNetworkError
from geo.road_travel import RoadTravel, open_travel, slowest_hour
from geo.roads import read_water
from geo.travel import UNREACHABLE, Place, TravelTimeMatrix, TravelTimes
from maps.base import NO_ROADS, RoadPicture, road_picture
from planner.demand import weekly_problem
from planner.officer import VehicleKind
from planner.reach import gate_place
from planner.squad import Squad
from planner.week import STATION, Week, WeeklyProblem

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Prepared:
    """A squad's week, ready to be planned, judged and drawn.

    Attributes
    ----------
    travel
        By vehicle kind, over the station, every community (its main gate) and every gate (``community/gate``).
    hours
        By band, the hour of the day whose traffic it is planned with: its slowest.
    warnings
        What the files and the roads make one doubt.
    """

    squad: Squad
    problem: WeeklyProblem
    travel: Mapping[VehicleKind, TravelTimes]
    hours: Mapping[str, int]
    roads: RoadPicture
    warnings: tuple[Fault, ...] = ()


def prepare(
    squad: Squad, week: Week, cache: Path | None, *, warnings: Sequence[Fault] = (), scenes: Sequence[Place] = ()
) -> Prepared:
    """Return the week of a squad with its travel times.

    Parameters
    ----------
    cache
        Folder for parsed roads and matrices, or None.
    warnings
        Those of the squad's files, to be carried along.
    scenes
        Places where reports are known to come from, named ``<community>/<scene>`` as gates are.

    Raises
    ------
    geo.errors.InputError
        Where the road file cannot be used or does not reach a gate.
    """
    # Bridges and tunnels closed to e-bikes make islands, where crews take the car: only the first kind must reach all.
    kinds = vehicle_kinds(squad)
    travel = {kind: _travel(squad, kind, cache, scenes, must_reach=kind is kinds[0]) for kind in kinds}
    first = next(iter(travel.values()))
    hours = {band.id: slowest_hour(first, band.start // HOUR, -(-band.end // HOUR)) for band in squad.bands}
    planned = [STATION, *(community.id for community in squad.communities)]
    matrices = {
        kind: {
            band: planning_matrix(times.matrix(hour), planned, squad.policy.travel_buffer)
            for band, hour in hours.items()
        }
        for kind, times in travel.items()
    }
    problem = weekly_problem(squad, week, matrices, estimated=any(times.estimated for times in travel.values()))
    far = far_from_roads(squad, first.snaps) if isinstance(first, RoadTravel) else []
    for kind, times in travel.items():
        far += islands(squad, kind, times.unreached) if isinstance(times, RoadTravel) else []
    return Prepared(squad, problem, travel, hours, _picture(squad, first), (*warnings, *far))


def vehicle_kinds(squad: Squad) -> tuple[VehicleKind, ...]:
    """Return the kinds of vehicle a squad has, cars first; a car where it has none, for the arrival check wants one."""
    owned = {vehicle.kind for vehicle in squad.vehicles}
    return tuple(kind for kind in VehicleKind if kind in owned) or (VehicleKind.CAR,)


def places(squad: Squad) -> Iterator[Place]:
    """Yield the station, each community at its main gate, and each gate."""
    yield Place(STATION, squad.station.lon, squad.station.lat)
    for community in squad.communities:
        yield Place(community.id, community.main_gate.lon, community.main_gate.lat)
    for community in squad.communities:
        for gate in community.gates:
            yield Place(gate_place(community.id, gate.id), gate.lon, gate.lat)


def planning_matrix(full: TravelTimeMatrix, among: Sequence[str], buffer: int) -> TravelTimeMatrix:
    """Return the part of `full` among some places, `buffer` seconds added to each drive that leads elsewhere."""
    index = {place: i for i, place in enumerate(full.places)}
    rows = np.array([index[place] for place in among])
    seconds = full.seconds[np.ix_(rows, rows)].copy()
    drives = (seconds < UNREACHABLE) & ~np.eye(len(rows), dtype=bool)
    seconds[drives] += buffer
    return TravelTimeMatrix(tuple(among), seconds, full.metres[np.ix_(rows, rows)].copy(), full.estimated)


def _travel(
    squad: Squad, kind: VehicleKind, cache: Path | None, scenes: Sequence[Place], *, must_reach: bool
) -> TravelTimes:
    known = [*places(squad), *scenes]
    try:
        return open_travel(squad.roads, known, kind.value, cache=cache, allow_unreached=not must_reach)
    except RoadNetworkError as error:
        raise InputError(road_faults(squad, error)) from error


def _picture(squad: Squad, travel: TravelTimes) -> RoadPicture:
    if squad.roads is None or not isinstance(travel, RoadTravel):
        return NO_ROADS
    return road_picture(travel.network.lines(), read_water(squad.roads))
