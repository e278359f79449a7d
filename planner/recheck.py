"""The exact two-hour check of a plan that is little changed: what nobody's change touches is taken from before.

Whoever is out on the same errands as before has the same response times, and a community's check is what it was unless
somebody who answers for it has others while he does, and is or was quick enough to matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.travel import TravelTimes
from planner.coverage import HOUR, Coverage, Scenes, Watch, cover_all
from planner.curves import Curve, response_curve
from planner.duty import timelines
from planner.officer import VehicleKind
from planner.phases import Seconds
from planner.response import Checked
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
    lines, curves = list(before.lines), list(before.curves)
    changed: dict[int, _Changed] = {}
    for line in timelines(problem, plan, travel, hours, among=_touched(plan, was)):
        number = numbers[line.officer_id]
        curve = response_curve(line, before.terms, len(before.points))
        found = _changed(before.curves[number], curve)
        lines[number], curves[number] = line, curve
        if found is not None:
            changed[number] = found
    scenes, covers = list(before.scenes.values()), list(before.covers)
    concerned = _Concerned(changed)
    affected = [n for n, (scene, cover) in enumerate(zip(scenes, covers, strict=True)) if concerned(scene, cover)]
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


@dataclass(frozen=True, slots=True, eq=False)
class _Changed:
    """The lines that only one of two curves of an officer has.

    Attributes
    ----------
    starts, ends
        ``(lines,)`` instants from and until when each holds.
    falling
        ``(lines,)`` whether the response time falls a second per second.
    least
        ``(lines, points)`` response times that no report within a line stays below, to the instant where it falls.
    """

    starts: Seconds
    ends: Seconds
    falling: NDArray[np.bool_]
    least: Seconds

    def within(self, start: int, end: int) -> Seconds | None:
        """Return ``(points,)`` what these lines stay above within ``[start, end)``; None where none of them holds."""
        which = np.flatnonzero((self.starts < end) & (start < self.ends))
        if not len(which):
            return None
        last = np.minimum(self.ends[which], end) - 1
        least: Seconds = (self.least[which] - np.where(self.falling[which], last, 0)[:, None]).min(axis=0)
        return least


class _Concerned:
    """Whether a community's check changes when some officers' response times do."""

    def __init__(self, changed: Mapping[int, _Changed]) -> None:
        self._changed = changed
        self._known: dict[tuple[int, int, int], Seconds | None] = {}

    def __call__(self, scenes: Scenes, cover: Coverage) -> bool:
        """Say so; whoever was and is slower all the while than the slowest answer is nobody's answer."""
        points = np.array(scenes.points, dtype=np.int64)
        for watch in scenes.watches:
            slowest = int(cover.hourly[watch.start // HOUR : -(-watch.end // HOUR)].max())
            for officer in watch.team.everybody:
                least = self._within(officer, watch) if officer in self._changed else None
                if least is not None and (watch.company or least[points].min() <= slowest):
                    return True
        return False

    def _within(self, officer: int, watch: Watch) -> Seconds | None:
        key = officer, watch.start, watch.end
        if key not in self._known:
            self._known[key] = self._changed[officer].within(watch.start, watch.end)
        return self._known[key]


def _changed(one: Curve, other: Curve) -> _Changed | None:
    """Return the lines that only one of two curves has; None where they are the same."""
    mine, theirs = dict(_lines(one)), dict(_lines(other))
    apart = [row for key, row in mine.items() if key not in theirs]
    apart += [row for key, row in theirs.items() if key not in mine]
    if not apart:
        return None
    starts, ends, falling, least = zip(*apart, strict=True)
    return _Changed(np.array(starts), np.array(ends), np.array(falling), np.stack(least))


def _lines(curve: Curve) -> Iterator[tuple[tuple[object, ...], tuple[int, int, bool, Seconds]]]:
    """Yield all that each line of a curve says, and the line as `_Changed` has it.

    On what rises, or changes with the hour, anything may be the least.
    """
    for number, branch in enumerate(curve.branches):
        lines = branch.lines
        columns = [lines.starts, lines.ends, lines.falling, lines.hold, lines.since, lines.back, lines.whole]
        for row, said in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
            base, profile = lines.base[row], lines.profiles[row]
            key = number, *said, base.tobytes(), branch.until[row].tobytes(), id(profile)
            least = base if branch.steady else np.zeros_like(base)
            yield key, (said[0], said[1], said[2] and branch.steady, least)
