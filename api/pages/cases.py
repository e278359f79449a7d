"""The squad's cases on one page: what is urgent first, found again by state, community and type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.case_schemas import CasesAsked
from api.inside import Now, Store
from api.pages import say
from api.pages.page import Place, page, squad_address
from api.problems import language_of
from api.security.access import Looks
from api.security.roles import Act
from api.storage.cases import page_of_cases
from api.storage.engine import reading
from api.storage.squads import load_squad
from casework.case import CHANNEL_NAMES, OUTCOME_NAMES, STAGE_NAMES, Case
from casework.privacy import mask_phones
from casework.violation import CATALOGUE
from geo.text import Language, Text
from planner.squad import Squad

WORDS: Mapping[str, Text] = {
    "cases": Text("案件", "Cases"),
    "which": Text("看哪些", "Which"),
    "show_open": Text("未结", "Open"),
    "show_late": Text("超时未到场", "Late"),
    "show_all": Text("全部", "All"),
    "order": Text("排序", "Order"),
    "order_urgent": Text("最急的在前", "Most urgent first"),
    "order_newest": Text("最新的在前", "Newest first"),
    "type": Text("类型", "Type"),
    "any_community": Text("全部小区", "All communities"),
    "any_type": Text("全部类型", "All types"),
    "count": Text("共 {count} 件", "{count} cases"),
    "number": Text("编号", "Number"),
    "clock": Text("时限", "Clock"),
    "clock_help": Text(
        "接报后两小时内要有队员到场;非值班时间接报,从下次上班算起。处理后满七天复查。",
        "Somebody has to be there two hours after the report; a report outside duty hours counts from the next start "
        "of duty. Seven days after it was put right it is looked at again.",
    ),
    "reported": Text("接报", "Reported"),
    "where": Text("楼栋", "Building"),
    "crew": Text("队员", "Officers"),
    "from": Text("来源", "From"),
    "outside": Text("平台编号", "Outside number"),
    "no_type": Text("未定", "not known"),
    "outside_all": Text("小区范围外", "outside all communities"),
    "left": Text("还剩 {span}", "{span} left"),
    "over": Text("超时 {span},还没有人到场", "{span} over, nobody there yet"),
    "came": Text("{span} 到场", "there after {span}"),
    "came_late": Text("{span} 到场,超时", "there after {span}, late"),
    "recheck_on": Text("{day} 复查", "re-check {day}"),
    "recheck_over": Text("复查{over}", "re-check {over}"),
    "closed_on": Text("{day} 结案", "closed {day}"),
    "none_open": Text("没有未结的案件。", "No case is open."),
    "none_late": Text("没有超时的案件。", "No case is late."),
    "none": Text(
        "没有这样的案件。居民扫小区公示上的码就能反映;也可以从平台导入。",
        "There is no such case. Residents report by the code on the notice sheet; a platform's table can be taken in.",
    ),
    "before": Text("上一页", "Previous page"),
    "after": Text("下一页", "Next page"),
    "pages": Text("第 {page} 页,共 {pages} 页", "Page {page} of {pages}"),
    "tables": Text("和平台表格往来", "Tables of outside platforms"),
    "download_cases": Text("下载全部案件(Excel)", "Download all cases (Excel)"),
    "upload_cases": Text("导入平台转来的案件(Excel)", "Take in a platform's cases (Excel)"),
    "upload_help": Text(
        "平台编号已有的不会重复立案;有错会逐行说明,一件都不收。",
        "A platform's number on record is left alone; faults are told row by row, and nothing is taken in then.",
    ),
    "reading": Text("正在读…", "Reading …"),
    "taken_in": Text("已收下 {count} 件", "{count} taken in"),
    "fault_count": Text("有 {count} 处有错,一件都没有收", "{count} faults: nothing was taken in"),
}

PER_PAGE = 30

router = APIRouter(include_in_schema=False)


class Asked(CasesAsked):
    """What the list is asked for; open cases, the most urgent first, where nothing is said."""

    show: Annotated[str, Query(pattern="^(all|open|late)$")] = "open"  # type: ignore[assignment]  # another default
    order: Annotated[str, Query(pattern="^(newest|urgent)$")] = "urgent"  # type: ignore[assignment]  # another default


@router.get("/squads/{squad_id}/cases", response_class=HTMLResponse)
def cases_page(
    who: Looks, squad_id: str, request: Request, store: Store, now: Now, asked: Annotated[Asked, Query()]
) -> HTMLResponse:
    """Show cases."""
    language = language_of(request)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        total, kept = page_of_cases(connection, squad_id, asked.wanted(now), limit=PER_PAGE, offset=asked.offset)
    names = {community.id: community.name for community in squad.communities}
    officers = {officer.id: officer.name for officer in squad.officers}
    rows = [_row(one.case, squad_id, names, officers, now, language) for one in kept]
    return page(
        request,
        "cases.html",
        WORDS,
        who=who,
        place=Place(squad_id, squad.name, "cases"),
        data={"base": f"/api{squad_address(squad_id)}"},
        base=f"/api{squad_address(squad_id)}",
        rows=rows,
        total=total,
        asked=asked,
        may_keep=who.may(Act.KEEP, squad_id),
        shows=[_choice(asked, language, show=name) for name in ("open", "late", "all")],
        orders=[_choice(asked, language, order=name) for name in ("urgent", "newest")],
        communities=_communities(squad),
        types=[{"code": kind.value, "name": one.name.say(language)} for kind, one in CATALOGUE.items()],
        turning=_turning(asked, total),
    )


def case_address(squad_id: str, case_id: str) -> str:
    """Return the address of a case's page."""
    return f"{squad_address(squad_id)}/cases/{quote(case_id, safe='')}"


def clock_said(case: Case, now: datetime, language: Language) -> dict[str, Any]:
    """Return what is pressing about a case, in a few words, and how much so: bad, warn, quiet."""
    today = now.date()
    if case.recheck_due() is not None:
        due = case.recheck_due() or today
        over = due < today
        said = WORDS["recheck_over" if over else "recheck_on"].say(language)
        over_by = say.days_over(due, today).say(language)
        said = said.format(day=say.short_day(due, today).say(language), over=over_by)
        return {"said": said, "how": "bad" if over else "quiet"}
    if case.open and case.first_arrival is None:
        left = case.due_at - now
        if left < timedelta():
            return {"said": _spanned("over", -left, language), "how": "bad"}
        return {"said": _spanned("left", left, language), "how": "warn" if left < timedelta(minutes=45) else "plain"}
    if case.closed_at is not None:
        day = say.short_day(case.closed_at.date(), today).say(language)
        return {"said": WORDS["closed_on"].say(language).format(day=day), "how": "quiet"}
    late = case.late(now)
    came = (case.first_arrival or now) - case.report.reported_at
    return {"said": _spanned("came_late" if late else "came", came, language), "how": "bad" if late else "quiet"}


def _spanned(key: str, length: timedelta, language: Language) -> str:
    return WORDS[key].say(language).format(span=say.lasting(length).say(language))


def _row(
    case: Case,
    squad_id: str,
    names: Mapping[str, str],
    officers: Mapping[str, str],
    now: datetime,
    language: Language,
) -> dict[str, Any]:
    report = case.report
    return {
        "id": case.id,
        "address": case_address(squad_id, case.id),
        "stage": STAGE_NAMES[case.stage].say(language),
        "stage_code": case.stage.value,
        "outcome": "" if case.outcome is None else OUTCOME_NAMES[case.outcome].say(language),
        "clock": clock_said(case, now, language),
        "type": WORDS["no_type"].say(language) if case.type is None else CATALOGUE[case.type].name.say(language),
        "community": names.get(report.community_id or ""),
        "where": mask_phones(report.building),
        "reported": say.moment(report.reported_at, now.date()).say(language),
        "channel": CHANNEL_NAMES[report.channel].say(language),
        "officers": say.listed([officers.get(one, one) for one in case.officers], language),
        "outside": report.outside_number,
    }


def _communities(squad: Squad) -> Sequence[Mapping[str, str]]:
    return [{"id": one.id, "name": one.name} for one in sorted(squad.communities, key=lambda one: one.name)]


def _choice(asked: Asked, language: Language, **changed: str) -> dict[str, Any]:
    ((field, value),) = changed.items()
    return {
        "name": WORDS[f"{field}_{value}"].say(language),
        "address": _address(asked, changed),
        "here": getattr(asked, field) == value,
    }


def _address(asked: Asked, changed: Mapping[str, str], offset: int = 0) -> str:
    given = {name: getattr(asked, name) for name in ("show", "order", "community", "type")} | dict(changed)
    kept = {name: str(value) for name, value in given.items() if value is not None}
    return "?" + urlencode(kept | ({"offset": str(offset)} if offset else {}))


def _turning(asked: Asked, total: int) -> dict[str, Any]:
    """Return the addresses of the pages before and after, None where there is none."""
    here = asked.offset // PER_PAGE
    return {
        "page": here + 1,
        "pages": max(1, -(-total // PER_PAGE)),
        "before": _address(asked, {}, max(0, asked.offset - PER_PAGE)) if asked.offset else None,
        "after": _address(asked, {}, asked.offset + PER_PAGE) if asked.offset + PER_PAGE < total else None,
    }
