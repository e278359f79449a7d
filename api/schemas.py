"""What goes over HTTP, checked at the door."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.jobs.job import State
from api.storage.plans import PlanState
from geo.text import Language, Text
from planner.week import Week


class Strict(BaseModel):
    """Unknown members are refused: a misspelt one would pass unseen."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class PlanOrder(Strict):
    """A plan to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"week": "2026-W48", "seed": 0, "time_limit": 40}]})

    week: Annotated[str, Field(description="ISO week, Monday to Sunday, Asia/Shanghai", examples=["2026-W48"])]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    time_limit: Annotated[float, Field(gt=0, le=600, description="work limit in seconds of one core")] = 40.0
    language: Annotated[Language, Field(description="of the maps and sheets")] = "zh"

    @field_validator("week")
    @classmethod
    def _is_a_week(cls, text: str) -> str:
        return str(Week.parse(text))


class SlotQuestion(Strict):
    """One more visit that somebody asks for."""

    community: Annotated[str, Field(max_length=200, description="id or name")]
    kind: Annotated[str, Field(max_length=40)] = "joint"
    minutes: Annotated[int | None, Field(ge=1, le=1440, description="of service; absent: as the policy has it")] = None
    day: Annotated[list[str], Field(max_length=7, description="such as 2026-11-26; none: any of the week")] = []
    partner: Annotated[list[str] | None, Field(max_length=20, description="absent: as the policy has it")] = None
    most: Annotated[int, Field(ge=1, le=100)] = 10


class SlotOrder(SlotQuestion):
    """One more visit to be put into a finished plan, as the `take`-th way that the same question lists."""

    take: Annotated[int, Field(ge=1, le=100)] = 1


class Bilingual(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str


def both(text: Text) -> Bilingual:
    """Return a sentence as it goes over HTTP."""
    return Bilingual(zh=text.zh, en=text.en)


class PlanProgress(BaseModel):
    """How the search stands, in seconds of driving."""

    best: int | None = None
    bound: int | None = None
    gap: float | None = None
    stage: Bilingual | None = None
    missed: Annotated[int | None, Field(description="mandatory visits that the best plan so far leaves out")] = None
    terms: Annotated[dict[str, int] | None, Field(description="of a finished plan: cost by term")] = None
    first_plan: Annotated[float | None, Field(description="of a finished plan: seconds until there was a plan")] = None
    again: Annotated[int, Field(description="how often it was broken off by a stop and begun again")] = 0


class PlanRecord(BaseModel):
    """A plan on record; `version` goes along with a change as ``If-Match``."""

    state: PlanState
    version: int


class PlanStatus(BaseModel):
    """A job: what was asked for, and how it stands."""

    id: str
    squad: str
    week: str
    seed: int
    time_limit: float
    state: State
    progress: PlanProgress
    problem: Annotated[dict[str, Any] | None, Field(description="why there is no plan (RFC 9457)")] = None
    record: Annotated[PlanRecord | None, Field(description="what a finished plan is to the squad")] = None
    links: Annotated[dict[str, str], Field(description="what can be fetched now")] = {}

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "5f0c1d2e3a4b5c6d",
                    "squad": "jiading",
                    "week": "2026-W48",
                    "seed": 0,
                    "time_limit": 40,
                    "state": "planning",
                    "progress": {
                        "best": 91240,
                        "bound": 90100,
                        "gap": 0.0125,
                        "stage": {"zh": "选择班组与路线", "en": "Choosing crews and patrols"},
                    },
                    "problem": None,
                    "links": {"self": "/api/squads/jiading/plans/5f0c1d2e3a4b5c6d"},
                }
            ]
        }
    )


class Health(BaseModel):
    """Whether the server works."""

    status: str
    version: str
    waiting: int
    planning: int


class FieldProblem(BaseModel):
    """One field of a request that is wrong."""

    field: str
    problem: str


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    message: Bilingual | None = None
    faults: list[dict[str, Any]] | None = None
    errors: list[FieldProblem] | None = None
