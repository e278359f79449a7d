"""Who is where at an instant by the plan, until when, and what he does next: the timelines of the check, told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from math import hypot

from geo.travel import TravelTimes
from planner.duty import timelines
from planner.officer import VehicleKind
from planner.phases import BreakTime, Idle, Off, OnCase, OnLeave, Phase, Service, Travel
from planner.week import STATION, WeeklyPlan, WeeklyProblem

LonLat = tuple[float, float]


class Doing(StrEnum):
    """What somebody does by the plan."""

    STANDBY = "standby"
    WAITING = "waiting"
    DRIVING = "driving"
    VISIT = "visit"
    BREAK = "break"
    REPORT = "report"
    OFF = "off"
    LEAVE = "leave"


AT_WORK = frozenset(Doing) - {Doing.OFF, Doing.LEAVE}
"""On duty."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One thing that an officer does, ``[start, end)`` in seconds of the week.

    Attributes
    ----------
    place
        Where, as travel times name places: the station, a community, one of its gates; of a drive, where it leads.
    visit_id
        Of a visit, or of a report that the plan tells of.
    finish
        Of a visit, when it ends; past `end` where a break splits it.
    depart, arrive
        Of a drive: it is driven evenly between them, along `path` (lon/lat).
    """

    start: int
    end: int
    doing: Doing
    place: str = ""
    visit_id: str = ""
    finish: int = 0
    depart: int = 0
    arrive: int = 0
    path: tuple[LonLat, ...] = ()


def spells(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
) -> Mapping[str, tuple[Spell, ...]]:
    """Return each officer's week, auxiliaries' too; parameters as `planner.duty.timelines` has them."""
    # only who holds a certificate answers reports, but everybody is somewhere
    everybody = {key: replace(officer, certified=True) for key, officer in problem.officers.items()}
    lines = timelines(replace(problem, officers=everybody), plan, travel, hours)
    ways = _ways(plan)
    return {line.officer_id: tuple(_joined([_spell(problem, phase, ways) for phase in line.phases])) for line in lines}


def at(mine: Sequence[Spell], instant: int) -> Spell:
    """Return what is done at an instant; after the last one, the last one."""
    return next((one for one in mine if instant < one.end), mine[-1])


def following(mine: Sequence[Spell], instant: int) -> Spell | None:
    """Return the next visit that begins after an instant within the same duty, None where there is none."""
    for one in mine:
        if one.start <= instant:
            continue
        if one.doing not in AT_WORK:
            return None
        if one.doing is Doing.VISIT and not _goes_on(mine, one, instant):
            return one
    return None


def next_duty(mine: Sequence[Spell], instant: int) -> int | None:
    """Return when somebody off duty comes on duty next, None where not this week."""
    return next((one.start for one in mine if one.start > instant and one.doing in AT_WORK), None)


def duty_end(mine: Sequence[Spell], instant: int) -> int:
    """Return when the duty ends that an instant lies in."""
    end = instant
    for one in mine:
        if one.end > instant:
            if one.doing not in AT_WORK:
                break
            end = one.end
    return end


def spot(problem: WeeklyProblem, spell: Spell, instant: int) -> LonLat | None:
    """Return lon/lat of where somebody is at an instant of a spell, None off duty."""
    if spell.doing not in AT_WORK:
        return None
    if spell.path:
        share = (instant - spell.depart) / max(1, spell.arrive - spell.depart)
        return _along(spell.path, min(1.0, max(0.0, share)))
    return lonlat(problem, spell.place)


def lonlat(problem: WeeklyProblem, place: str) -> LonLat:
    """Return lon/lat of a place as travel times name it: the station where it is no community's."""
    community_id, _, gate_id = place.partition("/")
    community = problem.communities.get(community_id)
    if community is None or place == STATION:
        return problem.station.lon, problem.station.lat
    gate = next((gate for gate in community.gates if gate.id == gate_id), community.main_gate)
    return gate.lon, gate.lat


def _spell(problem: WeeklyProblem, phase: Phase, ways: Mapping[tuple[str, str, int], tuple[LonLat, ...]]) -> Spell:
    if isinstance(phase, Off | OnLeave):
        return Spell(phase.start, phase.end, Doing.LEAVE if isinstance(phase, OnLeave) else Doing.OFF)
    return _drive(problem, phase, ways) if isinstance(phase, Travel) else _stay(phase)


def _drive(problem: WeeklyProblem, phase: Travel, ways: Mapping[tuple[str, str, int], tuple[LonLat, ...]]) -> Spell:
    depart, arrive = int(phase.nodes[0]), int(phase.nodes[-1])
    ends = lonlat(problem, phase.origin), lonlat(problem, phase.destination)
    path = ways.get((phase.origin, phase.destination, depart), ends)
    return Spell(phase.start, phase.end, Doing.DRIVING, phase.destination, depart=depart, arrive=arrive, path=path)


def _stay(phase: Idle | Service | BreakTime | OnCase) -> Spell:
    match phase:
        case Service():
            return Spell(phase.start, phase.end, Doing.VISIT, phase.place, phase.visit_id, phase.finish)
        case BreakTime():
            return Spell(phase.start, phase.end, Doing.BREAK, phase.place)
        case OnCase():
            return Spell(phase.start, phase.end, Doing.REPORT, phase.place, phase.visit_id, phase.end)
    return Spell(phase.start, phase.end, Doing.STANDBY if phase.place == STATION else Doing.WAITING, phase.place)


def _joined(spells: Sequence[Spell]) -> list[Spell]:
    """Return spells, those in which the same goes on in one."""
    found: list[Spell] = []
    for one in spells:
        last = found[-1] if found else None
        if last is not None and last.end == one.start and replace(one, start=last.start, end=last.end) == last:
            found[-1] = replace(last, end=one.end)
        else:
            found.append(one)
    return found


def _goes_on(mine: Sequence[Spell], visit: Spell, instant: int) -> bool:
    """Return whether a visit is the rest of one that has begun before an instant."""
    return any(one.visit_id == visit.visit_id and one.start <= instant for one in mine if one.doing is Doing.VISIT)


def _ways(plan: WeeklyPlan) -> Mapping[tuple[str, str, int], tuple[LonLat, ...]]:
    legs = [leg for errand in plan.errands for leg in errand.legs]
    return {(leg.origin, leg.destination, leg.depart): tuple(leg.path) for leg in legs if len(leg.path) > 1}


def _along(path: Sequence[LonLat], share: float) -> LonLat:
    lengths = [hypot((b[0] - a[0]) * 0.86, b[1] - a[1]) for a, b in pairwise(path)]  # cos 31°: near enough for a dot
    left = sum(lengths) * share
    for (a, b), length in zip(pairwise(path), lengths, strict=True):
        if left <= length and length > 0:
            part = left / length
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        left -= length
    return path[-1]
