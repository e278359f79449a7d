"""What `wuzao` can be told to do, free of terminal and HTTP: plan a week, judge a plan, plan its rest again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from api.exchange.squad_files import Loaded, load_squad
from api.faults import text_to_dict
from api.prepare import Prepared, prepare
from api.scenes import Scene, known_scenes, places_of, require_known
from casework.risk import community_risks
from geo.errors import Fault
from geo.text import Text
from geo.travel import Place
from planner.diff import Diff
from planner.document import plan_from_dict, problem_from_dict
from planner.errors import PlanFileError
from planner.event_reader import incident_from_dict
from planner.guarantee import Promise
from planner.paths import with_paths
from planner.planning import Progress, plan_week
from planner.promise_price import PromisePrice, price_to_dict, promise_price
from planner.repair_words import repairs_to_dict
from planner.repairs.repair import Mending
from planner.replan import replan
from planner.response import Checked, checked, report_of
from planner.response_document import to_dict
from planner.response_figures import Figures, figures
from planner.response_figures_document import figures_to_dict
from planner.response_repairs import repairs
from planner.response_report import ResponseReport
from planner.rules import BrokenRule, judge
from planner.several import TwoAtOnce, two_at_once
from planner.several_document import two_to_dict
from planner.unkeepable import Unkeepable, unkeepable
from planner.ways import ways_of
from planner.week import Week, WeeklyPlan

REPLAN_TIME_LIMIT = 6.0
"""Deterministic seconds: somebody is waiting on the telephone."""

WHATIF_TIME_LIMIT = 6.0
"""Deterministic seconds for each of the many weeks that a question takes."""

REPAIRS_TIME_LIMIT = 30.0
"""Deterministic seconds for the ways to mend all gaps of a plan."""

DEFAULT_TIME_LIMIT = 40.0
"""Deterministic seconds of search; the first one's proof and files leave the demo well inside a minute."""


@dataclass(frozen=True)
class Planned:
    """A plan with everything that can be said about it.

    Attributes
    ----------
    check
        The two-hour check in numbers, of which `report` tells in words.
    diff, before
        Where it was planned again: what changed, and the plan document it was made from.
    first_plan
        Seconds on the clock from the start of planning to the first plan; None where none was planned here.
    mendings
        What would mend each gap in the arrival promise; None where nobody asked.
    """

    prepared: Prepared
    plan: WeeklyPlan
    broken: tuple[BrokenRule, ...]
    check: Checked
    report: ResponseReport
    diff: Diff | None = None
    before: Mapping[str, Any] | None = None
    first_plan: float | None = None
    promise_price: PromisePrice | None = None
    mendings: tuple[Mending, ...] | None = None

    @cached_property
    def figures(self) -> Figures:
        """Figures of the two-hour check, reports weighing as much as findings are to be expected; asked for once."""
        prepared, squad = self.prepared, self.prepared.squad
        risks = community_risks(squad.communities, squad.violations, prepared.problem.week.monday)
        rates = {name: risk.expected for name, risk in risks.items()}
        return figures(prepared.problem, self.plan, prepared.travel, prepared.hours, self.check, rates)

    @cached_property
    def two_at_once(self) -> TwoAtOnce:
        """Two reports at once at every pair of communities; asked for once."""
        prepared = self.prepared
        return two_at_once(self.check, ways_of(prepared.problem, self.check, prepared.travel, prepared.hours))

    @cached_property
    def unkeepable(self) -> tuple[Unkeepable, ...]:
        """The gaps in the promise that no plan of the week could avoid; asked for once."""
        prepared = self.prepared
        return unkeepable(prepared.problem, self.plan, self.report, Promise(prepared.travel, prepared.hours))

    @cached_property
    def response_document(self) -> dict[str, Any]:
        """What `response.json` says of the two-hour check."""
        problem = self.prepared.problem
        more: dict[str, Any] = {
            "figures": figures_to_dict(self.figures),
            "two_at_once": two_to_dict(self.two_at_once, problem),
            "unkeepable": [
                {
                    "community": one.gap.community_id,
                    "start": problem.week.instant(one.gap.start).isoformat(),
                    "end": problem.week.instant(one.gap.end).isoformat(),
                    "reason": text_to_dict(one.reason),
                }
                for one in self.unkeepable
            ],
        }
        if self.promise_price is not None:
            more["price_of_promise"] = price_to_dict(self.promise_price)
        return to_dict(self.report, problem) | more

    @property
    def kept(self) -> bool:
        """Whether all mandatory work is placed, every hard rule kept, and the arrival promise with them."""
        return self.report.kept and not any(rule.hard for rule in self.broken)


def plan_squad(
    source: Path,
    week: Week,
    *,
    seed: int,
    time_limit: float,
    cache: Path | None,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    priced: bool = False,
) -> Planned:
    """Plan a squad's week.

    Parameters
    ----------
    source
        Squad folder or workbook.
    time_limit
        Work limit of the search, deterministic seconds.
    cache
        Folder for parsed roads and matrices, or None.
    stop
        Asked all the while; once it says yes, the best plan so far is taken.
    priced
        Whether to plan again without the two-hour guarantee, to say what it costs.

    Raises
    ------
    geo.errors.InputError
        With every fault of the squad's files.
    """
    prepared = prepared_week(load_squad(source), week, cache)
    watch = _Stopwatch(progress)
    promise = Promise(prepared.travel, prepared.hours)
    plan = plan_week(
        prepared.problem, seed=seed, time_limit=time_limit, promise=promise, progress=watch.tell, stop=stop
    )
    planned = judged(prepared, with_paths(prepared.problem, plan, prepared.travel, prepared.hours))
    cost = (
        promise_price(prepared.problem, plan, promise, seed=seed, time_limit=time_limit, stop=stop) if priced else None
    )
    return replace(planned, first_plan=watch.first_plan, promise_price=cost)


def check_plan(source: Path, document: Path, *, cache: Path | None, scenes: Sequence[Scene] = ()) -> Planned:
    """Judge a plan file, hand-edited ones too, against a squad's files.

    Parameters
    ----------
    scenes
        Where reports are known to come from: they take the place of their communities' gates.

    Raises
    ------
    geo.errors.InputError, planner.errors.PlanFileError
        With every fault of the squad's files, or else of the plan, or of a scene in no community of the squad's.
    """
    opened = open_plan(source, document, cache, scenes)
    return judged(opened.prepared, opened.plan, known_scenes(scenes))


def mended(planned: Planned, *, seed: int, time_limit: float) -> Planned:
    """Return a judged plan with the ways to mend each of its gaps."""
    prepared = planned.prepared
    found = repairs(prepared.problem, planned.plan, prepared.travel, prepared.hours, seed=seed, time_limit=time_limit)
    return replace(planned, mendings=found)


def replan_squad(
    source: Path,
    document: Path,
    event: Path,
    *,
    seed: int,
    time_limit: float,
    cache: Path | None,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Planned:
    """Plan the rest of a published week again after something happened.

    Parameters
    ----------
    document
        The published plan; what happened before it was made is told in it.
    event
        Event file (docs/data-formats.md).
    time_limit
        Work limit of the search, deterministic seconds.
    stop
        Asked all the while; once it says yes, the best plan so far is taken.

    Raises
    ------
    geo.errors.InputError, planner.errors.PlanFileError
        With every fault of the squad's files, or else of the plan, or else of the event.
    """
    loaded = load_squad(source)
    data, told = read_plan_file(document), read_plan_file(event)
    prepared = _as_published(prepared_week(loaded, _week_of(data, document), cache), data, document)
    plan = plan_from_dict(data, prepared.problem, document.name)
    incident = incident_from_dict(told, prepared.problem, plan, event.name)
    watch = _Stopwatch(progress)
    done = replan(
        prepared.problem,
        prepared.squad,
        plan,
        incident,
        seed=seed,
        time_limit=time_limit,
        promise=Promise(prepared.travel, prepared.hours),
        progress=watch.tell,
        stop=stop,
    )
    after = replace(prepared, problem=done.problem, squad=done.squad)
    planned = judged(after, with_paths(after.problem, done.plan, after.travel, after.hours))
    return replace(planned, diff=done.diff, before=data, first_plan=watch.first_plan)


class _Stopwatch:
    """Passes progress on, and notes how long the first plan took."""

    def __init__(self, progress: Callable[[Progress], None]) -> None:
        self._progress = progress
        self._began = time.monotonic()
        self.first_plan: float | None = None

    def tell(self, progress: Progress) -> None:
        if progress.best is not None and self.first_plan is None:
            self.first_plan = time.monotonic() - self._began
        self._progress(progress)


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan read back, with the week it was made for and the document it was read from."""

    prepared: Prepared
    plan: WeeklyPlan
    data: Mapping[str, Any]


def open_plan(source: Path, document: Path, cache: Path | None, scenes: Sequence[Scene] = ()) -> Opened:
    """Read a plan against a squad's files.

    Raises
    ------
    geo.errors.InputError, planner.errors.PlanFileError
        With every fault of the squad's files, or else of the plan.
    """
    loaded = load_squad(source)
    require_known(loaded.squad, scenes)
    data = read_plan_file(document)
    week = prepared_week(loaded, _week_of(data, document), cache, places_of(scenes))
    prepared = _as_published(week, data, document)
    return Opened(prepared, plan_from_dict(data, prepared.problem, document.name), data)


def _as_published(prepared: Prepared, data: dict[str, Any], document: Path) -> Prepared:
    """Return the week as it was when the plan was made: after the events that the plan tells of."""
    problem, squad = problem_from_dict(data, prepared.problem, prepared.squad, document.name)
    return replace(prepared, problem=problem, squad=squad)


def judged(prepared: Prepared, plan: WeeklyPlan, known: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Planned:
    """Return a plan with its broken rules and its two-hour check; `known` as in `planner.response.checked`."""
    check = checked(prepared.problem, plan, prepared.travel, prepared.hours, known)
    return Planned(prepared, plan, judge(prepared.problem, plan), check, report_of(prepared.problem, check))


def check_to_dict(planned: Planned) -> dict[str, Any]:
    """Return what `wuzao check --json` prints: broken rules, what is missed, and the two-hour check."""
    problem = planned.prepared.problem
    return {
        "squad": planned.prepared.squad.id,
        "week": str(problem.week),
        "kept": planned.kept,
        "arrivals_kept": planned.report.kept,
        "broken_rules": [
            {
                "rule": rule.rule,
                "hard": rule.hard,
                "where": rule.where,
                "message": text_to_dict(rule.message),
                "over": rule.over,
            }
            for rule in planned.broken
        ],
        "missed": [
            {
                "visit": miss.visit_id,
                "reasons": [text_to_dict(reason) for reason in miss.reasons],
                "remedies": [text_to_dict(way) for way in miss.remedies],
            }
            for miss in planned.plan.missed
        ],
        "response": planned.response_document | _repairs(planned),
    }


def _repairs(planned: Planned) -> dict[str, Any]:
    if planned.mendings is None:
        return {}
    return {"repairs": repairs_to_dict(planned.prepared.problem, planned.mendings)}


def read_plan_file(document: Path) -> dict[str, Any]:
    """Return the JSON object in a plan file; raise `PlanFileError` where there is none."""
    try:
        data = json.loads(document.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlanFileError(
            [_unread(document, None, f"打不开({error.strerror})", f"cannot be opened ({error})")]
        ) from error
    except UnicodeDecodeError as error:
        raise PlanFileError([_unread(document, None, "不是 UTF-8 文字", "is not UTF-8 text")]) from error
    except json.JSONDecodeError as error:
        zh, en = f"第 {error.colno} 列起不是 JSON", f"is not JSON from column {error.colno} on"
        raise PlanFileError([_unread(document, error.lineno, zh, en)]) from error
    except RecursionError as error:
        raise PlanFileError([_unread(document, None, "嵌套太深", "is nested too deeply")]) from error
    if not isinstance(data, dict):
        raise PlanFileError([_unread(document, None, "不是计划文件", "is not a plan")])
    return data


def prepared_week(loaded: Loaded, week: Week, cache: Path | None, scenes: Sequence[Place] = ()) -> Prepared:
    """Return a loaded squad's week, ready to be planned."""
    return prepare(loaded.squad, week, cache, warnings=loaded.warnings, scenes=scenes)


def _week_of(data: dict[str, Any], document: Path) -> Week:
    try:
        return Week.parse(str(data.get("week")))
    except ValueError as error:
        fault = Fault(
            code="plan_week",
            file=document.name,
            row=None,
            field="week",
            problem=Text(f"{data.get('week')!r} 不是周次", f"{data.get('week')!r} is not an ISO week"),
            mend=Text("写成 2026-W48 这样", "write it like 2026-W48"),
        )
        raise PlanFileError([fault]) from error


def _unread(document: Path, row: int | None, zh: str, en: str) -> Fault:
    return Fault(
        code="plan_file_unreadable",
        file=document.name,
        row=row,
        field=None,
        problem=Text(zh, en),
        mend=Text("请给 wuzao plan 写出的 plan.json", "give the plan.json that wuzao plan wrote"),
    )
