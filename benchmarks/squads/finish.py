"""From crews and their visits, however somebody chose them, to a plan that breaks no hard rule but for what it misses.

The same for every peer: vehicles and second officers are shared out, each day's seconds are settled by the planner's
own model of a day, and what clashes is left out, the cheapest visit first. A peer's order of visits is no more than a
proposal, so the settling can only make its plan better.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from planner.assemble import Chosen, assemble
from planner.objective import price
from planner.officer import VehicleKind
from planner.rules import BrokenRule, judge
from planner.solver.columns import Column, Frame, Task, frame_of, may_ride, posts, stationing, tasks_by_day
from planner.solver.daily import Patrol, settle, smallest_clash, tied
from planner.week import MissedVisit, Objective, WeeklyPlan, WeeklyProblem

DAY_WORK = 4.0
"""Most deterministic seconds for the seconds of one group of crews that share partners."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A crew as a peer would send it out.

    Attributes
    ----------
    keys
        Obligations of its visits; which of several alike does not matter.
    kind
        What it would like to drive.
    second
        Who rides second, or None where the peer does not know of second officers.
    """

    day: int
    band_id: str
    lead: str
    keys: tuple[str, ...]
    kind: VehicleKind = VehicleKind.CAR
    second: str | None = None


def finish(problem: WeeklyProblem, drafts: Iterable[Draft], *, seed: int = 0) -> WeeklyPlan:
    """Return the plan of the drafts, without whatever would break a hard rule."""
    crews = _crews(problem, drafts)
    chosen: list[Chosen] = []
    for day in range(7):
        todays = [(column, second) for column, second in crews if column.frame.day == day]
        seconds = {column.frame.slot: second for column, second in todays}
        columns = [column for column, _ in todays]
        for group in tied(columns):
            settled = _settled(problem, [columns[n] for n in group], seed)
            chosen += [Chosen(patrol, seconds[patrol.column.frame.slot]) for patrol in settled]
    return _lawful(problem, assemble(problem, chosen))


def worth(problem: WeeklyProblem, draft: Draft) -> int:
    """Return the prices of the visits that a crew would save from being missed."""
    missed = {visit.obligation_id: visit.missed for visit in problem.visits}
    return sum(missed[key] for key in draft.keys)


def _crews(problem: WeeklyProblem, drafts: Iterable[Draft]) -> list[tuple[Column, str]]:
    """Give the crews, those worth most first, their visits, vehicles and seconds as long as there are any."""
    tasks = {day: {task.key[0]: task for task in of_day} for day, of_day in tasks_by_day(problem).items()}
    fleet = Counter(vehicle.kind for vehicle in problem.crew_vehicles)
    leads = {(draft.day, draft.band_id, draft.lead) for draft in drafts if draft.keys}
    taken: dict[tuple[int, str], list[str]] = defaultdict(list)
    out: Counter[str] = Counter()
    made: dict[str, list[int]] = defaultdict(list)
    crews: list[tuple[Column, str]] = []
    for draft in sorted(drafts, key=lambda d: (-worth(problem, d), d.day, d.band_id, d.lead)):
        frame = _frame(problem, draft, fleet, [c.frame for c, _ in crews])
        if frame is None or draft.lead in taken[draft.day, draft.band_id]:
            continue
        column = _column(problem, frame, _allowed(problem, draft, tasks[draft.day], made))
        busy = taken[draft.day, draft.band_id]
        second = _second(problem, frame, draft, busy, leads, out) if column is not None else None
        if column is None or second is None or out[draft.lead] >= problem.policy.max_outings_per_week:
            continue
        busy += [draft.lead, second]
        out.update((draft.lead, second))
        for key, day in column.keys:
            made[key].append(day)
        crews.append((column, second))
    return sorted(crews, key=lambda crew: crew[0].frame.slot)


def _frame(problem: WeeklyProblem, draft: Draft, fleet: Counter[VehicleKind], others: Sequence[Frame]) -> Frame | None:
    """Return the crew's hours in the vehicle it would like, or in another that is free."""
    kinds = [draft.kind, *(kind for kind in sorted(fleet) if kind != draft.kind)]
    for shift in problem.shifts:
        if (shift.officer_id, problem.day_of(shift), shift.band_id) != (draft.lead, draft.day, draft.band_id):
            continue
        for kind in kinds:
            frame = frame_of(problem, shift, kind)
            there = [f for f in others if f.kind == kind and f.start < frame.end and frame.start < f.end]
            if len(there) < fleet[kind]:
                return frame
    return None


def _allowed(
    problem: WeeklyProblem, draft: Draft, tasks: dict[str, Task], made: dict[str, list[int]]
) -> tuple[Task, ...]:
    """Return the tasks of a draft without those that the lead, the day, the spacing or the count forbid."""
    owed = Counter(visit.obligation_id for visit in problem.visits)
    found: list[Task] = []
    for key in dict.fromkeys(draft.keys):
        task = tasks.get(key)
        if task is None or draft.lead not in posts(problem, task.visit) or len(made[key]) >= owed[key]:
            continue
        if all(abs(draft.day - other) >= max(1, task.visit.min_days_apart) for other in made[key]):
            found.append(task)
    whole = [task for task in found if task.visit.whole_shift]
    return tuple(whole[:1] or found)


def _column(problem: WeeklyProblem, frame: Frame, tasks: tuple[Task, ...]) -> Column | None:
    """Return a column whose driving is not known: the day's model finds it."""
    if not tasks:
        return None
    by_b = sum(posts(problem, task.visit)[1] == frame.lead for task in tasks)
    if tasks[0].visit.whole_shift:
        stationed = stationing(problem, frame, tasks[0])
        return None if stationed is None else Column(frame, tasks, stationed[1], by_b)
    return Column(frame, tasks, 0, by_b)


def _second(
    problem: WeeklyProblem,
    frame: Frame,
    draft: Draft,
    busy: Sequence[str],
    leads: set[tuple[int, str, str]],
    out: Counter[str],
) -> str | None:
    """Return who rides second: whom the draft names, or whoever leads nothing then and has gone out least."""
    free = [
        shift.officer_id
        for shift in problem.shifts
        if problem.officers[shift.officer_id].certified
        and may_ride(problem, frame, shift)
        and shift.officer_id not in busy
        and out[shift.officer_id] < problem.policy.max_outings_per_week
    ]
    if draft.second in free:
        return draft.second
    return min(free, key=lambda who: ((draft.day, draft.band_id, who) in leads, out[who], who), default=None)


def _settled(problem: WeeklyProblem, columns: Sequence[Column], seed: int) -> list[Patrol]:
    """Settle the seconds of crews tied by partners; what clashes is left out, the cheapest visit first."""
    left = list(columns)
    while left:
        settled = settle(problem, left, seed=seed, work=DAY_WORK)
        if settled.patrols is not None:
            return settled.patrols
        clash = [column.tasks for column in left]
        if settled.impossible:
            clash = smallest_clash(problem, left, seed=seed, work=DAY_WORK)
        out = min((task for tasks in clash for task in tasks), key=lambda task: (task.visit.missed, task.visit.id))
        left = [replace(c, tasks=tuple(task for task in c.tasks if task.key != out.key)) for c in left]
        left = [column for column in left if column.tasks]
    return []


def _lawful(problem: WeeklyProblem, plan: WeeklyPlan) -> WeeklyPlan:
    """Return the plan without routes that still break a hard rule, its cost stated, nothing proven."""
    broken = {place for rule in hard_rules(problem, plan) for place in rule.where}
    routes = tuple(route for route in plan.routes if route.id not in broken)
    placed = {stop.visit_id for route in routes for stop in route.stops}
    missed = tuple(MissedVisit(v.id, ()) for v in problem.visits if v.mandatory and v.id not in placed)
    plan = replace(plan, routes=routes, missed=missed)
    return replace(plan, objective=Objective(price(problem, plan), 0))


def hard_rules(problem: WeeklyProblem, plan: WeeklyPlan) -> list[BrokenRule]:
    """Return the hard rules that a plan breaks, but for what it misses."""
    return [rule for rule in judge(problem, plan) if rule.hard and rule.rule != "mandatory_work_is_placed"]
