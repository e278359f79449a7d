"""The exact two-hour check of a plan that is little changed: what nobody's change touches is taken from before.

Whoever is out on the same errands as before has the same response times, and a community's check is what it was unless
somebody who answers for it has others while he does, and is or was quick enough to matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.travel import TravelTimes
from planner.coverage import HOUR, Coverage, Scenes, Watch, cover_all, slowest
from planner.curves import Curve, response_curve
from planner.duty import timelines
from planner.officer import VehicleKind
from planner.phases import Seconds
from planner.response import Checked
from planner.team import Peak
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
    driven = {id(route): before.driven[id(route)] for route in plan.routes if id(route) in before.driven}
    for line in timelines(problem, plan, travel, hours, among=_touched(plan, was), driven=driven):
        number = numbers[line.officer_id]
        curve = response_curve(line, before.terms, len(before.points))
        found = _changed(before.curves[number], curve)
        lines[number], curves[number] = line, curve
        if found is not None:
            changed[number] = found
    covers = _covered(before, curves, changed)
    return replace(before, lines=tuple(lines), curves=tuple(curves), covers=covers, driven=driven)


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


class _Affected:
    """In which watches a community's check changes when some officers' response times do."""

    def __init__(self, changed: Mapping[int, _Changed]) -> None:
        self._changed = changed
        self._known: dict[tuple[int, int, int], Seconds | None] = {}

    def watches(self, scenes: Scenes, cover: Coverage) -> frozenset[Watch]:
        """Return them; whoever was and is slower all the while than the slowest answer is nobody's answer."""
        points = np.array(scenes.points, dtype=np.int64)
        return frozenset(watch for watch in scenes.watches if self._affected(watch, points, cover))

    def _affected(self, watch: Watch, points: Seconds, cover: Coverage) -> bool:
        for officer in self._changed:
            if officer in watch.responders or officer in watch.company:
                least = self._within(officer, watch)
                if least is not None and (watch.company or least[points].min() <= _slowest_hour(cover, watch)):
                    return True
        return False

    def _within(self, officer: int, watch: Watch) -> Seconds | None:
        key = officer, watch.start, watch.end
        if key not in self._known:
            self._known[key] = self._changed[officer].within(watch.start, watch.end)
        return self._known[key]


def _slowest_hour(cover: Coverage, watch: Watch) -> int:
    return int(cover.hourly[watch.start // HOUR : -(-watch.end // HOUR)].max())


def _covered(before: Checked, curves: Sequence[Curve], changed: Mapping[int, _Changed]) -> tuple[Coverage, ...]:
    """Return the check of each community: only the stints with an affected watch are made anew."""
    affected, covers = _Affected(changed), list(before.covers)
    again: dict[int, Scenes] = {}
    for n, (scenes, cover) in enumerate(zip(before.scenes.values(), covers, strict=True)):
        watches = affected.watches(scenes, cover)
        apart = [watch for stint in _stints(scenes.watches) if not watches.isdisjoint(stint) for watch in stint]
        if apart:
            again[n] = Scenes(scenes.points, tuple(apart))
    parts, limit = list(again.values()), before.terms.limit
    old, new = cover_all(before.curves, parts, limit), cover_all(curves, parts, limit)
    peaks = _peaks_elsewhere(before, again)
    for n, was, now in zip(again, old, new, strict=True):
        covers[n] = _patched(covers[n], again[n].watches, was, now, peaks[n])
    return tuple(covers)


def _stints(watches: Iterable[Watch]) -> list[list[Watch]]:
    """Return watches in groups that neither touch nor share an hour, in the order of time."""
    groups: list[list[Watch]] = []
    for watch in sorted(watches, key=lambda watch: watch.start):
        if groups and watch.start <= -(-groups[-1][-1].end // HOUR) * HOUR:
            groups[-1].append(watch)
        else:
            groups.append([watch])
    return groups


def _peaks_elsewhere(before: Checked, again: Mapping[int, Scenes]) -> Mapping[int, Peak | None]:
    """Return the slowest arrival in each community outside the stints that are checked again."""
    whole = list(before.scenes.values())
    peaks = {n: before.covers[n].peak for n in again}
    lost: dict[int, Scenes] = {}
    for n, peak in peaks.items():
        apart = again[n].watches
        if peak is not None and any(watch.start <= peak.instant < watch.end for watch in apart):
            others = [stint for stint in _stints(whole[n].watches) if stint[0] not in apart]
            hours = [max(_slowest_hour(before.covers[n], watch) for watch in stint) for stint in others]
            lost[n] = Scenes(whole[n].points, tuple(others[hours.index(max(hours))]) if others else ())
    for n, cover in zip(lost, cover_all(before.curves, list(lost.values()), before.terms.limit), strict=True):
        peaks[n] = cover.peak
    return peaks


def _patched(cover: Coverage, again: Iterable[Watch], was: Coverage, now: Coverage, elsewhere: Peak | None) -> Coverage:
    """Return a check in which some stints, of which another found what `was`, are as `now`."""
    hourly = cover.hourly.copy()
    for watch in again:
        hours = slice(watch.start // HOUR, -(-watch.end // HOUR))
        hourly[hours] = now.hourly[hours]
    kept = [breach for breach in cover.breaches if breach not in was.breaches]
    return Coverage(
        slowest((elsewhere, now.peak)),
        tuple(sorted((*kept, *now.breaches), key=lambda breach: breach.start)),
        hourly,
        cover.watched,
        cover.late - was.late + now.late,
        cover.first - was.first + now.first,
    )


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
