"""The bureau's outcome page: a period's figures of all squads in one table, and their sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.bureau import OfBureau
from api.endpoints.outcomes import SquadOutcome, outcomes
from api.endpoints.reviews import Span
from api.inside import Board, Now, Store
from api.pages import say
from api.pages.page import page, squad_address
from api.pages.review_parts import beside, now_named, said_period
from api.problems import language_of
from api.security.roles import Act
from casework.figures import period_named
from geo.text import Language, Text

WORDS: Mapping[str, Text] = {
    "outcomes": Text("各中队成效", "Outcomes of all squads"),
    "back_to_squads": Text("各中队", "All squads"),
    "period": Text("时段", "Period"),
    "before": Text("上一时段", "The one before"),
    "after": Text("下一时段", "The one after"),
    "reckon": Text("重新汇总", "Work out anew"),
    "reckon_help": Text(
        "按各中队现在的记录逐队汇总;已定稿的成效表按定稿时的数。",
        "Squad by squad from the records as they are now; a sheet that was frozen counts as it was frozen.",
    ),
    "making": Text("正在汇总,还有 {count} 个中队", "Being worked out: {count} squads to go"),
    "never": Text("这一时段还没有汇总过。", "This period was not worked out yet."),
    "squad": Text("中队", "Squad"),
    "total": Text("合计", "Total"),
    "of_squads": Text("{known} / {all} 个中队", "{known} of {all} squads"),
    "registered": Text("装修登记", "Registered"),
    "found": Text("发现", "Found"),
    "rectified": Text("完成整改", "Put right"),
    "complaints": Text("投诉", "Complaints"),
    "on_time": Text("按期到场", "On time"),
    "reopened": Text("返工", "Reopened"),
    "late": Text("超时", "Late"),
    "pending": Text("尚在核实", "Not decided"),
    "reckoned": Text("汇总于", "Worked out"),
    "frozen": Text("定稿", "frozen"),
    "share": Text("{part} / {whole}({percent}%)", "{part} / {whole} ({percent} %)"),
}

COLUMNS = ("registered", "found", "rectified", "complaints", "on_time", "reopened", "late", "pending")
SHARES = frozenset({"rectified", "on_time", "reopened"})

router = APIRouter(include_in_schema=False)


@router.get("/bureau/outcomes/{period}", response_class=HTMLResponse)
def outcomes_page(who: OfBureau, period: Span, request: Request, store: Store, board: Board, now: Now) -> HTMLResponse:
    """Show all squads' outcome figures of a month, a quarter or a year."""
    language, today = language_of(request), now.date()
    told = outcomes(store, board, period)
    known = sum(one.figures is not None for one in told.squads)
    making = sum(one.making for one in told.squads)
    named = now_named(today)
    near = [named["month"], beside(named["month"], -1), named["quarter"], beside(named["quarter"], -1), named["year"]]
    choices = near if period in near else [period, *near]
    later = beside(period, 1)
    return page(
        request,
        "outcomes.html",
        WORDS,
        who=who,
        data={"outcomes": f"/api/bureau/outcomes/{period}", "making": making > 0},
        period=said_period(period_named(period)).say(language),
        periods=[
            {"name": name, "said": said_period(period_named(name)).say(language), "chosen": name == period}
            for name in choices
        ],
        before=f"/bureau/outcomes/{beside(period, -1)}",
        after=f"/bureau/outcomes/{later}" if period_named(later).first <= today else None,
        making=WORDS["making"].say(language).format(count=making) if making else None,
        columns=[WORDS[key].say(language) for key in COLUMNS],
        rows=[_row(one, period, language) for one in told.squads],
        total=_cells(told.total, language) if known else None,
        of_squads=WORDS["of_squads"].say(language).format(known=known, all=len(told.squads)),
        may_plan=who.may(Act.PLAN, None),
    )


def _row(one: SquadOutcome, period: str, language: Language) -> dict[str, Any]:
    return {
        "name": one.name,
        "address": f"{squad_address(one.id)}/reviews/outcome/{period}",
        "cells": None if one.figures is None else _cells(one.figures, language),
        "reckoned": None if one.reckoned_at is None else say.moment(one.reckoned_at).say(language),
        "frozen": one.frozen,
    }


def _cells(figures: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Return each column's name and figure."""
    return [(WORDS[key].say(language), _said(key, figures[key], language)) for key in COLUMNS]


def _said(key: str, figure: Any, language: Language) -> str:  # noqa: ANN401 - a count, or a share's two
    if key not in SHARES:
        return str(figure)
    part, whole = figure
    if not whole:
        return "–"
    return WORDS["share"].say(language).format(part=part, whole=whole, percent=round(100 * part / whole))
