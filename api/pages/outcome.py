"""The outcome sheet of a period (成效): each figure with its records, and a chart of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.endpoints.reviews import Span, reviewed
from api.inside import Now, Store
from api.pages import say
from api.pages.behind import MORE, SHOWN, Behind
from api.pages.charts import Bars, Series, bars_svg, svg_answer
from api.pages.page import Place, page, squad_address
from api.pages.review_parts import head
from api.pages.review_words import OUTCOME, SHARED
from api.problems import language_of
from api.security.access import Reviews
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.outcomes import OUTCOME as KIND
from api.storage.squads import load_squad
from geo.text import Language

router = APIRouter(include_in_schema=False)

DRAWN = ("found", "rectified", "complaints")


@router.get("/squads/{squad_id}/reviews/outcome/{period}", response_class=HTMLResponse)
def outcome_page(who: Reviews, squad_id: str, period: Span, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show the outcome sheet of a month, a quarter or a year."""
    language = language_of(request)
    review = reviewed(store, squad_id, KIND, period, now)
    document = review.document
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        records = Behind(connection, squad, now.date(), language)
        lines = [
            {"label": line["label"][language], "value": line["value"][language], "records": records.lines(line["ids"])}
            for line in document["lines"]
        ]
        late = [_late(one, records, language) for one in document["late"][:SHOWN]]
    here = f"{squad_address(squad_id)}/reviews"
    top = head(squad_id, KIND, review, now, language)
    parts: Sequence[Mapping[str, Any]] = document.get("parts", ())
    return page(
        request,
        "outcome.html",
        {**SHARED, **OUTCOME, "more": MORE},
        who=who,
        place=Place(squad_id, squad.name, "reviews"),
        data={"freeze": f"/api{squad_address(squad_id)}/reviews/{KIND}/{period}/freeze"},
        here=here,
        head=top,
        title="outcome",
        may_freeze=who.may(Act.KEEP, squad_id),
        chart=f"{here}/{KIND}/{period}/chart.svg",
        lines=lines,
        late=late,
        more_late=len(document["late"]) - len(late),
        parts=[{"name": one["period"]["name"][language], **_numbers(one)} for one in parts],
        chart_said=OUTCOME["chart_said"]
        .say(language)
        .format(period=top["period"], **{key: sum(one[key] for one in parts) for key in DRAWN}),
    )


@router.get("/squads/{squad_id}/reviews/outcome/{period}/chart.svg")
def outcome_chart(
    squad_id: str, period: Span, _: Reviews, request: Request, store: Store, now: Now, *, narrow: bool = False
) -> Response:
    """Draw what was found, put right and complained of, part by part."""
    language = language_of(request)
    parts = reviewed(store, squad_id, KIND, period, now).document.get("parts", ())
    labels = tuple(one["period"]["name"][language] for one in parts)
    series = tuple(Series(OUTCOME[key].say(language), tuple(one[key] for one in parts)) for key in DRAWN)
    return svg_answer(bars_svg(Bars(labels, series, stacked=False), narrow=narrow))


def _numbers(part: Mapping[str, Any]) -> dict[str, int]:
    return {key: part[key] for key in ("registered", *DRAWN)}


def _late(one: Mapping[str, Any], records: Behind, language: Language) -> dict[str, Any]:
    over = say.lasting(timedelta(seconds=one["over"])).say(language)
    key = "over_open" if one["arrived_at"] is None else "over_came"
    return {"record": records.lines([one["case_id"]])[0], "said": OUTCOME[key].say(language).format(span=over)}
