"""What simulated weeks come to: shares with intervals by day, percentiles, who came, and two plans compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.phases import NEVER, Seconds

NORMAL_95 = 1.959964
PERCENTILES = (50, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 per cent confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What some replicated weeks came to.

    Attributes
    ----------
    reports, in_time
        ``(weeks, 7)`` reports of each day, and those reached within the limit.
    seconds
        ``(reports,)`` to arrival, `NEVER` where nobody came.
    first
        By officer, how many reports he was the first at.
    on_cases
        By officer, seconds on the way to a case or at it.
    by_b
        Of the reports that an A or B officer came to first, how many the B officer did.
    by_a_or_b
        How many those are.
    """

    reports: Seconds
    in_time: Seconds
    seconds: Seconds
    first: Mapping[str, int]
    on_cases: Mapping[str, int]
    by_b: int
    by_a_or_b: int
    waited: int
    broken_off: int

    @property
    def weeks(self) -> int:
        """How many weeks."""
        return len(self.reports)


def merged(tallies: Sequence[Tally]) -> Tally:
    """Put tallies of weeks that follow one another together."""
    return Tally(
        np.concatenate([one.reports for one in tallies]),
        np.concatenate([one.in_time for one in tallies]),
        np.concatenate([one.seconds for one in tallies]),
        _summed([one.first for one in tallies]),
        _summed([one.on_cases for one in tallies]),
        sum(one.by_b for one in tallies),
        sum(one.by_a_or_b for one in tallies),
        sum(one.waited for one in tallies),
        sum(one.broken_off for one in tallies),
    )


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of simulated weeks.

    Attributes
    ----------
    share
        Of reports reached within the limit. Days are what is independent, so the interval is that of a ratio of
        totals by day (Cochran 1977, Sampling Techniques, 6.3).
    missed_days
        Share of days with a report that is reached too late; where there was none in ``n`` days, at most ``3 / n``.
    percentiles
        Seconds within which so many per cent are reached; None where so many never are.
    busy
        By officer, the share of the weeks' duty time on the way to a case or at it.
    """

    weeks: int
    reports: int
    share: Interval
    missed_days: Interval
    percentiles: Mapping[int, int | None]
    lost: int
    waited: int
    broken_off: int
    share_by_b: float
    first: Mapping[str, int]
    busy: Mapping[str, float]


def result_of(tally: Tally, duty_seconds: int) -> Result:
    """Return the figures; `duty_seconds` are those of one week."""
    seconds = np.sort(tally.seconds)
    total = len(seconds)
    percentiles = {p: _percentile(seconds, p) for p in PERCENTILES}
    return Result(
        tally.weeks,
        total,
        ratio(tally.in_time.ravel(), tally.reports.ravel()),
        _missed_days(tally),
        percentiles,
        int((tally.seconds >= NEVER).sum()),
        tally.waited,
        tally.broken_off,
        tally.by_b / tally.by_a_or_b if tally.by_a_or_b else 0.0,
        tally.first,
        {name: spent / (tally.weeks * duty_seconds) if duty_seconds else 0.0 for name, spent in tally.on_cases.items()},
    )


def ratio(part: Seconds, whole: Seconds) -> Interval:
    """Return ``sum(part) / sum(whole)`` over days, with the interval of a ratio estimator; 1 where nothing came in."""
    days, total = len(whole), int(whole.sum())
    if not total:
        return Interval(1.0, 0.0, 1.0)
    value = float(part.sum()) / total
    if days < 2:  # one day says nothing of the spread
        return Interval(value, 0.0, 1.0)
    spread = float(((part - value * whole) ** 2).sum()) / (days - 1)
    half = NORMAL_95 * np.sqrt(days * spread) / total
    if half == 0 and value in (0.0, 1.0):
        # never otherwise: by the rule of three
        return Interval(value, max(0.0, value - 3 / total), min(1.0, value + 3 / total))
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def difference(one: Tally, other: Tally) -> Interval:
    """Return by how much the share in time of `other` is greater than that of `one`, the same reports in both.

    The weeks are paired: both plans met the same reports (common random numbers), so the interval is that of the
    days' differences.
    """
    total = int(one.reports.sum())
    if (one.reports != other.reports).any():
        msg = "the two plans did not meet the same reports"
        raise ValueError(msg)
    if not total:
        return Interval(0.0, 0.0, 0.0)
    apart = (other.in_time - one.in_time).ravel().astype(np.float64)
    value = float(apart.sum()) / total
    spread = float(((apart - value * one.reports.ravel()) ** 2).sum()) / max(1, len(apart) - 1)
    half = NORMAL_95 * float(np.sqrt(len(apart) * spread)) / total
    return Interval(value, value - half, value + half)


def _missed_days(tally: Tally) -> Interval:
    missed = (tally.in_time < tally.reports).ravel().astype(np.float64)
    days = len(missed)
    if not days:
        return Interval(0.0, 0.0, 1.0)
    value = float(missed.mean())
    if not missed.any():
        return Interval(0.0, 0.0, min(1.0, 3 / days))
    half = NORMAL_95 * float(np.sqrt(value * (1 - value) / days))
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def _percentile(ordered: NDArray[np.int64], percent: int) -> int | None:
    if not len(ordered):
        return None
    seconds = int(ordered[max(0, -(-percent * len(ordered) // 100) - 1)])
    return None if seconds >= NEVER else seconds


def _summed(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            total[name] = total.get(name, 0) + count
    return total
