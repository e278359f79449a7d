"""A squad's own page: what is overdue first, then planning, its plans and its data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.plans import links
from api.endpoints.register import overdue_of
from api.inside import Board, Now, Store
from api.jobs.job import Job, State
from api.pages import say
from api.pages.page import Place, page, squad_address
from api.pages.words import PROGRESS
from api.problems import language_of
from api.security.access import Looks
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.plans import PLAN_STATES, PlanState, plan_states
from api.storage.squads import load_squad
from geo.text import Language, Text
from planner.week import Week

WORDS: Mapping[str, Text] = {
    "overdue": Text("逾期未做", "Overdue"),
    "overdue_count": Text("有 {count} 件该做的事已逾期", "{count} things that are owed are overdue"),
    "nothing_overdue": Text("没有逾期的事", "Nothing is overdue"),
    "show": Text("逐件查看", "Show each"),
    "due": Text("应于", "Was due"),
    "owed": Text("该做什么", "What is owed"),
    "make_plan": Text("编制周计划", "Plan the week"),
    "take_best": Text("采用目前最好的", "Take the best so far"),
    "cancel": Text("不要了", "Cancel"),
    **PROGRESS,
    "decide": Text("处理", "Decide"),
    "publish": Text("发布", "Publish"),
    "squad_data": Text("中队数据", "The squad's data"),
    "squad_data_help": Text(
        "人员、排班、请假、伙伴、小区都在一个 Excel 工作簿里:下载、修改、再交上来;有错会逐行说明,一处不改。",
        "People, shifts, leave, partners and communities are one Excel workbook: download it, change it, hand it in; "
        "faults are told row by row, and nothing is changed then.",
    ),
    "download": Text("下载工作簿", "Download the workbook"),
    "upload": Text("交上改好的工作簿", "Hand in the changed workbook"),
    "replace_asked": Text(
        "用这份工作簿替换中队现在的人员、排班、请假、伙伴和小区?换完可以撤销。",
        "Replace the squad's people, shifts, leave, partners and communities with this workbook's? It can be undone.",
    ),
    "roads": Text("交路网文件(.osm.pbf)", "Hand in a road file (.osm.pbf)"),
    "roads_help": Text(
        "有了路网,车程按路算;没有就按直线估算。OpenStreetMap 的上海路网可在有网的地方下载后拷来。",
        "With roads, driving times follow them; without, they are estimated from the straight line. Get an extract of "
        "OpenStreetMap where there is a network, and bring it here.",
    ),
    "roads_there": Text("已有路网", "There are roads"),
    "roads_missing": Text("还没有路网,车程为估算", "No roads yet: driving times are estimates"),
    "roads_read": Text("路网已换,下一份计划起使用", "The roads are in use from the next plan on"),
    "undone": Text("已换回原来的", "As it was before"),
    "board": Text("打开计划", "Open the plan"),
    "accounts": Text("账号", "Accounts"),
    "plan_help": Text(
        "一般一分钟以内。可以看着它变好,随时采用目前最好的;离开这页它也继续。",
        "It takes a minute at most. Watch it improve, take the best so far at any time; it goes on when you leave.",
    ),
    "reading": Text("正在读…", "Reading …"),
    "fault_count": Text("有 {count} 处要改,一处都没有读入:", "{count} things to mend; nothing was taken in:"),
    "read_in": Text("已读入", "Read in"),
    "plans": Text("计划", "Plans"),
    "no_plans": Text(
        "还没有计划:在上面选一周,点“编制周计划”。", "No plan yet: choose a week above, and press 'Plan the week'."
    ),
    "maps": Text("查看", "Look at"),
    "week_map": Text("周图", "Week map"),
    "response_map": Text("两小时到场", "Two-hour check"),
    "document": Text("计划文件", "Plan document"),
    "officers": Text("队员路线图", "Officers' maps"),
    "report": Text("反映装修违法", "Report a renovation violation"),
}

STATES: Mapping[State, Text] = {
    State.WAITING: Text("排队中", "waiting"),
    State.PLANNING: Text("编制中", "being made"),
    State.DONE: Text("已完成", "done"),
    State.FAILED: Text("未完成", "failed"),
    State.CANCELLED: Text("已取消", "cancelled"),
}

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}", response_class=HTMLResponse)
def squad_page(who: Looks, squad_id: str, request: Request, board: Board, store: Store, now: Now) -> HTMLResponse:
    """Show a squad: what is overdue first, then planning, plans and the squad's own data."""
    language = language_of(request)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        states = plan_states(connection, squad_id)
        late = overdue_of(connection, squad, squad.communities, now)
    names = {community.id: community.name for community in squad.communities}
    here = squad_address(squad_id)
    return page(
        request,
        "squad.html",
        WORDS,
        who=who,
        place=Place(squad_id, squad.name, "week"),
        data={"base": f"/api{here}"},
        squad=squad,
        base=f"/api{here}",
        report=f"/report/{quote(squad_id, safe='')}",
        may_plan=who.may(Act.PLAN, squad_id),
        keeps_accounts=who.may(Act.ACCOUNTS, squad_id),
        weeks=_weeks(now, language),
        overdue=[
            {"due": line.item.due, "community": names[line.item.community_id], "title": line.item.title.say(language)}
            for line in late
        ],
        plans=[_plan_row(job, states.get(job.id), language) for job in board.all(squad_id)],
    )


def _weeks(now: datetime, language: Language) -> list[dict[str, object]]:
    """Return this week and the three after it, the next one chosen: weeks are planned before they begin."""
    weeks = [Week.of(now + timedelta(weeks=number)) for number in range(4)]
    return [
        {"id": str(week), "said": say.week(week).say(language), "chosen": number == 1}
        for number, week in enumerate(weeks)
    ]


def _plan_row(job: Job, record: tuple[PlanState, int] | None, language: Language) -> dict[str, object]:
    row = {
        "id": job.id,
        "week": say.week(Week.parse(job.order.week)).say(language),
        "state": STATES[job.state].say(language),
        "links": links(job),
        "page": links(job)["self"].removeprefix("/api"),
        "may_publish": False,
        "version": 0,
    }
    if record is None:
        return row
    state, version = record
    publishable = state in {PlanState.DRAFT, PlanState.REPLACED}
    return row | {"state": PLAN_STATES[state].say(language), "may_publish": publishable, "version": version}
