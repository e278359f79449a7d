"""Crowding: visits of one partner that no crews at all could make in the bands they would be made in.

Only hours and the partner's own way between its communities are looked at, so what is found is certain, and known
before anything is chosen; what depends on the rest of a crew's patrol comes back from `daily` as cuts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeAlias

from planner.solver.choice import Cut
from planner.solver.columns import Column, Frame, Task, frames, posts, tasks_by_day
from planner.week import STATION, WeeklyProblem

Windows: TypeAlias = tuple[tuple[int, int], ...]
Hours: TypeAlias = Mapping[tuple[int, str], Sequence[Frame]]


@dataclass(frozen=True, slots=True)
class Call:
    """A visit made in some band; `windows` are the seconds at which anybody could begin it there."""

    task: Task
    band_id: str
    windows: Windows

    @property
    def key(self) -> tuple[str, int, str]:
        """Obligation, day and band."""
        return *self.task.key, self.band_id

    def next_begin(self, moment: int) -> int | None:
        """Return the first second at or after `moment` at which service may begin."""
        return next((max(moment, earliest) for earliest, latest in self.windows if moment <= latest), None)


Excluded: TypeAlias = Callable[[Call, Call], bool]


def crowding_cuts(problem: WeeklyProblem, columns: Sequence[Column]) -> Iterator[Cut]:
    """Yield a cut for visits that one partner cannot make on one day, whoever comes."""
    found = {(tuple(call.key for call in calls), most): calls for calls, most in _crowds(problem)}
    holding: dict[tuple[str, int, str], list[int]] = {key: [] for keys, _ in found for key in keys}
    for k, column in enumerate(columns if found else ()):
        for task in column.tasks:
            if (key := (*task.key, column.frame.band_id)) in holding:
                holding[key].append(k)
    for (keys, most), calls in found.items():
        yield Cut(tuple(tuple(holding[key]) for key in keys), calls[0].task.day, most=most)


def _crowds(problem: WeeklyProblem) -> Iterator[tuple[list[Call], int]]:
    """Yield calls with how many of them may be made at most."""
    hours: dict[tuple[int, str], list[Frame]] = defaultdict(list)
    for frame in frames(problem):
        hours[frame.day, frame.band_id].append(frame)
    for tasks in tasks_by_day(problem).values():
        by_partner: dict[str, list[Call]] = defaultdict(list)
        for task in tasks:
            for call in _calls(problem, task, hours):
                for partner in task.visit.partner_ids:
                    by_partner[partner].append(call)
        for calls in by_partner.values():
            yield from _of_one_partner(problem, calls)


def _of_one_partner(problem: WeeklyProblem, calls: Sequence[Call]) -> Iterator[tuple[list[Call], int]]:
    apart = {
        (one.key, other.key): not _one_after_another(problem, (one, other)) for one, other in combinations(calls, 2)
    }

    def excluded(one: Call, other: Call) -> bool:
        return one.task.key == other.task.key or apart.get((one.key, other.key), apart.get((other.key, one.key), False))

    for clique in _cliques(calls, excluded):
        if len({call.task.key for call in clique}) > 1:
            yield clique, 1
    by_task: dict[tuple[str, int], list[Call]] = defaultdict(list)
    for call in calls:
        by_task[call.task.key].append(call)
    for three in combinations(by_task.values(), 3):
        yield from _threes(problem, [chosen for chosen in product(*three) if not _any_excluded(chosen, excluded)])


def _any_excluded(calls: Sequence[Call], excluded: Excluded) -> bool:
    return any(excluded(one, other) for one, other in combinations(calls, 2))


def _threes(problem: WeeklyProblem, threes: Sequence[tuple[Call, ...]]) -> Iterator[tuple[list[Call], int]]:
    """Yield what of the bands of three visits is crowded: all of them at once where they all are."""
    crowded = [three for three in threes if not _one_after_another(problem, three)]
    if crowded and len(crowded) == len(threes):
        yield list(dict.fromkeys(call for three in threes for call in three)), 2
    else:
        for three in crowded:
            yield list(three), 2


def _calls(problem: WeeklyProblem, task: Task, hours: Hours) -> Iterator[Call]:
    """Yield a visit in every band of its day, with the hours that whoever may lead it there has at the widest."""
    there, leads = task.visit.community_id, posts(problem, task.visit)
    for (day, band), out in hours.items():
        if day != task.day:
            continue
        mine = [frame for frame in out if frame.lead in leads]
        spans = [
            (
                frame.start + problem.drive(frame.kind, band, frame.origin, there),
                frame.end - problem.drive(frame.kind, band, there, STATION) - task.visit.duration,
            )
            for frame in mine
        ]
        first = min((first for first, last in spans if first <= last), default=0)
        last = max((last for first, last in spans if first <= last), default=-1)
        windows = tuple((max(a, first), min(b, last)) for a, b in task.windows if a <= last and b >= first)
        if windows:
            yield Call(task, band, windows)


def _one_after_another(
    problem: WeeklyProblem, calls: Sequence[Call], after: Call | None = None, moment: int = 0
) -> bool:
    """Return whether a partner can be at all of these, in some order."""
    if not calls:
        return True
    for i, call in enumerate(calls):
        way = 0 if after is None else problem.partner_drive(after.task.visit.community_id, call.task.visit.community_id)
        begin = call.next_begin(moment + way)
        rest = [*calls[:i], *calls[i + 1 :]]
        if begin is not None and _one_after_another(problem, rest, call, begin + call.task.visit.duration):
            return True
    return False


def _cliques(calls: Sequence[Call], excluded: Excluded) -> Iterator[list[Call]]:
    """Yield every greatest set of calls any two of which exclude each other (Bron and Kerbosch 1973)."""

    def grow(clique: list[Call], may: list[Call], done: list[Call]) -> Iterator[list[Call]]:
        if not may and not done:
            yield clique
        for n, call in enumerate(may):
            beside = [other for other in may[n + 1 :] if excluded(call, other)]
            before = [other for other in (*done, *may[:n]) if excluded(call, other)]
            yield from grow([*clique, call], beside, before)

    yield from grow([], list(calls), [])
