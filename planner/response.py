"""The two-hour arrival check of a plan: one report, anywhere, at any second of the duty hours; exact.

`planner.duty` says where everybody is, `planner.coverage` finds the slowest arrivals, and here the squad's rules say
who may answer whom and the result is named for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from geo.text import Text
from geo.travel import TravelTimes
from planner.coverage import Coverage, Scenes, Watch, cover_all
from planner.curves import Curve, Terms, response_curve
from planner.duty import Driven, scene_points, timelines
from planner.officer import VehicleKind
from planner.phases import NEVER, Seconds, Timeline
from planner.response_report import Arrival, Candidate, CommunityCover, CoverageGap, ResponseReport
from planner.response_words import NOWHERE, place_of, state_of, statements
from planner.team import NOBODY, Peak
from planner.week import DAY, WeeklyPlan, WeeklyProblem


def check_response(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    known: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> ResponseReport:
    """Check a plan against the two-hour promise at every second of the week's duty hours.

    Parameters
    ----------
    travel
        Travel times by kind of vehicle; they know the station, each community and each gate
        (`planner.reach.gate_place`).
    hours
        Hour of the day, 0 to 23, whose traffic applies in each band.
    known
        Where the scene of a report is known: by community, the scenes (``<community>/<scene>`` to `travel`) that take
        the place of its gates.
    """
    return report_of(problem, checked(problem, plan, travel, hours, known))


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A plan's two-hour check in numbers, with all it was made from, for whoever has further questions.

    Attributes
    ----------
    lines, curves
        What each certified officer does, and how long he takes to each of `points`; in the order of the roster.
    points
        (community, gate) of each scene point.
    scenes
        Community by community: its points, and who answers when (indices into `lines`).
    covers
        The check of each of `scenes`, in their order.
    driven
        What crews do on the plan's routes.
    """

    terms: Terms
    lines: tuple[Timeline, ...]
    points: tuple[tuple[str, str], ...]
    scenes: Mapping[str, Scenes]
    curves: tuple[Curve, ...]
    covers: tuple[Coverage, ...]
    driven: Driven
    estimated: bool


def checked(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    known: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Checked:
    """Check a plan as `check_response` does, in numbers, without words."""
    policy = problem.policy.response
    terms = Terms(policy.limit, policy.dispatch_delay, policy.handling, policy.overtime)
    driven: Driven = {}
    lines = timelines(problem, plan, travel, hours, known, driven=driven)
    points = scene_points(problem, known)
    scenes = _scenes(problem, lines, points)
    curves = tuple(response_curve(line, terms, len(points)) for line in lines)
    covers = cover_all(curves, tuple(scenes.values()), terms.limit)
    estimated = any(times.estimated for times in travel.values())
    return Checked(terms, lines, points, scenes, curves, covers, driven, estimated)


def report_of(problem: WeeklyProblem, check: Checked) -> ResponseReport:
    """Return a check told for people."""
    naming = _Naming(problem, check)
    pairs = list(zip(check.scenes, check.covers, strict=True))
    return ResponseReport(
        limit=check.terms.limit,
        communities=tuple(_community(naming, community_id, cover) for community_id, cover in pairs),
        gaps=tuple(
            _gap(naming, community_id, check.scenes[community_id], breach.start, breach.end, breach.peak)
            for community_id, cover in pairs
            for breach in cover.breaches
        ),
        duty=duty_hours(problem),
        estimated=check.estimated,
        statements=statements(problem, estimated=check.estimated),
    )


def duty_hours(problem: WeeklyProblem) -> tuple[tuple[int, int], ...]:
    """Return the week's duty hours ``[start, end)``: on each day from the first shift's start to the last one's end.

    A hole in the middle of a day is inside and shows as what it is; before, after and on days without any shift
    nobody is on duty, and a report counts from the next start of duty, which is itself checked.
    """
    spans: list[tuple[int, int]] = []
    for day in range(7):
        shifts = [shift for shift in problem.shifts if problem.day_of(shift) == day]
        if shifts:
            start, end = min(s.start for s in shifts) + day * DAY, max(s.end for s in shifts) + day * DAY
            if spans and spans[-1][1] == start:
                start = spans.pop()[0]
            spans.append((start, end))
    return tuple(spans)


def watches(
    problem: WeeklyProblem,
    duty: Sequence[tuple[int, int]],
    pair: tuple[int, ...],
    everyone: tuple[int, ...],
) -> tuple[Watch, ...]:
    """Return who answers when within duty hours: the A and B officers, or everyone where the policy widens it.

    Where two must come, the second is any of `everyone`.
    """
    policy = problem.policy.response
    wide = [
        (day * DAY + problem.bands[band].start, day * DAY + problem.bands[band].end)
        for day in range(7)
        for band in policy.certified_bands
        if band in problem.bands
    ]
    if policy.certified_on_rest_days:
        wide += [(day * DAY, (day + 1) * DAY) for day, working in enumerate(problem.working_days) if not working]
    found: list[Watch] = []
    for start, end in duty:
        marks = sorted({start, end, *(edge for span in wide for edge in span if start < edge < end)})
        for a, b in pairwise(marks):
            team = everyone if any(w[0] <= a < w[1] for w in wide) else pair
            company = everyone if policy.two_must_come else ()
            if found and found[-1].end == a and found[-1].responders == team:
                found[-1] = Watch(found[-1].start, b, team, company)
            else:
                found.append(Watch(a, b, team, company))
    return tuple(found)


def _scenes(problem: WeeklyProblem, lines: Sequence[Timeline], points: Sequence[tuple[str, str]]) -> dict[str, Scenes]:
    index = {line.officer_id: i for i, line in enumerate(lines)}
    columns: dict[str, list[int]] = {}
    for column, (community_id, _) in enumerate(points):
        columns.setdefault(community_id, []).append(column)
    duty = duty_hours(problem)
    scenes: dict[str, Scenes] = {}
    for community_id, own in columns.items():
        community = problem.communities[community_id]
        pair = tuple(index[post] for post in community.answering if post in index)
        everyone = (*pair, *(i for i in range(len(lines)) if i not in pair))
        scenes[community_id] = Scenes(tuple(own), watches(problem, duty, pair, everyone))
    return scenes


@dataclass(frozen=True, slots=True)
class _Naming:
    """What it takes to turn indices into names."""

    problem: WeeklyProblem
    check: Checked

    def seconds(self, officer: int, instant: int, point: int) -> int:
        """Return one officer's response time."""
        return int(self.check.curves[officer].seconds(_one(instant), _one(point))[0, 0])

    def state(self, officer: int, peak: Peak, seconds: int) -> tuple[Text, Text]:
        """Return what an officer does, and where, when the order for a report goes out."""
        ordered = peak.instant + self.check.terms.delay
        line = self.check.lines[officer]
        state = state_of(self.problem, line, ordered, peak.point, can_come=seconds < NEVER)
        return state, place_of(self.problem, line.phase_at(ordered))


def _one(number: int) -> Seconds:
    return np.array([number], dtype=np.int64)


def _community(naming: _Naming, community_id: str, cover: Coverage) -> CommunityCover:
    order = np.argsort(-cover.first, kind="stable").tolist()
    return CommunityCover(
        community_id,
        None if cover.peak is None else _arrival(naming, community_id, cover.peak),
        cover.watched,
        cover.late,
        tuple(cover.hourly.tolist()),
        tuple((naming.check.lines[i].officer_id, int(cover.first[i])) for i in order if cover.first[i] > 0),
    )


def _arrival(naming: _Naming, community_id: str, peak: Peak) -> Arrival:
    gate_id = naming.check.points[peak.point][1]
    if peak.responder == NOBODY:
        nobody = Text("没有人能到", "Nobody can come")
        return Arrival(community_id, gate_id, peak.instant, peak.seconds, None, nobody, NOWHERE)
    state, place = naming.state(peak.responder, peak, peak.seconds)
    officer_id = naming.check.lines[peak.responder].officer_id
    return Arrival(community_id, gate_id, peak.instant, peak.seconds, officer_id, state, place)


def _gap(naming: _Naming, community_id: str, scenes: Scenes, start: int, end: int, peak: Peak) -> CoverageGap:
    team = next(watch.team for watch in scenes.watches if watch.start <= peak.instant < watch.end)
    candidates = []
    for officer in team.everybody:
        seconds = naming.seconds(officer, peak.instant, peak.point)
        state, place = naming.state(officer, peak, seconds)
        over = NEVER if seconds >= NEVER else seconds - naming.check.terms.limit
        candidates.append(Candidate(naming.check.lines[officer].officer_id, state, place, seconds, over))
    candidates.sort(key=lambda candidate: candidate.seconds)
    gate_id = naming.check.points[peak.point][1]
    return CoverageGap(community_id, start, end, gate_id, peak.instant, peak.seconds, tuple(candidates))
