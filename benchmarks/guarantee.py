"""Does a plan keep the two-hour promise wherever it can? Seeded tight squads, with the guarantee and without it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from geo.travel import TravelTimes
from planner.guarantee import Promise
from planner.officer import VehicleKind
from planner.planning import plan_week
from planner.response import check_response
from planner.unkeepable import unkeepable
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.tight import HOURS, tight_week

HEADERS = "seed", "communities", "limit min", "missed", "late min", "verdict", "proven gaps", "late min without", "s"
KEPT, PROVEN, BROKEN = "kept", "no plan can keep it", "not known"


@dataclass(frozen=True, slots=True)
class Row:
    """One squad.

    Attributes
    ----------
    late, without
        Minutes late over all communities, with the guarantee and without it.
    proven
        Gaps that are proven to be in every plan, and all gaps.
    """

    seed: int
    communities: int
    limit: int
    missed: int
    late: float
    verdict: str
    proven: tuple[int, int]
    without: float
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Print a row a squad and the totals; return 1 where a plan breaks what is not proven to be unkeepable."""
    parser = ArgumentParser(prog="python -m benchmarks guarantee", description=__doc__)
    parser.add_argument("--squads", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="seed of the first squad")
    parser.add_argument("--time-limit", type=float, default=10.0, help="work limit of a plan")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    print(" | ".join(HEADERS))
    rows = []
    orders = [(seed, options.time_limit) for seed in range(options.first, options.first + options.squads)]
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        for row in pool.map(measured, orders):
            rows.append(row)
            cells = (row.seed, row.communities, row.limit, row.missed, f"{row.late:.0f}", row.verdict)
            more = (f"{row.proven[0]}/{row.proven[1]}", f"{row.without:.0f}", f"{row.seconds:.1f}")
            print(" | ".join(str(cell) for cell in (*cells, *more)), flush=True)
    verdicts = Counter(row.verdict for row in rows)
    keepable = [row for row in rows if row.verdict == KEPT]
    violating = sum(row.without > 0 for row in keepable)
    print(f"{len(rows)} squads: " + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()))
    print(f"of the {len(keepable)} kept, {violating} are broken by the plan made without the guarantee")
    return int(verdicts[BROKEN] > 0)


def measured(order: tuple[int, float]) -> Row:
    """Plan one squad both ways and check both plans."""
    seed, time_limit = order
    loose, travel = tight_week(seed)
    response = replace(loose.policy.response, guaranteed=True)
    problem = replace(loose, policy=replace(loose.policy, response=response))
    promise = Promise(travel, HOURS)
    began = time.perf_counter()
    plan = plan_week(problem, time_limit=time_limit, promise=promise, explained=False)
    seconds = time.perf_counter() - began
    report = check_response(problem, plan, travel, HOURS)
    proven = unkeepable(problem, plan, report, promise)
    verdict = KEPT if report.kept else PROVEN if proven else BROKEN
    free = plan_week(loose, time_limit=time_limit, explained=False)
    return Row(
        seed,
        len(problem.communities),
        problem.policy.response.limit // 60,
        missed(problem, plan),
        report.late / 60,
        verdict,
        (len(proven), len(report.gaps)),
        late_minutes(loose, free, travel),
        seconds,
    )


def missed(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    """Return how many mandatory visits a plan misses."""
    mandatory = {visit.id for visit in problem.visits if visit.mandatory}
    return sum(miss.visit_id in mandatory for miss in plan.missed)


def late_minutes(problem: WeeklyProblem, plan: WeeklyPlan, travel: Mapping[VehicleKind, TravelTimes]) -> float:
    """Return a plan's minutes late, over all communities."""
    return check_response(problem, plan, travel, HOURS).late / 60
