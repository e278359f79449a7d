"""The one place that knows how the search is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile on first call, or load what an earlier process compiled from the cache beside the source.

    No fast-math: the same sums in the same order are what makes one seed give one plan on every machine.
    """
    return cast("F", njit(cache=True, error_model="numpy", forceinline=True, _nrt=False)(function))
