"""The first pages: signing in, and which squads there are."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.endpoints.squads import list_squads
from api.errors import NotSignedInError
from api.inside import Now, Store
from api.pages.page import page, squad_address
from api.security.access import signed_in
from geo.text import Text

WORDS: Mapping[str, Text] = {
    "squads": Text("中队", "Squads"),
    "no_squads": Text(
        "还没有中队:用 wuzao import 读入一个中队文件夹或 Excel 工作簿",
        "No squad yet: read a squad folder or an Excel workbook with wuzao import",
    ),
    "user": Text("用户名", "Name"),
    "password": Text("密码", "Password"),
    "failed": Text("登录不成功:", "Not signed in: "),
}

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def start_page(request: Request, store: Store, now: Now) -> Response:
    """Show the squads; whoever is not signed in is asked to."""
    try:
        who = signed_in(request, store, now)
    except NotSignedInError:
        return RedirectResponse("/sign-in", 303)
    shown = list_squads(who, store).squads
    linked = [{"name": squad.name, "id": squad.id, "page": squad_address(squad.id)} for squad in shown]
    return page(request, "start.html", WORDS, who=who, squads=linked)


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(request: Request) -> HTMLResponse:
    """Ask for name and password."""
    return page(request, "sign_in.html", WORDS)
