"""Gaps in the promise that no plan of this week could avoid, each with its proof in words.

Two things are proven, both without the solver: that a community is late even if everybody stands by at the station; and
that a mandatory visit, by whomever it is led and whenever it begins, leaves a community with nobody who could be there
in time. A gap that neither proves may still be one that no plan avoids: then nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from casework.obligation import KIND_NAMES
from geo.text import Text
from planner.guarantee import Promise, roster_gaps
from planner.response_report import CoverageGap, ResponseReport
from planner.response_words import explain_gap
from planner.roster_cover import late_tolls, unanswered
from planner.solver.columns import Frame, Task, frames, posts, tasks_by_day
from planner.tolls import worthwhile_begins
from planner.visit import Visit
from planner.week import Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import span


@dataclass(frozen=True, slots=True)
class Unkeepable:
    """A gap that every plan has which misses no more work, and why."""

    gap: CoverageGap
    reason: Text


def unkeepable(
    problem: WeeklyProblem, plan: WeeklyPlan, report: ResponseReport, promise: Promise
) -> tuple[Unkeepable, ...]:
    """Return those of a checked plan's gaps that are proven to be nobody's fault, in the report's order.

    Nothing where the promise is not guaranteed (`policy.response.guaranteed`): then nobody tried.
    """
    if report.kept or not problem.policy.response.guaranteed:
        return ()
    single = replace(problem.policy.response, two_deep=False)
    roster = roster_gaps(replace(problem, policy=replace(problem.policy, response=single)), promise)
    harmful: dict[str, bool] = {}
    found = []
    for gap in report.gaps:
        reason = next((_by_roster(problem, hole) for hole in roster if _meet(hole, gap)), None)
        reason = reason or next(_by_visits(problem, plan, gap, harmful), None)
        if reason is not None:
            found.append(Unkeepable(gap, reason))
    return tuple(found)


def harmless_nowhere(problem: WeeklyProblem, visit: Visit) -> bool:
    """Return whether a visit leaves some community unanswered by whomever it is led and whenever it begins."""
    by_day = tasks_by_day(problem)
    tolls = [
        toll
        for frame in frames(problem)
        for task in by_day[frame.day]
        if task.visit.obligation_id == visit.obligation_id and frame.lead in posts(problem, task.visit)
        for toll in _tolls(problem, frame, task)
    ]
    return bool(tolls) and min(tolls) > 0


def _tolls(problem: WeeklyProblem, frame: Frame, task: Task) -> Iterator[int]:
    """Yield what the begins of a visit within a shift cost for leaving somebody unanswered; nothing else counts."""
    ready = frame.start + problem.drive(frame.kind, frame.band_id, frame.origin, task.visit.community_id)
    late = late_tolls(problem, frame.lead, frame.kind, frame.band_id, task.visit, task.day)
    for begin, toll in worthwhile_begins(late, ready, task.next_begin):
        if begin + task.visit.duration <= frame.end:
            yield toll


def _meet(one: CoverageGap, other: CoverageGap) -> bool:
    return one.community_id == other.community_id and one.start < other.end and other.start < one.end


def _by_roster(problem: WeeklyProblem, hole: CoverageGap) -> Text:
    told = explain_gap(hole, problem)
    return Text(f"即使所有人都在队部待命也一样。{told.zh}", f"Even with everybody at the station: {told.en}")


def _by_visits(problem: WeeklyProblem, plan: WeeklyPlan, gap: CoverageGap, harmful: dict[str, bool]) -> Iterator[Text]:
    visits = {visit.id: visit for visit in problem.visits}
    for route, stop in _under_way(plan, gap):
        visit = visits.get(stop.visit_id)
        if visit is None or not visit.mandatory or gap.community_id not in unanswered(problem, route, stop):
            continue
        if visit.obligation_id not in harmful:
            harmful[visit.obligation_id] = harmless_nowhere(problem, visit)
        if harmful[visit.obligation_id]:
            yield _told(problem, route, visit, gap.community_id)


def _under_way(plan: WeeklyPlan, gap: CoverageGap) -> Iterator[tuple[Route, Stop]]:
    for route in plan.routes:
        for stop in route.stops:
            if stop.begin < gap.end and gap.start < stop.end:
                yield route, stop


def _told(problem: WeeklyProblem, route: Route, visit: Visit, community_id: str) -> Text:
    here, there = problem.communities[visit.community_id].name, problem.communities[community_id].name
    kind = next(vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id)
    held = min(visit.wrap_up, visit.duration) if visit.breakable else visit.duration
    way = problem.drive(kind, route.band_id, visit.community_id, community_id)
    name, limit = KIND_NAMES[visit.kind], span(problem.policy.response.limit)
    doing = Text("收尾", "leave") if visit.breakable else Text("须做完", "finish")
    return Text(
        f"{here}{name.zh}{doing.zh}要 {span(held).zh},再到{there} {span(way).zh},超过 {limit.zh};"
        "那时没有别人能去,换谁带队、换到哪天哪班都一样",
        f"{name.en} at {here} takes {span(held).en} to {doing.en} and {span(way).en} on to {there}: more than "
        f"{limit.en}, with nobody else to go, whoever leads it and whenever it is made",
    )
