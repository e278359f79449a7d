"""Who could answer a report in time, scene by scene through the week: sets of officers that change at exact seconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from planner.coverage import Watch, stretches
from planner.curves import Curve
from planner.phases import Seconds
from planner.response import Checked
from planner.team import Team

WORD = 64
Sets: TypeAlias = NDArray[np.uint64]
"""``(n, words)`` sets of officers, a bit for each."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """``[begin, end)`` stretches with who could be at one scene point in time; between them no report counts.

    Attributes
    ----------
    lead, company
        ``(n, words)`` those of the team's responders, and of its company where two must come; else both alike.
    """

    begin: Seconds
    end: Seconds
    lead: Sets
    company: Sets

    def at(self, instants: Seconds) -> tuple[NDArray[np.bool_], Sets, Sets]:
        """Return whether a report counts at each instant, and who could lead and be second then."""
        row = np.searchsorted(self.begin, instants, "right") - 1
        inside = (row >= 0) & (instants < self.end[np.maximum(row, 0)])
        return inside, self.lead[row], self.company[row]


def answers(check: Checked) -> dict[int, Steps]:
    """Return who could answer in time at each scene point, by column."""
    found: dict[int, Steps] = {}
    for scenes in check.scenes.values():
        for point in scenes.points:
            parts = [
                _team_steps(check, team, point, [watch for watch in scenes.watches if watch.team == team])
                for team in dict.fromkeys(watch.team for watch in scenes.watches)
            ]
            if parts:
                found[point] = _in_order(parts)
    return found


def _team_steps(check: Checked, team: Team, point: int, watches: Sequence[Watch]) -> Steps:
    points = np.array([point], dtype=np.int64)
    begin, end = stretches(check.curves, team, points, watches)
    changes = [
        crossing
        for officer in team.everybody
        for crossing in _crossings(check.curves[officer], points, begin, end, check.terms.limit)
    ]
    times = np.unique(np.concatenate([begin, *changes]))
    stretch = np.searchsorted(begin, times, "right") - 1
    until = np.minimum(np.append(times[1:], end[-1]), end[stretch])
    words = -(-len(check.lines) // WORD)
    lead, company = np.zeros((len(times), words), dtype=np.uint64), np.zeros((len(times), words), dtype=np.uint64)
    for officer in team.everybody:
        in_time = check.curves[officer].seconds(times, points)[:, 0] <= check.terms.limit
        bit = np.uint64(1 << officer % WORD)
        if officer in team.responders:
            lead[in_time, officer // WORD] |= bit
        if officer in (team.company or team.responders):
            company[in_time, officer // WORD] |= bit
    return Steps(times, until, lead, company)


def _crossings(curve: Curve, points: Seconds, begin: Seconds, end: Seconds, limit: int) -> Iterator[Seconds]:
    """Yield the first seconds within stretches at which a branch is on the other side of the limit, by bisection."""
    first, last = curve.each(begin, points)[:, :, 0] <= limit, curve.each(end - 1, points)[:, :, 0] <= limit
    for branch in range(len(first)):
        which = np.flatnonzero(first[branch] != last[branch])
        low, high = begin[which], end[which] - 1
        while (high - low > 1).any():
            middle = (low + high) // 2
            as_first = (curve.each(middle, points)[branch, :, 0] <= limit) == first[branch][which]
            low, high = np.where(as_first, middle, low), np.where(as_first, high, middle)
        yield high


def _in_order(parts: Sequence[Steps]) -> Steps:
    begin, end = np.concatenate([p.begin for p in parts]), np.concatenate([p.end for p in parts])
    lead, company = np.concatenate([p.lead for p in parts]), np.concatenate([p.company for p in parts])
    order = np.argsort(begin, kind="stable")
    begin, end, lead, company = begin[order], end[order], lead[order], company[order]
    fresh = np.append(
        True,
        (begin[1:] != end[:-1]) | (lead[1:] != lead[:-1]).any(axis=1) | (company[1:] != company[:-1]).any(axis=1),
    )
    closing = np.append(np.flatnonzero(fresh)[1:], len(begin)) - 1
    return Steps(begin[fresh], end[closing], lead[fresh], company[fresh])


def short_of_people(slots: Sequence[Sets]) -> NDArray[np.bool_]:
    """Return ``(n,)`` whether the slots cannot all go to different officers: Hall's condition, over every subset."""
    short = np.zeros(len(slots[0]), dtype=np.bool_)
    for size in range(1, len(slots) + 1):
        for some in combinations(slots, size):
            union = some[0]
            for other in some[1:]:
                union = union | other
            short |= np.bitwise_count(union).sum(axis=1) < size
    return short
