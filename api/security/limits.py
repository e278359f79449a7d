"""How often somebody who has not signed in may ask: so many at once, and then so many an hour."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime

REMEMBERED = 10_000
"""Callers kept in mind; whoever has not asked for longest is forgotten first."""


class Limiter:
    """A bucket of tokens for each caller (the leaky bucket of RFC 2697, with one rate).

    Parameters
    ----------
    burst
        Requests at once.
    hourly
        Requests an hour after that.
    """

    def __init__(self, burst: int, hourly: int) -> None:
        self._burst = burst
        self._rate = hourly / 3600
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def admits(self, caller: str, now: datetime) -> bool:
        """Count a request, and return whether it may go on."""
        with self._lock:
            left, seen = self._left.pop(caller, (float(self._burst), now))
            left = min(self._burst, left + max(0.0, (now - seen).total_seconds()) * self._rate)
            admitted = left >= 1
            self._left[caller] = left - admitted, now
            while len(self._left) > REMEMBERED:
                self._left.popitem(last=False)
        return admitted
