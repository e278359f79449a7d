"""Figures that name the records behind them: periods, counts, shares, and how far small numbers can be trusted.

Sources: Garwood (1936), "Fiducial limits for the Poisson distribution", Biometrika 28 (exact limits of a count); Wilson
(1927), "Probable inference, the law of succession, and statistical inference", JASA 22 (limits of a share); Dobson,
Kuulasmaa, Eberle & Scherer (1991), "Confidence intervals for weighted sums of Poisson parameters", Statistics in
Medicine 10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scipy.special import gammaincinv, ndtri

from casework.calendar import SHANGHAI
from geo.text import Text

TAIL = 0.025
"""What a 95 % interval leaves out on each side."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, in Asia/Shanghai."""

    first: date
    last: date
    name: Text

    def __post_init__(self) -> None:
        if self.last < self.first:
            msg = f"a period that begins on {self.first} cannot end on {self.last}"
            raise ValueError(msg)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def covers(self, moment: datetime) -> bool:
        """Return whether an instant lies in it."""
        return self.first <= day_of(moment) <= self.last


def day_of(moment: datetime) -> date:
    """Return the squad's day of an instant, whatever zone it is written in."""
    return moment.astimezone(SHANGHAI).date()


def month(year: int, number: int) -> Period:
    """Return a calendar month."""
    return Period(date(year, number, 1), _end(year, number), Text(f"{year} 年 {number} 月", f"{year}-{number:02d}"))


def quarter(year: int, number: int) -> Period:
    """Return a quarter of a calendar year, 1 to 4."""
    name = Text(f"{year} 年第 {number} 季度", f"{year} Q{number}")
    return Period(date(year, 3 * number - 2, 1), _end(year, 3 * number), name)


def whole_year(year: int) -> Period:
    """Return a calendar year."""
    return Period(date(year, 1, 1), _end(year, 12), Text(f"{year} 年度", f"{year}"))


def period_named(name: str) -> Period:
    """Return the period of a name such as ``2026``, ``2026-Q4``, ``2026-11``."""
    year, _, part = name.partition("-")
    if not part:
        return whole_year(int(year))
    return quarter(int(year), int(part[1:])) if part[0] == "Q" else month(int(year), int(part))


def _end(year: int, number: int) -> date:
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value may lie, with 95 % confidence."""

    low: float
    high: float

    def overlaps(self, other: Interval) -> bool:
        """Return whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class Count:
    """How many records, and which."""

    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _once(self.ids)

    @property
    def number(self) -> int:
        """How many."""
        return len(self.ids)

    @property
    def interval(self) -> Interval:
        """Where the mean of such counts may lie."""
        return garwood(self.number)


@dataclass(frozen=True, slots=True)
class Share:
    """Which records of which: numerator and denominator by their ids."""

    part: tuple[str, ...]
    whole: tuple[str, ...]

    def __post_init__(self) -> None:
        _once(self.part)
        _once(self.whole)
        strangers = set(self.part) - set(self.whole)
        if strangers:
            msg = f"not of the whole: {', '.join(sorted(strangers))}"
            raise ValueError(msg)

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None where there is nothing to take a share of."""
        return len(self.part) / len(self.whole) if self.whole else None

    @property
    def interval(self) -> Interval:
        """Where the true share may lie."""
        return wilson(len(self.part), len(self.whole))

    @property
    def rest(self) -> tuple[str, ...]:
        """Records of the whole that are not of the part."""
        part = set(self.part)
        return tuple(key for key in self.whole if key not in part)

    @property
    def text(self) -> Text:
        """Numerator, denominator and percentage, as people write them."""
        if self.value is None:
            return Text("无记录", "no records")
        part, whole, percent = len(self.part), len(self.whole), f"{100 * self.value:.1f}"
        return Text(f"{part}/{whole}({percent}%)", f"{part} of {whole} ({percent} %)")

    @property
    def range(self) -> Text:
        """The interval as people write it."""
        low, high = (f"{100 * end:.1f}" for end in (self.interval.low, self.interval.high))
        return Text(f"95% 区间 {low}%–{high}%", f"95 % interval {low} to {high} %")


def garwood(count: int) -> Interval:
    """Return the exact 95 % interval of the mean of a Poisson count.

    The limits are quantiles of chi-squared halved, χ²(2n; α/2) / 2 and χ²(2n + 2; 1 − α/2) / 2, which are those of the
    gamma distribution with shapes n and n + 1.
    """
    low = float(gammaincinv(count, TAIL)) if count else 0.0
    return Interval(low, float(gammaincinv(count + 1, 1 - TAIL)))


def weighted_garwood(weights: Sequence[float], heaviest: float = 1.0) -> Interval:
    """Return the 95 % interval of a sum of weights, one for each record counted (Dobson and others 1991).

    Garwood's limits of the plain count are stretched by the root mean square weight: exact where all weights are alike.

    Parameters
    ----------
    heaviest
        The most that one record may weigh: what stretches the limits where nothing was counted.
    """
    count, total = len(weights), math.fsum(weights)
    limits = garwood(count)
    stretch = math.sqrt(math.fsum(w * w for w in weights) / count) if count else heaviest
    return Interval(max(0.0, total + stretch * (limits.low - count)), total + stretch * (limits.high - count))


def wilson(part: int, whole: int) -> Interval:
    """Return the 95 % score interval of a share; anything is possible where nothing was seen.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n), with z = 1.96.
    """
    if not whole:
        return Interval(0.0, 1.0)
    share, square = part / whole, float(ndtri(1 - TAIL)) ** 2
    middle = share + square / (2 * whole)
    reach = math.sqrt(square * (share * (1 - share) / whole + square / (4 * whole * whole)))
    scale = 1 + square / whole
    # at the two ends the formula gives 0 and 1 but for the last bit
    low = (middle - reach) / scale if part else 0.0
    high = (middle + reach) / scale if part < whole else 1.0
    return Interval(low, high)


def _once(ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        msg = "a record counts once"
        raise ValueError(msg)
