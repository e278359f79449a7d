"""The engine on public instances of home health care: visits that need one person, or two at the same time or in turn.

The problem is that of Mankowska, Meisel and Bierwirth (2014), *Health Care Management Science* 17; instances and
solutions are in the JSON of the University of Udine, whose best known costs are in Ceschia et al. (2024), *ITOR*. This
module translates, nothing else: `planner.search` is what plans.
"""

from __future__ import annotations

import gzip
import json
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.hhcrsp_check import Costs, check
from planner.search.problem import Agent, JointVisit, SearchProblem
from planner.search.search import SearchResult, search
from planner.search.warm import warm_up

Instance = Mapping[str, Any]  # JSON as published
Solution = Mapping[str, Any]
BEST_KNOWN = "best_known.json"


def main(arguments: Sequence[str]) -> int:
    """Solve and check every instance of a folder; print cost and gap to the best known, and their mean by size."""
    options = _options(arguments)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    best_known = json.loads((options.folder / BEST_KNOWN).read_text(encoding="utf-8"))
    gaps: dict[int, list[float]] = defaultdict(list)
    warm_up()
    print("instance | patients | cost | distance | tardiness | worst | best known | gap | M proposals", flush=True)
    with ThreadPoolExecutor(options.threads) as pool:  # compiled code lets go of the interpreter
        for path in sorted(options.folder.glob(f"{options.only}.json.gz"), key=_by_size):
            name, instance = path.name.removesuffix(".gz"), read(path)
            runs = [
                pool.submit(solve, instance, options.seed * options.threads + number, options.seconds)
                for number in range(options.threads)
            ]
            results = [run.result() for run in runs]
            solution = solution_of(instance, min(results, key=lambda result: result.cost))
            costs = check(instance, solution)
            best = best_known[name]["total_cost"]
            gaps[len(instance["patients"])].append(costs.total / best - 1)
            print(_row(name, instance, costs, best, sum(r.proposals for r in results)), flush=True)
            if options.out:
                (options.out / name).write_text(json.dumps(solution, indent=1), encoding="utf-8")
    for size, of_size in sorted(gaps.items()):
        print(f"mean of {len(of_size)} with {size} patients: {fmean(of_size):+.3%}")
    return 0


def _options(arguments: Sequence[str]) -> Any:  # noqa: ANN401 - argparse's own
    parser = ArgumentParser(prog="python -m benchmarks hhcrsp", description=__doc__)
    parser.add_argument("folder", type=Path, help=f"instances as *.json.gz, and {BEST_KNOWN}")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each instance")
    parser.add_argument("--out", type=Path, help="write solutions here")
    parser.add_argument("--only", default="*", help="part of the instances, such as '*_50_*'")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2, help="independent searches at once; the best one counts")
    return parser.parse_args(arguments)


def _by_size(path: Path) -> tuple[int, int]:
    size, number = path.name.split(".")[0].split("_")[-2:]
    return int(size), int(number)


def _row(name: str, instance: Instance, costs: Costs, best: float, tried: int) -> str:
    figures = (costs.total, costs.distance, costs.tardiness, costs.worst, best)
    shown = " | ".join(f"{figure:.3f}" for figure in figures)
    return (
        f"{name.removesuffix('.json')} | {len(instance['patients'])} | {shown} | {costs.total / best - 1:+.3%}"
        f" | {tried / 1e6:.0f}"
    )


def read(path: Path) -> Instance:
    """Return a gzipped instance."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)  # type: ignore[no-any-return] # JSON is what it is


def solve(instance: Instance, seed: int, seconds: float) -> SearchResult:
    """Search for that long, on one core."""
    problem, began = problem_of(instance), time.perf_counter()
    return search(problem, work=lambda _: (time.perf_counter() - began) / seconds, seed=seed)


def problem_of(instance: Instance) -> SearchProblem:
    """Translate an instance. Its cost is a third of the problem's price."""
    default = {service["id"]: service.get("default_duration") for service in instance["services"]}
    visits = tuple(
        JointVisit(
            place,
            tuple(float(need.get("duration", default[need["service"]])) for need in patient["required_caregivers"]),
            ((float(patient["time_window"][0]), float(patient["time_window"][1])),),
            tuple(_able(instance, need["service"]) for need in patient["required_caregivers"]),
            _apart(patient),
        )
        for place, patient in enumerate(instance["patients"], 1)
    )
    caregivers = tuple(Agent(0, 0) for _ in instance["caregivers"])
    return SearchProblem(visits, caregivers, np.array([instance["distances"]], np.float64), worst_lateness_price=1.0)


def _able(instance: Instance, service: str) -> tuple[int, ...]:
    return tuple(n for n, caregiver in enumerate(instance["caregivers"]) if service in caregiver["abilities"])


def _apart(patient: Mapping[str, Any]) -> tuple[float, float]:
    synchronization = patient.get("synchronization", {"type": "simultaneous"})
    if synchronization["type"] == "simultaneous":
        return 0.0, 0.0
    least, most = synchronization["distance"]
    return float(least), float(most)


def solution_of(instance: Instance, result: SearchResult) -> Solution:
    """Translate a result into the published format."""
    routes: dict[int, list[dict[str, Any]]] = {n: [] for n in range(len(instance["caregivers"]))}
    default = {service["id"]: service.get("default_duration") for service in instance["services"]}
    for number in result.order:
        patient = instance["patients"][number]
        for role, need in enumerate(patient["required_caregivers"]):
            begin = result.starts[number][role]
            routes[result.assignees[number][role]].append(
                {
                    "patient_id": patient["id"],
                    "service_id": need["service"],
                    "arrival_time": begin,
                    "departure_time": begin + need.get("duration", default[need["service"]]),
                }
            )
    return {
        "routes": [
            {"caregiver_id": instance["caregivers"][n]["id"], "locations": stops} for n, stops in routes.items()
        ],
        "global_ordering": [instance["patients"][number]["id"] for number in result.order],
    }
