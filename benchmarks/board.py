"""The week board: what it weighs, how soon a moved visit is judged, and how soon the places for one are known.

Over HTTP, the server in a process of its own: what a browser on the same machine would wait. Every move is on record
before it is answered.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import httpx2
import numpy as np

from api.commands import plan_loaded
from api.exchange.squad_files import Loaded, load_squad
from api.jobs.embedded import EmbeddedBoard
from api.jobs.job import Job, Order
from api.settings import RECORDS, Settings
from api.storage.engine import open_store, writing
from api.storage.plans import add_draft
from api.worker import make_plan
from benchmarks.real_squad import build_shanghai
from benchmarks.service import records, served
from benchmarks.squads.made import BINDING, seeded_squad
from benchmarks.week import REAL, ROOT
from casework.calendar import SHANGHAI
from planner.document import plan_to_dict
from planner.squad import Squad
from planner.week import Week

WEEK = "2026-W48"
HEADERS = (
    "squad", "visits", "board kB", "open ms", "GET ms", "move ms p50", "p95", "undo ms p50", "places ms p50", "max",
)  # fmt: skip

Board: TypeAlias = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Print the table; squads on real roads are left out, and said to be, where their data is not at hand."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks board", description=__doc__)
    parser.add_argument("--time-limit", type=float, default=10.0, help="work limit of each plan, deterministic seconds")
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--places", type=int, default=12)
    options = parser.parse_args(arguments)
    print(" | ".join(HEADERS))
    with tempfile.TemporaryDirectory(prefix="wuzao-") as folder:
        for name, squad in _squads(Path(folder)):
            print(" | ".join((name, *_measure(Path(folder) / "served" / name, squad, options))), flush=True)
    if not REAL.is_dir():
        print(f"{REAL.relative_to(ROOT.parent)} is not at hand: no squad on real roads")
    return 0


def _squads(folder: Path) -> Iterator[tuple[str, Squad]]:
    yield "jiading", load_squad(ROOT / "examples" / "jiading").squad
    for size in ("24x14", "60x24"):
        yield size, seeded_squad(size, BINDING[size])
    if REAL.is_dir():
        (folder / "roads").mkdir()
        built = build_shanghai(REAL, folder / "roads", communities=60, officers=24, peak=24, pre_delivery=4)
        yield "60x24 on roads", load_squad(built).squad


def _measure(folder: Path, squad: Squad, options: argparse.Namespace) -> tuple[str, ...]:
    """Return cells in the order of `HEADERS`."""
    folder.mkdir(parents=True)
    records(folder, squad)
    place = planned(folder, squad, options.time_limit)
    with served(folder) as client:
        took, first = _timed(client, "GET", f"{place}/board")
        times = _moved(client, place, first.json(), options.moves)
        times["open"].append(took)
        board: Board = client.get(f"{place}/board").json()
        for card in Random(2).sample(board["cards"], min(options.places, len(board["cards"]))):
            took, _ = _timed(client, "GET", f"{place}/places", params={"visit": card["visit"]})
            times["places"].append(took)
        for _ in range(10):
            times["get"].append(_timed(client, "GET", f"{place}/board")[0])
    moves = times["move"]
    cells = (
        *(np.median(times[what]) for what in ("open", "get", "move")),
        np.percentile(moves, 95),
        np.median(times["undo"]),
        np.median(times["places"]),
        max(times["places"]),
    )
    visits = len(board["cards"]) + len(board["missed"])
    return str(visits), f"{len(first.content) / 1000:.0f}", *(f"{cell:.0f}" for cell in cells)


def _moved(client: httpx2.Client, place: str, board: Board, count: int) -> dict[str, list[float]]:
    """Move visits, taking every fourth move back, and return the milliseconds that each took."""
    rng = Random(1)
    times: dict[str, list[float]] = defaultdict(list)
    for number in range(count):
        took, answer = _timed(client, "POST", f"{place}/moves", json={"moves": [_move(board, rng)]})
        if answer.is_success:
            times["move"].append(took)
            board = answer.json()
        if number % 4 == 3:
            took, answer = _timed(client, "POST", f"{place}/undo")
            times["undo"].append(took)
            board = answer.json()
    return times


def planned(folder: Path, squad: Squad, time_limit: float) -> str:
    """Put a plan into the records, as if the server had made it, and return its address."""
    week = Week.parse(WEEK)
    planned = plan_loaded(Loaded(squad, ()), week, seed=0, time_limit=time_limit, cache=folder / "cache")
    document = plan_to_dict(planned.prepared.problem, planned.plan, planned.prepared.squad)
    settings = Settings(data=folder, jobs=folder / "jobs", cache=folder / "cache")
    settings.jobs.mkdir()
    store = open_store(folder / RECORDS)

    def keep(plan_id: str) -> None:
        with writing(store) as connection:
            add_draft(connection, squad.id, plan_id, document, datetime.now(SHANGHAI))

    order = Order(squad.id, str(folder / RECORDS), WEEK, 0, time_limit)
    job = EmbeddedBoard(settings, make_plan).adopt(Job("", order, folder / "nothing"), document, keep)
    store.dispose()
    return f"/api/squads/{squad.id}/plans/{job.id}"


def _move(board: Board, rng: Random) -> Board:
    """Return a move of some visit to some shift of its A or B officer."""
    card = rng.choice(board["cards"])
    community = next(each for each in board["communities"] if each["id"] == card["community"])
    lead = rng.choice((community["a"], community["b"]))
    officer = next(each for each in board["officers"] if each["id"] == lead)
    day, band = rng.choice(officer["duty"])
    return {"visit": card["visit"], "day": day, "band": band, "officer": officer["id"]}


def _timed(client: httpx2.Client, method: str, address: str, **more: Any) -> tuple[float, httpx2.Response]:  # noqa: ANN401 - as the client takes it
    began = time.perf_counter()
    answer = client.request(method, address, **more)
    return (time.perf_counter() - began) * 1000, answer
