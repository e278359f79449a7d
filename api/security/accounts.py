"""Accounts and sessions in the records.

Passwords are hashed with Argon2id (pwdlib's present recommendation); of a session's token only the hash is kept, so
that whoever reads the file can sign in as nobody. An account is locked for a while after some wrong passwords, and a
wrong name takes as long as a wrong password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from api.errors import SignInError, UnknownRecordError, WrongAccountError
from api.security.roles import Principal, Role
from api.storage.scope import of_all
from api.storage.service_tables import LINKS, SESSIONS, USERS
from geo.text import Text

SHORTEST_PASSWORD = 10
FAILURES = 5
"""Wrong passwords in a row after which an account is locked."""

LOCKED_FOR = timedelta(minutes=15)
SESSION = timedelta(hours=12)
"""A long shift."""

WRONG = Text("用户名或密码不对", "Name and password do not go together")


@dataclass(frozen=True, slots=True)
class Session:
    """A session just begun: its token goes to the browser and nowhere else."""

    token: str
    principal: Principal


def add_account(
    connection: Connection, name: str, password: str, role: Role, squad_id: str | None, subject: str | None = None
) -> str:
    """Make an account and return its id; raise `WrongAccountError` where it cannot be made as asked."""
    if len(password) < SHORTEST_PASSWORD:
        raise WrongAccountError(
            Text(f"密码至少 {SHORTEST_PASSWORD} 个字符", f"A password has {SHORTEST_PASSWORD} characters or more")
        )
    if role is not Role.ADMINISTRATOR and squad_id is None:
        raise WrongAccountError(Text("须写明所属中队", "Say which squad the account belongs to"))
    if role in {Role.OFFICER, Role.PROPERTY} and not subject:
        raise WrongAccountError(Text("须写明对应的队员或单位编号", "Say which officer or partner the account is of"))
    with of_all(connection):
        taken = connection.execute(select(USERS.c.id).where(USERS.c.name == name)).first()
    if taken is not None:
        raise WrongAccountError(Text(f"已有用户“{name}”", f"There is an account '{name}' already"))
    user_id = secrets.token_hex(8)
    connection.execute(
        insert(USERS).values(
            id=user_id,
            squad_id=squad_id,
            name=name,
            role=role.value,
            subject=subject,
            password=_hasher().hash(password),
            active=True,
            failures=0,
        )
    )
    return user_id


def password_fits(connection: Connection, name: str, password: str, now: datetime) -> RowMapping:
    """Return the account of a name and password.

    Raises
    ------
    SignInError
        Where they do not go together or the account is locked; which of the two only its owner's squad learns.
    """
    row = connection.execute(select(USERS).where(USERS.c.name == name)).mappings().first()
    fits: bool = _hasher().verify(password, _nobody() if row is None else row["password"])
    if row is None or not row["active"]:
        raise SignInError(WRONG)
    if row["locked_until"] is not None and now < row["locked_until"]:
        raise SignInError(Text("密码错误次数过多,请稍后再试", "Too many wrong passwords: try again later"))
    if not fits:
        raise SignInError(WRONG)
    return row


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt: whether there is such an account, and whether that locked it."""

    known: bool
    locked: bool


def count_failure(connection: Connection, name: str, now: datetime) -> Failure:
    """Note a wrong password."""
    row = connection.execute(select(USERS).where(USERS.c.name == name)).mappings().first()
    if row is None or (row["locked_until"] is not None and now < row["locked_until"]):
        return Failure(known=row is not None, locked=False)
    failures = row["failures"] + 1
    locks: bool = failures >= FAILURES
    connection.execute(
        update(USERS)
        .where(USERS.c.id == row["id"])
        .values(failures=0 if locks else failures, locked_until=now + LOCKED_FOR if locks else None)
    )
    return Failure(known=True, locked=locks)


def begin_session(connection: Connection, account: RowMapping, now: datetime) -> Session:
    """Begin a session, and forget those that have ended."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.ends_at <= now))
    connection.execute(update(USERS).where(USERS.c.id == account["id"]).values(failures=0, locked_until=None))
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    connection.execute(
        insert(SESSIONS).values(
            token_hash=hashed(token), user_id=account["id"], csrf=csrf, began_at=now, ends_at=now + SESSION
        )
    )
    return Session(token, _principal(account, csrf))


def change_password(connection: Connection, user_id: str, password: str) -> None:
    """Give an account another password; its sessions end."""
    mine = USERS.c.id == user_id
    values = {"password": _hasher().hash(password), "failures": 0, "locked_until": None}
    connection.execute(update(USERS).where(mine).values(**values))
    connection.execute(delete(SESSIONS).where(SESSIONS.c.user_id == user_id))


def principal_of(connection: Connection, token: str, now: datetime) -> Principal | None:
    """Return whose session a token is, None where it is none's (any more)."""
    mine = (SESSIONS.c.token_hash == hashed(token)) & (SESSIONS.c.ends_at > now) & USERS.c.active
    both = select(USERS, SESSIONS.c.csrf).join(SESSIONS, SESSIONS.c.user_id == USERS.c.id)
    row = connection.execute(both.where(mine)).mappings().first()
    return None if row is None else _principal(row, row["csrf"])


def end_session(connection: Connection, token: str) -> None:
    """End a session; one that is none is none already."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == hashed(token)))


def make_link(connection: Connection, squad_id: str, kind: str, subject: str, now: datetime) -> str:
    """Return a new secret for a feed; an older one of the same feed stops working."""
    mine = (LINKS.c.squad_id == squad_id) & (LINKS.c.kind == kind) & (LINKS.c.subject == subject)
    connection.execute(delete(LINKS).where(mine))
    token = secrets.token_urlsafe(24)
    connection.execute(
        insert(LINKS).values(squad_id=squad_id, kind=kind, subject=subject, token_hash=hashed(token), made_at=now)
    )
    return token


def link_of(connection: Connection, token: str, kind: str) -> tuple[str, str]:
    """Return the squad and subject of a feed's secret; raise `UnknownRecordError` where it is none."""
    mine = (LINKS.c.token_hash == hashed(token)) & (LINKS.c.kind == kind)
    row = connection.execute(select(LINKS.c.squad_id, LINKS.c.subject).where(mine)).first()
    if row is None:
        raise UnknownRecordError(Text("链接无效或已更换", "The link is not valid, or was replaced"))
    return row.squad_id, row.subject


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _principal(row: RowMapping, csrf: str) -> Principal:
    return Principal(row["id"], row["name"], Role(row["role"]), row["squad_id"], row["subject"], csrf)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))
