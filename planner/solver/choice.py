"""What goes into and out of the master between solves: cuts, choices, trials."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """What a day could not realise.

    Attributes
    ----------
    columns
        Groups of column indices, one group a crew; not every group may be active …
    extra
        … or, where positive, `day` drives at least that many seconds more when they all are.
    most
        How many groups may be active, where that is less than all but one.
    """

    columns: tuple[tuple[int, ...], ...]
    day: int
    extra: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseCut:
    """Routes that together break the two-hour promise in one community, day and band.

    Attributes
    ----------
    cell
        What is paid for, once, however many cuts speak of it.
    columns
        Groups of column indices: not every group is active …
    riders
        … with every one of these riding second (day, band and lead of the crew; officer), or the cell is paid for.
    """

    cell: tuple[str, int, str]
    columns: tuple[tuple[int, ...], ...]
    riders: tuple[tuple[tuple[int, str, str], str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A solution of the master.

    Attributes
    ----------
    columns
        Indices of the columns that run.
    seconds
        Second officer of each, in the same order.
    missed
        How many visits of each obligation are left out.
    work
        Deterministic seconds spent.
    """

    columns: tuple[int, ...]
    seconds: tuple[str, ...]
    missed: dict[str, int]
    cost: int
    bound: int
    work: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a solve: a choice, or None, and then whether it is proven that there is none; and its work."""

    choice: Choice | None
    impossible: bool
    work: float
