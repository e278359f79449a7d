"""Invented communities and violations to reason about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from shapely import box

from casework.violation import Violation, ViolationType
from geo.community import Boundary, Community, Gate, GeometrySource, Phase

MONDAY = date(2026, 11, 23)


def community(key: str, phase: Phase = Phase.PEAK, **changes: Any) -> Community:
    boundary = Boundary(box(121.2, 31.37, 121.21, 31.38), GeometrySource.ILLUSTRATIVE)
    gates = (Gate("n", "北门", 121.2, 31.375),)
    return replace(Community(key, key, phase, boundary, gates, "o1", "o2", households=600), **changes)


def violation(key: str, place: str | None, found: date, **changes: Any) -> Violation:
    return replace(Violation(key, ViolationType.FLUE, 121.205, 31.375, found, place), **changes)
