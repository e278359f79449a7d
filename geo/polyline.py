"""Stretches of polylines, by share of their length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def point_along(points: Points, share: float) -> tuple[float, float]:
    """Return the lon/lat at a share (0 to 1) of a polyline's length."""
    at = _shares(points)
    return float(np.interp(share, at, points[:, 0])), float(np.interp(share, at, points[:, 1]))


def stretch(points: Points, start: float, end: float) -> Points:
    """Return the part of a polyline between two shares (0 to 1) of its length, both ends included."""
    at = _shares(points)
    inner = points[(at > start) & (at < end)]
    return np.vstack((point_along(points, start), inner, point_along(points, end)))


def _shares(points: Points) -> NDArray[np.float64]:
    """Return how far along each point lies; a degree of longitude shrinks with the cosine of the latitude."""
    step = np.diff(points, axis=0)
    lengths = np.hypot(step[:, 0] * np.cos(np.radians(points[:-1, 1])), step[:, 1])
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    return along / along[-1] if along[-1] > 0 else np.linspace(0.0, 1.0, len(points))
