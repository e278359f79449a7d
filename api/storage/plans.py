"""Plans in the records: drafts, the published one of each week, and everything they ever were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from api.errors import PlanStateError, StaleError, UnknownPlanError
from api.storage.case_tables import PLAN_HISTORY, PLANS
from api.storage.kinds import Pack
from geo.text import Text


class PlanState(StrEnum):
    """What a plan is to the squad."""

    DRAFT = "draft"
    PUBLISHED = "published"
    FROZEN = "frozen"
    REPLACED = "replaced"
    DONE = "done"


PLAN_STATES: Mapping[PlanState, Text] = {
    PlanState.DRAFT: Text("草稿", "Draft"),
    PlanState.PUBLISHED: Text("已发布", "Published"),
    PlanState.FROZEN: Text("已锁定", "Frozen"),
    PlanState.REPLACED: Text("已被替换", "Replaced"),
    PlanState.DONE: Text("已完成", "Done"),
}

MAY_BECOME: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.PUBLISHED}),
    PlanState.PUBLISHED: frozenset({PlanState.FROZEN, PlanState.DONE}),
    PlanState.FROZEN: frozenset({PlanState.PUBLISHED, PlanState.DONE}),
    PlanState.REPLACED: frozenset({PlanState.PUBLISHED}),
    PlanState.DONE: frozenset(),
}
"""What may follow; whatever is published takes the place of the one that was."""


IN_FORCE = frozenset({PlanState.PUBLISHED, PlanState.FROZEN, PlanState.DONE})
"""States of a plan by which a squad works, or worked; of several the one published last."""


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as it is on record."""

    id: str
    week: str
    state: PlanState
    document: Mapping[str, Any]
    version: int
    made_at: datetime
    published_at: datetime | None


def add_draft(
    connection: Connection,
    squad_id: str,
    plan_id: str,
    document: Mapping[str, Any],
    at: datetime,
    by: str = "wuzao",
    why: str = "made",
    figures: Mapping[str, Any] | None = None,
) -> None:
    """Write a plan just made; one that is there already (its process was started again) stays as it is.

    Parameters
    ----------
    figures
        What is told of it without opening it (`api.glance.figures_of`).
    """
    mine = (PLANS.c.squad_id == squad_id) & (PLANS.c.id == plan_id)
    if connection.execute(select(PLANS.c.id).where(mine)).first() is not None:
        return
    row = {"document": dict(document), "state": PlanState.DRAFT.value, "version": 1}
    head = {"week": document["week"], "made_at": at, "figures": None if figures is None else dict(figures)}
    connection.execute(insert(PLANS).values(squad_id=squad_id, id=plan_id, **head, **row))
    connection.execute(insert(PLAN_HISTORY).values(squad_id=squad_id, plan_id=plan_id, at=at, by=by, why=why, **row))


def get_plan(connection: Connection, squad_id: str, plan_id: str) -> KeptPlan:
    """Return a plan; raise `UnknownPlanError` where the squad has none of that number."""
    mine = (PLANS.c.squad_id == squad_id) & (PLANS.c.id == plan_id)
    row = connection.execute(select(PLANS).where(mine)).mappings().first()
    if row is None:
        raise _unknown(plan_id)
    return _kept(row)


@dataclass(frozen=True, slots=True)
class Head:
    """What a plan is to the squad, without its document."""

    state: PlanState
    version: int


def plan_head(connection: Connection, squad_id: str, plan_id: str) -> Head:
    """Return a plan's state and version; raises as `get_plan` does."""
    mine = (PLANS.c.squad_id == squad_id) & (PLANS.c.id == plan_id)
    row = connection.execute(select(PLANS.c.state, PLANS.c.version).where(mine)).first()
    if row is None:
        raise _unknown(plan_id)
    return Head(PlanState(row.state), row.version)


def _unknown(plan_id: str) -> UnknownPlanError:
    return UnknownPlanError(Text(f"没有编号为 {plan_id} 的计划", f"There is no plan {plan_id}"))


def published_plan(connection: Connection, squad_id: str, week: str) -> KeptPlan | None:
    """Return the plan by which a squad works in a week, None where none was published."""
    row = connection.execute(_in_force(select(PLANS), squad_id, week)).mappings().first()
    return None if row is None else _kept(row)


def published_version(connection: Connection, squad_id: str, week: str) -> tuple[str, int] | None:
    """Return number and version of the plan that `published_plan` gives, without its document."""
    row = connection.execute(_in_force(select(PLANS.c.id, PLANS.c.version), squad_id, week)).first()
    return None if row is None else (row.id, row.version)


def _in_force(wanted: Select[Any], squad_id: str, week: str) -> Select[Any]:
    mine = (PLANS.c.squad_id == squad_id) & (PLANS.c.week == week) & PLANS.c.state.in_([one.value for one in IN_FORCE])
    return wanted.where(mine).order_by(PLANS.c.published_at.desc())


def plan_states(connection: Connection, squad_id: str) -> Mapping[str, tuple[PlanState, int]]:
    """Return state and version of each plan of a squad."""
    rows = connection.execute(select(PLANS.c.id, PLANS.c.state, PLANS.c.version).where(PLANS.c.squad_id == squad_id))
    return {row.id: (PlanState(row.state), row.version) for row in rows}


def plans_of_week(connection: Connection, squad_id: str, week: str) -> Sequence[tuple[str, PlanState, datetime]]:
    """Return id, state and making of each plan of a week, the first made first."""
    mine = (PLANS.c.squad_id == squad_id) & (PLANS.c.week == week)
    asked = select(PLANS.c.id, PLANS.c.state, PLANS.c.made_at).where(mine).order_by(PLANS.c.made_at, PLANS.c.id)
    return [(row.id, PlanState(row.state), row.made_at) for row in connection.execute(asked)]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a plan: another state, another document, or both; who says so, and when.

    Attributes
    ----------
    version
        The version that the change was made to; None takes whatever there is.
    figures
        What is told of another document without opening it.
    """

    at: datetime
    by: str
    version: int | None = None
    state: PlanState | None = None
    document: Mapping[str, Any] | None = None
    why: str = ""
    figures: Mapping[str, Any] | None = None


def change_plan(connection: Connection, squad_id: str, kept: KeptPlan, change: Change) -> KeptPlan:
    """Write a plan's next version.

    Raises
    ------
    StaleError
        Where somebody else changed it since.
    PlanStateError
        Where a plan in its state cannot become that, or is no draft any more and its document is to change.
    """
    if change.version is not None and change.version != kept.version:
        raise StaleError(Text("别人刚改过这份计划,请刷新后再试", "Somebody has just changed this plan: load it again"))
    _require_possible(kept, change)
    publishes = change.state is PlanState.PUBLISHED
    if publishes:
        _replace_published(connection, squad_id, kept.week, change)
    changed = replace(
        kept,
        state=change.state or kept.state,
        document=kept.document if change.document is None else change.document,
        version=kept.version + 1,
        published_at=change.at if publishes else kept.published_at,
    )
    _write(connection, squad_id, changed, change, change.why or changed.state.value)
    return changed


UNDO, REDO = "undo", "redo"
"""Why a document was changed, where an act was taken back or made again."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The acts on a plan that can be taken back, and those that were.

    Attributes
    ----------
    current
        The version that first had the document as it is now; None of a plan that is not on record.
    undo, redo
        The version whose document comes next when an act is taken back, or made again; None where there is none.
    """

    current: int | None
    undo: int | None
    redo: int | None


def plan_trail(connection: Connection, squad_id: str, plan_id: str) -> Trail:
    """Return what can be taken back and made again; whatever is done anew ends what could be made again."""
    mine = (PLAN_HISTORY.c.squad_id == squad_id) & (PLAN_HISTORY.c.plan_id == plan_id)
    changed = mine & PLAN_HISTORY.c.document.is_not(None)
    rows = connection.execute(
        select(PLAN_HISTORY.c.version, PLAN_HISTORY.c.why).where(changed).order_by(PLAN_HISTORY.c.version)
    )
    done: list[int] = []
    undone: list[int] = []
    for version, why in rows:
        if why == UNDO:
            undone.append(done.pop())
        elif why == REDO:
            done.append(undone.pop())
        else:
            done.append(version)
            undone = []
    return Trail(done[-1] if done else None, done[-2] if len(done) > 1 else None, undone[-1] if undone else None)


def document_of(connection: Connection, squad_id: str, plan_id: str, version: int) -> Mapping[str, Any]:
    """Return the document that a plan had as of a version which changed it."""
    mine = (PLAN_HISTORY.c.squad_id == squad_id) & (PLAN_HISTORY.c.plan_id == plan_id)
    row = connection.execute(select(PLAN_HISTORY.c.document).where(mine & (PLAN_HISTORY.c.version == version))).one()
    document: Mapping[str, Any] = row.document
    return document


def _require_possible(kept: KeptPlan, change: Change) -> None:
    unlike = change.state is not None and change.state not in MAY_BECOME[kept.state]
    fixed = change.document is not None and kept.state is not PlanState.DRAFT
    if unlike or fixed:
        name = PLAN_STATES[kept.state]
        raise PlanStateError(Text(f"计划目前为“{name.zh}”,不能这样改", f"The plan is {name.en.lower()}: not possible"))


def _replace_published(connection: Connection, squad_id: str, week: str, change: Change) -> None:
    before = published_plan(connection, squad_id, week)
    if before is not None and before.state is not PlanState.DONE:
        gone = replace(before, state=PlanState.REPLACED, version=before.version + 1)
        _write(connection, squad_id, gone, replace(change, document=None), PlanState.REPLACED.value)


def _write(connection: Connection, squad_id: str, plan: KeptPlan, change: Change, why: str) -> None:
    row = {"state": plan.state.value, "version": plan.version}
    new = None if change.document is None else Pack(dict(change.document))
    mine = (PLANS.c.squad_id == squad_id) & (PLANS.c.id == plan.id)
    figures = None if change.figures is None else dict(change.figures)
    document = {} if new is None else {"document": new, "figures": figures}
    connection.execute(update(PLANS).where(mine).values(published_at=plan.published_at, **document, **row))
    said = {"at": change.at, "by": change.by, "why": why}
    connection.execute(insert(PLAN_HISTORY).values(squad_id=squad_id, plan_id=plan.id, document=new, **said, **row))


def _kept(row: RowMapping) -> KeptPlan:
    return KeptPlan(
        row["id"],
        row["week"],
        PlanState(row["state"]),
        row["document"],
        row["version"],
        row["made_at"],
        row["published_at"],
    )
