"""Where everybody is at each moment of the week and how soon each would be at a gate, as plain data for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from geo.text import Language
from maps.base import encode
from planner.curves import Curve
from planner.phases import NEVER, DutyPhase, Off, OnLeave, Seconds, Travel
from planner.presence import lonlat
from planner.response import Checked
from planner.response_words import doing
from planner.week import WeeklyPlan, WeeklyProblem

Data = dict[str, Any]
LonLat = tuple[float, float]


def whereabouts(problem: WeeklyProblem, plan: WeeklyPlan, check: Checked, language: Language) -> list[Data]:
    """Return each certified officer's name, and his phases on duty: from, to, where or along which way, doing what.

    A phase is ``[start, end, words, lon, lat]``, on the road ``[start, end, words, depart, arrive, way]`` with the way
    as `maps.base.encode` has it; it is driven evenly between departure and arrival.
    """
    paths = _paths(plan)
    return [
        {
            "name": problem.officers[line.officer_id].name,
            "phases": [
                _phase(problem, phase, paths, language)
                for phase in line.phases
                if not isinstance(phase, Off | OnLeave) and phase.start < phase.end
            ],
        }
        for line in check.lines
    ]


def response_pieces(problem: WeeklyProblem, check: Checked, community_id: str) -> Data:
    """Return who answers a community when, and how soon each would be at each of its gates.

    Watches are ``[start, end, officers, whether two must come]``. Of each officer and gate the response time is a flat
    list ``[start, length, first, last, …]``: within `length` seconds it goes evenly from `first` to `last`; −1: never.
    """
    scenes = check.scenes[community_id]
    gates = {gate.id: gate.name for gate in problem.communities[community_id].gates}
    watches = sorted(scenes.watches, key=lambda watch: watch.start)
    spans: dict[int, list[tuple[int, int]]] = {}
    for watch in watches:
        for officer in watch.team.everybody:
            spans.setdefault(officer, []).append((watch.start, watch.end))
    return {
        "watches": [[w.start, w.end, list(w.team.everybody), len(w.responders), bool(w.company)] for w in watches],
        "gates": [gates.get(check.points[point][1], check.points[point][1]) for point in scenes.points],
        "times": {
            str(officer): [_pieces(check.curves[officer], point, mine) for point in scenes.points]
            for officer, mine in sorted(spans.items())
        },
    }


def _pieces(curve: Curve, point: int, spans: list[tuple[int, int]]) -> list[int]:
    points = np.array([point], dtype=np.int64)
    marks = np.unique(np.concatenate([curve.breakpoints(points, spans), np.array(spans, dtype=np.int64).ravel()]))
    inside = np.zeros(len(marks), dtype=np.bool_)
    for low, high in spans:
        inside |= (marks >= low) & (marks < high)
    begin, last = marks[inside], marks[np.flatnonzero(inside) + 1] - 1
    if not len(begin):
        return []
    first_value, last_value = curve.seconds(begin, points)[:, 0], curve.seconds(last, points)[:, 0]
    return [int(number) for piece in _merged(begin, last, first_value, last_value) for number in piece]


def _merged(begin: Seconds, last: Seconds, first: Seconds, final: Seconds) -> Iterator[tuple[int, int, int, int]]:
    """Yield pieces, those that go on along the same line in one."""
    current: tuple[int, int, int, int] | None = None
    for start, stop, a, b in zip(begin.tolist(), last.tolist(), first.tolist(), final.tolist(), strict=True):
        if current is not None:
            start0, stop0, a0, b0 = current
            slope = 0 if a0 == b0 else -1
            level = a == b and a0 == b0 and a == a0
            falls = slope == -1 and b0 - a0 == start0 - stop0 and a == b0 - 1 and b - a == start - stop
            if stop0 + 1 == start and (level or falls):
                current = start0, stop, a0, b
                continue
            yield start0, stop0 - start0, _known(a0), _known(b0)
        current = start, stop, a, b
    if current is not None:
        yield current[0], current[1] - current[0], _known(current[2]), _known(current[3])


def _known(seconds: int) -> int:
    return -1 if seconds >= NEVER else seconds


def _phase(
    problem: WeeklyProblem, phase: DutyPhase, paths: Mapping[tuple[str, str, int], list[int]], language: Language
) -> list[Any]:
    words = doing(problem, phase).say(language)
    if isinstance(phase, Travel):
        depart, arrive = int(phase.nodes[0]), int(phase.nodes[-1])
        straight = encode([lonlat(problem, phase.origin), lonlat(problem, phase.destination)])
        way = paths.get((phase.origin, phase.destination, depart), straight)
        return [phase.start, phase.end, words, depart, arrive, way]
    lon, lat = lonlat(problem, phase.place)
    return [phase.start, phase.end, words, round(lon, 6), round(lat, 6)]


def _paths(plan: WeeklyPlan) -> dict[tuple[str, str, int], list[int]]:
    legs = [leg for route in plan.routes for leg in route.legs] + [leg for item in plan.standby for leg in item.legs]
    return {(leg.origin, leg.destination, leg.depart): encode(leg.path) for leg in legs if len(leg.path) > 1}
