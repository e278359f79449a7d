"""Where to stand by: maximal covering with few people, as a CP-SAT model (Church & ReVelle 1974; all covered: LSCP).

A site is somebody at a place for a while; it covers some of the demands. Chosen are sites that cover as much demand as
can be and, among those that do, with least driving; demands that must be covered make it a set covering problem.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Site:
    """Somebody at a place.

    Attributes
    ----------
    covers
        Indices of the demands it covers.
    cost
        Seconds of driving.
    taken
        What nobody else may use meanwhile (an officer, a vehicle), each from when until when.
    """

    covers: frozenset[int]
    cost: int
    taken: tuple[tuple[str, int, int], ...]

    def excludes(self, other: Site) -> bool:
        """Return whether both would use the same at once."""
        return any(a == b and s < f and t < e for a, s, e in self.taken for b, t, f in other.taken)


def choose_sites(
    sites: Sequence[Site],
    weights: Sequence[int],
    must: Collection[int],
    *,
    most: int | None = None,
    seed: int,
    work: float,
) -> list[int] | None:
    """Return the sites chosen, by index, in order; None where what must be covered cannot be.

    Parameters
    ----------
    weights
        What covering each demand is worth.
    must
        Demands that have to be covered.
    most
        At most so many sites.
    work
        Most deterministic seconds.
    """
    model = cp_model.CpModel()
    chosen = [model.new_bool_var(f"site {number}") for number in range(len(sites))]
    covered = [model.new_bool_var(f"demand {number}") for number in range(len(weights))]
    for demand, met in enumerate(covered):
        model.add_bool_or([chosen[n] for n, site in enumerate(sites) if demand in site.covers] + [~met])
        if demand in must:
            model.add(met == 1)
    for one, other in combinations(range(len(sites)), 2):
        if sites[one].excludes(sites[other]):
            model.add_at_most_one([chosen[one], chosen[other]])
    if most is not None:
        model.add(sum(chosen) <= most)
    dearest = 1 + sum(site.cost for site in sites)
    worth = sum(weight * met for weight, met in zip(weights, covered, strict=True))
    model.maximize(dearest * worth - sum(site.cost * taken for site, taken in zip(sites, chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    solver.parameters.catch_sigint_signal = False
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [number for number, taken in enumerate(chosen) if solver.boolean_value(taken)]
