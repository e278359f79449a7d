"""A planned week as the dispatcher sees it: everybody as planned until a report takes him out of it, and back again.

After a case an officer waits where it was until he can be at his next visit as it begins, then does as planned again:
a visit that was left, or that begins too early to be reached, is not made up for. At the end of his duty the day is
over, whatever was left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from planner.phases import NEVER, Service, Timeline
from planner.response import Checked
from planner.simulation.dispatch import Case, Report
from planner.simulation.reports import Reports
from planner.ways import Ways


@dataclass(frozen=True, slots=True)
class _Visit:
    begin: int
    end: int
    finish: int
    point: int
    name: str
    breakable: bool
    wrap_up: int


@dataclass(frozen=True, slots=True, eq=False)
class PlannedWeek:
    """The board of one plan: `when` and `visits` by officer, in order of time."""

    check: Checked
    ways: Ways
    when: tuple[tuple[int, ...], ...]
    visits: tuple[tuple[_Visit, ...], ...]
    duties: tuple[tuple[tuple[int, int], ...], ...]


def planned_week(check: Checked, ways: Ways) -> PlannedWeek:
    """Return what the dispatcher needs to know of a checked plan."""
    point = {f"{community}/{gate}": column for column, (community, gate) in enumerate(check.points)}
    visits = tuple(_visits(line, point) for line in check.lines)
    return PlannedWeek(
        check,
        ways,
        tuple(tuple(visit.begin for visit in mine) for mine in visits),
        visits,
        tuple(tuple((duty.start, duty.end) for duty in line.duties) for line in check.lines),
    )


def _visits(line: Timeline, point: dict[str, int]) -> tuple[_Visit, ...]:
    return tuple(
        _Visit(
            phase.start,
            phase.end,
            phase.finish,
            point.get(phase.place, -1),
            phase.visit_id,
            phase.breakable,
            phase.wrap_up,
        )
        for phase in line.phases
        if isinstance(phase, Service)
    )


@dataclass(frozen=True, slots=True, eq=False)
class OnPlan:
    """The board of one plan for the reports of some weeks: `times` is ``(officers, reports)`` as planned."""

    week: PlannedWeek
    times: list[list[int]]

    def free(self, report: int, officer: int) -> int:
        """Return the exact check's response time."""
        return self.times[officer][report]

    def onward(self, report: Report, officer: int, case: Case) -> int:
        """Return the seconds from where the last case is or was; ready at once when it is just over."""
        ordered = report.instant + self.week.check.terms.delay
        away = int(self.week.ways.between[officer][case.point, report.point])
        if away >= NEVER:
            return NEVER
        ready = case.end if case.end > ordered else ordered + self.week.ways.setup
        return self._in_time(officer, case.end, ready + away, report)

    def back_on_plan(self, officer: int, case: Case) -> int:
        """Return when the next visit begins that can be reached, or the end of duty."""
        starts, visits = self.week.when[officer], self.week.visits[officer]
        end = self._duty(officer, case.end)[1]
        for visit in visits[bisect_left(starts, case.end) :]:
            if visit.begin >= end:
                break
            away = 0 if visit.point < 0 else int(self.week.ways.between[officer][case.point, visit.point])
            if case.end + away <= visit.begin:
                return visit.begin
        return max(end, case.end)

    def leaves(self, report: Report, officer: int) -> str | None:
        """Return the visit that may be broken off and would have gone on for longer than leaving it takes."""
        ordered = report.instant + self.week.check.terms.delay
        number = bisect_right(self.week.when[officer], ordered) - 1
        if number < 0:
            return None
        visit = self.week.visits[officer][number]
        under_way = ordered < visit.end and visit.finish - ordered > visit.wrap_up
        return visit.name if visit.breakable and under_way else None

    def _in_time(self, officer: int, freed: int, arrival: int, report: Report) -> int:
        terms = self.week.check.terms
        latest = self._duty(officer, freed)[1] + terms.overtime - terms.handling
        return arrival - report.instant if arrival <= latest else NEVER

    def _duty(self, officer: int, instant: int) -> tuple[int, int]:
        """Return the duty at an instant, or the last one before it."""
        found = (instant, instant)
        for start, end in self.week.duties[officer]:
            if start > instant:
                break
            found = start, end
        return found


def on_plan(week: PlannedWeek, reports: Reports) -> OnPlan:
    """Return the board for the reports of some weeks: all response times as planned, read off the curves at once."""
    count = len(reports)
    times = np.full((len(week.check.curves), count), NEVER, dtype=np.int64)
    for point in np.unique(reports.point).tolist():
        here = np.flatnonzero(reports.point == point)
        for officer, curve in enumerate(week.check.curves):
            times[officer, here] = curve.seconds(reports.instant[here], np.array([point]))[:, 0]
    return OnPlan(week, times.tolist())
