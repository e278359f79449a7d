"""Day by day, for routers that know no weeks: visits are spread over their days first, then each day is routed.

What a day has no room for is offered again on every later day on which it may be made. Stationing fills a shift, so it
is dealt out before anything is routed. A router knows no second officers: a first answer with every lead shows which
crews are worth most, and the second is asked of as many crews as there are people and vehicles for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from benchmarks.squads.finish import Draft, worth
from planner.officer import VehicleKind
from planner.solver.columns import Frame, Task, frame_of, may_ride, posts, stationing_drive, tasks_by_day
from planner.visit import Visit
from planner.week import DAY, STATION, WeeklyProblem

ON_THE_WAY = 900
"""Seconds of driving that a visit is taken to cost while days are dealt out."""

FULL = 10**9


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
    """Deal every obligation's visits to days that keep their distance, the least busy of its officers and partners."""
    beat: Counter[tuple[str, int]] = Counter()
    partner: Counter[tuple[str, int]] = Counter()
    whole: Counter[int] = Counter()
    open_days = {key: [day for day, tasks in _days_of(problem, key)] for key in _keys(problem)}
    spread: dict[str, tuple[int, ...]] = {}
    counts = Counter(visit.obligation_id for visit in problem.visits)
    visits = {visit.obligation_id: visit for visit in problem.visits}
    for key in sorted(visits, key=lambda k: (not visits[k].mandatory, len(open_days[k]) - 2 * counts[k], k)):
        visit = visits[key]
        pair = min(posts(problem, visit))

        def busy(day: int, visit: Visit = visit, pair: str = pair) -> float:
            theirs = [
                FULL * (partner[p, day] + visit.duration > _hours(problem, p, day)) + partner[p, day]
                for p in visit.partner_ids
            ]
            return beat[pair, day] + 2 * max(theirs, default=0) + whole[day] * 2 / max(1, len(problem.officers))

        spread[key] = min(
            _apart(open_days[key], counts[key], visit.min_days_apart),
            key=lambda days: sum(busy(day) for day in days),
            default=tuple(open_days[key][:1]),
        )
        for day in spread[key]:
            beat[pair, day] += visit.duration + ON_THE_WAY
            whole[day] += visit.duration + ON_THE_WAY
            for p in visit.partner_ids:
                partner[p, day] += visit.duration + ON_THE_WAY
    return spread


def _keys(problem: WeeklyProblem) -> dict[str, None]:
    return dict.fromkeys(visit.obligation_id for visit in problem.visits)


def _days_of(problem: WeeklyProblem, key: str) -> Iterator[tuple[int, Task]]:
    for day, tasks in tasks_by_day(problem).items():
        for task in tasks:
            if task.key[0] == key:
                yield day, task


def _apart(days: Sequence[int], count: int, least: int) -> list[tuple[int, ...]]:
    return [
        chosen
        for chosen in combinations(days, min(count, len(days)))
        if all(b - a >= max(1, least) for a, b in zip(chosen, chosen[1:], strict=False))
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
        free = [f for f in frames if (f.band_id, f.lead) not in busy and stationing_drive(problem, f, task) is not None]
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
    """Ask the router twice: with every lead, and with the crews worth most of them."""
    out = {(draft.band_id, draft.lead) for draft in stationed}
    everybody = [
        frame_of(problem, shift, _first_kind(problem))
        for shift in problem.shifts
        if problem.day_of(shift) == day and (shift.band_id, shift.officer_id) not in out
    ]
    leads = [frame for frame in everybody if any(frame.lead in posts(problem, task.visit) for task in tasks)]
    if not leads:
        return []
    first = _drafts(router(DayTask(problem, tuple(leads), tasks), seed, seconds / 2))
    going = tuple(_crews(problem, day, first, everybody, stationed))
    return _drafts(router(DayTask(problem, going, tasks), seed, seconds / 2)) if going else []


def _drafts(routes: Sequence[tuple[Frame, tuple[str, ...]]]) -> list[Draft]:
    return [Draft(frame.day, frame.band_id, frame.lead, keys, frame.kind) for frame, keys in routes if keys]


def _crews(
    problem: WeeklyProblem, day: int, drafts: Sequence[Draft], everybody: Sequence[Frame], stationed: Sequence[Draft]
) -> Iterator[Frame]:
    """Yield the crews worth most, as many in each band as there are people and vehicles for, cars first."""
    kinds = sorted(vehicle.kind for vehicle in problem.crew_vehicles)
    for band in dict.fromkeys(frame.band_id for frame in everybody):
        away = sum(draft.band_id == band for draft in stationed)
        people = {frame.lead: frame for frame in everybody if frame.band_id == band and _certified(problem, frame)}
        room = min((len(people) - away) // 2, len(kinds) - away)
        ranked = sorted((d for d in drafts if d.band_id == band), key=lambda d: (-worth(problem, d), d.lead))
        shifts = {s.officer_id: s for s in problem.shifts if problem.day_of(s) == day and s.band_id == band}
        for draft, kind in zip(ranked[: max(0, room)], kinds[away:], strict=False):
            yield frame_of(problem, shifts[draft.lead], kind)


def _certified(problem: WeeklyProblem, frame: Frame) -> bool:
    return problem.officers[frame.lead].certified


def windows_in_day(task: Task) -> tuple[tuple[int, int], ...]:
    """Return when service may begin, in seconds after the midnight that begins the task's day."""
    midnight = task.day * DAY
    return tuple((first - midnight, last - midnight) for first, last in task.windows)
