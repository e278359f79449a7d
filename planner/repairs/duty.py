"""Repairs of the roster: a shift that begins sooner or ends later, shifts exchanged, a day of leave on another day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from geo.text import Text
from planner.officer import Leave, Shift
from planner.phases import NEVER
from planner.policy import MINUTE
from planner.repairs.case import Case
from planner.repairs.repair import Candidate, Kind
from planner.response_report import CoverageGap
from planner.rulebook import hours, members, officer_name, overlap
from planner.week import DAY, STATION, WeeklyProblem
from planner.words import WEEKDAYS, clock

FAR = 6 * 3600
"""Nobody comes sooner, or stays longer, by more than this."""


def other_hours(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield shifts of those who might answer that begin sooner, or end later, by as much as the gap asks.

    Whoever stands by at the station reaches a report at `t` in time where on duty from the order on, and free to deal
    with it until the end of duty plus the permitted overtime.
    """
    for candidate in gap.candidates:
        for shift in case.problem.shifts:
            if shift.officer_id != candidate.officer_id:
                continue
            start, end = hours(case.problem, shift)
            needed = _needed(case, gap, shift)
            if start > gap.start and start - FAR <= needed[0] < start and needed[0] >= start // DAY * DAY:
                yield _longer(case, shift, start - needed[0], 0)
            if end < needed[1] <= min(end + FAR, start // DAY * DAY + DAY):
                yield _longer(case, shift, 0, needed[1] - end)


def _needed(case: Case, gap: CoverageGap, shift: Shift) -> tuple[int, int]:
    """Return from when until when somebody at the station must be on duty to answer all of the gap, whole minutes."""
    policy = case.problem.policy.response
    kinds = [kind for kind in case.travel if kind in case.problem.officers[shift.officer_id].drives] or list(
        case.travel
    )
    away = min(case.away(kind, shift.band_id, STATION, gap.community_id) for kind in kinds)
    slack = policy.limit - policy.dispatch_delay - policy.setup - away
    last = gap.end - 1 + policy.dispatch_delay + policy.setup + away + policy.handling - policy.overtime
    if slack < 0:
        return NEVER, NEVER
    end = max(gap.end + policy.dispatch_delay, last)
    return (gap.start + policy.dispatch_delay) // MINUTE * MINUTE, -(-end // MINUTE) * MINUTE


def _longer(case: Case, shift: Shift, sooner: int, later: int) -> Candidate:
    fresh = replace(shift, start=shift.start - sooner, end=shift.end + later)
    shifts = tuple(fresh if each is shift else each for each in case.problem.shifts)
    who, day = officer_name(case.problem, shift.officer_id), WEEKDAYS[case.problem.day_of(shift)]
    if sooner:
        text = Text(
            f"{who}{day.zh} {clock(fresh.start)} 上班(原 {clock(shift.start)})",
            f"{who} begins at {clock(fresh.start)} on {day.en} instead of {clock(shift.start)}",
        )
    else:
        text = Text(
            f"{who}{day.zh} {clock(fresh.end)} 下班(原 {clock(shift.end)})",
            f"{who} stays until {clock(fresh.end)} on {day.en} instead of {clock(shift.end)}",
        )
    key = Kind.DUTY, fresh.officer_id, fresh.day, fresh.band_id, fresh.start, fresh.end
    return Candidate(Kind.DUTY, key, text, replace(case.problem, shifts=shifts), case.plan)


def other_duty(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield exchanges of two shifts: one who might answer and is off takes the shift of one who is there in the gap.

    The other works one of theirs instead, so that nobody works more; or nobody takes it over, and one works more.
    """
    problem = case.problem
    there = [shift for shift in problem.shifts if overlap(hours(problem, shift), (gap.start, gap.end))]
    off = [c.officer_id for c in gap.candidates if not any(shift.officer_id == c.officer_id for shift in there)]
    for officer in off:
        away = {leave.day for leave in problem.leave if leave.officer_id == officer}
        mine = [shift for shift in problem.shifts if shift.officer_id == officer and not _goes_out(case, shift)]
        for theirs in there:
            if theirs.day in away or _clashes(problem, officer, theirs, but=None):
                continue
            if not _goes_out(case, theirs):
                for given in mine:
                    if not _clashes(problem, theirs.officer_id, given, but=theirs):
                        yield _exchanged(case, theirs, given)
        for pattern in {(shift.band_id, shift.day): shift for shift in there}.values():
            if pattern.day not in away and not _clashes(problem, officer, pattern, but=None):
                yield _extra(case, officer, pattern)


def other_leave(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield leave of those who might answer taken on another day of the week on which they would stand by.

    On the day of the gap they work the hours that they then do not work.
    """
    problem = case.problem
    for candidate in gap.candidates:
        for leave in problem.leave:
            if leave.officer_id != candidate.officer_id or (leave.day - problem.week.monday).days != gap.start // DAY:
                continue
            mine = [shift for shift in problem.shifts if shift.officer_id == leave.officer_id]
            for day in sorted({shift.day for shift in mine}):
                todays = [shift for shift in mine if shift.day == day]
                if not any(_goes_out(case, shift) for shift in todays):
                    yield _leave(problem, case, leave, day)


def _leave(problem: WeeklyProblem, case: Case, leave: Leave, day: date) -> Candidate:
    leaves = tuple(replace(each, day=day) if each is leave else each for each in problem.leave)
    shifts = tuple(
        replace(shift, day=leave.day) if (shift.officer_id, shift.day) == (leave.officer_id, day) else shift
        for shift in problem.shifts
    )
    who = officer_name(problem, leave.officer_id)
    old, new = (WEEKDAYS[(each - problem.week.monday).days] for each in (leave.day, day))
    text = Text(f"{who}的假由{old.zh}换到{new.zh}", f"{who} takes leave on {new.en} instead of {old.en}")
    key = Kind.LEAVE, leave.officer_id, leave.day, day
    return Candidate(Kind.LEAVE, key, text, replace(problem, leave=leaves, shifts=shifts), case.plan)


def _goes_out(case: Case, shift: Shift) -> bool:
    """Return whether the officer of a shift is out in it, or was there before now."""
    span = hours(case.problem, shift)
    if span[0] < case.problem.now:
        return True
    out = [
        r.day == case.problem.day_of(shift) and r.band_id == shift.band_id and shift.officer_id in members(r)
        for r in case.plan.routes
    ]
    return any(out) or any(overlap(item.out, span) for item in case.plan.standby if item.officer_id == shift.officer_id)


def _clashes(problem: WeeklyProblem, officer: str, shift: Shift, *, but: Shift | None) -> bool:
    """Return whether an officer is on duty or on leave during a shift, `but` given away."""
    span = hours(problem, shift)
    on = [s for s in problem.shifts if s.officer_id == officer and s is not but]
    away = any((leave.officer_id, leave.day) == (officer, shift.day) for leave in problem.leave)
    return away or any(overlap(hours(problem, other), span) for other in on)


def _exchanged(case: Case, theirs: Shift, mine: Shift) -> Candidate:
    problem = case.problem
    fresh = {
        id(theirs): replace(theirs, officer_id=mine.officer_id),
        id(mine): replace(mine, officer_id=theirs.officer_id),
    }
    shifts = tuple(fresh.get(id(shift), shift) for shift in problem.shifts)
    a, b = officer_name(problem, mine.officer_id), officer_name(problem, theirs.officer_id)
    one, other = _name(problem, theirs), _name(problem, mine)
    text = Text(
        f"{a}上{b}{one.zh}的班,{b}上{a}{other.zh}的班",
        f"{a} works {b}'s shift on {one.en}, and {b} works {a}'s on {other.en}",
    )
    key = Kind.DUTY, "exchanged", theirs.officer_id, theirs.day, theirs.band_id, mine.officer_id, mine.day, mine.band_id
    return Candidate(Kind.DUTY, key, text, replace(problem, shifts=shifts), case.plan)


def _extra(case: Case, officer: str, like: Shift) -> Candidate:
    who, when = officer_name(case.problem, officer), _name(case.problem, like)
    shifts = *case.problem.shifts, replace(like, officer_id=officer)
    text = Text(f"{who}{when.zh}加一班", f"{who} works a shift more on {when.en}")
    key = Kind.DUTY, "extra", officer, like.day, like.band_id
    return Candidate(Kind.DUTY, key, text, replace(case.problem, shifts=shifts), case.plan)


def _name(problem: WeeklyProblem, shift: Shift) -> Text:
    day, band = WEEKDAYS[problem.day_of(shift)], problem.bands[shift.band_id].name
    return Text(f"{day.zh}{band}", f"{day.en} {band}")
