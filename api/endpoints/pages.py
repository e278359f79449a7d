"""The start page: which squads there are, which plans were made, and where their maps are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.endpoints.plans import links
from api.endpoints.register import overdue_of
from api.endpoints.squads import list_squads
from api.errors import NotSignedInError, UnknownPageError
from api.exchange.open311 import SERVICES
from api.files import id_of
from api.inside import Board, JobOfSquad, Now, Store
from api.jobs import Job, State, require_done, roster_of
from api.problems import language_of
from api.security.access import Looks, signed_in
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.plans import PLAN_STATES, PlanState, plan_states
from api.storage.squads import load_squad
from geo.text import Language, Text
from planner.week import Week

WORDS: Mapping[str, Text] = {
    "title": Text("五早 · 巡查计划", "Wuzao · patrol plans"),
    "squads": Text("中队", "Squads"),
    "no_squads": Text(
        "还没有中队:用 wuzao import 读入一个中队文件夹或 Excel 工作簿",
        "No squad yet: read a squad folder or an Excel workbook with wuzao import",
    ),
    "overdue": Text("逾期未做", "Overdue"),
    "overdue_count": Text("有 {count} 件该做的事已逾期", "{count} things that are owed are overdue"),
    "nothing_overdue": Text("没有逾期的事", "Nothing is overdue"),
    "show": Text("逐件查看", "Show each"),
    "due": Text("应于", "Was due"),
    "owed": Text("该做什么", "What is owed"),
    "make_plan": Text("编制周计划", "Plan the week"),
    "take_best": Text("采用目前最好的", "Take the best so far"),
    "cancel": Text("不要了", "Cancel"),
    "best": Text("目前最好", "best"),
    "bound": Text("下界", "bound"),
    "gap": Text("相差", "gap"),
    "missed": Text("排不进", "left out"),
    "decide": Text("处理", "Decide"),
    "publish": Text("发布", "Publish"),
    "squad_data": Text("中队数据", "The squad's data"),
    "squad_data_help": Text(
        "人员、排班、请假、伙伴、小区都在一个 Excel 工作簿里:下载、修改、再交上来;有错会逐行说明,一处不改。",
        "People, shifts, leave, partners and communities are one Excel workbook: download it, change it, hand it in; "
        "faults are told row by row, and nothing is changed then.",
    ),
    "download": Text("下载工作簿", "Download the workbook"),
    "upload": Text("交上来:", "Hand in:"),
    "working": Text("正在读…", "Reading …"),
    "read_in": Text("已读入", "Read in"),
    "did_not_work": Text("没有成功:", "It did not work: "),
    "made_up": Text("示例数据,人员与小区均为虚构", "Example data: people and communities are invented"),
    "report": Text("反映装修违法", "Report a renovation violation"),
    "report_to": Text(
        "{squad}收到后两小时内到场核实。电话可不填,只用来向您回访,不公开。",
        "{squad} comes to look within two hours. A telephone number is optional, used to ask back, and never shown.",
    ),
    "community": Text("小区", "Community"),
    "choose": Text("请选择", "Choose"),
    "use_position": Text("用我的位置", "Use my position"),
    "position_used": Text("已用您的位置", "Your position is used"),
    "no_position": Text("取不到位置,请选择小区", "Your position cannot be had: choose the community"),
    "what": Text("什么问题", "What it is"),
    "building": Text("楼栋、门牌", "Building and flat"),
    "description": Text("情况说明", "What you saw"),
    "phone": Text("您的电话(可不填)", "Your telephone (optional)"),
    "send": Text("提交", "Send"),
    "sent": Text("已收到,编号 ", "Taken in, number "),
    "follow": Text("查看进度", "See how it stands"),
    "not_sent": Text("没有提交成功:", "Not sent: "),
    "hotline": Text("也可拨打中队热线", "Or call the squad"),
    "sign_in": Text("登录", "Sign in"),
    "user": Text("用户名", "Name"),
    "password": Text("密码", "Password"),
    "failed": Text("登录不成功:", "Not signed in: "),
    "plans": Text("计划", "Plans"),
    "no_plans": Text("还没有计划", "No plan yet"),
    "squad": Text("中队", "Squad"),
    "week": Text("周次", "Week"),
    "state": Text("进度", "State"),
    "maps": Text("查看", "Look at"),
    "week_map": Text("周图", "Week map"),
    "response_map": Text("两小时到场", "Two-hour check"),
    "document": Text("计划文件", "Plan document"),
    "officers": Text("队员路线图", "Officers' maps"),
    "officer": Text("队员", "Officer"),
    "days": Text("日期", "Days"),
    "back": Text("返回", "Back"),
    "other": Text("English", "中文"),
}

STATES: Mapping[State, Text] = {
    State.WAITING: Text("排队中", "waiting"),
    State.PLANNING: Text("编制中", "being made"),
    State.DONE: Text("已完成", "done"),
    State.FAILED: Text("未完成", "failed"),
    State.CANCELLED: Text("已取消", "cancelled"),
}

WEEK = Text("{week}({first} 至 {last})", "{week} ({first} to {last})")

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

ASSETS: Mapping[str, str] = {
    "page.css": "text/css",
    "sign_in.js": "text/javascript",
    "report.js": "text/javascript",
    "squad.js": "text/javascript",
}

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def start_page(request: Request, board: Board, store: Store, now: Now) -> Response:
    """Show squads and plans; whoever is not signed in is asked to."""
    try:
        who = signed_in(request, store, now)
    except NotSignedInError:
        return RedirectResponse("/sign-in", 303)
    language = language_of(request)
    shown = list_squads(who, store).squads
    mine = {squad.id for squad in shown}
    plans = [_row(job, language) for job in board.all() if job.order.squad in mine]
    linked = [{"name": f"{squad.name}({squad.id})", "page": f"/squads/{quote(squad.id, safe='')}"} for squad in shown]
    return _page("start.html", language, squads=linked, plans=plans)


@router.get("/squads/{squad_id}", response_class=HTMLResponse)
def squad_page(who: Looks, squad_id: str, request: Request, board: Board, store: Store, now: Now) -> HTMLResponse:
    """Show a squad: what is overdue first, then planning, plans and the squad's own data."""
    language = language_of(request)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        states = plan_states(connection, squad_id)
        late = overdue_of(connection, squad, squad.communities, now)
    names = {community.id: community.name for community in squad.communities}
    jobs = [job for job in board.all() if job.order.squad == squad_id]
    here = f"/squads/{quote(squad_id, safe='')}"
    return _page(
        "squad.html",
        language,
        squad=squad,
        made_up=squad.made_up,
        here=here,
        base=f"/api{here}",
        report=f"/report/{quote(squad_id, safe='')}",
        may_plan=who.may(Act.PLAN, squad_id),
        weeks=_weeks(now, language),
        overdue=[
            {"due": line.item.due, "community": names[line.item.community_id], "title": line.item.title.say(language)}
            for line in late
        ],
        plans=[_plan_row(job, states.get(job.id), language) for job in jobs],
    )


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(request: Request) -> HTMLResponse:
    """Ask for name and password."""
    return _page("sign_in.html", language_of(request))


@router.get("/report/{squad_id}", response_class=HTMLResponse)
def report_page(squad_id: str, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Let anybody tell the squad of something: no account, nothing but where and what is asked for."""
    language = language_of(request)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, now.date())
    places = [
        {"name": community.name, "lon": community.main_gate.lon, "lat": community.main_gate.lat}
        for community in squad.communities
    ]
    kinds = [{"code": code, "name": standard.name.say(language)} for code, standard in SERVICES.items()]
    return _page("report.html", language, squad=squad, places=places, kinds=kinds)


@router.get("/squads/{squad_id}/plans/{plan_id}", response_class=HTMLResponse)
def officers_page(_: Looks, job: JobOfSquad, request: Request) -> HTMLResponse:
    """Show the route maps of a finished plan by officer and day: links to hand on to phones."""
    job = require_done(job)
    return _page("officers.html", language_of(request), plan=_row(job, "zh"), officers=officer_pages(job))


@router.get("/static/{name}")
def asset(name: str) -> Response:
    """Return a style or script of ours."""
    if name not in ASSETS:
        raise UnknownPageError(Text("没有这个文件", "There is no such file"))
    text = files("api").joinpath("pages", "static", name).read_text(encoding="utf-8")
    return Response(text, media_type=f"{ASSETS[name]}; charset=utf-8")


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


def _page(template: str, language: Language, **shown: object) -> HTMLResponse:
    page = (
        _environment()
        .get_template(template)
        .render(
            lang="zh-CN" if language == "zh" else "en",
            other="en" if language == "zh" else "zh",
            w={key: text.say(language) for key, text in WORDS.items()},
            **shown,
        )
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": PAGE_POLICY})


def _weeks(now: datetime, language: Language) -> list[dict[str, object]]:
    """Return this week and the three after it, the next one chosen: weeks are planned before they begin."""
    weeks = [Week.of(now + timedelta(weeks=number)) for number in range(4)]
    return [
        {
            "id": str(week),
            "said": WEEK.say(language).format(week=week, first=week.days[0], last=week.days[-1]),
            "chosen": number == 1,
        }
        for number, week in enumerate(weeks)
    ]


def _plan_row(job: Job, record: tuple[PlanState, int] | None, language: Language) -> dict[str, object]:
    row = _row(job, language)
    if record is None:
        return row | {"may_publish": False, "version": 0}
    state, version = record
    publishable = state in {PlanState.DRAFT, PlanState.REPLACED}
    return row | {"state": PLAN_STATES[state].say(language), "may_publish": publishable, "version": version}


def _row(job: Job, language: Language) -> dict[str, object]:
    return {
        "id": job.id,
        "squad": job.order.squad,
        "week": job.order.week,
        "state": STATES[job.state].say(language),
        "links": links(job),
        "page": links(job)["self"].removeprefix("/api"),
    }


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("api", "pages/templates"), autoescape=True, undefined=StrictUndefined)
