"""Pose a squad's week to the search: frames and partners become agents, what crews share becomes pools.

One agent stands for a crew's shift (day, band, lead, kind of vehicle), one for each partner's week. 'One partner in one
place, the drive included' is then nothing but the partner's own tour.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.officer import VehicleKind
from planner.search.problem import NEVER, Agent, Floats, Group, JointVisit, SearchProblem
from planner.solver.columns import Column, Frame, Task, columns_of, frames, open_visits, posts, tasks_by_day, way_home
from planner.solver.standing import stability_of, vehicles_taken
from planner.visit import Visit
from planner.week import DAY, STATION, WeeklyProblem

FARTHEST = 7.0 * DAY
"""A drive as long as the week stands for no way at all."""

USED = 0.7
"""How much of a crew's shift goes into visits and drives, roughly: from it follows how often everybody goes out."""


@dataclass(frozen=True, slots=True)
class Posed:
    """What the search is asked, and what its numbers mean.

    Attributes
    ----------
    frames
        Of the first agents, in their order; partners come after them.
    visits
        In the order of the search's visits.
    tasks
        By obligation and day.
    """

    problem: SearchProblem
    frames: tuple[Frame, ...]
    visits: tuple[Visit, ...]
    tasks: Mapping[tuple[str, int], Task]


def posed(problem: WeeklyProblem) -> Posed:
    """Return the week as the search is asked it; visits that nobody could make alone are left out."""
    tasks = {task.key: task for day in tasks_by_day(problem).values() for task in day}
    alone = _alone(problem, tasks)
    crews = tuple(dict.fromkeys(frame for able in alone.values() for frame in able))
    ways = _Ways(problem)
    number = {frame: n for n, frame in enumerate(crews)}
    able = {visit.id: _able(problem, visit, alone) for visit in open_visits(problem)}
    visits = tuple(visit for visit in open_visits(problem) if able[visit.id] and _windows(problem, visit, tasks))
    partners = sorted({partner for visit in visits for partner in visit.partner_ids})
    tours = {partner: len(crews) + n for n, partner in enumerate(partners)}
    pools = _Pools(problem, crews, visits)
    asked = SearchProblem(
        visits=tuple(
            _joint(problem, visit, tasks, [number[frame] for frame in able[visit.id]], tours) for visit in visits
        ),
        agents=(
            *(_crew(problem, frame, ways, pools.drawn_on_by(frame)) for frame in crews),
            *(Agent(ways.virtual, ways.virtual, travel_class=ways.partners) for _ in partners),
        ),
        travel=ways.seconds,
        travel_price=ways.prices,
        assignment={
            (n, 0, number[frame]): price
            for n, visit in enumerate(visits)
            for frame, price in able[visit.id].items()
            if price
        },
        groups=tuple(_groups(visits)),
        pools=pools.prices,
    )
    return Posed(asked, crews, visits, tasks)


class _Ways:
    """Travel times by class, a kind of vehicle in a band or a partner's, and the rows of the places."""

    def __init__(self, problem: WeeklyProblem) -> None:
        kinds = [(kind, band) for kind in sorted(problem.travel) for band in sorted(problem.travel[kind])]
        self.classes = {pair: n for n, pair in enumerate(kinds)}
        self.partners, self.virtual = len(kinds), max(problem.places.values()) + 1
        self.seconds: Floats = np.zeros((len(kinds) + 1, self.virtual + 1, self.virtual + 1))
        for (kind, band), n in self.classes.items():
            self.seconds[n, : self.virtual, : self.virtual] = problem.travel[kind][band].seconds
        car = VehicleKind.CAR if VehicleKind.CAR in problem.travel else min(problem.travel)
        slowest = np.max([problem.travel[car][band].seconds for band in problem.bands], axis=0)
        self.seconds[self.partners, : self.virtual, : self.virtual] = slowest
        np.minimum(self.seconds, FARTHEST, out=self.seconds)
        self.prices = (*(1.0 for _ in kinds), 0.0)


def _alone(problem: WeeklyProblem, tasks: Mapping[tuple[str, int], Task]) -> dict[tuple[str, int], dict[Frame, Column]]:
    """Return by task every frame that could make it, and nothing else, with its column."""
    mine: dict[tuple[str, int], list[Task]] = defaultdict(list)
    for task in tasks.values():
        for officer in dict.fromkeys(posts(problem, task.visit)):
            mine[officer, task.day].append(task)
    able: dict[tuple[str, int], dict[Frame, Column]] = defaultdict(dict)
    for frame in frames(problem):
        for task in () if frame.finished else mine[frame.lead, frame.day]:
            for column in columns_of(problem, frame, [task]):
                if column.tasks:
                    able[task.key][frame] = column
    return able


def _able(
    problem: WeeklyProblem, visit: Visit, alone: Mapping[tuple[str, int], Mapping[Frame, Column]]
) -> dict[Frame, float]:
    """Return who can make a visit, with the price of it beyond the drive; a pinned one only as it is pinned."""
    pin = next((pin for pin in problem.pins if pin.visit_id == visit.id), None)
    return {
        frame: _surcharge(problem, column)
        for day in visit.days
        for frame, column in alone.get((visit.obligation_id, day), {}).items()
        if pin is None or ((pin.day, pin.band_id) == (day, frame.band_id) and pin.lead in {None, frame.lead})
    }


def _surcharge(problem: WeeklyProblem, column: Column) -> float:
    frame, (task,) = column.frame, column.tasks
    place = task.visit.community_id
    ways = [problem.drive(frame.kind, frame.band_id, a, b) for a, b in ((frame.origin, place), (place, STATION))]
    more = column.drive - sum(ways) + problem.policy.prices.b_leads * column.b_leads
    return float(more + stability_of(problem, column))


def _joint(
    problem: WeeklyProblem,
    visit: Visit,
    tasks: Mapping[tuple[str, int], Task],
    crews: Sequence[int],
    tours: Mapping[str, int],
) -> JointVisit:
    partners = tuple(dict.fromkeys(visit.partner_ids))
    # Whoever joins a stationing may be there until the crew's shift ends.
    stay = max(shift.end - shift.start for shift in problem.shifts) if visit.whole_shift else visit.duration
    return JointVisit(
        place=problem.places[visit.community_id],
        service=(float(visit.duration), *(float(stay) for _ in partners)),
        windows=_windows(problem, visit, tasks),
        agents=(tuple(crews), *((tours[partner],) for partner in partners)),
        lateness_price=NEVER,
        missed=float(visit.missed),
        solo=visit.whole_shift,
    )


def _windows(
    problem: WeeklyProblem, visit: Visit, tasks: Mapping[tuple[str, int], Task]
) -> tuple[tuple[float, float], ...]:
    """Return when a visit may begin: not while one of its partners is held by a visit that stays."""
    found = [(visit.obligation_id, day) for day in visit.days if (visit.obligation_id, day) in tasks]
    spans = sorted(span for key in found for span in tasks[key].windows)
    for first, last in _held(problem, visit):
        spans = [
            part for a, b in spans for part in ((a, min(b, first - 1)), (max(a, last + 1), b)) if part[0] <= part[1]
        ]
    merged: list[list[int]] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], b)
        else:
            merged.append([a, b])
    return tuple((float(a), float(b)) for a, b in merged)


def _held(problem: WeeklyProblem, visit: Visit) -> Iterator[tuple[int, int]]:
    """Yield the first and last begin that a visit that stays forbids."""
    for kept in problem.kept:
        for stop in kept.route.stops:
            if set(stop.partner_ids) & set(visit.partner_ids):
                there = problem.partner_drive(visit.community_id, stop.community_id)
                back = problem.partner_drive(stop.community_id, visit.community_id)
                yield stop.begin - there - visit.duration + 1, stop.end + back - 1


def _crew(problem: WeeklyProblem, frame: Frame, ways: _Ways, pools: tuple[int, ...]) -> Agent:
    """Return a crew's shift as an agent; one on the road goes home anyway, and is out already."""
    return Agent(
        start=problem.places[frame.origin],
        end=problem.places[STATION],
        ready=float(frame.start),
        due=float(frame.end),
        overtime_price=NEVER,
        outing=float(problem.policy.prices.outing if frame.resumes is None else -way_home(problem, frame)),
        travel_class=ways.classes[frame.kind, frame.band_id],
        day=frame.day,
        rest=None if frame.rest is None else (float(frame.rest[0]), float(frame.rest[1]), float(frame.rest[2])),
        draws=pools,
    )


def _groups(visits: Sequence[Visit]) -> Iterator[Group]:
    alike: dict[str, list[int]] = defaultdict(list)
    for number, visit in enumerate(visits):
        alike[visit.obligation_id].append(number)
    for numbers in alike.values():
        if len(numbers) > 1:
            yield Group(tuple(numbers), max(1, visits[numbers[0]].min_days_apart))


class _Pools:
    """What crews share: each lead's band, a band's officers, vehicles, and each officer's week."""

    def __init__(self, problem: WeeklyProblem, crews: Sequence[Frame], visits: Sequence[Visit]) -> None:
        self.problem = problem
        self.prices: tuple[tuple[float, ...], ...] = ()
        self._numbers: dict[object, int] = {}
        self._moments: dict[tuple[int, VehicleKind], list[int]] = defaultdict(list)
        self._kept = Counter(officer for kept in problem.kept for officer in kept.route.crew.officers)
        fresh = [frame for frame in crews if frame.resumes is None]
        bands = {(frame.day, frame.band_id) for frame in fresh}
        self._add("week", _uneven(problem, self._kept, sum(_crews_of(problem, *band) for band in bands)))
        for lead in dict.fromkeys(frame.lead for frame in fresh):
            self._add(lead, self._led_by(lead, _usual(problem, visits)))
        for frame in fresh:
            self._add(frame.slot[:3], (0.0, 0.0))
            self._add((frame.day, frame.band_id), (0.0,) * (1 + _crews_of(problem, frame.day, frame.band_id)))
            if frame.start not in self._moments[frame.day, frame.kind]:
                self._moments[frame.day, frame.kind].append(frame.start)
        for (day, kind), moments in self._moments.items():
            for moment in moments:
                free = _vehicles(problem, [f for f in fresh if (f.day, f.kind) == (day, kind)], moment)
                self._add((kind, moment), (0.0,) * (1 + free))

    def _add(self, name: object, prices: tuple[float, ...]) -> None:
        if name not in self._numbers:
            self._numbers[name] = len(self.prices)
            self.prices += (prices,)

    def _led_by(self, lead: str, usual: float) -> tuple[float, ...]:
        """Return what it costs to lead so often: whoever leads more often than all go out cannot be evened out."""
        policy, before = self.problem.policy, self._kept[lead]
        steps = [max(0.0, before + n - usual) for n in range(max(0, policy.max_outings_per_week - before))]
        return tuple(policy.prices.uneven * total for total in np.cumsum([0.0, *steps]).tolist())

    def drawn_on_by(self, frame: Frame) -> tuple[int, ...]:
        """Return the pools that a crew draws on as it goes out."""
        if frame.resumes is not None:
            return ()
        out = [m for m in self._moments[frame.day, frame.kind] if frame.start <= m < frame.end]
        names = ("week", frame.lead, frame.slot[:3], (frame.day, frame.band_id), *((frame.kind, m) for m in out))
        return tuple(self._numbers[name] for name in names)


def _crews_of(problem: WeeklyProblem, day: int, band_id: str) -> int:
    """Return how many crews of two a band's certified officers make who are not out already."""
    out = {o for k in problem.kept if (k.route.day, k.route.band_id) == (day, band_id) for o in k.route.crew.officers}
    there = {
        shift.officer_id
        for shift in problem.shifts
        if (problem.day_of(shift), shift.band_id) == (day, band_id) and problem.officers[shift.officer_id].certified
    }
    return len(there - out) // 2


def _vehicles(problem: WeeklyProblem, crews: Sequence[Frame], moment: int) -> int:
    """Return how many vehicles are free from then until the last of the crews that begin then is back."""
    last = max(frame.end for frame in crews if frame.start == moment)
    taken = vehicles_taken(problem)
    mine = [vehicle.id for vehicle in problem.crew_vehicles if vehicle.kind == crews[0].kind]
    return sum(all(b <= moment or a >= last for a, b in taken.get(vehicle, ())) for vehicle in mine)


def _usual(problem: WeeklyProblem, visits: Sequence[Visit]) -> float:
    """Return how often everybody goes out, roughly: two to a crew, by the hours that the visits take."""
    shifts = [shift for shift in problem.shifts if problem.officers[shift.officer_id].certified]
    hours = sum(shift.end - shift.start for shift in shifts) / max(1, len(shifts)) * USED
    busy = sum(hours if visit.whole_shift else visit.duration for visit in visits if visit.mandatory)
    return 2 * busy / max(1.0, hours) / max(1, len({shift.officer_id for shift in shifts}))


def _uneven(problem: WeeklyProblem, kept: Counter[str], crews: int) -> tuple[float, ...]:
    """Return what uneven outings cost with 0, 1, 2 … crews out, shared as evenly as shifts allow."""
    shifts = Counter(s.officer_id for s in problem.shifts if problem.officers[s.officer_id].certified)
    most = problem.policy.max_outings_per_week
    queue = [(kept[officer], officer) for officer in sorted(shifts)]
    heapq.heapify(queue)
    prices, price = [0.0], 0.0
    for _ in range(crews):
        for _ in range(2):
            if not queue:
                return tuple(prices)
            outings, officer = heapq.heappop(queue)
            price += problem.policy.prices.uneven * outings
            if outings + 1 < min(shifts[officer], most):
                heapq.heappush(queue, (outings + 1, officer))
        prices.append(price)
    return tuple(prices)
