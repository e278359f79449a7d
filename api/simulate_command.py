"""`wuzao simulate`: a plan's weeks under random reports, and a second plan under the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.commands import Opened, open_plan
from geo.errors import Fault
from geo.text import Text
from planner.errors import PlanFileError
from planner.response import checked, duty_hours
from planner.simulation.fit import fitted, what_was_fitted
from planner.simulation.results import Interval, Result, Tally, difference, result_of
from planner.simulation.weeks import Load, setting_of, simulate
from planner.simulation.words import (
    difference_in_words,
    interval_to_list,
    result_in_words,
    result_to_dict,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is simulated.

    Attributes
    ----------
    against
        A second plan of the same week, or None.
    """

    weeks: int
    seed: int
    load: Load
    workers: int = 1
    against: Path | None = None


@dataclass(frozen=True, slots=True)
class Simulated:
    """A plan's figures, a second plan's where one was asked about, and by how much that one is better."""

    opened: Opened
    result: Result
    other: Result | None
    apart: Interval | None
    fitted: Mapping[str, bool]


def simulate_plan(
    source: Path,
    document: Path,
    asked: Asked,
    *,
    cache: Path | None,
    progress: Callable[[int], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Simulated:
    """Simulate a plan's weeks.

    Parameters
    ----------
    progress
        Told how many weeks are done, those of the second plan after those of the first.

    Raises
    ------
    geo.errors.InputError, planner.errors.PlanFileError
        With every fault of the squad's files, or else of a plan.
    """
    opened = open_plan(source, document, cache)
    others = None if asked.against is None else open_plan(source, asked.against, cache)
    if others is not None and others.prepared.problem.week != opened.prepared.problem.week:
        raise PlanFileError([_other_week(asked.against or document, opened)])
    return simulated(opened, others, asked, progress=progress, stop=stop)


def simulated(
    opened: Opened,
    others: Opened | None,
    asked: Asked,
    *,
    progress: Callable[[int], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Simulated:
    """Simulate the weeks of a plan that is at hand, and those of another of the same week, as `simulate_plan` does."""
    tally = _tally(opened, asked, progress, stop)
    other = None if others is None else _tally(others, asked, lambda done: progress(asked.weeks + done), stop)
    weeks = tally.weeks if other is None else min(tally.weeks, other.weeks)
    duty = sum(end - start for start, end in duty_hours(opened.prepared.problem))
    return Simulated(
        opened,
        result_of(tally, duty),
        None if other is None else result_of(other, duty),
        None if other is None else difference(_first(tally, weeks), _first(other, weeks)),
        what_was_fitted(opened.prepared.squad.violations),
    )


def simulated_in_words(simulated: Simulated) -> Iterator[Text]:
    """Yield the lines that the command prints."""
    problem = simulated.opened.prepared.problem
    yield from result_in_words(simulated.result, problem, simulated.fitted)
    yield Text("派单办法见 docs/simulation.md", "How reports are dispatched is in docs/simulation.md")
    if simulated.other is not None and simulated.apart is not None:
        yield Text("另一份计划:", "The other plan:")
        yield from result_in_words(simulated.other, problem, simulated.fitted)
        yield difference_in_words(simulated.apart)


def simulated_to_dict(simulated: Simulated) -> dict[str, Any]:
    """Return what `wuzao simulate --json` prints."""
    told: dict[str, Any] = {
        "week": str(simulated.opened.prepared.problem.week),
        "plan": result_to_dict(simulated.result, simulated.fitted),
    }
    if simulated.other is not None and simulated.apart is not None:
        told["other"] = result_to_dict(simulated.other, simulated.fitted)
        told["difference"] = interval_to_list(simulated.apart)
    return told


def _other_week(document: Path, opened: Opened) -> Fault:
    week = opened.prepared.problem.week
    return Fault(
        code="plan_week",
        file=document.name,
        row=None,
        field="week",
        problem=Text("两份计划不是同一周", "The two plans are not of the same week"),
        mend=Text(f"给 {week} 的另一份计划", f"Give another plan of {week}"),
    )


def _tally(opened: Opened, asked: Asked, progress: Callable[[int], None], stop: Callable[[], bool]) -> Tally:
    prepared, problem = opened.prepared, opened.prepared.problem
    check = checked(problem, opened.plan, prepared.travel, prepared.hours)
    squad, duty = prepared.squad, duty_hours(problem)
    demand = fitted(squad.communities, squad.violations, problem.week.monday, check, duty)
    setting = setting_of(problem, check, prepared.travel, prepared.hours, demand, load=asked.load, seed=asked.seed)
    return simulate(setting, asked.weeks, workers=asked.workers, progress=progress, stop=stop)


def _first(tally: Tally, weeks: int) -> Tally:
    """Return what the first so many weeks say about days; a run that was stopped has fewer."""
    return Tally(tally.reports[:weeks], tally.in_time[:weeks], tally.seconds, {}, {}, 0, 0, 0, 0)
