"""Search for a good plan: several hot starts in half of the work, then the best of them reheated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from planner.errors import ProblemError
from planner.search.annealing import anneal, load, price
from planner.search.arrays import Data, State, agents_in, begins_in, state_of
from planner.search.flatten import data_of
from planner.search.problem import Floats, Ints, SearchProblem

Start: TypeAlias = Mapping[int, tuple[float, tuple[int, ...]]]
"""By visit, of those that are not left out: when service begins, and who fills each role."""

Work: TypeAlias = Callable[[int], float]
"""Proposals made so far to the share of the work that is done; the search ends at 1."""

CHUNK = 10_000
"""Proposals at one temperature: some milliseconds, after which the search looks whether it is to stop."""

ROLES_IN_ALL_STARTS = 300


@dataclass(frozen=True, slots=True)
class Heat:
    """Temperatures, as shares of the mean way from a visit to its neighbours, and how many starts share half the work.

    Where lateness cannot be avoided, a start of less than twice that way is caught in plans a tenth too dear. Without
    a number, there are more starts the smaller the problem: small ones profit from starting anew, large from length.
    """

    hot: float = 2.0
    warm: float = 0.3
    cold: float = 0.015
    starts: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best plan found.

    Attributes
    ----------
    starts
        Begin of each role's service, by visit; empty for a visit left out.
    assignees
        Who fills each role, by visit; empty for a visit left out.
    order
        The one order of all visits that every tour keeps to.
    cost
        Its price.
    proposals
        How many moves were tried.
    trace
        (proposals, price) whenever the best plan so far had changed at the end of a chunk.
    """

    starts: tuple[tuple[float, ...], ...]
    assignees: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]
    cost: float
    proposals: int
    trace: tuple[tuple[int, float], ...]


def proposals(limit: int) -> Work:
    """Return a work limit in proposals: the same seed and limit give the same plan, however fast the machine is."""
    return lambda done: done / limit


def search(
    problem: SearchProblem,
    *,
    work: Work,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    heat: Heat | None = None,
    start: Start | None = None,
) -> SearchResult:
    """Return the best plan that the work allows.

    Parameters
    ----------
    work
        When to end, and with it how fast to cool: `proposals(n)` is deterministic.
    stop
        Asked every few milliseconds; the best plan so far is returned.
    start
        A plan to better, instead of several starts by lot.

    Raises
    ------
    ProblemError
        If what may not be left out cannot be done, or the start leaves it out.
    """
    if not problem.visits:
        return SearchResult((), (), (), 0.0, 0, ())
    run = Run(data_of(problem), seed, work, stop)
    heat = heat or Heat()
    unit = _unit(run.data)
    if start is not None:
        run.begin(start)
        run.cool(heat.warm * unit, heat.cold * unit, 1.0)
        return run.result()
    starts = heat.starts or min(8, max(1, ROLES_IN_ALL_STARTS // int(run.data.roles.sum())))
    for number in range(starts):
        run.start()
        run.cool(heat.hot * unit, heat.cold * unit, 0.5 * (number + 1) / starts)
    run.reload(run.best_key, run.best_agent)
    run.cool(heat.warm * unit, heat.cold * unit, 1.0)
    return run.result()


class Run:
    """One search: the plan in hand, the best of all, and how far the work has come."""

    def __init__(self, data: Data, seed: int, work: Work, stop: Callable[[], bool]) -> None:
        self.data = data
        self.state: State = state_of(data, seed)
        self.lot = np.random.default_rng(seed)
        self.work, self.stop = work, stop
        self.done = 0
        self.best = np.inf
        self.trace: list[tuple[int, float]] = []
        self.start()
        self._note()

    def start(self) -> None:
        """Begin anew: what may not be left out in the order of opening times, by people drawn by lot."""
        data, visits = self.data, self.data.roles.size
        keys = data.opens[data.window_at[:-1]] + self.lot.random(visits)
        who = np.full(visits << data.shift, -1, np.int64)
        for visit in np.flatnonzero(np.isinf(data.missed) | np.logical_not(data.timed)):
            self._draw_crew(who, int(visit))
        self.state.best[0] = np.inf
        self.reload(keys, who)

    def begin(self, start: Start) -> None:
        """Begin from a plan, as good as its order of begins can be made."""
        data, visits = self.data, self.data.roles.size
        keys = data.opens[data.window_at[:-1]].copy()
        who = np.full(visits << data.shift, -1, np.int64)
        for visit, (begin, agents) in start.items():
            keys[visit] = begin
            who[visit << data.shift : (visit << data.shift) + len(agents)] = agents
        self.state.best[0] = np.inf
        self.reload(keys, who)
        self._note()

    def _draw_crew(self, who: Ints, visit: int) -> None:
        """Fill the roles one after the other, the one with the fewest people first."""
        base = visit << self.data.shift
        nodes = range(base, base + int(self.data.roles[visit]))
        drawn: list[int] = []
        for node in sorted(nodes, key=lambda node: len(self._choices(node))):
            free = [a for a in self._choices(node) if a not in drawn]
            who[node] = self.lot.choice(free)
            drawn.append(int(who[node]))

    def _choices(self, node: int) -> Ints:
        return self.data.choices[self.data.choice_at[node] : self.data.choice_at[node + 1]]

    def reload(self, keys: Floats, who: Ints) -> None:
        """Put a plan in hand; keys that are no times are replaced by ranks, so that there is always room between two.

        Raises
        ------
        ProblemError
            If what may not be left out cannot be done as drawn.
        """
        order = np.argsort(keys, kind="stable").astype(np.int64)
        if not self.data.timed:
            keys = np.empty(order.size)
            keys[order] = np.arange(order.size)
        if not load(self.data, self.state, order, keys.copy(), who.copy()):
            raise ProblemError("what may not be left out cannot be done within the hours that must be kept")

    def cool(self, hot: float, cold: float, until: float) -> None:
        """Anneal until that share of the work is done."""
        began = share = self.work(self.done)
        while share < until and not self.stop():
            temperature = hot * (cold / hot) ** ((share - began) / (until - began))
            anneal(self.data, self.state, temperature, CHUNK)
            self.done += CHUNK
            self._note()
            self.reload(self.state.value[: self.data.roles.size], agents_in(self.data, self.state))
            share = self.work(self.done)

    def _note(self) -> None:
        if price(self.data, self.state) < self.state.best[0]:
            self.state.best[0] = price(self.data, self.state)
            self.state.best_key[:] = self.state.value[: self.data.roles.size]
            self.state.best_agent[:] = agents_in(self.data, self.state)
        if self.state.best[0] < self.best - 1e-9:
            self.best = float(self.state.best[0])
            self.best_key, self.best_agent = self.state.best_key.copy(), self.state.best_agent.copy()
            self.trace.append((self.done, self.best))

    def result(self) -> SearchResult:
        """Return the best plan with its seconds."""
        self.reload(self.best_key, self.best_agent)
        roles = [range(v << self.data.shift, (v << self.data.shift) + int(n)) for v, n in enumerate(self.data.roles)]
        placed = [nodes if self.best_agent[nodes[0]] >= 0 else range(0) for nodes in roles]
        begins = begins_in(self.data, self.state)
        return SearchResult(
            tuple(tuple(float(begins[n]) for n in nodes) for nodes in placed),
            tuple(tuple(int(self.best_agent[n]) for n in nodes) for nodes in placed),
            tuple(int(v) for v in np.argsort(self.best_key, kind="stable")),
            float(price(self.data, self.state)),
            self.done,
            tuple(self.trace),
        )


def _unit(data: Data) -> float:
    """Return the mean price of the way from a visit to one of its neighbours: what a temperature is measured by."""
    leg = data.travel.min(axis=0)
    pairs = [
        (data.place[v << data.shift], data.place[w << data.shift])
        for v, count in enumerate(data.neighbour_count)
        for w in data.neighbours[v, :count]
    ]
    ways = [leg[a, b] for a, b in pairs] or [leg.mean()]
    return max(float(np.mean(ways)) * float(data.way_price.max()), 1e-6)
