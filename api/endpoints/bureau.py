"""All squads of a bureau: how this week stands with each, as data and on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from api.bureau.overview import SquadWeek, weeks_of_squads
from api.endpoints.answers import FAULTS, REFUSED
from api.endpoints.plans import MAP_POLICY
from api.errors import ForbiddenError
from api.inside import Store
from api.problems import language_of
from api.security.access import Looks
from api.security.roles import Principal
from api.storage.engine import reading
from api.storage.plans import PlanState
from geo.text import Language, Text
from maps.bureau_map import SquadSpot, bureau_map
from maps.speak import span

router = APIRouter(prefix="/api/bureau", tags=["bureau"])

WEEK = Annotated[str, Field(pattern=r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$", description="such as 2026-W48")]


def of_the_bureau(who: Looks) -> Principal:
    """Let in whoever may look at every squad."""
    if who.squad_id is not None:
        raise ForbiddenError(Text("全局页面只给不属于某个中队的账号看", "Only accounts of no one squad see all squads"))
    return who


OfBureau = Annotated[Principal, Depends(of_the_bureau)]


class SquadShown(BaseModel):
    """A squad's week; `figures` as docs/service.md says, null where its plan has told none."""

    id: str
    name: str
    standing: Annotated[str, Field(description="misses, late, unknown, none or met")]
    plan: str | None
    state: PlanState | None
    figures: dict[str, Any] | None


class BureauWeek(BaseModel):
    """All squads, those to look at first in front."""

    week: str
    squads: list[SquadShown]


@router.get("/{week}", responses=REFUSED | FAULTS)
def show_bureau(_: OfBureau, week: WEEK, store: Store) -> BureauWeek:
    """Return what each squad owes and meets in a week, what it misses and why, and how its two hours stand."""
    return BureauWeek(week=week, squads=[shown(squad) for squad in squads_in(store, week)])


@router.get("/{week}/map", responses=REFUSED | FAULTS, response_class=HTMLResponse)
def bureau_page(_: OfBureau, week: WEEK, store: Store, request: Request) -> HTMLResponse:
    """Return all squads on a map, coloured by how their week stands."""
    language = language_of(request)
    spots = [_spot(squad, language) for squad in squads_in(store, week)]
    return HTMLResponse(bureau_map(spots, language), headers={"Content-Security-Policy": MAP_POLICY})


def squads_in(store: Store, week: str) -> Sequence[SquadWeek]:
    """Return all squads in a week."""
    with reading(store) as connection:
        return weeks_of_squads(connection, week)


def shown(squad: SquadWeek) -> SquadShown:
    """Return a squad's week as it goes over HTTP."""
    figures = None if squad.figures is None else dict(squad.figures)
    return SquadShown(
        id=squad.id,
        name=squad.name,
        standing=squad.standing.value,
        plan=squad.plan_id,
        state=squad.state,
        figures=figures,
    )


def _spot(squad: SquadWeek, language: Language) -> SquadSpot:
    said = () if squad.figures is None else tuple(text.say(language) for text in told(squad.figures))
    return SquadSpot(squad.id, squad.name, squad.station, squad.outline, squad.standing.value, said, squad.made_up)


def told(figures: Mapping[str, Any]) -> Sequence[Text]:
    """Return a squad's figures in words, a line each."""
    met = figures["owed"] - figures["missed"]
    lines = [Text(f"应到访 {figures['owed']} 次,排上 {met} 次", f"{met} of {figures['owed']} visits owed are placed")]
    if figures["worst"] is not None:
        worst = span(figures["worst"])
        lines.append(Text(f"两小时到场最慢 {worst.zh}", f"slowest arrival {worst.en}"))
    if figures["late_at"]:
        lines.append(
            Text(f"{figures['late_at']} 个小区有到不了的时段", f"late at times at {figures['late_at']} communities")
        )
    return lines
