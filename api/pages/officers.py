"""The officers of a finished plan, with a link to each day's route map: to hand on to phones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.board.desk import Desk
from api.endpoints.plans import links
from api.files import id_of
from api.inside import DeskInUse, PlanOfSquad, Store
from api.jobs.job import Job, require_done, roster_of
from api.pages import say
from api.pages.page import Place, page
from api.problems import language_of
from api.security.access import Looks
from api.storage.engine import reading
from api.storage.squads import squad_name
from geo.text import Language, Text
from planner.week import Week

WORDS: Mapping[str, Text] = {
    "officers": Text("队员路线图", "Officers' maps"),
    "days": Text("日期", "Days"),
    "to_phones": Text(
        "每一天是一个独立的页面:打开后可存到手机、发到微信群,断网也能看。队员也可以登录后直接看“今天”。",
        "Each day is a page of its own: open it, keep it on a phone, send it in a chat; it needs no network. Officers "
        "who sign in see their day at once.",
    ),
}

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/plans/{plan_id}/officers", response_class=HTMLResponse)
def officers_page(
    who: Looks, squad_id: str, job: PlanOfSquad, request: Request, desk: DeskInUse, store: Store
) -> HTMLResponse:
    """Show the route maps of a finished plan by officer and day."""
    job = require_done(job)
    language = language_of(request)
    with reading(store) as connection:
        name = squad_name(connection, squad_id)
    return page(
        request,
        "officers.html",
        WORDS,
        who=who,
        place=Place(squad_id, name, "week"),
        week=say.week(Week.parse(job.order.week)).say(language),
        officers=officer_pages(job, desk, language),
    )


def officer_pages(job: Job, desk: Desk, language: Language) -> list[dict[str, object]]:
    """Return each officer of a finished plan with the days that have a page, and its address."""
    names = roster_of(job) or _names(job, desk)
    found: list[dict[str, object]] = []
    for officer, days in sorted(_days(job, desk).items()):
        base = f"{links(job)['self']}/maps/officers/{quote(officer, safe='')}"
        found.append({"name": names.get(officer, officer), "days": _links(base, days, language)})
    return found


def _names(job: Job, desk: Desk) -> Mapping[str, str]:
    """Return the officers' names of a plan that no search made."""
    return {one.id: one.name for one in desk.sheet(job.order.squad, job.id).planned.prepared.squad.officers}


def _links(base: str, days: set[str], language: Language) -> list[tuple[str, str]]:
    return [(say.day(date.fromisoformat(day)).say(language), f"{base}/{day}") for day in sorted(days)]


def _days(job: Job, desk: Desk) -> dict[str, set[str]]:
    """Return the days on which each officer has a page: as they were drawn, or of a copy as they will be."""
    drawn, days = job.out / "officers", dict[str, set[str]]()
    if drawn.is_dir():
        return {id_of(folder.name): {page.stem for page in folder.glob("*.html")} for folder in drawn.iterdir()}
    for shift in desk.sheet(job.order.squad, job.id).planned.prepared.problem.shifts:
        days.setdefault(shift.officer_id, set()).add(shift.day.isoformat())
    return days
