"""The clocks that run on a report: two hours until somebody is there, 24 hours for the property company to tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

PROPERTY_HOURS = 24
"""Shanghai residential property rules, art. 59: a property company reports within 24 hours when dissuasion fails."""


def arrival_due(reported_at: datetime, duty: Sequence[tuple[datetime, datetime]], limit: int) -> datetime:
    """Return when an officer has to be on the scene.

    A report outside duty hours counts from the next start of duty; where no further duty is known, from itself.

    Parameters
    ----------
    duty
        Stretches ``[start, end)`` in which somebody is on duty, in order.
    limit
        Seconds from the report to the arrival.
    """
    if any(start <= reported_at < end for start, end in duty):
        return reported_at + timedelta(seconds=limit)
    begins = next((start for start, _ in duty if start > reported_at), reported_at)
    return begins + timedelta(seconds=limit)


def property_due(dissuaded_at: datetime) -> datetime:
    """Return until when a property company has to report what it could not stop."""
    return dissuaded_at + timedelta(hours=PROPERTY_HOURS)


URGENT_SHARE = 1 / 3
"""Of the limit: with less left than that somebody has to be sent now, drives being what they are."""
