"""Every set of stops that one tour can make, with the least price that does it: dynamic programming over subsets.

Held and Karp (1962), with Pareto labels of (time, price): windows, one break and the tour's end are kept exactly, and
waiting for a cheaper begin is a label of its own. It knows nothing of squads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.search.compiled import compiled
from planner.search.problem import Ints

ROOM, MUCH = 1 << 12, 1 << 20
"""Labels there is room for at first; where that is too little, four times as many, and twice once they are many."""

UNREACHABLE = 10**9
NONE = -1


@dataclass(frozen=True, slots=True)
class TourStop:
    """A stop that a tour may make.

    Attributes
    ----------
    windows
        Disjoint (first, last) second in which service may begin, in order of time.
    tolls
        (first, last, price): beginning at a second from first to last costs the price; they add up.
    """

    service: int
    windows: tuple[tuple[int, int], ...]
    tolls: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Tour:
    """One tour's stops, drives and hours.

    Attributes
    ----------
    drive
        Seconds between stops; behind them come home, where the tour ends, and where it begins: shape (n + 2, n + 2).
    rest
        (earliest, latest, duration) of the break that the tour owes, begun in between, before leaving a place or on
        reaching one; None where none is owed.
    """

    stops: tuple[TourStop, ...]
    drive: Sequence[Sequence[int]]
    start: int
    end: int
    rest: tuple[int, int, int] | None


def least_prices(tour: Tour) -> dict[int, int]:
    """Return the least driving and tolls of every set of stops that the tour can make, by bit set, in rising order."""
    stops = len(tour.stops)
    if not stops:
        return {}
    windows = _flat([stop.windows for stop in tour.stops], 2)
    tolls = _flat([stop.tolls for stop in tour.stops], 3)
    service = np.array([stop.service for stop in tour.stops], np.int64)
    drive = np.array(tour.drive, np.int64)
    hours = np.array([tour.start, tour.end, *(tour.rest or (0, NONE, 0))], np.int64)
    room = ROOM
    while True:
        labels = np.empty((room, 7), np.int64)
        states = np.full((2 * room + 1, 2), NONE, np.int64)
        found = np.full((room + room // 2 + 1, 2), NONE, np.int64)  # a set has several labels, by where it ends
        if list_sets(drive, service, windows, tolls, hours, labels, states, found):
            made = found[found[:, 0] != NONE]
            made = made[np.argsort(made[:, 0])]
            return dict(zip(made[:, 0].tolist(), made[:, 1].tolist(), strict=True))
        room *= 4 if room < MUCH else 2


def _flat(rows: Sequence[Sequence[tuple[int, ...]]], width: int) -> tuple[Ints, Ints]:
    """Return where each stop's rows begin, and all rows."""
    at = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return at, np.array([entry for row in rows for entry in row], np.int64).reshape(-1, width)


TIME, PRICE, MASK, LAST, RESTED, BELOW, ALIVE = range(7)


@compiled
def first_open(windows: tuple[Ints, Ints], stop: int, time: int) -> int:
    """Return the first second from then on at which service may begin, or `NONE`."""
    at, spans = windows
    for n in range(at[stop], at[stop + 1]):
        if time <= spans[n, 1]:
            return int(max(time, spans[n, 0]))
    return NONE


@compiled
def toll(tolls: tuple[Ints, Ints], stop: int, begin: int) -> int:
    """Return what beginning then costs."""
    at, spans = tolls
    price = 0
    for n in range(at[stop], at[stop + 1]):
        if spans[n, 0] <= begin <= spans[n, 1]:
            price += spans[n, 2]
    return price


@compiled
def cheaper_begin(windows: tuple[Ints, Ints], tolls: tuple[Ints, Ints], stop: int, begin: int, price: int) -> int:
    """Return the first later begin whose toll is less than `price`, or `NONE`: a toll falls only where one ends."""
    at, spans = tolls
    best = NONE
    for n in range(at[stop], at[stop + 1]):
        if spans[n, 1] >= begin:
            later = first_open(windows, stop, spans[n, 1] + 1)
            if later != NONE and (best == NONE or later < best) and toll(tolls, stop, later) < price:
                best = later
    return best


@compiled
def slot_of(table: Ints, key: int) -> int:
    """Return where a key is, or is to be, in a table of open addressing (Fibonacci hashing, Knuth 6.4)."""
    size = table.shape[0]
    at = (key * 11400714819) % size
    while table[at, 0] not in (NONE, key):
        at = (at + 1) % size
    return int(at)


@compiled
def keep(labels: Ints, states: Ints, count: int, key: int, time: int, price: int) -> bool:
    """Write a label at `count` unless one of its state is as early and as cheap; drop those that it beats."""
    at = slot_of(states, key)
    label = states[at, 1]
    while label != NONE:
        if labels[label, ALIVE]:
            if labels[label, TIME] <= time and labels[label, PRICE] <= price:
                return False
            if time <= labels[label, TIME] and price <= labels[label, PRICE]:
                labels[label, ALIVE] = 0
        label = labels[label, BELOW]
    states[at, 0] = key
    labels[count, TIME] = time
    labels[count, PRICE] = price
    labels[count, BELOW] = states[at, 1]
    labels[count, ALIVE] = 1
    states[at, 1] = count
    return True


@compiled
def rested_by(hours: Ints, time: int, drive: int) -> int:
    """Return when a drive that begins then is over with the break taken before leaving or on arrival, or `NONE`."""
    earliest, latest, duration = hours[2], hours[3], hours[4]
    before, after = max(time, earliest), max(time + drive, earliest)
    ready = NONE
    if before <= latest:
        ready = before + duration + drive
    if after <= latest and (ready == NONE or after + duration < ready):
        ready = after + duration
    return int(ready)


@compiled
def close(drive: Ints, hours: Ints, label: Ints, found: Ints) -> None:
    """Go home from a label: note its set where that is in time, rested, and cheaper than known."""
    home, end = drive.shape[0] - 2, hours[1]
    way = drive[label[LAST], home]
    back = label[TIME] + way if label[RESTED] else rested_by(hours, label[TIME], way)
    if way >= UNREACHABLE or back == NONE or back > end:
        return
    at = slot_of(found, label[MASK])
    if found[at, 0] == NONE or label[PRICE] + way < found[at, 1]:
        found[at, 0] = label[MASK]
        found[at, 1] = label[PRICE] + way


@compiled
def extend(
    drive: Ints,
    service: Ints,
    windows: tuple[Ints, Ints],
    tolls: tuple[Ints, Ints],
    hours: Ints,
    labels: Ints,
    states: Ints,
    step: tuple[int, int, bool, int],
) -> int:
    """Go on from a label to a stop, with the break on the way or not; return how many labels there are then.

    Parameters
    ----------
    step
        The label, the stop, whether the break is taken in between, and how many labels there are.
    """
    n, stop, resting, count = step
    home, last = service.size, labels[n, LAST]
    way = drive[last, stop]
    ready = rested_by(hours, labels[n, TIME], way) if resting else labels[n, TIME] + way
    begin = NONE if ready == NONE else first_open(windows, stop, ready)
    while begin != NONE:
        due = toll(tolls, stop, begin)
        done = begin + service[stop]
        if done + drive[stop, home] <= hours[1]:
            rested = 1 if resting or labels[n, RESTED] else 0
            mask = labels[n, MASK] | (1 << stop)
            key = (mask * (home + 2) + stop) * 2 + rested
            if keep(labels, states, count, key, done, labels[n, PRICE] + way + due):
                labels[count, MASK] = mask
                labels[count, LAST] = stop
                labels[count, RESTED] = rested
                count += 1
        begin = cheaper_begin(windows, tolls, stop, begin, due) if due > 0 else NONE
    return int(count)


@compiled
def list_sets(
    drive: Ints,
    service: Ints,
    windows: tuple[Ints, Ints],
    tolls: tuple[Ints, Ints],
    hours: Ints,
    labels: Ints,
    states: Ints,
    found: Ints,
) -> bool:
    """List every set with its least price in `found`; tell whether there was room for all labels.

    Labels are written in the order of their sets' sizes, so each is complete before it is extended.
    """
    stops = service.size
    spare = 2 * (stops + tolls[1].shape[0]) + 2
    labels[0] = 0
    labels[0, TIME] = hours[0]
    labels[0, LAST] = stops + 1
    labels[0, RESTED] = hours[3] == NONE
    labels[0, BELOW] = NONE
    labels[0, ALIVE] = 1
    count, n = 1, 0
    while n < count:
        if labels[n, ALIVE]:
            if labels[n, MASK]:
                close(drive, hours, labels[n], found)
            for stop in range(stops):
                if labels[n, MASK] >> stop & 1 or drive[labels[n, LAST], stop] >= UNREACHABLE:
                    continue
                if count + spare > labels.shape[0]:
                    return False
                count = extend(drive, service, windows, tolls, hours, labels, states, (n, stop, False, count))
                if not labels[n, RESTED]:
                    count = extend(drive, service, windows, tolls, hours, labels, states, (n, stop, True, count))
        n += 1
    return True
