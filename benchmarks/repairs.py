"""How gaps in the arrival promise of seeded tight squads can be mended: every way checked anew, one row a squad."""

from __future__ import annotations

import statistics
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from planner.planning import plan_week
from planner.repairs.repair import Kind
from planner.response_repairs import repairs
from tests.planner.repair_checks import Anew
from tests.planner.tight import HOURS, tight_week

HEADERS = (
    "seed", "communities", "limit min", "gaps", "mended", "in part", "none", "unfinished", "ways", "hold", "kinds",
    "s a gap",
)  # fmt: skip


@dataclass
class Tally:
    """What was counted, over one squad or over all."""

    gaps: int = 0
    mended: int = 0
    partly: int = 0
    none: int = 0
    unfinished: int = 0
    offered: Counter[Kind] = field(default_factory=Counter)
    held: Counter[Kind] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another's into this one."""
        self.gaps += other.gaps
        self.mended += other.mended
        self.partly += other.partly
        self.none += other.none
        self.unfinished += other.unfinished
        self.offered += other.offered
        self.held += other.held
        self.seconds += other.seconds

    def cells(self) -> tuple[str, ...]:
        """Return the cells from `gaps` on."""
        kinds = " ".join(f"{kind} {self.held[kind]}/{count}" for kind, count in sorted(self.offered.items()))
        counts = (self.gaps, self.mended, self.partly, self.none, self.unfinished)
        mean = f"{statistics.mean(self.seconds):.2f}" if self.seconds else "-"
        return *(str(each) for each in counts), str(self.offered.total()), str(self.held.total()), kinds or "-", mean


def main(arguments: Sequence[str]) -> int:
    """Print the table; return 1 where a way that was offered does not hold."""
    parser = ArgumentParser(prog="python -m benchmarks repairs", description=__doc__)
    parser.add_argument("--squads", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="seed of the first squad")
    parser.add_argument("--time-limit", type=float, default=30.0, help="work limit of the repairs of a squad")
    options = parser.parse_args(arguments)
    print(" | ".join(HEADERS))
    total, done, seed = Tally(), 0, options.first
    while done < options.squads:
        communities, limit, row = measure(seed, options.time_limit)
        if row.gaps:
            done += 1
            total.add(row)
            print(" | ".join((str(seed), str(communities), str(limit // 60), *row.cells())), flush=True)
        seed += 1
    print(" | ".join((f"{done} of {seed - options.first} squads have gaps", "", "", *total.cells())))
    return int(total.held.total() < total.offered.total())


def measure(seed: int, time_limit: float) -> tuple[int, int, Tally]:
    """Plan one squad's week without the guarantee, mend its gaps, and check each way anew."""
    problem, travel = tight_week(seed)
    plan = plan_week(problem, time_limit=1.0, explained=False)
    began = time.perf_counter()
    found = repairs(problem, plan, travel, HOURS, time_limit=time_limit)
    took = time.perf_counter() - began
    anew = Anew(problem, plan, travel, HOURS)
    tally = Tally(gaps=len(found), seconds=[took / len(found)] * len(found) if found else [])
    for mending in found:
        tally.mended += any(way.whole for way in mending.ways)
        tally.partly += bool(mending.ways) and not any(way.whole for way in mending.ways)
        tally.none += not mending.ways and not mending.stopped
        tally.unfinished += mending.stopped
        for way in mending.ways:
            tally.offered[way.kind] += 1
            tally.held[way.kind] += anew.holds(mending.gap, way)
    return len(problem.communities), problem.policy.response.limit, tally
