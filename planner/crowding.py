"""Cuts for visits of one partner that no crews can make in the hours in which they would have to make them.

`planner.realise.crowding_cuts` looks at whole days. Where nothing is priced, most rounds of choosing and settling are
lost on two crews who would need one partner in the same morning, so here each visit is looked at in each crew's hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import TypeAlias

from planner.officer import VehicleKind
from planner.solver.choice import Cut
from planner.solver.columns import Column, Frame, Task, tasks_by_day
from planner.solver.daily import one_after_another
from planner.week import STATION, WeeklyProblem

Key: TypeAlias = tuple[str, int]
Hours: TypeAlias = tuple[int, str, VehicleKind, str, int, int, tuple[int, int, int] | None]
Windows: TypeAlias = tuple[tuple[int, int], ...]
Placed: TypeAlias = tuple[Task, tuple[int, ...]]
"""A visit with its windows as narrow as some crews' hours make them, and the columns that make it in these hours."""

MOST = 4
"""Of more different hours a day than that, triples are not looked at."""


def cuts_by_hours(problem: WeeklyProblem, columns: Sequence[Column]) -> Iterator[Cut]:
    """Yield cuts for pairs, and then triples, of visits that one partner cannot make in those hours."""
    places = _placed(problem, columns)
    for day, tasks in tasks_by_day(problem).items():
        for theirs in _by_partner(tasks).values():
            clashes: set[frozenset[tuple[int, ...]]] = set()
            for size in (2, 3):
                for group in combinations(theirs, size):
                    ways = [places[task.key] for task in group]
                    if size > 2 and max(map(len, ways)) > MOST:
                        continue
                    for way in product(*ways):
                        members = [members for _, members in way]
                        known = any(frozenset(pair) in clashes for pair in combinations(members, 2))
                        if not known and not one_after_another(problem, tuple(task for task, _ in way)):
                            clashes.add(frozenset(members))
                            yield Cut(tuple(members), day)


def _by_partner(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        for partner in task.visit.partner_ids:
            found[partner].append(task)
    return found


def _placed(problem: WeeklyProblem, columns: Sequence[Column]) -> dict[Key, list[Placed]]:
    """Return each visit once for every different windows that crews' hours leave of its own."""
    tasks = {task.key: task for column in columns for task in column.tasks}
    narrowed: dict[tuple[Hours, Key], Windows] = {}
    holding: dict[tuple[Key, Windows], list[int]] = defaultdict(list)
    for k, column in enumerate(columns):
        hours = column.frame.hours
        for task in column.tasks:
            where = hours, task.key
            if where not in narrowed:
                narrowed[where] = tuple(_in_hours(problem, column.frame, task))
            holding[task.key, narrowed[where]].append(k)
    found: dict[Key, list[Placed]] = defaultdict(list)
    for (key, windows), members in holding.items():
        found[key].append((replace(tasks[key], windows=windows), tuple(members)))
    return found


def _in_hours(problem: WeeklyProblem, frame: Frame, task: Task) -> Iterator[tuple[int, int]]:
    """Yield the windows in which a crew of these hours can begin the visit if it makes no other."""
    place = task.visit.community_id
    first = frame.start + problem.drive(frame.kind, frame.band_id, frame.origin, place)
    last = frame.end - problem.drive(frame.kind, frame.band_id, place, STATION) - task.visit.duration
    for earliest, latest in task.windows:
        if max(first, earliest) <= min(last, latest):
            yield max(first, earliest), min(last, latest)
