"""Write an invented town as an OpenStreetMap file."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

from examples.flat import Flat, vertices
from examples.streets import Street, cent
from examples.town import Town
from examples.town_plan import Point

LEFT_TURNS, ONLY_STRAIGHT, RIGHT_TURNS, U_TURNS = 7, 2, 1, 2


@dataclass(frozen=True, slots=True)
class TurnRestriction:
    """A turn that a sign at a junction forbids, or the only one it allows; ways by number, the junction as a point."""

    kind: str
    origin: int
    via: Point
    destination: int


def write_town(town: Town, flat: Flat, path: Path) -> None:
    """Write streets, water and turn restrictions as ``.osm.pbf``; the same town gives the same file.

    Parameters
    ----------
    flat
        Where the town's middle lies.
    """
    nodes: dict[tuple[int, int], tuple[int, Point]] = {}

    def refs(points: Iterable[Point]) -> list[int]:
        return [nodes.setdefault(cent(p), (len(nodes) + 1, p))[0] for p in points]

    ways = [Way(id=k, nodes=refs(s.points), tags=_street_tags(s)) for k, s in enumerate(town.streets, 1)]
    for water in town.waters:
        tags = {"natural": "water", "water": water.kind} | ({"name": water.name} if water.name else {})
        ways.append(Way(id=len(ways) + 1, nodes=refs(vertices(water.surface.exterior)), tags=tags))
        if water.course is not None:
            tags = {"waterway": water.kind, "name": water.name}
            ways.append(Way(id=len(ways) + 1, nodes=refs(vertices(water.course)), tags=tags))
    relations = [
        Relation(
            id=k,
            members=[
                ("w", turn.origin + 1, "from"),
                ("n", refs([turn.via])[0], "via"),
                ("w", turn.destination + 1, "to"),
            ],
            tags={"type": "restriction", "restriction": turn.kind},
        )
        for k, turn in enumerate(turn_restrictions(town), 1)
    ]
    with osmium.SimpleWriter(path, overwrite=True) as writer:
        for number, (x, y) in nodes.values():
            writer.add_node(Node(id=number, location=flat.lon_lat(x, y)))
        for way in ways:
            writer.add_way(way)
        for relation in relations:
            writer.add_relation(relation)


def turn_restrictions(town: Town) -> list[TurnRestriction]:
    """Return a dozen signs at crossings of main roads, no two at one crossing, spread over the town."""
    ends: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, street in enumerate(town.streets):
        if street.highway in {"primary", "secondary"} and not street.oneway and not street.bridge:
            ends[cent(street.points[0])].append(k)
            ends[cent(street.points[-1])].append(k)
    crossings = [arms for _, arms in sorted(ends.items()) if len(arms) >= 4]
    kinds = (
        ["no_left_turn"] * LEFT_TURNS
        + ["only_straight_on"] * ONLY_STRAIGHT
        + ["no_right_turn"] * RIGHT_TURNS
        + ["no_u_turn"] * U_TURNS
    )
    return [_sign(town.streets, arms, kind) for arms, kind in zip(crossings, kinds, strict=False)]


def _sign(streets: tuple[Street, ...], arms: list[int], kind: str) -> TurnRestriction:
    """Return the sign whose two arms turn most nearly as its kind says."""
    wanted = {"no_left_turn": 90.0, "only_straight_on": 0.0, "no_right_turn": -90.0, "no_u_turn": 180.0}[kind]
    via = _shared_end(streets[arms[0]], streets[arms[1]])
    origin, destination = min(
        ((a, b) for a, b in product(arms, arms) if (a == b) == (kind == "no_u_turn")),
        key=lambda pair: abs(abs(_turn(streets[pair[0]], via, streets[pair[1]]) - wanted + 180) % 360 - 180),
    )
    return TurnRestriction(kind, origin, via, destination)


def _turn(coming: Street, via: Point, going: Street) -> float:
    """Return by how many degrees one turns to the left, −180 to 180."""
    before, after = _next_to(coming, via), _next_to(going, via)
    arriving = math.atan2(via[1] - before[1], via[0] - before[0])
    leaving = math.atan2(after[1] - via[1], after[0] - via[0])
    return (math.degrees(leaving - arriving) + 180) % 360 - 180


def _next_to(street: Street, via: Point) -> Point:
    return street.points[1] if cent(street.points[0]) == cent(via) else street.points[-2]


def _shared_end(one: Street, other: Street) -> Point:
    theirs = {cent(other.points[0]), cent(other.points[-1])}
    return next(p for p in (one.points[0], one.points[-1]) if cent(p) in theirs)


def _street_tags(street: Street) -> dict[str, str]:
    tags = {"highway": street.highway, "name": street.name}
    if street.roundabout:
        tags["junction"] = "roundabout"
    if street.oneway:
        tags["oneway"] = "yes"
    if street.bridge:
        tags |= {"bridge": "yes", "layer": "1"}
    if street.highway == "primary":
        tags["maxspeed"] = "60"
    return tags
