"""The appraisal of officers: three factors, each with the records behind it; contests raised and decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine

from api.endpoints.reviews import APPRAISAL as KIND
from api.endpoints.reviews import Long, Review, reviewed
from api.inside import Now, Store
from api.pages import say
from api.pages.behind import Behind
from api.pages.page import Place, page, squad_address
from api.pages.review_parts import beside, head, now_named, said_period
from api.pages.review_words import APPRAISAL, SHARED
from api.problems import language_of
from api.security.access import Owns, Reviews
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.register import contests
from api.storage.squads import load_squad
from casework.contest import CONTEST_NAMES, Contest, ContestState
from casework.figures import period_named
from casework.posts import POST_NAMES, Post
from geo.text import Language
from planner.squad import Squad

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/reviews/appraisal/{period}", response_class=HTMLResponse)
def appraisal_page(who: Reviews, squad_id: str, period: Long, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show a quarter or a year of the officers."""
    language = language_of(request)
    review = reviewed(store, squad_id, KIND, period, now)
    ranks = Counter(one["rank"] for one in review.document["officers"])
    shown = _shown(store, squad_id, review, ranks, None, (now.date(), language))
    base = f"/api{squad_address(squad_id)}/reviews"
    return page(
        request,
        "appraisal.html",
        {**SHARED, **APPRAISAL},
        who=who,
        place=Place(squad_id, shown.pop("place"), "reviews"),
        data={"freeze": f"{base}/{KIND}/{period}/freeze", "contests": f"{base}/contests"},
        here=f"{squad_address(squad_id)}/reviews",
        head=head(squad_id, KIND, review, now, language),
        title="appraisal",
        mine=False,
        may_freeze=who.may(Act.KEEP, squad_id),
        **shown,
    )


@router.get("/squads/{squad_id}/reviews/mine", response_class=HTMLResponse)
def my_quarter(who: Owns, squad_id: str, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show an officer his own quarter."""
    return my_page(who, squad_id, now_named(now.date())["quarter"], request, store, now)


@router.get("/squads/{squad_id}/reviews/mine/{period}", response_class=HTMLResponse)
def my_page(who: Owns, squad_id: str, period: Long, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show an officer his own quarter or year, and nobody else's."""
    language = language_of(request)
    review = reviewed(store, squad_id, KIND, period, now)
    mine = [one for one in review.document["officers"] if one["officer_id"] == who.subject]
    own = review.model_copy(update={"document": {**review.document, "officers": mine, "nobodys": []}})
    ranks = Counter(one["rank"] for one in review.document["officers"])
    shown = _shown(store, squad_id, own, ranks, who.subject, (now.date(), language))
    named = now_named(now.date())
    here = f"{squad_address(squad_id)}/reviews/mine"
    others = [named["quarter"], beside(named["quarter"], -1), named["year"]]
    return page(
        request,
        "appraisal.html",
        {**SHARED, **APPRAISAL},
        who=who,
        place=Place(squad_id, shown.pop("place"), "mine"),
        data={"contests": f"/api{squad_address(squad_id)}/reviews/contests"},
        here=here,
        head=head(squad_id, "mine", own, now, language),
        title="mine",
        mine=True,
        others=[
            {"name": said_period(period_named(name)).say(language), "address": f"{here}/{name}", "here": name == period}
            for name in others
        ],
        may_freeze=False,
        **shown,
    )


def _shown(
    store: Engine,
    squad_id: str,
    review: Review,
    ranks: Mapping[int | None, int],
    only: str | None,
    at: tuple[date, Language],
) -> dict[str, Any]:
    """Return what a page shows of an appraisal.

    Parameters
    ----------
    ranks
        How many officers share each rank.
    only
        The officer whose contests alone are shown; None: all of them.
    at
        The day and the language it is shown in.
    """
    document, language = review.document, at[1]
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        records = Behind(connection, squad, *at)
        raised = [one for one in contests(connection, squad_id) if only in {None, one.officer_id}]
        ordered = sorted(raised, key=lambda one: (one.state is not ContestState.OPEN, -one.raised_at.timestamp()))
        return {
            "place": squad.name,
            "statements": [one[language] for one in document["statements"]],
            "officers": [_officer(one, squad, ranks, records, language) for one in document["officers"]],
            "nobodys": records.lines(document["nobodys"]),
            "contests": [_contest(one, squad, records, language) for one in ordered],
        }


def _officer(
    one: Mapping[str, Any], squad: Squad, shared: Mapping[int | None, int], records: Behind, language: Language
) -> dict[str, Any]:
    names = {officer.id: officer.name for officer in squad.officers}
    rank, low, high = one["rank"], one["interval"]["low"], one["interval"]["high"]
    score = APPRAISAL["no_score"].say(language)
    if one["score"] is not None:
        points = {"points": f"{one['score']:.0f}", "low": f"{low:.0f}", "high": f"{high:.0f}"}
        score = APPRAISAL["score_said"].say(language).format(**points)
    key = "unranked" if rank is None else "rank_shared" if shared[rank] > 1 else "rank_said"
    return {
        "name": names.get(one["officer_id"], one["officer_id"]),
        "rank": APPRAISAL[key].say(language).format(rank=rank),
        "score": score,
        "factors": [
            {
                "name": factor["name"][language],
                "text": factor["text"][language],
                "records": records.lines(factor["ids"]),
            }
            for factor in one["factors"]
        ],
        "posts": [_tenure(held, squad, language) for held in one["tenures"]],
        "patrol": records.lines(one["on_patrol"]["ids"]),
        "excluded": records.lines(one["excluded"]),
    }


def _tenure(held: Mapping[str, Any], squad: Squad, language: Language) -> str:
    places = {community.id: community.name for community in squad.communities}
    first, last = (say.short_day(date.fromisoformat(held[end])).say(language) for end in ("first", "last"))
    return (
        APPRAISAL["post_said"]
        .say(language)
        .format(
            post=POST_NAMES[Post(held["post"])].say(language),
            place=places.get(held["community_id"], held["community_id"]),
            first=first,
            last=last,
        )
    )


def _contest(one: Contest, squad: Squad, records: Behind, language: Language) -> dict[str, Any]:
    names = {officer.id: officer.name for officer in squad.officers}

    def at(moment: datetime) -> str:
        return say.moment(moment).say(language)

    return {
        "id": one.id,
        "officer": names.get(one.officer_id, one.officer_id),
        "record": records.lines([one.record_id])[0],
        "note": one.note,
        "raised": at(one.raised_at),
        "open": one.state is ContestState.OPEN,
        "state": CONTEST_NAMES[one.state].say(language),
        "decision": one.decision,
        "decided": "" if one.decided_at is None else at(one.decided_at),
    }
