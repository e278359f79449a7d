"""Rules about people: certificates, posts, shifts, leave, outings and driving. One function a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from geo.community import Phase
from geo.text import Text, same
from planner.event import REPORT
from planner.objective import outings
from planner.officer import VEHICLE_NAMES, VehicleKind
from planner.rulebook import (
    BrokenRule,
    at_work,
    hours,
    is_certified,
    members,
    officer_name,
    out_of_station,
    overlap,
    route_name,
    shifts_of,
    stops_with_visits,
    vehicle_kind,
    visit_name,
)
from planner.week import Route, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, clock, listed, span
from planner.workload import crew_may_take, may_go_out, may_take, outings_by_shift, shift_around

CREW = 2


def two_certified_officers(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find crews and stops with fewer than two different certified officers."""
    for route in plan.routes:
        groups: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(route.crew.officers, (route.id,))]
        groups += [(stop.officers, (route.id, stop.visit_id)) for stop in route.stops]
        for officers, where in groups:
            certified = {officer for officer in officers if is_certified(problem, officer)}
            if len(certified) < CREW:
                name = route_name(problem, route)
                yield BrokenRule(
                    "two_certified_officers",
                    hard=True,
                    where=where,
                    message=Text(
                        f"{name.zh}:持证队员只有 {len(certified)} 名,执法至少两名(辅助人员不算)",
                        f"{name.en}: {len(certified)} certified officer(s) where enforcement needs two "
                        "(auxiliaries do not count)",
                    ),
                    over=CREW - len(certified),
                )


def crew_stays_together(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people listed twice in a crew, and stops made by somebody of another crew."""
    for route in plan.routes:
        name = route_name(problem, route)
        for officer, times in Counter((*route.crew.officers, *route.crew.auxiliaries)).items():
            if times > 1:
                who = officer_name(problem, officer)
                yield BrokenRule(
                    "crew_stays_together",
                    hard=True,
                    where=(route.id, officer),
                    message=Text(f"{name.zh}:{who}重复列入", f"{name.en}: {who} is listed twice"),
                )
        for stop in route.stops:
            for officer in dict.fromkeys(stop.officers):
                if officer not in members(route):
                    who = officer_name(problem, officer)
                    yield BrokenRule(
                        "crew_stays_together",
                        hard=True,
                        where=(route.id, stop.visit_id, officer),
                        message=Text(
                            f"{name.zh}:{who}不在本组,却列在 {stop.visit_id} 里",
                            f"{name.en}: {who} is not in the crew but is named for {stop.visit_id}",
                        ),
                    )


def lead_holds_the_post(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits led by somebody without certificate or post there, or who is not the crew's lead."""
    for route, stop, visit in stops_with_visits(problem, plan):
        if visit.id.startswith(REPORT):
            continue  # a report is handled by the crew that was sent
        community = problem.communities[visit.community_id]
        lead = stop.officers[0] if stop.officers else ""
        who, name = officer_name(problem, lead), visit_name(problem, visit)
        if lead not in (community.a_officer, community.b_officer, *visit.leads):
            fault = Text("不是该小区 A 岗或 B 岗", "holds neither the A nor the B post there")
        elif not is_certified(problem, lead):
            fault = Text("没有执法证,不能带队", "holds no certificate and cannot lead")
        elif route.crew.officers[:1] != (lead,):
            fault = Text("不是本组带队人", "is not the lead of the crew")
        else:
            continue
        yield BrokenRule(
            "lead_holds_the_post",
            hard=True,
            where=(route.id, stop.visit_id, lead),
            message=Text(
                f"{name.zh}由{who or '无人'}带队:{fault.zh}", f"{name.en} is led by {who or 'nobody'}, who {fault.en}"
            ),
        )


def a_leads_when_free(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits led by B while A is on the same shift and out with no other crew."""
    for route, stop, visit in stops_with_visits(problem, plan):
        community = problem.communities[visit.community_id]
        a = community.a_officer
        if stop.officers[:1] != (community.b_officer,) or not is_certified(problem, a):
            continue
        if _free_for(problem, plan, route, a):
            who, name = officer_name(problem, a), visit_name(problem, visit)
            yield BrokenRule(
                "a_leads_when_free",
                hard=False,
                where=(route.id, stop.visit_id, a),
                message=Text(
                    f"{name.zh}由 B 岗带队,而 A 岗{who}同班有空",
                    f"{name.en} is led by the B officer though A, {who}, is free on that shift",
                ),
            )


def _free_for(problem: WeeklyProblem, plan: WeeklyPlan, route: Route, officer: str) -> bool:
    first, last = out_of_station(route)
    on_shift = any(s <= first and last <= e for s, e in _hours_in_band(problem, route, officer))
    elsewhere = any(
        officer in members(other) and overlap(at_work(other), (first, last)) > 0
        for other in plan.routes
        if other is not route
    )
    return on_shift and not elsewhere and _may_go(problem, plan, route, officer)


def _may_go(problem: WeeklyProblem, plan: WeeklyPlan, route: Route, officer: str) -> bool:
    """Return whether hours, rest and the crew's vehicle let an officer go out on this route."""
    others = [other for other in plan.routes if other is not route and officer in members(other)]
    been = outings_by_shift(problem, others).get(officer, ())
    shift = shift_around(problem, officer, route.day, route.band_id, at_work(route))
    kind = vehicle_kind(problem, route)
    drives = kind is None or any(crew_may_take(problem.officers, kind, (officer, o)) for o in route.crew.officers)
    return drives and may_go_out(problem.policy, been, shift)


def _hours_in_band(problem: WeeklyProblem, route: Route, officer: str) -> Iterator[tuple[int, int]]:
    return (hours(problem, shift) for shift in shifts_of(problem, route, officer))


def crew_is_on_shift(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people out before, after or without their shift in that band; the break counts as being out."""
    away = {(leave.officer_id, (leave.day - problem.week.monday).days) for leave in problem.leave}
    for route in plan.routes:
        first, last = at_work(route)
        for officer in members(route):
            if officer not in problem.officers or (officer, route.day) in away:
                continue  # `names_are_known` and `nobody_works_on_leave` report these
            spans = tuple(_hours_in_band(problem, route, officer))
            if any(start <= first and last <= end for start, end in spans):
                continue
            yield _off_shift(problem, route, officer, spans)


def _off_shift(problem: WeeklyProblem, route: Route, officer: str, spans: tuple[tuple[int, int], ...]) -> BrokenRule:
    first, last = at_work(route)
    name, who = route_name(problem, route), officer_name(problem, officer)
    if not spans:
        message = Text(f"{name.zh}:{who}当天不上这个班", f"{name.en}: {who} is not on that shift that day")
        return BrokenRule("crew_is_on_shift", hard=True, where=(route.id, officer), message=message)
    start, end = spans[0]
    return BrokenRule(
        "crew_is_on_shift",
        hard=True,
        where=(route.id, officer),
        message=Text(
            f"{name.zh}:{who}当班 {clock(start)}–{clock(end)},出勤却是 {clock(first)}–{clock(last)}",
            f"{name.en}: {who} is on duty {clock(start)}–{clock(end)} but out {clock(first)}–{clock(last)}",
        ),
        over=max(start - first, 0) + max(last - end, 0),
    )


def nobody_works_on_leave(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people sent out on a day of leave."""
    away = {(leave.officer_id, (leave.day - problem.week.monday).days): leave for leave in problem.leave}
    for route in plan.routes:
        for officer in members(route):
            if (officer, route.day) in away:
                name, who = route_name(problem, route), officer_name(problem, officer)
                yield BrokenRule(
                    "nobody_works_on_leave",
                    hard=True,
                    where=(route.id, officer),
                    message=Text(f"{name.zh}:{who}当天请假", f"{name.en}: {who} is on leave that day"),
                )


def one_crew_at_a_time(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people out with two crews at once."""
    out = [(route, members(route), at_work(route)) for route in plan.routes]
    for (one, mine, here), (other, theirs, there) in combinations(out, 2):
        together = overlap(here, there)
        for officer in mine if together > 0 else ():
            if officer in theirs:
                who, a, b = officer_name(problem, officer), route_name(problem, one), route_name(problem, other)
                yield BrokenRule(
                    "one_crew_at_a_time",
                    hard=True,
                    where=(one.id, other.id, officer),
                    message=Text(
                        f"{who}同时排在{a.zh}与{b.zh},重叠 {span(together).zh}",
                        f"{who} is out with {a.en} and {b.en} at once, for {span(together).en}",
                    ),
                    over=together,
                )


def outings_within_the_limit(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find certified officers who go out more often in a week than the policy allows."""
    limit = problem.policy.max_outings_per_week
    for officer, times in sorted(outings(problem, plan).items()):
        if times > limit:
            who = officer_name(problem, officer)
            yield BrokenRule(
                "outings_within_the_limit",
                hard=True,
                where=(officer,),
                message=Text(
                    f"{who}本周出勤 {times} 次,超过上限 {limit} 次",
                    f"{who} goes out {times} times this week; the limit is {limit}",
                ),
                over=times - limit,
            )


def somebody_may_drive(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find cars that no certified officer of the crew may drive, and e-bikes that somebody in the crew may not ride."""
    for route in plan.routes:
        kind = vehicle_kind(problem, route)
        crew = [problem.officers[officer] for officer in members(route) if officer in problem.officers]
        if kind is None or not any(officer.certified for officer in crew) or may_take(kind, crew):
            continue  # `two_certified_officers` reports a crew without any
        unable = [officer for officer in crew if kind not in officer.drives]
        name, what = route_name(problem, route), VEHICLE_NAMES[kind]
        who = listed([same(officer.name) for officer in unable])
        yield BrokenRule(
            "somebody_may_drive",
            hard=True,
            where=(route.id, route.vehicle_id, *(officer.id for officer in unable)),
            message=(
                Text(f"{name.zh}:持证队员里没有人会开{what.zh}", f"{name.en}: no certified officer may drive the car")
                if kind is VehicleKind.CAR
                else Text(f"{name.zh}:{who.zh}不能骑{what.zh}", f"{name.en}: {who.en} may not ride an e-bike")
            ),
        )


def a_or_b_is_on_duty(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find communities whose A and B are both away on a working day."""
    del plan  # a rule of the roster, whatever the plan makes of it
    on_duty = {(shift.officer_id, problem.day_of(shift)) for shift in problem.shifts}
    for community in problem.communities.values():
        if community.phase is Phase.CLOSED:
            continue
        for day in (d for d in range(7) if problem.working_days[d]):
            if on_duty.isdisjoint({(community.a_officer, day), (community.b_officer, day)}):
                name = WEEKDAYS[day]
                yield BrokenRule(
                    "a_or_b_is_on_duty",
                    hard=True,
                    where=(community.id, problem.week.days[day].isoformat()),
                    message=Text(
                        f"{name.zh}:{community.name}的 A 岗和 B 岗都不在岗",
                        f"{name.en}: both A and B of {community.name} are away",
                    ),
                )
