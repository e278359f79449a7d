"""Plans asked for over HTTP: one at a time, each in a killable process of its own, each with a folder on disk.

A job that a stop of the server broke off is begun again when the server comes back, and given up (saying so) where it
was broken off `TRIES` times. A job's folder holds ``order.json`` (what was asked), ``progress.json`` (how it stands),
and in the end ``out/`` and ``check.json`` and ``roster.json`` (officers' names by id), or ``failure.json``; a file
``stop`` asks for an early end and ``tries`` counts how often it was begun. What is finished is found again after a
restart.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeAlias

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
from api.processes import apart, modest
from api.settings import Settings
from geo.errors import InputError
from geo.text import Language, Text

log = logging.getLogger(__name__)

ORDER, PROGRESS, FAILURE, CHECK, OUT = "order.json", "progress.json", "failure.json", "check.json", "out"
ROSTER = "roster.json"
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


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: a squad (by id, in the records at `source`), a week, a seed and a work limit in seconds.

    Attributes
    ----------
    plan, event
        To plan the rest of a published plan (its document) again after an event (as in docs/data-formats.md); without
        an event, to plan the week of a draft again around what is pinned in it.
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


@dataclass(frozen=True, slots=True)
class Job:
    """An order and how it stands."""

    id: str
    order: Order
    folder: Path
    state: State = State.WAITING

    @property
    def out(self) -> Path:
        """Folder of the finished plan, laid out as ``wuzao plan --out`` writes it."""
        return self.folder / OUT


Work: TypeAlias = Callable[[Order, Path], None]
"""What the process does: make the plan of an order, writing into a job's folder. Importable by name."""


class JobBoard:
    """Who waits, who is being planned, who is done."""

    def __init__(self, settings: Settings, work: Work) -> None:
        self._settings = settings
        self._work = work
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def start(self) -> None:
        """Find what was finished before, and begin to take orders."""
        self._settings.jobs.mkdir(parents=True, exist_ok=True)
        self._recall()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="wuzao-jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Kill what is being planned and take no more orders."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(self, order: Order) -> Job:
        """Put an order into the queue; raise `SquadBusyError` or `QueueFullError` where it must wait outside."""
        with self._changed:
            active = [job for job in self._jobs.values() if job.state not in FINISHED]
            for job in active:
                if job.order.squad == order.squad:
                    raise SquadBusyError(
                        Text(
                            f"{order.squad} 的计划正在编制(编号 {job.id}),请等它完成或先取消",
                            f"A plan of {order.squad} is being made already (number {job.id}): wait or cancel it",
                        )
                    )
            if sum(job.state is State.WAITING for job in active) >= self._settings.queue:
                raise QueueFullError(Text("排队的计划太多,请稍后再试", "Too many plans are waiting: try again later"))
            job = self._new(order)
            self._jobs[job.id] = job
            self._changed.notify_all()
        self._forget_oldest()
        return job

    def adopt(self, like: Job, document: Mapping[str, Any], keep: Callable[[str], None]) -> Job:
        """Return a finished job with a plan that was not planned: `like`'s order, with another document.

        Parameters
        ----------
        keep
            Told the new number before anything of the job can be seen: whatever it raises ends the matter.
        """
        job_id = secrets.token_hex(8)
        making = self._settings.jobs / MAKING / job_id
        (making / OUT).mkdir(parents=True)
        write_json(making / ORDER, _written(like.order))
        for name in (PROGRESS, ROSTER):
            if (like.folder / name).is_file():
                shutil.copyfile(like.folder / name, making / name)
        write_json(making / OUT / "plan.json", document)
        keep(job_id)
        folder = making.rename(self._settings.jobs / job_id)
        job = Job(job_id, like.order, folder, State.DONE)
        with self._changed:
            self._jobs[job_id] = job
        self._forget_oldest()
        return job

    def get(self, job_id: str) -> Job:
        """Return a job; raise `UnknownPlanError` where there is none of that number."""
        with self._changed:
            try:
                return self._jobs[job_id]
            except KeyError:
                raise UnknownPlanError(Text(f"没有编号为 {job_id} 的计划", f"There is no plan {job_id}")) from None

    def all(self) -> tuple[Job, ...]:
        """Return every job, the newest first."""
        with self._changed:
            return tuple(reversed(self._jobs.values()))

    def cancel(self, job_id: str) -> Job:
        """Cancel a job that is not finished; a finished one stays as it is."""
        job = self.get(job_id)
        with self._changed:
            job = self._jobs[job_id]
            if job.state not in FINISHED:
                (job.folder / CANCELLED).touch()
                job = self._set(job, State.CANCELLED)
                self._changed.notify_all()
        return job

    def stop_early(self, job_id: str) -> Job:
        """Ask a plan that is being made to end with the best found so far; a finished one stays as it is."""
        job = self.get(job_id)
        if job.state is State.WAITING:
            raise PlanNotReadyError(
                Text("还在排队,没有可采用的方案;不要了请取消", "Still waiting, with no plan to take: cancel it instead")
            )
        if job.state is State.PLANNING:
            (job.folder / STOP).touch()
        return job

    def _new(self, order: Order) -> Job:
        job_id = secrets.token_hex(8)
        folder = self._settings.jobs / job_id
        folder.mkdir()
        write_json(folder / ORDER, _written(order))
        return Job(job_id, order, folder)

    def _set(self, job: Job, state: State) -> Job:
        changed = replace(job, state=state)
        self._jobs[job.id] = changed
        return changed

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._plan(job)
            except OSError:  # no process, no disk space: the next one may fare better
                log.exception("plan %s of %s could not be made", job.id, job.order.squad)
                with self._changed:
                    self._set(job, State.FAILED)

    def _next(self) -> Job | None:
        with self._changed:
            while not self._stopping:
                for job in self._jobs.values():
                    if job.state is State.WAITING:
                        return self._set(job, State.PLANNING)
                self._changed.wait()
        return None

    def _plan(self, job: Job) -> None:
        (job.folder / TRIED).write_text(str(_tries(job.folder) + 1), encoding="utf-8")
        process = apart().Process(
            target=within_memory,
            args=(self._settings.memory, self._work, job.order, job.folder),
            name=f"wuzao-plan-{job.id}",
            daemon=True,
        )
        process.start()
        ended = self._wait(job, process)
        self._judge(job, process, ended=ended)

    def _judge(self, job: Job, process: BaseProcess, *, ended: bool) -> None:
        with self._changed:
            if self._jobs[job.id].state is State.CANCELLED or (self._stopping and not ended):
                return  # nobody waits for it, or it is begun again when the server comes back
            if ended and process.exitcode == 0 and (job.out / "plan.json").is_file():
                self._set(job, State.DONE)
                return
            if not (job.folder / FAILURE).is_file():
                write_json(job.folder / FAILURE, {"kind": "crashed" if ended else "too_long"})
            self._set(job, State.FAILED)
        log.warning("plan %s of %s failed (exit code %s)", job.id, job.order.squad, process.exitcode)

    def _wait(self, job: Job, process: BaseProcess) -> bool:
        """Return True where the process ended by itself; kill it when cancelled, stopped or out of time."""
        deadline = time.monotonic() + self._settings.wall_limit
        while process.is_alive():
            process.join(timeout=0.05)
            with self._changed:
                unwanted = self._stopping or self._jobs[job.id].state is State.CANCELLED
            if unwanted or time.monotonic() > deadline:
                process.kill()
                process.join()
                return False
        return True

    def _recall(self) -> None:
        with self._changed:
            for order in sorted(self._settings.jobs.glob(f"*/{ORDER}"), key=lambda path: path.stat().st_mtime):
                folder = order.parent
                if folder.name in self._jobs:
                    continue
                try:
                    asked = Order(**{**json.loads(order.read_text(encoding="utf-8")), "source": self._settings.records})
                except (ValueError, TypeError):
                    log.warning("%s is no order of this release: left alone", order)
                    continue
                self._jobs[folder.name] = Job(folder.name, asked, folder, _recalled(folder))

    def _forget_oldest(self) -> None:
        with self._changed:
            finished = [job for job in self._jobs.values() if job.state in FINISHED]
            for job in finished[: -self._settings.keep]:
                del self._jobs[job.id]
                shutil.rmtree(job.folder, ignore_errors=True)


def _recalled(folder: Path) -> State:
    """Return how a job stands that an earlier server left; one broken off too often has failed and says so."""
    if (folder / OUT / "plan.json").is_file():
        return State.DONE
    if (folder / CANCELLED).is_file():
        return State.CANCELLED
    if (folder / FAILURE).is_file():
        return State.FAILED
    if _tries(folder) >= TRIES:
        write_json(folder / FAILURE, {"kind": "broken_off"})
        return State.FAILED
    return State.WAITING


def _tries(folder: Path) -> int:
    try:
        return int((folder / TRIED).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return 0


def within_memory(limit: int, work: Work, order: Order, folder: Path) -> None:
    """Do `work` in this process with at most `limit` bytes of memory (0: no limit), where the system can hold it to it.

    Where the solver's own code runs out of memory it aborts, and the plan has broken down (`PlanCrashedError`).
    """
    modest(limit)
    try:
        work(order, folder)
    except MemoryError:
        write_json(folder / FAILURE, {"kind": "too_big"})


def roster_of(job: Job) -> Mapping[str, str]:
    """Return the names of a finished plan's officers by id, those without a visit too."""
    return _read(job.folder / ROSTER)


def progress_of(job: Job) -> Mapping[str, Any]:
    """Return the last word of the planning process: ``best``, ``bound``, ``stage``, ``missed``; empty before the first.

    Of a finished plan also ``terms`` and ``first_plan``, the seconds until there was a plan at all.
    """
    return _read(job.folder / PROGRESS)


def failure_of(job: Job) -> ApiError | InputError:
    """Return why a job has no plan, as the exception that says so."""
    if job.state is State.CANCELLED:
        return PlanCancelledError(Text("这份计划已取消", "This plan was cancelled"))
    said = _read(job.folder / FAILURE)
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


def _written(order: Order) -> Mapping[str, Any]:
    return asdict(replace(order, source=""))  # a database's address holds its password


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return data
