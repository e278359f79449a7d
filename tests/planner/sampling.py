"""The one-second sampler: what the exact check is tested against. It shares no arithmetic with the check.

`sampled_timeline` reads phases, `sampled_officer` reads the plan itself; both paint one array with one cell a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.travel import TravelTimes
from planner.coverage import Scenes
from planner.curves import Terms
from planner.officer import VehicleKind
from planner.phases import NEVER, BreakTime, Idle, OnLeave, Service, Timeline, Travel
from planner.week import DAY, STATION, Rest, Route, WeeklyPlan, WeeklyProblem

Array = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """F of one community at every second; −1 where no report counts. `wins` are strict, `ties` count draws too."""

    slowest: Array
    intervals: list[tuple[int, int]]
    wins: dict[int, int]
    ties: dict[int, int]


@dataclass(frozen=True)
class Asked:
    """The team asked at each second, as an index into `teams`; −1: a report then does not count."""

    which: Array
    teams: list[tuple[int, ...]]


def sampled_timeline(timeline: Timeline, point: int, terms: Terms, horizon: int) -> Array:
    """R of one officer for an order at each second before `horizon`."""
    answer = np.full(horizon, NEVER, dtype=np.int64)
    for phase in timeline.phases:
        t = np.arange(phase.start, min(phase.end, horizon))
        if isinstance(phase, Idle):
            answer[t] = phase.setup + phase.onward[point]
        elif isinstance(phase, Service | BreakTime):
            left = phase.finish - t
            answer[t] = (np.minimum(phase.wrap_up, left) if phase.breakable else left) + phase.onward[point]
        elif isinstance(phase, Travel):
            ahead = np.array([np.flatnonzero(phase.nodes > second)[0] for second in t], dtype=np.int64)
            answer[t] = phase.nodes[ahead] - t + phase.onward[ahead, point]
    for duty in timeline.duties:
        t = np.arange(duty.start, min(duty.end, horizon))
        answer[t] = _kept(answer[t], t, duty.end, terms)
    away = np.zeros(horizon, dtype=bool)
    for phase in timeline.phases:
        away[phase.start : phase.end] = isinstance(phase, OnLeave)
    return _off_duty(answer, [(duty.start, duty.end) for duty in timeline.duties], away)


def _kept(answer: Array, t: Array, end: int, terms: Terms) -> Array:
    return np.where((answer < NEVER) & (t + answer + terms.handling <= end + terms.overtime), answer, NEVER)


def _off_duty(answer: Array, duties: Sequence[tuple[int, int]], away: NDArray[np.bool_]) -> Array:
    horizon = len(answer)
    answer = answer.copy()
    free_from = 0
    for start, end in [*duties, (horizon, horizon)]:
        t = np.arange(free_from, min(start, horizon))
        known = start < horizon and answer[start] < NEVER
        answer[t] = start - t + answer[start] if known else NEVER
        free_from = end
    answer[away] = NEVER
    return answer


def sampled_community(answers: Sequence[Array], asked: Asked, terms: Terms) -> Sample:
    """F from ``answers[officer][point, order second]`` and who is asked at each second."""
    horizon = len(asked.which)
    points = answers[0].shape[0]
    slowest = np.full(horizon, -1, dtype=np.int64)
    wins = dict.fromkeys(range(len(answers)), 0)
    ties = dict.fromkeys(range(len(answers)), 0)
    for number, team in enumerate(asked.teams):
        t = np.flatnonzero(asked.which == number)
        best = np.full((points, len(t)), NEVER, dtype=np.int64)
        mains = {}
        for officer in team:
            answer = _delayed(answers[officer][:, t + terms.delay], terms.delay)
            best = np.minimum(best, answer)
            mains[officer] = answer[0]
        slowest[t] = best.max(axis=0)
        for officer, mine in mains.items():
            others = np.full(len(t), NEVER)
            for other in set(team) - {officer}:
                others = np.minimum(others, mains[other])
            wins[officer] += int((mine < others).sum())
            ties[officer] += int(((mine <= others) & (mine < NEVER)).sum())
    return Sample(slowest, runs(slowest > terms.limit), wins, ties)


def _delayed(answer: Array, delay: int) -> Array:
    return np.where(answer < NEVER, answer + delay, NEVER)


def runs(late: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches ``[start, end)`` where `late` holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], late, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def asked_in(scenes: Scenes, horizon: int) -> Asked:
    """Who is asked at each second by the watches of `scenes`."""
    which = np.full(horizon, -1, dtype=np.int64)
    for number, watch in enumerate(scenes.watches):
        which[watch.start : watch.end] = number
    return Asked(which, [watch.responders for watch in scenes.watches])


def asked_by_policy(problem: WeeklyProblem, community_id: str, officers: Sequence[str], horizon: int) -> Asked:
    """Who is asked at each second by the policy: A and B, or everybody in `officers`; nobody outside duty hours."""
    one, policy = problem.communities[community_id], problem.policy.response
    which = np.full(horizon, -1, dtype=np.int64)
    for day in range(horizon // DAY):
        today = [(s.start, s.end) for s in problem.shifts if problem.day_of(s) == day]
        if not today:
            continue
        which[day * DAY + min(s for s, _ in today) : day * DAY + max(e for _, e in today)] = 0
        wide = [(0, DAY)] if policy.certified_on_rest_days and not problem.working_days[day] else []
        wide += [(problem.bands[band].start, problem.bands[band].end) for band in policy.certified_bands]
        for start, end in wide:
            cells = which[day * DAY + start : day * DAY + end]
            cells[cells == 0] = 1
    pair = tuple(i for i, officer in enumerate(officers) if officer in {one.a_officer, one.b_officer})
    return Asked(which, [pair, tuple(range(len(officers)))])


def sampled_officer(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    officer_id: str,
    gate: str,
    horizon: int,
) -> Array:
    """R of one officer to the gate `gate` for an order at each second, read off the plan itself."""
    policy = problem.policy.response
    terms = Terms(policy.limit, 0, policy.handling, policy.overtime)
    answer = np.full(horizon, NEVER, dtype=np.int64)
    on = np.zeros(horizon + 1, dtype=bool)
    for shift in problem.shifts:
        if shift.officer_id == officer_id:
            start = problem.day_of(shift) * DAY + shift.start
            end = problem.day_of(shift) * DAY + shift.end
            on[start:end] = True
            answer[start:end] = policy.setup + _drive(
                problem, travel[VehicleKind.CAR], STATION, gate, hours[shift.band_id]
            )
    for route in plan.routes:
        if officer_id in route.crew.officers:
            _paint(answer, problem, route, travel, hours[route.band_id], gate)
    duties = runs(on[:-1])
    for start, end in duties:
        t = np.arange(start, end)
        answer[t] = _kept(answer[t], t, end, terms)
    away = np.zeros(horizon, dtype=bool)
    for leave in problem.leave:
        if leave.officer_id == officer_id:
            day = (leave.day - problem.week.monday).days
            away[day * DAY : (day + 1) * DAY] = True
    return _off_duty(answer, duties, away)


def _paint(
    answer: Array,
    problem: WeeklyProblem,
    route: Route,
    travel: Mapping[VehicleKind, TravelTimes],
    hour: int,
    gate: str,
) -> None:
    times = travel[next(v.kind for v in problem.vehicles if v.id == route.vehicle_id)]
    visits = {visit.id: visit for visit in problem.visits}
    setup = problem.policy.response.setup
    must_end: dict[int, int] = {}
    for stop, after in zip(route.stops, route.legs[1:], strict=True):
        d = _drive(problem, times, f"{stop.community_id}/{stop.gate_id}", gate, hour)
        answer[stop.arrival : after.depart] = setup + d
        left = np.arange(stop.end - stop.begin, 0, -1)
        visit = visits[stop.visit_id]
        answer[stop.begin : stop.end] = (np.minimum(visit.wrap_up, left) if visit.breakable else left) + d
        must_end |= {} if visit.breakable else dict.fromkeys(range(stop.begin, stop.end), stop.end)
    if route.rest is not None:
        _paint_rest(answer, problem, route, route.rest, (times, travel[VehicleKind.CAR]), (hour, gate, must_end))
    for leg in route.legs:
        if leg.depart == leg.arrive:
            continue
        drive = times.drive(leg.origin, leg.destination, hour)
        onward = times.onward(drive.states, [gate], hour)[:, 0].tolist()
        if len(onward) == 1:
            onward *= 2
        reached = [min(leg.depart + int(s), leg.arrive) for s in drive.elapsed[: len(onward) - 1]] + [leg.arrive]
        for n, (a, b) in enumerate(pairwise(reached), start=1):
            walk = problem.policy.travel_buffer if n < len(onward) - 1 or onward[n] > 0 else 0
            answer[a:b] = np.arange(b - a, 0, -1) + onward[n] + walk


def _paint_rest(
    answer: Array,
    problem: WeeklyProblem,
    route: Route,
    rest: Rest,
    times: tuple[TravelTimes, TravelTimes],
    asked: tuple[int, str, Mapping[int, int]],
) -> None:
    (patrol, standby), (hour, gate, must_end) = times, asked
    rule = problem.policy.breaks[route.band_id]
    where = STATION
    for stop in route.stops:
        if stop.arrival <= rest.begin < route.back:
            where = f"{stop.community_id}/{stop.gate_id}"
    d = _drive(problem, standby if where == STATION else patrol, where, gate, hour)
    for t in range(rest.begin, rest.end):
        left = rest.end - t
        wait = must_end[t] - t if t in must_end else min(rule.wrap_up, left) if rule.breakable else left
        answer[t] = wait + d


def _drive(problem: WeeklyProblem, times: TravelTimes, origin: str, gate: str, hour: int) -> int:
    matrix = times.matrix(hour)
    seconds = int(matrix.seconds[matrix.places.index(origin), matrix.places.index(gate)])
    return seconds + problem.policy.travel_buffer if seconds > 0 else 0
