"""A check's figures ready for JSON, and the few of them that a leader is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo.text import Text
from planner.phases import NEVER
from planner.response_absence import Absence
from planner.response_figures import Figures, Times
from planner.response_stress import MOST, Stress
from planner.week import WeeklyProblem
from planner.words import span

NAMED = 3
"""So many critical officers are named."""


def figures_to_dict(found: Figures) -> dict[str, Any]:
    """Return the figures ready for JSON: seconds as integers, null for 'never', shares from 0 to 1."""
    return {
        "by_time": _times(found.by_time),
        "by_rate": _times(found.by_rate),
        "hourly_share": {name: list(shares) for name, shares in found.hourly.items()},
        "two_deep": {one.community_id: {"share": one.share, "late_seconds": one.late} for one in found.depth},
        "absences": [_absence(one) for one in found.absences],
        "critical": [one.officer_id for one in found.critical],
        "unservable": [{"community": community, "officer": officer} for community, officer in found.unservable],
        "stresses": [_stress(one) for one in found.stresses],
        "break_even_travel": found.break_even,
        "share_by_b": found.by_b,
        "too_late_in_shift_seconds": found.too_late_in_shift,
    }


def figures_in_words(found: Figures, problem: WeeklyProblem) -> Iterator[Text]:
    """Yield what a leader is to know beyond worst case and gaps: how soon as a rule, on whom it hangs, how tight."""
    half, most = found.by_rate.percentiles[50], found.by_rate.percentiles[95]
    if half is not None and most is not None:
        yield Text(
            f"一半报告 {span(half).zh}内到场,95% 在 {span(most).zh}内",
            f"Half of all reports are reached within {span(half).en}, 95 % within {span(most).en}",
        )
    critical = found.critical
    if critical:
        names = [problem.officers[one.officer_id].name for one in critical[:NAMED]]
        more = len(critical) - len(names)
        yield Text(
            f"少一人就会超时的队员 {len(critical)} 名:{'、'.join(names)}{'等' if more else ''}",
            f"{len(critical)} officers without whom somebody is late: {', '.join(names)}{' …' if more else ''}",
        )
    yield _margin(found)


def _margin(found: Figures) -> Text:
    if found.break_even is None:
        return Text("路况没有余量:现在就有超时", "No margin for traffic: some are late as it is")
    factor = f"{found.break_even:.2f}"
    if found.break_even >= MOST:
        return Text(f"路况慢到 {factor} 倍也不超时", f"Nobody is late even with travel {factor} times as long")
    return Text(f"路况慢到 {factor} 倍以内不超时", f"Nobody is late with travel up to {factor} times as long")


def _times(times: Times) -> dict[str, Any]:
    return {"share": times.share, **{f"p{p}": seconds for p, seconds in times.percentiles.items()}}


def _absence(one: Absence) -> dict[str, Any]:
    return {
        "officer": one.officer_id,
        "worst_seconds": _known(one.worst),
        "share_lost": one.lost,
        "late_seconds": one.late,
        "communities": list(one.communities),
    }


def _stress(one: Stress) -> dict[str, Any]:
    return {
        "name": one.name,
        "factor": one.factor,
        "share": one.share,
        "late_seconds": one.late,
        "worst_seconds": _known(one.worst),
    }


def _known(seconds: int) -> int | None:
    return None if seconds >= NEVER else seconds
