"""What `wuzao` can be told to do, free of terminal and HTTP: plan a week, judge a plan, plan its rest again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.exchange.squad_files import Loaded, load_squad
from api.planned import Planned, judged
from api.prepare import Prepared, prepare
from api.scenes import Scene, known_scenes, places_of, require_known
from geo.errors import Fault
from geo.text import Text
from geo.travel import Place
from planner.byhand import again
from planner.document import plan_from_dict, problem_from_dict
from planner.errors import PlanFileError
from planner.event_reader import incident_from_dict
from planner.guarantee import Promise
from planner.paths import with_paths
from planner.planning import Progress, plan_week
from planner.promise_price import promise_price
from planner.replan import replan
from planner.response_repairs import repairs
from planner.week import Week, WeeklyPlan

REPLAN_TIME_LIMIT = 6.0
"""Deterministic seconds: somebody is waiting on the telephone."""

WHATIF_TIME_LIMIT = 6.0
"""Deterministic seconds for each of the many weeks that a question takes."""

REPAIRS_TIME_LIMIT = 30.0
"""Deterministic seconds for the ways to mend all gaps of a plan."""

DEFAULT_TIME_LIMIT = 40.0
"""Deterministic seconds of search; the first one's proof and files leave the demo well inside a minute."""


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
    return plan_loaded(
        load_squad(source),
        week,
        seed=seed,
        time_limit=time_limit,
        cache=cache,
        progress=progress,
        stop=stop,
        priced=priced,
    )


def plan_loaded(
    loaded: Loaded,
    week: Week,
    *,
    seed: int,
    time_limit: float,
    cache: Path | None,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    priced: bool = False,
) -> Planned:
    """Plan the week of a squad that is at hand already, as `plan_squad` does."""
    prepared = prepared_week(loaded, week, cache)
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
    opened = opened_plan(loaded, data, cache, file=document.name)
    return replanned(opened, told, seed=seed, time_limit=time_limit, file=event.name, progress=progress, stop=stop)


def replanned(
    opened: Opened,
    told: Mapping[str, Any],
    *,
    seed: int,
    time_limit: float,
    file: str = "event.json",
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Planned:
    """Plan the rest of a week that is at hand again, as `replan_squad` does; `file` names the event in faults."""
    prepared, plan, data = opened.prepared, opened.plan, opened.data
    incident = incident_from_dict(told, prepared.problem, plan, file)
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


def planned_again(
    opened: Opened,
    *,
    seed: int,
    time_limit: float,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Planned:
    """Plan a week that is at hand again; what is pinned stays as it is (`planner.byhand.again.planned_again`)."""
    prepared, watch = opened.prepared, _Stopwatch(progress)
    plan = again.planned_again(
        prepared.problem,
        opened.plan,
        seed=seed,
        time_limit=time_limit,
        promise=Promise(prepared.travel, prepared.hours),
        progress=watch.tell,
        stop=stop,
    )
    planned = judged(prepared, with_paths(prepared.problem, plan, prepared.travel, prepared.hours))
    return replace(planned, first_plan=watch.first_plan)


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
    return opened_plan(loaded, read_plan_file(document), cache, scenes, file=document.name)


def opened_plan(
    loaded: Loaded,
    data: dict[str, Any],
    cache: Path | None,
    scenes: Sequence[Scene] = (),
    *,
    file: str = "plan.json",
) -> Opened:
    """Read a plan document against a squad that is at hand, as `open_plan` does."""
    week = prepared_week(loaded, _week_of(data, file), cache, places_of(scenes))
    # the week as it was when the plan was made: after the events that the plan tells of
    problem, squad = problem_from_dict(data, week.problem, week.squad, file)
    prepared = replace(week, problem=problem, squad=squad)
    return Opened(prepared, plan_from_dict(data, prepared.problem, file), data)


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


def _week_of(data: Mapping[str, Any], file: str) -> Week:
    try:
        return Week.parse(str(data.get("week")))
    except ValueError as error:
        fault = Fault(
            code="plan_week",
            file=file,
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
