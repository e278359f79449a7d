"""Squads between their files and the records: imported whole, planned from what is on record now."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from api.errors import SquadExistsError
from api.exchange.squad_files import Loaded
from api.storage.audit import note
from api.storage.backup import ROADS
from api.storage.cases import all_cases
from api.storage.engine import connect, reading, writing
from api.storage.squads import has_squad, load_squad, save_squad
from api.storage.violations import open_violations, violations_on_record
from casework.case import violation_of
from casework.violation import Violation
from geo.text import Text
from planner.squad import Squad


def import_squad(store: Engine, data: Path, loaded: Loaded, now: datetime, by: str, *, new: bool = False) -> Squad:
    """Write a squad read from its files into the records; its road file is copied beside them.

    Parameters
    ----------
    data
        Folder of the records.
    new
        Whether it must not be there yet.

    Raises
    ------
    SquadExistsError
        Where it is, and must not.
    """
    squad = loaded.squad
    kept = replace(squad, roads=None if squad.roads is None else keep_roads(data, squad.roads))
    with writing(store) as connection:
        if new and has_squad(connection, squad.id):
            raise SquadExistsError(
                Text(
                    f"已有中队 {squad.id}:请在它的页面更新",
                    f"There is a squad {squad.id} already: change it on its page",
                )
            )
        save_squad(connection, kept, now)
        detail = {"communities": len(squad.communities), "officers": len(squad.officers)}
        note(connection, now, by, "squad imported", squad.id, squad_id=squad.id, detail=detail)
    return kept


HISTORY = timedelta(days=730)
"""What was found longer ago no longer weighs (the risk model halves it every six weeks)."""


def planning_squad(connection: Connection, squad_id: str, now: datetime) -> Squad:
    """Return a squad as planning wants it: what its cases found is among its violations."""
    since = (now - HISTORY).date()
    squad = load_squad(connection, squad_id, since)
    cases = all_cases(connection, squad_id, since=now - HISTORY)
    found = [violation for case in cases if (violation := violation_of(case)) is not None]
    return replace(squad, violations=(*squad.violations, *found))


def community_violations(connection: Connection, squad_id: str, community_id: str) -> tuple[Violation, ...]:
    """Return every violation of a community, those that its cases found with them."""
    cases = all_cases(connection, squad_id, community_id=community_id)
    found = [violation for case in cases if (violation := violation_of(case)) is not None]
    return (*violations_on_record(connection, squad_id, community_id=community_id), *found)


def waiting_violations(connection: Connection, squad_id: str) -> tuple[Violation, ...]:
    """Return every violation that is still to be handled or to be looked at again, of all communities."""
    cases = all_cases(connection, squad_id, open_only=True)
    found = [violation for case in cases if (violation := violation_of(case)) is not None]
    return (*open_violations(connection, squad_id), *found)


def recorded_squad(source: str, squad_id: str, now: datetime) -> Loaded:
    """Return a squad from the records at `source`, for a process of its own."""
    store = connect(source)
    try:
        with reading(store) as connection:
            return Loaded(planning_squad(connection, squad_id, now), ())
    finally:
        store.dispose()


def keep_roads(data: Path, roads: Path) -> Path:
    """Return a copy of a road file, named by what is in it: two squads with the same roads share one."""
    with roads.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    kept = (data / ROADS / f"{digest}.osm.pbf").resolve()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".new")
        shutil.copyfile(roads, unfinished)
        unfinished.replace(kept)
    return kept
