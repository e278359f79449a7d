"""The audit trail over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import BigInteger, literal, select

from api.endpoints.answers import REFUSED
from api.inside import Store
from api.security.access import Audits
from api.storage.engine import reading
from api.storage.service_tables import AUDIT
from api.storage.squads import require_squad

router = APIRouter(prefix="/api/squads/{squad_id}", tags=["audit"])


class AuditLine(BaseModel):
    """Who did what, to which record."""

    number: int
    at: datetime
    who: str
    act: str
    subject: str
    detail: dict[str, Any]
    hash: str


class AuditPage(BaseModel):
    """A page of the trail, the newest line first."""

    lines: list[AuditLine]


@router.get("/audit", responses=REFUSED)
def list_audit(
    squad_id: str,
    _: Audits,
    store: Store,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int, Query(ge=1, le=2**53, description="number of the line to go on from")] = 2**53,
) -> AuditPage:
    """List what was done to the squad's records; `wuzao audit verify` proves that nobody changed it."""
    with reading(store) as connection:
        require_squad(connection, squad_id)
        mine = (AUDIT.c.squad_id == squad_id) & (AUDIT.c.number < literal(before, BigInteger))
        rows = connection.execute(select(AUDIT).where(mine).order_by(AUDIT.c.number.desc()).limit(limit)).mappings()
        names = AuditLine.model_fields
        lines = [AuditLine(**{name: row[name] for name in names}) for row in rows]
    return AuditPage(lines=lines)
