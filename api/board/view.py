"""The week board as JSON: who does what when, what is missed, what breaks, and how the promise stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from api.agenda import PHASE_NAMES
from api.board.figures import figures
from api.faults import text_to_dict
from api.planned import Planned
from api.storage.plans import KeptPlan, PlanState
from casework.calendar import calendar_notes
from casework.obligation import KIND_NAMES, VisitKind
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, Violation
from geo.text import Text
from planner.officer import Leave
from planner.partner import PARTNER_NAMES
from planner.phases import NEVER
from planner.response_words import explain_gap
from planner.rulebook import BrokenRule, members
from planner.visit import Visit
from planner.week import DAY, MissedVisit, Route, StandBy, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, clock, listed
from planner.workload import outings_by_shift, seconds_of

Json: TypeAlias = dict[str, Any]

SATURDAY = 5
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Standing:
    """What a plan is to the squad, and what may be done with it.

    Attributes
    ----------
    undo, redo
        Whether there is an act to take back, and one that was taken back.
    """

    kept: KeptPlan
    editable: bool
    undo: bool
    redo: bool


def board_of(planned: Planned, standing: Standing) -> Json:
    """Return a judged plan as the week board shows it."""
    problem, plan, kept = planned.prepared.problem, planned.plan, standing.kept
    broken = broken_rows(problem, plan, planned.broken)
    objective = plan.objective
    bound = objective.bound or None
    return {
        "plan": kept.id,
        "version": kept.version,
        "state": kept.state.value,
        "editable": standing.editable and kept.state is PlanState.DRAFT,
        "week": str(problem.week),
        "undo": standing.undo,
        "redo": standing.redo,
        "objective": {
            "total": objective.total,
            "bound": bound,
            "gap": None if bound is None else round(objective.gap, 6),
        },
        "days": [_day(problem, day) for day in range(7)],
        "bands": [
            {"id": band.id, "name": band.name, "begin": clock(band.start), "end": clock(band.end)}
            for band in problem.bands.values()
        ],
        "officers": _officers(planned),
        "communities": [
            {
                "id": community.id,
                "name": community.name,
                "phase": text_to_dict(PHASE_NAMES[community.phase]),
                "phase_code": community.phase.value,
                "a": community.a_officer,
                "b": community.b_officer,
            }
            for community in problem.communities.values()
        ],
        "cards": list(_cards(planned, broken)),
        "standby": [_standby(problem, item) for item in plan.standby],
        "missed": list(_missed(planned)),
        "broken": broken,
        "figures": [figure.shown for figure in figures(planned)],
        "response": _response(planned),
        "warnings": [text_to_dict(text) for text in _warnings(planned)],
    }


def broken_rows(problem: WeeklyProblem, plan: WeeklyPlan, broken: Iterable[BrokenRule]) -> list[Json]:
    """Return broken rules with the visits, the day and the officers concerned.

    Of a route without a visit named, all of its visits are.
    """
    routes = {route.id: route for route in plan.routes}
    days = {stop.visit_id: route.day for route in plan.routes for stop in route.stops}
    visits = {visit.id for visit in problem.visits}
    return [_broken(problem, rule, routes, days, visits) for rule in broken]


def _broken(
    problem: WeeklyProblem,
    rule: BrokenRule,
    routes: Mapping[str, Route],
    days: Mapping[str, int],
    visits: Collection[str],
) -> Json:
    within = [routes[each] for each in rule.where if each in routes]
    named = [each for each in rule.where if each in visits]
    officers = [each for each in rule.where if each in problem.officers]
    when = [days[visit] for visit in named if visit in days] or [route.day for route in within]
    return {
        "rule": rule.rule,
        "hard": rule.hard,
        "message": text_to_dict(rule.message),
        "over": rule.over or 0,
        "visits": named or [stop.visit_id for route in within for stop in route.stops],
        "day": min(when, default=None),
        "officers": officers or list(dict.fromkeys(each for route in within for each in members(route))),
    }


def _day(problem: WeeklyProblem, day: int) -> Json:
    working, weekend = problem.working_days[day], day >= SATURDAY
    note = None
    if working and weekend:
        note = Text("调休上班", "make-up working day")
    elif not working:
        note = Text("休息日", "rest day") if weekend else Text("放假", "holiday")
    return {
        "day": day,
        "date": problem.week.days[day].isoformat(),
        "working": working,
        "note": None if note is None else text_to_dict(note),
    }


def _officers(planned: Planned) -> list[Json]:
    problem = planned.prepared.problem
    been = outings_by_shift(problem, planned.plan.routes)
    communities = problem.communities.values()
    most = problem.policy.max_patrol_hours_per_week
    return [
        {
            "id": officer.id,
            "name": officer.name,
            "certified": officer.certified,
            "a_of": [community.id for community in communities if community.a_officer == officer.id],
            "b_of": [community.id for community in communities if community.b_officer == officer.id],
            "hours": round(seconds_of(been.get(officer.id, ())) / HOUR, 2),
            "most_hours": round(most / HOUR, 2),
            "duty": [[problem.day_of(s), s.band_id] for s in problem.shifts if s.officer_id == officer.id],
            "away": [_away(problem, leave) for leave in problem.leave if leave.officer_id == officer.id],
        }
        for officer in problem.officers.values()
    ]


def _away(problem: WeeklyProblem, leave: Leave) -> Json:
    reason = mask_phones(leave.reason)
    text = Text(f"请假:{reason}", f"On leave: {reason}") if reason else Text("请假", "On leave")
    return {"day": (leave.day - problem.week.monday).days, "text": text_to_dict(text)}


def _cards(planned: Planned, broken: Sequence[Json]) -> Iterator[Json]:
    problem = planned.prepared.problem
    visits = {visit.id: visit for visit in problem.visits}
    violations = {violation.id: violation for violation in planned.prepared.squad.violations}
    pinned = {pin.visit_id for pin in problem.pins}
    faults: dict[str, list[int]] = {}
    for number, row in enumerate(broken):
        for visit_id in row["visits"]:
            faults.setdefault(visit_id, []).append(number)
    for number, route in enumerate(planned.plan.routes):
        for stop in route.stops:
            visit = visits[stop.visit_id]
            yield {
                **_named(visit, violations),
                **_placed(problem, route, stop),
                "route": number,
                "pinned": visit.id in pinned,
                "mandatory": visit.mandatory,
                "breakable": visit.breakable,
                "broken": faults.get(visit.id, []),
            }


def _named(visit: Visit, violations: Mapping[str, Violation]) -> Json:
    return {
        "visit": visit.id,
        "kind": visit.kind.value,
        "kind_name": text_to_dict(KIND_NAMES[visit.kind]),
        "community": visit.community_id,
        "title": text_to_dict(title(visit, violations)),
    }


def title(visit: Visit, violations: Mapping[str, Violation]) -> Text:
    """Return what a visit is for, without its community: where in it and for what, of a re-check; else its kind."""
    found = [violations[each] for each in visit.violation_ids if each in violations]
    if visit.kind is not VisitKind.RECHECK or not found:
        return KIND_NAMES[visit.kind]
    first, more = found[0], len(found) - 1
    place, what = mask_phones(first.building), CATALOGUE[first.type].name
    said = Text(f"{place} {what.zh}".strip(), f"{what.en}, {place}" if place else what.en)
    return Text(f"{said.zh} 等 {more + 1} 处", f"{said.en} and {more} more") if more else said


def _placed(problem: WeeklyProblem, route: Route, stop: Stop) -> Json:
    community = problem.communities[stop.community_id]
    posts = {community.b_officer: "b", community.a_officer: "a"}
    partners = [problem.partners[each] for each in stop.partner_ids]
    return {
        "day": route.day,
        "band": route.band_id,
        "officers": list(stop.officers),
        "auxiliaries": list(route.crew.auxiliaries),
        "post": posts.get(stop.officers[0], "") if stop.officers else "",
        "partners": [
            {"id": each.id, "name": each.name, "kind": text_to_dict(PARTNER_NAMES[each.kind])} for each in partners
        ],
        "begin": _minute(stop.begin),
        "end": _minute(stop.end),
        "arrive": _minute(stop.arrival),
    }


def _minute(second: int) -> str:
    return clock(second // 60 * 60)


def _standby(problem: WeeklyProblem, item: StandBy) -> Json:
    return {
        "officer": item.officer_id,
        "day": item.day,
        "begin": _minute(item.start),
        "end": _minute(item.end),
        "where": problem.communities[item.community_id].name,
    }


def _missed(planned: Planned) -> Iterator[Json]:
    """Yield what is left out, what is owed before what would only be good to make."""
    problem, plan = planned.prepared.problem, planned.plan
    violations = {violation.id: violation for violation in planned.prepared.squad.violations}
    told = {miss.visit_id: miss for miss in plan.missed}
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    left = [visit for visit in problem.visits if visit.id not in placed and (visit.id in told or visit.missed)]
    for visit in sorted(left, key=lambda visit: not visit.mandatory):
        miss = told.get(visit.id, MissedVisit(visit.id, ()))
        yield {
            **_named(visit, violations),
            "mandatory": visit.mandatory,
            "due": text_to_dict(_due(visit)),
            "reasons": [text_to_dict(text) for text in miss.reasons],
            "ways": [text_to_dict(text) for text in miss.remedies],
        }


def _due(visit: Visit) -> Text:
    """Return the days on which a visit may be made; every day of the week is no news."""
    if len(visit.days) == len(WEEKDAYS):
        return Text("本周内", "within the week")
    return listed([WEEKDAYS[day] for day in visit.days])


def _response(planned: Planned) -> Json:
    problem, report = planned.prepared.problem, planned.report
    worst = report.worst
    return {
        "limit": report.limit,
        "worst": None if worst is None else known(worst.seconds),
        "gaps": [
            {
                "community": gap.community_id,
                "begin": problem.week.instant(gap.start).isoformat(),
                "end": problem.week.instant(gap.end).isoformat(),
                "text": text_to_dict(explain_gap(gap, problem)),
            }
            for gap in report.gaps
        ],
        "heat": [{"community": cover.community_id, "hours": _heat(cover.hourly)} for cover in report.communities],
    }


def known(seconds: int) -> int:
    """Return seconds until somebody is there; a week where nobody comes at all."""
    return 7 * DAY if seconds >= NEVER else seconds


def _heat(hourly: Sequence[int]) -> list[int | None]:
    return [None if seconds < 0 else known(seconds) for seconds in hourly]


def _warnings(planned: Planned) -> Iterator[Text]:
    prepared = planned.prepared
    if prepared.squad.made_up:
        yield Text("示例数据,人员、边界与记录均为虚构", "Example data: people, boundaries and records are invented")
    if prepared.problem.estimated:
        yield Text("没有路网文件,行车时间为直线估算", "No road file: driving times are straight-line estimates")
    for fault in prepared.warnings:
        yield Text(f"{fault.file}:{fault.problem.zh}", f"{fault.file}: {fault.problem.en}")
    notes = calendar_notes(prepared.problem.week.monday)
    yield from dict.fromkeys((*planned.plan.notes, *notes))
