"""What a worker does with a job of the queue: begin it, watch over it, write down what came of it."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from api.errors import GivenBackError
from api.jobs.attempt import attempted
from api.jobs.job import (
    ANSWERS,
    CHANGES,
    FAILURE,
    OUT,
    PROGRESS,
    ROSTER,
    STOP,
    TRIES,
    Order,
    State,
    Work,
    read_json,
)
from api.settings import Settings
from api.storage.engine import not_reached, reading, until_reached, writing
from api.storage.jobs import ACTIVE, KeptJob, change_job, job_of
from geo.text import Text

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between looks into the records: whether the job is still wanted, and is to be ended early."""

PATIENCE = 120.0
"""Seconds for which what came of a job waits for records that cannot be reached."""


class Maker:
    """Makes jobs, one at a time.

    Parameters
    ----------
    machine
        What the records call this worker.
    """

    def __init__(
        self, settings: Settings, work: Work, store: Engine, machine: str, clock: Callable[[], datetime]
    ) -> None:
        self._settings, self._work, self._store = settings, work, store
        self._machine, self._clock = machine, clock
        self._leaving = threading.Event()

    def leave(self) -> None:
        """Give back what is in hand, and whatever comes: this machine stops."""
        self._leaving.set()

    def make(self, job_id: str) -> None:
        """Make a job; what is finished, cancelled or given up is left alone.

        Raises
        ------
        GivenBackError
            Where this machine stops: the job waits again, as if nobody had begun it.
        """
        job = until_reached(lambda: self._begun(job_id), PATIENCE)
        if job is None:
            return
        try:
            self._made(job)
        except GivenBackError:
            raise
        except Exception:  # a fault of ours must not leave the squad without plans for good
            log.exception("plan %s of %s could not be made", job.id, job.squad_id)
            self._keep(job, {"state": State.FAILED.value, "failure": {"kind": "crashed"}})

    def _made(self, job: KeptJob) -> None:
        folder = self._settings.jobs / job.id
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        watch = _Watch(self._store, job, folder, self._leaving, self._clock)
        order = order_of(job, self._settings, attempt=job.tries)
        code = attempted(self._work, order, folder, self._settings, watch.unwanted)
        ended = _ended(code, order, folder)
        if not watch.taken_over:  # on a disk that workers share, the folder is the other's by now
            shutil.rmtree(folder, ignore_errors=True)
        if watch.lost:
            log.warning("plan %s of %s is another's by now, or not wanted any more", job.id, job.squad_id)
            return
        if code is None and self._leaving.is_set():
            self._keep(job, {"state": State.WAITING.value, "tries": job.tries - 1})
            raise _given_back(job.id)
        self._keep(job, ended)

    def _begun(self, job_id: str) -> KeptJob | None:
        """Return a job that is this worker's from now on; None where there is nothing to be made."""
        with writing(self._store) as connection:
            job = job_of(connection, job_id, to_change=True)
            if job is None or job.state not in ACTIVE:
                return None
            if self._leaving.is_set():
                raise _given_back(job_id)
            if job.tries >= TRIES:
                given_up = {"state": State.FAILED.value, "failure": {"kind": "broken_off"}}
                change_job(connection, job_id, self._clock(), given_up)
                return None
            begun = {"state": State.PLANNING.value, "tries": job.tries + 1, "machine": self._machine}
            change_job(connection, job_id, self._clock(), begun)
            return job_of(connection, job_id)

    def _keep(self, job: KeptJob, values: Mapping[str, object]) -> None:
        def keep() -> bool:
            with writing(self._store) as connection:
                return change_job(connection, job.id, self._clock(), values, attempt=job.tries)

        if not until_reached(keep, PATIENCE):
            log.warning("plan %s of %s was taken over by another worker", job.id, job.squad_id)


class _Watch:
    """Looks after a plan in the making: what it says goes into the records, what is wanted of it comes from there."""

    def __init__(
        self, store: Engine, job: KeptJob, folder: Path, leaving: threading.Event, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._job, self._folder = store, job, folder
        self._leaving, self._clock = leaving, clock
        self._next, self._told = 0.0, dict[str, Any]()
        self.lost = self.taken_over = False

    def unwanted(self) -> bool:
        """Return whether the plan is to be made no further."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + LOOK
            try:
                self._look()
            except OperationalError as error:  # it may be there again before the plan is finished
                if not not_reached(error):
                    raise
        return self.lost or self._leaving.is_set()

    def _look(self) -> None:
        with reading(self._store) as connection:
            job = job_of(connection, self._job.id)
        self.taken_over = job is not None and job.tries != self._job.tries
        self.lost = job is None or self.taken_over or job.state != State.PLANNING
        if job is not None and job.stop:
            (self._folder / STOP).touch()
        said = dict(read_json(self._folder / PROGRESS))
        if not self.lost and said != self._told:
            with writing(self._store) as connection:
                change_job(connection, self._job.id, self._clock(), {"progress": said}, attempt=self._job.tries)
            self._told = said


def order_of(job: KeptJob, settings: Settings, attempt: int | None = None) -> Order:
    """Return what was asked, as it is to be made or shown here; of a plan that no job made, what is known of it."""
    cache = None if settings.cache is None else str(settings.cache)
    asked = job.asked or {"squad": job.squad_id, "week": job.week, "seed": 0, "time_limit": 0.0}
    return Order(**{**asked, "source": settings.records, "cache": cache, "attempt": attempt})


def _given_back(job_id: str) -> GivenBackError:
    return GivenBackError(Text(f"本机停止,计划 {job_id} 交回", f"This machine stops: plan {job_id} is given back"))


def _ended(code: int | None, order: Order, folder: Path) -> Mapping[str, Any]:
    """Return what is to be written down of an attempt, by the exit code of its process and what it left behind."""
    failure, answer = dict(read_json(folder / FAILURE)), ANSWERS.get(order.kind)
    found = {} if answer is None else dict(read_json(folder / OUT / answer))
    if not failure and (code != 0 or (answer is not None and not found)):
        failure = {"kind": "too_long" if code is None else "crashed"}
    if failure:
        return {"state": State.FAILED.value, "failure": failure}
    results = {"roster": dict(read_json(folder / ROSTER)), "changes": dict(read_json(folder / CHANGES))}
    if answer is not None:
        results = {order.kind.value: found}
    return {"state": State.DONE.value, "progress": dict(read_json(folder / PROGRESS)), "results": results}
