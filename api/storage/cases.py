"""Cases in the records: reports taken in, steps added, who is busy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, func, insert, literal, select, true, update
from sqlalchemy import case as sql_case
from sqlalchemy.exc import IntegrityError

from api.errors import OfficerBusyError, StaleError, UnknownCaseError
from api.storage.case_tables import CASE_STEPS, CASES, DISPATCHES
from api.storage.kinds import Instant, Member
from casework.case import (
    OVER,
    Arrived,
    Case,
    Channel,
    Dispatched,
    Filed,
    Handled,
    MergedInto,
    Outcome,
    Recalled,
    Rechecked,
    Report,
    Stage,
    Step,
    after,
    case_of,
)
from casework.violation import ViolationType
from geo.text import Text

KINDS: Mapping[str, type[Step]] = {
    "filed": Filed,
    "dispatched": Dispatched,
    "recalled": Recalled,
    "arrived": Arrived,
    "handled": Handled,
    "rechecked": Rechecked,
    "merged": MergedInto,
}
NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """A case as it is on record, with its version: what two people may change at once is changed by version."""

    case: Case
    version: int


def add_case(connection: Connection, squad_id: str, case: Case, received_at: datetime) -> Kept:
    """Write the case that a report opened."""
    report = case.report
    connection.execute(
        insert(CASES).values(
            squad_id=squad_id,
            id=case.id,
            stage=case.stage.value,
            channel=report.channel.value,
            community_id=report.community_id,
            type=None if report.type is None else report.type.value,
            received_at=received_at,
            due_at=case.due_at,
            version=1,
            **{name: getattr(report, name) for name in _PLAIN},
        )
    )
    return Kept(case, 1)


def get_case(connection: Connection, squad_id: str, case_id: str) -> Kept:
    """Return a case; raise `UnknownCaseError` where the squad has none of that number."""
    mine = (CASES.c.squad_id == squad_id) & (CASES.c.id == case_id)
    row = connection.execute(select(CASES).where(mine)).mappings().first()
    if row is None:
        raise UnknownCaseError(Text(f"没有编号为 {case_id} 的案件", f"There is no case {case_id}"))
    return Kept(case_of(case_id, _report(row), row["due_at"], steps_of(connection, squad_id, case_id)), row["version"])


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step as it was told: by whose account, and when it reached the records."""

    step: Step
    by: str
    recorded_at: datetime


def told_steps(connection: Connection, squad_id: str, case_id: str) -> tuple[ToldStep, ...]:
    """Return what happened to a case, in order, and who told of it."""
    mine = (CASE_STEPS.c.squad_id == squad_id) & (CASE_STEPS.c.case_id == case_id)
    rows = connection.execute(select(CASE_STEPS).where(mine).order_by(CASE_STEPS.c.number)).mappings()
    return tuple(ToldStep(_step(row), row["by"], row["recorded_at"]) for row in rows)


def merged_into(connection: Connection, squad_id: str, case_id: str) -> tuple[str, ...]:
    """Return the numbers of the cases that were merged into one."""
    merged = select(CASES.c.id).where(CASES.c.squad_id == squad_id, CASES.c.stage == Stage.MERGED.value)
    into = Member(CASE_STEPS.c.said, literal("case_id")) == case_id
    mine = (CASE_STEPS.c.squad_id == squad_id) & CASE_STEPS.c.case_id.in_(merged)
    wanted = select(CASE_STEPS.c.case_id).where(mine, CASE_STEPS.c.kind == NAMES[MergedInto], into)
    return tuple(connection.execute(wanted.order_by(CASE_STEPS.c.at)).scalars())


def steps_of(connection: Connection, squad_id: str, case_id: str) -> tuple[Step, ...]:
    """Return what happened to a case, in order."""
    mine = (CASE_STEPS.c.squad_id == squad_id) & (CASE_STEPS.c.case_id == case_id)
    rows = connection.execute(select(CASE_STEPS).where(mine).order_by(CASE_STEPS.c.number)).mappings()
    return tuple(_step(row) for row in rows)


def all_cases(
    connection: Connection,
    squad_id: str,
    *,
    open_only: bool = False,
    since: datetime | None = None,
    community_id: str | None = None,
) -> tuple[Case, ...]:
    """Return a squad's cases by time of report: those still open, those reported since, those of one community."""
    wanted = CASES.c.squad_id == squad_id
    if open_only:
        wanted &= CASES.c.stage.not_in([stage.value for stage in OVER])
    if since is not None:
        wanted &= CASES.c.reported_at >= since
    if community_id is not None:
        wanted &= CASES.c.community_id == community_id
    rows = connection.execute(select(CASES).where(wanted).order_by(CASES.c.reported_at, CASES.c.id)).mappings().all()
    return _with_steps(connection, squad_id, rows)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list is to have, and in which order.

    Attributes
    ----------
    type
        What was reported, or found on the scene.
    late_at
        Only open cases to which, by then, nobody had come in time.
    urgent
        Whether those where somebody is still to come stand first, by when he has to be there, and of those put right
        the ones that wait longest to be looked at again; else the newest report.
    """

    stage: Stage | None = None
    community_id: str | None = None
    type: ViolationType | None = None
    open_only: bool = False
    late_at: datetime | None = None
    urgent: bool = False


NOBODY_THERE = (Stage.COLLECTED, Stage.FILED, Stage.DISPATCHED)
URGENCY = dict.fromkeys(NOBODY_THERE, 0) | {Stage.ON_SCENE: 1, Stage.HANDLED: 2, Stage.CLOSED: 3, Stage.MERGED: 4}


def page_of_cases(
    connection: Connection, squad_id: str, wanted: Wanted, *, limit: int, offset: int
) -> tuple[int, tuple[Kept, ...]]:
    """Return how many such cases there are, and one page of them."""
    mine = (CASES.c.squad_id == squad_id) & _such(wanted)
    total = connection.execute(select(func.count()).select_from(CASES).where(mine)).scalar_one()
    newest = CASES.c.reported_at.desc(), CASES.c.id
    urgency = sql_case({stage.value: rank for stage, rank in URGENCY.items()}, value=CASES.c.stage)
    waits_for = sql_case((urgency == 0, CASES.c.due_at), (urgency == 2, CASES.c.handled_at))
    order = (urgency, waits_for, *newest) if wanted.urgent else newest
    rows = connection.execute(select(CASES).where(mine).order_by(*order).limit(limit).offset(offset)).mappings().all()
    cases = _with_steps(connection, squad_id, rows)
    return total, tuple(Kept(case, row["version"]) for case, row in zip(cases, rows, strict=True))


def open_by_community(connection: Connection, squad_id: str) -> Mapping[tuple[str | None, Stage], int]:
    """Return how many cases are open, by community and stage."""
    mine = (CASES.c.squad_id == squad_id) & CASES.c.stage.not_in([stage.value for stage in OVER])
    key = CASES.c.community_id, CASES.c.stage
    rows = connection.execute(select(*key, func.count()).where(mine).group_by(*key))
    return {(community_id, Stage(stage)): count for community_id, stage, count in rows}


def add_step(
    connection: Connection,
    squad_id: str,
    kept: Kept,
    step: Step,
    *,
    by: str,
    recorded_at: datetime,
) -> Kept:
    """Write one more step of a case; raises as `add_steps` does."""
    return add_steps(connection, squad_id, kept, (step,), by=by, recorded_at=recorded_at)


def add_steps(
    connection: Connection,
    squad_id: str,
    kept: Kept,
    steps: Sequence[Step],
    *,
    by: str,
    recorded_at: datetime,
) -> Kept:
    """Write further steps of a case, all of them or none; an officer is busy with what they come to in the end.

    Raises
    ------
    casework.errors.CaseworkError
        Where a step cannot follow.
    StaleError
        Where somebody else changed the case since it was read.
    OfficerBusyError
        Where an officer who is to be sent is on another case.
    """
    case = kept.case
    for step in steps:
        case = after(case, step)
    mine = (CASES.c.squad_id == squad_id) & (CASES.c.id == case.id) & (CASES.c.version == kept.version)
    changed = connection.execute(
        update(CASES)
        .where(mine)
        .values(
            stage=case.stage.value,
            handled_at=case.handled_at,
            closed_at=case.closed_at,
            version=kept.version + 1,
        )
    )
    if not changed.rowcount:
        raise StaleError(Text("别人刚改过这个案件,请刷新后再试", "Somebody has just changed this case: load it again"))
    of_case = (CASE_STEPS.c.squad_id == squad_id) & (CASE_STEPS.c.case_id == case.id)
    number = connection.execute(select(func.count()).select_from(CASE_STEPS).where(of_case)).scalar_one()
    rows = [
        {"number": number + n, "kind": NAMES[type(step)], "at": step.at, "said": _said(step)}
        for n, step in enumerate(steps, start=1)
    ]
    same = {"squad_id": squad_id, "case_id": case.id, "recorded_at": recorded_at, "by": by}
    connection.execute(insert(CASE_STEPS), [same | row for row in rows])
    _keep_dispatches(connection, squad_id, kept.case, case, steps[-1].at)
    return Kept(case, kept.version + 1)


def busy_officers(connection: Connection, squad_id: str) -> Mapping[str, str]:
    """Return the case that each officer is on who is on one."""
    mine = (DISPATCHES.c.squad_id == squad_id) & DISPATCHES.c.free_at.is_(None)
    rows = connection.execute(select(DISPATCHES.c.officer_id, DISPATCHES.c.case_id).where(mine))
    return {row.officer_id: row.case_id for row in rows}


def _keep_dispatches(connection: Connection, squad_id: str, before: Case, now: Case, at: datetime) -> None:
    """Note who is busy: from being sent until the case is handled or the officer is called back."""
    busy = set(now.officers) if now.stage in {Stage.DISPATCHED, Stage.ON_SCENE} else set()
    was = set(before.officers) if before.stage in {Stage.DISPATCHED, Stage.ON_SCENE} else set()
    for officer in sorted(was - busy):
        mine = (DISPATCHES.c.squad_id == squad_id) & (DISPATCHES.c.case_id == now.id)
        free = DISPATCHES.c.free_at.is_(None) & (DISPATCHES.c.officer_id == officer)
        connection.execute(update(DISPATCHES).where(mine, free).values(free_at=at))
    for officer in sorted(busy - was):
        sent = insert(DISPATCHES).values(squad_id=squad_id, case_id=now.id, officer_id=officer, sent_at=at)
        try:
            with connection.begin_nested():  # refused, it leaves the transaction as it was
                connection.execute(sent)
        except IntegrityError as error:
            raise OfficerBusyError(
                Text(f"{officer} 正在处理另一个案件", f"{officer} is on another case at the moment")
            ) from error


def _such(wanted: Wanted) -> ColumnElement[bool]:
    such: ColumnElement[bool] = true()
    if wanted.stage is not None:
        such &= CASES.c.stage == wanted.stage.value
    if wanted.community_id is not None:
        such &= CASES.c.community_id == wanted.community_id
    if wanted.open_only or wanted.late_at is not None:
        such &= CASES.c.stage.not_in([stage.value for stage in OVER])
    of_case = (CASE_STEPS.c.squad_id == CASES.c.squad_id) & (CASE_STEPS.c.case_id == CASES.c.id)
    if wanted.type is not None:
        found = Member(CASE_STEPS.c.said, literal("type")) == wanted.type.value
        such &= (CASES.c.type == wanted.type.value) | exists().where(of_case, found)
    if wanted.late_at is not None:
        first = select(func.min(CASE_STEPS.c.at)).where(of_case, CASE_STEPS.c.kind == NAMES[Arrived])
        such &= func.coalesce(first.scalar_subquery(), literal(wanted.late_at, Instant)) > CASES.c.due_at
    return such


_PLAIN = (
    *("lon", "lat", "reported_at", "dissuaded_at", "building", "note"),
    *("outside_number", "reporter_name", "reporter_phone"),
)


def _report(row: RowMapping) -> Report:
    return Report(
        id=row["id"],
        channel=Channel(row["channel"]),
        community_id=row["community_id"],
        type=None if row["type"] is None else ViolationType(row["type"]),
        **{name: row[name] for name in _PLAIN},
    )


def _with_steps(connection: Connection, squad_id: str, rows: Sequence[RowMapping]) -> tuple[Case, ...]:
    steps: dict[str, list[Step]] = {row["id"]: [] for row in rows}
    ids = list(steps)
    for first in range(0, len(ids), 500):
        mine = (CASE_STEPS.c.squad_id == squad_id) & CASE_STEPS.c.case_id.in_(ids[first : first + 500])
        order = CASE_STEPS.c.case_id, CASE_STEPS.c.number
        for row in connection.execute(select(CASE_STEPS).where(mine).order_by(*order)).mappings():
            steps[row["case_id"]].append(_step(row))
    return tuple(case_of(row["id"], _report(row), row["due_at"], steps[row["id"]]) for row in rows)


def _said(step: Step) -> dict[str, Any]:
    values = {field.name: getattr(step, field.name) for field in fields(step) if field.name != "at"}
    return {
        name: value.value if isinstance(value, Enum) else list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def _step(row: RowMapping) -> Step:
    said = dict(row["said"])
    for name in ("officers", "files"):
        if name in said:
            said[name] = tuple(said[name])
    if row["kind"] == "handled":
        said["outcome"] = Outcome(said["outcome"])
        said["type"] = None if said["type"] is None else ViolationType(said["type"])
    return KINDS[row["kind"]](at=row["at"], **said)
