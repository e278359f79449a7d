"""Repairs by stand-by: who should wait where, from when until when, so that what is late now is reached in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from geo.text import Text
from geo.travel import UNREACHABLE
from planner.officer import Vehicle
from planner.repairs.case import Case
from planner.repairs.proof import HALF
from planner.repairs.repair import Candidate, Kind
from planner.response_report import CoverageGap
from planner.roster_cover import Span, without
from planner.rulebook import at_work, community_name, hours, overlap
from planner.solver.location import Site, choose_sites
from planner.standby import stand_by
from planner.week import DAY, STATION, StandBy
from planner.words import clock, listed, moment

WORK = 1.0
"""Deterministic seconds for one choice of stand-by points; it takes hundredths."""


@dataclass(frozen=True, slots=True)
class _Point:
    """Somebody who could stand by somewhere, and the demands (indices of gaps) that would cover, most of each.

    Attributes
    ----------
    there
        From when until when, at most: after the drive there and before the drive back.
    cost
        Seconds of driving, there and back.
    """

    officer_id: str
    vehicle: Vehicle
    community_id: str
    shift: tuple[int, str]
    there: Span
    covers: frozenset[int]
    cost: int

    def during(self, gaps: Sequence[CoverageGap], delay: int) -> Span:
        """Return from when until when the point is needed."""
        mine = [gaps[number] for number in self.covers]
        start, end = min(gap.start for gap in mine) + delay, max(gap.end for gap in mine) + delay
        return max(start, self.there[0]), min(end, self.there[1])


def standing_by(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield one stand-by for the gap and what else is late meanwhile, and a set of them for all of its day."""
    meanwhile = [gap, *(g for g in case.gaps if g != gap and g.start < gap.end and gap.start < g.end)]
    day = [gap, *(g for g in case.gaps if g != gap and g.start // DAY == gap.start // DAY)]
    for gaps, most in (([gap], 1), (meanwhile, 1), (day, None)):
        chosen = proposed(case, gaps, must=(0,), most=most)
        if chosen:
            yield _candidate(case, chosen)


def proposed(
    case: Case, gaps: Sequence[CoverageGap], *, must: tuple[int, ...] = (), most: int | None = None
) -> tuple[StandBy, ...]:
    """Return the stand-bys that cover most seconds of some gaps, with least driving; empty where `must` cannot be."""
    delay = case.problem.policy.response.dispatch_delay
    points = _points(case, gaps)
    sites = [_site(point, gaps, delay) for point in points]
    weights = [gap.end - gap.start for gap in gaps]
    chosen = choose_sites(sites, weights, must, most=most, seed=case.seed, work=WORK)
    made = []
    for number in chosen or ():
        point = points[number]
        start, end = point.during(gaps, delay)
        made.append(
            stand_by(case.problem, point.officer_id, point.vehicle.id, point.community_id, point.shift, start, end)
        )
    return tuple(made)


def _site(point: _Point, gaps: Sequence[CoverageGap], delay: int) -> Site:
    start, end = point.during(gaps, delay)
    span = start - point.cost, end + point.cost
    return Site(
        point.covers, point.cost, ((f"officer {point.officer_id}", *span), (f"vehicle {point.vehicle.id}", *span))
    )


def _points(case: Case, gaps: Sequence[CoverageGap]) -> list[_Point]:
    """Return the points worth choosing among: of those of one officer that cover the same, the nearest one."""
    best: dict[tuple[str, str, Span, frozenset[int]], _Point] = {}
    officers = dict.fromkeys(c.officer_id for gap in gaps for c in gap.candidates)
    places = [place for place in case.problem.places if place != STATION]
    for officer in officers:
        for shift, free in _free(case, officer, gaps):
            for vehicle in _vehicles(case, officer, free, gaps):
                for place in places:
                    point = _point(case, officer, vehicle, place, shift, free, gaps)
                    key = officer, vehicle.id, free, frozenset() if point is None else point.covers
                    if point is not None and (key not in best or point.cost < best[key].cost):
                        best[key] = point
    return list(best.values())


def _point(
    case: Case,
    officer: str,
    vehicle: Vehicle,
    place: str,
    shift: tuple[int, str],
    free: Span,
    gaps: Sequence[CoverageGap],
) -> _Point | None:
    problem, policy = case.problem, case.problem.policy.response
    there = problem.drive(vehicle.kind, shift[1], STATION, place)
    back = problem.drive(vehicle.kind, shift[1], place, STATION)
    if max(there, back) >= UNREACHABLE:
        return None
    first, last = free[0] + there, free[1] - back
    covers = frozenset(
        number
        for number, gap in enumerate(gaps)
        if _share(gap, (first - policy.dispatch_delay, last - policy.dispatch_delay)) >= HALF
        and officer in {candidate.officer_id for candidate in gap.candidates}
        and case.away(vehicle.kind, shift[1], place, gap.community_id) + policy.setup + policy.dispatch_delay
        <= policy.limit
    )
    return _Point(officer, vehicle, place, shift, (first, last), covers, there + back) if covers else None


def _share(gap: CoverageGap, span: Span) -> float:
    """Return what share of a gap lies within a span."""
    return overlap((gap.start, gap.end), span) / (gap.end - gap.start)


def _free(case: Case, officer: str, gaps: Sequence[CoverageGap]) -> Iterator[tuple[tuple[int, str], Span]]:
    """Yield when an officer is at the station on a shift that meets a gap."""
    out = [at_work(route) for route in case.plan.routes if officer in route.crew.officers]
    out += [item.out for item in case.plan.standby if item.officer_id == officer]
    for shift in case.problem.shifts:
        span = hours(case.problem, shift)
        if shift.officer_id == officer and any(overlap(span, (gap.start, gap.end)) for gap in gaps):
            left = [(max(span[0], case.problem.now), span[1])]
            for start, end in out:
                left = without(left, start, end)
            yield from (((case.problem.day_of(shift), shift.band_id), each) for each in left)


def _vehicles(case: Case, officer: str, free: Span, gaps: Sequence[CoverageGap]) -> list[Vehicle]:
    """Return the vehicles an officer may take that nobody else has while the officer is free around the gaps."""
    first = max(free[0], min(gap.start for gap in gaps) - 3600)
    last = min(free[1], max(gap.end for gap in gaps) + 3600)
    taken = {route.vehicle_id for route in case.plan.routes if overlap((route.depart, route.back), (first, last))}
    taken |= {item.vehicle_id for item in case.plan.standby if overlap(item.out, (first, last))}
    taken |= {item.vehicle_id for item in case.problem.out_of_service if overlap((item.start, item.end), (first, last))}
    drives = case.problem.officers[officer].drives
    free_ones = [v for v in case.problem.vehicles if v.id not in taken and v.kind in drives and v.kind in case.travel]
    return free_ones[:3]


def _candidate(case: Case, chosen: tuple[StandBy, ...]) -> Candidate:
    plan = replace(case.plan, standby=(*case.plan.standby, *chosen))
    said = []
    for item in chosen:
        who, where = case.problem.officers[item.officer_id].name, community_name(case.problem, item.community_id)
        start, end = moment(item.start), clock(item.end)
        said.append(
            Text(
                f"{who} {start.zh} 至 {end} 到{where}门口待命",
                f"{who} stands by at {where} from {start.en} to {end}",
            )
        )
    key = Kind.STAND_BY, *((item.officer_id, item.community_id, item.start, item.end) for item in chosen)
    return Candidate(Kind.STAND_BY, key, listed(said), case.problem, plan)
