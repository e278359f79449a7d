"""The exact two-hour check of a plan that is little changed: what nobody's change touches is taken from before.

Whoever is out on the same errands as before has the same response times, and a community is late when it was unless
somebody who answers for it has others while he does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from geo.travel import TravelTimes
from planner.coverage import Scenes, cover_all
from planner.curves import Curve, response_curve
from planner.duty import timelines
from planner.officer import VehicleKind
from planner.response import Checked
from planner.rulebook import Span
from planner.week import Route, StandBy, WeeklyPlan, WeeklyProblem


def rechecked(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    before: Checked,
    was: WeeklyPlan,
) -> Checked:
    """Return what `planner.response.checked` finds of a plan, in the time that its changes take.

    Parameters
    ----------
    before
        The check of `was`, a plan of the same week with the same people, shifts and visits; no scenes known.
    """
    numbers = {line.officer_id: n for n, line in enumerate(before.lines)}
    fresh = timelines(problem, plan, travel, hours, among=_touched(plan, was))
    lines, curves = list(before.lines), list(before.curves)
    changed: dict[int, list[Span]] = {}
    for line in fresh:
        number = numbers[line.officer_id]
        curve = response_curve(line, before.terms, len(before.points))
        spans = list(_differing(before.curves[number], curve))
        lines[number], curves[number] = line, curve
        if spans:
            changed[number] = spans
    affected = [n for n, scenes in enumerate(before.scenes.values()) if _concerns(scenes, changed)]
    scenes = list(before.scenes.values())
    covers = list(before.covers)
    for n, cover in zip(affected, cover_all(curves, [scenes[n] for n in affected], before.terms.limit), strict=True):
        covers[n] = cover
    return replace(before, lines=tuple(lines), curves=tuple(curves), covers=tuple(covers))


def _touched(plan: WeeklyPlan, was: WeeklyPlan) -> frozenset[str]:
    """Return whoever is out on an errand that only one of two plans has."""
    same = {id(errand) for errand in plan.errands} & {id(errand) for errand in was.errands}
    old, new = ([each for each in one.errands if id(each) not in same] for one in (was, plan))
    different = [each for each in old if each not in new] + [each for each in new if each not in old]
    return frozenset(officer for errand in different for officer in _people(errand))


def _people(errand: Route | StandBy) -> Sequence[str]:
    if isinstance(errand, StandBy):
        return (errand.officer_id,)
    return *errand.crew.officers, *errand.crew.auxiliaries


def _concerns(scenes: Scenes, changed: Mapping[int, Sequence[Span]]) -> bool:
    """Return whether somebody who answers for a community has other response times while he does."""
    return any(
        start < watch.end and watch.start < end
        for watch in scenes.watches
        for officer in watch.team.everybody
        for start, end in changed.get(officer, ())
    )


def _differing(one: Curve, other: Curve) -> Iterator[Span]:
    """Yield the spans of the lines that only one of two curves has."""
    if len(one.branches) != len(other.branches):
        yield from (span for curve in (one, other) for span, _ in _lines(curve))
        return
    mine, theirs = dict.fromkeys(_lines(one)), dict.fromkeys(_lines(other))
    yield from (line[0] for line in mine if line not in theirs)
    yield from (line[0] for line in theirs if line not in mine)


def _lines(curve: Curve) -> Iterator[tuple[Span, tuple[object, ...]]]:
    """Yield each line of a curve, from when to when it holds and all that it says."""
    for number, branch in enumerate(curve.branches):
        lines = branch.lines
        figures = [lines.falling, lines.hold, lines.since, lines.back, lines.whole]
        rows = zip(lines.starts.tolist(), lines.ends.tolist(), *(each.tolist() for each in figures), strict=True)
        for row, (start, end, *said) in enumerate(rows):
            whole = lines.base[row].tobytes(), branch.until[row].tobytes()
            yield (start, end), (number, *said, *whole, id(lines.profiles[row]))
