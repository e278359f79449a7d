"""Sets of stops that one tour can make, compared with trying every order, every begin and every break."""

from __future__ import annotations

import random
from collections.abc import Iterator

from planner.search.subsets import UNREACHABLE, Tour, TourStop, least_prices


def tried_out(tour: Tour) -> dict[int, int]:
    """Return the least price of every set, second by second."""
    best: dict[int, int] = {}
    home = len(tour.stops)
    waiting = [(tour.start, 0, 0, home + 1, tour.rest is None)]
    while waiting:
        time, price, made, last, rested = waiting.pop()
        if made:
            for back, over in arrivals(tour, time, tour.drive[last][home], rested=rested):
                if over and back <= tour.end and tour.drive[last][home] < UNREACHABLE:
                    total = price + tour.drive[last][home]
                    best[made] = min(total, best.get(made, total))
        waiting += (
            step
            for j in range(home)
            if not made >> j & 1
            for step in steps(tour, time, price, made, last, j, rested=rested)
        )
    return best


def steps(
    tour: Tour, time: int, price: int, made: int, last: int, j: int, *, rested: bool
) -> Iterator[tuple[int, int, int, int, bool]]:
    """Yield the states behind a stop, one for every second in which it can begin."""
    stop, way = tour.stops[j], tour.drive[last][j]
    for ready, over in arrivals(tour, time, way, rested=rested) if way < UNREACHABLE else ():
        for first, latest in stop.windows:
            for begin in range(max(first, ready), latest + 1):
                toll = sum(p for a, b, p in stop.tolls if a <= begin <= b)
                done = begin + stop.service
                if done + tour.drive[j][len(tour.stops)] <= tour.end:
                    yield done, price + way + toll, made | 1 << j, j, over


def arrivals(tour: Tour, time: int, drive: int, *, rested: bool) -> Iterator[tuple[int, bool]]:
    """Yield when the next place is reached and whether the break is over by then: at any moment it may be taken."""
    yield time + drive, rested
    if rested or tour.rest is None:
        return
    earliest, latest, duration = tour.rest
    for begin in range(max(time, earliest), latest + 1):
        yield begin + duration + drive, True
    for begin in range(max(time + drive, earliest), latest + 1):
        yield begin + duration, True


def drawn(rng: random.Random) -> Tour:
    """Return a small tour with everything that may matter."""
    count = rng.randint(1, 3)
    size = count + 2
    spots = [(rng.randint(0, 4), rng.randint(0, 4)) for _ in range(size)]
    drive = [[abs(a - c) + abs(b - d) for c, d in spots] for a, b in spots]
    if rng.random() < 0.2:
        drive[0][rng.randrange(1, size)] = UNREACHABLE
    stops = []
    for _ in range(count):
        first = rng.randint(2, 12)
        windows = [(first, first + rng.randint(0, 5))]
        if rng.random() < 0.4:
            windows.append((windows[0][1] + 2, windows[0][1] + 5))
        tolls = []
        for _ in range(rng.randint(0, 3)):
            begin = rng.randint(0, 18)
            tolls.append((begin, begin + rng.randint(0, 6), rng.randint(1, 9)))
        stops.append(TourStop(rng.randint(1, 4), tuple(windows), tuple(tolls)))
    start = rng.randint(0, 4)
    earliest = rng.randint(5, 12)
    rest = (earliest, earliest + rng.randint(0, 5), rng.randint(1, 3)) if rng.random() < 0.6 else None
    return Tour(tuple(stops), drive, start, rng.randint(16, 30), rest)


def test_every_set_and_its_price_are_those_found_by_trying_everything() -> None:
    rng = random.Random(1)
    made = 0
    for _ in range(150):
        tour = drawn(rng)
        found = least_prices(tour)
        assert found == tried_out(tour), tour
        made += len(found)
    assert made > 150


def test_waiting_for_a_begin_without_a_toll_pays() -> None:
    stop = TourStop(5, ((0, 100),), ((0, 49, 7),))
    tour = Tour((stop,), [[0, 3, 3], [3, 0, 0], [3, 0, 0]], 0, 200, None)
    assert least_prices(tour) == {1: 6}


def test_a_toll_is_paid_where_waiting_comes_home_too_late() -> None:
    stop = TourStop(5, ((0, 100),), ((0, 49, 7),))
    tour = Tour((stop,), [[0, 3, 3], [3, 0, 0], [3, 0, 0]], 0, 50, None)
    assert least_prices(tour) == {1: 13}


def test_a_tour_without_stops_makes_no_set() -> None:
    assert least_prices(Tour((), [[0, 0], [0, 0]], 0, 10, None)) == {}


def test_more_sets_than_there_is_room_for_at_first_are_listed_all() -> None:
    stops = tuple(TourStop(1, ((0, 1000),)) for _ in range(12))
    sets = least_prices(Tour(stops, [[0 if a == b else 1 for b in range(14)] for a in range(14)], 0, 1000, None))
    assert len(sets) == 2**12 - 1
    assert all(price == 2 + mask.bit_count() - 1 for mask, price in sets.items())
