"""What a plan costs, term by term, computed from the plan alone: the solver's own figures are not asked.

All terms are seconds of driving. They are the definition that the solver minimises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from geo.text import Text, same
from planner.stability import stability
from planner.week import Leg, Route, WeeklyPlan, WeeklyProblem


def price(problem: WeeklyProblem, plan: WeeklyPlan) -> dict[str, int]:
    """Return the cost of `plan` by term.

    Returns
    -------
    dict
        ``drive``
            Seconds of all legs by the travel-time matrix, however long the plan gives them.
        ``outing``
            The price of an outing times the routes.
        ``b_leads``
            The price of a visit led by the B officer times those visits.
        ``uneven``
            Price × n (n − 1) / 2 for each certified officer with n outings.
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
        "drive": sum(_leg_seconds(problem, route, leg) for route in plan.routes for leg in route.legs),
        "outing": prices.outing * len(plan.routes),
        "b_leads": prices.b_leads * _led_by_b(problem, plan),
        "uneven": prices.uneven * sum(n * (n - 1) // 2 for n in outings(problem, plan).values()),
        "missed": sum(visit.missed for visit in left_out if visit.mandatory),
        "extra": sum(visit.missed for visit in left_out if not visit.mandatory),
    }
    return terms | {"stability": stability(problem, plan)} if problem.incidents else terms


TERMS: Mapping[str, Text] = {
    "drive": Text("行车", "driving"),
    "outing": Text("出勤", "outings"),
    "b_leads": Text("B 岗带队", "led by B"),
    "uneven": Text("出勤不均", "uneven outings"),
    "stability": Text("改动已公布的", "changes to what was published"),
    "missed": Text("必做未排", "mandatory work missed"),
    "extra": Text("加访未排", "extra visits not made"),
}


def terms(costs: Mapping[str, int]) -> Text:
    """Return the cost by term in words; terms that cost nothing are left out."""
    said = [(TERMS.get(term, same(term)), cost) for term, cost in costs.items() if cost]
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


def _led_by_b(problem: WeeklyProblem, plan: WeeklyPlan) -> int:
    b_posts = {community.id: community.b_officer for community in problem.communities.values()}
    stops = (stop for route in plan.routes for stop in route.stops)
    return sum(stop.officers[:1] == (b_posts.get(stop.community_id),) for stop in stops)


def _leg_seconds(problem: WeeklyProblem, route: Route, leg: Leg) -> int:
    """Return the matrix time; a leg already driven, or that the problem does not know, costs what the plan says."""
    if leg.depart < problem.now:
        return leg.arrive - leg.depart
    kind = next((vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id), None)
    known = leg.origin in problem.places and leg.destination in problem.places and route.band_id in problem.bands
    if kind is None or kind not in problem.travel or not known:
        return leg.arrive - leg.depart
    return problem.drive(kind, route.band_id, leg.origin, leg.destination)
