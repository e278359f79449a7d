"""Seeded invented squads with a limit so tight that plans leave gaps, on a plane without roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.travel import Drive, TravelTimeMatrix, TravelTimes
from planner.changes import WithBand, changed
from planner.officer import VehicleKind
from planner.policy import MINUTE
from planner.week import WeeklyProblem
from tests.planner.seeded import Size, seeded_week

HOURS = {"early": 8, "middle": 15}
LIMITS = (25 * MINUTE, 35 * MINUTE, 50 * MINUTE, 65 * MINUTE)


@dataclass(frozen=True)
class TableTravel:
    """Travel times from a table, whatever the hour; legs have no nodes, so crews finish a leg before they turn."""

    table: TravelTimeMatrix

    @property
    def places(self) -> tuple[str, ...]:
        return self.table.places

    @property
    def estimated(self) -> bool:
        return True

    def matrix(self, hour: int) -> TravelTimeMatrix:  # noqa: ARG002 - the protocol's
        return self.table

    def drive(self, origin: str, destination: str, hour: int) -> Drive:  # noqa: ARG002 - the protocol's
        a, b = (self.places.index(place) for place in (origin, destination))
        seconds, metres = int(self.table.seconds[a, b]), int(self.table.metres[a, b])
        none: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
        return Drive(origin, destination, np.zeros((1, 2)), none, none, seconds, metres)

    def onward(self, states: NDArray[np.int64], targets: Sequence[str], hour: int) -> NDArray[np.int64]:
        raise AssertionError("legs have no nodes", states, targets, hour)

    def turned(self, states: NDArray[np.int64], hour: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        raise AssertionError("legs have no nodes", states, hour)


def table_travel(problem: WeeklyProblem) -> dict[VehicleKind, TravelTimes]:
    """Return the travel times of a problem, by kind, with the gates of every community at its main gate."""
    names = list(problem.places)
    rows = [*range(len(names))]
    for community in problem.communities.values():
        for gate in community.gates:
            names.append(f"{community.id}/{gate.id}")
            rows.append(problem.places[community.id])
    found: dict[VehicleKind, TravelTimes] = {}
    for kind, bands in problem.travel.items():
        matrix = next(iter(bands.values()))
        seconds = np.maximum(matrix.seconds - problem.policy.travel_buffer, 0)[np.ix_(rows, rows)]
        metres = matrix.metres[np.ix_(rows, rows)]
        found[kind] = TableTravel(TravelTimeMatrix(tuple(names), seconds, metres, estimated=True))
    return found


def tight_week(seed: int, size: Size | None = None) -> tuple[WeeklyProblem, dict[VehicleKind, TravelTimes]]:
    """Return a seeded squad of six officers with a tight limit, and its travel times.

    By even seeds one of each pair of officers works early and the other in the middle, by odd ones both work all day.
    """
    rng = np.random.default_rng(seed)
    wanted = Size(int(rng.integers(6, 13)), 3, int(rng.integers(2, 5)), 2, 1) if size is None else size
    problem = seeded_week(seed, wanted)
    if seed % 2:
        problem = changed(problem, [WithBand(tuple(problem.officers), band) for band in HOURS])
    response = replace(problem.policy.response, limit=int(rng.choice(LIMITS)), guaranteed=False)
    problem = replace(problem, policy=replace(problem.policy, response=response))
    return problem, table_travel(problem)
