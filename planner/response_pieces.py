"""How a community's arrival time goes through the week: exact pieces, each level or falling a second per second.

Whole weeks are summed up from such pieces: the seconds for which an arrival takes so and so long, weighted or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.coverage import Scenes, stretches
from planner.curves import Curve
from planner.phases import NEVER, Seconds
from planner.team import HOUR, Team

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """``[begin, end)`` in which the arrival takes `seconds` at first, and stays or falls one second per second."""

    begin: Seconds
    end: Seconds
    seconds: Seconds
    falling: NDArray[np.bool_]

    @property
    def length(self) -> Seconds:
        """Seconds that each piece lasts; it lies within one hour."""
        return self.end - self.begin


def pieces_of(curves: Sequence[Curve], scenes: Scenes) -> Pieces:
    """Return the arrival times at a community through all of its watches, in order within each."""
    points = np.array(scenes.points, dtype=np.int64)
    found = [
        piece
        for team in dict.fromkeys(watch.team for watch in scenes.watches)
        for piece in _team_pieces(curves, scenes, team, points)
    ]
    begin, end, seconds, falling = (np.concatenate(column) for column in zip(*found, strict=True)) if found else _NONE
    return Pieces(begin, end, seconds, falling.astype(np.bool_))


_NONE = (np.zeros(0, dtype=np.int64),) * 4


def _team_pieces(
    curves: Sequence[Curve], scenes: Scenes, team: Team, points: Seconds
) -> Iterator[tuple[Seconds, Seconds, Seconds, NDArray[np.bool_]]]:
    watches = [watch for watch in scenes.watches if watch.team == team]
    begin, end = stretches(curves, team, points, watches)
    if not all(curves[officer].steady for officer in team.everybody):
        # where lines may rise, second by second: that is exact too, only longer
        begin = np.concatenate([np.arange(a, b) for a, b in zip(begin.tolist(), end.tolist(), strict=True)])
        end = begin + 1
    while len(begin):
        first, last = _arrival(curves, team, points, begin), _arrival(curves, team, points, end - 1)
        level = first == last
        falling = ~level & (first - last == end - 1 - begin)
        whole = level | falling
        yield begin[whole], end[whole], first[whole], falling[whole]
        begin, end = begin[~whole], end[~whole]
        middle = (begin + end) // 2
        begin, end = np.concatenate([begin, middle]), np.concatenate([middle, end])


def _arrival(curves: Sequence[Curve], team: Team, points: Seconds, instants: Seconds) -> Seconds:
    shape = (len(team.everybody), len(instants), len(points))
    values = np.full(shape, NEVER, dtype=np.int64)
    for number, officer in enumerate(team.everybody):
        values[number] = curves[officer].seconds(instants, points)
    slowest: Seconds = team.arrival(values).max(axis=1)
    return slowest


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How arrival times are spread: `weight[s]` is that of reports reached after `s` seconds, `never` of the others."""

    weight: Weights
    never: float

    def percentile(self, share: float) -> int | None:
        """Return the least seconds within which `share` (0 to 1) of all reports are reached; None: so many are not."""
        total = float(self.weight.sum()) + self.never
        reached = np.cumsum(self.weight)
        within = np.flatnonzero(reached >= share * total - 1e-9 * total)
        return int(within[0]) if total > 0 and len(within) else None

    def within(self, seconds: int) -> float:
        """Return the share of reports reached within so many seconds; 1 where there are none."""
        total = float(self.weight.sum()) + self.never
        return float(self.weight[: seconds + 1].sum()) / total if total > 0 else 1.0


def spread_of(pieces: Mapping[str, Pieces], rate: Mapping[str, Weights]) -> Spread:
    """Return the spread over communities of arrival times, each second weighing as much as `rate` says.

    Parameters
    ----------
    rate
        By community ``(168,)`` weights of a second in each hour of the week; Monday 00:00 is the first.
    """
    longest = max((int(one.seconds[one.seconds < NEVER].max(initial=0)) for one in pieces.values()), default=0)
    change, never = np.zeros(longest + 2), 0.0
    for community_id, one in pieces.items():
        weight = rate[community_id][one.begin // HOUR]
        out = one.seconds >= NEVER
        never += float((weight * one.length)[out].sum())
        level, falls = ~out & ~one.falling, ~out & one.falling
        np.add.at(change, one.seconds[level], (weight * one.length)[level])
        np.add.at(change, one.seconds[level] + 1, -(weight * one.length)[level])
        # a falling piece takes each value from its first to its last for one second
        np.add.at(change, (one.seconds - one.length + 1)[falls], weight[falls])
        np.add.at(change, one.seconds[falls] + 1, -weight[falls])
    return Spread(np.maximum(np.cumsum(change)[:-1], 0.0), never)
