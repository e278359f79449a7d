"""Accounts: who may sign in as what, given to officers by the dozen, locked, and one's own password."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection, select

from api.endpoints.accounts import list_accounts
from api.endpoints.squads import list_squads
from api.inside import Now, Store
from api.pages.page import page
from api.problems import language_of
from api.security.access import KeepsAccounts, SignedIn
from api.security.accounts import SHORTEST_PASSWORD
from api.security.roles import Role
from api.storage.engine import reading
from api.storage.squad_tables import OFFICERS, PARTNERS
from geo.text import Text

ROLES: Mapping[Role, Text] = {
    Role.LEADER: Text("班长", "Shift leader"),
    Role.OFFICER: Text("队员", "Officer"),
    Role.READER: Text("查阅(只看)", "Reader (looks only)"),
    Role.PROPERTY: Text("物业", "Property company"),
    Role.ADMINISTRATOR: Text("管理员", "Administrator"),
}

WORDS: Mapping[str, Text] = {
    "accounts": Text("账号", "Accounts"),
    "accounts_help": Text(
        "班长编计划、派人;队员用手机看今天的路线、报到场;查阅只看不改;物业只能上报。",
        "Shift leaders plan and dispatch; officers open today's route on a phone and report; readers only look; "
        "property companies only report.",
    ),
    "name": Text("用户名", "Name"),
    "role": Text("身份", "Role"),
    "of_whom": Text("对应的人或单位", "Whose it is"),
    "all_squads": Text("全部中队", "All squads"),
    "active": Text("可登录", "May sign in"),
    "locked": Text("已停用", "Locked"),
    "lock": Text("停用", "Lock"),
    "let_in": Text("恢复", "Let in again"),
    "lock_asked": Text(
        "停用“{name}”?他会立即退出登录,随时可以恢复。", "Lock '{name}'? He is signed out at once; it can be undone."
    ),
    "new_password": Text("换密码", "New password"),
    "new_password_asked": Text(
        "给“{name}”换一个新密码?旧密码立即失效。", "Give '{name}' a new password? The old one stops working at once."
    ),
    "what": Text("处理", "Decide"),
    "add": Text("加一个账号", "Add an account"),
    "password": Text("密码", "Password"),
    "password_help": Text("至少 {least} 个字符", "{least} characters or more"),
    "make": Text("建账号", "Make the account"),
    "for_all": Text("给还没有账号的队员都建一个", "Make one for every officer who has none"),
    "for_all_help": Text(
        "用户名是队员编号前加中队编号,密码随机生成,只在这里显示一次:打印后裁开发给本人。",
        "Names are the squad's id and the officer's; passwords are random and shown here once: print, cut, hand out.",
    ),
    "for_all_none": Text("每位队员都已有账号", "Every officer has an account"),
    "slips": Text("新账号(只显示这一次)", "New accounts (shown only now)"),
    "own_password": Text("改自己的密码", "Change one's own password"),
    "old": Text("现在的密码", "The present one"),
    "new": Text("新密码", "The new one"),
    "change_it": Text("改密码", "Change it"),
}

router = APIRouter(include_in_schema=False)


@router.get("/accounts", response_class=HTMLResponse)
def accounts_page(who: KeepsAccounts, request: Request, store: Store) -> HTMLResponse:
    """Show accounts, and let them be made and locked."""
    language = language_of(request)
    squads = list_squads(who, store).squads
    accounts = list_accounts(who, store)
    with reading(store) as connection:
        people = {squad.id: _people(connection, squad.id) for squad in squads}
    names = {(squad, one["role"], one["id"]): one["name"] for squad, found in people.items() for one in found}
    roles = {role.value: text.say(language) for role, text in ROLES.items()}
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "role": roles[one.role.value],
            "squad": one.squad or "",
            "whose": names.get((one.squad or "", one.role.value, one.subject or ""), one.subject or ""),
            "active": one.active,
        }
        for one in accounts
    ]
    taken = [[one.squad, one.subject] for one in accounts if one.role is Role.OFFICER]
    return page(
        request,
        "accounts.html",
        WORDS,
        who=who,
        data={"people": people, "taken": taken},
        rows=rows,
        roles=[(key, said) for key, said in roles.items() if key != Role.ADMINISTRATOR.value or who.squad_id is None],
        squads=squads,
        least=SHORTEST_PASSWORD,
        me=who.user_id,
    )


@router.get("/password", response_class=HTMLResponse)
def password_page(who: SignedIn, request: Request, now: Now) -> HTMLResponse:
    """Let somebody change his own password."""
    del now
    return page(request, "password.html", WORDS, who=who, least=SHORTEST_PASSWORD)


def _people(connection: Connection, squad_id: str) -> list[dict[str, str]]:
    """Return those whose account one may make: officers and partners."""
    found = []
    for table, role in ((OFFICERS, Role.OFFICER), (PARTNERS, Role.PROPERTY)):
        mine = select(table.c.id, table.c.name).where(table.c.squad_id == squad_id).order_by(table.c.position)
        found += [{"id": row.id, "name": row.name, "role": role.value} for row in connection.execute(mine)]
    return found
