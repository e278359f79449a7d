"""Plan a week: the use case, read like a recipe.

list every patrol that each lead could make in each band
take what is worth most first, for a plan to begin with
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
from planner.realise import crowding_cuts, nothing_new, realise
from planner.rules import judge
from planner.slots import open_slots
from planner.solver.columns import all_columns
from planner.solver.master import Choice, Master
from planner.unplaceable import why_unplaceable
from planner.week import Objective, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Progress:
    """How a planning run stands: cost of the best plan so far (None before the first), bound, and what it is doing.

    Attributes
    ----------
    missed
        How many mandatory visits the best plan so far leaves out.
    """

    best: int | None
    bound: int
    stage: Text
    missed: int | None = None

    @property
    def gap(self) -> float | None:
        """What the best plan may be off the best possible, as a share of its cost."""
        if self.best is None:
            return None
        return max(0.0, 1 - self.bound / self.best) if self.best > 0 else 0.0


REASONS = 0.25
"""So much of the work limit may go, beyond it, into finding why visits are missed."""

FIRST_TOLERANCE = 0.01
"""A choice so near the bound is settled at once: what the days cut off matters more than its last hundredth."""

LAST_SHARE = 0.05
"""With less of the work limit left than this, another round would not get far."""

CHOOSING = Text("选择班组与路线", "Choosing crews and patrols")
EXPLAINING = Text("查明漏排原因", "Finding why visits are missed")
SETTLING = Text("核定每日时刻", "Settling each day's times")

STOPPED = Text(
    "计算应要求提前停止,这是到那时为止最好的方案", "Stopped early as asked: this is the best plan found by then"
)
NOT_TRIED = Text("计算提前停止,没有排到", "Planning was stopped before it got to this visit")


def plan_week(
    problem: WeeklyProblem,
    *,
    seed: int = 0,
    time_limit: float = 40.0,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
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
    stop
        Asked all the while, from another thread too; once it says yes, the best plan so far is returned in a second.

    Returns
    -------
    WeeklyPlan
        Always a plan, with what it misses and why; `objective.gap` 0 means proven optimal.
    """
    columns = all_columns(problem, stop)
    if stop():
        return _stopped(problem, _priced(problem, nothing_new(problem), 0, seed, time_limit))
    master = Master(problem, columns, stop)
    master.add(crowding_cuts(problem, master.columns))
    choice = master.greedy()
    best = _priced(problem, _first_plan(problem, master, choice, seed), 0, seed, time_limit)
    progress(_progress(best, 0, CHOOSING))
    bound, left, tolerance = 0, time_limit, FIRST_TOLERANCE
    while left > time_limit * LAST_SHARE and best.objective.total > bound and not stop():
        floor, known = bound, best
        choice = master.solve(
            seed=seed,
            work=max(left * 0.6, min(left, 1.0), 0.1),
            tolerance=tolerance,
            hint=choice,
            progress=lambda _, low, known=known, floor=floor: progress(_progress(known, max(low, floor), CHOOSING)),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )
        left -= choice.work
        bound = max(bound, choice.bound)
        chosen, cuts = realise(problem, master, choice, seed, hurried=stop())
        plan = _priced(problem, _refilled(problem, assemble(problem, chosen), stop), bound, seed, time_limit)
        if plan.objective.total < best.objective.total:
            best = plan
        progress(_progress(best, bound, SETTLING))
        learnt = master.add(cuts)
        if not learnt and tolerance == 0.0:
            break
        tolerance = FIRST_TOLERANCE if learnt else 0.0
    best = replace(best, objective=replace(best.objective, bound=min(bound, best.objective.total)))
    if stop():
        return _stopped(problem, best)
    if best.missed:
        progress(_progress(best, bound, EXPLAINING))
    return explain_missed(problem, best, master, seed, time_limit * REASONS)


def _first_plan(problem: WeeklyProblem, master: Master, choice: Choice, seed: int) -> WeeklyPlan:
    """Return the plan of the greedy choice; one that breaks a rule, which greed knows not all of, is none."""
    chosen, _ = realise(problem, master, choice, seed, hurried=True)
    plan = assemble(problem, chosen)
    broken = {rule.rule for rule in judge(problem, plan) if rule.hard}
    return plan if broken <= {"mandatory_work_is_placed"} else nothing_new(problem)


def _progress(plan: WeeklyPlan, bound: int, stage: Text) -> Progress:
    return Progress(plan.objective.total, bound, stage, len(plan.missed))


def _stopped(problem: WeeklyProblem, plan: WeeklyPlan) -> WeeklyPlan:
    """Return a plan that says it was stopped; what it misses has no reason but what keeps it out of every plan."""
    visits = {visit.id: visit for visit in problem.visits}
    missed = tuple(
        replace(item, reasons=why_unplaceable(visits[item.visit_id], problem) or (NOT_TRIED,)) for item in plan.missed
    )
    return replace(plan, missed=missed, notes=(*plan.notes, STOPPED))


def _refilled(problem: WeeklyProblem, plan: WeeklyPlan, stop: Callable[[], bool]) -> WeeklyPlan:
    """Put what a day had to leave out wherever it still fits, the dearest first."""
    missed = {item.visit_id for item in plan.missed} - {pin.visit_id for pin in problem.pins}
    for visit in sorted(problem.visits, key=lambda visit: (-visit.missed, visit.id)):
        slots = open_slots(problem, plan, visit, most=1) if visit.id in missed and not stop() else ()
        if slots and slots[0].cost < 0 and not any(rule.hard for rule in slots[0].broken):
            plan = slots[0].plan
    return plan


def _priced(problem: WeeklyProblem, plan: WeeklyPlan, bound: int, seed: int, work_limit: float) -> WeeklyPlan:
    objective = Objective(price(problem, plan), bound)
    notes = calendar_notes(problem.week.monday)
    return replace(plan, objective=objective, seed=seed, work_limit=work_limit, notes=notes)
