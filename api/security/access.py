"""Who makes a request, and whether he may: asked before anything else is done."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie

from api.errors import ForbiddenError, ForgedError, NotSignedInError
from api.inside import Now, Store
from api.security.accounts import principal_of
from api.security.roles import Act, Principal
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.scope import EVERYBODY, about, settle_on
from geo.text import Text

COOKIE, INSECURE_COOKIE = "__Host-wuzao", "wuzao"
"""The session's cookie; without the prefix where the service is told that it runs without HTTPS."""

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def cookie_name(request: Request) -> str:
    """Return the name of the session's cookie."""
    return COOKIE if request.app.state.settings.https else INSECURE_COOKIE


SESSION = APIKeyCookie(name=COOKIE, scheme_name="session", description="see `sign-in`", auto_error=False)
"""What the OpenAPI document says of it; `signed_in` looks itself."""


def signed_in(
    request: Request, store: Store, now: Now, _: Annotated[str | None, Security(SESSION)] = None
) -> Principal:
    """Return whoever makes the request.

    Raises
    ------
    NotSignedInError
        Where the session is none's (any more).
    ForgedError
        Where a change does not come from a page of ours.
    """
    token = request.cookies.get(cookie_name(request), "")
    with about(EVERYBODY), reading(store) as connection:
        who = principal_of(connection, token, now) if token else None
    if who is None:
        raise NotSignedInError(Text("请先登录", "Sign in first"))
    settle_on(who.squad_id)
    if request.method in CHANGES:
        require_own_page(request)
        if not secrets.compare_digest(request.headers.get("x-csrf-token", "").encode(), who.csrf.encode()):
            raise ForgedError(Text("页面已过期,请刷新后再试", "The page is out of date: load it again"))
    return who


def require_own_page(request: Request) -> None:
    """Raise `ForgedError` where a browser says that another site's page makes the request."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForgedError(Text("请求来自其他网站", "The request comes from another site"))


SignedIn = Annotated[Principal, Depends(signed_in)]


def allowed(act: Act) -> Callable[..., Principal]:
    """Return what lets in those who may do something to the squad of the path; a refusal is written down."""

    def ask(request: Request, who: SignedIn, store: Store, now: Now) -> Principal:
        squad_id = request.path_params.get("squad_id", who.squad_id)
        if not who.may(act, squad_id):
            detail = {"method": request.method, "role": who.role.value, "wanted": act.value}
            with writing(store) as connection:
                note(connection, now, who.name, "refused", request.url.path, squad_id=who.squad_id, detail=detail)
            raise ForbiddenError(Text("您没有这个权限", "You may not do this"))
        return who

    return ask


Looks = Annotated[Principal, Depends(allowed(Act.LOOK))]
Reports = Annotated[Principal, Depends(allowed(Act.REPORT))]
Unmasks = Annotated[Principal, Depends(allowed(Act.UNMASK))]
Dispatches = Annotated[Principal, Depends(allowed(Act.DISPATCH))]
Attends = Annotated[Principal, Depends(allowed(Act.ATTEND))]
Plans = Annotated[Principal, Depends(allowed(Act.PLAN))]
Keeps = Annotated[Principal, Depends(allowed(Act.KEEP))]
Reviews = Annotated[Principal, Depends(allowed(Act.REVIEW))]
Owns = Annotated[Principal, Depends(allowed(Act.OWN))]
Audits = Annotated[Principal, Depends(allowed(Act.AUDIT))]
KeepsAccounts = Annotated[Principal, Depends(allowed(Act.ACCOUNTS))]
