"""Two reports at once ready for JSON, and in the words of a shift leader."""

from __future__ import annotations

from typing import Any

from geo.text import Text
from planner.several import TwoAtOnce
from planner.week import WeeklyProblem
from planner.words import span


def two_to_dict(found: TwoAtOnce, problem: WeeklyProblem) -> dict[str, Any]:
    """Return it ready for JSON: times as ISO 8601 with +08:00, seconds as integers, shares from 0 to 1."""
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for gap in found.gaps:
        told = {
            "start": problem.week.instant(gap.start).isoformat(),
            "end": problem.week.instant(gap.end).isoformat(),
            "officers": list(gap.officers),
        }
        pairs.setdefault(gap.communities, []).append(told)
    return {
        "share": found.share,
        "every_pair_share": found.every_pair,
        "pairs": [
            {"communities": list(pair), "late_seconds": late, "gaps": pairs[pair]}
            for pair, late in found.late().items()
        ],
    }


def two_in_words(found: TwoAtOnce, problem: WeeklyProblem) -> Text:
    """Say how far two reports at once are answered, and which pair is the worst."""
    late = found.late()
    if not late:
        return Text(
            "两处同时报告:任何两处、任何时刻都赶得到", "Two reports at once: any two are reached at every moment"
        )
    (one, other), seconds = next(iter(late.items()))
    names = problem.communities[one].name, problem.communities[other].name
    return Text(
        f"两处同时报告:{found.share:.1%} 两处都按时到,{found.every_pair:.1%} 的值班时间任何两处都赶得到;"
        f"最紧的是{names[0]}和{names[1]},一周 {span(seconds).zh}",
        f"Two reports at once: both reached in time {found.share:.1%}, any two {found.every_pair:.1%} of duty time; "
        f"tightest are {names[0]} and {names[1]}, {span(seconds).en} a week",
    )
