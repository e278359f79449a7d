"""A period's outcome figures of all squads: worked out squad by squad as jobs, and put together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import Engine

from api.endpoints.answers import FAULTS, GUARDED, REFUSED
from api.endpoints.bureau import OfBureau
from api.endpoints.lending import PlansForAll
from api.endpoints.plans import ordered
from api.endpoints.reviews import Span
from api.errors import SquadBusyError
from api.inside import Board, Now, Store
from api.jobs.job import JobBoard, Kind
from api.schemas import PlanOrder
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.outcomes import Outcome, outcomes_in
from api.storage.squads import squad_names
from api.studies.outcome import together
from planner.week import Week

router = APIRouter(prefix="/api/bureau/outcomes", tags=["bureau"])


class SquadOutcome(BaseModel):
    """A squad's figures; `making` while they are being worked out anew, null before they ever were."""

    id: str
    name: str
    making: bool
    reckoned_at: datetime | None
    frozen: bool
    figures: Mapping[str, Any] | None


class BureauOutcome(BaseModel):
    """All squads' figures of a period, and their sum; shares are [part, whole]."""

    period: str
    squads: list[SquadOutcome]
    total: Mapping[str, Any]


class Ordered(BaseModel):
    """For how many squads it was ordered; for the others it is being worked out already."""

    ordered: int


@router.get("/{period}", responses=REFUSED | FAULTS)
def show_outcomes(_: OfBureau, period: Span, store: Store, board: Board) -> BureauOutcome:
    """Return each squad's outcome figures of a month, a quarter or a year as they were last worked out."""
    return outcomes(store, board, period)


@router.post("/{period}", status_code=202, responses=REFUSED | FAULTS | GUARDED)
def order_outcomes(who: PlansForAll, period: Span, request: Request, store: Store, board: Board, now: Now) -> Ordered:
    """Have every squad's figures worked out anew, as of now; what it has frozen stays as it was frozen."""
    with reading(store) as connection:
        squads = squad_names(connection)
    week, asked, count = str(Week.of(now)), {"period": period, "at": now.isoformat()}, 0
    for squad_id in squads:
        try:
            board.submit(ordered(request, squad_id, PlanOrder(week=week), report=asked))
        except SquadBusyError:
            continue
        count += 1
    with writing(store) as connection:
        note(connection, now, who.name, "outcomes ordered", period, detail={"squads": count})
    return Ordered(ordered=count)


def outcomes(store: Engine, board: JobBoard, period: str) -> BureauOutcome:
    """Return all squads' figures of a period, by name, and their sum."""
    making = board.making(Kind.REPORT)
    with reading(store) as connection:
        names, known = squad_names(connection), outcomes_in(connection, period)
    squads = [
        _shown(squad_id, name, known.get(squad_id), making=squad_id in making) for squad_id, name in names.items()
    ]
    told = [one.figures for one in squads if one.figures is not None]
    return BureauOutcome(period=period, squads=squads, total=together(told))


def _shown(squad_id: str, name: str, found: Outcome | None, *, making: bool) -> SquadOutcome:
    return SquadOutcome(
        id=squad_id,
        name=name,
        making=making,
        reckoned_at=None if found is None else found.reckoned_at,
        frozen=found is not None and found.frozen,
        figures=None if found is None else found.figures,
    )
