"""The squad's communities on one page: what is overdue on top, who answers for each, when somebody comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from api.agenda import PHASE_NAMES
from api.endpoints.register import overdue_of
from api.inside import Now, Store
from api.pages import say
from api.pages.page import Place, page, squad_address
from api.problems import language_of
from api.published_visits import PublishedVisit, visits_since
from api.security.access import Looks
from api.storage.cases import open_by_community
from api.storage.engine import reading
from api.storage.squads import load_squad
from api.storage.violations import open_violations
from casework.case import Stage
from casework.obligation import KIND_NAMES
from geo.community import Community, Phase
from geo.text import Language, Text
from planner.squad import Squad
from planner.week import Week

WORDS: Mapping[str, Text] = {
    "communities": Text("小区", "Communities"),
    "search": Text("按名称查找", "Find by name"),
    "shown": Text("共 {count} 个小区", "{count} communities"),
    "none_found": Text("没有叫这个名字的小区", "No community of that name"),
    "none": Text(
        "还没有小区。请在中队页面交上工作簿,小区就会出现在这里。",
        "No communities yet: hand in the workbook on the squad's page and they appear here.",
    ),
    "phase": Text("阶段", "Phase"),
    "households": Text("户数", "Homes"),
    "a_post": Text("A 岗", "A post"),
    "b_post": Text("B 岗", "B post"),
    "posts_help": Text(
        "A 岗是主要责任队员,检查由他带队;A 岗来不了时由 B 岗带队。",
        "The A officer is responsible and leads visits; the B officer leads when the A officer cannot.",
    ),
    "next_visit": Text("下次到访", "Next visit"),
    "next_visit_help": Text("按已发布的周计划;未发布的草稿不算。", "By the published week plan; drafts do not count."),
    "no_visit": Text("未安排", "none planned"),
    "overdue": Text("逾期", "Overdue"),
    "overdue_help": Text(
        "五早台账中过了期限还没有做、也没有材料的事。点小区名称逐件查看。",
        "Lines of the community's ledger past their day and without evidence. Open a community to see each.",
    ),
    "open": Text("未结", "Open"),
    "open_help": Text(
        "还没处理好的违法和案件,以及处理后等待复查的。",
        "Violations and cases not dealt with, or waiting for a re-check.",
    ),
    "to_handle": Text("待处理 {count}", "{count} to handle"),
    "to_recheck": Text("待复查 {count}", "{count} to re-check"),
    "unknown": Text("未登记", "not known"),
}

router = APIRouter(include_in_schema=False)

ORDER = (Phase.PEAK, Phase.PRE_DELIVERY, Phase.ROUTINE, Phase.CLOSED)
"""Phases by how much there is to do."""


@router.get("/squads/{squad_id}/communities", response_class=HTMLResponse)
def communities_page(who: Looks, squad_id: str, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show the squad's communities, those with something overdue first."""
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        rows = _rows(connection, squad, now, language_of(request))
    return page(
        request,
        "communities.html",
        WORDS,
        who=who,
        place=Place(squad_id, squad.name, "communities"),
        rows=rows,
    )


def community_address(squad_id: str, community_id: str) -> str:
    """Return the address of a community's page."""
    return f"{squad_address(squad_id)}/communities/{quote(community_id, safe='')}"


def _rows(connection: Connection, squad: Squad, now: datetime, language: Language) -> list[dict[str, object]]:
    late = Counter(line.item.community_id for line in overdue_of(connection, squad, squad.communities, now))
    coming: dict[str, PublishedVisit] = {}
    for visit in visits_since(connection, squad.id, Week.of(now)):
        if visit.begin > now:
            coming.setdefault(visit.community_id, visit)
    waiting = open_by_community(connection, squad.id)
    files = open_violations(connection, squad.id)
    handle = Counter(one.community_id for one in files if one.handled_on is None)
    recheck = Counter(one.community_id for one in files if one.handled_on is not None)
    for (community_id, stage), count in waiting.items():
        (recheck if stage is Stage.HANDLED else handle)[community_id] += count
    names = {officer.id: officer.name for officer in squad.officers}
    ordered = sorted(squad.communities, key=lambda one: (-late[one.id], ORDER.index(one.phase)))

    def row(one: Community) -> dict[str, object]:
        return {
            "id": one.id,
            "name": one.name,
            "address": community_address(squad.id, one.id),
            "phase": PHASE_NAMES[one.phase].say(language),
            "phase_code": one.phase.value,
            "households": one.households,
            "a": names.get(one.a_officer, one.a_officer),
            "b": names.get(one.b_officer, one.b_officer),
            "overdue": late[one.id],
            "next": None if one.id not in coming else _said(coming[one.id], language),
            "handle": handle[one.id],
            "recheck": recheck[one.id],
        }

    return [row(one) for one in ordered]


def _said(visit: PublishedVisit, language: Language) -> dict[str, str]:
    return {"at": say.moment(visit.begin).say(language), "kind": KIND_NAMES[visit.kind].say(language)}
