"""Day by day, for routers that know no weeks: visits are spread over their days first, then each day is routed.

What a day has no room for is offered again on every later day on which it may be made. Stationing fills a shift, so it
is dealt out before anything is routed. A router knows no second officers: asked first about every lead, it is asked
again without the crews that turned out worth least, until there are people and vehicles for all of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import TypeAlias

from benchmarks.squads.finish import Draft, worth
from planner.officer import VehicleKind
from planner.solver.columns import Frame, Task, frame_of, posts, stationing, tasks_by_day
from planner.visit import Visit
from planner.week import DAY, STATION, WeeklyProblem

ON_THE_WAY = 900
"""Seconds of driving that a visit is taken to cost while days are dealt out."""

OVER = 10
"""What a crew, or all of a partner's hours, counts that a day has no more of; a crew sent out counts 1."""

SHIFT = 5 * 3600 + 1800
"""Seconds of a shift that are left for visits and the way to them."""


@dataclass(frozen=True, slots=True)
class DayTask:
    """What a router is asked for one day.

    Attributes
    ----------
    frames
        The crews that may go out: lead, hours, vehicle and break.
    tasks
        The visits on offer; each may be left out at its price.
    """

    problem: WeeklyProblem
    frames: tuple[Frame, ...]
    tasks: tuple[Task, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The station, then every community on offer once."""
        return (STATION, *dict.fromkeys(task.visit.community_id for task in self.tasks))

    def may_lead(self, frame: Frame, place: str) -> bool:
        """Return whether a crew's lead holds a post at a place; everybody may be at the station."""
        community = self.problem.communities.get(place)
        return community is None or frame.lead in (community.a_officer, community.b_officer)

    def cost(self, frame: Frame, origin: str, destination: str) -> int:
        """Return the seconds of a drive and, where the lead would be there as B officer, the price of that."""
        seconds = self.problem.drive(frame.kind, frame.band_id, origin, destination)
        community = self.problem.communities.get(destination)
        as_b = community is not None and community.b_officer == frame.lead and origin != destination
        return seconds + self.problem.policy.prices.b_leads * as_b


Router: TypeAlias = Callable[[DayTask, int, float], list[tuple[Frame, tuple[str, ...]]]]
"""Routes one day, given a seed and seconds on the clock: which crew makes visits of which obligations."""


def route_week(problem: WeeklyProblem, router: Router, *, seed: int, seconds: float) -> list[Draft]:
    """Return the crews that a router of single days sends out in a week, within so many seconds on the clock."""
    spread = spread_visits(problem)
    alike = {visit.obligation_id: visit for visit in problem.visits}
    share = seconds / max(1, sum(len(days) for days in spread.values()))
    made: dict[str, list[int]] = defaultdict(list)
    drafts: list[Draft] = []
    for day, tasks in tasks_by_day(problem).items():
        offered = [task for task in tasks if _is_due(alike[task.key[0]], day, spread[task.key[0]], made[task.key[0]])]
        stationed = list(_stationing(problem, [task for task in offered if task.visit.whole_shift]))
        short = tuple(task for task in offered if not task.visit.whole_shift)
        todays = [*stationed, *_routed(problem, router, day, short, stationed, seed, share * len(short))]
        for draft in todays:
            for key in draft.keys:
                made[key].append(day)
        drafts += todays
    return drafts


def spread_visits(problem: WeeklyProblem) -> dict[str, tuple[int, ...]]:
    """Deal every obligation's visits to days that keep their distance, the least busy of crews, officers, partners."""
    visits = {visit.obligation_id: visit for visit in problem.visits}
    counts = Counter(visit.obligation_id for visit in problem.visits)
    crews = {day: _crews_of(problem, day) for day in range(7)}
    open_days: dict[str, list[int]] = {key: [] for key in visits}
    for day, tasks in tasks_by_day(problem).items():
        for task in tasks if crews[day] else ():
            open_days[task.key[0]].append(day)
    load = _Load(problem, crews)
    spread: dict[str, tuple[int, ...]] = {}
    for key in sorted(visits, key=lambda k: (not visits[k].mandatory, len(open_days[k]) - 2 * counts[k], k)):
        ways = _apart(open_days[key], counts[key], visits[key].min_days_apart) or [tuple(open_days[key][:1])]
        spread[key] = min(ways, key=lambda days: sum(load.busy(visits[key], day) for day in days))
        for day in spread[key]:
            load.add(visits[key], day)
    return spread


def _crews_of(problem: WeeklyProblem, day: int) -> int:
    """Return how many crews can go out on a day, of officers who hold posts."""
    posted = {officer for c in problem.communities.values() for officer in (c.a_officer, c.b_officer)}
    on_duty = Counter(s.band_id for s in problem.shifts if problem.day_of(s) == day and s.officer_id in posted)
    return sum(min(people // 2, len(problem.crew_vehicles)) for people in on_duty.values())


@dataclass
class _Load:
    """What days have been dealt: in all, for the two officers of each beat, and for each partner."""

    problem: WeeklyProblem
    crews: Mapping[int, int]
    seconds: Counter[tuple[str, int]] = field(default_factory=Counter)
    out: Counter[int] = field(default_factory=Counter)

    def busy(self, visit: Visit, day: int) -> float:
        """Return how little a day wants the visit: crews and partners it has no more of, then crews to send anew."""
        takes = visit.duration + ON_THE_WAY
        crews = self._crews(visit, day, takes) - self._crews(visit, day, 0)
        lacking = max(0, self.out[day] + crews - self.crews[day]) if crews else 0
        shares = [(self.seconds[p, day] + takes) / max(1, _hours(self.problem, p, day)) for p in visit.partner_ids]
        fullest = max(shares, default=0.0)
        whole = self.seconds["", day] / (SHIFT * self.crews[day])
        return OVER * (lacking + max(0.0, fullest - 1)) + crews + fullest / 2 + whole

    def add(self, visit: Visit, day: int) -> None:
        """Count the visit on that day."""
        takes = visit.duration + ON_THE_WAY
        self.out[day] += self._crews(visit, day, takes) - self._crews(visit, day, 0)
        for key in ("", min(posts(self.problem, visit)), *visit.partner_ids):
            self.seconds[key, day] += takes

    def _crews(self, visit: Visit, day: int, more: int) -> int:
        """Return how many crews the beat needs that day with so many seconds more."""
        return -(-(self.seconds[min(posts(self.problem, visit)), day] + more) // SHIFT)


def _apart(days: Sequence[int], count: int, least: int) -> list[tuple[int, ...]]:
    return [
        chosen
        for chosen in combinations(days, min(count, len(days)))
        if all(b - a >= max(1, least) for a, b in pairwise(chosen))
    ]


def _hours(problem: WeeklyProblem, partner: str, day: int) -> int:
    return sum(hours.end - hours.start for hours in problem.partners[partner].hours if hours.weekday == day)


def _is_due(visit: Visit, day: int, planned: Sequence[int], made: Sequence[int]) -> bool:
    """Return whether a visit is planned for this day, or was for an earlier one, and keeps its distance."""
    others = [*made, *(other for other in planned if other > day)]
    owing = sum(other <= day for other in planned) > len(made)
    return owing and all(abs(day - other) >= max(1, visit.min_days_apart) for other in others)


def _stationing(problem: WeeklyProblem, tasks: Sequence[Task]) -> Iterator[Draft]:
    """Yield a crew for each visit that fills a shift, led by A rather than B."""
    busy: set[tuple[str, str]] = set()
    for task in tasks:
        a, b = posts(problem, task.visit)
        frames = [
            frame_of(problem, shift, _first_kind(problem))
            for lead in (a, b)
            for shift in problem.shifts
            if shift.officer_id == lead and problem.day_of(shift) == task.day
        ]
        free = [f for f in frames if (f.band_id, f.lead) not in busy and stationing(problem, f, task) is not None]
        if free:
            busy.add((free[0].band_id, free[0].lead))
            yield Draft(task.day, free[0].band_id, free[0].lead, (task.key[0],), free[0].kind)


def _first_kind(problem: WeeklyProblem) -> VehicleKind:
    return min(vehicle.kind for vehicle in problem.crew_vehicles)


def _routed(
    problem: WeeklyProblem,
    router: Router,
    day: int,
    tasks: tuple[Task, ...],
    stationed: Sequence[Draft],
    seed: int,
    seconds: float,
) -> list[Draft]:
    """Ask the router again and again, each time without half of the crews too many, those worth least."""
    out = {(draft.band_id, draft.lead) for draft in stationed}
    everybody = [
        frame_of(problem, shift, _first_kind(problem))
        for shift in problem.shifts
        if problem.day_of(shift) == day and problem.officers[shift.officer_id].certified
    ]
    room = {band: _room(problem, band, everybody, stationed) for band in problem.bands}
    going = [
        frame
        for frame in everybody
        if (frame.band_id, frame.lead) not in out and any(frame.lead in posts(problem, task.visit) for task in tasks)
    ]
    rounds = 1 + _too_many(going, room).total().bit_length()
    while True:
        asked = DayTask(problem, tuple(_in_vehicles(problem, going, stationed)), tasks)
        drafts = _drafts(router(asked, seed, seconds / rounds)) if going else []
        surplus = _too_many(going, room)
        if not surplus:
            return drafts
        value = {(draft.band_id, draft.lead): worth(problem, draft) for draft in drafts}
        most = -(-surplus.total() // 2)
        for frame in sorted(going, key=lambda f: (value.get((f.band_id, f.lead), 0), f.slot)):
            if most and surplus[frame.band_id]:
                going.remove(frame)
                surplus[frame.band_id] -= 1
                most -= 1


def _room(problem: WeeklyProblem, band: str, everybody: Sequence[Frame], stationed: Sequence[Draft]) -> int:
    """Return for how many crews, beside those on stationing, a band has both people and vehicles."""
    people = sum(frame.band_id == band for frame in everybody)
    away = sum(draft.band_id == band for draft in stationed)
    return max(0, min(people // 2, len(problem.crew_vehicles)) - away)


def _too_many(going: Sequence[Frame], room: Mapping[str, int]) -> Counter[str]:
    crews = Counter(frame.band_id for frame in going)
    return Counter({band: count - room[band] for band, count in crews.items() if count > room[band]})


def _in_vehicles(problem: WeeklyProblem, going: Sequence[Frame], stationed: Sequence[Draft]) -> Iterator[Frame]:
    """Yield the crews in the vehicles there are, cars first; crews too many are asked about in a car."""
    kinds = sorted(vehicle.kind for vehicle in problem.crew_vehicles)
    used = Counter(draft.band_id for draft in stationed)
    for frame in going:
        turn = used[frame.band_id]
        used[frame.band_id] += 1
        yield replace(frame, kind=kinds[turn] if turn < len(kinds) else kinds[0])


def _drafts(routes: Sequence[tuple[Frame, tuple[str, ...]]]) -> list[Draft]:
    return [Draft(frame.day, frame.band_id, frame.lead, keys, frame.kind) for frame, keys in routes if keys]


def windows_in_day(task: Task) -> tuple[tuple[int, int], ...]:
    """Return when service may begin, in seconds after the midnight that begins the task's day."""
    midnight = task.day * DAY
    return tuple((first - midnight, last - midnight) for first, last in task.windows)
