"""Plans asked for, on record: who waits, who is being made by which machine, what came of them.

Whoever makes a job holds an attempt at it, numbered. Once the attempt is another's, nothing that it writes is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, func, insert, select, update

from api.errors import SupersededError
from api.storage.case_tables import PLANS
from api.storage.job_tables import JOBS
from geo.text import Text

WAITING, PLANNING, DONE, FAILED = "waiting", "planning", "done", "failed"
ACTIVE = (WAITING, PLANNING)


@dataclass(frozen=True, slots=True)
class KeptJob:
    """A job as it is on record.

    Attributes
    ----------
    asked
        The order, as JSON.
    tries, machine
        How often it was begun, and where last.
    stop
        Whether it is to end with the best plan so far.
    engine_id
        Its number in the queue.
    kind
        What comes of it; of each kind one of a squad is made at a time.
    """

    id: str
    squad_id: str
    week: str
    asked: Mapping[str, Any]
    asked_at: datetime
    state: str = WAITING
    tries: int = 0
    stop: bool = False
    machine: str = ""
    engine_id: int | None = None
    progress: Mapping[str, Any] = field(default_factory=dict)
    failure: Mapping[str, Any] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "plan"


def add_job(connection: Connection, job: KeptJob) -> None:
    """Write a job down."""
    values = {name: getattr(job, name) for name in KeptJob.__dataclass_fields__}
    connection.execute(insert(JOBS).values(**values, changed_at=job.asked_at))


def job_of(connection: Connection, job_id: str, *, to_change: bool = False) -> KeptJob | None:
    """Return a job, None where there is none of that number; `to_change` keeps others from changing it meanwhile."""
    wanted = select(JOBS).where(JOBS.c.id == job_id)
    row = connection.execute(wanted.with_for_update() if to_change else wanted).mappings().first()
    return None if row is None else _kept(row)


def jobs_of(connection: Connection, squad_id: str, kind: str, most: int) -> Sequence[KeptJob]:
    """Return a squad's jobs of a kind, the newest first."""
    return _listed(connection, select(JOBS).where((JOBS.c.squad_id == squad_id) & (JOBS.c.kind == kind)), most)


def failed_jobs(connection: Connection, most: int) -> Sequence[KeptJob]:
    """Return what could not be made, the newest first; faults in a squad's own files are not among it."""
    found = _listed(connection, select(JOBS).where(JOBS.c.state == FAILED), most)
    return [job for job in found if job.failure.get("kind") != "bad_input"]


def brought_plans(
    connection: Connection, squad_id: str | None = None, plan_id: str | None = None, most: int = 1
) -> Sequence[KeptJob]:
    """Return the newest plans on record that no job made, as jobs that are done: they were made in other records."""
    wanted = select(PLANS.c.id, PLANS.c.squad_id, PLANS.c.week, PLANS.c.made_at)
    wanted = wanted.where(~exists().where((JOBS.c.id == PLANS.c.id) & (JOBS.c.squad_id == PLANS.c.squad_id)))
    if squad_id is not None:
        wanted = wanted.where(PLANS.c.squad_id == squad_id)
    if plan_id is not None:
        wanted = wanted.where(PLANS.c.id == plan_id)
    rows = connection.execute(wanted.order_by(PLANS.c.made_at.desc(), PLANS.c.id).limit(most))
    return [KeptJob(row.id, row.squad_id, row.week, {}, row.made_at, DONE) for row in rows]


def active_job(connection: Connection, squad_id: str, kind: str) -> str | None:
    """Return the number of the job of a squad, of a kind, that waits or is being made."""
    mine = (JOBS.c.squad_id == squad_id) & (JOBS.c.kind == kind) & JOBS.c.state.in_(ACTIVE)
    return connection.execute(select(JOBS.c.id).where(mine)).scalar()


def active_squads(connection: Connection, kind: str) -> frozenset[str]:
    """Return the squads of which a job of a kind waits or is being made."""
    active = (JOBS.c.kind == kind) & JOBS.c.state.in_(ACTIVE)
    return frozenset(connection.execute(select(JOBS.c.squad_id).where(active)).scalars())


def job_counts(connection: Connection) -> Mapping[str, int]:
    """Return how many jobs stand how."""
    rows = connection.execute(select(JOBS.c.state, func.count().label("jobs")).group_by(JOBS.c.state))
    return {row.state: row.jobs for row in rows}


def waiting_jobs(connection: Connection, but: str) -> int:
    """Return how many jobs wait, those of one kind left out."""
    waiting = (JOBS.c.state == WAITING) & (JOBS.c.kind != but)
    return connection.execute(select(func.count()).select_from(JOBS).where(waiting)).scalar_one()


def change_job(
    connection: Connection, job_id: str, at: datetime, values: Mapping[str, object], *, attempt: int | None = None
) -> bool:
    """Change what is on record of a job; return False, and change nothing, where the `attempt` at it is another's."""
    mine = JOBS.c.id == job_id
    if attempt is not None:
        mine &= (JOBS.c.tries == attempt) & (JOBS.c.state == PLANNING)
    return connection.execute(update(JOBS).where(mine).values(**values, changed_at=at)).rowcount == 1


def require_attempt(connection: Connection, job_id: str, attempt: int) -> None:
    """Raise `SupersededError` where a job is being made by somebody else by now, or not wanted any more."""
    job = job_of(connection, job_id, to_change=True)
    if job is None or (job.tries, job.state) != (attempt, PLANNING):
        raise SupersededError(Text(f"计划 {job_id} 已由别处接手", f"Plan {job_id} is being made elsewhere by now"))


def _listed(connection: Connection, wanted: Select[Any], most: int) -> Sequence[KeptJob]:
    rows = connection.execute(wanted.order_by(JOBS.c.asked_at.desc(), JOBS.c.id).limit(most)).mappings()
    return [_kept(row) for row in rows]


def _kept(row: RowMapping) -> KeptJob:
    return KeptJob(**{name: row[name] for name in KeptJob.__dataclass_fields__})
