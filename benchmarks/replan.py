"""Planning the rest of a week again after one event: how long it takes, how much of what was published changes.

Seeded, invented squads; one event of every kind in the middle of the week, often while the crew it hits is out.
"""

from __future__ import annotations

import random
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from statistics import median

from planner.event import Incident
from planner.planning import plan_week
from planner.replan import Replanned, replan
from planner.rules import judge
from planner.week import WeeklyPlan
from tests.planner.happenings import KINDS, happening, squad_of
from tests.planner.seeded import Size, seeded_week

ENOUGH = 30.0
"""Deterministic seconds for the week that is published."""


def main(arguments: Sequence[str]) -> int:
    """Print a row an event, and a line on all of them."""
    parser = ArgumentParser(prog="python -m benchmarks replan", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="squads; each gets one event of every kind")
    parser.add_argument("--peak", type=int, default=20, help="communities in their renovation peak, of 60")
    options = parser.parse_args(arguments)
    print("seed | event | published | changed | share | moved though done | missed before, after | gap | s", flush=True)
    shares: list[float] = []
    spent: list[float] = []
    for seed in range(options.seeds):
        problem = seeded_week(seed, Size(communities=60, pairs=12, peak=options.peak, cars=9, ebikes=2))
        plan, squad = plan_week(problem, time_limit=ENOUGH), squad_of(problem)
        for kind in KINDS:
            event = happening(kind, plan, problem, random.Random(f"{seed} {kind}"))
            began = time.perf_counter()
            done = replan(problem, squad, plan, Incident(event))
            spent.append(time.perf_counter() - began)
            shares.append(done.diff.share)
            changed = sum(change.before is not None for change in done.diff.changes)
            print(
                f"{seed} | {kind} | {done.diff.published} | {changed} | {done.diff.share:.1%} | {moved(plan, done)}"
                f" | {len(plan.missed)}, {len(done.plan.missed)} | {done.plan.objective.gap:.2%} | {spent[-1]:.1f}",
                flush=True,
            )
            broken = {rule.rule for rule in judge(done.problem, done.plan) if rule.hard} - {"mandatory_work_is_placed"}
            if broken:
                raise RuntimeError(f"the plan breaks {sorted(broken)}")
            for change in done.diff.changes if done.diff.share > 0.05 else ():
                print(f"  {'hit' if change.direct else 'made room'}: {change.name.en}, {', '.join(change.kinds)}")
    print(
        f"{len(shares)} events: share median {median(shares):.1%}, most {max(shares):.1%};"
        f" seconds median {median(spent):.1f}, most {max(spent):.1f}"
    )
    return 0


def moved(plan: WeeklyPlan, done: Replanned) -> int:
    """Return how many stops that were over before anything could change are elsewhere or otherwise now."""
    after = {stop.visit_id: stop for route in done.plan.routes for stop in route.stops}
    over = [stop for route in plan.routes for stop in route.stops if stop.end <= done.problem.now]
    return sum(after.get(stop.visit_id) != stop for stop in over)
