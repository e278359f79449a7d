"""Plans on the desk: opened once, kept in memory with all that was found out about them, judged again where changed.

The records stay what counts: whatever is on the desk is of one version of one plan and of one state of its squad, and
is opened anew where the records have moved on.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine

from api.board.looks import Looks
from api.commands import prepared_week
from api.drafts import with_known_gates
from api.errors import PlanStateError, StaleError
from api.exchange.squad_files import Loaded
from api.glance import figures_of
from api.planned import Planned, judged, judged_again
from api.prepare import Prepared
from api.records import planning_squad
from api.storage.audit import last_change, note
from api.storage.engine import reading, writing
from api.storage.plans import (
    PLAN_STATES,
    REDO,
    UNDO,
    Change,
    KeptPlan,
    PlanState,
    Trail,
    change_plan,
    document_of,
    get_plan,
    plan_head,
    plan_trail,
)
from geo.text import Text
from planner.document import plan_from_dict, plan_to_dict, problem_from_dict
from planner.guarantee import Promise, roster_gaps
from planner.response_report import CoverageGap
from planner.week import Week, WeeklyPlan, WeeklyProblem

Key: TypeAlias = tuple[str, str]

Document: TypeAlias = Mapping[str, Any]

MOST = 6
"""So many plans lie on the desk; whichever was longest not asked for makes room."""

PATIENCE, PAUSE = 1.0, 0.2
"""Seconds that slow work waits at a time for work in a hurry, of which there may be no end, and for some more of it."""


@dataclass(frozen=True)
class Sheet:
    """A plan on the desk.

    Attributes
    ----------
    week
        The squad's week before the events and the pins that the plan tells of.
    roster
        What is late by the roster alone, whatever is planned (`planner.guarantee.roster_gaps`).
    squad_as_of
        The line of the audit trail up to which the squad is known.
    looks
        What was found out while somebody looked where a visit could stand.
    """

    kept: KeptPlan
    trail: Trail
    week: Prepared
    planned: Planned
    roster: tuple[CoverageGap, ...]
    squad_as_of: int
    looks: Looks = field(default_factory=Looks, init=False, compare=False)


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a plan, when, and the version that he saw; None takes whatever there is."""

    name: str
    at: datetime
    version: int | None = None


class Desk:
    """The plans that somebody looks at or changes; safe to be asked by many threads."""

    def __init__(self, store: Engine, cache: Path | None) -> None:
        self._store, self._cache = store, cache
        self._sheets: OrderedDict[Key, Sheet] = OrderedDict()
        self._locks: dict[Key, threading.RLock] = {}
        self._guard = threading.Lock()
        self._hurries, self._calm, self._calm_from = 0, threading.Condition(), 0.0

    def sheet(self, squad_id: str, plan_id: str) -> Sheet:
        """Return a plan as it is on record now, judged.

        Raises
        ------
        UnknownPlanError
            Where the squad has none of that number.
        geo.errors.InputError, planner.errors.PlanFileError
            Where the squad, as it is now, and the plan do not go together.
        """
        key = squad_id, plan_id
        with self._held(key):
            known = self._known(key)
            with reading(self._store) as connection:
                head = plan_head(connection, squad_id, plan_id)
                as_of = last_change(connection, squad_id)
                if known is not None and known.squad_as_of == as_of and known.kept.version == head.version:
                    return known
                kept, trail = get_plan(connection, squad_id, plan_id), plan_trail(connection, squad_id, plan_id)
            opened = self._keep(key, self._opened(squad_id, kept, trail, as_of, known))
            if known is None:
                _settle()
            return opened

    def has(self, squad_id: str, plan_id: str) -> bool:
        """Return whether a plan lies on the desk, so that it is told at once."""
        return self._known((squad_id, plan_id)) is not None

    def changed(self, squad_id: str, plan_id: str, by: By, change: Callable[[Sheet], Sheet], act: str) -> Sheet:
        """Return a draft after a change, which is on record then.

        Parameters
        ----------
        change
            Returns the sheet with the plan, and its week, as they are to be; `judged_as` makes it one.
        act
            What the history and the audit trail call it.

        Raises
        ------
        StaleError, PlanStateError
            Where somebody else changed it since, or it is no draft any more; nothing is changed then.
        """
        with self.hurrying(squad_id, plan_id):
            before = self.sheet(squad_id, plan_id)
            require_draft(before.kept, by.version)
            after = change(before)
            document = _document(before, after.planned)
            return self._written(squad_id, after, by, document, act, act)

    def replaced(self, squad_id: str, plan_id: str, by: By, document: Document, why: str = "changed by hand") -> Sheet:
        """Return a draft with another document, handed in; raises as `changed` does, and where it is no plan."""
        with self._held((squad_id, plan_id)):
            before = self.sheet(squad_id, plan_id)
            require_draft(before.kept, by.version)
            return self._written(squad_id, self._read(before, document), by, document, why, "plan changed")

    def undone(self, squad_id: str, plan_id: str, by: By, *, again: bool = False) -> Sheet:
        """Return a draft as it was before the last act, or `again` as it was before that was taken back.

        Raises
        ------
        PlanStateError
            Where there is nothing to take back, or to make again; and as `changed` does.
        """
        with self.hurrying(squad_id, plan_id):
            before = self.sheet(squad_id, plan_id)
            require_draft(before.kept, by.version)
            version = before.trail.redo if again else before.trail.undo
            if version is None:
                raise PlanStateError(
                    Text("没有可重做的了", "There is nothing to make again")
                    if again
                    else Text("没有可撤销的了", "There is nothing to take back")
                )
            with reading(self._store) as connection:
                document = document_of(connection, squad_id, plan_id, version)
            why = REDO if again else UNDO
            return self._written(squad_id, self._read(before, document), by, document, why, f"plan {why}")

    @contextmanager
    def hurrying(self, squad_id: str, plan_id: str) -> Iterator[None]:
        """Answer somebody who waits with a card in his hand, one after another: what takes longer gives way."""
        with self._calm:
            self._hurries += 1
        try:
            with self._held((squad_id, plan_id)):
                yield
        finally:
            with self._calm:
                self._hurries -= 1
                self._calm_from = time.monotonic() + PAUSE
                self._calm.notify_all()

    def may_go_on(self, squad_id: str, sheet: Sheet) -> bool:
        """Wait while somebody is in a hurry; return whether the plan is still as it is on this sheet."""
        until = time.monotonic() + PATIENCE
        with self._calm:
            while (now := time.monotonic()) < until and (self._hurries or now < self._calm_from):
                self._calm.wait((until if self._hurries else min(until, self._calm_from)) - now)
        known = self._known((squad_id, sheet.kept.id))
        return known is None or known.kept.version == sheet.kept.version

    def _opened(self, squad_id: str, kept: KeptPlan, trail: Trail, as_of: int, known: Sheet | None) -> Sheet:
        """Return a plan opened, its squad's week taken from the desk where nothing about the squad has changed."""
        same = known is not None and known.squad_as_of == as_of
        if known is None or not same:
            with reading(self._store) as connection:
                squad = planning_squad(connection, squad_id, kept.made_at)
            kept = replace(kept, document=with_known_gates(kept.document, squad.communities))
            if known is None or squad != known.week.squad:
                week = prepared_week(Loaded(squad, ()), Week.parse(kept.week), self._cache)
                return _fresh(kept, trail, week, as_of)
        if known.trail.current == trail.current:
            return replace(known, kept=kept, trail=trail, squad_as_of=as_of)
        return replace(self._read(known, kept.document), kept=kept, trail=trail, squad_as_of=as_of)

    def _read(self, sheet: Sheet, document: Document) -> Sheet:
        """Return a sheet with another document of the same plan."""
        prepared, plan = _of_document(sheet.week, document)
        if prepared.problem.incidents != sheet.planned.prepared.problem.incidents:
            return _fresh(sheet.kept, sheet.trail, sheet.week, sheet.squad_as_of, (prepared, plan))
        return replace(sheet, planned=judged_again(sheet.planned, prepared, plan))

    def _written(self, squad_id: str, sheet: Sheet, by: By, document: Document, why: str, act: str) -> Sheet:
        """Return a sheet whose document is on record; where somebody else was faster, nothing is."""
        with writing(self._store) as connection:
            kept = _unchanged(connection, squad_id, sheet.kept)
            current = last_change(connection, squad_id) == sheet.squad_as_of
            change = Change(by.at, by.name, document=document, why=why, figures=figures_of(sheet.planned))
            after = change_plan(connection, squad_id, kept, change)
            note(connection, by.at, by.name, act, after.id, squad_id=squad_id, detail={"version": after.version})
            trail = plan_trail(connection, squad_id, after.id)
            # this very change is no news about the squad: it need not be read again
            as_of = last_change(connection, squad_id) if current else sheet.squad_as_of
        return self._keep((squad_id, after.id), replace(sheet, kept=after, trail=trail, squad_as_of=as_of))

    def _known(self, key: Key) -> Sheet | None:
        with self._guard:
            return self._sheets.get(key)

    def _keep(self, key: Key, sheet: Sheet) -> Sheet:
        with self._guard:
            self._sheets[key] = sheet
            self._sheets.move_to_end(key)
            while len(self._sheets) > MOST:
                self._sheets.popitem(last=False)
        return sheet

    @contextmanager
    def _held(self, key: Key) -> Iterator[None]:
        """Let one thread at a time open or change a plan."""
        with self._guard:
            lock = self._locks.setdefault(key, threading.RLock())
        with lock:
            yield


def _settle() -> None:
    """Let the garbage collector look no more at what is there to stay.

    A plan opened is some hundred thousand objects without a circle among them; looking through all takes 150 ms and
    more, and comes just when somebody moves a card. What is dropped from the desk is freed by its reference count.
    """
    gc.collect()
    gc.freeze()


def require_draft(kept: KeptPlan, version: int | None) -> None:
    """Raise `StaleError` where a plan is at another version, and `PlanStateError` where it is no draft."""
    if version is not None and version != kept.version:
        raise StaleError(Text("别人刚改过这份计划,请刷新后再试", "Somebody has just changed this plan: load it again"))
    if kept.state is not PlanState.DRAFT:
        name = PLAN_STATES[kept.state]
        raise PlanStateError(
            Text(f"计划目前为“{name.zh}”,不能再改", f"The plan is {name.en.lower()} and cannot be changed any more")
        )


def judged_as(sheet: Sheet, problem: WeeklyProblem, plan: WeeklyPlan) -> Sheet:
    """Return a sheet with its plan, and what is pinned, changed by hand: priced, judged and checked as any plan is."""
    prepared = replace(sheet.planned.prepared, problem=problem)
    return replace(sheet, planned=judged_again(sheet.planned, prepared, plan, sheet.roster))


def _document(before: Sheet, after: Planned) -> Document:
    """Return a changed plan's document; routes that stay are written already."""
    written = before.kept.document["routes"]
    known = {id(route): said for route, said in zip(before.planned.plan.routes, written, strict=True)}
    return plan_to_dict(after.prepared.problem, after.plan, after.prepared.squad, known)


def _unchanged(connection: Connection, squad_id: str, kept: KeptPlan) -> KeptPlan:
    head = plan_head(connection, squad_id, kept.id)
    require_draft(replace(kept, version=head.version, state=head.state), kept.version)
    return kept


def _of_document(week: Prepared, document: Document) -> tuple[Prepared, WeeklyPlan]:
    problem, squad = problem_from_dict(document, week.problem, week.squad)
    return replace(week, problem=problem, squad=squad), plan_from_dict(document, problem)


def _fresh(
    kept: KeptPlan,
    trail: Trail,
    week: Prepared,
    as_of: int,
    read: tuple[Prepared, WeeklyPlan] | None = None,
) -> Sheet:
    """Return a plan opened from nothing that is known."""
    prepared, plan = read or _of_document(week, kept.document)
    roster = roster_gaps(prepared.problem, Promise(prepared.travel, prepared.hours))
    return Sheet(kept, trail, week, judged(prepared, plan), roster, as_of)
