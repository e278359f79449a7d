"""A case from the first report to its close: 收集–立案–派遣–处理–反馈–核查–结案.

What happened is a list of steps, each with the time at which it happened; the case is what they add up to. A step that
is uploaded late keeps its own time, so that a dead spot in the network never makes an officer late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from casework.calendar import SHANGHAI
from casework.errors import WrongStageError, WrongTimeError
from casework.figures import day_of
from casework.violation import Violation, ViolationType
from geo.text import Text


class Channel(StrEnum):
    """Who a report came from."""

    LEADER = "leader"
    OFFICER = "officer"
    PROPERTY = "property"
    PUBLIC = "public"
    PLATFORM = "platform"


CHANNEL_NAMES: Mapping[Channel, Text] = {
    Channel.LEADER: Text("班长登记", "Shift leader"),
    Channel.OFFICER: Text("队员发现", "Officer"),
    Channel.PROPERTY: Text("物业上报", "Property company"),
    Channel.PUBLIC: Text("居民反映", "Resident"),
    Channel.PLATFORM: Text("平台转来", "Outside platform"),
}


class Stage(StrEnum):
    """How far a case has come."""

    COLLECTED = "collected"
    FILED = "filed"
    DISPATCHED = "dispatched"
    ON_SCENE = "on_scene"
    HANDLED = "handled"
    CLOSED = "closed"
    MERGED = "merged"


STAGE_NAMES: Mapping[Stage, Text] = {
    Stage.COLLECTED: Text("收集", "Collected"),
    Stage.FILED: Text("立案", "Filed"),
    Stage.DISPATCHED: Text("派遣", "Dispatched"),
    Stage.ON_SCENE: Text("处理", "Being handled"),
    Stage.HANDLED: Text("反馈待核查", "Handled, re-check due"),
    Stage.CLOSED: Text("结案", "Closed"),
    Stage.MERGED: Text("已并案", "Merged"),
}

OVER = frozenset({Stage.CLOSED, Stage.MERGED})
"""Stages after which nothing more happens."""


class Outcome(StrEnum):
    """What came of a case on the scene."""

    RECTIFIED = "rectified"
    UNFOUNDED = "unfounded"
    TRANSFERRED = "transferred"


OUTCOME_NAMES: Mapping[Outcome, Text] = {
    Outcome.RECTIFIED: Text("已整改", "Put right"),
    Outcome.UNFOUNDED: Text("不属实", "Unfounded"),
    Outcome.TRANSFERRED: Text("移交其他部门", "Passed on to another office"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody told the squad.

    Attributes
    ----------
    community_id
        None where the place lies outside every boundary.
    reported_at
        When it was told, aware; the two-hour clock starts from it.
    dissuaded_at
        When the property company's dissuasion failed: it then has 24 hours to report.
    outside_number
        The case's number on the platform that it came from.
    reporter_name, reporter_phone
        Personal data: masked wherever they are shown, never logged.
    """

    id: str
    channel: Channel
    lon: float
    lat: float
    reported_at: datetime
    community_id: str | None = None
    type: ViolationType | None = None
    building: str = ""
    note: str = ""
    dissuaded_at: datetime | None = None
    outside_number: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""

    def __post_init__(self) -> None:
        for moment in (self.reported_at, self.dissuaded_at):
            if moment is not None and moment.tzinfo is None:
                msg = f"report {self.id}: times carry their zone"
                raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Filed:
    """It is the squad's to deal with."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Dispatched:
    """Somebody was sent; `officers`, the one responsible first."""

    at: datetime
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recalled:
    """Whoever was sent was called back, or left before it was put right."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An officer is on the scene.

    Attributes
    ----------
    reason
        Why the place recorded is neither near a gate nor inside the boundary; empty where it is.
    files
        Photographs, by their hashes.
    """

    at: datetime
    officer: str
    lon: float | None = None
    lat: float | None = None
    reason: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handled:
    """It was dealt with on the scene; `type` is what was found, None where nothing was; `files` are photographs."""

    at: datetime
    outcome: Outcome
    type: ViolationType | None = None
    note: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rechecked:
    """Somebody looked again, seven days later; `files` are photographs."""

    at: datetime
    passed: bool
    officer: str = ""
    note: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergedInto:
    """It is the same matter as another case."""

    at: datetime
    case_id: str


Step: TypeAlias = Filed | Dispatched | Recalled | Arrived | Handled | Rechecked | MergedInto


@dataclass(frozen=True, slots=True)
class Case:
    """What the steps so far add up to.

    Attributes
    ----------
    due_at
        When an officer has to be on the scene.
    officers
        Who is on it, the one responsible first; those who were called back are not.
    first_arrival
        Of anybody, since the report; a case reopened keeps it.
    reopened
        How often a re-check failed.
    last_at
        Time of the last step: none that follows may lie before it.
    """

    id: str
    report: Report
    due_at: datetime
    last_at: datetime
    stage: Stage = Stage.COLLECTED
    officers: tuple[str, ...] = ()
    type: ViolationType | None = None
    outcome: Outcome | None = None
    filed_at: datetime | None = None
    first_arrival: datetime | None = None
    handled_at: datetime | None = None
    rechecked_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    merged_into: str | None = None

    @property
    def open(self) -> bool:
        """Whether something is still to happen."""
        return self.stage not in OVER

    def late(self, now: datetime) -> bool:
        """Return whether nobody was, or is, on the scene in time."""
        return (self.first_arrival or now) > self.due_at

    def recheck_due(self, after_days: int = 7) -> date | None:
        """Return the day on which it is to be looked at again, None where nothing waits for that."""
        if self.stage is not Stage.HANDLED or self.handled_at is None:
            return None
        return day_of(self.handled_at) + timedelta(days=after_days)


def opened(case_id: str, report: Report, due_at: datetime) -> Case:
    """Return the case that a report opens."""
    return Case(case_id, report, due_at, report.reported_at, type=report.type)


FROM: Mapping[type, frozenset[Stage]] = {
    Filed: frozenset({Stage.COLLECTED}),
    Dispatched: frozenset({Stage.COLLECTED, Stage.FILED}),
    Recalled: frozenset({Stage.DISPATCHED, Stage.ON_SCENE}),
    Arrived: frozenset({Stage.DISPATCHED, Stage.ON_SCENE}),
    Handled: frozenset({Stage.ON_SCENE}),
    Rechecked: frozenset({Stage.HANDLED}),
    MergedInto: frozenset({Stage.COLLECTED, Stage.FILED}),
}
"""Where each step may begin."""


def after(case: Case, step: Step) -> Case:
    """Return a case after one more step.

    Raises
    ------
    casework.errors.WrongStageError
        Where the case is not where the step begins.
    casework.errors.WrongTimeError
        Where the step lies before the one it follows.
    """
    if case.stage not in FROM[type(step)]:
        stage = STAGE_NAMES[case.stage]
        raise WrongStageError(
            Text(f"案件目前为“{stage.zh}”,不能这样处理", f"The case stands at '{stage.en}': this step cannot follow")
        )
    if step.at < case.last_at:
        raise WrongTimeError(
            Text(
                f"时间早于上一步({case.last_at:%Y-%m-%d %H:%M})",
                f"The time lies before the last step ({case.last_at:%Y-%m-%d %H:%M})",
            )
        )
    return replace(_taken(case, step), last_at=step.at)


def case_of(case_id: str, report: Report, due_at: datetime, steps: Iterable[Step]) -> Case:
    """Return the case that a report and its steps, in order, add up to; raises as `after` does."""
    case = opened(case_id, report, due_at)
    for step in steps:
        case = after(case, step)
    return case


def _taken(case: Case, step: Step) -> Case:
    match step:
        case Filed():
            now = replace(case, stage=Stage.FILED, filed_at=step.at)
        case Dispatched():
            now = replace(case, stage=Stage.DISPATCHED, officers=step.officers, filed_at=case.filed_at or step.at)
        case Recalled():
            now = replace(case, stage=Stage.FILED, officers=())
        case Arrived():
            now = _arrived(case, step)
        case Handled():
            now = _handled(case, step)
        case Rechecked():
            now = _rechecked(case, step)
        case MergedInto():
            now = replace(case, stage=Stage.MERGED, merged_into=step.case_id, closed_at=step.at, officers=())
    return now


def violation_of(case: Case) -> Violation | None:
    """Return the violation that a case found, as planning knows it; None where nothing was found (yet)."""
    if case.type is None or case.handled_at is None or case.outcome is not Outcome.RECTIFIED:
        return None
    report = case.report
    reported = report.reported_at.astimezone(SHANGHAI)
    first = case.first_arrival
    return Violation(
        id=case.id,
        type=case.type,
        lon=report.lon,
        lat=report.lat,
        found_on=day_of(first or reported),
        community_id=report.community_id,
        handled_on=day_of(case.handled_at),
        rechecked_on=None if case.rechecked_at is None else day_of(case.rechecked_at),
        building=report.building,
        note=report.note,
        reporter_phone=report.reporter_phone,
        reported_at=reported.hour * 3600 + reported.minute * 60 + reported.second,
        handling=None if first is None else round((case.handled_at - first).total_seconds()),
    )


def _arrived(case: Case, step: Arrived) -> Case:
    officers = case.officers if step.officer in case.officers else (*case.officers, step.officer)
    return replace(case, stage=Stage.ON_SCENE, officers=officers, first_arrival=case.first_arrival or step.at)


def _handled(case: Case, step: Handled) -> Case:
    if step.outcome is Outcome.RECTIFIED:
        kind = step.type or case.type
        return replace(case, stage=Stage.HANDLED, outcome=step.outcome, type=kind, handled_at=step.at)
    return replace(case, stage=Stage.CLOSED, outcome=step.outcome, handled_at=step.at, closed_at=step.at)


def _rechecked(case: Case, step: Rechecked) -> Case:
    if step.passed:
        return replace(case, stage=Stage.CLOSED, rechecked_at=step.at, closed_at=step.at)
    return replace(case, stage=Stage.FILED, outcome=None, handled_at=None, officers=(), reopened=case.reopened + 1)
