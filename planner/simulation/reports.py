"""Random reports: Poisson at each community, by the hour of the week, with handling times as the records have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.phases import Seconds
from planner.simulation.streams import Purpose, stream

HOUR = 3600
HOURS = 168

Rates = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What may come in.

    Attributes
    ----------
    rates
        By community ``(168,)`` reports to be expected in each hour of the week; Monday 00:00 is the first. Hours in
        which no report counts are 0.
    scenes
        By community the columns of its scene points; a report comes from each of them alike.
    handling
        Seconds that reports took to handle, one drawn for each.
    """

    rates: Mapping[str, Rates]
    scenes: Mapping[str, tuple[int, ...]]
    handling: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.handling or min(self.handling) < 0:
            msg = "handling times, at least one, none below zero"
            raise ValueError(msg)
        for community_id, rate in self.rates.items():
            if rate.shape != (HOURS,) or (rate < 0).any():
                msg = f"{community_id}: {HOURS} rates, none below zero"
                raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Reports of one week, in order of time: community (index into `Demand.rates`), scene point, seconds to handle."""

    instant: Seconds
    community: Seconds
    point: Seconds
    handling: Seconds

    def __len__(self) -> int:
        return len(self.instant)


def reports_of(demand: Demand, seed: int, replication: int, *, rate: float = 1.0, handling: float = 1.0) -> Reports:
    """Return the reports of one replicated week.

    Parameters
    ----------
    rate, handling
        How many times as many, and as long to handle. More reports include the fewer: a week is thinned from one at
        the greater of `rate` and 2, so that twice as many is a comparison and not another draw.
    """
    columns: list[tuple[Seconds, Seconds, Seconds, Seconds]] = []
    most = max(2.0, rate)
    times = np.array(demand.handling, dtype=np.float64) * handling
    for number, (community_id, expected) in enumerate(demand.rates.items()):
        arrivals = stream(seed, replication, community_id, Purpose.ARRIVALS)
        counts = arrivals.poisson(expected * most)
        hours = np.repeat(np.arange(HOURS), counts)
        instants = hours * HOUR + arrivals.integers(0, HOUR, len(hours))
        kept = arrivals.random(len(hours)) < rate / most
        points = np.array(demand.scenes[community_id])
        scene = points[stream(seed, replication, community_id, Purpose.SCENES).integers(0, len(points), len(hours))]
        drawn = stream(seed, replication, community_id, Purpose.HANDLING).integers(0, len(times), len(hours))
        took: Seconds = np.rint(times[drawn]).astype(np.int64)
        here = np.full(len(hours), number, dtype=np.int64)
        columns.append((instants[kept], here[kept], scene[kept], took[kept]))
    instant, community, point, handled = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.lexsort((point, community, instant))
    return Reports(instant[order], community[order], point[order], handled[order])


def expected_rates(
    weekly: Mapping[str, float], duty: Sequence[tuple[int, int]], hours: Sequence[float] | None = None
) -> dict[str, Rates]:
    """Spread each community's reports of a week over its duty hours.

    Parameters
    ----------
    weekly
        Reports to be expected in a week, by community.
    duty
        ``[start, end)`` in which reports count, seconds since Monday 00:00.
    hours
        ``(24,)`` how reports are spread over the hours of a day, on any scale; None: evenly.
    """
    inside = np.zeros(HOURS)
    for start, end in duty:
        for hour in range(start // HOUR, -(-end // HOUR)):
            inside[hour] += (min(end, (hour + 1) * HOUR) - max(start, hour * HOUR)) / HOUR
    shape = inside * np.tile(np.ones(24) if hours is None else np.asarray(hours, dtype=np.float64), 7)
    total = shape.sum()
    return {name: week * shape / total if total > 0 else np.zeros(HOURS) for name, week in weekly.items()}
