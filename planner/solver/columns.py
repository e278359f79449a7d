"""Columns: every set of visits that one lead can make in one band, with the least driving that does it.

`planner.search.subsets` finds them, with arrival windows, tolls, the break and the shift's end respected exactly;
partners shared with other crews are not, and come back from `daily` as cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from planner.officer import Shift, VehicleKind
from planner.policy import BreakPolicy
from planner.roster_cover import late_tolls
from planner.search.subsets import Tour, TourStop, least_prices
from planner.stability import promise_tolls, promises
from planner.tolls import Toll, worthwhile_begins
from planner.visit import Visit
from planner.week import DAY, STATION, Kept, Published, WeeklyProblem
from planner.wishes import habits, wish_tolls
from planner.workload import may_join, shift_around


@dataclass(frozen=True, slots=True)
class Task:
    """One visit of an obligation on one day; visits of one obligation are alike, so the day tells them apart.

    Attributes
    ----------
    promise
        What was published of it, where it was published for this day.
    tolls
        What it costs to begin at certain seconds.
    """

    visit: Visit
    day: int
    windows: tuple[tuple[int, int], ...]
    promise: Published | None = None
    tolls: tuple[Toll, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """Obligation and day."""
        return self.visit.obligation_id, self.day

    def next_begin(self, moment: int) -> int | None:
        """Return the first second at or after `moment` at which service may begin."""
        for earliest, latest in self.windows:
            if moment <= latest:
                return max(moment, earliest)
        return None

    def tolls_in(self, frame: Frame) -> tuple[Toll, ...]:
        """Return the tolls that a crew may have to pay within its hours."""
        return tuple(
            toll
            for toll in self.tolls
            if toll.band_id in (None, frame.band_id) and toll.first <= frame.end and toll.last >= frame.start
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """The shift a crew works in: when and where it may move, and its break in seconds of the week.

    Attributes
    ----------
    resumes
        The route that is already under way, or is to stay as it is: the frame is then what is left of that shift.
    """

    day: int
    band_id: str
    lead: str
    kind: VehicleKind
    start: int
    end: int
    rest: tuple[int, int, int] | None
    resumes: Kept | None = None

    @property
    def origin(self) -> str:
        """Where the crew is as the frame begins."""
        return STATION if self.resumes is None else self.resumes.route.stops[-1].community_id

    @property
    def finished(self) -> bool:
        """Whether nothing may be added: the whole route stays."""
        return self.resumes is not None and self.resumes.finished

    @property
    def slot(self) -> tuple[int, str, str, int]:
        """The lead's shift: day, band, lead and start, for a band's shift may be split in two."""
        return self.day, self.band_id, self.lead, self.start

    @property
    def hours(self) -> tuple[int, str, VehicleKind, str, int, int, tuple[int, int, int] | None]:
        """Everything but the lead: what is possible in one frame is possible in any of the same hours."""
        return self.day, self.band_id, self.kind, self.origin, self.start, self.end, self.rest


@dataclass(frozen=True, slots=True)
class Column:
    """A set of visits a crew can make within its frame.

    Attributes
    ----------
    drive
        Least seconds of driving over all feasible orders, the tolls of its begins among them.
    b_leads
        Visits among them that the lead makes as B officer.
    """

    frame: Frame
    tasks: tuple[Task, ...]
    drive: int
    b_leads: int

    @property
    def keys(self) -> frozenset[tuple[str, int]]:
        """Obligations and day of its tasks."""
        return frozenset(task.key for task in self.tasks)


def tasks_by_day(problem: WeeklyProblem) -> dict[int, list[Task]]:
    """Return one task for every obligation and day on which it may still be visited."""
    tasks: dict[int, list[Task]] = {day: [] for day in range(7)}
    seen: set[tuple[str, int]] = set()
    published = promises(problem)
    made = kept_days(problem)
    known = habits(problem)
    for visit in open_visits(problem):
        for day in visit.days:
            key = visit.obligation_id, day
            near = any(abs(day - other) < max(1, visit.min_days_apart) for other in made.get(key[0], ()))
            if key in seen or near:
                continue
            seen.add(key)
            first, last = max(day * DAY, problem.now), (day + 1) * DAY
            windows = tuple(
                (max(w.earliest, first), min(w.latest, last))
                for w in visit.windows
                if w.earliest < last and w.latest >= first
            )
            if windows:
                promise = published.get(key)
                tolls = (*wish_tolls(problem, known, visit, day), *promise_tolls(problem, promise))
                tasks[day].append(Task(visit, day, windows, promise, tolls))
    return tasks


def open_visits(problem: WeeklyProblem) -> list[Visit]:
    """Return the visits that are still to be placed: all but those of the routes that stay."""
    made = {stop.visit_id for kept in problem.kept for stop in kept.route.stops}
    return [visit for visit in problem.visits if visit.id not in made]


def kept_days(problem: WeeklyProblem) -> dict[str, list[int]]:
    """Return the days on which visits of an obligation stay, by obligation."""
    obligations = {visit.id: visit.obligation_id for visit in problem.visits}
    days: dict[str, list[int]] = {}
    for kept in problem.kept:
        for stop in kept.route.stops:
            if stop.visit_id in obligations:
                days.setdefault(obligations[stop.visit_id], []).append(kept.route.day)
    return days


def frames(problem: WeeklyProblem) -> Iterator[Frame]:
    """Yield each certified officer's shifts as lead, once per kind of vehicle, and what is left of routes that stay."""
    kinds = sorted({vehicle.kind for vehicle in problem.crew_vehicles})
    for kept in problem.kept:
        yield resumed(problem, kept)
    out = {(k.route.day, k.route.band_id, officer) for k in problem.kept for officer in k.route.crew.officers}
    out |= {(pin.day, pin.band_id, pin.second) for pin in problem.pins if pin.second is not None}
    for shift in problem.shifts:
        day = problem.day_of(shift)
        over = day * DAY + shift.end <= problem.now
        if over or not problem.officers[shift.officer_id].certified or (day, shift.band_id, shift.officer_id) in out:
            continue
        for kind in kinds:
            if may_join(kind, problem.officers[shift.officer_id]):
                yield frame_of(problem, shift, kind)


def resumed(problem: WeeklyProblem, kept: Kept) -> Frame:
    """Return what is left of the shift of a crew on the road: from where and when it is ready, with its vehicle."""
    route = kept.route
    midnight = route.day * DAY
    mine = [s for s in problem.shifts if problem.day_of(s) == route.day and s.band_id == route.band_id]
    shifts = [s for s in mine if s.officer_id in route.crew.officers]
    ends = [midnight + shift.end for shift in shifts]
    ends += [broken.start for broken in problem.out_of_service if broken.vehicle_id == route.vehicle_id]
    end = max(kept.ready, min((end for end in ends if end > midnight), default=kept.ready))
    rule = problem.policy.breaks.get(route.band_id)
    owed = rule is not None and route.rest is None and any(_break_falls_within(rule, shift) for shift in shifts)
    rest = _rest_at(rule, midnight) if rule is not None and owed else None
    return Frame(
        route.day,
        route.band_id,
        route.crew.lead,
        next(vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id),
        kept.ready,
        end,
        rest if rest is not None and rest[1] >= kept.ready else None,
        kept,
    )


def frame_of(problem: WeeklyProblem, shift: Shift, kind: VehicleKind) -> Frame:
    """Return the frame of `shift` when its officer leads a crew in a vehicle of `kind`."""
    day = problem.day_of(shift)
    midnight = day * DAY
    rule = problem.policy.breaks.get(shift.band_id)
    rest = None if rule is None or not _break_falls_within(rule, shift) else _rest_at(rule, midnight)
    start = max(midnight + shift.start, problem.now)
    if rest is not None and start > rest[1]:
        # Whoever stood by until now has had the break there.
        start, rest = max(start, rest[0] + rest[2]), None
    return Frame(day, shift.band_id, shift.officer_id, kind, start, midnight + shift.end, rest)


def shift_in(problem: WeeklyProblem, frame: Frame, officer_id: str) -> tuple[int, int]:
    """Return the hours of the shift in which an officer goes out with the crew of a frame that has yet to leave."""
    return shift_around(problem, officer_id, frame.day, frame.band_id, (frame.start, frame.end))


def may_ride(problem: WeeklyProblem, frame: Frame, shift: Shift) -> bool:
    """Return whether the officer of `shift` is there for all of a crew's hours, with any break the lead is not owed.

    Such a break is taken at the station, before the crew's hours begin or after they end.
    """
    midnight = frame.day * DAY
    alike = (problem.day_of(shift), shift.band_id) == (frame.day, frame.band_id) and shift.officer_id != frame.lead
    if not alike or midnight + shift.start > frame.start or midnight + shift.end < frame.end:
        return False
    if problem.officers[shift.officer_id].certified and _held_elsewhere(problem, frame, shift.officer_id):
        return False
    rest = problem.policy.breaks.get(shift.band_id)
    if frame.rest is not None or rest is None or not _break_falls_within(rest, shift):
        return True
    earliest, latest, duration = _rest_at(rest, midnight)
    return frame.end <= latest or earliest + duration <= frame.start


def _held_elsewhere(problem: WeeklyProblem, frame: Frame, officer: str) -> bool:
    """Return whether pins hold an officer to another crew of a frame's band, or another second to its lead."""
    pins = [pin for pin in problem.pins if pin.second is not None]
    here = [pin for pin in pins if (pin.day, pin.band_id) == (frame.day, frame.band_id)]
    return any(officer != p.second if p.lead == frame.lead else officer in (p.lead, p.second) for p in here)


def _break_falls_within(rest: BreakPolicy, shift: Shift) -> bool:
    """Return whether the shift covers the whole break window, and so owes the break."""
    return shift.start <= rest.earliest and rest.latest + rest.duration <= shift.end


def _rest_at(rest: BreakPolicy, midnight: int) -> tuple[int, int, int]:
    return midnight + rest.earliest, midnight + rest.latest, rest.duration


def all_columns(problem: WeeklyProblem, stop: Callable[[], bool] = lambda: False) -> list[Column]:
    """Return every column of the week, in a fixed order; only the first of them where `stop` says yes meanwhile."""
    tasks = tasks_by_day(problem)
    columns: list[Column] = []
    for frame in frames(problem):
        if stop():
            break
        columns += columns_of(problem, frame, tasks[frame.day])
    return columns


def columns_of(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> Iterator[Column]:
    """Yield the columns of one frame; for a crew on the road, going home at once is one of them."""
    if frame.resumes is not None:
        yield Column(frame, (), way_home(problem, frame), 0)
    mine = [] if frame.finished else [task for task in tasks if frame.lead in posts(problem, task.visit)]
    for task in mine if frame.resumes is None else ():
        if task.visit.whole_shift and (stationed := stationing(problem, frame, task)) is not None:
            yield Column(frame, (task,), stationed[1], _b_leads(problem, frame, (task,)))
    short = [task for task in mine if not task.visit.whole_shift]
    for chosen, drive in _drives(problem, frame, short).items():
        members = tuple(task for i, task in enumerate(short) if chosen >> i & 1)
        yield Column(frame, members, drive, _b_leads(problem, frame, members))


def way_home(problem: WeeklyProblem, frame: Frame) -> int:
    """Return the driving of a crew on the road that makes no further visit."""
    return 0 if frame.finished else problem.drive(frame.kind, frame.band_id, frame.origin, STATION)


def posts(problem: WeeklyProblem, visit: Visit) -> tuple[str, ...]:
    """Return who may lead the visit: the A and the B officer of its community, and whom the leader names besides."""
    community = problem.communities[visit.community_id]
    return community.a_officer, community.b_officer, *visit.leads


def _b_leads(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> int:
    return sum(posts(problem, task.visit)[1] == frame.lead for task in tasks)


def stationing(problem: WeeklyProblem, frame: Frame, task: Task) -> tuple[int, int] | None:
    """Return begin and driving of a shift spent at one community, or None where too little presence would be left.

    It begins as early as it can, or later where that is cheaper and leaves enough; its toll is part of the driving.
    """
    there = problem.drive(frame.kind, frame.band_id, STATION, task.visit.community_id)
    back = problem.drive(frame.kind, frame.band_id, task.visit.community_id, STATION)
    begins = worthwhile_begins(tolls_of(problem, frame, task), frame.start + there, task.next_begin)
    enough = [(begin, toll) for begin, toll in begins if _present(frame, begin, back) >= task.visit.duration]
    if not enough:
        return None
    begin, toll = enough[-1]
    return begin, there + back + toll


def _present(frame: Frame, begin: int, back: int) -> int:
    """Return the presence from `begin` until a crew must leave, its break left out; below 0 where that does not fit."""
    rest = 0
    if frame.rest is not None:
        earliest, latest, rest = frame.rest
        on_site = max(begin, earliest)
        if on_site > latest or on_site + rest > frame.end - back:
            return -1
    return frame.end - back - begin - rest


def tolls_of(problem: WeeklyProblem, frame: Frame, task: Task) -> tuple[Toll, ...]:
    """Return what it costs a crew to begin a task at certain seconds of its hours."""
    late = late_tolls(problem, frame.lead, frame.kind, frame.band_id, task.visit, task.day)
    return (*task.tolls_in(frame), *late)


def _drives(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> dict[int, int]:
    """Return the least driving and tolls for every feasible subset of `tasks`, keyed by bit set."""
    stops = tuple(
        TourStop(
            task.visit.duration,
            task.windows,
            tuple((toll.first, toll.last, toll.price) for toll in tolls_of(problem, frame, task)),
        )
        for task in tasks
    )
    return least_prices(Tour(stops, _hops(problem, frame, tasks), frame.start, frame.end, frame.rest))


def _hops(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> list[list[int]]:
    """Return driving seconds between tasks; behind them come the station and where the crew sets out."""
    names = [*(task.visit.community_id for task in tasks), STATION, frame.origin]
    return [[problem.drive(frame.kind, frame.band_id, a, b) for b in names] for a in names]
