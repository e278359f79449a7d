"""Why a visit fits no plan at all, whatever else is planned: partners, posts, certificates, vehicles, hours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias

from geo.text import Text, same
from geo.travel import UNREACHABLE
from planner.officer import Shift, VehicleKind
from planner.partner import PARTNER_NAMES
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, WeeklyProblem
from planner.words import WEEKDAYS, in_hours, listed, span
from planner.workload import crew_may_take

Span: TypeAlias = tuple[int, int]


def why_unplaceable(visit: Visit, problem: WeeklyProblem) -> tuple[Text, ...]:
    """Return what keeps `visit` out of every plan whatever else is planned; empty where nothing does.

    Looks at the visit alone: its partners, who of A and B is on duty when, a second certified officer beside them, a
    vehicle that the two may drive, and whether drive and service fit the shift.
    """
    missing = tuple(_missing_partners(visit, problem))
    if missing:
        return missing
    if not visit.windows:
        return (_no_common_hours(visit, problem),)
    if not problem.crew_vehicles:
        lacking = Text("坐得下两人的", " for two") if problem.vehicles else same("")
        return (Text(f"中队没有{lacking.zh}车辆", f"The squad has no vehicle{lacking.en}"),)
    if not _reachable(visit, problem):
        place = problem.communities[visit.community_id].name
        return (Text(f"没有路通到{place}", f"There is no way to {place}"),)
    reasons: list[Text] = []
    for day in visit.days:
        of_day = tuple(_obstacles(visit, day, problem))
        if not of_day:
            return ()
        reasons += of_day
    return tuple(dict.fromkeys(reasons))


def _reachable(visit: Visit, problem: WeeklyProblem) -> bool:
    ways = ((STATION, visit.community_id), (visit.community_id, STATION))
    return any(
        all(problem.drive(vehicle.kind, band, *way) < UNREACHABLE for way in ways)
        for vehicle in problem.crew_vehicles
        for band in problem.bands
    )


def _missing_partners(visit: Visit, problem: WeeklyProblem) -> Iterator[Text]:
    there = {problem.partners[partner].kind for partner in visit.partner_ids}
    place = problem.communities[visit.community_id].name
    for kind in problem.policy.visits[visit.kind].partners:
        if kind not in there:
            word = PARTNER_NAMES[kind]
            yield Text(f"{place}没有登记{word.zh}", f"{place} has no partner registered as {word.en.lower()}")


def _no_common_hours(visit: Visit, problem: WeeklyProblem) -> Text:
    who = listed([same(problem.partners[partner].name) for partner in visit.partner_ids])
    needed = span(visit.duration)
    days = listed([WEEKDAYS[day] for day in visit.days])
    return Text(
        f"{days.zh}里,{who.zh}没有共同的 {needed.zh}空档",
        f"On {days.en}, {who.en} have no {needed.en} in common",
    )


def _obstacles(visit: Visit, day: int, problem: WeeklyProblem) -> Iterator[Text]:
    """Yield why nobody can make the visit on `day`; nothing where somebody can."""
    name = WEEKDAYS[day]
    windows = [w for w in visit.windows if day * DAY <= w.earliest < (day + 1) * DAY]
    if not windows:
        yield Text(f"{name.zh}:伙伴没有共同时间", f"{name.en}: the partners have no hours in common")
        return
    community = problem.communities[visit.community_id]
    certified = [s for s in problem.shifts if problem.day_of(s) == day and problem.officers[s.officer_id].certified]
    leads = [s for s in certified if s.officer_id in (community.a_officer, community.b_officer)]
    if not leads:
        yield _nobody_leads(visit, day, problem)
        return
    reasons: list[Text] = []
    for lead in leads:
        reason = _obstacle(visit, windows, lead, certified, problem)
        if reason is None:
            return
        reasons.append(Text(f"{name.zh}:{reason.zh}", f"{name.en}: {reason.en}"))
    yield from reasons


def _nobody_leads(visit: Visit, day: int, problem: WeeklyProblem) -> Text:
    """Return why neither post can lead on `day`: away, or there without a certificate."""
    community, name = problem.communities[visit.community_id], WEEKDAYS[day]
    there = {shift.officer_id for shift in problem.shifts if problem.day_of(shift) == day}
    posts = [post for post in (community.a_officer, community.b_officer) if post in there]
    if not posts:
        return Text(f"{name.zh}:A 岗、B 岗都不当班", f"{name.en}: neither the A nor the B officer is on duty")
    who = listed([same(problem.officers[post].name) for post in posts])
    return Text(
        f"{name.zh}:当班的{who.zh}没有执法证,不能带队",
        f"{name.en}: {who.en}, on duty, holds no certificate and cannot lead",
    )


def _obstacle(
    visit: Visit, windows: Sequence[ArrivalWindow], lead: Shift, certified: Sequence[Shift], problem: WeeklyProblem
) -> Text | None:
    who, band = problem.officers[lead.officer_id].name, problem.bands[lead.band_id].name
    kinds = {vehicle.kind for vehicle in problem.crew_vehicles}
    limit = min(problem.policy.max_patrol_hours_per_day, problem.policy.max_patrol_hours_per_week)
    if lead.end - lead.start > limit:
        return Text(
            f"{who}({band})这一班长于外出工时上限 {in_hours(limit).zh}",
            f"{who}'s shift ({band}) is longer than the {in_hours(limit).en} of patrol allowed",
        )
    if not _fits(visit, windows, lead, (lead.start, lead.end), problem, kinds):
        return Text(
            f"{who}({band})当班时间内来不及往返并做满 {span(visit.duration).zh}",
            f"{who}'s shift ({band}) leaves no {span(visit.duration).en} of service between the drives",
        )
    beside = [s for s in certified if s.band_id == lead.band_id and s.officer_id != lead.officer_id]
    beside = [s for s in beside if s.end - s.start <= limit]
    together = [(s, (max(lead.start, s.start), min(lead.end, s.end))) for s in beside]
    if not any(_fits(visit, windows, lead, hours, problem, kinds) for _, hours in together):
        return Text(
            f"{who}({band})没有第二名持证队员同班",
            f"{who} ({band}) has no second certified officer on the same shift",
        )
    for second, hours in together:
        crew = lead.officer_id, second.officer_id
        driven = {kind for kind in kinds if crew_may_take(problem.officers, kind, crew)}
        if _fits(visit, windows, lead, hours, problem, driven):
            return None
    return Text(
        f"{who}({band})和同班队员都开不了来得及的车",
        f"{who} ({band}) and whoever is on the same shift may not drive a vehicle that gets there in time",
    )


def _fits(
    visit: Visit,
    windows: Sequence[ArrivalWindow],
    shift: Shift,
    hours: Span,
    problem: WeeklyProblem,
    kinds: Collection[VehicleKind],
) -> bool:
    """Return whether drive there, service and drive back fit into the hours (seconds after that day's midnight)."""
    midnight = problem.day_of(shift) * DAY
    needed = visit.duration + (_break_owed(shift, problem) if visit.whole_shift else 0)
    for kind in kinds:
        there = problem.drive(kind, shift.band_id, STATION, visit.community_id)
        back = problem.drive(kind, shift.band_id, visit.community_id, STATION)
        for window in windows:
            begin = max(midnight + hours[0] + there, window.earliest)
            if begin <= window.latest and begin + needed + back <= midnight + hours[1]:
                return True
    return False


def _break_owed(shift: Shift, problem: WeeklyProblem) -> int:
    rest = problem.policy.breaks.get(shift.band_id)
    if rest is None or rest.earliest < shift.start or rest.latest + rest.duration > shift.end:
        return 0
    return rest.duration
