"""Loosen one requirement of a week: the same problem with its data changed, for the same planner and the same rules.

Every change here only ever adds plans: whatever could be planned before can be planned after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from planner.demand import AT_THE_DOOR, VISITING_HOURS, partner_spans
from planner.officer import Officer, Shift, Vehicle, VehicleKind
from planner.partner import OpenHours, Partner
from planner.policy import HOUR
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, WeeklyProblem

DAYTIME = (8 * HOUR, 20 * HOUR)
"""Nobody is asked to come earlier or to stay longer than that."""

RESERVE = "reserve"
"""Ids of borrowed officers and vehicles begin with this."""


def visits_of(problem: WeeklyProblem, obligation: str) -> list[Visit]:
    """Return the visits of one obligation."""
    return [visit for visit in problem.visits if visit.obligation_id == obligation]


def with_visits(problem: WeeklyProblem, obligation: str, change: Callable[[Visit], Visit]) -> WeeklyProblem:
    """Change every visit of one obligation: they are alike."""
    changed = (change(visit) if visit.obligation_id == obligation else visit for visit in problem.visits)
    return replace(problem, visits=tuple(changed))


def with_windows(problem: WeeklyProblem, obligation: str) -> WeeklyProblem:
    """Add the windows in which an obligation's visits may begin by the days and partners' hours as they are now."""
    return with_visits(problem, obligation, lambda visit: replace(visit, windows=_windows(problem, visit)))


def _windows(problem: WeeklyProblem, visit: Visit) -> tuple[ArrivalWindow, ...]:
    first, last = VISITING_HOURS if visit.kind in AT_THE_DOOR and not visit.partner_ids else (0, DAY)
    found = list(visit.windows)
    for day in visit.days:
        spans: list[tuple[int, int]] = [(day * DAY + first, day * DAY + last)]
        for partner in visit.partner_ids:
            theirs = partner_spans(problem.partners[partner], day, working=problem.working_days[day])
            spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in theirs]
        found += [ArrivalWindow(a, b - visit.duration) for a, b in spans if b - a >= visit.duration]
    return tuple(_joined(found))


def _joined(windows: Iterable[ArrivalWindow]) -> Iterator[ArrivalWindow]:
    """Yield the windows sorted, those that overlap as one."""
    open_: ArrivalWindow | None = None
    for window in sorted(windows, key=lambda w: (w.earliest, w.latest)):
        if open_ is not None and window.earliest <= open_.latest:
            open_ = ArrivalWindow(open_.earliest, max(open_.latest, window.latest))
            continue
        if open_ is not None:
            yield open_
        open_ = window
    if open_ is not None:
        yield open_


def partner_hours(
    problem: WeeklyProblem, obligation: str, partner_id: str, hours: Iterable[OpenHours]
) -> WeeklyProblem:
    """Let a partner be there at other hours too, for this obligation; other visits keep their windows."""
    partner = problem.partners[partner_id]
    more = tuple(sorted({*partner.hours, *hours}, key=lambda h: (h.weekday, h.start, h.end)))
    problem = replace(problem, partners={**problem.partners, partner_id: replace(partner, hours=more)})
    return with_windows(problem, obligation)


def longer_hours(partner: Partner, by: int, days: Iterable[int]) -> tuple[OpenHours, ...]:
    """Return a partner's hours on some days, `by` seconds longer at both ends, within `DAYTIME`."""
    wanted = set(days)
    return tuple(
        OpenHours(h.weekday, min(h.start, max(DAYTIME[0], h.start - by)), max(h.end, min(DAYTIME[1], h.end + by)))
        for h in partner.hours
        if h.weekday in wanted
    )


def all_hours(days: Iterable[int]) -> tuple[OpenHours, ...]:
    """Return hours in which a partner may be asked for at all."""
    return tuple(OpenHours(day, *DAYTIME) for day in days)


def colleague(problem: WeeklyProblem, obligation: str, partner_id: str) -> WeeklyProblem:
    """Let a second person of a partner come, so that the partner can be in two places at once."""
    partner = problem.partners[partner_id]
    twin = replace(partner, id=f"{RESERVE}-{partner_id}")
    problem = replace(problem, partners={**problem.partners, twin.id: twin})
    return with_visits(
        problem,
        obligation,
        lambda visit: replace(
            visit, partner_ids=tuple(twin.id if other == partner_id else other for other in visit.partner_ids)
        ),
    )


def closer(problem: WeeklyProblem, obligation: str, apart: int) -> WeeklyProblem:
    """Let visits of one obligation be on days nearer to each other."""
    return with_visits(problem, obligation, lambda v: replace(v, min_days_apart=min(v.min_days_apart, apart)))


def more_days(problem: WeeklyProblem, obligation: str, days: Iterable[int]) -> WeeklyProblem:
    """Let an obligation's visits be made on further days."""
    more = set(days)
    problem = with_visits(problem, obligation, lambda v: replace(v, days=tuple(sorted({*v.days, *more}))))
    return with_windows(problem, obligation)


def shorter(problem: WeeklyProblem, obligation: str, duration: int) -> WeeklyProblem:
    """Let an obligation's visits last no longer than `duration`."""

    def shortened(visit: Visit) -> Visit:
        saved = max(0, visit.duration - duration)
        windows = tuple(ArrivalWindow(w.earliest, w.latest + saved) for w in visit.windows)
        return replace(visit, duration=visit.duration - saved, windows=tuple(_joined(windows)))

    return with_windows(with_visits(problem, obligation, shortened), obligation)


def other_leads(problem: WeeklyProblem, obligation: str, officers: Iterable[str]) -> WeeklyProblem:
    """Let further certified officers lead an obligation's visits."""
    more = tuple(officers)
    return with_visits(problem, obligation, lambda visit: replace(visit, leads=more))


def more_outings(problem: WeeklyProblem, limit: int) -> WeeklyProblem:
    """Let everybody go out as often as `limit` in the week."""
    most = max(limit, problem.policy.max_outings_per_week)
    return replace(problem, policy=replace(problem.policy, max_outings_per_week=most))


def without_breaks(problem: WeeklyProblem) -> WeeklyProblem:
    """Owe nobody a break."""
    return replace(problem, policy=replace(problem.policy, breaks={}))


def without_pins(problem: WeeklyProblem, obligation: str) -> WeeklyProblem:
    """Hold an obligation's visits to no day or band."""
    mine = {visit.id for visit in visits_of(problem, obligation)}
    return replace(problem, pins=tuple(pin for pin in problem.pins if pin.visit_id not in mine))


def on_duty(problem: WeeklyProblem, officer: str, shifts: Iterable[tuple[int, str]]) -> WeeklyProblem:
    """Put an officer on further shifts, (day, band), in the band's usual hours; days of leave among them fall away."""
    there = {(problem.day_of(s), s.band_id) for s in problem.shifts if s.officer_id == officer}
    new = [
        Shift(officer, problem.week.days[day], band, problem.bands[band].start, problem.bands[band].end)
        for day, band in shifts
        if (day, band) not in there
    ]
    days = {shift.day for shift in new}
    leave = tuple(each for each in problem.leave if each.officer_id != officer or each.day not in days)
    return replace(problem, shifts=(*problem.shifts, *new), leave=leave)


def one_more_vehicle(problem: WeeklyProblem) -> WeeklyProblem:
    """Borrow a vehicle for two or more: a car if there are travel times for cars."""
    kind = VehicleKind.CAR if VehicleKind.CAR in problem.travel else min(problem.travel)
    return replace(problem, vehicles=(*problem.vehicles, Vehicle(f"{RESERVE}-vehicle", "借用车辆", kind, 5)))


def one_more_officer(problem: WeeklyProblem, shifts: Iterable[tuple[int, str]]) -> WeeklyProblem:
    """Borrow a certified officer for some shifts, (day, band): somebody for every hours that are worked there."""
    wanted = set(shifts)
    hours = sorted(
        {
            (problem.day_of(s), s.band_id, s.start, s.end)
            for s in problem.shifts
            if (problem.day_of(s), s.band_id) in wanted
        }
    )
    named = [(f"{RESERVE}-{n}", day, band, start, end) for n, (day, band, start, end) in enumerate(hours)]
    officers = {key: Officer(key, "借调队员", certified=True) for key, *_ in named}
    new = tuple(Shift(key, problem.week.days[day], band, start, end) for key, day, band, start, end in named)
    return replace(problem, officers={**problem.officers, **officers}, shifts=(*problem.shifts, *new))


def longer_shift(problem: WeeklyProblem, day: int, band: str, by: int) -> WeeklyProblem:
    """Let everybody on one shift stay `by` seconds longer.

    Unlike the other changes it may take something away too: a vehicle that is out longer, a break that is then owed.
    """
    changed = (
        replace(s, end=min(DAY, s.end + by)) if (problem.day_of(s), s.band_id) == (day, band) else s
        for s in problem.shifts
    )
    return replace(problem, shifts=tuple(changed))
