"""The headline numbers of a week: is what is owed placed, how near is the promise, how good is the plan."""

from __future__ import annotations

from dataclasses import dataclass

from casework.obligation import KIND_NAMES, VisitKind
from geo.community import Phase
from geo.text import Language, Text, same
from maps.speak import moment, span
from planner.phases import NEVER
from planner.response_report import ResponseReport
from planner.week import WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline number; `bad` paints it red."""

    label: str
    value: str
    note: str
    bad: bool = False


def headline(
    problem: WeeklyProblem, plan: WeeklyPlan, report: ResponseReport | None, language: Language
) -> list[Figure]:
    """Return the numbers of the strip on top of the week."""
    return [
        _joint(problem, plan, language),
        _placed(problem, plan, VisitKind.RECHECK, Text("一周复查", "Re-checks after a week"), language),
        slowest(problem, report, language),
        _stationing(problem, plan, language),
        _proof(plan, language),
    ]


def slowest(problem: WeeklyProblem, report: ResponseReport | None, language: Language) -> Figure:
    """Return the slowest arrival of the week."""
    if report is None or report.worst is None:
        label = Text("到场 · 最慢", "Arrival · slowest").say(language)
        return Figure(label, "—", Text("未核查", "not checked").say(language))
    limit = span(report.limit)
    label = Text(f"{limit.zh}到场 · 最慢", f"Arrival within {limit.en} · slowest").say(language)
    worst = report.worst
    place = problem.communities[worst.community_id].name
    note = f"{moment(worst.instant).say(language)} {place}"
    return Figure(label, waiting(worst.seconds).say(language), note, worst.seconds > report.limit)


def waiting(seconds: int) -> Text:
    """Return an arrival time, or that nobody comes."""
    return Text("无人能到", "nobody") if seconds >= NEVER else span(seconds)


def placed_visits(plan: WeeklyPlan) -> set[str]:
    """Return the ids of all visits the plan makes."""
    return {stop.visit_id for route in plan.routes for stop in route.stops}


def _joint(problem: WeeklyProblem, plan: WeeklyPlan, language: Language) -> Figure:
    count = sum(c.phase is Phase.PEAK for c in problem.communities.values())
    return _placed(
        problem,
        plan,
        VisitKind.JOINT,
        Text("联合检查", "Joint inspections"),
        language,
        Text(f"{count} 个集中装修小区", f"{count} communities in the peak"),
    )


def _placed(
    problem: WeeklyProblem, plan: WeeklyPlan, kind: VisitKind, label: Text, language: Language, note: Text | None = None
) -> Figure:
    owed = [visit.id for visit in problem.visits if visit.kind is kind and visit.mandatory]
    made = len(placed_visits(plan).intersection(owed))
    left = len(owed) - made
    if left:
        note = Text(f"{left} 项未排上", f"{left} not placed")
    note = note or (Text("全部排上", "all placed") if owed else Text("本周没有", "none due"))
    return Figure(label.say(language), f"{made} / {len(owed)}", note.say(language), left > 0)


def _stationing(problem: WeeklyProblem, plan: WeeklyPlan, language: Language) -> Figure:
    kinds = {visit.id: visit for visit in problem.visits if visit.kind is VisitKind.STATIONING}
    where: dict[str, list[str]] = {}
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit_id in kinds:
                name = problem.communities[stop.community_id].name
                where.setdefault(name, []).append(WEEKDAYS[route.day].say(language))
    words = [f"{name} {' '.join(dict.fromkeys(days))}" for name, days in where.items()]
    note = Text("、".join(words), ", ".join(words)) if words else None
    return _placed(problem, plan, VisitKind.STATIONING, KIND_NAMES[VisitKind.STATIONING], language, note)


def _proof(plan: WeeklyPlan, language: Language) -> Figure:
    gap = plan.objective.gap
    minutes = Text(
        f"目标 {plan.objective.total // 60} · 下界 {plan.objective.bound // 60}(分钟)",
        f"cost {plan.objective.total // 60} · bound {plan.objective.bound // 60} (min)",
    )
    value = Text("已证最优", "proven optimal") if gap == 0 else same(f"{gap:.1%}")
    return Figure(Text("与最优的差距", "Gap to the best").say(language), value.say(language), minutes.say(language))
