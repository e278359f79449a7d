"""The figures a professional expects of a two-hour check, besides worst case and gaps: exact, for one report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from geo.travel import TravelTimes
from planner.coverage import cover_all
from planner.curves import response_curve
from planner.officer import VehicleKind
from planner.response import Checked
from planner.response_absence import Absence, absences, two_deep, unservable
from planner.response_pieces import Pieces, Spread, Weights, pieces_of, spread_of
from planner.response_stress import Stress, break_even, late_seconds, stresses
from planner.team import HOUR
from planner.week import WeeklyPlan, WeeklyProblem

PERCENTILES = (50, 90, 95, 99)
HOURS = 168


@dataclass(frozen=True, slots=True)
class Times:
    """How soon reports are reached.

    Attributes
    ----------
    percentiles
        Seconds within which 50, 90, 95 and 99 per cent of reports are reached; None where so many never are.
    share
        Of reports reached within the limit, 0 to 1.
    """

    percentiles: Mapping[int, int | None]
    share: float


@dataclass(frozen=True, slots=True)
class Depth:
    """How far one community has a second officer in time.

    Attributes
    ----------
    late
        Seconds of duty time in which the second quickest would come late.
    share
        Of duty time in which two are in time, each for himself.
    """

    community_id: str
    late: int
    share: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it.

    Attributes
    ----------
    by_time, by_rate
        Every second of every community alike; or as often as reports are to be expected there.
    hourly
        By community, for each of the week's 168 hours, the share of it in which a report is reached in time; None off
        duty.
    by_b
        Share of duty time in which the B officer would be the first at the main gate, of what A and B answer.
    too_late_in_shift
        Seconds in a gap only because the report could not be handled before the shift ends, overtime included.
    """

    by_time: Times
    by_rate: Times
    hourly: Mapping[str, tuple[float | None, ...]]
    depth: tuple[Depth, ...]
    absences: tuple[Absence, ...]
    unservable: tuple[tuple[str, str], ...]
    stresses: tuple[Stress, ...]
    break_even: float | None
    by_b: float
    too_late_in_shift: int

    @property
    def critical(self) -> tuple[Absence, ...]:
        """Those without whom something is lost, the worst first."""
        return tuple(absence for absence in self.absences if absence.critical)


def figures(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
    check: Checked,
    rates: Mapping[str, float],
) -> Figures:
    """Return the figures of a plan's check.

    Parameters
    ----------
    check
        `planner.response.checked` of the same plan.
    rates
        Reports to be expected at each community, on any scale, the same at all hours; none anywhere: all alike.
    """
    pieces = {name: pieces_of(check.curves, scenes) for name, scenes in check.scenes.items()}
    alike = dict.fromkeys(pieces, np.ones(HOURS))
    known = any(rates.get(name, 0.0) > 0 for name in pieces)
    expected = {name: np.full(HOURS, rates.get(name, 0.0) if known else 1.0) for name in pieces}
    return Figures(
        by_time=_times(pieces, alike, check.terms.limit),
        by_rate=_times(pieces, expected, check.terms.limit),
        hourly={name: hourly_share(one, check.terms.limit) for name, one in pieces.items()},
        depth=tuple(
            Depth(name, cover.late, 1 - cover.late / cover.watched if cover.watched else 1.0)
            for name, cover in two_deep(check).items()
        ),
        absences=absences(check),
        unservable=unservable(problem, check),
        stresses=stresses(problem, plan, travel, hours),
        break_even=break_even(problem, plan, travel, hours),
        by_b=_by_b(problem, check),
        too_late_in_shift=_too_late_in_shift(check),
    )


def hourly_share(pieces: Pieces, limit: int) -> tuple[float | None, ...]:
    """Return ``(168,)`` the share of each hour's duty time in which a report is reached in time; None off duty."""
    watched, late = np.zeros(HOURS), np.zeros(HOURS)
    over = np.where(pieces.falling, np.clip(pieces.seconds - limit, 0, pieces.length), pieces.length)
    np.add.at(watched, pieces.begin // HOUR, pieces.length)
    np.add.at(late, pieces.begin // HOUR, np.where(pieces.seconds > limit, over, 0))
    return tuple(1 - float(b / a) if a else None for a, b in zip(watched, late, strict=True))


def _times(pieces: Mapping[str, Pieces], weights: Mapping[str, Weights], limit: int) -> Times:
    spread: Spread = spread_of(pieces, weights)
    return Times({p: spread.percentile(p / 100) for p in PERCENTILES}, spread.within(limit))


def _by_b(problem: WeeklyProblem, check: Checked) -> float:
    first = {"a": 0, "b": 0}
    for name, cover in zip(check.scenes, check.covers, strict=True):
        community = problem.communities[name]
        for number, line in enumerate(check.lines):
            if line.officer_id in community.answering:
                first["a" if line.officer_id == community.a_officer else "b"] += int(cover.first[number])
    total = sum(first.values())
    return first["b"] / total if total else 0.0


def _too_late_in_shift(check: Checked) -> int:
    """Return the late seconds that would be none if whoever is on duty could stay as long as it takes."""
    terms = replace(check.terms, handling=0, overtime=HOURS * HOUR)
    curves = [response_curve(line, terms, len(check.points)) for line in check.lines]
    covers = cover_all(curves, tuple(check.scenes.values()), terms.limit)
    return late_seconds(check) - sum(cover.late for cover in covers)
