"""The page of a loan: how the search for one stands, then both squads' weeks before and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.bureau import OfBureau
from api.endpoints.lending import loan_job
from api.endpoints.plans import links
from api.inside import Board
from api.jobs.job import FINISHED, State, answer_of, failure_of
from api.pages import say
from api.pages.page import page, squad_address
from api.pages.words import PROGRESS
from api.problems import language_of, problem_of
from api.security.roles import Act
from geo.text import Language, Text
from maps.speak import span
from planner.week import Week

WORDS: Mapping[str, Text] = {
    **PROGRESS,
    "loan": Text("邻队借人", "Officers on loan"),
    "back": Text("各中队", "All squads"),
    "looking": Text(
        "正在逐个试:每试一次,两个中队的一周都要重排。", "Trying one loan after another: each plans two weeks anew."
    ),
    "cancel": Text("不找了", "Stop looking"),
    "failed": Text("没有找成:", "The search came to nothing: "),
    "proposed": Text(
        "建议:{lender} 的 {who} 本周借给 {borrower}。",
        "Proposed: {who} of {lender} work for {borrower} this week.",
    ),
    "proof": Text(
        "两个中队的一周都重排过:借出的一方原来排上的一件不少,两边两小时到场都不比原来差。",
        "Both weeks were planned anew: the lender makes all that it made, and neither keeps the two hours less well.",
    ),
    "take": Text("采用", "Take it"),
    "take_help": Text(
        "两边的排班本周改好(借出的一方记为借调),各得一份新草稿;发布前什么也不通知。",
        "Both rosters change for this week (at home it counts as leave), and each squad has a new draft; nothing is "
        "told to anybody before it is published.",
    ),
    "take_asked": Text(
        "改两个中队本周的排班,并各存一份新草稿?", "Change both squads' rosters for the week and save a draft for each?"
    ),
    "taken": Text("已采用。新草稿:", "Taken. The new drafts: "),
    "none": Text("没有找到可借的:", "No loan was found:"),
    "nobody": Text("附近没有本周已有计划的中队。", "No squad nearby has a plan of this week."),
    "tried": Text("试过、不合适的", "Tried, and not fit"),
    "refused": Text("{lender} 借出 {who}:{why}", "{who} of {lender}: {why}"),
    "figure": Text("项目", "Figure"),
    "before": Text("原来", "Before"),
    "after": Text("借人后", "With the loan"),
    "met": Text("到访排上", "Visits placed"),
    "worst": Text("两小时到场 · 最慢", "Slowest arrival"),
    "late_at": Text("有到不了时段的小区", "Communities late at times"),
    "nobody_comes": Text("有时无人可到", "at times nobody"),
    "what_differs": Text("一周里不同的({count} 项)", "What differs in the week ({count})"),
    "no_difference": Text("一周没有变化。", "The week stays as it is."),
    "here_there": Text("“这份”是借人后,“那份”是原来。", "“Here” is with the loan, “there” is before."),
    "open_before": Text("打开原来的计划", "Open the plan as it was"),
    "and": Text("、", ", "),
}

router = APIRouter(include_in_schema=False)


@router.get("/bureau/loans/{loan_id}", response_class=HTMLResponse)
def loan_page(who: OfBureau, loan_id: str, request: Request, board: Board) -> HTMLResponse:
    """Show a loan, or how the search for one stands."""
    language = language_of(request)
    job = loan_job(board, loan_id)
    told = answer_of(job) if job.state is State.DONE else {}
    making = job.state not in FINISHED
    sides = [_side(side, language) for side in told.get("sides", ())]
    return page(
        request,
        "loan.html",
        WORDS,
        who=who,
        data={
            "job": links(job)["self"],
            "take": f"/api/bureau/loans/{job.id}/take",
            "making": making,
            "names": {side["squad"]: side["name"] for side in told.get("sides", ())},
        },
        week=say.week(Week.parse(job.order.week)).say(language),
        making=making,
        failed=problem_of(failure_of(job), language)["detail"] if not making and job.state is not State.DONE else None,
        sides=sides,
        proposed=_proposed(told, language),
        refused=[_refused(one, language) for one in told.get("refused", ())],
        may_take=who.may(Act.PLAN, None),
    )


def _proposed(told: Mapping[str, Any], language: Language) -> str | None:
    if not told.get("sides"):
        return None
    borrower, lender = told["sides"]
    who = WORDS["and"].say(language).join(one["name"] for one in told["officers"])
    return WORDS["proposed"].say(language).format(who=who, lender=lender["name"], borrower=borrower["name"])


def _refused(one: Mapping[str, Any], language: Language) -> str:
    who = WORDS["and"].say(language).join(one["officers"])
    return WORDS["refused"].say(language).format(lender=one["lender"], who=who, why=one["why"][language])


def _side(side: Mapping[str, Any], language: Language) -> dict[str, Any]:
    lines = [line["text"][language] for line in side["differences"]["lines"]]
    return {
        "name": side["name"],
        "address": squad_address(side["squad"]),
        "plan": f"{squad_address(side['squad'])}/plans/{side['plan']}",
        "rows": _rows(side["before"], side["after"], language),
        "lines": lines,
        "differs": WORDS["what_differs"].say(language).format(count=len(lines)),
    }


def _rows(
    before: Mapping[str, Any], after: Mapping[str, Any], language: Language
) -> Sequence[tuple[str, str, str, bool]]:
    """Return name, before and after of each figure, and whether they differ."""

    def said(figures: Mapping[str, Any]) -> tuple[str, str, str]:
        worst = figures["worst"]
        return (
            f"{figures['owed'] - figures['missed']} / {figures['owed']}",
            WORDS["nobody_comes"].say(language) if worst is None else span(worst).say(language),
            str(figures["late_at"]),
        )

    names = [WORDS[key].say(language) for key in ("met", "worst", "late_at")]
    return [(name, old, new, old != new) for name, old, new in zip(names, said(before), said(after), strict=True)]
