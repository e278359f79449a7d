"""The start page: which squads there are, which plans were made, and where their maps are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.endpoints.plans import links
from api.files import id_of
from api.inside import Board, SettingsInUse
from api.jobs import Job, State, require_done, roster_of
from api.problems import language_of
from api.squads import squads
from geo.text import Language, Text

WORDS: Mapping[str, Text] = {
    "title": Text("五早 · 巡查计划", "Wuzao · patrol plans"),
    "squads": Text("中队", "Squads"),
    "no_squads": Text(
        "数据文件夹里还没有中队:放入一个中队文件夹(含 squad.toml)或一个 Excel 工作簿",
        "No squad yet: put a squad folder (with squad.toml) or an Excel workbook into the data folder",
    ),
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

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
def start_page(request: Request, board: Board, settings: SettingsInUse) -> HTMLResponse:
    """Show squads and plans."""
    language = language_of(request)
    plans = [_row(job, language) for job in board.all()]
    return _page("start.html", language, squads=list(squads(settings.data)), plans=plans)


@router.get("/plans/{plan_id}")
def officers_page(plan_id: str, request: Request, board: Board) -> HTMLResponse:
    """Show the route maps of a finished plan by officer and day: links to hand on to phones."""
    job = require_done(board.get(plan_id))
    return _page("officers.html", language_of(request), plan=_row(job, "zh"), officers=officer_pages(job))


@router.get("/static/page.css")
def style() -> Response:
    """Return the start page's style."""
    sheet = files("api").joinpath("pages", "static", "page.css").read_text(encoding="utf-8")
    return Response(sheet, media_type="text/css; charset=utf-8")


def officer_pages(job: Job) -> list[dict[str, object]]:
    """Return each officer of a finished plan with the days that have a page, and its address."""
    names = roster_of(job)
    found: list[dict[str, object]] = []
    for folder in sorted((job.out / "officers").iterdir()):
        officer = id_of(folder.name)
        base = f"/api/plans/{job.id}/maps/officers/{quote(officer, safe='')}"
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


def _row(job: Job, language: Language) -> dict[str, object]:
    return {
        "id": job.id,
        "squad": job.order.squad,
        "week": job.order.week,
        "state": STATES[job.state].say(language),
        "links": links(job),
    }


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("api", "pages/templates"), autoescape=True, undefined=StrictUndefined)
