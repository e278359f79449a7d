"""The page of a plan's simulations: ask for one, follow it, read what came of those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.plans import links
from api.inside import Board, PlanOfSquad, Store
from api.jobs.job import FINISHED, Job, Kind, State, answer_of, failure_of
from api.pages import say
from api.pages.board import plans_beside
from api.pages.page import Place, page, squad_address
from api.pages.words import PROGRESS
from api.problems import language_of, problem_of
from api.security.access import Looks
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.squads import squad_name
from geo.text import Language, Text
from planner.week import Week

SHOWN = 5
"""So many of the newest are shown."""

WEEKS = 1000
RATES = (1, 1.5, 2, 3)

WORDS: Mapping[str, Text] = {
    **PROGRESS,
    "simulation": Text("忙起来会怎样", "Under load"),
    "what": Text(
        "两小时检查说的是只有一起报告时每一刻都赶得到;这里让同一周过 {weeks} 遍,报告随机地来,"
        "上一起没处置完下一起就到了。",
        "The two-hour check says that one report alone is reached at every moment. Here the same week passes {weeks} "
        "times with reports at random: one is not dealt with yet when the next comes in.",
    ),
    "back_to_plan": Text("回到周计划", "Back to the week"),
    "rate": Text("报告", "Reports"),
    "times": Text("预计的 {count} 倍", "{count} times what is expected"),
    "as_expected": Text("和预计的一样多", "as many as expected"),
    "against": Text("和哪份计划比", "Compare with"),
    "nothing_else": Text("不比", "nothing"),
    "against_help": Text(
        "两份计划碰上同样的报告,差多少就是计划的差别。", "Both plans meet the same reports: what differs is the plans'."
    ),
    "begin": Text("开始模拟", "Simulate"),
    "running": Text("正在模拟", "Simulating"),
    "stop": Text("到此为止", "Stop here"),
    "cancel": Text("不模拟了", "Cancel"),
    "failed": Text("没有模拟成:", "The simulation came to nothing: "),
    "results": Text("结果", "Results"),
    "none": Text("这份计划还没有模拟过。", "This plan was not simulated yet."),
    "this_plan": Text("这份计划", "This plan"),
    "other_plan": Text("另一份:{plan}", "The other: {plan}"),
    "gone": Text("已不在了", "gone by now"),
    "asked": Text("{rate};{weeks} 周", "{rate}; {weeks} weeks"),
}

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/plans/{plan_id}/simulations", response_class=HTMLResponse)
def simulations_page(
    who: Looks, squad_id: str, job: PlanOfSquad, request: Request, store: Store, board: Board
) -> HTMLResponse:
    """Show how a plan holds when reports come at random, and ask for more."""
    language = language_of(request)
    with reading(store) as connection:
        name = squad_name(connection, squad_id)
    plans = plans_beside(store, job, language)
    mine = [one for one in board.all(squad_id, Kind.SIMULATION) if _plans_of(one)[0] == job.id]
    making = next((one for one in mine if one.state not in FINISHED), None)
    finished = [one for one in mine if one.state in {State.DONE, State.FAILED}][:SHOWN]
    here = f"{squad_address(squad_id)}/plans/{quote(job.id, safe='')}"
    names = {plan["id"]: plan["said"] for plan in plans}
    return page(
        request,
        "simulations.html",
        WORDS,
        who=who,
        place=Place(squad_id, name, "week"),
        data={
            "simulate": f"/api{here}/simulations",
            "weeks": WEEKS,
            "job": None if making is None else links(making)["self"],
        },
        here=here,
        week=say.week(Week.parse(job.order.week)).say(language),
        name=names.get(job.id, ""),
        what=WORDS["what"].say(language).format(weeks=WEEKS),
        rates=[{"value": rate, "said": _rate(rate, language)} for rate in RATES],
        others=[plan for plan in plans if plan["id"] != job.id],
        making=making is not None,
        results=[_result(one, names, language) for one in finished],
        may_plan=who.may(Act.PLAN, squad_id),
    )


def _plans_of(job: Job) -> Sequence[str]:
    return () if job.order.simulate is None else tuple(job.order.simulate["plans"])


def _rate(rate: float, language: Language) -> str:
    return (WORDS["as_expected"] if rate == 1 else WORDS["times"]).say(language).format(count=f"{rate:g}")


def _result(job: Job, names: Mapping[str, str], language: Language) -> dict[str, Any]:
    wanted = job.order.simulate or {}
    asked = WORDS["asked"].say(language).format(rate=_rate(wanted["rate"], language), weeks=wanted["weeks"])
    if job.state is not State.DONE:
        return {"asked": asked, "failed": problem_of(failure_of(job), language)["detail"]}
    told = answer_of(job)
    other = WORDS["other_plan"].say(language)
    heads = [
        WORDS["this_plan"].say(language),
        *(other.format(plan=names.get(one, WORDS["gone"].say(language))) for one in told["plans"][1:]),
    ]
    sides = [
        {"head": head, "lines": [line[language] for line in lines]}
        for head, lines in zip(heads, told["lines"], strict=True)
    ]
    difference = told["difference"]
    return {
        "asked": asked,
        "failed": None,
        "sides": sides,
        "difference": None if difference is None else difference[language],
    }
