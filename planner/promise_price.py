"""What the guarantee of the two-hour promise costs: the same week planned again without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from geo.text import Text
from planner.guarantee import Promise
from planner.objective import price
from planner.planning import plan_week
from planner.response import check_response
from planner.week import WeeklyPlan, WeeklyProblem
from planner.words import span

LATE = "late"
"""The objective's term for broken promises, which a plan without the guarantee does not know."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two plans.

    Attributes
    ----------
    cost
        Objective without the term for broken promises, seconds of driving.
    missed
        Mandatory visits.
    late
        Seconds in a gap, added up over communities.
    """

    cost: int
    missed: int
    late: int


@dataclass(frozen=True, slots=True)
class PromisePrice:
    """The plan with the guarantee and one without it."""

    kept: Side
    free: Side

    @property
    def cost(self) -> int:
        """What the guarantee adds to the objective; below 0 where the search without it found worse."""
        return self.kept.cost - self.free.cost


def promise_price(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    promise: Promise,
    *,
    seed: int,
    time_limit: float,
    stop: Callable[[], bool] = lambda: False,
) -> PromisePrice:
    """Plan the week again without the guarantee and compare.

    Parameters
    ----------
    plan
        Made with the guarantee, with the same seed and time limit.
    """
    response = replace(problem.policy.response, guaranteed=False)
    loose = replace(problem, policy=replace(problem.policy, response=response))
    free = plan_week(loose, seed=seed, time_limit=time_limit, stop=stop, explained=False)
    return PromisePrice(_side(problem, plan, promise), _side(loose, free, promise))


def price_in_words(found: PromisePrice) -> Text:
    """Say what the guarantee costs and what it buys."""
    more, late = span(abs(found.cost)), (span(found.kept.late), span(found.free.late))
    sign = Text("多", "more") if found.cost >= 0 else Text("少", "less")
    missed = found.kept.missed - found.free.missed
    visits = Text(f",漏 {missed:+d} 次", f", {missed:+d} mandatory visits missed") if missed else Text("", "")
    return Text(
        f"守住到场承诺的代价:{sign.zh}相当于 {more.zh}行车{visits.zh};超时 {late[0].zh},不守则 {late[1].zh}",
        f"Price of the guarantee: worth {more.en} of driving {sign.en}{visits.en}; {late[0].en} late, "
        f"without it {late[1].en}",
    )


def price_to_dict(found: PromisePrice) -> dict[str, Any]:
    """Return both sides ready for JSON: costs and lateness in seconds."""

    def side(one: Side) -> dict[str, int]:
        return {"cost": one.cost, "missed": one.missed, "late_seconds": one.late}

    return {"with": side(found.kept), "without": side(found.free), "cost": found.cost}


def _side(problem: WeeklyProblem, plan: WeeklyPlan, promise: Promise) -> Side:
    terms = price(problem, plan)
    mandatory = {visit.id for visit in problem.visits if visit.mandatory}
    return Side(
        sum(cost for term, cost in terms.items() if term != LATE),
        sum(miss.visit_id in mandatory for miss in plan.missed),
        check_response(problem, plan, promise.travel, promise.hours).late,
    )
