"""Find a week by search, in seconds: a first plan, and a start for the master. The search finds, CP-SAT proves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from planner.assemble import Chosen
from planner.pose import Posed, posed
from planner.search.search import Heat, SearchResult, Start, proposals, search
from planner.seconds import seconds_for
from planner.solver.columns import Column, Frame, Task, columns_of, frames, shift_in
from planner.solver.daily import settle, tied
from planner.week import WeeklyPlan, WeeklyProblem
from planner.workload import may_go_out, outings_by_shift

HEAT = Heat(hot=10.0, warm=1.5, cold=0.03)
"""Hotter than for single people's tours: what stands between two good weeks is an outing, not a detour."""

SETTLING_WORK = 0.5
"""Most deterministic seconds for the model of one day's tied crews."""


@dataclass(frozen=True, slots=True)
class Found:
    """A week found by search.

    Attributes
    ----------
    patrols
        A column for every crew that goes out or stays out, with its second officer; feasible together, partners and
        breaks included.
    proposals
        How many moves were tried.
    """

    patrols: tuple[tuple[Column, str], ...]
    proposals: int


def find_week(
    problem: WeeklyProblem,
    *,
    seed: int = 0,
    work: int = 1_000_000,
    stop: Callable[[], bool] = lambda: False,
    start: WeeklyPlan | None = None,
    asked: Posed | None = None,
) -> Found:
    """Return the best week that so many proposals find.

    Parameters
    ----------
    seed
        Same problem, seed and work: same week.
    work
        Most moves that are tried.
    stop
        Asked every few milliseconds; the best week so far is returned.
    start
        A plan to better, instead of beginning with nothing.
    asked
        The problem as it is posed to the search, where that is at hand.
    """
    asked = asked or posed(problem)
    if not asked.visits:
        return Found(tuple(_staying(problem, {})), 0)
    begun = None if start is None else _begun(problem, asked, start)
    result = search(asked.problem, work=proposals(work), seed=seed, stop=stop, heat=HEAT, start=begun)
    tours = tours_of(asked, result)
    out = [_column(problem, frame, tasks) for frame, tasks in tours.items() if frame.resumes is None]
    out.sort(key=lambda column: (-_worth(problem, column), column.frame.slot))
    seconds = seconds_for(problem, [column.frame for column in out])
    served = [(column, second) for column, second in zip(out, seconds, strict=True) if second is not None]
    return Found((*_staying(problem, tours), *_within_hours(problem, served)), result.proposals)


def _begun(problem: WeeklyProblem, asked: Posed, plan: WeeklyPlan) -> Start:
    """Return a plan's visits as the search numbers them; those of routes that stay are none of them."""
    numbers = {visit.id: number for number, visit in enumerate(asked.visits)}
    kinds = {vehicle.id: vehicle.kind for vehicle in problem.vehicles}
    begun: dict[int, tuple[float, tuple[int, ...]]] = {}
    for route in plan.routes:
        for stop in route.stops:
            number = numbers.get(stop.visit_id)
            if number is None:
                continue
            lead, *partners = asked.problem.visits[number].agents
            crews = [
                agent
                for agent in lead
                if asked.frames[agent].slot[:3] == (route.day, route.band_id, route.crew.lead)
                and asked.frames[agent].start <= stop.begin <= asked.frames[agent].end
            ]
            if crews:
                kind = kinds[route.vehicle_id]
                crew = next((agent for agent in crews if asked.frames[agent].kind == kind), crews[0])
                begun[number] = float(stop.begin), (crew, *(agents[0] for agents in partners))
    return begun


def _within_hours(problem: WeeklyProblem, patrols: Sequence[tuple[Column, str]]) -> Iterator[tuple[Column, str]]:
    """Yield the patrols for which their people still have hours and rest, those that matter most first."""
    been = {
        officer: list(shifts)
        for officer, shifts in outings_by_shift(problem, [kept.route for kept in problem.kept]).items()
    }
    for column, second in patrols:
        spans = {officer: shift_in(problem, column.frame, officer) for officer in (column.frame.lead, second)}
        if all(may_go_out(problem.policy, been.get(officer, ()), span) for officer, span in spans.items()):
            for officer, span in spans.items():
                been.setdefault(officer, []).append(span)
            yield column, second


def tours_of(asked: Posed, result: SearchResult) -> dict[Frame, tuple[Task, ...]]:
    """Return the tasks of every crew that has some, in visiting order."""
    made: dict[int, list[tuple[float, Task]]] = {}
    for number, crew in enumerate(result.assignees):
        if crew:
            key = asked.visits[number].obligation_id, asked.frames[crew[0]].day
            made.setdefault(crew[0], []).append((result.starts[number][0], asked.tasks[key]))
    return {
        asked.frames[agent]: tuple(task for _, task in sorted(stops, key=lambda stop: stop[0]))
        for agent, stops in sorted(made.items())
    }


def _column(problem: WeeklyProblem, frame: Frame, tasks: Sequence[Task]) -> Column:
    """Return the column of just these tasks."""
    return next(column for column in columns_of(problem, frame, tasks) if len(column.tasks) == len(tasks))


def _staying(problem: WeeklyProblem, tours: Mapping[Frame, Sequence[Task]]) -> list[tuple[Column, str]]:
    """Return what the crews of routes that stay still do, if only go home."""
    return [
        (_column(problem, frame, tours.get(frame, ())), frame.resumes.route.crew.officers[1])
        for frame in frames(problem)
        if frame.resumes is not None
    ]


def _worth(problem: WeeklyProblem, column: Column) -> int:
    prices = problem.policy.prices
    return sum(task.visit.missed for task in column.tasks) - column.drive - prices.b_leads * column.b_leads


def settled(problem: WeeklyProblem, found: Found, *, seed: int = 0) -> list[Chosen]:
    """Return the patrols of a found week to the second.

    What cannot be settled within the work allowed goes without its last patrol: there is no such week but on a day that
    is too hard for so little work.
    """
    groups: list[list[tuple[Column, str]]] = []
    for day in range(7):
        todays = [(column, second) for column, second in found.patrols if column.frame.day == day]
        groups += [[todays[i] for i in group] for group in tied([column for column, _ in todays])]
    with ThreadPoolExecutor() as pool:
        return [one for group in pool.map(lambda left: _settled(problem, left, seed), groups) for one in group]


def _settled(problem: WeeklyProblem, left: list[tuple[Column, str]], seed: int) -> list[Chosen]:
    while left:
        patrols = settle(problem, [column for column, _ in left], seed=seed, work=SETTLING_WORK).patrols
        if patrols is not None:
            return [Chosen(patrol, second) for patrol, (_, second) in zip(patrols, left, strict=True)]
        left.pop()
    return []
