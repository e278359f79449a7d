"""The job board of many machines: what is asked for is on record in PostgreSQL, and made by whichever worker is free.

Any number of server processes show and change the same board. A finished plan's maps and sheets are drawn where they
are looked at; only what cannot be drawn from the records is kept with the job.
"""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from api.jobs.job import (
    FINISHED,
    Job,
    Kind,
    Order,
    State,
    Told,
    Work,
    no_such_plan,
    queue_is_full,
    require_stoppable,
    squad_is_busy,
    written,
)
from api.jobs.making import Maker, order_of
from api.jobs.queue import Pace, Queue, Taker, taking
from api.jobs.schedule import plan_all
from api.settings import Settings
from api.storage.engine import reading, writing
from api.storage.jobs import (
    KeptJob,
    active_job,
    active_squads,
    add_job,
    brought_plans,
    change_job,
    job_counts,
    job_of,
    jobs_of,
    waiting_jobs,
)
from api.storage.scope import EVERYBODY, about, of_all

Clock = Callable[[], datetime]


class SharedBoard:
    """Who waits, who is being planned, who is done; says so to any process that asks."""

    def __init__(self, settings: Settings, work: Work, store: Engine, clock: Clock, pace: Pace | None = None) -> None:
        self._settings, self._work, self._store, self._clock = settings, work, store, clock
        self._pace = pace or Pace()
        self._queue = Queue(settings.records)
        self._running = ExitStack()

    def start(self) -> None:
        """Begin to make plans here too, where this process is to."""
        if self._settings.makes_plans:
            maker, taker = self.worker()
            self._running.enter_context(taking(taker))
            self._running.callback(maker.leave)

    def stop(self) -> None:
        """Give back what is being made here."""
        self._running.close()

    def worker(self) -> tuple[Maker, Taker]:
        """Return what makes plans, and what takes them out of the queue for it."""
        machine = f"{platform.node()}:{os.getpid()}"
        maker = Maker(self._settings, self._work, self._store, machine, self._clock)
        return maker, Taker(self._settings.records, machine, maker.make, self._plan_all, self._pace)

    def submit(self, order: Order) -> Job:
        """Put an order into the queue; raise `SquadBusyError` or `QueueFullError` where it must wait outside."""
        job = KeptJob(
            secrets.token_hex(8), order.squad, order.week, written(order), self._clock(), kind=order.kind.value
        )
        with about(order.squad), writing(self._store) as connection:
            if (busy := active_job(connection, order.squad, order.kind)) is not None:
                raise squad_is_busy(order, busy)
            with of_all(connection):
                full = order.queues and waiting_jobs(connection, Kind.REPORT) >= self._settings.queue
            if full:
                raise queue_is_full()
            add_job(connection, job)
            engine_id = self._queue.put(connection, job.id, order.urgency)
            change_job(connection, job.id, job.asked_at, {"engine_id": engine_id})
        return self._shown(job)

    def adopt(self, like: Job, document: Mapping[str, Any], keep: Callable[[str], None]) -> Job:
        """Return a finished job with a plan that was not planned: `like`'s order, with another document."""
        del document  # is on record once `keep` has been told the number
        told = like.told or Told({}, {}, {})
        job = KeptJob(
            secrets.token_hex(8),
            like.order.squad,
            like.order.week,
            written(like.order),
            self._clock(),
            State.DONE.value,
            progress=told.progress,
            results={"roster": told.results.get("roster", {}), "changes": {}},
        )
        keep(job.id)
        with about(job.squad_id), writing(self._store) as connection:
            add_job(connection, job)
        return self._shown(job)

    def get(self, job_id: str) -> Job:
        """Return a job; raise `UnknownPlanError` where there is none of that number."""
        with reading(self._store) as connection:
            return self._shown(self._kept(connection, job_id))

    def all(self, squad_id: str, kind: Kind = Kind.PLAN) -> Sequence[Job]:
        """Return a squad's jobs of a kind, the newest first."""
        most = self._settings.keep
        with about(squad_id), reading(self._store) as connection:
            found = list(jobs_of(connection, squad_id, kind, most))
            if kind is Kind.PLAN:
                found += brought_plans(connection, squad_id, most=most)
        return [self._shown(job) for job in sorted(found, key=lambda job: job.asked_at, reverse=True)[:most]]

    def making(self, kind: Kind) -> frozenset[str]:
        """Return the squads that have a job of a kind which is not finished."""
        with about(EVERYBODY), reading(self._store) as connection:
            return active_squads(connection, kind)

    def counts(self) -> Mapping[State, int]:
        """Return how many jobs of all squads stand how."""
        with about(EVERYBODY), reading(self._store) as connection:
            return {State(state): count for state, count in job_counts(connection).items()}

    def cancel(self, job_id: str) -> Job:
        """Cancel a job that is not finished; a finished one stays as it is."""
        with writing(self._store) as connection:
            job = self._kept(connection, job_id)
            if job.state not in FINISHED:
                change_job(connection, job_id, self._clock(), {"state": State.CANCELLED.value})
                if job.engine_id is not None:
                    self._queue.take_out(connection, job.engine_id)
            return self._shown(self._kept(connection, job_id))

    def stop_early(self, job_id: str) -> Job:
        """Ask a plan that is being made to end with the best found so far; a finished one stays as it is."""
        with writing(self._store) as connection:
            job = self._shown(self._kept(connection, job_id))
            require_stoppable(job)
            if job.state is State.PLANNING:
                change_job(connection, job_id, self._clock(), {"stop": True})
        return job

    def _kept(self, connection: Connection, job_id: str) -> KeptJob:
        """Return a job on record; a plan that came from elsewhere, as `wuzao move` brings them, is one that is done."""
        job = job_of(connection, job_id) or next(iter(brought_plans(connection, plan_id=job_id)), None)
        if job is None:
            raise no_such_plan(job_id)
        return job

    def _plan_all(self) -> None:
        plan_all(self._store, self.submit, self._clock())

    def _shown(self, job: KeptJob) -> Job:
        order = order_of(job, self._settings)
        told = Told(job.progress, job.failure, job.results)
        return Job(job.id, order, self._settings.jobs / job.id, State(job.state), job.tries, told)
