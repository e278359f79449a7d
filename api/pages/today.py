"""The officer's phone: his day, on line and off, what he does at each stop, and what makes it an app of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from api.endpoints.squads import list_squads
from api.errors import ForbiddenError, NotSignedInError, UnknownRecordError
from api.inside import Now, Store
from api.pages.assets import carried
from api.pages.page import Place, page, squad_address
from api.pages.today_words import ELSEWHERE, NOTHING, REASONS, WORDS
from api.problems import language_of
from api.security.access import signed_in
from api.security.roles import Act, Principal, Role
from api.storage.engine import reading
from api.storage.squads import load_squad
from casework.calendar import SHANGHAI
from casework.case import OUTCOME_NAMES
from casework.violation import CATALOGUE
from geo.text import Language, Text
from planner.squad import Squad

SCRIPTS = (
    *("today.js", "today_acts.js", "today_forms.js", "today_map.js", "today_send.js", "today_store.js"),
    *("today_views.js", "wuzao.js"),
)
SHELL = (*SCRIPTS, "early.js", "page.css", "today.css", "icon.svg", "icon-192.png", "icon-512.png")
"""What the page wants beside itself: the service worker keeps all of it."""

WORKER_POLICY = "default-src 'none'; connect-src 'self'"
INK, GROUND = "#16202b", "#f4f6f8"

Officer = Annotated[str | None, Query(max_length=64)]

router = APIRouter(include_in_schema=False)


@router.get("/today")
def today_page(
    request: Request, store: Store, now: Now, officer: Officer = None, squad: Officer = None, day: date | None = None
) -> Response:
    """Show an officer his day; leaders look at anybody's of their squad."""
    try:
        who = signed_in(request, store, now)
    except NotSignedInError:
        return RedirectResponse("/sign-in?next=/today", 303)
    own = who.role is Role.OFFICER and officer in {None, who.subject}
    whose = who.subject if own else officer
    squad_id = who.squad_id or squad or next((one.id for one in list_squads(who, store).squads), "")
    if not (own or (who.role is not Role.OFFICER and who.may(Act.ATTEND, squad_id))):
        raise ForbiddenError(Text("您没有这个权限", "You may not do this"))
    with reading(store) as connection:
        loaded = load_squad(connection, squad_id, date.max)
    place = Place(squad_id, loaded.name)
    if whose is None:
        people = [{"id": one.id, "name": one.name} for one in loaded.officers]
        return page(request, "today_choose.html", WORDS, who=who, place=place, squad=loaded, people=people)
    name = next((one.name for one in loaded.officers if one.id == whose), None)
    if name is None:
        raise UnknownRecordError(Text(f"没有队员 {whose}", f"There is no officer {whose}"))
    answer = page(
        request,
        "today.html",
        WORDS,
        who=who,
        place=place if not own else Place(),
        data=_data(who, loaded, (whose, name), day, now.astimezone(SHANGHAI).date(), language_of(request), own=own),
        name=name,
        own=own,
        made_up=loaded.made_up,
    )
    answer.headers["X-Wuzao-Build"] = build()
    answer.headers["Content-Language"] = language_of(request)
    if own:
        answer.headers["X-Wuzao-User"] = who.user_id
    return answer


def _data(
    who: Principal,
    squad: Squad,
    officer: tuple[str, str],
    day: date | None,
    today: date,
    language: Language,
    *,
    own: bool,
) -> Mapping[str, object]:
    return {
        "user": {"id": who.user_id, "name": who.name},
        "base": f"/api{squad_address(squad.id)}",
        "officer": officer[0],
        "officerName": officer[1],
        "keeps": own,
        "acts": own,
        "day": (day or today).isoformat(),
        "asked": day.isoformat() if day and not own else "",
        "types": [(code.value, row.name.say(language)) for code, row in CATALOGUE.items()],
        "outcomes": [(code.value, name.say(language)) for code, name in OUTCOME_NAMES.items()],
        "reasons": _chosen(REASONS, language),
        "elsewhere": _chosen(ELSEWHERE, language),
    }


def _chosen(texts: Sequence[Text], language: Language) -> list[tuple[str, str]]:
    """Return answers to choose from: what is kept is what was read."""
    return [(text.say(language), text.say(language)) for text in texts]


@router.get("/today-worker.js")
def worker() -> Response:
    """Return the service worker, which lies at the top of the address so that its scope may be the page."""
    script = files("api").joinpath("pages", "static", "today_worker.js").read_text(encoding="utf-8")
    assets = [*(f"/static/{name}" for name in SHELL), "/today.webmanifest"]
    said = json.dumps([NOTHING.zh, NOTHING.en], ensure_ascii=False)
    script = script.replace("{build}", build()).replace("{assets}", json.dumps(assets)).replace("{nothing}", said)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": WORKER_POLICY}
    return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)


@router.get("/today.webmanifest")
def manifest(request: Request) -> Response:
    """Return what a phone wants to know to put the page among its apps."""
    language = language_of(request)
    icons = [
        {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {"src": "/static/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    told = {
        "id": "/today",
        "name": Text("五早 · 今日路线", "Wuzao · my day").say(language),
        "short_name": Text("五早", "Wuzao").say(language),
        "lang": "zh-CN" if language == "zh" else "en",
        "start_url": "/today",
        "scope": "/today",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": GROUND,
        "theme_color": INK,
        "icons": icons,
    }
    return JSONResponse(told, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@cache
def build() -> str:
    """Return what tells one release of the page's scripts and styles from another."""
    kept = hashlib.sha256()
    for name in (*SHELL, "today_worker.js"):
        kept.update(name.encode() + carried()[name])
    return kept.hexdigest()[:12]
