"""The one-second sampler: what the exact check is tested against. It shares no arithmetic with the check.

`sampled_timeline` reads phases, `sampled_officer` reads the plan itself; both paint one array with one cell a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.travel import TravelTimes
from planner.coverage import Scenes
from planner.curves import Terms
from planner.officer import VehicleKind
from planner.phases import NEVER, BreakTime, Idle, OnLeave, Service, Timeline, Travel
from planner.week import DAY, STATION, Leg, Rest, Route, WeeklyPlan, WeeklyProblem

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
    """The team asked at each second, as an index into `teams`; −1: a report then does not count.

    Where `company` is not empty, two of it must be there besides one of the team.
    """

    which: Array
    teams: list[tuple[int, ...]]
    company: tuple[int, ...] = ()


def sampled_timeline(timeline: Timeline, point: int, terms: Terms, horizon: int) -> Array:
    """R of one officer for an order at each second before `horizon`."""
    answer = np.full(horizon, NEVER, dtype=np.int64)
    for phase in timeline.phases:
        t = np.arange(phase.start, min(phase.end, horizon))
        if isinstance(phase, Idle):
            answer[t] = phase.setup + _row(phase)[point]
        elif isinstance(phase, Service | BreakTime):
            left = phase.finish - t
            answer[t] = (np.minimum(phase.wrap_up, left) if phase.breakable else left) + _row(phase)[point]
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


def _row(phase: Idle | Service | BreakTime) -> Array:
    assert isinstance(phase.onward, np.ndarray)
    return phase.onward


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
        if asked.company:
            crew = np.sort(
                [_delayed(answers[officer][:, t + terms.delay], terms.delay) for officer in asked.company], axis=0
            )
            best = np.maximum(best, crew[1]) if len(crew) > 1 else np.full_like(best, NEVER)
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
    for day in range(-(-horizon // DAY)):
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
    everybody = tuple(range(len(officers)))
    return Asked(which, [pair, everybody], everybody if policy.two_must_come else ())


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
            asked = _Asked(problem, travel[VehicleKind.CAR], hours[shift.band_id], gate)
            t = np.arange(start, end)
            answer[start:end] = policy.setup + asked.away(STATION, t + policy.setup)
    for route in plan.routes:
        if officer_id in route.crew.officers:
            times = travel[next(v.kind for v in problem.vehicles if v.id == route.vehicle_id)]
            asked = _Asked(problem, times, hours[route.band_id], gate)
            _paint(answer, route, asked, replace(asked, times=travel[VehicleKind.CAR]))
    duties = runs(on[:-1])
    for start, end in duties:
        t = np.arange(start, end)
        answer[t] = _kept(answer[t], t, end, terms)
    away = np.zeros(horizon, dtype=bool)
    for leave in problem.leave:
        if leave.officer_id == officer_id:
            day = (leave.day - problem.week.monday).days
            away[day * DAY : (day + 1) * DAY] = True
    return _off_duty(answer, [(start, end) for start, end in duties], away)


@dataclass(frozen=True)
class _Asked:
    """One gate, asked for from anywhere by one kind of vehicle in the traffic of `hour`, or of each hour."""

    problem: WeeklyProblem
    times: TravelTimes
    hour: int
    gate: str

    def away(self, origin: str, leaves: Array) -> Array:
        """Seconds to the gate from a place that is left at these instants, parking included."""

        def seconds(hour: int) -> int:
            matrix = self.times.matrix(hour)
            return int(matrix.seconds[matrix.places.index(origin), matrix.places.index(self.gate)])

        drive = self._driven(seconds, leaves)
        return drive + np.where(drive > 0, self.problem.policy.travel_buffer, 0)

    def onward(self, state: int, leaves: Array) -> Array:
        """Seconds to the gate from a node of a drive that is left at these instants, parking included."""

        def seconds(hour: int) -> int:
            return int(self.times.onward(np.array([state]), [self.gate], hour)[0, 0])

        return self._driven(seconds, leaves) + self.problem.policy.travel_buffer

    def _driven(self, seconds: Callable[[int], int], leaves: Array) -> Array:
        if not self.problem.policy.response.traffic_by_the_hour:
            return np.full(len(leaves), seconds(self.hour), dtype=np.int64)
        if not len(leaves) or seconds(0) >= NEVER or seconds(0) == 0:
            return np.full(len(leaves), seconds(0), dtype=np.int64)
        hours = {hour % 24 for hour in range(int(leaves.min()) // 3600, int(leaves.max()) // 3600 + 4)}
        paces = np.array([seconds(hour) if hour in hours else np.nan for hour in range(24)])
        if np.nanmin(paces) == np.nanmax(paces):
            return np.full(len(leaves), seconds(min(hours)), dtype=np.int64)
        share, now = np.ones(len(leaves)), leaves.astype(np.float64)
        while (share > 0).any():
            hour = np.floor(now / 3600)
            pace = paces[hour.astype(np.int64) % 24]
            until = np.minimum(now + share * pace, np.where(share > 0, (hour + 1) * 3600, now))
            arrived = share * pace <= (hour + 1) * 3600 - now
            share = np.where(arrived, 0, share - (until - now) / pace)
            now = until
        return np.ceil(now - leaves - 1e-6).astype(np.int64)


def _paint(answer: Array, route: Route, asked: _Asked, standby: _Asked) -> None:
    problem = asked.problem
    visits = {visit.id: visit for visit in problem.visits}
    setup = problem.policy.response.setup
    must_end: dict[int, int] = {}
    for stop, after in zip(route.stops, route.legs[1:], strict=True):
        place = f"{stop.community_id}/{stop.gate_id}"
        t = np.arange(stop.arrival, after.depart)
        answer[t] = setup + asked.away(place, t + setup)
        t = np.arange(stop.begin, stop.end)
        visit = visits[stop.visit_id]
        held = np.minimum(visit.wrap_up, stop.end - t) if visit.breakable else stop.end - t
        answer[t] = held + asked.away(place, t + held)
        must_end |= {} if visit.breakable else dict.fromkeys(range(stop.begin, stop.end), stop.end)
    if route.rest is not None:
        _paint_rest(answer, route, route.rest, (asked, standby), must_end)
    for leg in route.legs:
        if leg.depart < leg.arrive:
            _paint_leg(answer, leg, asked)
    for stop in route.stops:
        if stop.visit_id.startswith("report-"):
            answer[stop.begin : stop.end] = NEVER


def _paint_leg(answer: Array, leg: Leg, asked: _Asked) -> None:
    drive = asked.times.drive(leg.origin, leg.destination, asked.hour)
    response = asked.problem.policy.response
    reached = [min(leg.depart + int(s), leg.arrive) for s in drive.elapsed]
    reached = [*reached[:-1], leg.arrive] if len(reached) > 1 else [leg.depart, leg.arrive]
    back, began = asked.times.turned(drive.states[1:], asked.hour)
    for n, (a, b) in enumerate(pairwise(reached)):
        if a == b:
            continue
        t = np.arange(a, b)
        last = b == leg.arrive and n == len(reached) - 2
        onto = (
            asked.away(leg.destination, t[:1] * 0 + b)
            if last
            else asked.onward(int(drive.states[n + 1]), t[:1] * 0 + b)
        )
        answer[t] = b - t + onto
        if response.u_turns and n < len(back) and back[n] < NEVER:
            returned = response.u_turn + np.ceil((t - a) * int(back[n]) / (b - a) - 1e-9).astype(np.int64)
            answer[t] = np.minimum(answer[t], returned + asked.onward(int(began[n]), t + returned))


def _paint_rest(
    answer: Array, route: Route, rest: Rest, asked: tuple[_Asked, _Asked], must_end: Mapping[int, int]
) -> None:
    patrol, standby = asked
    rule = patrol.problem.policy.breaks[route.band_id]
    where = STATION
    for stop in route.stops:
        if stop.arrival <= rest.begin < route.back:
            where = f"{stop.community_id}/{stop.gate_id}"
    t = np.arange(rest.begin, rest.end)
    left = rest.end - t
    held = np.array([must_end.get(second, second) - second for second in t.tolist()])
    wait = np.where(held > 0, held, np.minimum(rule.wrap_up, left) if rule.breakable else left)
    answer[t] = wait + (standby if where == STATION else patrol).away(where, t + wait)
