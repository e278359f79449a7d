"""How fast the exact two-hour check is on real roads: against sampling it, simulated, and as squads grow."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import TypeVar

import numpy as np

from api.prepare import Prepared, prepare
from benchmarks.real_squad import EXTRACT, junction_squad, shanghai_squad
from benchmarks.week import REAL, ROOT, WEEK
from examples.rosters import Size
from planner.guarantee import Promise
from planner.phases import Seconds
from planner.planning import Progress, plan_week
from planner.response import Checked, checked, duty_hours
from planner.simulation.fit import fitted
from planner.simulation.results import result_of
from planner.simulation.weeks import setting_of, simulate
from planner.week import WeeklyPlan

REPEATS = 5
GROWTH = (Size(12, 6, 6), Size(24, 14, 10), Size(60, 24, 24), Size(120, 40, 40), Size(240, 80, 60))
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A check that only looks every `step` seconds.

    Attributes
    ----------
    worst
        The slowest arrival it saw.
    late
        Seconds that it takes to be late: `step` for each late look.
    """

    step: int
    worst: int
    late: int


def main(arguments: Sequence[str]) -> int:
    """Print both tables; without the real roads there is nothing to measure, and it says so."""
    parser = ArgumentParser(prog="python -m benchmarks response", description=__doc__)
    parser.add_argument("--time-limit", type=float, default=20.0, help="work limit of the 60-community plan")
    parser.add_argument("--largest", type=int, default=240, help="communities of the largest squad of the growth table")
    parser.add_argument("--weeks", type=int, default=1000, help="weeks simulated")
    parser.add_argument("--workers", type=int, default=2, help="processes that simulate")
    options = parser.parse_args(arguments)
    if not REAL.is_dir():
        print(f"{REAL.relative_to(ROOT.parent)} is not at hand: no real roads to measure on")
        return 1
    prepared, plan = real_week(options.time_limit)
    against_sampling(prepared, plan)
    simulated(prepared, plan, options.weeks, options.workers)
    growth(options.largest)
    return 0


def real_week(time_limit: float) -> tuple[Prepared, WeeklyPlan]:
    """Plan the week of 60 real communities with 24 invented officers."""
    squad = replace(shanghai_squad(REAL, Size(60, 24, 24, 4), 0), roads=REAL / EXTRACT)
    prepared = prepare(squad, WEEK, None)
    promise = Promise(prepared.travel, prepared.hours)
    return prepared, plan_week(prepared.problem, time_limit=time_limit, promise=promise, explained=False)


def simulated(prepared: Prepared, plan: WeeklyPlan, weeks: int, workers: int) -> None:
    """Print what simulating the week takes, and what comes of it."""
    problem, squad = prepared.problem, prepared.squad
    check = checked(problem, plan, prepared.travel, prepared.hours)
    duty = duty_hours(problem)
    demand = fitted(squad.communities, squad.violations, problem.week.monday, check, duty)
    setting = setting_of(problem, check, prepared.travel, prepared.hours, demand)
    seconds, tally = _timed(partial(simulate, setting, weeks, workers=workers))
    result = result_of(tally, sum(end - start for start, end in duty))
    share = f"{result.share.value:.4%} ({result.share.low:.4%} to {result.share.high:.4%})"
    print(
        f"{weeks} weeks simulated in {seconds:.1f} s by {workers} processes: {result.reports} reports, {share} in time"
    )


def against_sampling(prepared: Prepared, plan: WeeklyPlan) -> None:
    """Print what the check of a 60-community week takes, and what sampling it takes and misses."""
    seconds, check = _exact(prepared, plan)
    # a tighter limit too, by which somebody is late
    worst = max(cover.peak.seconds for cover in check.covers if cover.peak is not None)
    print(f"60 communities, 24 officers, {len(check.points)} gates, {_legs(plan)} drives; slowest {worst} s")
    print("check | step s | s | times the exact check | slowest arrival s | late s at a limit of 30 min")
    tight = _limited(prepared, 1800)
    _, exact = _exact(tight, plan)
    print(f"exact | | {seconds:.3f} | 1 | {worst} | {sum(cover.late for cover in exact.covers):,}", flush=True)
    for step in (60, 1):
        took, found = _timed(partial(sample, exact, step))
        print(f"sampled | {step} | {took:.2f} | {took / seconds:.0f} | {found.worst} | {found.late:,}", flush=True)


def growth(largest: int) -> None:
    """Print what the check takes as squads grow; the plans are first plans, found in seconds."""
    print("communities | officers | gates | drives | exact check s | ms a community")
    for size in GROWTH:
        if size.communities > largest:
            continue
        prepared = prepare(junction_squad(REAL, size, 0), WEEK, None)
        plan = first_plan(prepared)
        seconds, check = _exact(prepared, plan)
        print(
            f"{size.communities} | {size.officers} | {len(check.points)} | {_legs(plan)} | {seconds:.3f} |"
            f" {1000 * seconds / size.communities:.1f}",
            flush=True,
        )


def first_plan(prepared: Prepared) -> WeeklyPlan:
    """Return the first plan found."""
    came: list[Progress] = []

    def tell(progress: Progress) -> None:
        if progress.best is not None:
            came.append(progress)

    return plan_week(prepared.problem, progress=tell, stop=lambda: bool(came), explained=False)


def sample(check: Checked, step: int) -> Sampled:
    """Look every `step` seconds: all looks of a watch at once, each officer's curve read at those instants."""
    worst, late = -1, 0
    for scenes in check.scenes.values():
        points = np.array(scenes.points, dtype=np.int64)
        for watch in scenes.watches:
            instants = np.arange(watch.start, watch.end, step, dtype=np.int64)
            slowest = _slowest(check, watch.responders, points, instants)
            worst, late = (
                max(worst, int(slowest.max(initial=-1))),
                late + step * int((slowest > check.terms.limit).sum()),
            )
    return Sampled(step, worst, late)


def _slowest(check: Checked, responders: Sequence[int], points: Seconds, instants: Seconds) -> Seconds:
    best = check.curves[responders[0]].seconds(instants, points)
    for officer in responders[1:]:
        best = np.minimum(best, check.curves[officer].seconds(instants, points))
    slowest: Seconds = best.max(axis=1)
    return slowest


def _exact(prepared: Prepared, plan: WeeklyPlan) -> tuple[float, Checked]:
    """Return the median seconds of a check, its distances asked for once before, and the check."""

    def check() -> Checked:
        return checked(prepared.problem, plan, prepared.travel, prepared.hours)

    check()
    runs = [_timed(check) for _ in range(REPEATS)]
    return median(seconds for seconds, _ in runs), runs[0][1]


def _timed(run: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = run()
    return time.perf_counter() - began, result


def _limited(prepared: Prepared, limit: int) -> Prepared:
    policy = prepared.problem.policy
    tight = replace(policy, response=replace(policy.response, limit=limit))
    return replace(prepared, problem=replace(prepared.problem, policy=tight))


def _legs(plan: WeeklyPlan) -> int:
    return sum(len(route.legs) for route in plan.routes)
