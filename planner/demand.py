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
from geo.travel import UNREACHABLE, TravelTimeMatrix
from planner.errors import ProblemError
from planner.officer import VehicleKind
from planner.partner import Partner, PartnerKind
from planner.past import recent
from planner.policy import HOUR, MINUTE, Policy, VisitPolicy
from planner.squad import Squad
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, Week, WeeklyProblem

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
        past=recent(squad.past, week.monday),
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
