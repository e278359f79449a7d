"""What a plan costs, term by term, computed from the plan alone: the solver's own figures are not asked.

All terms are seconds of driving. They are the definition that the solver minimises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from geo.text import Text, same
from planner.past import WEEKS_BACK
from planner.roster_cover import late_by_roster
from planner.stability import stability
from planner.week import Leg, Route, StandBy, WeeklyPlan, WeeklyProblem
from planner.wishes import predictable_price, unpreferred_price

TERM_NAMES: dict[str, Text] = {
    "drive": Text("行车", "driving"),
    "outing": Text("出车", "outings"),
    "b_leads": Text("B 岗带队", "led by B"),
    "uneven": Text("出勤不均", "uneven outings"),
    "preferred": Text("不合伙伴意愿", "against partners' preference"),
    "predictable": Text("时间易被摸清", "predictable times"),
    "late": Text("难以按时到场", "reports reached too late"),
    "stability": Text("改动已公布", "changes to what was published"),
    "missed": Text("必做未排", "mandatory visits missed"),
    "extra": Text("加访未做", "extra visits not made"),
}
"""Every term of the objective in words, in the order in which people are told."""


def price(problem: WeeklyProblem, plan: WeeklyPlan) -> dict[str, int]:
    """Return the cost of `plan` by term.

    Returns
    -------
    dict
        ``drive``
            Seconds of all legs by the travel-time matrix, however long the plan gives them, those to and from a
            stand-by among them.
        ``outing``
            The price of an outing times the routes.
        ``b_leads``
            The price of a visit led by the B officer times those visits.
        ``uneven``
            Price × (n (n − 1) / 2 + c n) for each certified officer with n outings, c being what is carried over from
            past weeks.
        ``preferred``
            Price of begins at hours that partners do not prefer.
        ``predictable``
            Price of begins that are like those of past weeks.
        ``late``
            Price of communities that a visit leaves unanswered by the roster; what the exact check finds besides is
            added by `planner.planning`.
        ``stability``
            Prices of the changes to what was published; only where something was.
        ``missed``
            Prices of the mandatory visits left out.
        ``extra``
            Worth of the extra visits not made.
    """
    prices = problem.policy.prices
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    left_out = [visit for visit in problem.visits if visit.id not in placed]
    terms = {
        "drive": sum(_leg_seconds(problem, each, leg) for each in plan.errands for leg in each.legs),
        "outing": prices.outing * len(plan.routes),
        "b_leads": prices.b_leads * _led_by_b(problem, plan),
        "uneven": prices.uneven * _unevenness(problem, plan),
        "preferred": unpreferred_price(problem, plan),
        "predictable": predictable_price(problem, plan),
        "late": late_by_roster(problem, plan),
        "missed": sum(visit.missed for visit in left_out if visit.mandatory),
        "extra": sum(visit.missed for visit in left_out if not visit.mandatory),
    }
    return terms | {"stability": stability(problem, plan)} if problem.incidents else terms


def terms(costs: Mapping[str, int]) -> Text:
    """Return the cost by term in words; terms that cost nothing are left out."""
    said = [(TERM_NAMES.get(term, same(term)), cost) for term, cost in costs.items() if cost]
    return Text(
        "其中 " + ("、".join(f"{name.zh} {cost}" for name, cost in said) or "各项为零"),
        "of which " + (", ".join(f"{name.en} {cost}" for name, cost in said) or "every term is 0"),
    )


def outings(problem: WeeklyProblem, plan: WeeklyPlan) -> Counter[str]:
    """Return how many routes each certified officer goes out on."""
    certified = {officer.id for officer in problem.officers.values() if officer.certified}
    return Counter(
        officer for route in plan.routes for officer in dict.fromkeys(route.crew.officers) if officer in certified
    )


def carried(problem: WeeklyProblem) -> Mapping[str, int]:
    """Return by how many steps each certified officer's outings begin dearer, for outings of the past weeks.

    A quarter of the outings (a date and a band are one) beyond those of the certified officer with the fewest, rounded
    down: the weeks counted are four, so this is how far ahead the officer is in an average one. Whoever did not go out
    at all is no measure: a newcomer need not make up for weeks before, and who keeps the night never goes.
    """
    outings_then = {
        (visit.day, visit.band_id or _band_at(problem, visit.begin), officer)
        for visit in problem.past
        for officer in visit.officers
    }
    past = Counter(officer for _, _, officer in outings_then)
    certified = [officer.id for officer in problem.officers.values() if officer.certified]
    least = min((past[officer] for officer in certified if past[officer]), default=0)
    return {officer: max(0, past[officer] - least) // WEEKS_BACK for officer in certified}


def _band_at(problem: WeeklyProblem, second: int) -> str:
    return next((band.id for band in problem.bands.values() if band.start <= second < band.end), "")


def _unevenness(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    """Return the steps of all outings: an officer's n-th is n − 1 and what is carried over."""
    carry = carried(problem)
    return sum(n * (n - 1) // 2 + n * carry[officer] for officer, n in outings(problem, plan).items())


def _led_by_b(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    b_posts = {community.id: community.b_officer for community in problem.communities.values()}
    stops = (stop for route in plan.routes for stop in route.stops)
    return sum(stop.officers[:1] == (b_posts.get(stop.community_id),) for stop in stops)


def _leg_seconds(problem: WeeklyProblem, route: Route | StandBy, leg: Leg) -> int:
    """Return the matrix time; a leg already driven, or that the problem does not know, costs what the plan says."""
    if leg.depart < problem.now:
        return leg.arrive - leg.depart
    kind = next((vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id), None)
    known = leg.origin in problem.places and leg.destination in problem.places and route.band_id in problem.bands
    if kind is None or kind not in problem.travel or not known:
        return leg.arrive - leg.depart
    return problem.drive(kind, route.band_id, leg.origin, leg.destination)
