"""Whether a solution of a home health care instance keeps every rule, and what it costs, worked out plainly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

TOLERANCE = 1e-6


class CheckError(Exception):
    """A solution that breaks a rule."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a solution costs: times are distances, and lateness counts for each service."""

    distance: float
    tardiness: float
    worst: float

    @property
    def total(self) -> float:
        """A third of each term."""
        return (self.distance + self.tardiness + self.worst) / 3


@dataclass(frozen=True, slots=True)
class Service:
    """One service given: who to whom, and when."""

    caregiver: str
    patient: str
    service: str
    begin: float
    end: float


def check(instance: Mapping[str, Any], solution: Mapping[str, Any]) -> Costs:
    """Return what a solution costs.

    Raises
    ------
    CheckError
        Naming the first rule it breaks.
    """
    tours = {route["caregiver_id"]: _tour(route) for route in solution["routes"]}
    if len(tours) != len(solution["routes"]):
        raise CheckError("a caregiver has two routes")
    distance = sum(_check_tour(instance, name, tour) for name, tour in tours.items())
    given = [service for tour in tours.values() for service in tour]
    needed = sum(len(patient["required_caregivers"]) for patient in instance["patients"])
    if len(given) != needed:
        raise CheckError(f"{len(given)} services are given where {needed} are needed")
    late = [lateness for patient in instance["patients"] for lateness in _check_patient(instance, patient, given)]
    return Costs(distance, sum(late), max(late, default=0.0))


def _tour(route: Mapping[str, Any]) -> list[Service]:
    return [
        Service(route["caregiver_id"], at["patient_id"], at["service_id"], at["arrival_time"], at["departure_time"])
        for at in route["locations"]
    ]


def _check_tour(instance: Mapping[str, Any], name: str, tour: list[Service]) -> float:
    """Return the tour's distance, from the office and back."""
    caregiver = next((c for c in instance["caregivers"] if c["id"] == name), None)
    if caregiver is None:
        raise CheckError(f"nobody is called {name}")
    index = {patient["id"]: row for row, patient in enumerate(instance["patients"], 1)}
    distance, free, at = 0.0, 0.0, 0
    for service in tour:
        if service.service not in caregiver["abilities"]:
            raise CheckError(f"{name} cannot give {service.service} to {service.patient}")
        there = index[service.patient]
        distance += instance["distances"][at][there]
        if service.begin < free + instance["distances"][at][there] - TOLERANCE:
            raise CheckError(f"{name} cannot be with {service.patient} at {service.begin}")
        free, at = service.end, there
    return float(distance + instance["distances"][at][0])


def _check_patient(instance: Mapping[str, Any], patient: Mapping[str, Any], given: list[Service]) -> list[float]:
    """Return how late each service begins."""
    default = {service["id"]: service.get("default_duration") for service in instance["services"]}
    mine = []
    for need in patient["required_caregivers"]:
        found = [s for s in given if s.patient == patient["id"] and s.service == need["service"]]
        if len(found) != 1:
            raise CheckError(f"{patient['id']} is given {need['service']} {len(found)} times")
        if found[0].end - found[0].begin < need.get("duration", default[need["service"]]) - TOLERANCE:
            raise CheckError(f"{patient['id']}: {need['service']} is too short")
        mine += found
    if len({service.caregiver for service in mine}) != len(mine):
        raise CheckError(f"{patient['id']} needs two people")
    opens, closes = patient["time_window"]
    if any(service.begin < opens - TOLERANCE for service in mine):
        raise CheckError(f"{patient['id']} is visited before {opens}")
    for one, other in pairwise(mine):
        least, most = _apart(patient["synchronization"])
        if not least - TOLERANCE <= other.begin - one.begin <= most + TOLERANCE:
            raise CheckError(f"{patient['id']}: services begin {other.begin - one.begin} apart")
    return [max(0.0, service.begin - closes) for service in mine]


def _apart(synchronization: Mapping[str, Any]) -> tuple[float, float]:
    if synchronization["type"] == "simultaneous":
        return 0.0, 0.0
    least, most = synchronization["distance"]
    return least, most
