"""Plans that are open: a published plan is read against the squad once, and again when either of them changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from api.commands import Opened, prepared_week
from api.drafts import open_recorded
from api.exchange.squad_files import Loaded
from api.records import planning_squad
from api.storage.desk import Stamp, squad_stamp
from api.storage.engine import reading
from api.storage.plans import get_plan, published_version
from planner.presence import Spell, spells
from planner.week import Objective, Week, WeeklyPlan

MOST = 8
"""Plans kept open: some squads' weeks, a few tens of megabytes each on a real road network."""

T = TypeVar("T")


@dataclass(frozen=True)
class Duty:
    """A week as it is being worked: the published plan, or the roster alone where none was published.

    Attributes
    ----------
    plan_id
        None where there is no published plan.
    """

    opened: Opened
    plan_id: str | None

    @cached_property
    def spells(self) -> dict[str, tuple[Spell, ...]]:
        """What each officer does through the week; asked for once."""
        prepared = self.opened.prepared
        return dict(spells(prepared.problem, self.opened.plan, prepared.travel, prepared.hours))


class Shelf:
    """Things that take long to make, each under what it was made of; those asked for last are kept."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[object, object] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[object, threading.Lock] = {}

    def get(self, key: object, make: Callable[[], T]) -> T:
        """Return what is kept under a key; two who ask at once wait for one to make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]  # a key is made by one maker
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]  # type: ignore[return-value]  # as above
            made = make()
            with self._lock:
                self._kept[key] = made
                self._making.pop(key, None)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return made


def duty_of(shelf: Shelf, store: Engine, squad_id: str, now: datetime, cache: Path | None) -> Duty:
    """Return the week in which an instant lies, by its published plan as it is on record now."""
    week = Week.of(now)
    with reading(store) as connection:
        key = (squad_id, str(week), *_marks(connection, squad_id, week))
    return shelf.get(key, lambda: _opened(store, squad_id, week, now, cache))


def _marks(connection: Connection, squad_id: str, week: Week) -> tuple[object, Stamp]:
    return published_version(connection, squad_id, str(week)), squad_stamp(connection, squad_id)


def _opened(store: Engine, squad_id: str, week: Week, now: datetime, cache: Path | None) -> Duty:
    with reading(store) as connection:
        published = published_version(connection, squad_id, str(week))
        if published is None:
            squad = planning_squad(connection, squad_id, now)
        else:
            kept = get_plan(connection, squad_id, published[0])
    if published is not None:
        return Duty(open_recorded(store, squad_id, kept, cache), kept.id)
    prepared = prepared_week(Loaded(squad, ()), week, cache)
    return Duty(Opened(prepared, WeeklyPlan(week, (), (), Objective({}, 0), 0, 0.0), {}), None)
