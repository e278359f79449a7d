"""Reviews: which there are, and each property company's month with whom to summon and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.reviews import PROPERTY as KIND
from api.endpoints.reviews import Month, reviewed
from api.inside import Now, Store
from api.pages.behind import Behind
from api.pages.page import Place, page, squad_address
from api.pages.review_parts import beside, count_said, head, now_named, said_period, share_said
from api.pages.review_words import PROPERTY, SHARED
from api.problems import language_of
from api.security.access import Reviews
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.squads import load_squad
from casework.figures import period_named
from geo.text import Language
from planner.squad import Squad

COUNTS = ("registered", "under_way")
SHARES = ("found", "dissuaded", "in_time", "rectified", "on_time")

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/reviews", response_class=HTMLResponse)
def reviews_page(who: Reviews, squad_id: str, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show which reviews there are."""
    language, named = language_of(request), now_named(now.date())
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
    here = f"{squad_address(squad_id)}/reviews"

    def link(kind: str, name: str) -> dict[str, str]:
        return {"name": said_period(period_named(name)).say(language), "address": f"{here}/{kind}/{name}"}

    months = [named["month"], beside(named["month"], -1), beside(named["month"], -2)]
    quarters = [named["quarter"], beside(named["quarter"], -1), named["year"], beside(named["year"], -1)]
    return page(
        request,
        "reviews.html",
        SHARED,
        who=who,
        place=Place(squad_id, squad.name, "reviews"),
        kinds=[
            {"key": "property", "links": [link("property", name) for name in months]},
            {"key": "appraisal", "links": [link("appraisal", name) for name in quarters]},
            {"key": "outcome", "links": [link("outcome", name) for name in (months[0], months[1], *quarters)]},
        ],
    )


@router.get("/squads/{squad_id}/reviews/property/{period}", response_class=HTMLResponse)
def property_page(who: Reviews, squad_id: str, period: Month, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show a month of the property companies."""
    language = language_of(request)
    review = reviewed(store, squad_id, KIND, period, now)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        records = Behind(connection, squad, now.date(), language)
        companies = [_company(one, squad, records, language) for one in review.document["reviews"]]
    summoned = list(review.document["to_summon"])
    return page(
        request,
        "property.html",
        {**SHARED, **PROPERTY},
        who=who,
        place=Place(squad_id, squad.name, "reviews"),
        data={"freeze": f"/api{squad_address(squad_id)}/reviews/{KIND}/{period}/freeze"},
        here=f"{squad_address(squad_id)}/reviews",
        head=head(squad_id, KIND, review, now, language),
        title="property",
        may_freeze=who.may(Act.KEEP, squad_id),
        companies=companies,
        summoned=sorted(
            (one for one in companies if one["key"] in summoned), key=lambda one: summoned.index(one["key"])
        ),
    )


def _company(one: Mapping[str, Any], squad: Squad, records: Behind, language: Language) -> dict[str, Any]:
    names = {community.id: community.name for community in squad.communities}
    figures = [{"name": PROPERTY[key].say(language), **count_said(one[key], records)} for key in COUNTS]
    figures += [{"name": PROPERTY[key].say(language), **share_said(one[key], records, language)} for key in SHARES]
    return {
        "key": one["company"],
        "name": names.get(one["company"], one["company"]),
        "communities": [names.get(key, key) for key in one["community_ids"]],
        "figures": figures,
        "reasons": [
            {"text": reason["text"][language], "records": records.lines(reason["ids"])} for reason in one["reasons"]
        ],
    }
