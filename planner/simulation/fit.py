"""Fit random reports to a squad's records: how many at each community, at what hours, how long they take to handle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from casework.risk import community_risks
from casework.violation import Violation
from geo.community import Community
from planner.response import Checked
from planner.simulation.reports import Demand, expected_rates

ENOUGH = 30
"""Fewer known report times, or handling times, say too little: then all duty hours alike, or the policy's handling."""

SMOOTHED = 0.5
"""Added to each hour's count (Jeffreys), so that an hour without a report yet is not an hour without reports."""


def fitted(
    communities: Sequence[Community],
    violations: Sequence[Violation],
    monday: date,
    check: Checked,
    duty: Sequence[tuple[int, int]],
) -> Demand:
    """Return the reports that a squad's records let expect in a week.

    The number at each community is that of `casework.risk.community_risks`: its own record as far as that is to be
    trusted, for the rest that of the squad. Before delivery nobody reports.

    Parameters
    ----------
    monday
        Of the week; records of the 26 weeks before it count.
    check
        Of the plan: which communities there are, their scenes, and the policy's handling time.
    duty
        The week's duty hours.
    """
    risks = community_risks(communities, violations, monday)
    weekly = {name: risks[name].expected for name in check.scenes}
    handled = [violation.handling for violation in violations if violation.handling is not None]
    times = tuple(handled) if len(handled) >= ENOUGH else (check.terms.handling,)
    return Demand(
        expected_rates(weekly, duty, hours_of_day(violations)),
        {name: scenes.points for name, scenes in check.scenes.items()},
        times,
    )


def hours_of_day(violations: Sequence[Violation]) -> Sequence[float] | None:
    """Return ``(24,)`` how often reports came in each hour of the day; None where too few say when they came."""
    known = [violation.reported_at // 3600 for violation in violations if violation.reported_at is not None]
    if len(known) < ENOUGH:
        return None
    counts = np.bincount(known, minlength=24) + SMOOTHED
    return [float(count) for count in counts]


def what_was_fitted(violations: Sequence[Violation]) -> Mapping[str, bool]:
    """Return whether the hours, and the handling times, are the records' own."""
    handled = sum(violation.handling is not None for violation in violations)
    return {"hours": hours_of_day(violations) is not None, "handling": handled >= ENOUGH}
