"""Rules about visits: days, windows, lengths, partners, spacing, stationing and what is missed. One function a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from geo.text import Text
from planner.demand import partner_spans
from planner.partner import PARTNER_NAMES
from planner.rulebook import (
    BrokenRule,
    community_name,
    members,
    officer_name,
    overlap,
    partner_name,
    route_name,
    stops_with_visits,
    visit_name,
    visits_by_id,
)
from planner.visit import Visit
from planner.week import DAY, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, listed, moment, span


def each_visit_once(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits made twice."""
    visits = visits_by_id(problem)
    times = Counter(stop.visit_id for route in plan.routes for stop in route.stops)
    for visit_id, count in times.items():
        if count > 1 and visit_id in visits:
            name = visit_name(problem, visits[visit_id])
            yield BrokenRule(
                "each_visit_once",
                hard=True,
                where=(visit_id,),
                message=Text(f"{name.zh}排了 {count} 次", f"The {name.en} is planned {count} times"),
                over=count - 1,
            )


def stop_is_at_its_community(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits made in a community that they are not for."""
    for route, stop, visit in stops_with_visits(problem, plan):
        if stop.community_id != visit.community_id:
            name, place = visit_name(problem, visit), community_name(problem, stop.community_id)
            yield BrokenRule(
                "stop_is_at_its_community",
                hard=True,
                where=(route.id, stop.visit_id, stop.community_id),
                message=Text(f"{name.zh}排到了{place}", f"The {name.en} is planned at {place}"),
            )


def visits_meet_at_the_main_gate(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits that meet at a gate to which no drive was timed."""
    for route, stop, visit in stops_with_visits(problem, plan):
        gates = [gate for gate in problem.communities[visit.community_id].gates if gate.id == stop.gate_id]
        if gates and gates[0] != problem.communities[visit.community_id].main_gate:
            name = visit_name(problem, visit)
            yield BrokenRule(
                "visits_meet_at_the_main_gate",
                hard=False,
                where=(route.id, stop.visit_id, stop.gate_id),
                message=Text(
                    f"{name.zh}约在{gates[0].name},车程是按主入口算的",
                    f"The {name.en} meets at {gates[0].name}; drives were timed to the main gate",
                ),
            )


def service_is_on_an_allowed_day(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits made on none of their days."""
    for route, stop, visit in stops_with_visits(problem, plan):
        if route.day not in visit.days:
            name, allowed = visit_name(problem, visit), listed([WEEKDAYS[day] for day in visit.days])
            yield BrokenRule(
                "service_is_on_an_allowed_day",
                hard=True,
                where=(route.id, stop.visit_id),
                message=Text(f"{name.zh}只能排在{allowed.zh}", f"The {name.en} may only be made on {allowed.en}"),
            )


def service_begins_in_its_window(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find services that begin in none of their arrival windows."""
    for route, stop, visit in stops_with_visits(problem, plan):
        if not any(window.earliest <= stop.begin <= window.latest for window in visit.windows):
            name, when = visit_name(problem, visit), moment(stop.begin)
            yield BrokenRule(
                "service_begins_in_its_window",
                hard=True,
                where=(route.id, stop.visit_id),
                message=Text(f"{name.zh}不能在 {when.zh} 开始", f"The {name.en} cannot begin on {when.en}"),
                over=min((max(w.earliest - stop.begin, stop.begin - w.latest) for w in visit.windows), default=None),
            )


def service_is_long_enough(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find services shorter than the visit takes, the break taken meanwhile not counted."""
    for route, stop, visit in stops_with_visits(problem, plan):
        resting = 0 if route.rest is None else overlap((route.rest.begin, route.rest.end), (stop.begin, stop.end))
        short = visit.duration - (stop.end - stop.begin - resting)
        if short > 0:
            name = visit_name(problem, visit)
            yield BrokenRule(
                "service_is_long_enough",
                hard=True,
                where=(route.id, stop.visit_id),
                message=Text(
                    f"{name.zh}少了 {span(short).zh},应有 {span(visit.duration).zh}",
                    f"The {name.en} is {span(short).en} short of {span(visit.duration).en}",
                ),
                over=short,
            )


def partners_all_join(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits that lack a partner or a kind of partner, or have one who does not serve the place."""
    for route, stop, visit in stops_with_visits(problem, plan):
        name = visit_name(problem, visit)
        for lacking in (*_absent(problem, stop, visit), *_kinds_absent(problem, stop, visit)):
            yield BrokenRule(
                "partners_all_join",
                hard=True,
                where=(route.id, stop.visit_id),
                message=Text(f"{name.zh}缺{lacking.zh}", f"The {name.en} lacks {lacking.en}"),
            )
        for partner in dict.fromkeys(stop.partner_ids):
            if partner in problem.partners and visit.community_id not in problem.partners[partner].community_ids:
                who = partner_name(problem, partner)
                yield BrokenRule(
                    "partners_all_join",
                    hard=True,
                    where=(route.id, stop.visit_id, partner),
                    message=Text(f"{name.zh}:{who}不负责该小区", f"{who} does not serve the place of the {name.en}"),
                )


def _absent(problem: WeeklyProblem, stop: Stop, visit: Visit) -> Iterator[Text]:
    for partner in visit.partner_ids:
        if partner not in stop.partner_ids:
            who = partner_name(problem, partner)
            yield Text(who, who)


def _kinds_absent(problem: WeeklyProblem, stop: Stop, visit: Visit) -> Iterator[Text]:
    asked = {problem.partners[p].kind for p in (*visit.partner_ids, *stop.partner_ids) if p in problem.partners}
    for kind in problem.policy.visits[visit.kind].partners:
        if kind not in asked:
            yield PARTNER_NAMES[kind]


def partners_can_be_there(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find partners outside their own calendar at any moment of a service, whatever the windows say."""
    for route, stop, visit in stops_with_visits(problem, plan):
        day = stop.begin // DAY
        for partner in dict.fromkeys(stop.partner_ids):
            if partner not in problem.partners or not 0 <= day < len(WEEKDAYS):
                continue
            spans = partner_spans(problem.partners[partner], day, working=problem.working_days[day])
            if not any(start <= stop.begin and stop.end <= end for start, end in spans):
                name, who = visit_name(problem, visit), partner_name(problem, partner)
                begin = moment(stop.begin)
                yield BrokenRule(
                    "partners_can_be_there",
                    hard=True,
                    where=(route.id, stop.visit_id, partner),
                    message=Text(
                        f"{name.zh}({begin.zh}):{who}不能全程在场",
                        f"{who} cannot be present throughout the {name.en} ({begin.en})",
                    ),
                )


def partner_in_one_place(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find partners needed in two places at once, the drive between two communities included."""
    served: dict[str, list[tuple[Route, Stop]]] = {}
    for route in plan.routes:
        for stop in route.stops:
            for partner in dict.fromkeys(stop.partner_ids):
                served.setdefault(partner, []).append((route, stop))
    for partner, stops in served.items():
        for one, other in combinations(sorted(stops, key=lambda each: each[1].begin), 2):
            late = _late(problem, one[1], other[1])
            if late > 0:
                yield _torn(problem, partner, one, other, late)


def _late(problem: WeeklyProblem, one: Stop, other: Stop) -> int:
    """Return by how much a partner misses the begin of the later stop of one day."""
    known = one.community_id in problem.places and other.community_id in problem.places
    if one.begin // DAY != other.begin // DAY or not known:
        return 0
    return one.end + problem.partner_drive(one.community_id, other.community_id) - other.begin


def _torn(
    problem: WeeklyProblem, partner: str, one: tuple[Route, Stop], other: tuple[Route, Stop], late: int
) -> BrokenRule:
    who = partner_name(problem, partner)
    a, b = community_name(problem, one[1].community_id), community_name(problem, other[1].community_id)
    end, begin = moment(one[1].end), moment(other[1].begin)
    return BrokenRule(
        "partner_in_one_place",
        hard=True,
        where=(one[0].id, one[1].visit_id, other[0].id, other[1].visit_id, partner),
        message=Text(
            f"{who}分身乏术:{a}到 {end.zh} 结束,{b} {begin.zh} 开始,赶不及 {span(late).zh}",
            f"{who} cannot be in two places: {a} ends on {end.en}, {b} begins on {begin.en}, {span(late).en} too soon",
        ),
        over=late,
    )


def visits_keep_their_distance(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits of one obligation on days too close to each other."""
    alike: dict[str, list[tuple[Route, Visit]]] = {}
    for route, _, visit in stops_with_visits(problem, plan):
        alike.setdefault(visit.obligation_id, []).append((route, visit))
    for group in alike.values():
        for (one, first), (other, second) in combinations(group, 2):
            near = first.min_days_apart - abs(one.day - other.day)
            if near > 0 and first.id != second.id:
                name = visit_name(problem, first)
                yield BrokenRule(
                    "visits_keep_their_distance",
                    hard=True,
                    where=(one.id, first.id, other.id, second.id),
                    message=Text(
                        f"{name.zh}两次太近:日期至少相差 {first.min_days_apart} 天",
                        f"Two visits ({name.en}) are too close: their dates must be {first.min_days_apart} apart",
                    ),
                    over=near,
                )


def stationing_fills_the_shift(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find crews on stationing that go elsewhere in that band of that day."""
    for route, stop, visit in stops_with_visits(problem, plan):
        if not visit.whole_shift:
            continue
        name = visit_name(problem, visit)
        if len(route.stops) > 1:
            yield BrokenRule(
                "stationing_fills_the_shift",
                hard=True,
                where=(route.id, stop.visit_id),
                message=Text(
                    f"{name.zh}占满一个班,同组不能再去别处", f"The {name.en} fills a shift: no other stop beside it"
                ),
                over=len(route.stops) - 1,
            )
        for other in plan.routes:
            same_shift = other is not route and (other.day, other.band_id) == (route.day, route.band_id)
            again = [officer for officer in members(route) if same_shift and officer in members(other)]
            for officer in again:
                who, out = officer_name(problem, officer), route_name(problem, other)
                yield BrokenRule(
                    "stationing_fills_the_shift",
                    hard=True,
                    where=(route.id, stop.visit_id, other.id, officer),
                    message=Text(
                        f"{name.zh}占满一个班,{who}却又排在{out.zh}",
                        f"The {name.en} fills a shift, yet {who} is also out with {out.en}",
                    ),
                )


def pins_are_kept(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find pinned visits made at another time, by another lead, or not at all."""
    visits = visits_by_id(problem)
    placed = {stop.visit_id: (route.day, route.band_id) for route in plan.routes for stop in route.stops}
    leads = {stop.visit_id: route.crew.officers[:1] for route in plan.routes for stop in route.stops}
    for pin in problem.pins:
        there = placed.get(pin.visit_id) == (pin.day, pin.band_id)
        led = pin.lead is None or leads.get(pin.visit_id) == (pin.lead,)
        if pin.visit_id not in visits or (there and led):
            continue
        name, where = visit_name(problem, visits[pin.visit_id]), WEEKDAYS[pin.day]
        band = problem.bands[pin.band_id].name if pin.band_id in problem.bands else pin.band_id
        by = "" if pin.lead is None else officer_name(problem, pin.lead)
        yield BrokenRule(
            "pins_are_kept",
            hard=True,
            where=(pin.visit_id,),
            message=Text(
                f"{name.zh}钉在{where.zh}{band}{by and f'由{by}带队'},方案没有照办",
                f"The {name.en} is pinned to {where.en} {band}{by and f', led by {by}'}; the plan has it otherwise",
            ),
        )


def mandatory_work_is_placed(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find mandatory visits left out, and name the plan's reasons."""
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    reasons = {missed.visit_id: missed.reasons for missed in plan.missed}
    for visit in problem.visits:
        if visit.mandatory and visit.id not in placed:
            name = visit_name(problem, visit)
            why = reasons.get(visit.id) or (Text("未说明原因", "no reason given"),)
            yield BrokenRule(
                "mandatory_work_is_placed",
                hard=True,
                where=(visit.id,),
                message=Text(
                    f"{name.zh}没有排上:{';'.join(w.zh for w in why)}",
                    f"The {name.en} is left out: {'; '.join(w.en for w in why)}",
                ),
            )


def missed_list_is_true(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[BrokenRule]:
    """Find visits that the list of missed ones names wrongly, twice or not at all."""
    visits = visits_by_id(problem)
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    named = Counter(missed.visit_id for missed in plan.missed)
    faults = [(v, Text("已排上,却列为遗漏", "is placed, yet listed as missed")) for v in named if v in placed]
    faults += [(v, Text("在遗漏清单里重复", "is listed as missed twice")) for v, times in named.items() if times > 1]
    faults += [
        (v.id, Text("没有排上,也没有列为遗漏", "is neither placed nor listed as missed"))
        for v in problem.visits
        if v.mandatory and v.id not in placed and v.id not in named
    ]
    for visit_id, fault in faults:
        if visit_id in visits:
            name = visit_name(problem, visits[visit_id])
            yield BrokenRule(
                "missed_list_is_true",
                hard=True,
                where=(visit_id,),
                message=Text(f"{name.zh}{fault.zh}", f"The {name.en} {fault.en}"),
            )
