"""The plan of an invented town: which quarter lies where, how its ground bends, how each quarter is cut by streets.

Streets are straight in *grid space*, where the arterial roads run at whole numbers, and become curves on the ground.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from shapely import Polygon

Point = tuple[float, float]
Cut = tuple[float, float]

LAYOUT = (
    "..irri...",
    ".irrrrri.",
    "iirrrrrr.",
    "irrroorri",
    "iirroorrp",
    "iirrprrri",
    ".iirrrrri",
    ".iiirrri.",
    "...irri..",
)
"""Quarters from north to south: ``r`` housing, ``o`` old town, ``i`` works, ``p`` park, ``.`` fields."""

SIZE = len(LAYOUT)
SPACING = 905.0
FILL = 110.0
OPEN_COUNTRY = "."


@dataclass(frozen=True, slots=True)
class Ground:
    """How grid space lies on the ground, in metres from the town's middle."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    phases: tuple[float, ...]
    tilt: float = math.radians(6)

    def at(self, s: float, t: float) -> Point:
        """Return metres east and north of a point of grid space."""
        x, y = _along(self.columns, s), _along(self.rows, t)
        a, b, c, d = self.phases
        bent_x = x + 150 * math.sin(y / 1100 + a) + 45 * math.sin(y / 420 + b)
        bent_y = y + 170 * math.sin(x / 1250 + c) + 40 * math.sin(x / 380 + d)
        cos, sin = math.cos(self.tilt), math.sin(self.tilt)
        return cos * bent_x - sin * bent_y, sin * bent_x + cos * bent_y

    def curve(self, start: Point, end: Point, spacing: float = FILL) -> list[Point]:
        """Return the line between two points of grid space with a point every `spacing` metres or less."""
        ends = self.at(*start), self.at(*end)
        pieces = max(1, math.ceil(math.dist(*ends) / spacing))
        (s0, t0), (s1, t1) = start, end
        inner = [self.at(s0 + (s1 - s0) * k / pieces, t0 + (t1 - t0) * k / pieces) for k in range(1, pieces)]
        return [ends[0], *inner, ends[1]]


@dataclass(frozen=True, slots=True)
class Quarter:
    """One square of the layout and the streets that cut it.

    Attributes
    ----------
    ups, acrosses
        Streets northwards and eastwards, each by where it meets the two opposite sides (0 to 1).
    spurs
        Dead ends northwards from the southern side: where, and how far.
    """

    column: int
    row: int
    kind: str
    ups: tuple[Cut, ...]
    acrosses: tuple[Cut, ...]
    spurs: tuple[Cut, ...] = ()

    def corner(self, up: int, across: int) -> Point:
        """Return where two streets cross in grid space; index 0 and the one past the last are the quarter's sides."""
        a, b = ((0.0, 0.0), *self.ups, (1.0, 1.0))[up]
        c, d = ((0.0, 0.0), *self.acrosses, (1.0, 1.0))[across]
        s = (a + (b - a) * c) / (1 - (b - a) * (d - c))
        return self.column + s, self.row + c + (d - c) * s

    def block(self, ground: Ground, up: int, across: int, wide: int = 1) -> Polygon:
        """Return the land between four streets, kerbs not yet taken off; `wide` blocks eastwards together."""
        corners = [
            self.corner(up, across),
            self.corner(up + wide, across),
            self.corner(up + wide, across + 1),
            self.corner(up, across + 1),
        ]
        ring = [point for a, b in pairwise([*corners, corners[0]]) for point in ground.curve(a, b, 40.0)[:-1]]
        return Polygon(ring)


def lay_ground(rng: Random) -> Ground:
    """Return a ground whose arterial roads lie at slightly uneven distances."""
    return Ground(_lines(rng), _lines(rng), tuple(rng.uniform(0, 2 * math.pi) for _ in range(4)))


def lay_quarters(rng: Random) -> dict[tuple[int, int], Quarter]:
    """Return the quarters by column and row (from the south); three in five streets go on across an arterial road."""
    quarters: dict[tuple[int, int], Quarter] = {}
    for row in range(SIZE):
        for column in range(SIZE):
            kind = kind_at(column, row)
            south, west = quarters.get((column, row - 1)), quarters.get((column - 1, row))
            quarters[column, row] = Quarter(
                column,
                row,
                kind,
                _cuts(rng, kind, [b for _, b in south.ups] if south else []),
                _cuts(rng, kind, [b for _, b in west.acrosses] if west else []),
                ((rng.uniform(0.08, 0.16), rng.uniform(0.3, 0.6)),) if kind == "i" and rng.random() < 0.6 else (),
            )
    return quarters


def kind_at(column: int, row: int) -> str:
    """Return the kind of quarter, open country outside the layout."""
    inside = 0 <= column < SIZE and 0 <= row < SIZE
    return LAYOUT[SIZE - 1 - row][column] if inside else OPEN_COUNTRY


def _lines(rng: Random) -> tuple[float, ...]:
    at = [0.0]
    for _ in range(SIZE):
        at.append(at[-1] + SPACING * rng.uniform(0.86, 1.14))
    return tuple(x - at[-1] / 2 for x in at)


def _along(lines: tuple[float, ...], position: float) -> float:
    index = min(max(math.floor(position), 0), len(lines) - 2)
    return lines[index] + (position - index) * (lines[index + 1] - lines[index])


def _cuts(rng: Random, kind: str, neighbours: list[float]) -> tuple[Cut, ...]:
    low, high = {"r": (3, 4), "o": (4, 4), "i": (1, 2)}.get(kind, (0, 0))
    count = rng.randint(low, high)
    go_on = low <= len(neighbours) <= high and rng.random() < 0.6
    count = len(neighbours) if go_on else count
    cuts = []
    for k in range(count):
        even = (k + 1) / (count + 1)
        start = neighbours[k] if go_on else _clear_of(rng, even, neighbours, count)
        cuts.append((start, even + rng.uniform(-0.18, 0.18) / (count + 1)))
    return tuple(cuts)


def _clear_of(rng: Random, even: float, others: list[float], count: int) -> float:
    """Return a place near `even` that is not a few metres beside a street coming from the other side."""
    tries = [even + rng.uniform(-0.2, 0.2) / (count + 1) for _ in range(12)]
    return max(tries, key=lambda place: min((abs(place - o) for o in others), default=1.0) > 0.035)
