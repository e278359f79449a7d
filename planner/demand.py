"""Demand: a squad's obligations of one week turned into visits, and the weekly problem they belong to.

Partners join a visit from beginning to end, so the window in which service may begin is what their hours have in
common, shortened by the visit's length. Where several partners of the needed kind serve a community, the first listed
one comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from casework.calendar import working_days
from casework.obligation import Obligation, VisitKind
from casework.obligations import DueRules, due
from casework.risk import community_risks, with_risk
from geo.text import Text, same
from geo.travel import UNREACHABLE, TravelTimeMatrix
from planner.errors import ProblemError
from planner.officer import Shift, VehicleKind
from planner.partner import PARTNER_NAMES, Partner, PartnerKind
from planner.policy import HOUR, MINUTE, Policy, VisitPolicy
from planner.squad import Squad
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, Week, WeeklyProblem
from planner.words import WEEKDAYS, listed, span

SATURDAY = 5
VISITING_HOURS = (8 * HOUR, 21 * HOUR)
"""Nobody knocks at a flat before or after; visits that partners join go by the partners' hours instead."""

AT_THE_DOOR = frozenset({VisitKind.ROUTINE, VisitKind.RECHECK, VisitKind.EXTRA})

GATE_MARGIN = 5 * MINUTE
"""From the main gate, where visits meet, to the gate nearest a report."""

WHOLE = 5 * MINUTE
"""Lengths of visits are whole multiples of this, as people say them."""

Span: TypeAlias = tuple[int, int]


def due_rules(policy: Policy) -> DueRules:
    """Return the part of the policy that decides what is due."""
    return DueRules(
        joint_per_week=policy.joint_per_week,
        min_days_apart=policy.min_days_apart,
        routine_per_week=policy.routine_per_week,
        recheck_after_days=policy.recheck_after_days,
        recheck_tolerance=policy.recheck_tolerance,
        durations={kind: visit.duration for kind, visit in policy.visits.items()},
    )


def obligations_for(squad: Squad, week: Week) -> tuple[Obligation, ...]:
    """Return what the squad owes in `week`, lengths, checklists and extra visits set by risk."""
    rules = due_rules(squad.policy)
    owed = due(squad.communities, squad.violations, week.monday, rules, day_on=squad.day_on, day_off=squad.day_off)
    risks = community_risks(squad.communities, squad.violations, week.monday)
    return with_risk(
        owed, squad.communities, squad.violations, risks, week.monday, extra_duration=rules.durations[VisitKind.EXTRA]
    )


def visits_for(squad: Squad, week: Week, most: Mapping[str, int] | None = None) -> tuple[Visit, ...]:
    """Return the week's visits, one by one, each with the windows in which its service may begin.

    Parameters
    ----------
    most
        By community, the seconds that risk may lengthen a visit to which must not be broken off; see `most_unbroken`.
    """
    working = working_days(week.monday, squad.day_on, squad.day_off)
    found: list[Visit] = []
    for obligation in obligations_for(squad, week):
        breakable = squad.policy.visits[obligation.kind].breakable
        longest = DAY if breakable or most is None else most[obligation.community_id]
        found += _visits_of(obligation, squad, week, working, longest)
    return tuple(found)


def most_unbroken(squad: Squad, matrices: Mapping[VehicleKind, Mapping[str, TravelTimeMatrix]]) -> dict[str, int]:
    """Return how long a visit that must be finished may keep a crew at each community, in seconds.

    A report that comes in as service begins is answered after the whole visit and the drive to the farthest community;
    both together stay within the promise, with `GATE_MARGIN` for gates farther off than the main one.
    """
    longest = {
        community.id: max(
            (
                int(seconds)
                for bands in matrices.values()
                for matrix in bands.values()
                for seconds in matrix.seconds[matrix.places.index(community.id)]
                if seconds < UNREACHABLE
            ),
            default=0,
        )
        for community in squad.communities
    }
    response = squad.policy.response
    spare = response.limit - response.dispatch_delay - GATE_MARGIN
    return {place: (spare - drive) // WHOLE * WHOLE for place, drive in longest.items()}


def weekly_problem(
    squad: Squad,
    week: Week,
    matrices: Mapping[VehicleKind, Mapping[str, TravelTimeMatrix]],
    *,
    estimated: bool = False,
) -> WeeklyProblem:
    """Return all that the week's plan depends on.

    Parameters
    ----------
    matrices
        Travel by vehicle kind and band id, over `planner.week.STATION` and every community id, in one order.
    estimated
        True where travel is a straight-line estimate.

    Raises
    ------
    ProblemError
        Where matrices disagree about their places, or a place or band is missing.
    """
    in_week = frozenset(week.days)
    places = _places(squad, matrices)
    away = {(leave.officer_id, leave.day) for leave in squad.leave}
    return WeeklyProblem(
        week=week,
        station=squad.station,
        communities={community.id: community for community in squad.communities},
        officers={officer.id: officer for officer in squad.officers},
        shifts=tuple(s for s in squad.shifts if s.day in in_week and (s.officer_id, s.day) not in away),
        leave=tuple(leave for leave in squad.leave if leave.day in in_week),
        bands={band.id: band for band in squad.bands},
        partners={partner.id: partner for partner in squad.partners},
        vehicles=squad.vehicles,
        visits=visits_for(squad, week, most_unbroken(squad, matrices)),
        policy=squad.policy,
        places=places,
        travel=matrices,
        working_days=working_days(week.monday, squad.day_on, squad.day_off),
        estimated=estimated,
    )


def partner_spans(partner: Partner, day: int, *, working: bool) -> tuple[Span, ...]:
    """Return when a partner can be present on a day of the week, in seconds since Monday 00:00, sorted.

    A weekday that is a public holiday has none; Saturday and Sunday have the hours the partner
    lists, whatever the calendar.
    """
    if not working and day < SATURDAY:
        return ()
    base = day * DAY
    return _merged((base + h.start, base + h.end) for h in partner.hours if h.weekday == day)


def joint_windows(problem: WeeklyProblem, visit: Visit, day: int) -> tuple[ArrivalWindow, ...]:
    """Return when a visit that partners join may begin on a day, by the hours they have."""
    spans: tuple[Span, ...] = ((day * DAY, (day + 1) * DAY),)
    for partner in visit.partner_ids:
        there = partner_spans(problem.partners[partner], day, working=problem.working_days[day])
        spans = _intersected(spans, there)
    return _windows(spans, visit.duration)


def why_unplaceable(visit: Visit, problem: WeeklyProblem) -> tuple[Text, ...]:
    """Return what keeps `visit` out of every plan whatever else is planned; empty where nothing does.

    Looks at the visit alone: its partners, who of A and B is on duty when, a second certified officer beside them, a
    vehicle, and whether drive and service fit the shift.
    """
    missing = tuple(_missing_partners(visit, problem))
    if missing:
        return missing
    if not visit.windows:
        return (_no_common_hours(visit, problem),)
    if not problem.vehicles:
        return (Text("中队没有车辆", "The squad has no vehicle"),)
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
        for vehicle in problem.vehicles
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
        yield Text(f"{name.zh}:A 角、B 角都不当班", f"{name.en}: neither the A nor the B officer is on duty")
        return
    reasons: list[Text] = []
    for lead in leads:
        reason = _obstacle(visit, windows, lead, certified, problem)
        if reason is None:
            return
        reasons.append(Text(f"{name.zh}:{reason.zh}", f"{name.en}: {reason.en}"))
    yield from reasons


def _obstacle(
    visit: Visit, windows: Sequence[ArrivalWindow], lead: Shift, certified: Sequence[Shift], problem: WeeklyProblem
) -> Text | None:
    who, band = problem.officers[lead.officer_id].name, problem.bands[lead.band_id].name
    if not _fits(visit, windows, lead, (lead.start, lead.end), problem):
        return Text(
            f"{who}({band})当班时间内来不及往返并做满 {span(visit.duration).zh}",
            f"{who}'s shift ({band}) leaves no {span(visit.duration).en} of service between the drives",
        )
    beside = [s for s in certified if s.band_id == lead.band_id and s.officer_id != lead.officer_id]
    together = ((max(lead.start, s.start), min(lead.end, s.end)) for s in beside)
    if not any(_fits(visit, windows, lead, hours, problem) for hours in together):
        return Text(
            f"{who}({band})没有第二名持证队员同班",
            f"{who} ({band}) has no second certified officer on the same shift",
        )
    return None


def _fits(visit: Visit, windows: Sequence[ArrivalWindow], shift: Shift, hours: Span, problem: WeeklyProblem) -> bool:
    """Return whether drive there, service and drive back fit into the hours (seconds after that day's midnight)."""
    midnight = problem.day_of(shift) * DAY
    needed = visit.duration + (_break_owed(shift, problem) if visit.whole_shift else 0)
    for kind in {vehicle.kind for vehicle in problem.vehicles}:
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


def _visits_of(obligation: Obligation, squad: Squad, week: Week, working: Sequence[bool], most: int) -> Iterator[Visit]:
    policy = squad.policy.visits[obligation.kind]
    partners = _partners_for(obligation.community_id, policy.partners, squad.partners)
    days = tuple((day - week.monday).days for day in obligation.days)
    spans = _common_spans(obligation.kind, policy, partners, days, working)
    wanted = min(obligation.duration, max(most, policy.duration))
    duration = _fitting_duration(wanted, policy.duration, spans)
    windows = _windows(spans, duration)
    for number in range(1, obligation.count + 1):
        yield Visit(
            id=obligation.id if obligation.count == 1 else f"{obligation.id}#{number}",
            obligation_id=obligation.id,
            community_id=obligation.community_id,
            kind=obligation.kind,
            days=days,
            windows=windows,
            duration=duration,
            mandatory=obligation.mandatory,
            missed=_price_of_missing(obligation, squad.policy),
            min_days_apart=obligation.min_days_apart,
            whole_shift=obligation.kind is VisitKind.STATIONING,
            breakable=policy.breakable,
            wrap_up=policy.wrap_up,
            partner_ids=tuple(partner.id for partner in partners),
            violation_ids=obligation.violation_ids,
            checklist=obligation.checklist,
        )


def _price_of_missing(obligation: Obligation, policy: Policy) -> int:
    if obligation.mandatory:
        return policy.visits[obligation.kind].missed
    return int(policy.prices.extra * obligation.weight)


def _partners_for(community_id: str, kinds: Sequence[PartnerKind], partners: Sequence[Partner]) -> tuple[Partner, ...]:
    chosen = (next((p for p in partners if p.kind is kind and community_id in p.community_ids), None) for kind in kinds)
    return tuple(partner for partner in chosen if partner is not None)


def _common_spans(
    kind: VisitKind, policy: VisitPolicy, partners: Sequence[Partner], days: Sequence[int], working: Sequence[bool]
) -> tuple[Span, ...]:
    """Return the spans within which the whole service must lie."""
    if len(partners) < len(policy.partners):
        return ()  # somebody who must be there does not exist: `why_unplaceable` says who
    found: list[Span] = []
    for day in days:
        first, last = VISITING_HOURS if kind in AT_THE_DOOR else (0, DAY)
        common: tuple[Span, ...] = ((day * DAY + first, day * DAY + last),)
        if partners:
            common = ((day * DAY, (day + 1) * DAY),)
        for partner in partners:
            common = _intersected(common, partner_spans(partner, day, working=working[day]))
        found += common
    return tuple(found)


def _fitting_duration(wanted: int, usual: int, spans: Sequence[Span]) -> int:
    """Return `wanted`, or `usual` where the longer visit would close a day that the usual one leaves open."""
    if wanted <= usual or _open_days(spans, wanted) == _open_days(spans, usual):
        return wanted
    return usual


def _open_days(spans: Sequence[Span], duration: int) -> set[int]:
    return {start // DAY for start, end in spans if end - start >= duration}


def _windows(spans: Sequence[Span], duration: int) -> tuple[ArrivalWindow, ...]:
    return tuple(ArrivalWindow(start, end - duration) for start, end in spans if end - start >= duration)


def _intersected(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((start, end) for start, end in pairs if start < end))


def _merged(spans: Iterator[Span]) -> tuple[Span, ...]:
    """Return the spans sorted, those that touch joined: 09:00–11:00 and 11:00–12:00 are one presence."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _places(squad: Squad, matrices: Mapping[VehicleKind, Mapping[str, TravelTimeMatrix]]) -> dict[str, int]:
    orders = {matrix.places for bands in matrices.values() for matrix in bands.values()}
    if len(orders) != 1:
        raise ProblemError("travel-time matrices must exist and name the same places in the same order")
    places = {place: index for index, place in enumerate(next(iter(orders)))}
    missing = sorted({STATION, *(community.id for community in squad.communities)} - places.keys())
    if missing:
        raise ProblemError(f"travel-time matrices lack the places {missing}")
    bands = {band.id for band in squad.bands}
    for kind, by_band in matrices.items():
        if bands - by_band.keys():
            raise ProblemError(f"travel by {kind} lacks the bands {sorted(bands - by_band.keys())}")
    return places
