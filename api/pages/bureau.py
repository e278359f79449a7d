"""The bureau's page: all squads in a table and on a map, those to look at first in front."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.bureau.overview import SquadWeek
from api.endpoints.bureau import OfBureau, squads_in
from api.inside import Now, Store
from api.pages import say
from api.pages.page import page, squad_address
from api.pages.review_parts import now_named
from api.problems import language_of
from api.security.roles import Act
from api.storage.plans import PLAN_STATES
from geo.text import Language, Text
from maps.bureau_map import STANDINGS
from maps.speak import span
from planner.week import Week

WORDS: Mapping[str, Text] = {
    "bureau": Text("各中队", "All squads"),
    "week": Text("周次", "Week"),
    "map": Text("各中队地图", "Map of all squads"),
    "search": Text("找中队", "Find a squad"),
    "shown": Text("{count} 个中队", "{count} squads"),
    "squad": Text("中队", "Squad"),
    "standing": Text("情况", "Standing"),
    "standing_help": Text(
        "按已发布的计划;没有发布的按最新草稿。先列有任务排不上的,再列两小时到不了的。",
        "By the plan in force, or else the newest draft. Squads that leave work out come first, then those that do not "
        "keep the two hours.",
    ),
    "met": Text("到访排上", "Visits placed"),
    "met_help": Text("本周必须做的到访里,排进计划的有几次。", "How many of the visits owed this week are in the plan."),
    "why": Text("未排上的", "Left out"),
    "two_hours": Text("两小时到场", "Two hours"),
    "two_hours_help": Text(
        "任何时刻接到报告,负责的队员最慢多久到场。",
        "How long the responsible officer takes at the worst moment of the week.",
    ),
    "late_at": Text("{count} 个小区有到不了的时段", "late at {count} communities"),
    "longest": Text("最长 {time}:{place}", "longest {time}: {place}"),
    "more": Text("还有 {count} 项", "{count} more"),
    "plan": Text("计划", "Plan"),
    "no_plan": Text("还没有", "none yet"),
    "nobody": Text("有时无人可到", "at times nobody"),
    "total": Text(
        "{planned} / {squads} 个中队有计划;到访 {met} / {owed};{misses} 个中队有任务排不上,{late} 个两小时到不了",
        "{planned} of {squads} squads have a plan; {met} of {owed} visits placed; {misses} squads leave work out, "
        "{late} do not keep the two hours",
    ),
    "outcomes": Text("各中队成效", "Outcomes"),
    "lend": Text("邻队能借人吗?", "Could a neighbour lend?"),
    "none": Text("这里还没有中队", "There is no squad here yet"),
    "none_found": Text("没有这样的中队", "No such squad"),
}

router = APIRouter(include_in_schema=False)


@router.get("/bureau", response_class=HTMLResponse)
def bureau_page(who: OfBureau, request: Request, store: Store, now: Now, week: str | None = None) -> HTMLResponse:
    """Show all squads in a week: the present one where none is asked for."""
    language = language_of(request)
    weeks = _weeks(now)
    chosen = week if week is not None and week in weeks else str(Week.of(now))
    squads = squads_in(store, chosen)
    told = [squad.figures for squad in squads if squad.figures is not None]
    total = {
        "squads": len(squads),
        "planned": sum(squad.plan_id is not None for squad in squads),
        "owed": sum(figures["owed"] for figures in told),
        "met": sum(figures["owed"] - figures["missed"] for figures in told),
        "misses": sum(figures["missed"] > 0 for figures in told),
        "late": sum(figures["late"] > 0 for figures in told),
    }
    return page(
        request,
        "bureau.html",
        WORDS,
        who=who,
        data={"map": f"/api/bureau/{chosen}/map", "loans": f"/api/bureau/{chosen}/loans"},
        may_plan=who.may(Act.PLAN, None),
        month=now_named(now.date())["month"],
        weeks=[{"id": one, "said": said.say(language), "chosen": one == chosen} for one, said in weeks.items()],
        rows=[_row(squad, language) for squad in squads],
        total=WORDS["total"].say(language).format(**total),
    )


def _weeks(now: datetime) -> Mapping[str, Text]:
    """Return last week, this one and the next two."""
    weeks = [Week.of(now + timedelta(weeks=number)) for number in (-1, 0, 1, 2)]
    return {str(week): say.week(week) for week in weeks}


def _row(squad: SquadWeek, language: Language) -> dict[str, Any]:
    _, name = STANDINGS[squad.standing.value]
    here = squad_address(squad.id)
    row: dict[str, Any] = {
        "id": squad.id,
        "name": squad.name,
        "address": here,
        "standing": squad.standing.value,
        "said": name.say(language),
        "plan": None if squad.plan_id is None else f"{here}/plans/{squad.plan_id}",
        "state": "" if squad.state is None else PLAN_STATES[squad.state].say(language),
        "figures": squad.figures,
    }
    if squad.figures is None:
        return row
    figures = squad.figures
    why = [
        {
            "community": one["community"],
            "kind": one["kind"][language],
            "why": one["why"][0][language] if one["why"] else "",
        }
        for one in figures["why_missed"]
    ]
    gap = next(iter(figures["gaps"]), None)
    return row | {
        "met": f"{figures['owed'] - figures['missed']} / {figures['owed']}",
        "why": why,
        "more": max(0, figures["missed"] - len(why)),
        "worst": None if figures["worst"] is None else span(figures["worst"]).say(language),
        "late_at": figures["late_at"],
        "gap": None if gap is None else (span(gap["seconds"]).say(language), gap["community"]),
    }
