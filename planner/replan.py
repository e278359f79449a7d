"""Plan again after something happened: what is done or under way stays, and every change has its price.

tell the event                                   (shifts, windows, vehicles, ways, what is due)
keep what is done, under way or frozen           (a crew on the road goes on from where it stands)
plan the rest again with the same columns        (changing what was published costs `stability`)
keep stand-by where its officer and vehicle are still free, and say where they are not
say what changed, and why
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geo.text import Text
from planner.aftermath import aftermath
from planner.diff import Diff, compare
from planner.event import Incident
from planner.guarantee import Promise
from planner.objective import price
from planner.planning import Progress, plan_week
from planner.rulebook import BrokenRule
from planner.rules_standby import STANDBY_RULES
from planner.squad import Squad
from planner.standing import broken_off, kept_of, published_of
from planner.week import Objective, StandBy, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Replanned:
    """A week planned again.

    Attributes
    ----------
    problem, squad
        As they are after the event.
    diff
        What changed against the published plan.
    """

    problem: WeeklyProblem
    squad: Squad
    plan: WeeklyPlan
    diff: Diff


def replan(  # noqa: PLR0913 - the week, what happened, and how to plan
    problem: WeeklyProblem,
    squad: Squad,
    plan: WeeklyPlan,
    incident: Incident,
    *,
    seed: int = 0,
    time_limit: float = 6.0,
    promise: Promise | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    explained: bool = True,
) -> Replanned:
    """Return the cheapest plan found for the rest of the week.

    Parameters
    ----------
    problem, squad
        As they were when `plan` was published; events told before are part of them.
    plan
        The published plan.
    incident
        What happened, what is frozen besides, and what is pinned.
    time_limit
        Work limit in the solver's deterministic seconds.
    promise, explained
        As for `planner.planning.plan_week`.
    stop
        As `planner.planning.plan_week` asks it.
    """
    incident = replace(incident, broken_off=broken_off(problem, plan, incident))
    after, squad = aftermath(problem, squad, incident)
    kept = kept_of(after, plan, incident)
    todo = replace(after, kept=kept, published=published_of(after, plan, kept))
    fresh = plan_week(
        todo,
        seed=seed,
        time_limit=time_limit,
        promise=promise,
        progress=progress,
        stop=stop,
        explained=explained,
    )
    return Replanned(todo, squad, fresh, compare(problem, plan, todo, fresh, incident))


def with_standby(problem: WeeklyProblem, plan: WeeklyPlan, published: Sequence[StandBy]) -> WeeklyPlan:
    """Return a plan with the published stand-bys that are still possible in it, and a note for each that is not."""
    for item in published:
        added = replace(plan, standby=(*plan.standby, item))
        broken = [
            rule for judged in STANDBY_RULES for rule in judged(problem, added) if rule.where[0] == item.officer_id
        ]
        plan = replace(plan, notes=(*plan.notes, _dropped(broken))) if broken else added
    if not plan.standby:
        return plan
    terms = dict(plan.objective.terms) | price(problem, plan)
    return replace(plan, objective=Objective(terms, min(plan.objective.bound, sum(terms.values()))))


def _dropped(broken: Sequence[BrokenRule]) -> Text:
    reasons = [rule.message for rule in broken]
    return Text(
        f"原定备勤取消:{';'.join(reason.zh for reason in reasons)}",
        f"A stand-by is off: {'; '.join(reason.en for reason in reasons)}",
    )
