"""Events in a sentence, as a squad leader would pass them on."""

from __future__ import annotations

from casework.obligation import KIND_NAMES
from casework.violation import CATALOGUE
from geo.community import Phase
from geo.text import Text
from planner.event import (
    ATTEMPT,
    REPORT,
    Event,
    NewViolation,
    OfficerIll,
    PartnerMoved,
    PhaseChanged,
    ReportTakesCrew,
    RoadClosed,
    VehicleBroken,
    VisitAsked,
    VisitNotCompleted,
    VisitOverran,
)
from planner.rulebook import community_name, officer_name, partner_name, place_name, visit_name
from planner.visit import Visit
from planner.week import WeeklyProblem
from planner.words import WEEKDAYS, clock, moment, span

PHASES = {
    Phase.PRE_DELIVERY: Text("交付前", "pre-delivery"),
    Phase.PEAK: Text("装修高峰期", "renovation peak"),
    Phase.ROUTINE: Text("常态", "routine"),
    Phase.CLOSED: Text("结束", "closed"),
}


def tell(problem: WeeklyProblem, event: Event) -> Text:  # noqa: C901, PLR0911 - one case and return a kind of event
    """Return what happened."""
    match event:
        case OfficerIll():
            who, start, end = officer_name(problem, event.officer_id), moment(event.start), moment(event.end)
            return Text(f"{who}因病缺勤,{start.zh} 至 {end.zh}", f"{who} is ill from {start.en} to {end.en}")
        case PartnerMoved():
            who, day = partner_name(problem, event.partner_id), WEEKDAYS[event.day]
            hours = "、".join(f"{clock(start)}–{clock(end)}" for start, end in event.hours)
            return Text(
                f"{who}{day.zh}改为 {hours}" if hours else f"{who}{day.zh}不能到场",
                f"{who} now comes {day.en} {hours}" if hours else f"{who} cannot come on {day.en}",
            )
        case VehicleBroken():
            what = next((v.name for v in problem.vehicles if v.id == event.vehicle_id), event.vehicle_id)
            start, end = moment(event.start), moment(event.end)
            return Text(f"{what}故障,{start.zh} 至 {end.zh}", f"{what} is out of service, {start.en} to {end.en}")
        case ReportTakesCrew():
            who, place = officer_name(problem, event.officer_id), community_name(problem, event.community_id)
            start, end = moment(event.start), moment(event.end)
            return Text(
                f"{place}有举报,{who}组 {start.zh} 至 {end.zh} 前往处置",
                f"A report at {place} takes {who}'s crew, {start.en} to {end.en}",
            )
        case VisitOverran():
            name, until = _visit(problem, event.visit_id), moment(event.until)
            return Text(f"{name.zh}超时,到 {until.zh} 才结束", f"The {name.en} lasts until {until.en}")
        case VisitNotCompleted():
            name = _visit(problem, event.visit_id)
            return Text(f"{name.zh}未完成,需补做", f"The {name.en} was not completed and is still owed")
        case PhaseChanged():
            place, phase = community_name(problem, event.community_id), PHASES[event.phase]
            return Text(f"{place}转入{phase.zh}", f"{place} is now in its phase: {phase.en}")
        case RoadClosed():
            a, b = place_name(problem, event.origin), place_name(problem, event.destination)
            if event.delay is None:
                return Text(f"{a}与{b}之间道路封闭", f"The road between {a} and {b} is closed")
            more = span(event.delay)
            return Text(f"{a}与{b}之间多花 {more.zh}", f"The way between {a} and {b} takes {more.en} more")
        case NewViolation():
            place = community_name(problem, event.violation.community_id or "")
            name = CATALOGUE[event.violation.type].name
            return Text(f"{place}新登记违法:{name.zh}", f"A violation is registered at {place}: {name.en}")
        case VisitAsked():
            place, name = community_name(problem, event.community_id), KIND_NAMES[event.kind]
            return Text(f"{place}约一次{name.zh}", f"{place} asks for one more visit: {name.en.lower()}")


def stop_name(problem: WeeklyProblem, visit: Visit) -> Text:
    """Return what a stop is called: a visit, a report handled or an attempt at a visit."""
    place, name = community_name(problem, visit.community_id), visit_name(problem, visit)
    if visit.id.startswith(REPORT):
        return Text(f"{place}处置举报", f"report handled at {place}")
    return Text(f"{name.zh}(未完成)", f"{name.en} (not completed)") if visit.id.startswith(ATTEMPT) else name


def _visit(problem: WeeklyProblem, visit_id: str) -> Text:
    visit = next((visit for visit in problem.visits if visit.id == visit_id), None)
    return Text(visit_id, visit_id) if visit is None else visit_name(problem, visit)
