"""Simulate a plan's week many times, on one core or several: the same result whichever."""

from __future__ import annotations

import multiprocessing
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from geo.travel import TravelTimes
from planner.officer import VehicleKind
from planner.phases import Seconds
from planner.response import Checked
from planner.simulation.dispatch import Answer, Report, Shift
from planner.simulation.on_plan import PlannedWeek, on_plan, planned_week
from planner.simulation.reports import Demand, Reports, reports_of
from planner.simulation.results import Tally, merged
from planner.team import Team
from planner.ways import ways_of
from planner.week import DAY, WeeklyProblem

BATCH = 25
"""Weeks simulated at once: the same for any number of processes, and often enough for progress."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many reports, and how long they take: `rate` and `handling` times what is expected."""

    rate: float = 1.0
    handling: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """All that simulating a plan takes; plain data, to be sent to other processes.

    Attributes
    ----------
    posts
        By community, (A officer, B officer).
    """

    week: PlannedWeek
    demand: Demand
    posts: Mapping[str, tuple[str, str]]
    load: Load
    seed: int


def setting_of(
    problem: WeeklyProblem,
    check: Checked,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    demand: Demand,
    *,
    load: Load | None = None,
    seed: int = 0,
) -> Setting:
    """Return what it takes to simulate a checked plan.

    From case to case an officer drives in the traffic of the slowest band.
    """
    ways = ways_of(problem, check, travel, hours)
    posts = {name: (problem.communities[name].a_officer, problem.communities[name].b_officer) for name in check.scenes}
    return Setting(planned_week(check, ways), demand, posts, load or Load(), seed)


def simulate(
    setting: Setting,
    weeks: int,
    *,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Tally:
    """Simulate so many replicated weeks.

    Parameters
    ----------
    workers
        Processes at once; the result does not depend on it.
    progress
        Told how many weeks are done.
    stop
        Asked between batches; the weeks done so far are returned, one batch at least.
    """
    batches = [range(low, min(low + BATCH, weeks)) for low in range(0, weeks, BATCH)]
    found: list[Tally] = []
    for tally in _each(setting, batches, workers):
        found.append(tally)
        progress(sum(one.weeks for one in found))
        if stop():
            break
    return merged(found)


def _each(setting: Setting, batches: Sequence[range], workers: int) -> Iterator[Tally]:
    if workers <= 1 or len(batches) <= 1:
        yield from (simulate_weeks(setting, batch) for batch in batches)
        return
    # threads of the parent must not be forked, and Windows cannot fork
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _remember, (setting,)) as pool:
        try:
            yield from pool.map(_remembered, batches)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_KNOWN: dict[str, Setting] = {}


def _remember(setting: Setting) -> None:
    _KNOWN["setting"] = setting


def _remembered(batch: range) -> Tally:
    return simulate_weeks(_KNOWN["setting"], batch)


def simulate_weeks(setting: Setting, replications: Sequence[int]) -> Tally:
    """Simulate some replicated weeks by their numbers."""
    load, demand = setting.load, setting.demand
    drawn = [
        reports_of(demand, setting.seed, number, rate=load.rate, handling=load.handling) for number in replications
    ]
    return answered(setting, drawn)


def answered(setting: Setting, drawn: Sequence[Reports]) -> Tally:
    """Answer the reports of some weeks, each week from its plan anew."""
    board = on_plan(setting.week, _joined(drawn))
    asked = _Asked(setting)
    count = _Count(setting, len(drawn))
    number = 0
    for week, reports in enumerate(drawn):
        shift = Shift(board)
        columns = (reports.instant, reports.community, reports.point, reports.handling)
        for instant, community, point, handling in zip(*(column.tolist() for column in columns), strict=True):
            team = asked.team(community, instant)
            if team is not None:
                report = Report(instant, point, handling, team.responders, team.company)
                count.add(week, community, report, shift.answer(number, report))
            number += 1
    return count.tally()


def _joined(drawn: Sequence[Reports]) -> Reports:
    def column(name: str) -> Seconds:
        return np.concatenate([getattr(reports, name) for reports in drawn])

    return Reports(column("instant"), column("community"), column("point"), column("handling"))


class _Asked:
    """Who may answer a community at an instant."""

    def __init__(self, setting: Setting) -> None:
        self._teams: list[tuple[list[int], list[tuple[int, Team]]]] = []
        for name in setting.demand.rates:
            watches = sorted(setting.week.check.scenes[name].watches, key=lambda watch: watch.start)
            self._teams.append(([w.start for w in watches], [(w.end, w.team) for w in watches]))

    def team(self, community: int, instant: int) -> Team | None:
        """Return the team, or None where a report does not count."""
        starts, ends = self._teams[community]
        number = bisect_right(starts, instant) - 1
        return ends[number][1] if number >= 0 and instant < ends[number][0] else None


class _Count:
    """Counts answers."""

    def __init__(self, setting: Setting, weeks: int) -> None:
        self._limit = setting.week.check.terms.limit
        self._ids = [line.officer_id for line in setting.week.check.lines]
        self._posts = [setting.posts[name] for name in setting.demand.rates]
        self._reports, self._in_time = np.zeros((weeks, 7), dtype=np.int64), np.zeros((weeks, 7), dtype=np.int64)
        self._seconds: list[int] = []
        self._first, self._busy = dict.fromkeys(self._ids, 0), dict.fromkeys(self._ids, 0)
        self._by_b = self._by_a_or_b = self._waited = self._broken_off = 0

    def add(self, week: int, community: int, report: Report, answer: Answer) -> None:
        """Count one answer."""
        day = report.instant // DAY
        self._reports[week, day] += 1
        self._in_time[week, day] += answer.seconds <= self._limit
        self._seconds.append(answer.seconds)
        self._waited += answer.waited
        self._broken_off += len(answer.broken_off)
        for officer in answer.officers:
            self._busy[self._ids[officer]] += answer.seconds + report.handling
        if answer.officers:
            first = self._ids[answer.officers[0]]
            self._first[first] += 1
            self._by_a_or_b += first in self._posts[community]
            self._by_b += first == self._posts[community][1]

    def tally(self) -> Tally:
        """Return the counts."""
        return Tally(
            self._reports,
            self._in_time,
            np.array(self._seconds, dtype=np.int64),
            self._first,
            self._busy,
            self._by_b,
            self._by_a_or_b,
            self._waited,
            self._broken_off,
        )
