"""Tolls on begins: where they lie, and that no begin is worth more than those offered."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from planner.tolls import Toll, toll_at, tolls_inside, tolls_outside, worthwhile_begins


def _next_begin(windows: list[tuple[int, int]]) -> Callable[[int], int | None]:
    return lambda moment: next((max(moment, first) for first, last in windows if moment <= last), None)


def test_outside_the_spans_every_second_is_charged_once() -> None:
    tolls = list(tolls_outside([(20, 29), (10, 24), (40, 60)], (0, 50), 7))
    assert tolls == [Toll(0, 9, 7), Toll(30, 39, 7)]


def test_without_a_span_the_whole_day_is_charged() -> None:
    assert list(tolls_outside([], (0, 50), 7)) == [Toll(0, 50, 7)]


def test_inside_spans_that_overlap_a_second_is_charged_once() -> None:
    tolls = list(tolls_inside([(5, 20), (0, 10), (8, 9), (30, 31)], 7))
    assert [toll_at(tolls, second) for second in (0, 9, 10, 20, 21, 30, 31, 32)] == [7, 7, 7, 7, 0, 7, 7, 0]


def test_tolls_of_several_kinds_add_up() -> None:
    assert toll_at((Toll(0, 10, 3), Toll(10, 20, 4)), 10) == 7


def test_where_nothing_is_charged_only_the_first_begin_is_offered() -> None:
    assert list(worthwhile_begins((), 7, _next_begin([(10, 20)]))) == [(10, 0)]


def test_where_service_can_no_longer_begin_nothing_is_offered() -> None:
    assert list(worthwhile_begins((Toll(0, 50, 3),), 21, _next_begin([(10, 20)]))) == []


def test_a_later_begin_is_offered_where_it_is_cheaper() -> None:
    tolls = (Toll(0, 14, 5), Toll(0, 17, 2), Toll(18, 19, 1))
    assert list(worthwhile_begins(tolls, 0, _next_begin([(10, 20)]))) == [(10, 7), (15, 2), (18, 1), (20, 0)]


@pytest.mark.parametrize("seed", range(50))
def test_every_begin_is_beaten_by_one_that_is_offered(seed: int) -> None:
    rng = random.Random(seed)
    cuts = sorted(rng.sample(range(60), 4))
    windows = [(cuts[0], cuts[1]), (cuts[2], cuts[3])]
    tolls = tuple(Toll(first, first + rng.randint(0, 25), rng.randint(1, 3)) for first in rng.choices(range(50), k=4))
    ready = rng.randint(0, 30)
    offered = list(worthwhile_begins(tolls, ready, _next_begin(windows)))
    possible = [s for first, last in windows for s in range(first, last + 1) if s >= ready]
    assert all(begin in possible and toll == toll_at(tolls, begin) for begin, toll in offered)
    assert all(any(begin <= s and toll <= toll_at(tolls, s) for begin, toll in offered) for s in possible)
    assert all(one[0] < other[0] and one[1] > other[1] for one, other in pairwise(offered))
