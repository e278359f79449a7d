"""The queue of plans asked for, on PostgreSQL: Procrastinate hands each to one machine, and again where that is lost.

All that this program knows of Procrastinate is in this file.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as EngineJob
from sqlalchemy import Connection, make_url

from api.errors import GivenBackError

log = logging.getLogger(__name__)

PLAN, FRIDAY = "plan", "friday"
FRIDAY_EVENING = "0 10 * * 5"
"""Friday 18:00 in Shanghai, which is 10:00 UTC all the year round."""

LATE = 12 * 3600
"""Seconds after which a weekly hour that found no worker is let go."""

DEAF = 5.0
"""Seconds after which a worker is asked to stop once more: its engine may lose that on the way to the database."""

FIRST = 100
"""The urgency of what puts others into the queue."""

Make: TypeAlias = Callable[[str], None]
Plan: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between signs of life of a worker, and without one until its job is another's."""

    heartbeat: float = 10.0
    lost: float = 30.0


class Queue:
    """Where numbers of jobs are put into, and taken out of again, within a transaction of the records."""

    def __init__(self, address: str) -> None:
        self._app = _app(address)

    def put(self, connection: Connection, job_id: str, urgency: int) -> int:
        """Put a job into the queue, once the transaction is kept; return its number there."""
        deferrer = self._app.configure_task(PLAN, queue=PLAN, priority=urgency, connection=_driver(connection))
        return deferrer.defer(job=job_id)

    def take_out(self, connection: Connection, engine_id: int) -> None:
        """Take a job out of the queue where nobody has begun it."""
        self._app.job_manager.cancel_job_by_id(engine_id, connection=_driver(connection))


class Taker:
    """Takes jobs out of the queue and has them made, one after another, until it is told to stop.

    Parameters
    ----------
    make
        Makes the job of a number; `GivenBackError` puts it back.
    plan_all
        What is to be done on Friday evening.
    """

    def __init__(self, address: str, name: str, make: Make, plan_all: Plan, pace: Pace) -> None:
        self._address, self._name, self._pace = address, name, pace
        self._make, self._plan_all = make, plan_all
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()
        self._stop: asyncio.Event | None = None
        self._in_hand = False

    def run(self) -> None:
        """Work until `stop`; where the database cannot be reached, wait for it."""
        asyncio.run(self._run())

    def stop(self) -> None:
        """Take no more jobs; `run` returns once the one in hand is finished or given back. Any thread may call it."""
        self._stopping.set()
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # it has ended meanwhile
                self._loop.call_soon_threadsafe(self._stop.set)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        while not self._stopping.is_set():
            try:
                await self._until_stopped(self._stop)
            except (ConnectorException, OSError):
                log.warning("the queue cannot be reached: waiting for it", exc_info=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), timeout=1.0)

    async def _until_stopped(self, stop: asyncio.Event) -> None:
        app = self._app()
        async with app.open_async():
            side: list[asyncio.Task[object]] = [
                asyncio.create_task(stop.wait()),
                asyncio.create_task(self._rescue(app)),
            ]
            worker = asyncio.create_task(
                app.run_worker_async(
                    name=self._name,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=2.0,
                    update_heartbeat_interval=self._pace.heartbeat,
                    stalled_worker_timeout=self._pace.lost,
                    delete_jobs="successful",
                )
            )
            await asyncio.wait([worker, *side], return_when=asyncio.FIRST_COMPLETED)
            for each in side:
                each.cancel()
            await self._ended(worker)
            with suppress(asyncio.CancelledError):
                await worker

    async def _ended(self, worker: asyncio.Task[None]) -> None:
        """Have a worker finish what it has in hand; asked again where, with nothing in hand, it did not hear."""
        worker.cancel()
        while not worker.done():
            await asyncio.wait([worker], timeout=DEAF)
            if not self._in_hand:
                worker.cancel()

    async def _rescue(self, app: App) -> None:
        """Put back what lost workers had in hand."""
        while True:
            with suppress(ConnectorException):  # it cannot be reached, which the worker says itself
                for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._pace.lost):
                    await _put_back(app, job)
            await asyncio.sleep(self._pace.lost / 3)

    def _app(self) -> App:
        app = _app(self._address)
        make, plan_all = self._make, self._plan_all

        @app.task(name=PLAN, queue=PLAN, retry=_WhereGivenBack())
        def plan(job: str) -> None:
            self._in_hand = True
            try:
                make(job)
            finally:
                self._in_hand = False

        @app.periodic(cron=FRIDAY_EVENING)
        @app.task(name=FRIDAY, queue=PLAN, queueing_lock=FRIDAY, priority=FIRST)
        def friday(timestamp: int) -> None:
            del timestamp
            plan_all()

        return app


async def _put_back(app: App, job: EngineJob) -> None:
    with suppress(ConnectorException):  # another worker was faster
        await app.job_manager.retry_job(job)
        log.warning("job %s was lost with its worker: put back", job.task_kwargs)


class _WhereGivenBack(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: EngineJob) -> RetryDecision | None:
        del job
        return RetryDecision(retry_in={"seconds": 0}) if isinstance(exception, GivenBackError) else None


def _app(address: str) -> App:
    plain = make_url(address.replace("postgres:", "postgresql:", 1)).set(drivername="postgresql")
    connector = PsycopgConnector(conninfo=plain.render_as_string(hide_password=False), min_size=1, max_size=4)
    return App(connector=connector, periodic_defaults={"max_delay": LATE})


def _driver(connection: Connection) -> object:
    return connection.connection.driver_connection


@contextmanager
def taking(taker: Taker) -> Iterator[None]:
    """Let a worker work in a thread of this process."""
    thread = threading.Thread(target=taker.run, name="wuzao-worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        taker.stop()
        thread.join()
