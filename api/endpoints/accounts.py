"""Signing in and out, accounts, and secret links to feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Engine, RowMapping, select, update

from api.case_schemas import Id
from api.endpoints.answers import FAULTS, PROBLEM, REFUSED
from api.errors import ForbiddenError, SignInError, TooOftenError, UnknownRecordError
from api.inside import Now, Store
from api.schemas import Strict
from api.security.access import KeepsAccounts, SignedIn, cookie_name, require_own_page
from api.security.accounts import (
    SESSION,
    SHORTEST_PASSWORD,
    add_account,
    begin_session,
    change_password,
    count_failure,
    end_session,
    make_link,
    password_fits,
)
from api.security.limits import Limiter
from api.security.roles import Principal, Role
from api.storage.audit import note
from api.storage.engine import reading, writing
from api.storage.scope import EVERYBODY, about
from api.storage.service_tables import USERS
from api.storage.squads import require_squad
from geo.text import Text

router = APIRouter(prefix="/api", tags=["accounts"])

Password = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Credentials(Strict):
    """A name and its password."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "leader", "password": "not-a-real-one"}]})

    name: Id
    password: Password


class Me(BaseModel):
    """Whoever is signed in; `csrf` goes along with every change as ``X-CSRF-Token``."""

    name: str
    role: Role
    squad: str | None
    subject: str | None
    csrf: str


class NewAccount(Strict):
    """An account to be made."""

    name: Id
    password: Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=200)]
    role: Role
    squad: Id | None = None
    subject: Annotated[Id | None, Field(description="the officer or partner that it is of")] = None


class AccountShown(BaseModel):
    """An account."""

    id: str
    name: str
    role: Role
    squad: str | None
    subject: str | None
    active: bool


class AccountChange(Strict):
    """What is to become of an account; what is absent stays."""

    active: bool | None = None
    password: Annotated[str | None, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=200)] = None


class NewPassword(Strict):
    """Another password of one's own."""

    old: Password
    new: Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=200)]


class NewLink(Strict):
    """A feed that somebody may subscribe to without signing in."""

    kind: Annotated[str, Field(pattern="^(officer|partner|gis)$", description="whose calendar, or map layers")]
    subject: Annotated[Id, Field(description="id of the officer or partner; of map layers, who opens them")]


class Link(BaseModel):
    """The address of a feed: whoever has it can read it; a new one replaces it."""

    address: str


@router.post(
    "/sign-in",
    responses={
        **FAULTS,
        401: {**PROBLEM, "description": "wrong, or locked for a while"},
        403: {**PROBLEM, "description": "asked by another site's page"},
        429: {**PROBLEM, "description": "too many attempts from one address"},
    },
)
def sign_in(given: Credentials, request: Request, response: Response, store: Store, now: Now) -> Me:
    """Begin a session: its token is a cookie that no script can read."""
    require_own_page(request)
    limiter: Limiter = request.app.state.sign_ins
    if not limiter.admits(request.client.host if request.client else "", now):
        raise TooOftenError(Text("登录太频繁,请稍后再试", "Too many attempts to sign in: try again later"))
    try:
        with about(EVERYBODY), reading(store) as connection:
            account = password_fits(connection, given.name, given.password, now)
    except SignInError:
        with about(EVERYBODY), writing(store) as connection:
            failed = count_failure(connection, given.name, now)
            # a name that nobody has may be a password typed into the wrong field
            subject = given.name if failed.known else ""
            note(connection, now, "", "sign-in failed", subject, detail={"locked": failed.locked})
        raise
    return begin(request, response, store, account, now)


def begin(request: Request, response: Response, store: Engine, account: RowMapping, now: datetime) -> Me:
    """Begin a session of an account and hand its token to the browser."""
    with about(EVERYBODY), writing(store) as connection:
        session = begin_session(connection, account, now)
        name = account["name"]
        note(connection, now, name, "signed in", name, squad_id=session.principal.squad_id)
    response.set_cookie(
        cookie_name(request),
        session.token,
        max_age=int(SESSION.total_seconds()),
        secure=request.app.state.settings.https,
        httponly=True,
        samesite="strict",
        path="/",
    )
    return _me(session.principal)


@router.post("/sign-out", status_code=204, responses=REFUSED, response_model=None)
def sign_out(request: Request, response: Response, who: SignedIn, store: Store, now: Now) -> None:
    """End the session."""
    with writing(store) as connection:
        end_session(connection, request.cookies.get(cookie_name(request), ""))
        note(connection, now, who.name, "signed out", who.name, squad_id=who.squad_id)
    response.delete_cookie(cookie_name(request), path="/")


@router.get("/me", responses=REFUSED)
def me(who: SignedIn) -> Me:
    """Say who is signed in."""
    return _me(who)


@router.get("/accounts", responses=REFUSED)
def list_accounts(who: KeepsAccounts, store: Store) -> list[AccountShown]:
    """List the accounts of one's squad, or all of them."""
    with reading(store) as connection:
        wanted = select(USERS).order_by(USERS.c.name)
        if who.squad_id is not None:
            wanted = wanted.where(USERS.c.squad_id == who.squad_id)
        rows = connection.execute(wanted).mappings().all()
    return [_shown(row) for row in rows]


@router.post("/accounts", status_code=201, responses=REFUSED | FAULTS)
def make_account(given: NewAccount, who: KeepsAccounts, store: Store, now: Now) -> AccountShown:
    """Make an account."""
    if who.squad_id is not None and given.squad != who.squad_id:
        raise ForbiddenError(Text("只能为本中队建账号", "Accounts of one's own squad only"))
    with writing(store) as connection:
        if given.squad is not None:
            require_squad(connection, given.squad)
        user_id = add_account(connection, given.name, given.password, given.role, given.squad, given.subject)
        detail = {"role": given.role.value}
        note(connection, now, who.name, "account made", given.name, squad_id=given.squad, detail=detail)
        row = connection.execute(select(USERS).where(USERS.c.id == user_id)).mappings().one()
    return _shown(row)


@router.patch("/accounts/{account_id}", responses=REFUSED | FAULTS)
def change_account(account_id: str, change: AccountChange, who: KeepsAccounts, store: Store, now: Now) -> AccountShown:
    """Lock an account or let it in again; give it another password, which ends its sessions."""
    mine = USERS.c.id == account_id
    if who.squad_id is not None:
        mine &= USERS.c.squad_id == who.squad_id
    with writing(store) as connection:
        row = connection.execute(select(USERS).where(mine)).mappings().first()
        if row is None:
            raise UnknownRecordError(Text("没有这个账号", "There is no such account"))
        if change.active is not None:
            connection.execute(update(USERS).where(mine).values(active=change.active))
            act = "account let in" if change.active else "account locked"
            note(connection, now, who.name, act, row["name"], squad_id=row["squad_id"])
        if change.password is not None:
            change_password(connection, row["id"], change.password)
            note(connection, now, who.name, "password changed", row["name"], squad_id=row["squad_id"])
        row = connection.execute(select(USERS).where(mine)).mappings().one()
    return _shown(row)


@router.put("/me/password", status_code=204, responses=REFUSED | FAULTS, response_model=None)
def change_own_password(given: NewPassword, who: SignedIn, store: Store, now: Now) -> None:
    """Change one's own password; every session of the account ends, this one too."""
    with reading(store) as connection:
        account = password_fits(connection, who.name, given.old, now)
    with writing(store) as connection:
        change_password(connection, account["id"], given.new)
        note(connection, now, who.name, "password changed", who.name, squad_id=who.squad_id)


@router.post("/squads/{squad_id}/links", status_code=201, responses=REFUSED | FAULTS)
def link(squad_id: str, given: NewLink, who: KeepsAccounts, store: Store, now: Now) -> Link:
    """Make the secret address of a calendar; the one before stops working."""
    with writing(store) as connection:
        require_squad(connection, squad_id)
        token = make_link(connection, squad_id, given.kind, given.subject, now)
        note(connection, now, who.name, "link made", f"{given.kind} {given.subject}", squad_id=squad_id)
    return Link(address=f"/ogc/{token}" if given.kind == "gis" else f"/feeds/{given.kind}/{token}.ics")


def _me(who: Principal) -> Me:
    return Me(name=who.name, role=who.role, squad=who.squad_id, subject=who.subject, csrf=who.csrf)


def _shown(row: Any) -> AccountShown:  # noqa: ANN401 - a row of the table
    return AccountShown(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        squad=row["squad_id"],
        subject=row["subject"],
        active=row["active"],
    )
