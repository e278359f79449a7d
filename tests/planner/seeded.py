"""Seeded invented squads on a plane, with streets at right angles: weeks of any size for the solver to plan."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from shapely import box

from casework.obligation import VisitKind
from geo.community import Boundary, Community, Gate, GeometrySource, Phase
from geo.travel import TravelTimeMatrix
from planner.officer import Band, Officer, Shift, Vehicle, VehicleKind
from planner.partner import OpenHours, Partner, PartnerKind
from planner.policy import HOUR, MINUTE, BreakPolicy, Policy
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, Week, WeeklyProblem

BANDS = {"early": Band("early", "早", 27_000, 48_600), "middle": Band("middle", "中", 48_600, 70_200)}
PRICES = {VisitKind.JOINT: 40 * HOUR, VisitKind.ROUTINE: 20 * HOUR, VisitKind.RECHECK: 40 * HOUR}


@dataclass(frozen=True)
class Size:
    """How big a seeded squad is; officers come in pairs of which one works early and the other in the middle."""

    communities: int = 12
    pairs: int = 3
    peak: int = 5
    cars: int = 4
    ebikes: int = 1
    days: int = 5


def seeded_week(seed: int, size: Size) -> WeeklyProblem:
    """Return the week of one seeded squad."""
    rng = random.Random(seed)
    week = Week.parse("2026-W48")
    names = [*(f"c{i}" for i in range(size.communities)), STATION]
    spots = np.array([(rng.uniform(0, 8000), rng.uniform(0, 8000)) for _ in names[:-1]] + [(4000.0, 4000.0)])
    metres = np.abs(spots[:, None] - spots[None]).sum(-1)
    kinds = [VehicleKind.CAR] * (size.cars > 0) + [VehicleKind.EBIKE] * (size.ebikes > 0)
    speed = {VehicleKind.CAR: 6.5, VehicleKind.EBIKE: 4.5}
    partners = _partners(rng, size)
    gate = Gate("g", "正门", 121.25, 31.37)
    return WeeklyProblem(
        week=week,
        station=gate,
        communities={f"c{i}": _community(i, size, gate) for i in range(size.communities)},
        officers={f"o{n}": Officer(f"o{n}", f"队员{n:02d}", certified=True) for n in range(2 * size.pairs)},
        shifts=tuple(_shifts(week, size)),
        leave=(),
        bands=BANDS,
        partners=partners,
        vehicles=(
            *(Vehicle(f"car{n}", f"巡逻车{n}", VehicleKind.CAR, 5) for n in range(size.cars)),
            *(Vehicle(f"bike{n}", f"电动车{n}", VehicleKind.EBIKE, 2) for n in range(size.ebikes)),
        ),
        visits=tuple(_visits(rng, size, partners)),
        policy=Policy(
            breaks={"early": BreakPolicy(1800, 39_600, 45_000), "middle": BreakPolicy(1800, 61_200, 65_700)},
            max_outings_per_week=6,
        ),
        places={name: i for i, name in enumerate(names)},
        travel={kind: dict.fromkeys(BANDS, _matrix(tuple(names), metres, speed[kind])) for kind in kinds},
        working_days=(True,) * 5 + (False,) * 2,
    )


def _matrix(names: tuple[str, ...], metres: np.ndarray, speed: float) -> TravelTimeMatrix:
    seconds = np.ceil(metres / speed).astype(np.int64) + 3 * MINUTE
    np.fill_diagonal(seconds, 0)
    return TravelTimeMatrix(names, seconds, metres.astype(np.int64), estimated=False)


def _community(i: int, size: Size, gate: Gate) -> Community:
    pair = i % size.pairs
    posts = (f"o{2 * pair}", f"o{2 * pair + 1}")
    a, b = posts if (i // size.pairs) % 2 == 0 else posts[::-1]
    boundary = Boundary(box(121.25, 31.37, 121.26, 31.38), GeometrySource.ILLUSTRATIVE)
    return Community(f"c{i}", f"小区{i}", Phase.PEAK if i < size.peak else Phase.ROUTINE, boundary, (gate,), a, b)


def _shifts(week: Week, size: Size) -> list[Shift]:
    shifts = []
    for day in range(size.days):
        for pair in range(size.pairs):
            early = 2 * pair + (day + pair) % 2
            middle = 4 * pair + 1 - early
            for officer, band in ((early, BANDS["early"]), (middle, BANDS["middle"])):
                shifts.append(Shift(f"o{officer}", week.days[day], band.id, band.start, band.end))
    return shifts


def _partners(rng: random.Random, size: Size) -> dict[str, Partner]:
    count = max(2, size.communities // 3)
    partners = {}
    for kind, stride in ((PartnerKind.COMMITTEE, 1), (PartnerKind.PROPERTY, 3)):
        for n in range(count):
            hours = []
            for weekday in range(5):
                if rng.random() < 0.8:
                    hours.append(OpenHours(weekday, 9 * HOUR, 11 * HOUR + 30 * MINUTE))
                if rng.random() < 0.8:
                    hours.append(OpenHours(weekday, 14 * HOUR, 17 * HOUR))
            mine = tuple(f"c{i}" for i in range(size.communities) if i * stride % count == n)
            name = f"{kind}{n}"
            partners[name] = Partner(name, name, kind, mine, tuple(hours))
    return partners


def _visits(rng: random.Random, size: Size, partners: dict[str, Partner]) -> list[Visit]:
    visits = []
    for i in range(size.communities):
        place = f"c{i}"
        if i >= size.peak:
            visits.append(_plain(place, VisitKind.ROUTINE, range(size.days), 40 * MINUTE))
        else:
            joiners = [p for p in partners.values() if place in p.community_ids]
            visits += [_joint(place, n, joiners, size.days) for n in (1, 2)]
            if rng.random() < 0.5:
                due = rng.randrange(1, size.days - 1) if size.days > 2 else 0
                visits.append(_plain(place, VisitKind.RECHECK, range(max(0, due - 1), due + 2), 25 * MINUTE))
    return visits


def _plain(place: str, kind: VisitKind, days: range, duration: int) -> Visit:
    name = f"{kind}-{place}"
    windows = tuple(ArrivalWindow(day * DAY + 8 * HOUR, day * DAY + 21 * HOUR - duration) for day in days)
    return Visit(name, name, place, kind, tuple(days), windows, duration, missed=PRICES[kind])


def _joint(place: str, number: int, joiners: list[Partner], days: int) -> Visit:
    duration = 80 * MINUTE
    windows = []
    for day in range(days):
        spans = [(0, DAY)]
        for partner in joiners:
            theirs = [(h.start, h.end) for h in partner.hours if h.weekday == day]
            spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in theirs]
        windows += [
            ArrivalWindow(day * DAY + a, day * DAY + b - duration) for a, b in sorted(spans) if b - a >= duration
        ]
    return Visit(
        f"joint-{place}#{number}",
        f"joint-{place}",
        place,
        VisitKind.JOINT,
        tuple(range(days)),
        tuple(windows),
        duration,
        missed=PRICES[VisitKind.JOINT],
        min_days_apart=2,
        breakable=False,
        partner_ids=tuple(partner.id for partner in joiners),
    )
