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
from planner.coverage import Scenes, Terms
from planner.officer import VehicleKind
from planner.phases import NEVER, BreakTime, Idle, OnLeave, Service, Timeline, Travel
from planner.week import DAY, STATION, Route, WeeklyPlan, WeeklyProblem

Array = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """F of one community at every second; −1 where no report counts. `wins` are strict, `ties` count draws too."""

    slowest: Array
    intervals: list[tuple[int, int]]
    wins: dict[int, int]
    ties: dict[int, int]


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


def sampled_community(answers: Sequence[Array], teams: Sequence[tuple[int, ...] | None], terms: Terms) -> Sample:
    """F from ``answers[officer][point, order second]`` and who may answer at each second (None: does not count)."""
    horizon = len(teams)
    points = answers[0].shape[0]
    at = np.arange(horizon) + terms.delay
    slowest = np.full(horizon, -1, dtype=np.int64)
    wins: dict[int, int] = {}
    ties: dict[int, int] = {}
    for team in set(teams) - {None}:
        assert team is not None
        t = np.array([second for second, who in enumerate(teams) if who == team], dtype=np.int64)
        best = np.full((points, len(t)), NEVER, dtype=np.int64)
        for officer in team:
            best = np.minimum(best, _delayed(answers[officer][:, at[t]], terms.delay))
        slowest[t] = best.max(axis=0)
        for officer in team:
            mine = _delayed(answers[officer][0, at[t]], terms.delay)
            rest = [_delayed(answers[o][0, at[t]], terms.delay) for o in team if o != officer]
            others = np.min([np.full(len(t), NEVER), *rest], axis=0)
            wins[officer] = wins.get(officer, 0) + int((mine < others).sum())
            ties[officer] = ties.get(officer, 0) + int(((mine <= others) & (mine < NEVER)).sum())
    return Sample(slowest, runs(slowest > terms.limit), wins, ties)


def _delayed(answer: Array, delay: int) -> Array:
    return np.where(answer < NEVER, answer + delay, NEVER)


def runs(late: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches ``[start, end)`` where `late` holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], late, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def teams_of(scenes: Scenes, horizon: int) -> list[tuple[int, ...] | None]:
    """Who may answer a report at each second."""
    teams: list[tuple[int, ...] | None] = [None] * horizon
    for watch in scenes.watches:
        teams[watch.start : watch.end] = [watch.responders] * (watch.end - watch.start)
    return teams


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
            answer[start:end] = policy.setup + _drive(problem, travel[VehicleKind.CAR], STATION, gate, hours[shift.band_id])
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
        rule = problem.policy.breaks[route.band_id]
        where = STATION
        for stop in route.stops:
            if stop.arrival <= route.rest.begin:
                where = f"{stop.community_id}/{stop.gate_id}"
        if route.rest.begin >= route.back:
            where = STATION
        kind = times if where != STATION else travel[VehicleKind.CAR]
        d = _drive(problem, kind, where, gate, hour)
        for t in range(route.rest.begin, route.rest.end):
            left_now = route.rest.end - t
            wait = must_end[t] - t if t in must_end else min(rule.wrap_up, left_now) if rule.breakable else left_now
            answer[t] = wait + d
    for leg in route.legs:
        if leg.depart == leg.arrive:
            continue
        drive = times.drive(leg.origin, leg.destination, hour)
        onward = times.onward(drive.states, [gate], hour)[:, 0].tolist()
        reached = [leg.depart + int(second) for second in drive.elapsed[:-1]] + [leg.arrive]
        for (a, _), (b, further) in pairwise(zip(reached, onward, strict=True)):
            parked = further + (problem.policy.travel_buffer if further > 0 else 0)
            answer[a:b] = np.arange(b - a, 0, -1) + parked


def _drive(problem: WeeklyProblem, times: TravelTimes, origin: str, gate: str, hour: int) -> int:
    matrix = times.matrix(hour)
    seconds = int(matrix.seconds[matrix.places.index(origin), matrix.places.index(gate)])
    return seconds + problem.policy.travel_buffer if seconds > 0 else 0
