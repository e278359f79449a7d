"""What the two-hour page says of absences and of slower traffic, row by row."""

from __future__ import annotations

from typing import Any

from geo.text import Language, Text
from maps.figures import waiting
from maps.speak import span
from planner.response_absence import Absence
from planner.response_figures import Figures
from planner.response_stress import MOST, Stress
from planner.week import WeeklyProblem

NAMED = 8
"""So many communities are named."""

STRESSES = {
    "travel": Text("赶路慢到 1.3 倍", "Responses take 1.3 times as long"),
    "handling": Text("处置长到 1.5 倍", "Handling takes 1.5 times as long"),
    "all_breakable": Text("所有任务都可中断", "Every visit can be broken off"),
    "none_breakable": Text("所有任务都不可中断", "No visit can be broken off"),
}


def resilience(problem: WeeklyProblem, found: Figures, language: Language) -> dict[str, Any]:
    """Return the rows of the absences, the worst first, and of what might be otherwise, and the margin for traffic."""
    return {
        "margin": _margin(found).say(language),
        "margin_bad": found.break_even is None,
        "absences": [_absence(problem, one, language) for one in found.absences],
        "stresses": [_stress(one, language) for one in found.stresses],
    }


def _margin(found: Figures) -> Text:
    if found.break_even is None:
        return Text("路况没有余量:现在就有超时", "No margin for traffic: some are late as it is")
    if found.break_even >= MOST:
        return Text(f"路况再慢也不超时(试到 {MOST:.0f} 倍)", f"No traffic makes anybody late (up to {MOST:.0f} times)")
    return Text(
        f"赶路慢到 {found.break_even:.2f} 倍以内不超时",
        f"Nobody is late with travel up to {found.break_even:.2f} times as long",
    )


def _absence(problem: WeeklyProblem, one: Absence, language: Language) -> dict[str, Any]:
    return {
        "name": problem.officers[one.officer_id].name,
        "critical": one.critical,
        "late": span(one.late).say(language) if one.late else "–",
        "worst": waiting(one.worst).say(language),
        "communities": _named([problem.communities[c].name for c in one.communities], language),
    }


def _named(names: list[str], language: Language) -> str:
    listed = ("、" if language == "zh" else ", ").join(names[:NAMED])
    if len(names) <= NAMED:
        return listed
    return Text(f"{listed}等 {len(names)} 个", f"{listed} and {len(names) - NAMED} more").say(language)


def _stress(one: Stress, language: Language) -> dict[str, Any]:
    return {
        "name": STRESSES[one.name].say(language),
        "bad": one.late > 0,
        "late": span(one.late).say(language) if one.late else "–",
        "worst": waiting(one.worst).say(language),
    }
