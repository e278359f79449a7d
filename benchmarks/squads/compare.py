"""Seeded squads, planned by us and by peers in one run: a table of ours and a table of peers, on one objective."""

from __future__ import annotations

import json
import multiprocessing
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from statistics import median_low

from benchmarks.squads.made import BINDING
from benchmarks.squads.runs import ENGINES, OURS, Order, Row, at_hand, measure

WORK = {"12x6": 30.0, "24x14": 30.0, "60x24": 60.0, "120x40": 100.0}
"""Work limit by size: at sixty and at 120 communities such that a minute, and two, are enough on the clock."""

OF_OURS = (
    "size", "visits", "mandatory placed", "objective", "operating", "bound", "gap", "first plan s", "end s", "MB",
    "broken rules", "two-hour gaps",
)  # fmt: skip
OF_PEERS = (
    "size", "planned by", "visits made", "mandatory missed", "objective", "operating", "bound", "s", "MB",
    "broken rules", "two-hour gaps", "objective / ours", "operating / ours",
)  # fmt: skip
Runner = Callable[[Order], Row]


def main(arguments: Sequence[str]) -> int:
    """Measure, print both tables as they grow, and write every row where asked."""
    options = _options(arguments)
    rows: list[Row] = []
    run = in_its_own_process
    run(
        Order(options.sizes[0], over_full=False, engine=OURS, seed=0, seconds=1.0)
    )  # compiles and caches what there is to
    which = "over-full" if options.over_full else "just fitting"
    print(f"ours, {which}, median of seeds {options.seeds} by objective\n{' | '.join(OF_OURS)}", flush=True)
    for size in options.sizes:
        rows += [run(order) for order in orders_of_ours(options, size)]
        print(" | ".join(cells_of_ours(typical(rows, size))), flush=True)
    peers = () if options.no_peers else tuple(engine for engine in ENGINES if engine != OURS)
    for engine in (engine for engine in peers if not at_hand(engine)):
        print(f"{engine} is not installed (the extra 'peers'): left out")
    if peers:
        print(f"peers, {which}, same squads, each the same time as ours\n{' | '.join(OF_PEERS)}", flush=True)
    for size in options.sizes if peers else ():
        ours = typical(rows, size)
        print(" | ".join(cells_of_peer(ours, ours)), flush=True)
        for order in orders_of_peers(ours, (engine for engine in peers if at_hand(engine))):
            rows.append(run(order))
            print(" | ".join(cells_of_peer(rows[-1], ours)), flush=True)
    if options.out:
        options.out.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    return 0


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks squads", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=tuple(BINDING), help="such as 12x6,24x14")
    parser.add_argument(
        "--seeds", type=_numbers, default=(0, 1, 2), help="seeds of ours; peers take that of the median"
    )
    parser.add_argument("--over-full", action="store_true", help="the squads with more work than fits")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--seconds-scale", type=float, default=1.0, help="of every work limit")
    parser.add_argument("--out", type=Path, help="write every row here, as JSON")
    return parser.parse_args(arguments)


def _sizes(text: str) -> tuple[str, ...]:
    sizes = tuple(text.split(","))
    if unknown := [size for size in sizes if size not in BINDING]:
        raise ArgumentTypeError(f"no squad has the size {', '.join(unknown)}")
    return sizes


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def in_its_own_process(order: Order) -> Row:
    """Measure in a fresh process, so that memory and caches are the run's own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, order).result()


def orders_of_ours(options: Namespace, size: str) -> Iterator[Order]:
    """Yield one order a seed."""
    for seed in options.seeds:
        yield Order(size, options.over_full, OURS, seed, WORK[size] * options.seconds_scale)


def orders_of_peers(ours: Row, engines: Iterable[str]) -> Iterator[Order]:
    """Yield one order a peer, with as long on the clock as ours took."""
    for engine in engines:
        yield Order(ours.size, ours.over_full, engine, ours.seed, ours.seconds)


def typical(rows: Sequence[Row], size: str) -> Row:
    """Return ours of the median objective, and of those the one that took the median time."""
    mine = [row for row in rows if row.size == size and row.engine == OURS]
    objective = median_low(row.objective for row in mine)
    alike = [row for row in mine if row.objective == objective]
    seconds = median_low(row.seconds for row in alike)
    return next(row for row in alike if row.seconds == seconds)


def cells_of_ours(row: Row) -> tuple[str, ...]:
    """Return cells in the order of `OF_OURS`."""
    return (
        row.size,
        str(row.visits),
        f"{row.mandatory - row.missed}/{row.mandatory}",
        f"{row.objective:,}",
        f"{row.operating:,}",
        "" if row.bound is None else f"{row.bound:,}",
        "" if row.gap is None else f"{row.gap:.2%}",
        "" if row.first is None else f"{row.first:.1f}",
        f"{row.seconds:.1f}",
        f"{row.megabytes:.0f}",
        str(row.broken),
        str(row.gaps),
    )


def cells_of_peer(row: Row, ours: Row) -> tuple[str, ...]:
    """Return cells in the order of `OF_PEERS`."""
    return (
        row.size,
        row.engine,
        f"{row.made}/{row.visits}",
        str(row.missed),
        f"{row.objective:,}",
        f"{row.operating:,}",
        "" if row.bound is None else f"{row.bound:,}",
        f"{row.seconds:.1f}",
        f"{row.megabytes:.0f}",
        str(row.broken),
        str(row.gaps),
        f"{row.objective / max(1, ours.objective):.2f}",
        f"{row.operating / max(1, ours.operating):.2f}",
    )
