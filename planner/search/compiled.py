"""The one place that knows how the search is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])
HOW: dict[str, Any] = {
    "cache": True,  # beside the source: compiled once, loaded after
    "error_model": "numpy",  # no check for division by zero: nothing is divided
    "nogil": True,  # a search does not hold up the rest of its process
    "forceinline": True,  # dozens of arrays are dear to hand over
    "_nrt": False,  # nothing is allocated here, so nobody need count who holds the arrays: twenty times as fast
}


def compiled(function: F) -> F:
    """Compile on first call.

    No fast-math: the same sums in the same order are what makes one seed give one plan on every machine.
    """
    return cast("F", njit(**HOW)(function))
