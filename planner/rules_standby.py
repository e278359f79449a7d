"""Rules about stand-by away from the station: names, duty, nobody in two places, drives. One function a rule."""

from __future__ import annotations

from collections.abc import Iterator

from geo.text import Text
from planner.rulebook import (
    BrokenRule,
    at_work,
    community_name,
    hours,
    is_certified,
    members,
    officer_name,
    out_of_station,
    overlap,
)
from planner.week import STATION, StandBy, WeeklyPlan, WeeklyProblem
from planner.words import moment, span


def _named(problem: WeeklyProblem, item: StandBy) -> Text:
    who, where = officer_name(problem, item.officer_id), community_name(problem, item.community_id)
    when = moment(item.start)
    return Text(f"{who} {when.zh} 在{where}待命", f"{who}'s stand-by at {where} on {when.en}")


def _broken(rule: str, problem: WeeklyProblem, item: StandBy, fault: Text, over: int | None = None) -> BrokenRule:
    name = _named(problem, item)
    message = Text(f"{name.zh}:{fault.zh}", f"{name.en}: {fault.en}")
    return BrokenRule(rule, hard=True, where=(item.officer_id, item.community_id), message=message, over=over)


def standby_names_are_known(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find stand-bys of officers, in bands, with vehicles or at communities that nobody knows."""
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    for item in plan.standby:
        names = (
            (item.officer_id in problem.officers, item.officer_id),
            (item.band_id in problem.bands, item.band_id),
            (item.vehicle_id in vehicles, item.vehicle_id),
            (item.community_id in problem.communities and item.community_id in problem.places, item.community_id),
        )
        for known, name in names:
            if not known:
                fault = Text(f"不认识 {name}", f"{name} is not known")
                yield _broken("standby_names_are_known", problem, item, fault)


def standby_is_on_duty(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find stand-bys of people without a certificate, on leave, or not on a shift of that band all the while."""
    for item in plan.standby:
        if item.officer_id not in problem.officers:
            continue
        if not is_certified(problem, item.officer_id):
            fault = Text("没有执法证,报告不能由他应答", "holds no certificate and so answers no report")
            yield _broken("standby_is_on_duty", problem, item, fault)
        mine = [
            hours(problem, shift)
            for shift in problem.shifts
            if (shift.officer_id, problem.day_of(shift), shift.band_id) == (item.officer_id, item.day, item.band_id)
        ]
        first, last = item.out
        if not any(start <= first and last <= end for start, end in mine):
            fault = Text("从出队到归队不全在当班时间内", "is not on shift from leaving to coming back")
            yield _broken("standby_is_on_duty", problem, item, fault)
        away = {(leave.officer_id, (leave.day - problem.week.monday).days) for leave in problem.leave}
        if (item.officer_id, item.day) in away:
            yield _broken("standby_is_on_duty", problem, item, Text("当天请假", "is on leave that day"))


def standby_is_free(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find stand-bys whose officer or vehicle is elsewhere at the time, or whose vehicle is out of service."""
    for number, item in enumerate(plan.standby):
        for route in plan.routes:
            at_once = overlap(item.out, at_work(route)) if item.officer_id in members(route) else 0
            if at_once:
                fault = Text(
                    f"同时在外出勤,重叠 {span(at_once).zh}", f"is out with a crew too, for {span(at_once).en} of it"
                )
                yield _broken("standby_is_free", problem, item, fault, at_once)
            taken = overlap(item.out, out_of_station(route)) if item.vehicle_id == route.vehicle_id else 0
            if taken:
                fault = Text(
                    f"车辆同时派给班组,重叠 {span(taken).zh}", f"a crew has the vehicle for {span(taken).en} of it"
                )
                yield _broken("standby_is_free", problem, item, fault, taken)
        for other in plan.standby[:number]:
            same = item.officer_id == other.officer_id or item.vehicle_id == other.vehicle_id
            twice = overlap(item.out, other.out) if same else 0
            if twice:
                fault = Text(f"与另一处待命重叠 {span(twice).zh}", f"overlaps another stand-by by {span(twice).en}")
                yield _broken("standby_is_free", problem, item, fault, twice)
        for broken in problem.out_of_service:
            out = overlap(item.out, (broken.start, broken.end)) if broken.vehicle_id == item.vehicle_id else 0
            if out:
                fault = Text(f"车辆停用 {span(out).zh}", f"the vehicle is out of service for {span(out).en} of it")
                yield _broken("standby_is_free", problem, item, fault, out)


def standby_drives_fit(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find stand-bys whose legs do not lead there and back, are too short, or whose officer may not drive."""
    kinds = {vehicle.id: vehicle.kind for vehicle in problem.vehicles}
    for item in plan.standby:
        there, back = item.legs
        wanted = (STATION, item.community_id), (item.community_id, STATION)
        if ((there.origin, there.destination), (back.origin, back.destination)) != wanted or item.start > item.end:
            fault = Text("路段不是从队部到待命点再回队部", "its legs do not lead from the station there and back")
            yield _broken("standby_drives_fit", problem, item, fault)
            continue
        kind = kinds.get(item.vehicle_id)
        if kind is None or kind not in problem.travel or item.band_id not in problem.bands:
            continue
        officer = problem.officers.get(item.officer_id)
        if officer is not None and kind not in officer.drives:
            yield _broken("standby_drives_fit", problem, item, Text("不会开这种车", "may not drive that vehicle"))
        for leg in item.legs if item.community_id in problem.places else ():
            short = problem.drive(kind, item.band_id, leg.origin, leg.destination) - (leg.arrive - leg.depart)
            if short > 0:
                fault = Text(f"车程少算 {span(short).zh}", f"a drive is {span(short).en} too short")
                yield _broken("standby_drives_fit", problem, item, fault, short)


STANDBY_RULES = (standby_names_are_known, standby_is_on_duty, standby_is_free, standby_drives_fit)
"""All of them."""
