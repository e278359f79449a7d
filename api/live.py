"""Who could come, how soon, and what each would leave undone: a live report against the published plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from api.commands import Opened
from api.scenes import SCENE, Scene
from casework.case import Case
from casework.obligation import KIND_NAMES
from geo.text import Text
from planner.event import Incident, ReportTakesCrew
from planner.event_reader import incident_to_dict
from planner.phases import NEVER
from planner.policy import MINUTE
from planner.response import Checked, checked
from planner.response_words import state_of
from planner.rulebook import members
from planner.standing import takes
from planner.week import Stop, WeeklyProblem
from planner.words import clock


@dataclass(frozen=True, slots=True)
class Responder:
    """An officer who might be sent.

    Attributes
    ----------
    seconds
        From the order to being there, None where he cannot come.
    in_time
        Whether that is within what is left of the two hours.
    post
        ``a``, ``b`` or empty: what he is to the community.
    doing
        What the plan has him do now.
    broken_off
        Visits that he would leave, or not come to in time: from now until the report is handled.
    left_undone
        The same in words.
    crew
        Who else goes with him: the report takes his whole crew.
    busy_with
        The case that he is on, None where he is on none.
    changes_plan
        Whether he is, or will be in this shift, out with a crew: the report then takes all of it.
    """

    officer_id: str
    name: str
    seconds: int | None
    in_time: bool
    post: str
    doing: Text
    broken_off: tuple[str, ...]
    left_undone: tuple[Text, ...]
    crew: tuple[str, ...]
    busy_with: str | None
    changes_plan: bool


def scene_of(case: Case) -> Scene | None:
    """Return a case's place as a scene of its community, None where it lies in none."""
    place = case.report.community_id
    return None if place is None else Scene(place, case.report.lon, case.report.lat)


def responders(opened: Opened, case: Case, now: datetime, busy: Mapping[str, str]) -> tuple[Responder, ...]:
    """Return all certified officers, who is there soonest first, those who cannot come last.

    Parameters
    ----------
    opened
        The published plan, its week prepared with `scene_of` the case among its scenes.
    busy
        The case that each officer is on who is on one.
    """
    prepared, plan = opened.prepared, opened.plan
    problem, place = prepared.problem, case.report.community_id
    if place is None:
        return ()
    check = checked(problem, plan, prepared.travel, prepared.hours, {place: (SCENE,)})
    point = check.points.index((place, SCENE))
    instant = problem.week.second(now)
    left = (case.due_at - now).total_seconds()
    found = [_responder(opened, check, number, point, instant, left) for number in range(len(check.lines))]
    found = [replace(one, busy_with=busy.get(one.officer_id)) for one in found]
    return tuple(sorted(found, key=_rank))


def report_event(opened: Opened, case: Case, officer_id: str, seconds: int, now: datetime) -> dict[str, Any]:
    """Return the event, as in docs/data-formats.md, of a report that takes an officer's crew from now on."""
    problem = opened.prepared.problem
    start, place = problem.week.second(now), case.report.community_id or ""
    end = start + seconds + problem.policy.response.handling
    return incident_to_dict(problem, Incident(ReportTakesCrew(start, officer_id, place, start, end)))


def _rank(one: Responder) -> tuple[bool, bool, int, str, str]:
    """Whoever is free and comes soonest first; of equals A before B before others."""
    return one.busy_with is not None, one.seconds is None, one.seconds or 0, one.post or "z", one.officer_id


def _responder(opened: Opened, check: Checked, number: int, point: int, instant: int, left: float) -> Responder:
    problem, line = opened.prepared.problem, check.lines[number]
    when, where = np.array([instant], dtype=np.int64), np.array([point], dtype=np.int64)
    seconds = int(check.curves[number].seconds(when, where)[0, 0])
    comes = seconds < NEVER
    community = problem.communities[check.points[point][0]]
    until = instant + (seconds if comes else 0) + problem.policy.response.handling
    event = ReportTakesCrew(instant, line.officer_id, community.id, instant, until)
    taken = [route for route in opened.plan.routes if takes(problem, route, event)]
    undone = _left_undone(opened, line.officer_id, instant, until) if comes else ()
    return Responder(
        officer_id=line.officer_id,
        name=problem.officers[line.officer_id].name,
        seconds=seconds if comes else None,
        in_time=comes and seconds <= left,
        post={community.a_officer: "a"}.get(line.officer_id, "b" if line.officer_id in community.answering else ""),
        doing=state_of(problem, line, instant, point, can_come=comes),
        broken_off=tuple(stop.visit_id for stop in undone),
        left_undone=tuple(_said(problem, stop) for stop in undone),
        crew=tuple(dict.fromkeys(mate for route in taken for mate in members(route) if mate != line.officer_id)),
        busy_with=None,
        changes_plan=bool(taken),
    )


def _left_undone(opened: Opened, officer_id: str, start: int, end: int) -> tuple[Stop, ...]:
    return tuple(
        stop
        for route in opened.plan.routes
        for stop in route.stops
        if officer_id in stop.officers and stop.begin < end and stop.end > start
    )


def _said(problem: WeeklyProblem, stop: Stop) -> Text:
    place, begin = problem.communities[stop.community_id].name, clock(stop.begin // MINUTE * MINUTE)
    visit = next((visit for visit in problem.visits if visit.id == stop.visit_id), None)
    kind = Text("勤务", "Visit") if visit is None else KIND_NAMES[visit.kind]
    return Text(f"{begin} {place}{kind.zh}", f"{begin} {place}, {kind.en.lower()}")
