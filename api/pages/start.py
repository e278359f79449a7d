"""The first pages: setting the service up, signing in, and which squads there are."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.endpoints.squads import list_squads
from api.errors import NotSignedInError
from api.inside import Now, SettingsInUse, Store
from api.pages.page import page, squad_address
from api.security.access import signed_in
from api.security.accounts import SHORTEST_PASSWORD
from api.security.first_code import code_fits, has_accounts
from api.security.roles import Act, Role
from api.storage.engine import reading
from api.storage.scope import EVERYBODY, about
from geo.text import Text

WORDS: Mapping[str, Text] = {
    "squads": Text("中队", "Squads"),
    "no_squads": Text("您还没有可看的中队,请联系管理员。", "There is no squad for you to see: ask the administrator."),
    "user": Text("用户名", "Name"),
    "password": Text("密码", "Password"),
    "failed": Text("登录不成功:", "Not signed in: "),
    "set_up": Text("第一次使用", "Setting up"),
    "set_up_help": Text(
        "先给自己建一个管理员账号,以后用它登录、给队员开账号。",
        "Make yourself an administrator's account: you sign in with it, and give others theirs.",
    ),
    "password_help": Text("至少 {least} 个字符", "{least} characters or more"),
    "create": Text("建账号并开始", "Make it and begin"),
    "not_created": Text("没有建成:", "Not made: "),
    "set_up_already": Text(
        "链接无效:可能已经设置过了,请直接登录。",
        "The address is not valid: it may be set up already. Sign in, then.",
    ),
    "not_set_up": Text(
        "这里还没有设置:请用 wuzao serve 打印出来的链接打开。",
        "It is not set up yet: open the address that wuzao serve printed.",
    ),
    "begin": Text("开始", "Begin"),
    "begin_help": Text(
        "三步:下载 Excel 模板;把示例换成本中队的人员、班次、小区和伙伴;交上来,就可以编第一份周计划。",
        "Three steps: download the Excel template; put your people, shifts, communities and partners in place of the "
        "example's; hand it in, and plan the first week.",
    ),
    "template": Text("下载 Excel 模板", "Download the Excel template"),
    "hand_in": Text("交上填好的模板", "Hand in the filled-in template"),
    "try_example": Text("先用示例中队看看", "Look around with the example squad"),
    "try_example_help": Text(
        "示例中队的人员和小区都是虚构的,随便试,不影响以后的数据。",
        "The example's people and communities are invented: try anything, it touches nothing else.",
    ),
    "new_squad": Text("再加一个中队", "Add a squad"),
    "reading": Text("正在读…", "Reading …"),
    "fault_count": Text("有 {count} 处要改,一处都没有读入:", "{count} things to mend; nothing was taken in:"),
    "accounts": Text("账号", "Accounts"),
    "bureau": Text("各中队本周怎样", "How all squads stand this week"),
}

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def start_page(request: Request, store: Store, now: Now) -> Response:
    """Show the squads; whoever is not signed in is asked to, whoever has one squad or one day is brought there."""
    try:
        who = signed_in(request, store, now)
    except NotSignedInError:
        return RedirectResponse("/sign-in", 303)
    if who.role is Role.PROPERTY and who.squad_id is not None:
        return RedirectResponse(f"/report/{quote(who.squad_id, safe='')}", 303)
    if who.role is Role.OFFICER and who.subject is not None:
        return RedirectResponse("/today", 303)
    shown = list_squads(who, store).squads
    if who.squad_id is not None and who.may(Act.LOOK, who.squad_id):
        return RedirectResponse(squad_address(who.squad_id), 303)
    linked = [{"name": squad.name, "id": squad.id, "page": squad_address(squad.id)} for squad in shown]
    founds = who.squad_id is None and who.may(Act.ACCOUNTS, None)
    return page(
        request,
        "start.html",
        WORDS,
        who=who,
        squads=linked,
        founds=founds,
        bureau=who.squad_id is None and len(linked) > 1,
    )


@router.get("/first", response_class=HTMLResponse)
def first_page(request: Request, store: Store, settings: SettingsInUse, code: str = "") -> HTMLResponse:
    """Ask for the first account's name and password; whoever has not the code is told where to find it."""
    with about(EVERYBODY), reading(store) as connection:
        fits = code_fits(connection, settings.data, code)
    return page(
        request,
        "first.html",
        WORDS,
        data={"code": code},
        fits=fits,
        least=SHORTEST_PASSWORD,
        status=200 if fits else 403,
    )


@router.get("/sign-in", response_class=HTMLResponse)
def sign_in_page(request: Request, store: Store) -> HTMLResponse:
    """Ask for name and password; say so where nobody has an account yet."""
    with about(EVERYBODY), reading(store) as connection:
        anybody = has_accounts(connection)
    return page(request, "sign_in.html", WORDS, anybody=anybody)
