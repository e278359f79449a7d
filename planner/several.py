"""Several reports at once: whether each finds somebody in time, exactly, for all pairs of communities, or any few.

Two reports at two communities are both answered where two different officers are in time, one for each, or one is in
time for both in turn: there, the first dealt with, and at the second within the limit, with time to deal with that one
too before the shift ends. Two reports at one community are one for the crew that is there. Where two must come, each
report needs a crew of its own, and nobody serves two in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from planner.answers import WORD, Sets, Steps, answers, short_of_people
from planner.phases import Seconds
from planner.response import Checked
from planner.ways import Ways

Spans = list[tuple[int, int]]
AFTER_THE_WEEK = 8 * 86_400


@dataclass(frozen=True, slots=True)
class PairGap:
    """``[start, end)``: reports at both communities in it cannot both be reached in time.

    Attributes
    ----------
    officers
        Who could come to either, fewer than it takes; none where a report at one of them alone would be late.
    """

    communities: tuple[str, str]
    start: int
    end: int
    officers: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether one of the two reports would be late by itself."""
        return not self.officers


@dataclass(frozen=True, slots=True)
class TwoAtOnce:
    """Two reports at once, over all pairs of communities.

    Attributes
    ----------
    share
        Of all pairs' duty time in which both are reached in time, 0 to 1.
    every_pair
        Share of duty time in which that holds for every pair.
    gaps
        By pair and start.
    """

    share: float
    every_pair: float
    gaps: tuple[PairGap, ...]

    def late(self) -> dict[tuple[str, str], int]:
        """Return late seconds by pair, the most first."""
        total: dict[tuple[str, str], int] = {}
        for gap in self.gaps:
            total[gap.communities] = total.get(gap.communities, 0) + gap.end - gap.start
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def two_at_once(check: Checked, ways: Ways) -> TwoAtOnce:
    """Check two reports at once at every pair of communities, at every second of their duty hours."""
    steps = answers(check)
    in_turn = _InTurn(check, ways)
    gaps: list[PairGap] = []
    counted = 0
    watched: Spans = []
    for one, other in combinations(check.scenes, 2):
        alone: Spans = []
        short: Spans = []
        named: dict[tuple[int, int], tuple[str, ...]] = {}
        pairs = [
            (p, q) for p in check.scenes[one].points for q in check.scenes[other].points if p in steps and q in steps
        ]
        for p, q in pairs:
            both = _both(steps[p], steps[q], bool(check.scenes[one].watches[0].company))
            if (p, q) == pairs[0]:
                counted += int((both.end - both.begin).sum())
                watched += list(zip(both.begin.tolist(), both.end.tolist(), strict=True))
            alone += both.spans(both.alone)
            for start, end, officers in in_turn.left(both, p, q):
                short.append((start, end))
                named[start, end] = officers
        gaps += [PairGap((one, other), *span, ()) for span in joined(alone)]
        gaps += [PairGap((one, other), *span, _who(named, span)) for span in _less(joined(short), joined(alone))]
    late = sum(gap.end - gap.start for gap in gaps)
    duty = _length(joined(watched))
    out = _length(joined([(gap.start, gap.end) for gap in gaps]))
    gaps.sort(key=lambda gap: (gap.communities, gap.start))
    return TwoAtOnce(1 - late / counted if counted else 1.0, 1 - out / duty if duty else 1.0, tuple(gaps))


def several_at_once(check: Checked, community_ids: Sequence[str]) -> Spans:
    """Return ``[start, end)`` in which reports at all of some communities cannot go to different officers in time.

    Whichever gate they are at; instants at which a report at one of them does not count are left out. Nobody serves
    two in turn here.
    """
    if len(set(community_ids)) != len(community_ids):
        msg = "each community once"
        raise ValueError(msg)
    steps = answers(check)
    company = any(watch.company for name in community_ids for watch in check.scenes[name].watches)
    found: Spans = []
    for points in product(*(check.scenes[name].points for name in community_ids)):
        marks = np.unique(np.concatenate([edge for p in points for edge in (steps[p].begin, steps[p].end)]))
        begin, end = marks[:-1], marks[1:]
        read = [steps[p].at(begin) for p in points]
        slots = [sets for _, lead, second in read for sets in ((lead, second) if company else (lead,))]
        short = short_of_people(slots) & np.all([inside for inside, _, _ in read], axis=0)
        found += list(zip(begin[short].tolist(), end[short].tolist(), strict=True))
    return joined(found)


def joined(spans: Spans) -> Spans:
    """Return the union of spans, those that touch in one."""
    union: Spans = []
    for start, end in sorted(spans):
        if union and start <= union[-1][1]:
            union[-1] = union[-1][0], max(union[-1][1], end)
        else:
            union.append((start, end))
    return union


@dataclass(frozen=True, slots=True, eq=False)
class _Both:
    """Stretches in which reports at two points both count: who could come, and whether they are too few."""

    begin: Seconds
    end: Seconds
    alone: NDArray[np.bool_]
    short: NDArray[np.bool_]
    sets: Sets
    crews: bool

    def spans(self, which: NDArray[np.bool_]) -> Spans:
        """Return some of the stretches."""
        return list(zip(self.begin[which].tolist(), self.end[which].tolist(), strict=True))


def _both(one: Steps, other: Steps, crews: bool) -> _Both:  # noqa: FBT001  # whether each report needs two
    marks = np.unique(np.concatenate([one.begin, one.end, other.begin, other.end]))
    (a, lead_a, second_a), (b, lead_b, second_b) = one.at(marks[:-1]), other.at(marks[:-1])
    inside = a & b
    begin, end = marks[:-1][inside], marks[1:][inside]
    lead_a, second_a, lead_b, second_b = (sets[inside] for sets in (lead_a, second_a, lead_b, second_b))
    if crews:
        alone = short_of_people([lead_a, second_a]) | short_of_people([lead_b, second_b])
        short = short_of_people([lead_a, second_a, lead_b, second_b]) & ~alone
    else:
        alone = short_of_people([lead_a]) | short_of_people([lead_b])
        short = short_of_people([lead_a, lead_b]) & ~alone
    return _Both(begin, end, alone, short, second_a | second_b | lead_a | lead_b, crews)


class _InTurn:
    """Takes out of what is short of people what one officer can do in turn."""

    def __init__(self, check: Checked, ways: Ways) -> None:
        self._check, self._ways = check, ways
        self._ids = [line.officer_id for line in check.lines]
        self._starts = [np.array([duty.end for duty in line.duties], dtype=np.int64) for line in check.lines]

    def left(self, both: _Both, p: int, q: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yield the stretches that remain short, with who there is."""
        for row in np.flatnonzero(both.short).tolist():
            start, end = int(both.begin[row]), int(both.end[row])
            officers = members(both.sets[row])
            names = tuple(self._ids[officer] for officer in officers)
            if both.crews:
                yield start, end, names
                continue
            yield from ((a, b, names) for a, b in self._too_late(officers[0], p, q, start, end))

    def _too_late(self, officer: int, p: int, q: int, start: int, end: int) -> Spans:
        ends = np.array([start, end - 1], dtype=np.int64)
        curve, points = self._check.curves[officer], np.array([p, q], dtype=np.int64)
        marks = curve.breakpoints(points, [(start, end)])
        marks = np.unique(np.concatenate([ends[:1], marks[(marks > start) & (marks < end)]]))
        until = np.append(marks[1:], end)
        # whoever sets off later never arrives earlier, and a branch only rises or only falls: the ends bound a stretch
        high = np.maximum(curve.each(marks, points), curve.each(until - 1, points)).min(axis=0)
        fine = self._possible(officer, p, q, until - 1, high)
        found: Spans = []
        for a, b in joined(list(zip(marks[~fine].tolist(), until[~fine].tolist(), strict=True))):
            seconds = np.arange(a, b)
            late = ~self._possible(officer, p, q, seconds, curve.seconds(seconds, points))
            edges = np.flatnonzero(np.diff(np.concatenate([[0], late.astype(np.int8), [0]])))
            found += [(a + int(x), a + int(y)) for x, y in zip(edges[::2], edges[1::2], strict=True)]
        return found

    def _possible(self, officer: int, p: int, q: int, instants: Seconds, times: Seconds) -> NDArray[np.bool_]:
        """Return whether both could be done in turn by arrivals after ``(instants, 2)`` seconds, in either order."""
        terms, between = self._check.terms, self._ways.between[officer]
        duties = self._starts[officer]
        duty = np.searchsorted(duties, instants + terms.delay, "right")
        known = np.append(duties, -AFTER_THE_WEEK)[duty]
        latest = known + terms.overtime - terms.handling - instants
        possible = np.zeros(len(instants), dtype=np.bool_)
        for number, way in enumerate((between[p, q], between[q, p])):
            second = times[:, number] + terms.handling + way
            possible |= (second <= terms.limit) & (second <= latest)
        return possible


def members(sets: NDArray[np.uint64]) -> tuple[int, ...]:
    """Return the officers of one set, ``(words,)``."""
    return tuple(
        word * WORD + bit for word, bits in enumerate(sets.tolist()) for bit in range(WORD) if int(bits) >> bit & 1
    )


def _who(named: Mapping[tuple[int, int], tuple[str, ...]], span: tuple[int, int]) -> tuple[str, ...]:
    found = {name for (start, end), names in named.items() if start < span[1] and span[0] < end for name in names}
    return tuple(sorted(found))


def _less(spans: Spans, taken: Spans) -> Spans:
    left: Spans = []
    for start, end in spans:
        cursor = start
        for a, b in taken:
            if b <= cursor or a >= end:
                continue
            if a > cursor:
                left.append((cursor, a))
            cursor = max(cursor, b)
        if cursor < end:
            left.append((cursor, end))
    return left


def _length(spans: Spans) -> int:
    return sum(end - start for start, end in spans)
