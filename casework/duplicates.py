"""Reports that may be of the same matter: near in place and in time, and not of plainly different types."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

from casework.case import Case, Report

NEAR = 150.0
"""Metres."""

RECENT = timedelta(hours=72)

METRES_PER_DEGREE = 111_320.0


def alike(report: Report, cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return the open cases that a report may belong to, the nearest first: proposed to a person, never merged unasked.

    The same number on the same outside platform is the same matter wherever and whenever it was told.
    """
    found = [(distance(report, case.report), case) for case in cases if case.open and case.report.id != report.id]
    near = [
        (metres, case) for metres, case in found if _same_number(report, case.report) or _may_be(report, case, metres)
    ]
    return tuple(case for _, case in sorted(near, key=lambda pair: (pair[0], pair[1].id)))


def distance(first: Report, second: Report) -> float:
    """Return the metres between two reports, on a plane: right to a thousandth within a city."""
    middle = math.radians((first.lat + second.lat) / 2)
    east = (first.lon - second.lon) * math.cos(middle)
    return METRES_PER_DEGREE * math.hypot(east, first.lat - second.lat)


def _same_number(first: Report, second: Report) -> bool:
    return bool(first.outside_number) and (first.channel, first.outside_number) == (
        second.channel,
        second.outside_number,
    )


def _may_be(report: Report, case: Case, metres: float) -> bool:
    apart = abs(report.reported_at - case.report.reported_at)
    contradicts = report.type is not None and case.type is not None and report.type is not case.type
    return metres <= NEAR and apart <= RECENT and not contradicts
