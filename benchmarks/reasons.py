"""Why visits of over-full squads are missed and what would mend it: every answer checked anew, one row a squad."""

from __future__ import annotations

import statistics
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field

from planner.explain import REASONS_SHARE
from planner.planning import REASONS, plan_week
from planner.possible import Columns, missed_by_obligation
from planner.reasons import Inquiry, reasons_for
from planner.remedies import ways_out
from planner.week import WeeklyProblem
from tests.planner.reason_checks import is_minimal, mends
from tests.planner.seeded import Size, seeded_week

SIZES = (
    Size(6, 1, 3, 1, 0, 4),
    Size(9, 2, 6, 1, 0, 4),
    Size(12, 3, 8, 2, 0),
    Size(12, 3, 9, 1, 1),
    Size(24, 7, 18, 4, 0),
)
"""Too many communities in their peak for their pairs of officers; the last is 24 communities and 14 officers."""

HEADERS = (
    "squad", "communities", "officers", "missed", "sets", "mean size", "unproven", "minimal", "ways", "hold",
    "reasons cpu s", "ways cpu s",
)  # fmt: skip


@dataclass
class Tally:
    """What was counted, over one squad or over all."""

    missed: int = 0
    sizes: list[int] = field(default_factory=list)
    unproven: int = 0
    minimal: int = 0
    ways: int = 0
    hold: int = 0
    reasons: list[float] = field(default_factory=list)
    mending: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another's into this one."""
        self.missed += other.missed
        self.sizes += other.sizes
        self.unproven += other.unproven
        self.minimal += other.minimal
        self.ways += other.ways
        self.hold += other.hold
        self.reasons.append(sum(other.reasons))
        self.mending.append(sum(other.mending))

    def cells(self) -> tuple[str, ...]:
        """Return the cells from `missed` on."""
        mean = f"{statistics.mean(self.sizes):.1f}" if self.sizes else "-"
        counts = (self.missed, len(self.sizes), mean, self.unproven, self.minimal, self.ways, self.hold)
        return *(str(each) for each in counts), f"{sum(self.reasons):.1f}", f"{sum(self.mending):.1f}"


def main(arguments: Sequence[str]) -> int:
    """Print the table; return 1 where a set is not minimal or a way out does not hold."""
    parser = ArgumentParser(prog="python -m benchmarks reasons", description=__doc__)
    parser.add_argument("--squads", type=int, default=50)
    parser.add_argument("--time-limit", type=float, default=40.0, help="work limit of a plan, deterministic seconds")
    options = parser.parse_args(arguments)
    print(" | ".join(HEADERS))
    total, done = Tally(), 0
    for seed in range(4 * options.squads):
        if done == options.squads:
            break
        size = SIZES[done % len(SIZES)]
        row = measure(seeded_week(seed, size), options.time_limit)
        if not row.missed:
            continue  # not over-full after all
        done += 1
        total.add(row)
        print(" | ".join((str(seed), str(size.communities), str(2 * size.pairs), *row.cells())), flush=True)
    print(" | ".join((f"{done} squads", "", "", *total.cells())))
    for name, seconds in (("reasons", total.reasons), ("ways out", total.mending)):
        if seconds:
            print(f"{name}, CPU seconds a squad: median {statistics.median(seconds):.1f}, most {max(seconds):.1f}")
    proven = len(total.sizes) - total.unproven
    return int(total.minimal < proven or total.hold < total.ways)


def measure(problem: WeeklyProblem, time_limit: float) -> Tally:
    """Plan one squad's week, find the reasons and the ways out, and check each of them anew."""
    plan = plan_week(problem, time_limit=time_limit, explained=False)
    missed, columns, tally = missed_by_obligation(problem, plan), Columns(), Tally()
    tally.missed = missed.total()
    visits = {visit.obligation_id: visit for visit in reversed(problem.visits)}
    guess: tuple[tuple[str, ...], ...] = ()
    work = time_limit * REASONS
    for n, obligation in enumerate(missed):
        share = work / (len(missed) - n)
        inquiry = Inquiry(problem, visits[obligation], plan, 0, share * REASONS_SHARE, columns)
        began = time.process_time()
        found = reasons_for(inquiry, guess)
        guess = (*(each.key for each in found.together), ("keeps", obligation)) if found.together else guess
        halfway = time.process_time()
        inquiry.work = share
        ways = ways_out(inquiry)
        tally.mending.append(time.process_time() - halfway)
        tally.reasons.append(halfway - began)
        work -= inquiry.spent
        if found.together:
            tally.sizes.append(len(found.together))
            tally.unproven += bool(found.unproven)
            tally.minimal += not found.unproven and is_minimal(inquiry, found)
        tally.ways += len(ways)
        tally.hold += sum(mends(problem, plan, obligation, way) for way in ways)
    return tally
