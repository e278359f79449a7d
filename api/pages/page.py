"""How a page is made: its template, its words in one language, its data, and what it may load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.pages.words import COMMON
from api.problems import LANGUAGE_COOKIE, language_of
from api.security.roles import Act, Principal
from geo.text import Language, Text

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "frame-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""No style attribute and no script within a page: what somebody typed can be neither."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the service a page is: the squad whose page it is, and which of its tabs.

    Attributes
    ----------
    squad_id, squad_name
        Of the squad; empty of a page that belongs to none.
    tab
        The key of `TABS` that is marked as the present one; empty for none of them.
    """

    squad_id: str = ""
    squad_name: str = ""
    tab: str = ""


TABS: Mapping[str, tuple[Text, str, Act]] = {
    "week": (Text("周计划", "Week plan"), "", Act.LOOK),
    "live": (Text("今天", "Today live"), "/live", Act.LOOK),
    "communities": (Text("小区", "Communities"), "/communities", Act.LOOK),
    "cases": (Text("案件", "Cases"), "/cases", Act.LOOK),
    "map": (Text("地图与边界", "Map"), "/map", Act.LOOK),
    "reviews": (Text("考评", "Reviews"), "/reviews", Act.REVIEW),
    "mine": (Text("我的考核", "My appraisal"), "/reviews/mine", Act.OWN),
}
"""A squad's pages: name, address below the squad's, and what one must be allowed to do to see it."""

NOWHERE = Place()


def page(
    request: Request,
    template: str,
    words: Mapping[str, Text],
    *,
    who: Principal | None = None,
    place: Place = NOWHERE,
    data: Mapping[str, object] | None = None,
    status: int = 200,
    **shown: object,
) -> HTMLResponse:
    """Return a page in the language asked for.

    Parameters
    ----------
    template
        Of ``templates/``; extends ``base.html``.
    words
        Every visible string of the page beside `api.pages.words.COMMON`; templates read them as ``w.key``, scripts
        as ``words.key`` of ``wuzao.js``.
    data
        What the page's script reads as ``data`` of ``wuzao.js``; ready for JSON.
    shown
        What the template reads.
    """
    language = language_of(request)
    said = {key: text.say(language) for key, text in {**COMMON, **words}.items()}
    text = (
        _environment()
        .get_template(template)
        .render(
            lang="zh-CN" if language == "zh" else "en",
            other="en" if language == "zh" else "zh",
            other_address=_in_other_language(request, language),
            w=said,
            who=who,
            place=place,
            tabs=_tabs(who, place, language),
            page_data=dict(data or {}),
            **shown,
        )
    )
    answer = HTMLResponse(text, status, headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"})
    if "lang" in request.query_params:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 86_400, httponly=True, samesite="lax")
    return answer


def squad_address(squad_id: str) -> str:
    """Return the address of a squad's pages."""
    return f"/squads/{quote(squad_id, safe='')}"


def _tabs(who: Principal | None, place: Place, language: Language) -> Sequence[Mapping[str, object]]:
    if who is None or not place.squad_id:
        return ()
    here = squad_address(place.squad_id)
    return [
        {"name": name.say(language), "address": here + below, "here": key == place.tab}
        for key, (name, below, act) in TABS.items()
        if who.may(act, place.squad_id)
    ]


def _in_other_language(request: Request, language: Language) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return (
        str(request.url.path)
        + "?"
        + "&".join(
            f"{quote(key)}={quote(value)}" for key, value in [*kept, ("lang", "en" if language == "zh" else "zh")]
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("api", "pages/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
