"""Columns: every set of visits that one lead can make in one band, with the least driving that does it.

A column is found by dynamic programming over subsets (Held & Karp 1962) with Pareto labels of (time, driving), so
arrival windows, the break and the shift's end are respected exactly; partners shared with other crews are not, and
come back from `daily` as cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geo.travel import UNREACHABLE
from planner.officer import Shift, VehicleKind
from planner.policy import BreakPolicy
from planner.visit import Visit
from planner.week import DAY, STATION, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Task:
    """One visit of an obligation on one day; visits of one obligation are alike, so the day tells them apart."""

    visit: Visit
    day: int
    windows: tuple[tuple[int, int], ...]

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
    """The shift a crew works in: when and where it may move, and its break in seconds of the week."""

    day: int
    band_id: str
    lead: str
    kind: VehicleKind
    start: int
    end: int
    rest: tuple[int, int, int] | None

    @property
    def slot(self) -> tuple[int, str, str, int]:
        """The lead's shift: day, band, lead and start, for a band's shift may be split in two."""
        return self.day, self.band_id, self.lead, self.start

    @property
    def hours(self) -> tuple[int, str, VehicleKind, int, int, tuple[int, int, int] | None]:
        """Everything but the lead: what is possible in one frame is possible in any of the same hours."""
        return self.day, self.band_id, self.kind, self.start, self.end, self.rest


@dataclass(frozen=True, slots=True)
class Column:
    """A set of visits a crew can make within its frame.

    Attributes
    ----------
    drive
        Least seconds of driving over all feasible orders.
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
    """Return one task for every obligation and day on which it may be visited."""
    tasks: dict[int, list[Task]] = {day: [] for day in range(7)}
    seen: set[tuple[str, int]] = set()
    for visit in problem.visits:
        for day in visit.days:
            if (visit.obligation_id, day) in seen:
                continue
            seen.add((visit.obligation_id, day))
            midnight = day * DAY
            windows = tuple(
                (max(w.earliest, midnight), min(w.latest, midnight + DAY))
                for w in visit.windows
                if w.earliest < midnight + DAY and w.latest >= midnight
            )
            if windows:
                tasks[day].append(Task(visit, day, windows))
    return tasks


def frames(problem: WeeklyProblem) -> Iterator[Frame]:
    """Yield each certified officer's shifts as lead, once per kind of vehicle the squad has."""
    kinds = sorted({vehicle.kind for vehicle in problem.crew_vehicles})
    for shift in problem.shifts:
        if not problem.officers[shift.officer_id].certified:
            continue
        for kind in kinds:
            yield frame_of(problem, shift, kind)


def frame_of(problem: WeeklyProblem, shift: Shift, kind: VehicleKind) -> Frame:
    """Return the frame of `shift` when its officer leads a crew in a vehicle of `kind`."""
    day = problem.day_of(shift)
    midnight = day * DAY
    rest = problem.policy.breaks.get(shift.band_id)
    return Frame(
        day,
        shift.band_id,
        shift.officer_id,
        kind,
        midnight + shift.start,
        midnight + shift.end,
        None if rest is None or not _break_falls_within(rest, shift) else _rest_at(rest, midnight),
    )


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
    """Yield the columns of one frame."""
    mine = [task for task in tasks if frame.lead in posts(problem, task.visit)]
    for task in mine:
        if task.visit.whole_shift and (drive := stationing_drive(problem, frame, task)) is not None:
            yield Column(frame, (task,), drive, _b_leads(problem, frame, (task,)))
    short = [task for task in mine if not task.visit.whole_shift]
    for chosen, drive in _drives(problem, frame, short).items():
        members = tuple(task for i, task in enumerate(short) if chosen >> i & 1)
        yield Column(frame, members, drive, _b_leads(problem, frame, members))


def posts(problem: WeeklyProblem, visit: Visit) -> tuple[str, str]:
    """Return the A and the B officer of the visit's community."""
    community = problem.communities[visit.community_id]
    return community.a_officer, community.b_officer


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
    return there + back if frame.end - back - begin - rest >= task.visit.duration else None


_Label = tuple[int, int]
_State = tuple[int, int, bool]


def _drives(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> dict[int, int]:
    """Return the least driving for every feasible subset of `tasks`, keyed by bit set."""
    hop = _hops(problem, frame, tasks)
    home = len(tasks)
    layer: dict[_State, list[_Label]] = {(0, home, frame.rest is None): [(frame.start, 0)]}
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
                        label = (begin + task.visit.duration, drive + hop[last][j])
                        if label[0] + hop[j][home] <= frame.end:
                            _keep(following.setdefault((chosen | 1 << j, j, has_rested), []), label)
        layer = following
    return best


def _hops(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> list[list[int]]:
    """Return driving seconds between tasks; the last row and column are the station."""
    names = [task.visit.community_id for task in tasks] + [STATION]
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
    """Yield when service can begin, and whether the break has been taken by then."""
    begin = task.next_begin(time + hop)
    if begin is not None:
        yield begin, rested
    if not rested:
        ready = min((end for end in rest_ends(frame, time, hop) if end is not None), default=None)
        begin = None if ready is None else task.next_begin(ready)
        if begin is not None:
            yield begin, True


def _keep(labels: list[_Label], new: _Label) -> None:
    """Add `new` unless another label is as early and as short; drop what it beats."""
    if any(time <= new[0] and drive <= new[1] for time, drive in labels):
        return
    labels[:] = [label for label in labels if not (new[0] <= label[0] and new[1] <= label[1])]
    labels.append(new)


def thin(problem: WeeklyProblem, columns: Sequence[Column], spare: Mapping[VehicleKind, bool]) -> list[Column]:
    """Drop a column where another kind of vehicle, of which there is always one to spare, serves its set as well."""
    spared: dict[tuple[tuple[int, str, str, int], frozenset[tuple[str, int]]], list[Column]] = {}
    for column in columns:
        if spare[column.frame.kind]:
            spared.setdefault((column.frame.slot, column.keys), []).append(column)
    return [
        column
        for column in columns
        if not any(
            _as_well(problem, other, column) and (other.frame.kind < column.frame.kind or not spare[column.frame.kind])
            for other in spared.get((column.frame.slot, column.keys), ())
        )
    ]


def _as_well(problem: WeeklyProblem, other: Column, column: Column) -> bool:
    """Return whether `other` is never dearer: with partners, who may force any order and hour, on no drive slower."""
    if other.frame.kind == column.frame.kind or other.drive > column.drive:
        return False
    if not any(task.visit.partner_ids for task in column.tasks):
        return True
    places = (STATION, *(task.visit.community_id for task in column.tasks))
    band = column.frame.band_id
    return all(
        problem.drive(other.frame.kind, band, a, b) <= problem.drive(column.frame.kind, band, a, b)
        for a in places
        for b in places
    )
