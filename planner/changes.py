"""What may be otherwise about a squad: each change a frozen fact, applied to a weekly problem.

A community that is added is a copy of one there is, next door to it: the same posts, the same visits but for re-checks,
and partners of its own with the same hours. An officer who is lost has no shifts; the posts stay vacant.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from casework.obligation import VisitKind
from geo.community import Phase
from geo.text import Text
from geo.travel import TravelTimeMatrix
from planner.officer import Officer, Shift
from planner.rulebook import community_name, officer_name
from planner.visit import Visit
from planner.week import WeeklyProblem


@dataclass(frozen=True, slots=True)
class WithoutOfficer:
    """An officer is lost: no shifts all week."""

    officer_id: str


@dataclass(frozen=True, slots=True)
class WithOfficer:
    """One certified officer more, on duty whenever `like` is; holds a post only where one is named (community ids)."""

    like: str
    a_posts: tuple[str, ...] = ()
    b_posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WithGuest:
    """An officer of another squad, with shifts of this one's bands, for the week; a guest holds no post."""

    officer: Officer
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class WithBand:
    """Some officers also work a band, with its usual hours, on each day on which they are on duty anyway."""

    officer_ids: tuple[str, ...]
    band_id: str


@dataclass(frozen=True, slots=True)
class WithoutBand:
    """Some officers no longer work a band."""

    officer_ids: tuple[str, ...]
    band_id: str


@dataclass(frozen=True, slots=True)
class WithCommunity:
    """One community more, a copy of `like`."""

    like: str


@dataclass(frozen=True, slots=True)
class WithoutCommunity:
    """A community is handed over: nothing is owed to it any longer."""

    community_id: str


@dataclass(frozen=True, slots=True)
class WithoutVehicle:
    """A vehicle is lost."""

    vehicle_id: str


Change: TypeAlias = (
    WithoutOfficer
    | WithOfficer
    | WithGuest
    | WithBand
    | WithoutBand
    | WithCommunity
    | WithoutCommunity
    | WithoutVehicle
)

NOT_COPIED = frozenset({VisitKind.RECHECK, VisitKind.EXTRA})
"""Visits that come from a community's own violations."""


def changed(problem: WeeklyProblem, changes: Sequence[Change]) -> WeeklyProblem:
    """Return the week as it would be after all changes, in their order."""
    for change in changes:
        problem = _changed(problem, change)
    return problem


def _changed(  # noqa: PLR0911 - one return a kind of change
    problem: WeeklyProblem, change: Change
) -> WeeklyProblem:
    match change:
        case WithoutOfficer():
            return replace(problem, shifts=tuple(s for s in problem.shifts if s.officer_id != change.officer_id))
        case WithOfficer():
            return _with_officer(problem, change)
        case WithGuest():
            officers = {**problem.officers, change.officer.id: change.officer}
            return replace(problem, officers=officers, shifts=(*problem.shifts, *change.shifts))
        case WithBand():
            return replace(problem, shifts=(*problem.shifts, *_shifts_of_band(problem, change)))
        case WithoutBand():
            ours = {(officer, change.band_id) for officer in change.officer_ids}
            return replace(problem, shifts=tuple(s for s in problem.shifts if (s.officer_id, s.band_id) not in ours))
        case WithCommunity():
            return _with_community(problem, change.like)
        case WithoutCommunity():
            visits = tuple(v for v in problem.visits if v.community_id != change.community_id)
            communities = {key: c for key, c in problem.communities.items() if key != change.community_id}
            return replace(problem, visits=visits, communities=communities)
        case WithoutVehicle():
            return replace(problem, vehicles=tuple(v for v in problem.vehicles if v.id != change.vehicle_id))


def _with_officer(problem: WeeklyProblem, change: WithOfficer) -> WeeklyProblem:
    old = problem.officers[change.like]
    name = _fresh(change.like, problem.officers)
    new = replace(old, id=name, name=f"{old.name}+{name.rpartition('+')[2]}", certified=True, phone="")
    shifts = tuple(replace(s, officer_id=name) for s in problem.shifts if s.officer_id == change.like)
    communities = dict(problem.communities)
    for key in change.a_posts:
        communities[key] = replace(communities[key], a_officer=name)
    for key in change.b_posts:
        communities[key] = replace(communities[key], b_officer=name)
    officers = {**problem.officers, name: new}
    return replace(problem, officers=officers, shifts=(*problem.shifts, *shifts), communities=communities)


def _shifts_of_band(problem: WeeklyProblem, change: WithBand) -> list[Shift]:
    band = problem.bands[change.band_id]
    found: list[Shift] = []
    for officer in change.officer_ids:
        for day in sorted({shift.day for shift in problem.shifts if shift.officer_id == officer}):
            todays = [s for s in problem.shifts if (s.officer_id, s.day) == (officer, day)]
            if not any(s.start < band.end and band.start < s.end for s in todays):
                found.append(Shift(officer, day, band.id, band.start, band.end))
    return found


def _with_community(problem: WeeklyProblem, like: str) -> WeeklyProblem:
    old = problem.communities[like]
    name = _fresh(like, problem.communities)
    number = name.rpartition("+")[2]
    visits = [v for v in problem.visits if v.community_id == like and v.kind not in NOT_COPIED]
    partners = {p: _fresh(p, problem.partners) for p in dict.fromkeys(p for v in visits for p in v.partner_ids)}
    theirs = {
        new: replace(
            problem.partners[was], id=new, name=f"{problem.partners[was].name}+{number}", community_ids=(name,)
        )
        for was, new in partners.items()
    }
    return replace(
        problem,
        communities={**problem.communities, name: replace(old, id=name, name=f"{old.name}+{number}")},
        partners={**problem.partners, **theirs},
        visits=(*problem.visits, *(_copied(visit, name, number, partners) for visit in visits)),
        places={**problem.places, name: len(problem.places)},
        travel={
            kind: {band: _next_door(matrix, like, name, problem.policy.travel_buffer) for band, matrix in bands.items()}
            for kind, bands in problem.travel.items()
        },
    )


def _copied(visit: Visit, place: str, number: str, partners: Mapping[str, str]) -> Visit:
    obligation = f"{visit.obligation_id}+{number}"
    return replace(
        visit,
        id=visit.id.replace(visit.obligation_id, obligation, 1),
        obligation_id=obligation,
        community_id=place,
        partner_ids=tuple(partners[partner] for partner in visit.partner_ids),
        violation_ids=(),
    )


def _next_door(matrix: TravelTimeMatrix, like: str, name: str, buffer: int) -> TravelTimeMatrix:
    """Return the matrix with a place as far from all others as `like` is, and `buffer` seconds from that."""
    at = matrix.places.index(like)
    rows = [*range(len(matrix.places)), at]
    seconds, metres = matrix.seconds[np.ix_(rows, rows)].copy(), matrix.metres[np.ix_(rows, rows)].copy()
    seconds[-1, at] = seconds[at, -1] = buffer
    return TravelTimeMatrix((*matrix.places, name), seconds, metres, matrix.estimated)


def _fresh(name: str, known: Mapping[str, object]) -> str:
    return next(new for n in range(1, len(known) + 2) if (new := f"{name}+{n}") not in known)


def more_peak(problem: WeeklyProblem, count: int, seed: int) -> tuple[Change, ...]:
    """Return `count` more communities in their renovation peak: copies of those there are, in a shuffled round.

    The first n are the same whatever `count` is. Where none is in its peak, those that are owed most are copied.
    """
    owed = {key: sum(v.missed for v in problem.visits if v.community_id == key) for key in problem.communities}
    peak = [key for key, community in problem.communities.items() if community.phase is Phase.PEAK and owed[key]]
    models = peak or [key for key in owed if owed[key] == max(owed.values())]
    random.Random(seed).shuffle(models)  # noqa: S311 - nothing to keep secret
    return tuple(WithCommunity(models[n % len(models)]) for n in range(count))


def fewer_officers(problem: WeeklyProblem, count: int) -> tuple[WithoutOfficer, ...]:
    """Return the loss of `count` certified officers on duty, those first who hold the fewest posts and shifts."""
    shifts = {officer: sum(s.officer_id == officer for s in problem.shifts) for officer in problem.officers}
    posts = {
        officer: len(posts_of(problem, officer)[0] + posts_of(problem, officer)[1]) for officer in problem.officers
    }
    on_duty = [key for key, officer in problem.officers.items() if officer.certified and shifts[key]]
    order = sorted(on_duty, key=lambda officer: (posts[officer], shifts[officer], officer))
    return tuple(WithoutOfficer(officer) for officer in order[:count])


def posts_of(problem: WeeklyProblem, officer_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the communities that are owed visits and of which an officer is A, and those of which they are B."""
    owed = {visit.community_id for visit in problem.visits}
    mine = [community for key, community in problem.communities.items() if key in owed]
    return (
        tuple(community.id for community in mine if community.a_officer == officer_id),
        tuple(community.id for community in mine if community.b_officer == officer_id),
    )


def say(problem: WeeklyProblem, change: Change) -> Text:  # noqa: PLR0911 - one return a kind of change
    """Return a change in words; `problem` is the week before it."""
    match change:
        case WithoutOfficer():
            who = officer_name(problem, change.officer_id)
            return Text(f"少了{who}", f"without {who}")
        case WithOfficer():
            who = officer_name(problem, change.like)
            return Text(f"多一名持证队员,班次同{who}", f"one more certified officer, on duty with {who}")
        case WithGuest():
            return Text(f"{change.officer.name}来帮忙", f"{change.officer.name} as a guest")
        case WithBand() | WithoutBand():
            names = [officer_name(problem, officer) for officer in change.officer_ids]
            band, more = problem.bands[change.band_id].name, isinstance(change, WithBand)
            return Text(
                f"{'、'.join(names)}{'加上' if more else '不上'}{band}",
                f"{', '.join(names)} {'also work' if more else 'no longer work'} {band}",
            )
        case WithCommunity():
            place = community_name(problem, change.like)
            return Text(f"多一个像{place}这样的小区", f"one more community like {place}")
        case WithoutCommunity():
            place = community_name(problem, change.community_id)
            return Text(f"不再负责{place}", f"without {place}")
        case WithoutVehicle():
            what = next((v.name for v in problem.vehicles if v.id == change.vehicle_id), change.vehicle_id)
            return Text(f"少一辆车:{what}", f"without the vehicle {what}")
