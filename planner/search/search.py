"""Search for a good plan: several hot starts in half of the work, then the best of them reheated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from planner.search.annealing import anneal, load, price
from planner.search.arrays import Data, State, data_of, state_of
from planner.search.problem import Floats, Ints, SearchProblem

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
) -> SearchResult:
    """Return the best plan that the work allows.

    Parameters
    ----------
    work
        When to end, and with it how fast to cool: `proposals(n)` is deterministic.
    stop
        Asked every few milliseconds; the best plan so far is returned.
    """
    if not problem.visits:
        return SearchResult((), (), (), 0.0, 0, ())
    run = Run(data_of(problem), seed, work, stop)
    heat = heat or Heat()
    unit = _unit(run.data)
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
        """Begin anew from the order of opening times and people drawn by lot."""
        data, visits = self.data, self.data.roles.size
        keys = data.opens[data.window_at[:-1]] + self.lot.random(visits)
        who = np.full(2 * visits, -1, np.int64)
        for visit in range(visits):
            pairs = [self._choices(2 * visit + role) for role in range(int(data.roles[visit]))]
            one = self.lot.choice(pairs[0] if len(pairs) == 1 else [a for a in pairs[0] if (pairs[1] != a).any()])
            who[2 * visit] = one
            if len(pairs) == 2:
                who[2 * visit + 1] = self.lot.choice(pairs[1][pairs[1] != one])
        self.state.best[0] = np.inf
        self.reload(keys, who)

    def _choices(self, node: int) -> Ints:
        return self.data.choices[self.data.choice_at[node] : self.data.choice_at[node + 1]]

    def reload(self, keys: Floats, who: Ints) -> None:
        """Put a plan in hand, its keys replaced by ranks so that there is always room between two."""
        order = np.argsort(keys, kind="stable").astype(np.int64)
        ranks = np.empty(order.size)
        ranks[order] = np.arange(order.size)
        load(self.data, self.state, order, ranks, who.copy())

    def cool(self, hot: float, cold: float, until: float) -> None:
        """Anneal until that share of the work is done."""
        began = share = self.work(self.done)
        while share < until and not self.stop():
            temperature = hot * (cold / hot) ** ((share - began) / (until - began))
            anneal(self.data, self.state, temperature, CHUNK)
            self.done += CHUNK
            self._note()
            visits, nodes = self.data.roles.size, self.state.link.size // 3
            self.reload(self.state.value[2 * visits : 3 * visits], self.state.link[2 * nodes : 2 * nodes + 2 * visits])
            share = self.work(self.done)

    def _note(self) -> None:
        if price(self.data, self.state) < self.state.best[0]:
            self.state.best[0] = price(self.data, self.state)
            visits, nodes = self.data.roles.size, self.state.link.size // 3
            self.state.best_key[:] = self.state.value[2 * visits : 3 * visits]
            self.state.best_agent[:] = self.state.link[2 * nodes : 2 * nodes + 2 * visits]
        if self.state.best[0] < self.best - 1e-9:
            self.best = float(self.state.best[0])
            self.best_key, self.best_agent = self.state.best_key.copy(), self.state.best_agent.copy()
            self.trace.append((self.done, self.best))

    def result(self) -> SearchResult:
        """Return the best plan with its seconds."""
        self.reload(self.best_key, self.best_agent)
        roles = [range(2 * v, 2 * v + int(count)) for v, count in enumerate(self.data.roles)]
        placed = [nodes if self.best_agent[nodes[0]] >= 0 else range(0) for nodes in roles]
        return SearchResult(
            tuple(tuple(float(self.state.value[n]) for n in nodes) for nodes in placed),
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
        (data.place[2 * v], data.place[2 * w])
        for v, count in enumerate(data.neighbour_count)
        for w in data.neighbours[v, :count]
    ]
    ways = [leg[a, b] for a, b in pairs] or [leg.mean()]
    return max(float(np.mean(ways)) * data.travel_price, 1e-6)
