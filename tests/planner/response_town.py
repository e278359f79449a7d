"""An invented town on a square grid, and random weeks in it, for the two-hour check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from shapely import box

from casework.obligation import VisitKind
from geo.community import Boundary, Community, Gate, GeometrySource, Phase
from geo.travel import UNREACHABLE, Drive, TravelTimeMatrix, TravelTimes
from planner.officer import Band, Crew, Leave, Officer, Shift, Vehicle, VehicleKind
from planner.policy import BreakPolicy, Policy, ResponsePolicy
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, Leg, Objective, Rest, Route, Stop, Week, WeeklyPlan, WeeklyProblem

MONDAY = date(2026, 11, 23)
HOURS = {"early": 8, "middle": 17, "late": 20}
BANDS = {
    "early": Band("early", "早班", 27_000, 41_400),
    "middle": Band("middle", "中班", 41_400, 57_600),
    "late": Band("late", "晚班", 59_000, 68_000),
}
Spot = tuple[int, int]


@dataclass(frozen=True)
class GridTravel:
    """Drives go east or west first, then north or south, one node a block; rush hours are slower.

    From a node under way the way on costs a little more than its distance, as it does where one may not turn round.
    Turning round is possible on most blocks, and the way back is a little slower; the last block of a drive has none.
    """

    spots: Mapping[str, Spot]
    block: int
    walled: frozenset[str] = frozenset()
    _matrices: dict[int, TravelTimeMatrix] = field(default_factory=dict, compare=False, repr=False)

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(self.spots)

    @property
    def estimated(self) -> bool:
        return True

    def _pace(self, hour: int) -> int:
        return self.block + (17 if hour in {8, 17} else 0)

    def _seconds(self, a: Spot, b: Spot, hour: int) -> int:
        north = max(b[1] - a[1], 0) * 5
        return (abs(a[0] - b[0]) + abs(a[1] - b[1])) * self._pace(hour) + north

    def matrix(self, hour: int) -> TravelTimeMatrix:
        pace = self._pace(hour)
        if pace not in self._matrices:
            self._matrices[pace] = self._matrix(hour)
        return self._matrices[pace]

    def _matrix(self, hour: int) -> TravelTimeMatrix:
        seconds = np.array([[self._seconds(a, b, hour) for b in self.spots.values()] for a in self.spots.values()])
        for column, place in enumerate(self.spots):
            if place in self.walled:
                seconds[:, column] = UNREACHABLE
        return TravelTimeMatrix(self.places, seconds.astype(np.int64), seconds.astype(np.int64), estimated=True)

    def drive(self, origin: str, destination: str, hour: int) -> Drive:
        (x, y), (u, v) = self.spots[origin], self.spots[destination]
        steps = [(i, y) for i in _walk(x, u)] + [(u, j) for j in _walk(y, v)][1:]
        elapsed = np.array([self._seconds((x, y), spot, hour) for spot in steps], dtype=np.int64)
        headings = [0, *(_HEADINGS.index((b[0] - a[0], b[1] - a[1])) for a, b in pairwise(steps)), 0]
        states = np.array([_state(spot, headings[i] if i < len(steps) - 1 else 0) for i, spot in enumerate(steps)])
        whole = int(elapsed[-1])
        return Drive(origin, destination, np.array(steps, dtype=float), elapsed, states, whole, whole)

    def onward(self, states: NDArray[np.int64], targets: Sequence[str], hour: int) -> NDArray[np.int64]:
        rows = []
        for state in states.tolist():
            spot, under_way = divmod(state // 5, 100), state % 5 > 0
            rows.append(
                [
                    UNREACHABLE
                    if target in self.walled
                    else self._seconds(spot, self.spots[target], hour) + under_way * (state * 7 + ord(target[-1])) % 61
                    for target in targets
                ]
            )
        return np.array(rows, dtype=np.int64)

    def turned(self, states: NDArray[np.int64], hour: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        back, began = [], []
        for state in states.tolist():
            (x, y), heading = divmod(state // 5, 100), state % 5
            east, north = _HEADINGS[heading]
            possible = heading > 0 and (x + 2 * y) % 7 > 0
            back.append(self._pace(hour) + 9 if possible else UNREACHABLE)
            began.append(_state((x - east, y - north), _HEADINGS.index((-east, -north))) if possible else state)
        return np.array(back, dtype=np.int64), np.array(began, dtype=np.int64)


_HEADINGS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))


def _state(spot: Spot, heading: int) -> int:
    return (spot[0] * 100 + spot[1]) * 5 + heading


def _walk(a: int, b: int) -> list[int]:
    return list(range(a, b + 1)) if a <= b else list(range(a, b - 1, -1))


def community(name: str, gates: int, a: str, b: str, phase: Phase = Phase.PEAK) -> Community:
    """A community whose main gate ``g0`` it is met at."""
    places = tuple(Gate(f"g{i}", f"{i} 号门", 121.2, 31.3) for i in range(gates))
    return Community(name, f"小区{name}", phase, Boundary(box(0, 0, 1, 1), GeometrySource.ILLUSTRATIVE), places, a, b)


def town(
    communities: Sequence[Community],
    shifts: Sequence[Shift],
    spots: Mapping[str, Spot],
    visits: Sequence[Visit] = (),
    leave: Sequence[Leave] = (),
    working: Sequence[bool] = (True, True, True, True, True, False, False),
    **policy: int | bool | tuple[str, ...],
) -> tuple[WeeklyProblem, dict[VehicleKind, TravelTimes]]:
    """A week's problem and its travel; `policy` overrides the response policy."""
    rules = {band: BreakPolicy(1200, 0, DAY, breakable=band != "middle") for band in ("early", "middle")}
    officers = {
        o: Officer(o, f"队员{o}", certified=not o.startswith("x")) for o in sorted({s.officer_id for s in shifts})
    }
    response = replace(ResponsePolicy(), **policy)  # type: ignore[arg-type]  # tests name fields freely
    problem = WeeklyProblem(
        week=Week(MONDAY),
        station=Gate("s", "中队", 121.2, 31.3),
        communities={c.id: c for c in communities},
        officers=officers,
        shifts=tuple(shifts),
        leave=tuple(leave),
        bands=BANDS,
        partners={},
        vehicles=(Vehicle("bike", "电动车", VehicleKind.EBIKE), Vehicle("car", "汽车", VehicleKind.CAR)),
        visits=tuple(visits),
        policy=Policy(breaks=rules, response=response),
        places={},
        travel={},
        working_days=tuple(working),
    )
    return problem, grid_travel(problem, spots)


def grid_travel(
    problem: WeeklyProblem, spots: Mapping[str, Spot], walled: frozenset[str] = frozenset()
) -> dict[VehicleKind, TravelTimes]:
    """Travel by car and by e-bike; a community is where its main gate is, gates without a spot lie beside it."""
    known = dict(spots)
    for one in problem.communities.values():
        for i, gate in enumerate(one.gates):
            x, y = known[one.id]
            known.setdefault(f"{one.id}/{gate.id}", (x + i, y))
    return {VehicleKind.CAR: GridTravel(known, 60, walled), VehicleKind.EBIKE: GridTravel(known, 90, walled)}


def visit(name: str, place: str, *, breakable: bool, wrap_up: int = 300) -> Visit:
    """A visit at `place` that may begin at any time."""
    window = (ArrivalWindow(0, 7 * DAY),)
    days = tuple(range(7))
    return Visit(name, name, place, VisitKind.JOINT, days, window, 600, breakable=breakable, wrap_up=wrap_up)


def plan_of(*routes: Route) -> WeeklyPlan:
    """A plan of these routes."""
    return WeeklyPlan(Week(MONDAY), routes, (), Objective({}, 0), 0, 0.0)


def shift(officer_id: str, day: int, band_id: str, start: int | None = None, end: int | None = None) -> Shift:
    """A shift with its band's hours unless told otherwise."""
    band = BANDS[band_id]
    return Shift(
        officer_id,
        MONDAY + timedelta(days=day),
        band_id,
        band.start if start is None else start,
        band.end if end is None else end,
    )


@dataclass
class Patrol:
    """Writes a route second by second."""

    travel: TravelTimes
    hour: int
    buffer: int
    at: str
    clock: int

    def __post_init__(self) -> None:
        self.stops: list[Stop] = []
        self.legs: list[Leg] = []

    def drive(self, place: str) -> None:
        seconds = self.travel.drive(self.at, place, self.hour).seconds
        seconds += self.buffer if self.at != place else 0
        self.legs.append(Leg(self.at, place, self.clock, self.clock + seconds, 0))
        self.at, self.clock = place, self.clock + seconds

    def work(self, visit_id: str, wait: int, duration: int, linger: int, crew: tuple[str, ...]) -> None:
        begin = self.clock + wait
        self.stops.append(Stop(visit_id, self.at, "g0", self.clock, begin, begin + duration, crew))
        self.clock = begin + duration + linger


@dataclass(frozen=True)
class Options:
    """Ten things that a squad may have or not have; `Options.numbered` gives each of their 1,024 combinations."""

    u_turns: bool = False
    by_the_hour: bool = False
    delayed: bool = False
    breakable: bool = True
    breaks: bool = True
    cases: bool = False
    overtime: bool = True
    two_must_come: bool = False
    anybody: bool = True
    scene_known: bool = False

    @staticmethod
    def numbered(number: int) -> Options:
        return Options(*(bool(number >> bit & 1) for bit in range(10)))


@dataclass(frozen=True)
class RandomWeek:
    problem: WeeklyProblem
    plan: WeeklyPlan
    travel: dict[VehicleKind, TravelTimes]
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def random_week(seed: int, options: Options | None = None, days: Sequence[int] = (0, 1)) -> RandomWeek:
    """Two days with up to four officers, three communities, several gates, bands, leave, breaks and patrols.

    With `options` the town is smaller, by one of each. Without, some things are as chance has it, and nothing is asked
    for that was not always there.
    """
    rng = np.random.default_rng(seed)
    smaller = int(options is not None)
    names = ["c0", "c1", "c2"][: 1 + int(rng.random() < 0.3) if smaller else int(rng.integers(1, 4))]
    officers = ["o1", "o2", "o3", "o4"][: int(rng.integers(2, 5 - smaller))]
    blocks = 12 - 5 * smaller
    spots: dict[str, Spot] = {place: _spot(rng, blocks) for place in [STATION, *names]}
    communities = []
    for name in names:
        a, b = (str(o) for o in rng.choice(officers, 2, replace=False))
        communities.append(community(name, int(rng.integers(1, 4 - smaller)), a, b))
    shifts = _random_shifts(rng, officers, days)
    visits = _random_visits(rng, names, options)
    leave = [Leave("o1", MONDAY)] if rng.random() < 0.2 else []
    shifts = [s for s in shifts if not any((s.officer_id, s.day) == (one.officer_id, one.day) for one in leave)]
    working = (bool(rng.random() < 0.8), *[True] * 6)
    policy: dict[str, int | bool | tuple[str, ...]] = {
        "limit": int(rng.integers(900, 4500)),
        "dispatch_delay": int(rng.choice([0, 0, 77, 600])),
        "setup": int(rng.integers(0, 600)),
        "handling": int(rng.integers(0, 3600)),
        "overtime": int(rng.choice([0, 1800, 7200])),
        "certified_on_rest_days": bool(rng.random() < 0.7),
    }
    known: dict[str, tuple[str, ...]] = {}
    if options is not None:
        policy |= {
            "dispatch_delay": int(rng.choice([77, 600])) if options.delayed else 0,
            "overtime": int(rng.choice([1800, 7200])) if options.overtime else 0,
            "u_turns": options.u_turns,
            "u_turn": int(rng.integers(0, 90)),
            "traffic_by_the_hour": options.by_the_hour,
            "two_must_come": options.two_must_come,
            "certified_bands": ("late", "middle") if options.anybody else (),
        }
        if options.scene_known:
            known = {names[0]: ("seen",)}
            spots[f"{names[0]}/seen"] = _spot(rng, blocks)
    problem, travel = town(communities, shifts, spots, visits, leave, working, **policy)
    if rng.random() < 0.1:
        travel = grid_travel(problem, spots, frozenset([f"{names[0]}/g0"]))
        walled = [v for v in visits if v.community_id != names[0]]
        visits = walled if len(names) > 1 else []
    routes = _random_routes(rng, problem, travel, visits, days)
    if options is not None and not options.breaks:
        routes = [replace(route, rest=None) for route in routes]
    return RandomWeek(problem, plan_of(*routes), travel, known)


def _random_visits(rng: np.random.Generator, names: Sequence[str], options: Options | None) -> list[Visit]:
    visits = []
    for i in range(12):
        case = options is not None and options.cases and i % 3 == 0
        breakable = rng.random() < 0.5 and (options is None or options.breakable)
        name = f"report-{i}" if case else f"v{i}"
        visits.append(visit(name, str(rng.choice(names)), breakable=breakable, wrap_up=int(rng.integers(0, 900))))
    return visits


def _spot(rng: np.random.Generator, blocks: int) -> Spot:
    return int(rng.integers(0, blocks)), int(rng.integers(0, blocks))


def _random_shifts(rng: np.random.Generator, officers: Sequence[str], days: Sequence[int]) -> list[Shift]:
    shifts = []
    for day in days:
        for officer in [*officers, "x9"]:
            for band_id in ("early", "middle", "late"):
                if rng.random() < 0.45:
                    late = int(rng.integers(0, 4000)) if rng.random() < 0.2 else 0
                    shifts.append(shift(officer, day, band_id, start=BANDS[band_id].start + late))
    return shifts


def _random_routes(
    rng: np.random.Generator,
    problem: WeeklyProblem,
    travel: Mapping[VehicleKind, TravelTimes],
    visits: Sequence[Visit],
    days: Sequence[int],
) -> list[Route]:
    unused = list(visits)
    routes = []
    for day in days:
        for band_id in ("early", "middle", "late"):
            on = [s for s in problem.shifts if (problem.day_of(s), s.band_id) == (day, band_id)]
            crew = tuple(s.officer_id for s in on if problem.officers[s.officer_id].certified)[:2]
            route = _random_route(rng, problem, travel, unused, (day, band_id, crew)) if crew else None
            begin = max((s.start for s in on if s.officer_id in crew), default=0) + day * DAY
            if route is not None and begin <= route.depart and route.back <= BANDS[band_id].end + day * DAY:
                routes.append(route)
                placed = {stop.visit_id for stop in route.stops}
                unused = [v for v in unused if v.id not in placed]
    return routes


def _random_route(
    rng: np.random.Generator,
    problem: WeeklyProblem,
    travel: Mapping[VehicleKind, TravelTimes],
    unused: Sequence[Visit],
    duty: tuple[int, str, tuple[str, ...]],
) -> Route | None:
    day, band_id, crew = duty
    if not unused or rng.random() < 0.15:
        return None
    kind = VehicleKind.CAR if rng.random() < 0.6 else VehicleKind.EBIKE
    buffer = int(rng.choice([0, 180]))
    leave_at = day * DAY + BANDS[band_id].start + int(rng.integers(0, 3000))
    patrol = Patrol(travel[kind], HOURS[band_id], buffer, STATION, leave_at)
    for one in unused[: int(rng.integers(1, 4))]:
        patrol.drive(one.community_id)
        wait, linger = (int(rng.integers(0, 1500)) if rng.random() < 0.4 else 0 for _ in range(2))
        patrol.work(one.id, wait, int(rng.integers(300, 5000)), linger, crew)
    patrol.drive(STATION)
    rest = _random_rest(rng, patrol, day * DAY + BANDS[band_id].end) if band_id in problem.policy.breaks else None
    return Route(
        f"{day}-{band_id}",
        day,
        band_id,
        Crew(crew),
        kind.value.removeprefix("e"),
        tuple(patrol.stops),
        tuple(patrol.legs),
        rest,
    )


def _random_rest(rng: np.random.Generator, patrol: Patrol, shift_end: int) -> Rest | None:
    """A rest at a stop (within its visit, before or after it) or at the station after the patrol."""
    spans = [(stop.arrival, leg.depart) for stop, leg in zip(patrol.stops, patrol.legs[1:], strict=True)]
    spans.append((patrol.clock, shift_end))
    start, end = spans[int(rng.integers(len(spans)))]
    if end - start < 200 or rng.random() < 0.2:
        return None
    begin = int(rng.integers(start, end - 100))
    return Rest(begin, min(begin + int(rng.integers(100, 2400)), end))
