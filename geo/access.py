"""Who may use a way, in which direction: OpenStreetMap's access rules for a car and for an e-bike.

An e-bike is a bicycle before Chinese law (非机动车) and before these rules. Key hierarchies, one-way values and
defaults follow the OpenStreetMap wiki pages Key:access, Key:oneway, Key:oneway:bicycle and Key:barrier.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TypeAlias

from geo.speeds import Mode

Tags: TypeAlias = Mapping[str, str]

ACCESS_KEYS: dict[Mode, tuple[str, ...]] = {
    Mode.CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
    Mode.EBIKE: ("electric_bicycle", "bicycle", "vehicle", "access"),
}
ONEWAY_KEYS: dict[Mode, tuple[str, ...]] = {
    Mode.CAR: ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"),
    Mode.EBIKE: ("oneway:bicycle", "oneway:vehicle", "oneway"),
}
RESTRICTION_KEYS: dict[Mode, tuple[str, ...]] = {
    Mode.CAR: ("restriction:motorcar", "restriction:motor_vehicle", "restriction"),
    Mode.EBIKE: ("restriction:bicycle", "restriction"),
}
EXEMPT: dict[Mode, frozenset[str]] = {
    Mode.CAR: frozenset({"motorcar", "motor_vehicle", "vehicle"}),
    Mode.EBIKE: frozenset({"electric_bicycle", "bicycle", "vehicle"}),
}
CLOSED = frozenset({"no", "private", "agricultural", "forestry", "military", "use_sidepath", "dismount"})
WELCOME = frozenset({"yes", "designated", "permissive", "official"})
ASKS_LEAVE = frozenset({"path", "footway", "pedestrian", "track"})
"""Classes that an e-bike uses only where a sign lets it."""
CAR_STOPS = frozenset({"bollard", "block", "cycle_barrier", "motorcycle_barrier", "jersey_barrier", "log", "chain"})
BOTH_STOP = frozenset({"fence", "wall", "debris", "stile", "kissing_gate", "turnstile", "full-height_turnstile"})
NOT_FOR_THROUGH = frozenset({"emergency_access", "drive-through"})

_FORWARD = frozenset({"yes", "true", "1"})
_BACKWARD = frozenset({"-1", "reverse"})
_BOTH = frozenset({"no", "false", "0", "alternating"})
_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?")
KMH_PER_MPH = 1.609344


def directions(tags: Tags, mode: Mode, classes: Collection[str]) -> tuple[bool, bool]:
    """Return whether a way may be driven along and against its drawing direction.

    Parameters
    ----------
    classes
        Highway classes that the speed table knows for this mode.
    """
    highway = tags.get("highway", "")
    if highway not in classes or tags.get("area") == "yes" or not _open(tags, mode, highway):
        return False, False
    forward, backward = _oneway(tags, mode, highway)
    return forward, backward


def blocks(tags: Tags, mode: Mode) -> bool:
    """Return whether a node (a barrier) stops this mode."""
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    said = _first(tags, ACCESS_KEYS[mode])
    if said is not None:
        return said in CLOSED
    return barrier in BOTH_STOP or (mode is Mode.CAR and barrier in CAR_STOPS)


def restriction_of(tags: Tags, mode: Mode) -> str | None:
    """Return what a restriction relation says to this mode (``no_left_turn`` …), or None where it says nothing."""
    excepted = {word.strip() for word in tags.get("except", "").split(";")}
    if excepted & EXEMPT[mode]:
        return None
    return _first(tags, RESTRICTION_KEYS[mode])


def is_conditional(tags: Tags, mode: Mode) -> bool:
    """Return whether a relation restricts this mode only at certain times, which is reported and not applied."""
    return any(f"{key}:conditional" in tags for key in RESTRICTION_KEYS[mode])


def speed_limit(tags: Tags) -> float | None:
    """Return ``maxspeed`` in km/h where it is a number."""
    match = _SPEED.fullmatch(tags.get("maxspeed", "").strip())
    if match is None or float(match[1]) == 0:
        return None
    return float(match[1]) * (KMH_PER_MPH if match[2] == "mph" else 1.0)


def _open(tags: Tags, mode: Mode, highway: str) -> bool:
    said = _first(tags, ACCESS_KEYS[mode])
    if said in CLOSED or tags.get("service") in NOT_FOR_THROUGH:
        return False
    if mode is Mode.EBIKE and tags.get("motorroad") == "yes":
        return False
    return not (mode is Mode.EBIKE and highway in ASKS_LEAVE and said not in WELCOME)


def _oneway(tags: Tags, mode: Mode, highway: str) -> tuple[bool, bool]:
    said = _first(tags, ONEWAY_KEYS[mode])
    if said == "reversible":
        return False, False
    if said in _BOTH or (mode is Mode.EBIKE and "oneway:bicycle" not in tags and _has_contraflow_lane(tags)):
        return True, True
    if said in _BACKWARD:
        return False, True
    implied = tags.get("junction") in {"roundabout", "circular"} or highway == "motorway"
    return True, not (said in _FORWARD or implied)


def _has_contraflow_lane(tags: Tags) -> bool:
    sides = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    return any(tags.get(side, "").startswith("opposite") for side in sides) or any(
        tags.get(f"{side}:oneway") in {"-1", "no"} for side in sides
    )


def _first(tags: Tags, keys: tuple[str, ...]) -> str | None:
    return next((tags[key] for key in keys if key in tags), None)
