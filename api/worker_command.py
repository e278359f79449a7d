"""`wuzao worker` and `wuzao jobs`: plans made for web servers elsewhere, and those that could not be made."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine

from api.errors import ApiError, DatabaseError, UnknownPlanError
from api.jobs.job import failure_of
from api.jobs.shared import SharedBoard
from api.observe import configure_logs
from api.pages.say import moment
from api.plan_work import make_plan
from api.settings import Settings
from api.storage.engine import open_store, reading
from api.storage.jobs import KeptJob, failed_jobs
from api.storage.squads import squad_name
from casework.calendar import SHANGHAI
from geo.errors import InputError
from geo.text import Text

MOST = 50


def required(settings: Settings) -> Settings:
    """Return settings that name a database; raise `DatabaseError` for others, whose web server makes plans itself."""
    if settings.database is None:
        raise DatabaseError(
            Text(
                "请先设置 DATABASE_URL;记录在文件里时由 wuzao serve 自己编制",
                "Set DATABASE_URL first; where the records are in a file, `wuzao serve` makes plans itself",
            )
        )
    return settings


def work(settings: Settings, patience: float) -> None:
    """Make plans until SIGTERM or Ctrl-C; the one in hand then has `patience` seconds before it is given back."""
    configure_logs()
    with _board(settings) as (_, board):
        maker, taker = board.worker()

        def stop(*_: object) -> None:
            taker.stop()
            last = threading.Timer(patience, maker.leave)
            last.daemon = True
            last.start()

        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, stop)
        taker.run()


def failed_in_words(settings: Settings) -> tuple[Text, ...]:
    """Return what could not be made, the newest first, a line each."""
    with _board(settings) as (store, board):
        with reading(store) as connection:
            found = [(job, squad_name(connection, job.squad_id)) for job in failed_jobs(connection, MOST)]
        lines = tuple(_line(job, squad, failure_of(board.get(job.id))) for job, squad in found)
    return lines or (Text("没有失败的计划", "No plan has failed"),)


def made_again(settings: Settings, job_id: str) -> Text:
    """Put the order of a failed plan into the queue again.

    Raises
    ------
    UnknownPlanError
        Where none of that number has failed.
    SquadBusyError, QueueFullError
        Where it must wait outside.
    """
    with _board(settings) as (store, board):
        with reading(store) as connection:
            failed = {job.id for job in failed_jobs(connection, MOST)}
        if job_id not in failed:
            raise UnknownPlanError(Text(f"没有失败的计划 {job_id}", f"No plan {job_id} has failed"))
        again = board.submit(board.get(job_id).order)
    return Text(f"已重新排队,编号 {again.id}", f"In the queue again, number {again.id}")


def _line(job: KeptJob, squad: str, error: ApiError | InputError) -> Text:
    why = error.message if isinstance(error, ApiError) else Text("资料有误", "faults in its files")
    at = moment(job.asked_at)
    return Text(
        f"{job.id} · {squad} · {job.week} · {at.zh} 下单,试了 {job.tries} 次 · {why.zh} · {job.machine}",
        f"{job.id} · {squad} · {job.week} · ordered {at.en}, tried {job.tries} times · {why.en} · {job.machine}",
    )


@contextmanager
def _board(settings: Settings) -> Iterator[tuple[Engine, SharedBoard]]:
    store = open_store(settings.records)
    try:
        yield store, SharedBoard(settings, make_plan, store, lambda: datetime.now(SHANGHAI))
    finally:
        store.dispose()
