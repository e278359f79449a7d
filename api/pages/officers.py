"""The officers of a finished plan, with a link to each day's route map: to hand on to phones."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.plans import links
from api.files import id_of
from api.inside import JobOfSquad
from api.jobs import Job, require_done, roster_of
from api.pages.page import Place, page
from api.security.access import Looks
from geo.text import Text

WORDS: Mapping[str, Text] = {
    "officers": Text("队员路线图", "Officers' maps"),
    "days": Text("日期", "Days"),
}

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/plans/{plan_id}/officers", response_class=HTMLResponse)
def officers_page(who: Looks, squad_id: str, job: JobOfSquad, request: Request) -> HTMLResponse:
    """Show the route maps of a finished plan by officer and day."""
    job = require_done(job)
    return page(
        request,
        "officers.html",
        WORDS,
        who=who,
        place=Place(squad_id, "", "week"),
        week=job.order.week,
        officers=officer_pages(job),
    )


def officer_pages(job: Job) -> list[dict[str, object]]:
    """Return each officer of a finished plan with the days that have a page, and its address."""
    names = roster_of(job)
    found: list[dict[str, object]] = []
    for folder in sorted((job.out / "officers").iterdir()):
        officer = id_of(folder.name)
        base = f"{links(job)['self']}/maps/officers/{quote(officer, safe='')}"
        days = sorted(page.stem for page in folder.glob("*.html"))
        found.append({"name": names.get(officer, officer), "days": [(day, f"{base}/{day}") for day in days]})
    return found
