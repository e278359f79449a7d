"""`wuzao move`: a squad from the file to the database, or back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from api.errors import MoveError, SquadExistsError
from api.records_command import WHO
from api.settings import RECORDS, Settings
from api.storage.audit import note
from api.storage.carry import Sum, carry_squad, remove_squad
from api.storage.engine import open_store, writing
from api.storage.squads import has_squad, require_squad
from geo.text import Text

FILE, DATABASE = "file", "database"


def move_squad(settings: Settings, squad_id: str, to: str, now: datetime) -> Mapping[str, Sum]:
    """Move a squad and return what was moved, by table; it leaves its place only when all is in the other.

    Parameters
    ----------
    to
        `FILE` or `DATABASE`; it comes from the other of the two.

    Raises
    ------
    UnknownSquadError
        Where it is not there to be moved.
    SquadExistsError
        Where it is in both.
    MoveError
        Where no database is named, or it does not go in.
    """
    if settings.database is None:
        raise MoveError(Text("请先设置 DATABASE_URL", "Set DATABASE_URL first"))
    file = str(settings.data / RECORDS)
    places = (file, settings.database) if to == DATABASE else (settings.database, file)
    source, target = (open_store(place) for place in places)
    try:
        with writing(source) as here:
            require_squad(here, squad_id)
            with writing(target) as there:
                if has_squad(there, squad_id):
                    raise SquadExistsError(Text(f"那边已有中队 {squad_id}", f"{squad_id} is there already"))
                sums = carry_squad(here, there, squad_id)
                detail = {name: f"{one.rows} {one.sha256}" for name, one in sums.items()}
                note(there, now, WHO, "squad moved in", squad_id, squad_id=squad_id, detail=detail)
            remove_squad(here, squad_id)
            note(here, now, WHO, "squad moved out", squad_id, squad_id=squad_id, detail=detail)
    finally:
        source.dispose()
        target.dispose()
    return sums


def moved_in_words(sums: Mapping[str, Sum]) -> tuple[Text, ...]:
    """Return what was moved, a line for each table that had something."""
    return tuple(
        Text(f"{name}:{one.rows} 行,校验 {one.sha256[:16]}", f"{name}: {one.rows} rows, checksum {one.sha256[:16]}")
        for name, one in sums.items()
        if one.rows
    )
