"""Stand-by points small enough to choose by hand."""

from __future__ import annotations

import pytest

from planner.solver.location import Site, choose_sites

FAR, NEAR = 900, 300
WORK = 1.0


def site(covers: set[int], cost: int, *taken: tuple[str, int, int]) -> Site:
    return Site(frozenset(covers), cost, taken)


def test_one_point_is_where_it_covers_most() -> None:
    sites = [site({0}, NEAR), site({1, 2}, FAR)]
    assert choose_sites(sites, [10, 6, 5], (), most=1, seed=0, work=WORK) == [1]


def test_what_must_be_covered_comes_before_what_is_worth_more() -> None:
    sites = [site({0}, FAR), site({1, 2}, NEAR)]
    assert choose_sites(sites, [10, 60, 50], (0,), most=1, seed=0, work=WORK) == [0]


def test_of_two_that_cover_alike_the_nearer_is_chosen_and_none_in_vain() -> None:
    sites = [site({0, 1}, FAR), site({0, 1}, NEAR), site({1}, 1)]
    assert choose_sites(sites, [5, 5], (0, 1), seed=0, work=WORK) == [1]


def test_nobody_is_in_two_places_at_once() -> None:
    sites = [site({0}, NEAR, ("o1", 0, 100)), site({1}, NEAR, ("o1", 50, 150)), site({1}, FAR, ("o1", 100, 200))]
    assert choose_sites(sites, [5, 5], (), seed=0, work=WORK) == [0, 2]


@pytest.mark.parametrize("sites", [[], [site({1}, NEAR)]])
def test_what_nobody_covers_cannot_be_had(sites: list[Site]) -> None:
    assert choose_sites(sites, [5, 5], (0,), seed=0, work=WORK) is None
