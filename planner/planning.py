"""Plan a week: the use case, read like a recipe.

list every patrol that each lead could make in each band
choose among them for the least cost                          (a bound for the whole problem)
settle every day's seconds
what a day cannot realise goes back as a cut, and choose again
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from casework.calendar import calendar_notes
from geo.text import Text
from planner.assemble import assemble
from planner.explain import explain_missed
from planner.objective import price
from planner.realise import crowding_cuts, realise
from planner.slots import open_slots
from planner.solver.columns import all_columns
from planner.solver.master import Choice, Master
from planner.week import Objective, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Progress:
    """How a planning run stands: cost of the best plan so far (None before the first), bound, and what it is doing."""

    best: int | None
    bound: int
    stage: Text


REASONS = 0.5
"""So much of the work limit may go, beyond it, into finding why visits are missed and what would mend it …"""

REASONS_AT_LEAST = 2.0
"""… but at least so many deterministic seconds."""

FIRST_TOLERANCE = 0.01
"""A choice so near the bound is settled at once: what the days cut off matters more than its last hundredth."""

LAST_SHARE = 0.05
"""With less of the work limit left than this, another round would not get far."""

CHOOSING = Text("选择班组与路线", "Choosing crews and patrols")
EXPLAINING = Text("查明漏排原因", "Finding why visits are missed")
SETTLING = Text("核定每日时刻", "Settling each day's times")


def plan_week(
    problem: WeeklyProblem,
    *,
    seed: int = 0,
    time_limit: float = 40.0,
    progress: Callable[[Progress], None] = lambda _: None,
    explained: bool = True,
) -> WeeklyPlan:
    """Return the cheapest plan found for the week, with a proven bound.

    Parameters
    ----------
    problem
        The week with its visits, people and travel times.
    seed
        Same problem, seed and limit: same plan.
    time_limit
        Work limit in the solver's deterministic seconds, which are close to seconds on one core of an ordinary machine.
    progress
        Told of every improvement.
    explained
        Whether to find out why visits are missed and what would mend it.

    Returns
    -------
    WeeklyPlan
        Always a plan, with what it misses and why; `objective.gap` 0 means proven optimal.
    """
    master = Master(problem, all_columns(problem))
    master.add(crowding_cuts(problem, master.columns))
    best: WeeklyPlan | None = None
    choice: Choice | None = None
    bound, left, tolerance = 0, time_limit, FIRST_TOLERANCE
    while best is None or (left > time_limit * LAST_SHARE and best.objective.total > bound):
        floor, known = bound, None if best is None else best.objective.total
        choice = master.solve(
            seed=seed,
            work=max(left * 0.6, min(left, 1.0), 0.1),
            tolerance=tolerance,
            hint=choice,
            progress=lambda _, low, known=known, floor=floor: progress(Progress(known, max(low, floor), CHOOSING)),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )
        left -= choice.work
        bound = max(bound, choice.bound)
        chosen, cuts = realise(problem, master, choice, seed)
        plan = _priced(problem, _refilled(problem, assemble(problem, chosen)), bound, seed, time_limit)
        if best is None or plan.objective.total < best.objective.total:
            best = plan
        progress(Progress(best.objective.total, bound, SETTLING))
        learnt = master.add(cuts)
        if not learnt and tolerance == 0.0:
            break
        tolerance = FIRST_TOLERANCE if learnt else 0.0
    objective = replace(best.objective, bound=min(bound, best.objective.total))
    best = replace(best, objective=objective)
    if not best.missed or not explained:
        return best
    progress(Progress(best.objective.total, bound, EXPLAINING))
    work = max(REASONS_AT_LEAST, time_limit * REASONS)
    return explain_missed(problem, best, master, seed, work)


def _refilled(problem: WeeklyProblem, plan: WeeklyPlan) -> WeeklyPlan:
    """Put what a day had to leave out wherever it still fits, the dearest first."""
    missed = {item.visit_id for item in plan.missed} - {pin.visit_id for pin in problem.pins}
    for visit in sorted(problem.visits, key=lambda visit: (-visit.missed, visit.id)):
        slots = open_slots(problem, plan, visit, most=1) if visit.id in missed else ()
        if slots and slots[0].cost < 0 and not any(rule.hard for rule in slots[0].broken):
            plan = slots[0].plan
    return plan


def _priced(problem: WeeklyProblem, plan: WeeklyPlan, bound: int, seed: int, work_limit: float) -> WeeklyPlan:
    objective = Objective(price(problem, plan), bound)
    notes = calendar_notes(problem.week.monday)
    return replace(plan, objective=objective, seed=seed, work_limit=work_limit, notes=notes)
