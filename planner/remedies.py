"""Ways out for a missed visit, cheapest first, each proven: with it there is a plan that makes the visit.

The plan is made by the same columns, master and days on the changed week, misses no more mandatory work elsewhere than
before, and is judged by `planner.rules`; nothing is offered on a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from geo.text import Text
from planner.offers import Offer, Way, offers, stops_of
from planner.possible import Answer, missed_by_obligation
from planner.reasons import Inquiry
from planner.rules import judge
from planner.rules_routes import names_are_known
from planner.week import WeeklyPlan, WeeklyProblem
from planner.words import moment

MOST = 3
"""So many ways out are offered."""

WAY_WORK = 2.0
"""Most deterministic seconds for one way out."""

PAIRS = 12
"""So many pairs are tried where no single way mends it."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A way out that is proven.

    Attributes
    ----------
    price
        Seconds of driving it is likened to (`planner.policy.MendingPolicy`): the order, not a cost of the plan.
    begins
        When the obligation's visits then begin.
    problem
        The week with this way taken.
    plan
        A plan of that week; it makes the visit, and says nothing of visits that nobody owes.
    """

    text: Text
    price: int
    begins: tuple[int, ...]
    problem: WeeklyProblem
    plan: WeeklyPlan


def ways_out(inquiry: Inquiry) -> tuple[Relaxation, ...]:
    """Return what would mend a missed visit, single ways before pairs; empty where nothing proven was found."""
    families = offers(inquiry.problem, inquiry.visit)
    found: list[Relaxation] = []
    for offer in families:
        if len(found) < MOST:
            found += list(_proven(inquiry, (offer,)))[:1]
    if found or not _together_possible(inquiry, families):
        return tuple(found)
    pairs = sorted(combinations(families, 2), key=lambda pair: pair[0].price + pair[1].price)
    for pair in [pair for pair in pairs if not _in_vain(inquiry, pair)][:PAIRS]:
        if not found:
            found += list(_proven(inquiry, pair))[:1]
    return tuple(found)


def _together_possible(inquiry: Inquiry, families: list[Offer]) -> bool:
    """Return whether all that could be given at once makes room: else pairs need not be tried."""
    problem = inquiry.problem
    for offer in families:
        problem = offer.loosen(problem)
    return _ask(inquiry, problem).plan is not None


def _proven(inquiry: Inquiry, family: tuple[Offer, ...]) -> Iterator[Relaxation]:
    """Yield single ways of the family (one of each, where there are two) that make room for the visit."""
    problem = inquiry.problem
    for offer in family:
        problem = offer.loosen(problem)
    plan = None if _in_vain(inquiry, family) else _ask(inquiry, problem).plan
    if plan is None:
        return
    price = sum(offer.price for offer in family) + (len(family) - 1) * inquiry.problem.policy.mending.pair
    for ways in _choices([list(offer.narrow(plan)) for offer in family]):
        narrowed = inquiry.problem
        for way in ways:
            narrowed = way.change(narrowed)
        mended = plan if _holds(inquiry, narrowed, plan) else _ask(inquiry, narrowed).plan
        if mended is not None and _holds(inquiry, narrowed, mended):
            yield _relaxation(inquiry, ways, price, narrowed, mended)


def _in_vain(inquiry: Inquiry, family: tuple[Offer, ...]) -> bool:
    """Return whether a family gives up only what is proven to make no room, even given up whole."""
    return inquiry.in_vain(offer.gives for offer in family)


def _choices(parts: list[list[Way]]) -> Iterator[tuple[Way, ...]]:
    if len(parts) == 1:
        yield from ((way,) for way in parts[0])
        return
    yield from ((one, other) for one in parts[0] for other in parts[1])


def _ask(inquiry: Inquiry, problem: WeeklyProblem) -> Answer:
    return inquiry.ask(problem, inquiry.most, WAY_WORK)


def _holds(inquiry: Inquiry, problem: WeeklyProblem, plan: WeeklyPlan) -> bool:
    """Return whether a plan of the changed week misses no more than allowed and breaks no other hard rule."""
    missed = missed_by_obligation(problem, plan)
    if any(missed[obligation] > most for obligation, most in inquiry.most.items()):
        return False
    if any(names_are_known(problem, plan)):
        return False  # the plan uses what this narrower change does not give
    broken = judge(problem, plan)
    usual = {"mandatory_work_is_placed", "a_or_b_is_on_duty"}
    return not any(rule.hard and rule.rule not in usual for rule in broken)


def _relaxation(
    inquiry: Inquiry, ways: tuple[Way, ...], price: int, problem: WeeklyProblem, plan: WeeklyPlan
) -> Relaxation:
    begins = tuple(stop.begin for _, stop in stops_of(plan, problem, inquiry.visit.obligation_id))
    when = [moment(begin) for begin in begins]
    asked_zh, asked_en = ";".join(way.text.zh for way in ways), "; ".join(way.text.en for way in ways)
    text = Text(
        f"{asked_zh}:就排得上({'、'.join(each.zh for each in when)})",
        f"{asked_en}: then it finds its place ({', '.join(each.en for each in when)})",
    )
    return Relaxation(text, price, begins, problem, replace(plan, seed=inquiry.seed))
