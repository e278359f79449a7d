"""Drawing by lot."""

from __future__ import annotations

import numpy as np

from planner.search.arrays import State
from planner.search.compiled import compiled

SHIFT, TWELVE, TWENTY_FIVE, TWENTY_SEVEN, STAR = (np.uint64(n) for n in (11, 12, 25, 27, 2685821657736338717))


@compiled
def draw(state: State) -> float:
    """Return a uniform number from [0, 1): xorshift64*, Vigna (2016), *ACM Trans. Math. Softw.* 42."""
    x = state.random[0]
    x ^= x >> TWELVE
    x ^= x << TWENTY_FIVE
    x ^= x >> TWENTY_SEVEN
    state.random[0] = x
    return float(((x * STAR) >> SHIFT) * (1.0 / 9007199254740992.0))


@compiled
def below(state: State, count: int) -> int:
    """Return a uniform whole number from [0, count)."""
    return int(draw(state) * count)
