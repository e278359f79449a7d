"""What the search is asked: visits for one or several at once, agents, travel, prices. It knows nothing of squads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from planner.errors import ProblemError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

MANDATORY = float("inf")
"""The price of leaving out a visit that may not be left out."""

NEVER = float("inf")
"""The price of lateness or overtime that is not allowed at all."""

MOST_ROLES = 8


@dataclass(frozen=True, slots=True)
class JointVisit:
    """A visit of one or several roles, each filled by another agent.

    Attributes
    ----------
    place
        Row of the travel matrices.
    service
        Time on site, by role.
    windows
        Disjoint (open, close) in which each role's service begins, in order of time. Beginning after the last close is
        late, which is priced; beginning between two of them is not possible.
    agents
        Who may fill each role. Roles that only one agent can fill are best named last.
    apart
        Least and most time from the first role's begin to the second's; (0, 0) is the same moment. One role has none,
        and more than two begin at the same moment.
    lateness_price
        Per unit of time that each role begins late.
    missed
        Price of leaving the visit out.
    solo
        Whoever fills one of its roles makes no other visit; a break falls into it.
    """

    place: int
    service: tuple[float, ...]
    windows: tuple[tuple[float, float], ...]
    agents: tuple[tuple[int, ...], ...]
    apart: tuple[float, float] = (0.0, 0.0)
    lateness_price: float = 1.0
    missed: float = MANDATORY
    solo: bool = False


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody, or a crew, who makes one tour.

    Attributes
    ----------
    start, end
        Rows of the travel matrices where the tour begins and ends.
    ready
        When the tour may begin.
    due
        When it should have ended.
    overtime_price
        Per unit of time that it ends after `due`.
    outing
        Price of going out at all.
    travel_class
        Which travel matrix the agent's times are in.
    day
        On which day it is out: `Group` counts by it.
    rest
        A break owed: earliest and latest begin, and duration. It is taken before leaving a place or on reaching the
        next; only those who begin their visits at the same moment as the others can owe one.
    draws
        Pools that it draws on when it goes out.
    """

    start: int
    end: int
    ready: float = 0.0
    due: float = float("inf")
    overtime_price: float = 0.0
    outing: float = 0.0
    travel_class: int = 0
    day: int = 0
    rest: tuple[float, float, float] | None = None
    draws: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Visits of which no two may be on days fewer than `days_apart` apart: the days of who fills their first roles."""

    visits: tuple[int, ...]
    days_apart: int


@dataclass(frozen=True, slots=True)
class SearchProblem:
    """Visits, agents, travel and prices; the least total price is wanted.

    The total is travel and outings, what assignments and pools cost, lateness of every role, the worst lateness of all,
    overtime and visits left out.

    Attributes
    ----------
    travel
        Time from row to column, by class: shape (classes, places, places).
    travel_price
        Per unit of travel time, one for all classes or one for each.
    worst_lateness_price
        Per unit of the greatest lateness of any role.
    assignment
        What it costs that an agent fills a role: (visit, role, agent) to price; 0 where nothing is said.
    groups
        Which visits keep their distance in days.
    pools
        By pool, what it costs that 0, 1, 2 … of the agents that draw on it are out; more than are listed may not be.
    """

    visits: tuple[JointVisit, ...]
    agents: tuple[Agent, ...]
    travel: Floats
    travel_price: float | tuple[float, ...] = 1.0
    worst_lateness_price: float = 0.0
    assignment: Mapping[tuple[int, int, int], float] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    pools: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no search can answer.

        Raises
        ------
        ProblemError
            Naming every visit, agent, group, pool and matrix that does not fit.
        """
        faults = [
            *self._faults_of_travel(),
            *self._faults_of_visits(),
            *self._faults_of_assignment(),
            *self._faults_of_agents(),
            *self._faults_of_groups(),
        ]
        if faults:
            raise ProblemError("\n".join(faults))

    def _faults_of_travel(self) -> list[str]:
        if self.travel.ndim != 3 or self.travel.shape[1] != self.travel.shape[2]:
            return [f"travel has shape {self.travel.shape}, not (classes, places, places)"]
        if not np.isfinite(self.travel).all() or (self.travel < 0).any():
            return ["travel holds times that are negative or not finite"]
        classes, places, _ = self.travel.shape
        used = [*(v.place for v in self.visits), *(p for a in self.agents for p in (a.start, a.end))]
        faults = [f"place {p} has no travel times" for p in sorted(set(used)) if not 0 <= p < places]
        unknown = {a.travel_class for a in self.agents} - set(range(classes))
        faults += [f"travel class {k} has no travel times" for k in sorted(unknown)]
        if isinstance(self.travel_price, tuple) and len(self.travel_price) != classes:
            faults.append(f"{len(self.travel_price)} prices of travel for {classes} classes")
        return faults

    def _faults_of_visits(self) -> list[str]:
        faults = ["there are no agents"] if self.visits and not self.agents else []
        for number, visit in enumerate(self.visits):
            faults += [f"visit {number}: {fault}" for fault in _faults_of(visit, self.agents)]
        return faults

    def _faults_of_assignment(self) -> list[str]:
        return [
            f"visit {visit}, role {role}, agent {agent} has a price, but there is no such assignment"
            for visit, role, agent in self.assignment
            if not (
                0 <= visit < len(self.visits)
                and 0 <= role < len(self.visits[visit].agents)
                and agent in self.visits[visit].agents[role]
            )
        ]

    def _faults_of_agents(self) -> list[str]:
        faults = [
            f"agent {number} draws on a pool that does not exist, or twice on one"
            for number, agent in enumerate(self.agents)
            if len(set(agent.draws)) < len(agent.draws) or not set(agent.draws) <= set(range(len(self.pools)))
        ]
        faults += [
            f"agent {number} owes a break that ends before it begins"
            for number, agent in enumerate(self.agents)
            if agent.rest is not None and not (agent.rest[0] <= agent.rest[1] and agent.rest[2] > 0)
        ]
        return faults + [f"pool {number} has no price" for number, prices in enumerate(self.pools) if not prices]

    def _faults_of_groups(self) -> list[str]:
        grouped = [visit for group in self.groups for visit in group.visits]
        if len(set(grouped)) < len(grouped) or not set(grouped) <= set(range(len(self.visits))):
            return ["a group names a visit that does not exist, or that another one names too"]
        return []


def _faults_of(visit: JointVisit, agents: tuple[Agent, ...]) -> list[str]:
    if not 1 <= len(visit.service) <= MOST_ROLES or len(visit.agents) != len(visit.service):
        return [f"one role to {MOST_ROLES}, each with its service time and its agents"]
    faults = []
    if not all(visit.agents) or len({a for role in visit.agents for a in role}) < len(visit.agents):
        faults.append("not enough agents for its roles")
    known = [a for role in visit.agents for a in role if 0 <= a < len(agents)]
    if len(known) < sum(map(len, visit.agents)):
        faults.append("an agent that does not exist")
    edges = [t for window in visit.windows for t in window]
    if not edges or edges != sorted(edges):
        faults.append("windows are missing, overlap or are not in order of time")
    if not 0 <= visit.apart[0] <= visit.apart[1]:
        faults.append("the roles' distance in time is not a range of times forward")
    if visit.apart[1] > 0 and (len(visit.service) > 2 or any(agents[a].rest is not None for a in known)):
        faults.append("more than two roles, and those of agents who owe a break, begin at the same moment")
    return faults
