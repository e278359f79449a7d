"""One engine on one squad: planned, judged and priced alike, whoever planned. `measure` is one row of the tables."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from api.prepare import Prepared
from benchmarks.squads import pyvrp, vroom
from benchmarks.squads.days import Router, route_week
from benchmarks.squads.finish import finish, hard_rules
from benchmarks.squads.greedy import greedy_drafts
from benchmarks.squads.made import BINDING, OVER_FULL, seeded_week
from benchmarks.squads.monolith import solve_whole
from planner.guarantee import Promise
from planner.objective import price
from planner.planning import Progress, plan_week
from planner.response import check_response
from planner.week import WeeklyPlan

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be measured.

    Attributes
    ----------
    seconds
        For ours the work limit; for a peer its seconds on the clock.
    """

    size: str
    over_full: bool
    engine: str
    seed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """What came of it.

    Attributes
    ----------
    operating
        The objective without what is missed or left unvisited.
    bound
        Proven by the engine itself, or None.
    first
        Seconds on the clock to the first plan that misses nothing mandatory (over-full squads: to any plan), where the
        engine tells.
    seconds
        On the clock, from the problem to the plan.
    megabytes
        Most memory that the run's process ever had.
    broken
        Hard rules broken, but for mandatory visits missed.
    gaps
        In the two-hour promise.
    """

    size: str
    over_full: bool
    engine: str
    seed: int
    visits: int
    made: int
    mandatory: int
    missed: int
    objective: int
    operating: int
    bound: int | None
    first: float | None
    seconds: float
    megabytes: float
    broken: int
    gaps: int

    @property
    def gap(self) -> float | None:
        """Share of the objective that is not proven; None without a bound."""
        return None if self.bound is None else max(0.0, 1 - self.bound / max(1, self.objective))


@dataclass(slots=True)
class Clock:
    """Seconds since it was made, and the first time that something came."""

    began: float = field(default_factory=time.perf_counter)
    first: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds on the clock so far."""
        return time.perf_counter() - self.began

    def came(self) -> None:
        """Note the first time."""
        self.first = self.seconds if self.first is None else self.first


Answer: TypeAlias = tuple[WeeklyPlan, int | None]
Engine: TypeAlias = Callable[[Prepared, Order, Clock], Answer]


def measure(order: Order) -> Row:
    """Plan, judge and price one order; to be run in a process of its own, whose memory is then the run's."""
    prepared = seeded_week(order.size, (OVER_FULL if order.over_full else BINDING)[order.size])
    clock = Clock()
    plan, bound = ENGINES[order.engine](prepared, order, clock)
    seconds = clock.seconds
    megabytes = most_memory()
    problem = prepared.problem
    terms = price(problem, plan)
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    must = [visit.id for visit in problem.visits if visit.mandatory]
    return Row(
        order.size,
        order.over_full,
        order.engine,
        order.seed,
        visits=len(problem.visits),
        made=len(placed),
        mandatory=len(must),
        missed=sum(visit not in placed for visit in must),
        objective=sum(terms.values()),
        operating=sum(terms.values()) - terms["missed"] - terms["extra"],
        bound=bound,
        first=clock.first,
        seconds=seconds,
        megabytes=megabytes,
        broken=len(hard_rules(problem, plan)),
        gaps=len(check_response(problem, plan, prepared.travel, prepared.hours).gaps),
    )


def most_memory() -> float:
    """Return the megabytes this process ever had at most: the kernel's own figure where it gives one.

    `ru_maxrss` of a fresh process begins at what its parent had, since Linux keeps it across the start of a program.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    high = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), None)
    return int(high or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


def _ours(prepared: Prepared, order: Order, clock: Clock) -> Answer:
    """Plan as `wuzao plan` does; what else `plan_week` can be told is to be said here, and only here."""

    def told(progress: Progress) -> None:
        if progress.best is not None and (progress.missed == 0 or order.over_full):
            clock.came()

    promise = Promise(prepared.travel, prepared.hours)
    plan = plan_week(
        prepared.problem, seed=order.seed, time_limit=order.seconds, promise=promise, progress=told, explained=False
    )
    return plan, plan.objective.bound


def _greedy(prepared: Prepared, order: Order, _: Clock) -> Answer:
    return finish(prepared.problem, greedy_drafts(prepared.problem), seed=order.seed), None


def _monolith(prepared: Prepared, order: Order, clock: Clock) -> Answer:
    """Start from the greedy week, which counts where the solver finds none better; all of it on the same clock."""
    start, _ = _greedy(prepared, order, clock)
    clock.came()
    left = max(1.0, order.seconds - clock.seconds)
    found = solve_whole(prepared.problem, start, seed=order.seed, seconds=left)
    plan = finish(prepared.problem, found.drafts, seed=order.seed)
    return min(plan, start, key=lambda each: each.objective.total), found.bound


def _by_days(router: Router) -> Engine:
    def plan(prepared: Prepared, order: Order, _: Clock) -> Answer:
        drafts = route_week(prepared.problem, router, seed=order.seed, seconds=order.seconds)
        return finish(prepared.problem, drafts, seed=order.seed), None

    return plan


ENGINES: Mapping[str, Engine] = {
    OURS: _ours,
    "greedy": _greedy,
    "monolith": _monolith,
    "pyvrp": _by_days(pyvrp.route_day),
    "pyvroom": _by_days(vroom.route_day),
}
NEEDS: Mapping[str, str] = {"pyvrp": "pyvrp", "pyvroom": "vroom"}
"""What has to be installed for an engine: the extra ``peers``."""


def at_hand(engine: str) -> bool:
    """Return whether all that an engine needs is installed."""
    return engine not in NEEDS or find_spec(NEEDS[engine]) is not None
