"""Subset rows: what whole numbers know and the linear relaxation does not.

Of rows that each bound a plain sum, three or five with an odd bound in all are added up and halved; halves of a column
round down, and so does the bound: subset-row cuts (Jepsen, Petersen, Spoorendonk and Pisinger 2008), which are {0, 1/2}
Chvátal-Gomory cuts (Caprara and Fischetti 1996). They cut off weeks in halves of patrols: three patrols a half each
that make three visits two by two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Group: TypeAlias = tuple[int, ...]

LEAST = 0.05
"""A cut is worth its row where the relaxation breaks it by so much."""

ENOUGH, MOST, EACH = 40, 150, 6
"""Fives are looked at where there are fewer threes than enough; the most cuts at once; and of one row."""

SEEDS, SHORT, GROWN = (400, 2000), 0.6, 4
"""Threes that are grown to fives: how many, and how many where these give none; how far from broken; how many fives."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fractional solution, seen by the rows that cuts are made of.

    Attributes
    ----------
    rows
        Indices of the rows, for the answer.
    bounds
        The most that each may be; shape (rows,).
    part
        Coefficients 0 or 1; shape (rows, variables that are not 0).
    values
        Of these variables.
    """

    rows: Sequence[int]
    bounds: NDArray[np.float64]
    part: NDArray[np.float64]
    values: NDArray[np.float64]

    def broken(self, sums: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much halved sums of rows are broken; sums have the shape (groups, variables)."""
        return np.asarray(np.floor(sums / 2) @ self.values - np.floor(bounds / 2), np.float64)


def broken_groups(fraction: Fraction) -> list[Group]:
    """Return groups of rows whose cut the solution breaks, the most broken first and no row in too many of them."""
    near = _near(fraction)
    threes = list(_threes(fraction, near))
    broken = {group: by for by, group in threes if by > LEAST}
    if len(broken) < ENOUGH:
        seeds = [group for _, group in sorted(threes, key=lambda each: (-each[0], each[1]))]
        few, many = SEEDS
        broken.update(_fives(fraction, near, seeds[:few]))
        if not broken:
            broken.update(_fives(fraction, near, seeds[few:many]))
    used: Counter[int] = Counter()
    chosen: list[Group] = []
    for group in sorted(broken, key=lambda group: (-broken[group], group)):
        if len(chosen) < MOST and all(used[row] < EACH for row in group):
            used.update(group)
            chosen.append(group)
    return [tuple(fraction.rows[i] for i in group) for group in chosen]


def _near(fraction: Fraction) -> NDArray[np.bool_]:
    """Return which rows share a fractional variable."""
    halves = fraction.part[:, fraction.values < 1 - 1e-5]
    return np.asarray(halves @ halves.T > 0, np.bool_)


def _threes(fraction: Fraction, near: NDArray[np.bool_]) -> Iterator[tuple[float, Group]]:
    """Yield the threes that are broken, or not far from it, with how much."""
    part, bounds = fraction.part, fraction.bounds
    count = len(part)
    for i in range(count):
        for j in np.flatnonzero(near[i, i + 1 :]) + i + 1:
            thirds = np.flatnonzero((near[i] | near[j])[j + 1 :]) + j + 1
            if len(thirds):
                by = fraction.broken(part[i] + part[j] + part[thirds], bounds[i] + bounds[j] + bounds[thirds])
                for n in np.flatnonzero(by > -SHORT):
                    yield float(by[n]), (i, int(j), int(thirds[n]))


def _fives(fraction: Fraction, near: NDArray[np.bool_], seeds: Sequence[Group]) -> Iterator[tuple[Group, float]]:
    """Yield broken fives, each grown from a three by the two rows that break it most."""
    part, bounds = fraction.part, fraction.bounds
    for seed in seeds:
        members = list(seed)
        others = np.setdiff1d(np.flatnonzero(near[members].any(axis=0)), members)
        one, two = np.triu_indices(len(others), 1)
        one, two = others[one], others[two]
        sums = part[members].sum(axis=0) + part[one] + part[two]
        by = fraction.broken(sums, bounds[members].sum() + bounds[one] + bounds[two])
        for n in np.argsort(-by, kind="stable")[:GROWN]:
            if by[n] > LEAST:
                yield tuple(sorted((*members, int(one[n]), int(two[n])))), float(by[n])
