"""What officers say of their visits, as it goes over HTTP, checked at the door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.case_schemas import Files, Id, Lat, Line, Lon, Moment, Note
from api.schemas import Bilingual, Strict, both
from casework.privacy import mask_phones
from casework.violation import ViolationType
from casework.visit_record import SAID_NAMES, VISIT_STATES, Said, VisitRecord, VisitState

VisitId = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Act(Strict):
    """What every act says."""

    plan: Annotated[Id, Field(description="the plan that the officer saw; it may have been replaced since")]
    visit: VisitId
    officer: Annotated[Id | None, Field(description="who; absent: whoever is signed in")] = None
    at: Annotated[
        Moment | None,
        Field(description="when it happened, by the squad's clock as the telephone knows it; absent: now"),
    ] = None
    clock_behind: Annotated[
        int, Field(ge=-(10**9), le=10**9, description="seconds by which the telephone's own clock was behind: noted")
    ] = 0
    lon: Lon | None = None
    lat: Lat | None = None
    note: Note = ""
    files: Files = ()


class VisitArrived(_Act):
    """The crew is there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "arrived",
                    "plan": "0123456789abcdef",
                    "visit": "joint-C1#1",
                    "at": "2026-11-23T08:58:00+08:00",
                    "lon": 121.2421,
                    "lat": 31.3702,
                }
            ]
        }
    )

    kind: Literal["arrived"]


class VisitFinished(_Act):
    """The visit is over."""

    kind: Literal["finished"]
    checked: Annotated[tuple[Line, ...], Field(max_length=40, description="what was looked at")] = ()


class VisitFound(_Act):
    """Something was found: a case is opened and filed."""

    kind: Literal["found"]
    type: ViolationType
    building: Line = ""
    settled: Annotated[bool, Field(description="put right on the spot: to be looked at again after seven days")] = False


class VisitRechecked(_Act):
    """Something that was handled before was looked at again."""

    kind: Literal["rechecked"]
    violation: Annotated[Id, Field(description="id of the violation, or number of the case")]
    passed: bool


class VisitCouldNot(_Act):
    """The visit could not be made; `note` says why."""

    kind: Literal["could_not"]
    note: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]


NewVisitAct = Annotated[
    VisitArrived | VisitFinished | VisitFound | VisitRechecked | VisitCouldNot, Field(discriminator="kind")
]


class VisitActShown(BaseModel):
    """An act on record, telephone numbers masked."""

    number: int
    week: str
    plan: str
    visit: str
    community: str
    officer: str
    kind: Said
    kind_name: Bilingual
    at: Annotated[datetime, Field(description="when it happened")]
    received_at: Annotated[datetime, Field(description="when it reached the squad")]
    clock_behind: int
    lon: float | None
    lat: float | None
    there: Annotated[bool | None, Field(description="whether the place is at the community; null: no place was told")]
    note: str
    files: list[str]
    case: Annotated[str | None, Field(description="the case that came of it")]
    detail: Annotated[dict[str, Any], Field(description="type, building, settled, violation, passed, checked")]


class VisitShown(BaseModel):
    """What became of a visit by what was said of it."""

    visit: str
    community: str
    state: VisitState
    state_name: Bilingual
    arrived_at: datetime | None
    finished_at: datetime | None
    last_at: datetime | None
    reason: str
    found: int
    officers: list[str]


class ActTaken(BaseModel):
    """An act just taken in, and what the visit is by now."""

    act: VisitActShown
    visit: VisitShown


class WeekTold(BaseModel):
    """Everything that was said of a week's visits."""

    week: str
    visits: Annotated[list[VisitShown], Field(description="those that somebody spoke of")]
    acts: Annotated[list[VisitActShown], Field(description="as they happened")]


def act_shown(row: Mapping[str, Any]) -> VisitActShown:
    """Return an act for whoever may look at it."""
    said = Said(row["said"])
    names = ("number", "week", "at", "received_at", "clock_behind", "lon", "lat", "there")
    detail = {name: mask_phones(value) if isinstance(value, str) else value for name, value in row["detail"].items()}
    return VisitActShown(
        plan=row["plan_id"],
        visit=row["visit_id"],
        community=row["community_id"],
        officer=row["officer_id"],
        kind=said,
        kind_name=both(SAID_NAMES[said]),
        note=mask_phones(row["note"]),
        files=list(row["files"]),
        case=row["case_id"],
        detail=detail,
        **{name: row[name] for name in names},
    )


def visit_shown(visit_id: str, community_id: str, record: VisitRecord) -> VisitShown:
    """Return what became of a visit."""
    return VisitShown(
        visit=visit_id,
        community=community_id,
        state=record.state,
        state_name=both(VISIT_STATES[record.state]),
        arrived_at=record.arrived_at,
        finished_at=record.finished_at,
        last_at=record.last_at,
        reason=mask_phones(record.reason),
        found=record.found,
        officers=list(record.officers),
    )
