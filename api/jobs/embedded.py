"""The job board of one machine: one job at a time, the most urgent first.

Each is made in a killable process of its own, and has a folder on disk. A job that a stop of the server broke off is
begun again when the server comes back, and given up (saying so) where it was broken off `TRIES` times. A job's folder
holds ``order.json`` (what was asked), ``progress.json`` (how it stands), and in the end ``out/`` and ``check.json`` and
``roster.json`` (officers' names by id), or ``failure.json``; a file ``stop`` asks for an early end and ``tries`` counts
how often it was begun. What is finished is found again after a restart.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.jobs.attempt import attempted
from api.jobs.job import (
    FAILURE,
    FINISHED,
    MAKING,
    ORDER,
    OUT,
    PROGRESS,
    ROSTER,
    STOP,
    TRIES,
    Job,
    Kind,
    Order,
    State,
    Work,
    is_made,
    no_such_plan,
    queue_is_full,
    require_stoppable,
    squad_is_busy,
    write_json,
    written,
)
from api.settings import Settings

log = logging.getLogger(__name__)

TRIED, CANCELLED = "tries", "cancelled"


class EmbeddedBoard:
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
                if (job.order.squad, job.order.kind) == (order.squad, order.kind):
                    raise squad_is_busy(order, job.id)
            waiting = sum(job.state is State.WAITING and job.order.queues for job in active)
            if order.queues and waiting >= self._settings.queue:
                raise queue_is_full()
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
        write_json(making / ORDER, written(like.order))
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
                raise no_such_plan(job_id) from None

    def all(self, squad_id: str, kind: Kind = Kind.PLAN) -> Sequence[Job]:
        """Return a squad's jobs of a kind, the newest first."""
        with self._changed:
            found = reversed(self._jobs.values())
            return [job for job in found if (job.order.squad, job.order.kind) == (squad_id, kind)]

    def making(self, kind: Kind) -> frozenset[str]:
        """Return the squads that have a job of a kind which is not finished."""
        with self._changed:
            active = [job for job in self._jobs.values() if job.state not in FINISHED]
            return frozenset(job.order.squad for job in active if job.order.kind is kind)

    def counts(self) -> Mapping[State, int]:
        """Return how many jobs of all squads stand how."""
        with self._changed:
            return Counter(job.state for job in self._jobs.values())

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
        require_stoppable(job)
        if job.state is State.PLANNING:
            (job.folder / STOP).touch()
        return job

    def _new(self, order: Order) -> Job:
        job_id = secrets.token_hex(8)
        folder = self._settings.jobs / job_id
        folder.mkdir()
        write_json(folder / ORDER, written(order))
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
                waiting = [job for job in self._jobs.values() if job.state is State.WAITING]
                if waiting:
                    return self._set(max(waiting, key=lambda job: job.order.urgency), State.PLANNING)
                self._changed.wait()
        return None

    def _plan(self, job: Job) -> None:
        job = self._begun(job)

        def unwanted() -> bool:
            with self._changed:
                return self._stopping or self._jobs[job.id].state is State.CANCELLED

        code = attempted(self._work, job.order, job.folder, self._settings, unwanted)
        self._judge(job, code)

    def _begun(self, job: Job) -> Job:
        tries = _tries(job.folder) + 1
        (job.folder / TRIED).write_text(str(tries), encoding="utf-8")
        with self._changed:
            self._jobs[job.id] = replace(self._jobs[job.id], tries=tries)
        return self._jobs[job.id]

    def _judge(self, job: Job, code: int | None) -> None:
        with self._changed:
            if self._jobs[job.id].state is State.CANCELLED or (self._stopping and code is None):
                return  # nobody waits for it, or it is begun again when the server comes back
            if code == 0 and is_made(job.order, job.folder):
                self._set(job, State.DONE)
                return
            if not (job.folder / FAILURE).is_file():
                write_json(job.folder / FAILURE, {"kind": "too_long" if code is None else "crashed"})
            self._set(job, State.FAILED)
        log.warning("plan %s of %s failed (exit code %s)", job.id, job.order.squad, code)

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
                self._jobs[folder.name] = Job(folder.name, asked, folder, _recalled(asked, folder), _tries(folder))

    def _forget_oldest(self) -> None:
        with self._changed:
            for kind in Kind:
                finished = [job for job in self._jobs.values() if job.state in FINISHED and job.order.kind is kind]
                for job in finished[: -self._settings.keep]:
                    del self._jobs[job.id]
                    shutil.rmtree(job.folder, ignore_errors=True)


def _recalled(order: Order, folder: Path) -> State:
    """Return how a job stands that an earlier server left; one broken off too often has failed and says so."""
    if is_made(order, folder):
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
