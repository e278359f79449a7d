"""Invent the people of a squad: officers and shifts, partners, vehicles and violations, for any set of communities.

The roster is the one a squad with A and B posts can keep. Certified day officers come in pairs; a pair answers for the
communities of one beat, and on every working day one of the two is on early and the other on middle, so that somebody
responsible is on duty. Two more certified officers, with auxiliaries, hold the late band.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from shapely import Polygon

from geo.community import Boundary, Community, Gate, GeometrySource, Phase
from planner.officer import Band, Leave, Officer, Shift, Vehicle, VehicleKind
from planner.policy import BreakPolicy

BANDS = (
    Band("early", "早班", 27_000, 48_600),
    Band("middle", "中班", 48_600, 70_200),
    Band("late", "晚班", 70_200, 81_000),
)
BREAKS = {"early": BreakPolicy(1800, 39_600, 45_000), "middle": BreakPolicy(1800, 61_200, 65_700)}
WEEKS = tuple(date.fromisocalendar(2026, week, 1) for week in range(46, 51))
"""Mondays of the weeks the roster covers; the third is the one that is planned, 2026-W48."""

PLANNED = 2
COVERED_LEAVE = {1: "年休假", PLANNED: "执法业务培训", 4: "年休假"}
"""Weeks in which somebody is away on the Wednesday, and why; the other of the pair then keeps both day bands."""


@dataclass(frozen=True, slots=True)
class Size:
    """How big a squad to invent."""

    communities: int
    officers: int
    peak: int
    pre_delivery: int = 0

    def __post_init__(self) -> None:
        if self.officers < 6 or self.officers % 2:
            msg = "an even number of officers, six or more: pairs by day and two at night"
            raise ValueError(msg)

    @property
    def auxiliaries(self) -> int:
        """Officers without a certificate."""
        return 2 if self.officers >= 14 else 0

    @property
    def pairs(self) -> int:
        """Pairs of certified officers by day."""
        return (self.officers - self.auxiliaries - 2) // 2


@dataclass(frozen=True, slots=True)
class Place:
    """A community as the map knows it, before anybody answers for it."""

    id: str
    name: str
    address: str
    outline: Polygon
    source: GeometrySource
    gates: tuple[Gate, ...]
    households: int


def beats(places: Sequence[tuple[float, float]], pairs: int) -> tuple[tuple[int, ...], ...]:
    """Divide communities among pairs as sectors around their common middle, sizes differing by one at most."""
    x0, y0 = (sum(axis) / len(places) for axis in zip(*places, strict=True))
    order = sorted(range(len(places)), key=lambda k: math.atan2(places[k][1] - y0, places[k][0] - x0))
    share, more = divmod(len(order), pairs)
    cuts = [k * share + min(k, more) for k in range(pairs + 1)]
    return tuple(tuple(order[cuts[k] : cuts[k + 1]]) for k in range(pairs))


def phases(sectors: Sequence[Sequence[int]], size: Size, rng: Random) -> dict[int, Phase]:
    """Share out the phases so that every pair has about the same number of communities in renovation peak."""
    phase = {k: Phase.ROUTINE for sector in sectors for k in sector}
    for index, sector in enumerate(sectors):
        drawn = rng.sample(list(sector), len(sector))
        quota = size.peak // len(sectors) + (index < size.peak % len(sectors))
        for k in drawn[:quota]:
            phase[k] = Phase.PEAK
        if index >= len(sectors) - size.pre_delivery and len(drawn) > quota:
            phase[drawn[-1]] = Phase.PRE_DELIVERY
    return phase


def officers(size: Size) -> tuple[Officer, ...]:
    """Return the officers: pairs by day, two certified at night, then auxiliaries."""
    certified = size.officers - size.auxiliaries
    return tuple(
        Officer(_officer(k - 1), f"队员{k:02d}", k <= certified, f"021-5555-01{k:02d}")
        for k in range(1, size.officers + 1)
    )


def communities(
    places: Sequence[Place], sectors: Sequence[Sequence[int]], phase: Mapping[int, Phase], rng: Random
) -> tuple[Community, ...]:
    """Give each community its phase, its A and B officers and its delivery date.

    Two in renovation peak get a stationing day: of the last two pairs, which never have more of them than others.
    """
    posts: dict[int, tuple[str, str]] = {}
    for pair, sector in enumerate(sectors):
        peak_first = sorted(sector, key=lambda k: phase[k] != Phase.PEAK)
        for turn, k in enumerate(peak_first):
            two = _officer(2 * pair), _officer(2 * pair + 1)
            posts[k] = two if turn % 2 == 0 else two[::-1]
    per_pair = ([k for k in sector if phase[k] == Phase.PEAK] for sector in sectors)
    stationed = {in_peak[0] for in_peak in [found for found in per_pair if found][-2:]}
    return tuple(
        Community(
            place.id,
            place.name,
            phase[k],
            Boundary(place.outline, place.source),
            place.gates,
            *posts[k],
            households=place.households,
            delivery_date=_delivered(phase[k], rng),
            address=place.address,
            stationing_days=int(k in stationed),
        )
        for k, place in enumerate(places)
    )


def shifts_and_leave(size: Size) -> tuple[tuple[Shift, ...], tuple[Leave, ...]]:
    """Return five weeks of duty and leave; nobody has more than six shifts a week."""
    shifts: list[Shift] = []
    leave: list[Leave] = []
    for week, monday in enumerate(WEEKS):
        shifts += _working_days(size, monday)
        weekend, free = _weekend(size, week, monday)
        shifts += weekend
        shifts += _nights(size, week, monday)
        if free is not None and week in COVERED_LEAVE:
            wednesday = monday + timedelta(days=2)
            away, stays = _officer(2 * free), _officer(2 * free + 1)
            leave.append(Leave(away, wednesday, COVERED_LEAVE[week]))
            missing = next(s.band_id for s in shifts if (s.officer_id, s.day) == (away, wednesday))
            shifts.append(_shift(stays, wednesday, missing))
    order = {band.id: k for k, band in enumerate(BANDS)}
    return tuple(sorted(shifts, key=lambda s: (s.day, order[s.band_id], s.officer_id))), tuple(leave)


def vehicles() -> tuple[Vehicle, ...]:
    """Return five cars and two pairs of e-bikes."""
    cars = [Vehicle(f"car{k}", f"执法车{k}", VehicleKind.CAR, 5) for k in range(1, 6)]
    return (*cars, *(Vehicle(f"ebike{k}", f"电动车组{k}", VehicleKind.EBIKE, 2) for k in range(1, 3)))


def _working_days(size: Size, monday: date) -> list[Shift]:
    """Put one of each pair on early and the other on middle, the other way round the next day."""
    duty = []
    for weekday in range(5):
        for pair in range(size.pairs):
            turn = (weekday + pair) % 2
            for k, band in enumerate(("early", "middle")):
                officer = _officer(2 * pair + (k + turn) % 2)
                duty.append(_shift(officer, monday + timedelta(days=weekday), band))
    return duty


def _weekend(size: Size, week: int, monday: date) -> tuple[list[Shift], int | None]:
    """Return weekend duty in rotation, and a pair that has none (it can cover for leave), if there is one."""
    a_band = 2 if size.pairs >= 4 else 1
    day_officers = 2 * size.pairs
    start = 4 * a_band * week
    duty = []
    for k in range(4 * a_band):
        day = monday + timedelta(days=5 + k // (2 * a_band))
        officer = (start + k) % day_officers
        duty.append(_shift(_officer(officer), day, ("early", "middle")[k % 2]))
    free = (start + 4 * a_band) % day_officers // 2 if day_officers > 4 * a_band else None
    return duty, free


def _nights(size: Size, week: int, monday: date) -> list[Shift]:
    """Put both certified night officers on but for one night each, and the auxiliaries but for two."""
    first = 2 * size.pairs
    off = {first: {week % 7}, first + 1: {(week + 3) % 7}}
    for k in range(size.auxiliaries):
        off[first + 2 + k] = {(week + 1 + 3 * k) % 7, (week + 2 + 3 * k) % 7}
    return [
        _shift(_officer(officer), monday + timedelta(days=day), "late")
        for day in range(7)
        for officer, free in off.items()
        if day not in free
    ]


def _officer(index: int) -> str:
    """Return an officer's id; a letter comes first so that Excel keeps the nought."""
    return f"d{index + 1:02d}"


def _shift(officer: str, day: date, band_id: str) -> Shift:
    band = next(band for band in BANDS if band.id == band_id)
    return Shift(officer, day, band_id, band.start, band.end)


def _delivered(phase: Phase, rng: Random) -> date:
    monday = WEEKS[PLANNED]
    if phase == Phase.PEAK:
        return monday - timedelta(days=rng.randint(90, 330))
    if phase == Phase.PRE_DELIVERY:
        return monday + timedelta(days=rng.randint(30, 75))
    return monday - timedelta(days=rng.randint(800, 3200))
