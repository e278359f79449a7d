"""How good a week's plan is, and how long it takes: one row a squad, week 2026-W48."""

from __future__ import annotations

import json
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from shapely.geometry import shape

from api.exchange.squad_files import load_squad
from api.prepare import prepare
from benchmarks.real_squad import CANDIDATES, EXTRACT, build_four, build_shanghai
from geo.road_travel import RoadTravel
from geo.roads import read_roads
from geo.travel import UNREACHABLE, Place
from planner.planning import plan_week
from planner.response import check_response
from planner.rules import judge
from planner.week import Week

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "shanghai_center"
WEEK = Week.parse("2026-W48")
HEADERS = (
    "squad", "places", "visits", "missed", "extras", "objective", "bound", "gap", "plan s",
    "check s", "worst min", "gaps", "broken",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Print the table; the real squad is left out, and said to be, where its data is not at hand."""
    parser = ArgumentParser(prog="python -m benchmarks week", description=__doc__)
    parser.add_argument("--time-limit", type=float, default=40.0, help="work limit in deterministic seconds")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    print(" | ".join(HEADERS))
    with tempfile.TemporaryDirectory() as folder:
        for name, source in squads(Path(folder)):
            print(" | ".join(measure(name, source, options.seed, options.time_limit)), flush=True)
    if REAL.is_dir():
        print(f"matrix 200 x 200 on real roads, graph loaded: {matrix_seconds():.2f} s")
    else:
        print(f"{REAL.relative_to(ROOT.parent)} is not at hand: no real squad, no real matrix")
    return 0


def squads(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and source of each squad, those that are built in `folder`."""
    yield "jiading", ROOT / "examples" / "jiading"
    yield "four", build_four(_made(folder / "four"))
    if REAL.is_dir():
        yield "shanghai", build_shanghai(REAL, _made(folder / "shanghai"))


def measure(name: str, source: Path, seed: int, time_limit: float) -> tuple[str, ...]:
    """Plan and check one squad's week; return cells in the order of `HEADERS`."""
    prepared = prepare(load_squad(source).squad, WEEK, None)
    problem = prepared.problem
    began = time.perf_counter()
    plan = plan_week(problem, seed=seed, time_limit=time_limit)
    planned = time.perf_counter()
    report = check_response(problem, plan, prepared.travel, prepared.hours)
    checked = time.perf_counter()
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    must = [visit for visit in problem.visits if visit.mandatory]
    extras = [visit for visit in problem.visits if not visit.mandatory]
    worst = report.worst.seconds / 60 if report.worst else 0.0
    return (
        name,
        str(len(problem.communities)),
        f"{sum(visit.id in placed for visit in must)}/{len(must)}",
        str(sum(visit.id not in placed for visit in must)),
        f"{sum(visit.id in placed for visit in extras)}/{len(extras)}",
        str(plan.objective.total),
        str(plan.objective.bound),
        f"{plan.objective.gap:.2%}",
        f"{planned - began:.1f}",
        f"{checked - planned:.2f}",
        f"{worst:.0f}",
        str(len(report.gaps)),
        str(sum(rule.hard for rule in judge(problem, plan))),
    )


def matrix_seconds() -> float:
    """Return the seconds that 200 x 200 times between real communities take once the graph is loaded."""
    features = json.loads((REAL / CANDIDATES).read_text(encoding="utf-8"))["features"][:200]
    points = [shape(feature["geometry"]).representative_point() for feature in features]
    places = [Place(str(i), point.x, point.y) for i, point in enumerate(points)]
    travel = RoadTravel(read_roads(REAL / EXTRACT, "car"), places, allow_unreached=True)
    began = time.perf_counter()
    seconds = travel.matrix(8).seconds
    took = time.perf_counter() - began
    if np.count_nonzero(seconds < UNREACHABLE) < 0.9 * seconds.size:
        raise RuntimeError("the matrix is mostly unreachable, so its time says nothing")
    return took


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
