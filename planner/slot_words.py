"""'When could you come?' answered in words: when, who, with what, at what cost, and against which rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geo.text import Text, same
from planner.objective import TERM_NAMES, price
from planner.rulebook import officer_name
from planner.slots import Slot
from planner.week import Route, WeeklyPlan, WeeklyProblem
from planner.words import clock, listed, moment, span

GAINED = frozenset({"missed", "extra"})
"""Terms that a visit made saves: no part of what it costs."""


def offer(problem: WeeklyProblem, plan: WeeklyPlan, slot: Slot) -> Text:
    """Return one way to come in one line.

    Parameters
    ----------
    problem
        With the visit asked for among its visits.
    plan
        The plan without it.
    """
    route = route_of(slot)
    begin, latest = moment(slot.begin), clock(slot.latest)
    when = Text(begin.zh, begin.en)
    if slot.latest > slot.begin:
        when = Text(f"{begin.zh} 至 {latest} 之间到", f"{begin.en} to {latest}")
    parts = [
        when,
        _crew(problem, route, slot),
        same(_vehicle(problem, route)),
        cost_in_words(costs(problem, plan, slot)),
    ]
    return Text(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def objections(slot: Slot) -> Iterator[Text]:
    """Yield each rule that would be broken, hard ones first."""
    for rule in sorted(slot.broken, key=lambda rule: not rule.hard):
        head = Text("违反规则", "Breaks a rule") if rule.hard else Text("提醒", "Remark")
        yield Text(f"{head.zh}:{rule.message.zh} [{rule.rule}]", f"{head.en}: {rule.message.en} [{rule.rule}]")


def costs(problem: WeeklyProblem, plan: WeeklyPlan, slot: Slot) -> dict[str, int]:
    """Return what the slot adds to each term of the objective, in seconds of driving."""
    before, after = price(problem, plan), price(problem, slot.plan)
    return {term: after[term] - before.get(term, 0) for term in after if after[term] != before.get(term, 0)}


def cost_in_words(changed: Mapping[str, int]) -> Text:
    """Return what a slot costs as people think of it; that the visit is no longer missed goes without saying."""
    said = [_priced(term, more) for term, more in changed.items() if term not in GAINED]
    return listed(said) if said else Text("不多花", "no extra cost")


def _priced(term: str, more: int) -> Text:
    if term == "outing":
        return Text("多出一班", "one more crew goes out")
    if term == "b_leads":
        return Text("由 B 岗带队", "led by the B officer")
    much = span(abs(more))
    if term == "drive":
        return Text(
            f"{'多' if more > 0 else '少'}开车 {much.zh}", f"{much.en} {'more' if more > 0 else 'less'} driving"
        )
    name, sign = TERM_NAMES.get(term, same(term)), "+" if more > 0 else "−"
    return Text(f"{name.zh} {sign}{much.zh}", f"{name.en} {sign}{much.en}")


def _crew(problem: WeeklyProblem, route: Route, slot: Slot) -> Text:
    lead, second = officer_name(problem, route.crew.lead), [officer_name(problem, o) for o in route.crew.officers[1:]]
    post = post_of(problem, route, slot)
    others = "、".join(second), ", ".join(second)
    return Text(f"{lead}({post} 岗)带队,{others[0]}同行", f"{lead} ({post}) leads, with {others[1]}")


def post_of(problem: WeeklyProblem, route: Route, slot: Slot) -> str:
    """Return whether the lead is the community's A or B officer."""
    place = next(visit.community_id for visit in problem.visits if visit.id == slot.visit_id)
    return "A" if problem.communities[place].a_officer == route.crew.lead else "B"


def _vehicle(problem: WeeklyProblem, route: Route) -> str:
    return next((vehicle.name for vehicle in problem.vehicles if vehicle.id == route.vehicle_id), route.vehicle_id)


def route_of(slot: Slot) -> Route:
    """Return the route that takes the visit."""
    return next(route for route in slot.plan.routes if any(stop.visit_id == slot.visit_id for stop in route.stops))


def slot_to_dict(problem: WeeklyProblem, plan: WeeklyPlan, slot: Slot) -> dict[str, Any]:
    """Return a slot ready for JSON."""
    route, said, changed = route_of(slot), offer(problem, plan, slot), costs(problem, plan, slot)
    return {
        "visit": slot.visit_id,
        "date": problem.week.days[route.day].isoformat(),
        "from": problem.week.instant(slot.begin).isoformat(),
        "to": problem.week.instant(slot.latest).isoformat(),
        "band": route.band_id,
        "route": slot.route_id,
        "new_outing": slot.new_outing,
        "lead": route.crew.lead,
        "post": post_of(problem, route, slot),
        "officers": list(route.crew.officers),
        "vehicle": route.vehicle_id,
        "cost": sum(more for term, more in changed.items() if term not in GAINED),
        "costs": changed,
        "sentence": {"zh": said.zh, "en": said.en},
        "broken": [
            {"rule": rule.rule, "hard": rule.hard, "message": {"zh": rule.message.zh, "en": rule.message.en}}
            for rule in slot.broken
        ],
    }
