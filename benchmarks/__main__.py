"""Measurements by name: ``python -m benchmarks`` lists them, ``python -m benchmarks week`` prints a table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from benchmarks import (
    board,
    board_page,
    bureau,
    guarantee,
    hhcrsp,
    lending,
    reasons,
    repairs,
    replan,
    response,
    service,
    week,
)
from benchmarks.squads import compare

NAMES: Mapping[str, tuple[Callable[[Sequence[str]], int], str]] = {
    "board": (board.main, "the week board: what it weighs, and how soon a moved visit is judged"),
    "board_page": (board_page.main, "the week board in a browser: what it loads, how soon a drop is answered"),
    "bureau": (
        bureau.main,
        "a bureau of 220 squads over PostgreSQL: planned by workers, read over a year's records",
    ),
    "guarantee": (guarantee.main, "tight squads with the two-hour guarantee and without it, and which none could keep"),
    "hhcrsp": (hhcrsp.main, "the search on public instances of visits that need two people at once"),
    "lending": (lending.main, "officers lent between squads of seeded districts, each proposal checked anew"),
    "reasons": (reasons.main, "why over-full squads miss visits and what would mend it, each answer checked anew"),
    "repairs": (repairs.main, "how gaps in the arrival promise of tight squads can be mended, each way checked anew"),
    "replan": (replan.main, "plan the rest of a week of 60 communities again after each kind of event"),
    "response": (response.main, "the exact two-hour check on real roads: against sampling, and as squads grow"),
    "service": (service.main, "the service's answers while a plan is being solved, and a year's records on disk"),
    "squads": (compare.main, "seeded squads of four sizes, hard to fill, against peers on the same objective"),
    "week": (week.main, "plan the example, the report's four communities and a squad on real Shanghai roads"),
}


def main(arguments: Sequence[str]) -> int:
    """Run the measurement named first, or list the names."""
    if not arguments:
        for name, (_, what) in NAMES.items():
            print(f"{name:10} {what}")
        return 0
    name, *rest = arguments
    if name not in NAMES:
        print(f"no measurement is called {name}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    return NAMES[name][0](rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
