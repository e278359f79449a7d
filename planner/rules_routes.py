"""Rules about routes: names, legs, times, vehicles, breaks and stated figures. One function a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import TypeAlias

from geo.text import Text, same
from geo.travel import UNREACHABLE
from planner.objective import TERM_NAMES, price
from planner.officer import Shift
from planner.policy import BreakPolicy
from planner.rulebook import (
    BrokenRule,
    Span,
    at_work,
    hours,
    members,
    officer_name,
    out_of_station,
    overlap,
    place_name,
    route_name,
    shifts_of,
    vehicle_kind,
    visits_by_id,
)
from planner.week import DAY, STATION, Rest, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, clock, span


def plan_is_of_this_week(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find a plan of another week."""
    if plan.week != problem.week:
        yield BrokenRule(
            "plan_is_of_this_week",
            hard=True,
            where=(str(plan.week),),
            message=Text(
                f"方案是 {plan.week} 的,要核对的是 {problem.week}",
                f"The plan is of {plan.week}, to be judged for {problem.week}",
            ),
        )


def names_are_known(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find names that nobody knows, and ids of routes used twice."""
    for where, kind, name in _unknown(problem, plan):
        yield BrokenRule(
            "names_are_known",
            hard=True,
            where=(*where, name),
            message=Text(f"不认识的{kind.zh}:{name}", f"Unknown {kind.en}: {name}"),
        )
    for route_id, times in Counter(route.id for route in plan.routes).items():
        if times > 1:
            yield BrokenRule(
                "names_are_known",
                hard=True,
                where=(route_id,),
                message=Text(f"路线编号 {route_id} 用了 {times} 次", f"Route id {route_id} is used {times} times"),
                over=times - 1,
            )


_Unknown: TypeAlias = tuple[tuple[str, ...], Text, str]


def _unknown(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[_Unknown]:
    visits = visits_by_id(problem).keys()
    for route in plan.routes:
        yield from _unknown_in_route(problem, route)
        for stop in route.stops:
            if stop.visit_id not in visits:
                yield (route.id,), Text("任务", "visit"), stop.visit_id
            yield from _unknown_at_stop(problem, (route.id, stop.visit_id), stop)
    for missed in plan.missed:
        if missed.visit_id not in visits:
            yield (), Text("任务", "visit"), missed.visit_id


def _unknown_in_route(problem: WeeklyProblem, route: Route) -> Iterator[_Unknown]:
    where = (route.id,)
    if not 0 <= route.day < len(WEEKDAYS):
        yield where, Text("日期", "day"), str(route.day)
    if route.band_id not in problem.bands:
        yield where, Text("班次", "band"), route.band_id
    if all(vehicle.id != route.vehicle_id for vehicle in problem.vehicles):
        yield where, Text("车辆", "vehicle"), route.vehicle_id
    everybody = (*members(route), *(officer for stop in route.stops for officer in stop.officers))
    for officer in (each for each in dict.fromkeys(everybody) if each not in problem.officers):
        yield where, Text("队员", "officer"), officer
    ends = (place for leg in route.legs for place in (leg.origin, leg.destination))
    for place in (each for each in dict.fromkeys(ends) if each not in problem.places):
        yield where, Text("地点", "place"), place


def _unknown_at_stop(problem: WeeklyProblem, where: tuple[str, ...], stop: Stop) -> Iterator[_Unknown]:
    if stop.community_id not in problem.communities:
        yield where, Text("小区", "community"), stop.community_id
    elif all(gate.id != stop.gate_id for gate in problem.communities[stop.community_id].gates):
        yield where, Text("出入口", "gate"), stop.gate_id
    for partner in (each for each in stop.partner_ids if each not in problem.partners):
        yield where, Text("伙伴", "partner"), partner


def legs_follow_the_stops(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find routes without stops, or whose legs do not join station, stops and station in order."""
    for route in plan.routes:
        wanted = list(pairwise((STATION, *(stop.community_id for stop in route.stops), STATION)))
        if route.stops and [(leg.origin, leg.destination) for leg in route.legs] == wanted:
            continue
        name = route_name(problem, route)
        yield BrokenRule(
            "legs_follow_the_stops",
            hard=True,
            where=(route.id,),
            message=Text(
                f"{name.zh}:路段与停靠点不衔接(应从队部出发,依次到各点,再回队部)",
                f"{name.en}: legs and stops do not join up (station, each stop in turn, station)",
            ),
        )


def drives_take_their_time(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find legs shorter than their drive takes in that band, parking included."""
    for route in plan.routes:
        kind = vehicle_kind(problem, route)
        for leg in route.legs:
            known = leg.origin in problem.places and leg.destination in problem.places
            needed = problem.drive(kind, route.band_id, leg.origin, leg.destination) if kind and known else 0
            short = needed - (leg.arrive - leg.depart)
            if short <= 0:
                continue
            name = route_name(problem, route)
            a, b = place_name(problem, leg.origin), place_name(problem, leg.destination)
            no_way = Text("无路可通", "there is no way")
            lack = Text(f"少算 {span(short).zh}", f"{span(short).en} too short")
            fault = no_way if needed >= UNREACHABLE else lack
            yield BrokenRule(
                "drives_take_their_time",
                hard=True,
                where=(route.id, leg.origin, leg.destination),
                message=Text(f"{name.zh}:{a}到{b}{fault.zh}", f"{name.en}: {a} to {b}: {fault.en}"),
                over=None if needed >= UNREACHABLE else short,
            )


def times_run_forward(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find arrivals that are not their leg's, services before arriving, departures before the service ends."""
    for route in plan.routes:
        name = route_name(problem, route)
        for where, over, fault in _backwards(route):
            yield BrokenRule(
                "times_run_forward",
                hard=True,
                where=(route.id, *where),
                message=Text(f"{name.zh}:{fault.zh}", f"{name.en}: {fault.en}"),
                over=over,
            )


def _backwards(route: Route) -> Iterator[tuple[tuple[str, ...], int, Text]]:
    first, last = out_of_station(route)
    if not (route.day * DAY <= first and last <= (route.day + 1) * DAY):
        over = max(route.day * DAY - first, last - (route.day + 1) * DAY)
        yield (), over, Text("时刻不在当天之内", "its times leave its day")
    for leg in route.legs:
        if leg.arrive < leg.depart:
            late = leg.depart - leg.arrive
            yield (leg.origin, leg.destination), late, Text("未出发先到达", "a leg arrives before it departs")
    for n, stop in enumerate(route.stops):
        if n < len(route.legs) and route.legs[n].arrive != stop.arrival:
            gap = abs(route.legs[n].arrive - stop.arrival)
            yield (stop.visit_id,), gap, Text("到达时刻与路段不符", "the arrival is not its leg's")
        if stop.begin < stop.arrival:
            early = stop.arrival - stop.begin
            yield (stop.visit_id,), early, Text("未到先开始", "service begins before the crew arrives")
        if stop.end < stop.begin:
            yield (stop.visit_id,), stop.begin - stop.end, Text("未开始先结束", "service ends before it begins")
        if n + 1 < len(route.legs) and route.legs[n + 1].depart < stop.end:
            early = stop.end - route.legs[n + 1].depart
            yield (stop.visit_id,), early, Text("未做完先离开", "the crew leaves before the service ends")


def vehicle_fits_the_crew(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find vehicles with too few seats, or of a kind without travel times."""
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    for route in plan.routes:
        vehicle = vehicles.get(route.vehicle_id)
        if vehicle is None:
            continue
        name, standing = route_name(problem, route), len(members(route)) - vehicle.seats
        if standing > 0:
            yield BrokenRule(
                "vehicle_fits_the_crew",
                hard=True,
                where=(route.id, vehicle.id),
                message=Text(
                    f"{name.zh}:{vehicle.name}只有 {vehicle.seats} 座,少 {standing} 座",
                    f"{name.en}: {vehicle.name} has {vehicle.seats} seats, {standing} too few",
                ),
                over=standing,
            )
        if vehicle.kind not in problem.travel:
            yield BrokenRule(
                "vehicle_fits_the_crew",
                hard=True,
                where=(route.id, vehicle.id),
                message=Text(f"{name.zh}:没有{vehicle.name}的车程", f"{name.en}: no travel times for {vehicle.name}"),
            )


def vehicle_in_one_place(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find vehicles out with two crews at once."""
    names = {vehicle.id: vehicle.name for vehicle in problem.vehicles}
    out = [(route, out_of_station(route)) for route in plan.routes]
    for (one, mine), (other, theirs) in combinations(out, 2):
        together = overlap(mine, theirs)
        if one.vehicle_id == other.vehicle_id and together > 0:
            what, a, b = names.get(one.vehicle_id, one.vehicle_id), route_name(problem, one), route_name(problem, other)
            yield BrokenRule(
                "vehicle_in_one_place",
                hard=True,
                where=(one.id, other.id, one.vehicle_id),
                message=Text(
                    f"{what}同时派给{a.zh}与{b.zh},重叠 {span(together).zh}",
                    f"{what} is out with {a.en} and {b.en} at once, for {span(together).en}",
                ),
                over=together,
            )


def vehicle_is_in_service(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find routes with a vehicle that is out of service."""
    names = {vehicle.id: vehicle.name for vehicle in problem.vehicles}
    for broken in problem.out_of_service:
        for route in plan.routes:
            out = overlap((broken.start, broken.end), out_of_station(route))
            if route.vehicle_id == broken.vehicle_id and out > 0:
                what, name = names.get(route.vehicle_id, route.vehicle_id), route_name(problem, route)
                yield BrokenRule(
                    "vehicle_is_in_service",
                    hard=True,
                    where=(route.id, route.vehicle_id),
                    message=Text(
                        f"{name.zh}:{what}停用,重叠 {span(out).zh}",
                        f"{name.en}: {what} is out of service, for {span(out).en} of it",
                    ),
                    over=out,
                )


def break_is_given(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find people without a break though their shift covers the band's whole break window."""
    for route in plan.routes:
        policy = problem.policy.breaks.get(route.band_id)
        if policy is None:
            continue
        for officer in members(route):
            owed = any(_owes(policy, shift) for shift in shifts_of(problem, route, officer))
            if owed and not _has_break(problem, plan, route, officer, policy):
                name, who = route_name(problem, route), officer_name(problem, officer)
                opens, closes = clock(policy.earliest), clock(policy.latest)
                length = span(policy.duration)
                yield BrokenRule(
                    "break_is_given",
                    hard=True,
                    where=(route.id, officer),
                    message=Text(
                        f"{name.zh}:{who}没有 {length.zh}休息({opens} 至 {closes} 之间开始)",
                        f"{name.en}: {who} has no break of {length.en} beginning between {opens} and {closes}",
                    ),
                )


def _owes(policy: BreakPolicy, shift: Shift) -> bool:
    return shift.start <= policy.earliest and policy.latest + policy.duration <= shift.end


def _has_break(problem: WeeklyProblem, plan: WeeklyPlan, route: Route, officer: str, policy: BreakPolicy) -> bool:
    """Return whether the crew's stated break will do or, where it states none, the officer is free at the station."""
    opens, closes = route.day * DAY + policy.earliest, route.day * DAY + policy.latest
    mine = [other for other in plan.routes if officer in members(other) and other.day == route.day]
    stated = [other.rest for other in mine if other.rest is not None]
    if stated:
        return any(_will_do(rest, opens, closes, policy.duration) for rest in stated)
    busy = [at_work(other) for other in mine]
    ends = [hours(problem, shift)[1] for shift in shifts_of(problem, route, officer)]
    for begin in (opens, *(end for _, end in busy)):
        slot = begin, begin + policy.duration
        free = not any(overlap(slot, out) for out in busy)
        if opens <= begin <= closes and free and any(slot[1] <= end for end in ends):
            return True
    return False


def _will_do(rest: Rest, opens: int, closes: int, duration: int) -> bool:
    return opens <= rest.begin <= closes and rest.end - rest.begin >= duration


def break_is_undisturbed(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find breaks during which the crew drives or serves; stationing alone may go on."""
    whole_shift = {visit.id for visit in problem.visits if visit.whole_shift}
    for route in plan.routes:
        if route.rest is None:
            continue
        resting = route.rest.begin, route.rest.end
        busy: list[Span] = [(leg.depart, leg.arrive) for leg in route.legs]
        busy += [(stop.begin, stop.end) for stop in route.stops if stop.visit_id not in whole_shift]
        disturbed = sum(overlap(resting, each) for each in busy)
        backwards = max(0, resting[0] - resting[1])
        if disturbed or backwards:
            name, begin = route_name(problem, route), clock(resting[0])
            yield BrokenRule(
                "break_is_undisturbed",
                hard=True,
                where=(route.id,),
                message=Text(
                    f"{name.zh}:{begin} 的休息与行车或任务重叠,或先止后始",
                    f"{name.en}: the break at {begin} overlaps driving or service, or ends before it begins",
                ),
                over=disturbed + backwards,
            )


def stated_cost_is_true(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find terms of the stated cost that the plan does not come to, and a bound above the cost.

    Reports reached too late may be stated dearer: the exact check, which is not made here, finds more of them.
    """
    stated, true = plan.objective.terms, price(problem, plan)
    true["late"] = max(true["late"], stated.get("late", 0))
    for term in sorted(stated.keys() | true.keys()):
        off = abs(stated.get(term, 0) - true.get(term, 0))
        if off:
            name = TERM_NAMES.get(term, same(term))
            yield BrokenRule(
                "stated_cost_is_true",
                hard=False,
                where=(term,),
                message=Text(
                    f"方案写明的费用「{name.zh}」是 {stated.get(term, 0)},按方案算得 {true.get(term, 0)}",
                    f"The plan states {stated.get(term, 0)} for {name.en}; it comes to {true.get(term, 0)}",
                ),
                over=off,
            )
    total = sum(true.values())
    if plan.objective.bound > total:
        yield BrokenRule(
            "stated_cost_is_true",
            hard=False,
            where=("bound",),
            message=Text(
                f"方案写明的下界 {plan.objective.bound} 高于实际费用 {total}",
                f"The plan states a bound of {plan.objective.bound}, above its cost of {total}",
            ),
            over=plan.objective.bound - total,
        )
