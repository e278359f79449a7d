"""Reports and cases as they go over HTTP, checked at the door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas import Bilingual, Strict, both
from api.storage.cases import Kept, Wanted
from casework.case import CHANNEL_NAMES, OUTCOME_NAMES, STAGE_NAMES, Case, Channel, Outcome, Stage
from casework.clocks import property_due
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, ViolationType

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Note = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Lon = Annotated[float, Field(ge=-180, le=180, description="degrees, WGS84")]
Lat = Annotated[float, Field(ge=-90, le=90, description="degrees, WGS84")]
Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Files = Annotated[tuple[Sha, ...], Field(max_length=10, description="hashes of files handed in before")]
Moment = Annotated[AwareDatetime, Field(description="with its zone, such as 2026-11-23T14:05:00+08:00")]


class NewReport(Strict):
    """What somebody tells the squad."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "channel": "public",
                    "lon": 121.2421,
                    "lat": 31.3702,
                    "type": "flue",
                    "building": "3 幢 501",
                    "note": "厨房外墙开孔",
                    "reported_at": "2026-11-23T14:05:00+08:00",
                }
            ]
        }
    )

    channel: Channel = Channel.LEADER
    lon: Lon
    lat: Lat
    type: ViolationType | None = None
    building: Line = ""
    note: Note = ""
    reported_at: Annotated[AwareDatetime | None, Field(description="when it was told; absent: now")] = None
    dissuaded_at: Annotated[
        AwareDatetime | None, Field(description="property companies: when dissuasion failed; 24 hours run from it")
    ] = None
    outside_number: Line = ""
    reporter_name: Line = ""
    reporter_phone: Line = ""


class FiledStep(Strict):
    """It is the squad's to deal with."""

    kind: Literal["filed"]
    at: Moment | None = None


class DispatchedStep(Strict):
    """Somebody is sent, the one responsible first."""

    kind: Literal["dispatched"]
    at: Moment | None = None
    officers: Annotated[list[Id], Field(min_length=1, max_length=6)]
    publish: Annotated[Id | None, Field(description="a draft that is published with it")] = None


class RecalledStep(Strict):
    """Whoever was sent is called back."""

    kind: Literal["recalled"]
    at: Moment | None = None
    reason: Line = ""


class ArrivedStep(Strict):
    """An officer is on the scene; away from gate and boundary he says why."""

    kind: Literal["arrived"]
    at: Moment | None = None
    officer: Id
    lon: Lon | None = None
    lat: Lat | None = None
    reason: Line = ""
    files: Files = ()


class HandledStep(Strict):
    """It was dealt with."""

    kind: Literal["handled"]
    at: Moment | None = None
    outcome: Outcome
    type: ViolationType | None = None
    note: Note = ""
    files: Files = ()


class RecheckedStep(Strict):
    """Somebody looked again."""

    kind: Literal["rechecked"]
    at: Moment | None = None
    passed: bool
    officer: Annotated[str, StringConstraints(max_length=64)] = ""
    note: Note = ""
    files: Files = ()


class MergedStep(Strict):
    """It is the same matter as another case."""

    kind: Literal["merged"]
    at: Moment | None = None
    case_id: Id


NewStep = Annotated[
    FiledStep | DispatchedStep | RecalledStep | ArrivedStep | HandledStep | RecheckedStep | MergedStep,
    Field(discriminator="kind"),
]


class CaseShown(BaseModel):
    """A case, personal data masked."""

    id: str
    stage: Stage
    stage_name: Bilingual
    channel: Channel
    channel_name: Bilingual
    community: str | None
    type: ViolationType | None
    type_name: Bilingual | None
    outcome: Outcome | None
    outcome_name: Bilingual | None
    lon: float
    lat: float
    building: str
    note: str
    outside_number: str
    reported_at: datetime
    due_at: datetime
    late: bool
    property_due_at: datetime | None
    officers: list[str]
    first_arrival: datetime | None
    handled_at: datetime | None
    recheck_due: date | None
    closed_at: datetime | None
    reopened: int
    merged_into: str | None
    reporter: Annotated[str, Field(description="masked; `unmask` shows it and is written down")]
    version: int


class TakenInShown(BaseModel):
    """The case that a report opened, and open cases that it may belong to."""

    case: CaseShown
    alike: list[str]


class CasesAsked(BaseModel):
    """Which cases a list is to have, in which order, and which page of it."""

    stage: Stage | None = None
    community: Annotated[str | None, Field(max_length=64)] = None
    type: Annotated[ViolationType | None, Field(description="as reported, or as found")] = None
    show: Annotated[Literal["all", "open", "late"], Field(description="late: open, nobody there in time")] = "all"
    order: Annotated[Literal["newest", "urgent"], Field(description="urgent: who is to be there soonest")] = "newest"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=10**7)] = 0

    def wanted(self, now: datetime) -> Wanted:
        """Return it as the records are asked."""
        return Wanted(
            stage=self.stage,
            community_id=self.community,
            type=self.type,
            open_only=self.show != "all",
            late_at=now if self.show == "late" else None,
            urgent=self.order == "urgent",
        )


class CasePage(BaseModel):
    """One page of cases."""

    total: int
    limit: int
    offset: int
    cases: list[CaseShown]


class Reporter(BaseModel):
    """Who reported a case."""

    name: str
    phone: str


def case_shown(kept: Kept, now: datetime) -> CaseShown:
    """Return a case for whoever may look at it."""
    case, report = kept.case, kept.case.report
    return CaseShown(
        id=case.id,
        stage=case.stage,
        stage_name=both(STAGE_NAMES[case.stage]),
        channel=report.channel,
        channel_name=both(CHANNEL_NAMES[report.channel]),
        community=report.community_id,
        type=case.type,
        type_name=None if case.type is None else both(CATALOGUE[case.type].name),
        outcome=case.outcome,
        outcome_name=None if case.outcome is None else both(OUTCOME_NAMES[case.outcome]),
        lon=report.lon,
        lat=report.lat,
        building=mask_phones(report.building),
        note=mask_phones(report.note),
        outside_number=report.outside_number,
        reported_at=report.reported_at,
        due_at=case.due_at,
        late=case.open and case.late(now),
        property_due_at=None if report.dissuaded_at is None else property_due(report.dissuaded_at),
        officers=list(case.officers),
        first_arrival=case.first_arrival,
        handled_at=case.handled_at,
        recheck_due=case.recheck_due(),
        closed_at=case.closed_at,
        reopened=case.reopened,
        merged_into=case.merged_into,
        reporter=_masked(case),
        version=kept.version,
    )


def _masked(case: Case) -> str:
    name, phone = case.report.reporter_name, case.report.reporter_phone
    shown = f"{name[:1]}**" if name else ""
    return f"{shown} {phone[:3]}…{phone[-2:]}".strip() if len(phone) > 6 else shown
