"""Outcome figures by squad and period, as they were last worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from api.storage.job_tables import OUTCOMES

OUTCOME = "outcome"
"""What outcome sheets are called among the reviews that were frozen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A squad's figures of a period.

    Attributes
    ----------
    frozen
        Whether they are those of a sheet that was frozen.
    """

    reckoned_at: datetime
    figures: Mapping[str, Any]
    frozen: bool


def keep_outcome(connection: Connection, squad_id: str, period: str, found: Outcome) -> None:
    """Keep a squad's figures of a period in place of earlier ones."""
    mine = (OUTCOMES.c.squad_id == squad_id) & (OUTCOMES.c.period == period)
    connection.execute(delete(OUTCOMES).where(mine))
    values = {"reckoned_at": found.reckoned_at, "frozen": found.frozen, "figures": dict(found.figures)}
    connection.execute(insert(OUTCOMES).values(squad_id=squad_id, period=period, **values))


def outcomes_in(connection: Connection, period: str) -> Mapping[str, Outcome]:
    """Return the figures of a period by squad, of all squads that the transaction may see."""
    rows = connection.execute(select(OUTCOMES).where(OUTCOMES.c.period == period))
    return {row.squad_id: Outcome(row.reckoned_at, row.figures, row.frozen) for row in rows}
