"""Columns: every set of visits that one lead can make in one band, with the least driving that does it.

A column is found by dynamic programming over subsets (Held & Karp 1962) with Pareto labels of (time, driving), so
arrival windows, the break and the shift's end are respected exactly; partners shared with other crews are not, and
come back from `daily` as cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.travel import UNREACHABLE
from planner.officer import Shift, VehicleKind
from planner.policy import MOVED, BreakPolicy
from planner.stability import has_moved, promises
from planner.visit import Visit
from planner.week import DAY, STATION, Kept, Published, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Task:
    """One visit of an obligation on one day; visits of one obligation are alike, so the day tells them apart.

    Attributes
    ----------
    promise
        What was published of it, where it was published for this day.
    """

    visit: Visit
    day: int
    windows: tuple[tuple[int, int], ...]
    promise: Published | None = None

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
        Least seconds of driving over all feasible orders; after publication with the price of begins that move.
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
                tasks[day].append(Task(visit, day, windows, published.get(key)))
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
    for shift in problem.shifts:
        day = problem.day_of(shift)
        over = day * DAY + shift.end <= problem.now
        if over or not problem.officers[shift.officer_id].certified or (day, shift.band_id, shift.officer_id) in out:
            continue
        for kind in kinds:
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


def may_ride(problem: WeeklyProblem, frame: Frame, shift: Shift) -> bool:
    """Return whether the officer of `shift` is there for all of a crew's hours, with any break the lead is not owed.

    Such a break is taken at the station, before the crew's hours begin or after they end.
    """
    midnight = frame.day * DAY
    alike = (problem.day_of(shift), shift.band_id) == (frame.day, frame.band_id) and shift.officer_id != frame.lead
    if not alike or midnight + shift.start > frame.start or midnight + shift.end < frame.end:
        return False
    rest = problem.policy.breaks.get(shift.band_id)
    if frame.rest is not None or rest is None or not _break_falls_within(rest, shift):
        return True
    earliest, latest, duration = _rest_at(rest, midnight)
    return frame.end <= latest or earliest + duration <= frame.start


def _break_falls_within(rest: BreakPolicy, shift: Shift) -> bool:
    """Return whether the shift covers the whole break window, and so owes the break."""
    return shift.start <= rest.earliest and rest.latest + rest.duration <= shift.end


def _rest_at(rest: BreakPolicy, midnight: int) -> tuple[int, int, int]:
    return midnight + rest.earliest, midnight + rest.latest, rest.duration


def all_columns(problem: WeeklyProblem) -> list[Column]:
    """Return every column of the week, in a fixed order."""
    tasks = tasks_by_day(problem)
    columns: list[Column] = []
    for frame in frames(problem):
        columns += columns_of(problem, frame, tasks[frame.day])
    return columns


def columns_of(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> Iterator[Column]:
    """Yield the columns of one frame; for a crew on the road, going home at once is one of them."""
    if frame.resumes is not None:
        yield Column(frame, (), way_home(problem, frame), 0)
    mine = [] if frame.finished else [task for task in tasks if frame.lead in posts(problem, task.visit)]
    for task in mine if frame.resumes is None else ():
        if task.visit.whole_shift and (drive := stationing_drive(problem, frame, task)) is not None:
            yield Column(frame, (task,), drive, _b_leads(problem, frame, (task,)))
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


def stationing_drive(problem: WeeklyProblem, frame: Frame, task: Task) -> int | None:
    """Return the driving of a shift spent at one community, or None where too little presence would be left."""
    there = problem.drive(frame.kind, frame.band_id, STATION, task.visit.community_id)
    back = problem.drive(frame.kind, frame.band_id, task.visit.community_id, STATION)
    begin = task.next_begin(frame.start + there)
    if begin is None:
        return None
    rest = 0
    if frame.rest is not None:
        earliest, latest, rest = frame.rest
        on_site = max(begin, earliest)
        if on_site > latest or on_site + rest > frame.end - back:
            return None
    if frame.end - back - begin - rest < task.visit.duration:
        return None
    return there + back + moving(problem, frame, task, begin)


def moving(problem: WeeklyProblem, frame: Frame, task: Task, begin: int) -> int:
    """Return the price of beginning at another time of the band than was published."""
    moved = task.promise is not None and has_moved(task.promise, frame.band_id, begin)
    return problem.policy.prices.moved_begin * moved


_Label = tuple[int, int]
_State = tuple[int, int, bool]


def _drives(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> dict[int, int]:
    """Return the least driving for every feasible subset of `tasks`, keyed by bit set."""
    hop = _hops(problem, frame, tasks)
    home = len(tasks)
    layer: dict[_State, list[_Label]] = {(0, home + 1, frame.rest is None): [(frame.start, 0)]}
    best: dict[int, int] = {}
    while layer:
        following: dict[_State, list[_Label]] = {}
        for (chosen, last, rested), labels in layer.items():
            for time, drive in labels:
                if chosen and (total := _closed(frame, time, drive, hop[last][home], rested=rested)) is not None:
                    best[chosen] = min(total, best.get(chosen, total))
                for j, task in enumerate(tasks):
                    if chosen >> j & 1 or hop[last][j] >= UNREACHABLE:
                        continue
                    for begin, has_rested in _begins(frame, task, time, hop[last][j], rested=rested):
                        cost = drive + hop[last][j] + moving(problem, frame, task, begin)
                        label = (begin + task.visit.duration, cost)
                        if label[0] + hop[j][home] <= frame.end:
                            _keep(following.setdefault((chosen | 1 << j, j, has_rested), []), label)
        layer = following
    return best


def _hops(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> list[list[int]]:
    """Return driving seconds between tasks; behind them come the station and where the crew sets out."""
    names = [*(task.visit.community_id for task in tasks), STATION, frame.origin]
    return [[problem.drive(frame.kind, frame.band_id, a, b) for b in names] for a in names]


def _closed(frame: Frame, time: int, drive: int, home: int, *, rested: bool) -> int | None:
    """Return the driving of a patrol that goes home now, or None where it would not be back or rested in time."""
    if home >= UNREACHABLE or time + home > frame.end:
        return None
    if rested:
        return drive + home
    ready = min((end for end in rest_ends(frame, time, home) if end is not None), default=None)
    return None if ready is None or ready > frame.end else drive + home


def rest_ends(frame: Frame, time: int, hop: int) -> tuple[int | None, int | None]:
    """Return when the next place is reached with the break taken before leaving, and with it taken on arrival."""
    if frame.rest is None:
        return time + hop, None
    earliest, latest, duration = frame.rest
    before = max(time, earliest)
    after = max(time + hop, earliest)
    return (
        before + duration + hop if before <= latest else None,
        after + duration if after <= latest else None,
    )


def _begins(frame: Frame, task: Task, time: int, hop: int, *, rested: bool) -> Iterator[tuple[int, bool]]:
    """Yield when service can begin, and whether the break has been taken by then.

    As early as it can, which loses nothing; and as early as was published, where that is later and has its price.
    """
    yield from ((begin, rested) for begin in _choices(frame, task, time + hop))
    if not rested:
        ready = min((end for end in rest_ends(frame, time, hop) if end is not None), default=None)
        if ready is not None:
            yield from ((begin, True) for begin in _choices(frame, task, ready))


def _choices(frame: Frame, task: Task, ready: int) -> Iterator[int]:
    begin = task.next_begin(ready)
    if begin is None:
        return
    yield begin
    if task.promise is not None and task.promise.begin - MOVED > begin and frame.band_id == task.promise.band_id:
        later = task.next_begin(task.promise.begin - MOVED)
        if later is not None:
            yield later


def _keep(labels: list[_Label], new: _Label) -> None:
    """Add `new` unless another label is as early and as short; drop what it beats."""
    if any(time <= new[0] and drive <= new[1] for time, drive in labels):
        return
    labels[:] = [label for label in labels if not (new[0] <= label[0] and new[1] <= label[1])]
    labels.append(new)
