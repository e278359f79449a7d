"""Tolls: prices that depend on when service begins. One mechanism for the columns, the day's model and free slots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Toll:
    """Service that begins at a second from `first` to `last` costs `price` seconds of driving.

    Attributes
    ----------
    band_id
        Only a crew of this band pays it; None: every crew does.
    """

    first: int
    last: int
    price: int
    band_id: str | None = None


def tolls_outside(spans: Iterable[tuple[int, int]], hours: tuple[int, int], price: int) -> Iterator[Toll]:
    """Yield the tolls on every second from ``hours[0]`` to ``hours[1]`` that lies in no span; both ends count."""
    free = hours[0]
    for first, last in sorted(spans):
        if free < first:
            yield Toll(free, min(first - 1, hours[1]), price)
        free = max(free, last + 1)
    if free <= hours[1]:
        yield Toll(free, hours[1], price)


def tolls_inside(spans: Iterable[tuple[int, int]], price: int) -> Iterator[Toll]:
    """Yield the tolls on every second that lies in a span, paid once where several overlap; both ends count."""
    until: int | None = None
    for first, last in sorted(spans):
        begin = first if until is None else max(first, until + 1)
        if begin <= last:
            yield Toll(begin, last, price)
            until = last


def toll_at(tolls: Sequence[Toll], begin: int) -> int:
    """Return what beginning at a second costs."""
    return sum(toll.price for toll in tolls if toll.first <= begin <= toll.last)


def worthwhile_begins(
    tolls: Sequence[Toll], ready: int, next_begin: Callable[[int], int | None]
) -> Iterator[tuple[int, int]]:
    """Yield begins with their toll: the first possible, and each later one that is cheaper than all before it.

    Any other begin is later than one of these and not cheaper. What a begin costs falls only where a toll ends.

    Parameters
    ----------
    ready
        Service begins no sooner than this.
    next_begin
        Returns the first second at or after a moment at which service may begin, or None.
    """
    begin = next_begin(ready)
    if begin is None:
        return
    least = toll_at(tolls, begin)
    yield begin, least
    for moment in sorted({toll.last + 1 for toll in tolls if toll.last >= begin}):
        later = next_begin(moment) if least else None
        if later is None:
            return
        if (toll := toll_at(tolls, later)) < least:
            least = toll
            yield later, toll
