"""The notice sheet of a community (信息公示): hotline, who answers, what is against the law, a code to report by."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import segno
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.inside import Now, SettingsInUse, Store
from api.ledgers import ledger_of
from api.pages import say
from api.pages.communities import community_address
from api.pages.community import community_of, notice_said
from api.pages.page import Place, page
from api.pages.print_words import NOTICE, SHARED
from api.problems import language_of
from api.security.access import Looks
from api.security.roles import Act
from api.settings import Settings
from api.storage.engine import reading
from api.storage.register import history, post_changes
from api.storage.squads import load_squad
from casework.notice import notice_state
from casework.violation import CATALOGUE
from geo.text import Language
from planner.squad import Squad

OWN_MACHINE = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0"})  # noqa: S104 - told from others, never listened on

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/communities/{community_id}/notice", response_class=HTMLResponse)
def notice_page(
    who: Looks, squad_id: str, community_id: str, request: Request, store: Store, settings: SettingsInUse, now: Now
) -> HTMLResponse:
    """Show the notice sheet to print, and whether the one that hangs there still holds."""
    language, today = language_of(request), now.date()
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        community = community_of(squad, community_id)
        lines = ledger_of(connection, squad, community, now)
        changes = post_changes(history(connection, squad_id, community_id))
    state = notice_said(notice_state(lines, changes), today, language)
    report = report_address(request, settings, squad_id, community_id)
    host = request.url.hostname or ""
    return page(
        request,
        "notice.html",
        {**SHARED, **NOTICE},
        who=who,
        place=Place(squad_id, squad.name, "communities"),
        data={
            "evidence": f"/api{community_address(squad_id, community_id)}/evidence",
            "item": state["owed"],
            "today": today.isoformat(),
        },
        squad=squad,
        community=community,
        community_page=community_address(squad_id, community_id),
        state=state,
        may_post=who.may(Act.ATTEND, squad_id) and state["owed"] is not None,
        answering=[
            {"post": NOTICE[key].say(language), **_officer(squad, officer)}
            for key, officer in (
                ("a_post", community.a_officer),
                ("b_post", community.b_officer),
                *(("b_post", one) for one in community.more_b),
            )
        ],
        standards=_standards(language),
        report=report,
        code=segno.make(report, error="m", micro=False).svg_data_uri(scale=6, border=2),
        code_said=NOTICE["scan_said"].say(language).format(address=report),
        only_here=NOTICE["only_here"].say(language).format(host=host) if host in OWN_MACHINE else "",
        made=NOTICE["made"].say(language).format(squad=squad.name, day=say.short_day(today, date.min).say(language)),
    )


def report_address(request: Request, settings: Settings, squad_id: str, community_id: str) -> str:
    """Return where residents report something of a community: at the address by which this page was opened."""
    scheme = "https" if settings.https else request.url.scheme
    place = f"/report/{quote(squad_id, safe='')}?community={quote(community_id, safe='')}"
    return f"{scheme}://{request.url.netloc}{place}"


def _officer(squad: Squad, officer_id: str) -> dict[str, str]:
    found = next((one for one in squad.officers if one.id == officer_id), None)
    return {"name": officer_id, "phone": ""} if found is None else {"name": found.name, "phone": found.phone}


def _standards(language: Language) -> list[dict[str, str]]:
    worst_first = sorted(CATALOGUE.values(), key=lambda one: -one.severity)
    return [{"name": one.name.say(language), "standard": one.standard.say(language)} for one in worst_first]
