"""An invented town: streets, water, and the blocks where communities stand. Metres east and north of its middle."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from shapely import LineString, Polygon
from shapely import Point as ShapelyPoint
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from examples.flat import one_polygon, vertices
from examples.names import StreetNames
from examples.streets import Street, Water, cross_water, one_network, with_roundabout
from examples.town_plan import OPEN_COUNTRY, SIZE, Ground, Point, Quarter, kind_at, lay_ground, lay_quarters

ROUNDABOUT = (6, 5)
INTO_THE_COUNTRY = 0.55
"""How far main roads go on beyond the last crossing, in quarters."""

KERB = 13.0
"""Metres from the middle of a street to a compound's wall."""


@dataclass(frozen=True, slots=True)
class Town:
    """What the road file and the example's communities are made from."""

    streets: tuple[Street, ...]
    waters: tuple[Water, ...]
    blocks: tuple[Polygon, ...]


def build_town(seed: int, communities: int) -> Town:
    """Invent a town with that many blocks for communities in it."""
    rng = Random(seed)
    ground = lay_ground(rng)
    quarters = lay_quarters(rng)
    waters = _waters(ground)
    wet = unary_union([water.surface for water in waters])
    blocks, removed = _choose_blocks(ground, quarters, wet, rng, communities)
    removed |= _gaps(quarters, rng)
    names = StreetNames(rng)
    streets = [*_arterials(ground, quarters, names), *_quarter_streets(ground, quarters, names, removed, rng)]
    streets = with_roundabout(cross_water(streets, wet), ground.at(*ROUNDABOUT))
    return Town(tuple(one_network(streets)), waters, tuple(blocks))


def _waters(ground: Ground) -> tuple[Water, ...]:
    river = [ground.at(s / 8, 3.42 + 0.2 * math.sin(s / 9) + 0.11 * math.sin(s / 3.1)) for s in range(-6, 79)]
    canal = [ground.at(5.52 + 0.09 * math.sin(t / 7), t / 8) for t in range(-6, 79)]
    pond = Polygon(ground.at(8.5 + 0.3 * math.cos(a / 4), 4.5 + 0.22 * math.sin(a / 4 + 0.3)) for a in range(25))
    lake = Polygon(ground.at(4.45 + 0.27 * math.cos(a / 4), 3.78 + 0.13 * math.sin(a / 4)) for a in range(25))
    return (
        _stream("澄塘河", "river", river, 34),
        _stream("望泾", "canal", canal, 16),
        Water("", "pond", pond),
        Water("", "pond", lake),
    )


def _stream(name: str, kind: str, course: list[Point], width: float) -> Water:
    line = LineString(course)
    return Water(name, kind, one_polygon(line.buffer(width / 2, quad_segs=2)), line)


def _choose_blocks(
    ground: Ground, quarters: dict[tuple[int, int], Quarter], wet: BaseGeometry, rng: Random, count: int
) -> tuple[list[Polygon], set[tuple[Point, Point]]]:
    """Pick blocks at least 750 m apart; two in three take their eastern neighbour in and the street between goes."""
    candidates = [
        (quarter, up, across)
        for quarter in quarters.values()
        if quarter.kind in "ro"
        for up in range(len(quarter.ups) + 1)
        for across in range(len(quarter.acrosses) + 1)
    ]
    rng.shuffle(candidates)
    chosen: list[Polygon] = []
    removed: set[tuple[Point, Point]] = set()
    for quarter, up, across in candidates:
        wide = 2 if len(chosen) % 3 < 2 and up < len(quarter.ups) else 1
        land = quarter.block(ground, up, across, wide)
        far = all(land.centroid.distance(other.centroid) > 750 for other in chosen)
        if not far or not 28_000 < land.area / wide < 75_000 or land.distance(wet) < 25:
            continue
        chosen.append(_wall(land, rng))
        if wide == 2:
            removed.add((quarter.corner(up + 1, across), quarter.corner(up + 1, across + 1)))
        if len(chosen) == count:
            return chosen, removed
    msg = f"only {len(chosen)} of {count} blocks have room; try another seed"
    raise ValueError(msg)


def _gaps(quarters: dict[tuple[int, int], Quarter], rng: Random) -> set[tuple[Point, Point]]:
    """Pick pieces of street that were never built, so that blocks differ in size."""
    return {
        step
        for q in quarters.values()
        if q.kind in "ri"
        for up in range(1, len(q.ups) + 1)
        for across in range(1, len(q.acrosses) + 1)
        for step in ((q.corner(up, across), q.corner(up, across + 1)), (q.corner(up, across), q.corner(up + 1, across)))
        if rng.random() < 0.09
    }


def _wall(land: Polygon, rng: Random) -> Polygon:
    """Return a compound's outline on a block: back from the kerb, sometimes with a corner left to a school or shops."""
    inner = land.buffer(-KERB)
    if rng.random() < 0.45:
        x, y = rng.choice(vertices(one_polygon(land.minimum_rotated_rectangle).exterior)[:4])
        side = math.sqrt(land.area) * rng.uniform(0.28, 0.4)
        cut = inner - ShapelyPoint(x, y).buffer(side, cap_style="square")
        inner = max(getattr(cut, "geoms", [cut]), key=lambda part: part.area)
    rounded = inner.buffer(-9, quad_segs=2).buffer(9, quad_segs=2).simplify(1.5)
    return Polygon(one_polygon(rounded).exterior)


def _arterials(ground: Ground, quarters: dict[tuple[int, int], Quarter], names: StreetNames) -> list[Street]:
    """Return the arterial roads, with a point wherever a quarter's street meets them."""
    meets: dict[tuple[bool, int, int], set[float]] = defaultdict(set)
    for q in quarters.values():
        meets[False, q.column, q.row] |= {a for a, _ in (*q.ups, *q.spurs)}
        meets[False, q.column, q.row + 1] |= {b for _, b in q.ups}
        meets[True, q.column, q.row] |= {c for c, _ in q.acrosses}
        meets[True, q.column + 1, q.row] |= {d for _, d in q.acrosses}
    streets: list[Street] = []
    for northward in (False, True):
        for line in range(SIZE + 1):
            highway, name = _rank(line), names.arterial(northward=northward)
            built = [k for k in range(SIZE) if _built_up(line, k, northward=northward)]
            courses = [
                [k + part for part in sorted({0.0, 1.0, *meets[northward, *((line, k) if northward else (k, line))]})]
                for k in built
            ]
            if highway != "tertiary":
                courses += [[built[0], built[0] - INTO_THE_COUNTRY], [built[-1] + 1, built[-1] + 1 + INTO_THE_COUNTRY]]
            for course in courses:
                marks = [(float(line), p) if northward else (p, float(line)) for p in course]
                streets.append(Street(_through(ground, marks), name, highway))
    return streets


def _rank(line: int) -> str:
    return {4: "primary"}.get(line, "secondary" if line in {2, 5, 7} else "tertiary")


def _built_up(line: int, k: int, *, northward: bool) -> bool:
    beside = ((line - 1, k), (line, k)) if northward else ((k, line - 1), (k, line))
    return any(kind_at(*place) != OPEN_COUNTRY for place in beside)


def _through(ground: Ground, marks: list[Point]) -> tuple[Point, ...]:
    points = [ground.at(*marks[0])]
    for a, b in pairwise(marks):
        points += ground.curve(a, b)[1:]
    return tuple(points)


def _quarter_streets(
    ground: Ground,
    quarters: dict[tuple[int, int], Quarter],
    names: StreetNames,
    removed: set[tuple[Point, Point]],
    rng: Random,
) -> list[Street]:
    streets: list[Street] = []
    for q in quarters.values():
        for up in range(1, len(q.ups) + 1):
            steps = [q.corner(up, across) for across in range(len(q.acrosses) + 2)]
            streets += _pieces(ground, steps, _style(q.kind, up, len(q.ups), rng), names.lane(), removed)
        for across in range(1, len(q.acrosses) + 1):
            steps = [q.corner(up, across) for up in range(len(q.ups) + 2)]
            streets += _pieces(ground, steps, _style(q.kind, across, len(q.acrosses), rng), names.lane(), removed)
        for start, length in q.spurs:
            steps = [(q.column + start, float(q.row)), (q.column + start, q.row + length)]
            streets.append(Street(_through(ground, steps), names.lane(), "unclassified"))
    return streets


def _style(kind: str, index: int, count: int, rng: Random) -> tuple[str, int]:
    """Return a street's class, and +1 or −1 where it is one-way along or against its direction."""
    if kind == "i":
        return "unclassified", 0
    if index == (count + 1) // 2 and rng.random() < 0.45:
        return "tertiary", 0
    if kind == "o":
        return "residential", 1 if index % 2 else -1
    return "residential", rng.choice((1, -1)) if rng.random() < 0.06 else 0


def _pieces(
    ground: Ground, steps: list[Point], style: tuple[str, int], name: str, removed: set[tuple[Point, Point]]
) -> Iterable[Street]:
    highway, direction = style
    for a, b in pairwise(steps):
        if (a, b) not in removed:
            points = _through(ground, [a, b])
            yield Street(points if direction >= 0 else points[::-1], name, highway, oneway=direction != 0)
