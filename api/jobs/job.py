"""A plan that was asked for: what was asked, how it stands, and what whoever takes orders can do with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from api.errors import (
    ApiError,
    PlanCancelledError,
    PlanCrashedError,
    PlanNotReadyError,
    PlanTooBigError,
    PlanTooLongError,
    QueueFullError,
    SquadBusyError,
    UnknownPlanError,
)
from api.faults import fault_from_dict
from geo.errors import InputError
from geo.text import Language, Text

ORDER, PROGRESS, FAILURE, CHECK, OUT = "order.json", "progress.json", "failure.json", "check.json", "out"
ROSTER, CHANGES, LOAN, SIMULATION, REPORT = "roster.json", "changes.json", "loan.json", "simulation.json", "report.json"
MAKING = "making"
"""Where a job's folder is put together that comes into being as a whole; nobody looks for jobs in it."""

TRIED, TRIES, CANCELLED = "tries", 3, "cancelled"
STOP = "stop"
"""A file whose being there asks the planning process for the best plan it has."""


class State(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    PLANNING = "planning"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = frozenset({State.DONE, State.FAILED, State.CANCELLED})


class Kind(StrEnum):
    """What comes of a job; of each kind one is made for a squad at a time."""

    PLAN = "plan"
    LOAN = "loan"
    SIMULATION = "simulation"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: a squad (by id, in the records at `source`), a week, a seed and a work limit in seconds.

    Attributes
    ----------
    plan, event
        To plan the rest of a published plan (its document) again after an event (as in docs/data-formats.md); without
        an event, to plan the week of a draft again around what is pinned in it.
    scheduled
        Whether nobody asked but the calendar.
    lend
        To look for officers whom a neighbour could lend for the week, in place of planning it
        (`api.bureau.lending.make_loan`).
    simulate
        To simulate a plan's week under random reports, in place of planning it (`api.studies.simulation`).
    report
        To work out the figures of a ``period`` (``2026-Q4``) as things stood ``at`` a moment, in place of planning a
        week (`api.studies.outcome`).
    attempt
        Which attempt it is, where more than one machine makes plans: what another has taken over since is not kept.
    """

    squad: str
    source: str
    week: str
    seed: int
    time_limit: float
    language: Language = "zh"
    cache: str | None = None
    plan: Mapping[str, Any] | None = None
    event: Mapping[str, Any] | None = None
    scheduled: bool = False
    lend: Mapping[str, Any] | None = None
    attempt: int | None = None
    simulate: Mapping[str, Any] | None = None
    report: Mapping[str, Any] | None = None

    @property
    def kind(self) -> Kind:
        """What comes of it."""
        if self.lend is not None:
            return Kind.LOAN
        if self.simulate is not None:
            return Kind.SIMULATION
        return Kind.PLAN if self.report is None else Kind.REPORT

    @property
    def queues(self) -> bool:
        """Whether it is one of those of which only so many may wait: of reports there are no more than squads."""
        return self.kind is not Kind.REPORT

    @property
    def urgency(self) -> int:
        """What goes before what: a day gone wrong, a plan that somebody waits for, a study, then the calendar's."""
        if self.event is not None:
            return 20
        if self.scheduled:
            return 0
        return 10 if self.kind in {Kind.PLAN, Kind.LOAN} else 5


@dataclass(frozen=True, slots=True)
class Told:
    """What the records say of a job that is made by one of many machines: as its files would."""

    progress: Mapping[str, Any]
    failure: Mapping[str, Any]
    results: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """An order and how it stands.

    Attributes
    ----------
    tries
        How often it was begun.
    told
        What the records say of it; None where that is in its folder.
    """

    id: str
    order: Order
    folder: Path
    state: State = State.WAITING
    tries: int = 0
    told: Told | None = None

    @property
    def out(self) -> Path:
        """Folder of the finished plan, laid out as ``wuzao plan --out`` writes it."""
        return self.folder / OUT


Work: TypeAlias = Callable[[Order, Path], None]
"""What the process does: make the plan of an order, writing into a job's folder. Importable by name."""


class JobBoard(Protocol):
    """Takes orders, one of each kind for a squad at a time, and sees to it that they are made.

    `api.jobs.embedded.EmbeddedBoard` makes them in this process's own machine, one after another;
    `api.jobs.shared.SharedBoard` has them made by any number of machines.
    """

    def start(self) -> None:
        """Begin to take orders."""

    def stop(self) -> None:
        """Take no more orders; what this process began and did not finish is begun again later."""

    def submit(self, order: Order) -> Job:
        """Put an order into the queue; raise `SquadBusyError` or `QueueFullError` where it must wait outside."""

    def adopt(self, like: Job, document: Mapping[str, Any], keep: Callable[[str], None]) -> Job:
        """Return a finished job with a plan that was not planned: `like`'s order, with another document.

        Parameters
        ----------
        keep
            Told the new number before anything of the job can be seen: whatever it raises ends the matter.
        """

    def get(self, job_id: str) -> Job:
        """Return a job; raise `UnknownPlanError` where there is none of that number."""

    def all(self, squad_id: str, kind: Kind = Kind.PLAN) -> Sequence[Job]:
        """Return a squad's jobs of a kind, the newest first."""

    def making(self, kind: Kind) -> frozenset[str]:
        """Return the squads that have a job of a kind which is not finished."""

    def counts(self) -> Mapping[State, int]:
        """Return how many jobs of all squads stand how."""

    def cancel(self, job_id: str) -> Job:
        """Cancel a job that is not finished; a finished one stays as it is."""

    def stop_early(self, job_id: str) -> Job:
        """Ask a plan that is being made to end with the best found so far; a finished one stays as it is."""


def require_stoppable(job: Job) -> None:
    """Raise `PlanNotReadyError` for a job that has nothing to end with."""
    if job.state is State.WAITING:
        raise PlanNotReadyError(
            Text("还在排队,没有可采用的方案;不要了请取消", "Still waiting, with no plan to take: cancel it instead")
        )


BUSY: Mapping[Kind, tuple[str, str]] = {
    Kind.PLAN: ("计划正在编制", "A plan is being made"),
    Kind.LOAN: ("借调正在试排", "A loan is being looked for on behalf"),
    Kind.SIMULATION: ("计划正在模拟", "A plan is being simulated"),
    Kind.REPORT: ("报表正在汇总", "A report is being worked out"),
}
"""What is in the way of another of the same kind."""


def squad_is_busy(order: Order, job_id: str) -> SquadBusyError:
    """Return what is said to a squad that has such a job in the making."""
    zh, en = BUSY[order.kind]
    return SquadBusyError(
        Text(
            f"{order.squad} 的{zh}(编号 {job_id}),请等它完成或先取消",
            f"{en} of {order.squad} already (number {job_id}): wait or cancel it",
        )
    )


def queue_is_full() -> QueueFullError:
    """Return what is said to whom there is no place for."""
    return QueueFullError(Text("排队的计划太多,请稍后再试", "Too many plans are waiting: try again later"))


def no_such_plan(job_id: str) -> UnknownPlanError:
    """Return what is said of a number that no plan has."""
    return UnknownPlanError(Text(f"没有编号为 {job_id} 的计划", f"There is no plan {job_id}"))


def roster_of(job: Job) -> Mapping[str, str]:
    """Return the names of a finished plan's officers by id, those without a visit too."""
    found: Mapping[str, str] = (
        read_json(job.folder / ROSTER) if job.told is None else job.told.results.get("roster", {})
    )
    return found


def changes_of(job: Job) -> Mapping[str, Any]:
    """Return what changed against the plan that a finished one was made from; empty of one made from nothing."""
    told = job.told
    found: Mapping[str, Any] = read_json(job.out / CHANGES) if told is None else told.results.get("changes", {})
    return found


ANSWERS: Mapping[Kind, str] = {Kind.LOAN: LOAN, Kind.SIMULATION: SIMULATION, Kind.REPORT: REPORT}
"""The file in a job's folder that holds what was found out, where it is no plan."""


def answer_of(job: Job) -> Mapping[str, Any]:
    """Return what a job that is no plan has found out; empty of a plan, and before it is known."""
    kind = job.order.kind
    if kind is Kind.PLAN:
        return {}
    found: Mapping[str, Any] = (
        read_json(job.out / ANSWERS[kind]) if job.told is None else job.told.results.get(kind.value, {})
    )
    return found


def is_made(order: Order, folder: Path) -> bool:
    """Return whether a job's folder holds what was asked for."""
    return (folder / OUT / ANSWERS.get(order.kind, "plan.json")).is_file()


def progress_of(job: Job) -> Mapping[str, Any]:
    """Return the last word of the planning process: ``best``, ``bound``, ``stage``, ``missed``; empty before the first.

    Of a finished plan also ``terms`` and ``first_plan``, the seconds until there was a plan at all; of one that was
    broken off and begun again, how often: ``again``.
    """
    said = read_json(job.folder / PROGRESS) if job.told is None else job.told.progress
    return {**said, "again": job.tries - 1} if job.tries > 1 else said


def failure_of(job: Job) -> ApiError | InputError:
    """Return why a job has no plan, as the exception that says so."""
    if job.state is State.CANCELLED:
        return PlanCancelledError(Text("这份计划已取消", "This plan was cancelled"))
    said = read_json(job.folder / FAILURE) if job.told is None else job.told.failure
    if said.get("kind") == "bad_input":
        return InputError([fault_from_dict(fault) for fault in said["faults"]])
    if said.get("kind") == "too_big":
        return PlanTooBigError(
            Text("编制所需内存超过限额(WUZAO_MEMORY)", "Planning asked for more memory than allowed (WUZAO_MEMORY)")
        )
    if said.get("kind") == "too_long":
        return PlanTooLongError(Text("编制超过时限,已停止", "Planning took longer than allowed and was stopped"))
    if said.get("kind") == "broken_off":
        return PlanCrashedError(
            Text(
                "编制多次被服务器停机打断,请重新下单", "Planning was broken off by the server stopping, again and again"
            )
        )
    return PlanCrashedError(Text("编制意外中断,请查看服务器日志", "Planning broke down: see the server's log"))


def require_done(job: Job) -> Job:
    """Return a finished job; raise what stands in the way otherwise."""
    if job.state in {State.FAILED, State.CANCELLED}:
        raise failure_of(job)
    if job.state is not State.DONE:
        raise PlanNotReadyError(Text("计划还没编好,请稍后再看", "The plan is not finished yet: look again later"))
    return job


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a file that is never seen half written."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(path)


def written(order: Order) -> dict[str, Any]:
    """Return an order as it is kept: without what may be another's tomorrow, or a secret."""
    return asdict(replace(order, source="", attempt=None))  # a database's address holds its password


def read_json(path: Path) -> Mapping[str, Any]:
    """Return what a file holds; nothing where there is none."""
    try:
        data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return data
