"""Invented cases to count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from casework.calendar import SHANGHAI
from casework.case import (
    Arrived,
    Case,
    Channel,
    Dispatched,
    Handled,
    MergedInto,
    Outcome,
    Rechecked,
    Report,
    Step,
    case_of,
)
from casework.violation import ViolationType

TOLD = datetime(2026, 11, 3, 9, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(key: str, channel: Channel = Channel.PROPERTY, at: datetime = TOLD, **report: Any) -> Case:
    """Return a case that was told and no more; keywords change its report."""
    return case_with(key, (), channel, at, **report)


def put_right(
    key: str, channel: Channel = Channel.PROPERTY, at: datetime = TOLD, after: timedelta = HOUR, **report: Any
) -> Case:
    """Return a case put right half an hour after somebody arrived, `after` the report."""
    return case_with(key, handled(at, after), channel, at, **report)


def closed(
    key: str, channel: Channel = Channel.PROPERTY, at: datetime = TOLD, after: timedelta = HOUR, **report: Any
) -> Case:
    """Return a case put right and looked at again a week later."""
    return case_with(key, (*handled(at, after), Rechecked(at + 8 * DAY, passed=True)), channel, at, **report)


def reopened(key: str, channel: Channel = Channel.PROPERTY, at: datetime = TOLD, **report: Any) -> Case:
    """Return a case whose re-check failed."""
    return case_with(key, (*handled(at, HOUR), Rechecked(at + 8 * DAY, passed=False)), channel, at, **report)


def unfounded(key: str, channel: Channel = Channel.PROPERTY, at: datetime = TOLD, **report: Any) -> Case:
    """Return a case that was nothing."""
    return case_with(key, handled(at, HOUR, Outcome.UNFOUNDED), channel, at, **report)


def merged(key: str, into: str, channel: Channel = Channel.PROPERTY, at: datetime = TOLD, **report: Any) -> Case:
    """Return a case that is the same matter as another."""
    return case_with(key, (MergedInto(at + HOUR, into),), channel, at, **report)


def handled(at: datetime, after: timedelta, outcome: Outcome = Outcome.RECTIFIED) -> tuple[Step, ...]:
    there = at + after
    return Dispatched(at, ("o1", "o2")), Arrived(there, "o1"), Handled(there + HOUR / 2, outcome)


def case_with(
    key: str, steps: tuple[Step, ...], channel: Channel = Channel.PROPERTY, at: datetime = TOLD, **report: Any
) -> Case:
    made = Report(f"r-{key}", channel, 121.25, 31.38, at, "C1", ViolationType.FLUE)
    return case_of(key, replace(made, **report), at + 2 * HOUR, steps)
