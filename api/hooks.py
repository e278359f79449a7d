"""Messages to other systems: queued with what they tell of, sent by a thread of their own, tried again until taken."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, RowMapping, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from api.exchange.webhooks import Event, json_body, retry_after, signed_headers, wecom_message
from api.inside import Clock
from api.storage.engine import reading, writing
from api.storage.service_tables import DELIVERIES, HOOKS

MOST_ATTEMPTS = 20
PATIENCE = 10.0
"""Seconds that another system has to answer."""

PAUSE = 1.0
"""Seconds between looks at the queue."""

CLAIM = timedelta(minutes=1)
"""For so long a message is the one's who sends it."""


def tell(connection: Connection, squad_id: str, event: str, data: Mapping[str, Any], now: datetime) -> None:
    """Queue a message for every webhook that wants to hear of an event; `data` holds no personal data."""
    wanted = (HOOKS.c.squad_id == squad_id) & HOOKS.c.active
    for hook in connection.execute(select(HOOKS.c.id, HOOKS.c.events).where(wanted)):
        if event in hook.events or "*" in hook.events:
            said = {"id": secrets.token_hex(12), "kind": event, "at": now.isoformat(), "data": dict(data)}
            connection.execute(
                insert(DELIVERIES).values(
                    squad_id=squad_id, hook_id=hook.id, event=said, attempts=0, next_at=now, last_answer=""
                )
            )


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt ended."""

    taken: bool
    answer: str


class Sender:
    """Sends what is queued, in the order in which it was queued."""

    def __init__(self, store: Engine, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to send."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="wuzao-hooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send no more; what is queued is sent after the next start."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(PATIENCE + PAUSE)
            self._thread = None

    def send_due(self) -> int:
        """Send what is due now, and return how many attempts that took."""
        now = self._clock()
        due = (DELIVERIES.c.next_at <= now) & DELIVERIES.c.done_at.is_(None)
        both = select(DELIVERIES, HOOKS.c.url, HOOKS.c.form, HOOKS.c.secret).join(
            HOOKS, (HOOKS.c.squad_id == DELIVERIES.c.squad_id) & (HOOKS.c.id == DELIVERIES.c.hook_id)
        )
        with reading(self._store) as connection:
            rows = connection.execute(both.where(due).order_by(DELIVERIES.c.number).limit(100)).mappings().all()
        mine = 0
        for row in rows:
            if self._stopping.is_set():
                break
            if self._claimed(row, now):
                self._keep(row, _attempted(row, now), now)
                mine += 1
        return mine

    def _claimed(self, row: RowMapping, now: datetime) -> bool:
        """Return whether a message is this sender's to send: of several server processes one sends it.

        Where that one is killed meanwhile, it is due again after `CLAIM`.
        """
        unsent = (DELIVERIES.c.number == row["number"]) & (DELIVERIES.c.next_at == row["next_at"])
        with writing(self._store) as connection:
            claim = update(DELIVERIES).where(unsent).values(next_at=now + CLAIM)
            return connection.execute(claim).rowcount == 1

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE):
            try:
                self.send_due()
            except SQLAlchemyError:
                structlog.get_logger().exception("webhooks could not be sent")

    def _keep(self, row: RowMapping, attempt: Attempt, now: datetime) -> None:
        attempts = row["attempts"] + 1
        values: dict[str, Any] = {"attempts": attempts, "last_answer": attempt.answer[:200]}
        if attempt.taken:
            values |= {"done_at": now, "next_at": None}
        elif attempts >= MOST_ATTEMPTS:
            values |= {"next_at": None}
        else:
            values |= {"next_at": now + timedelta(seconds=retry_after(attempts))}
        with writing(self._store) as connection:
            connection.execute(update(DELIVERIES).where(DELIVERIES.c.number == row["number"]).values(**values))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: whoever answers for another system must not send us on to a third."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - the standard library's signature
        return None


def _attempted(row: RowMapping, now: datetime) -> Attempt:
    body, headers = _message(row, now)
    request = urllib.request.Request(row["url"], body, dict(headers), method="POST")  # noqa: S310 - http or https, checked at the door
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=PATIENCE) as response:
            return _judged(row["form"], response.status, response.read(4096))
    except urllib.error.HTTPError as error:
        return Attempt(taken=False, answer=f"HTTP {error.code}")
    except (OSError, http.client.HTTPException) as error:
        return Attempt(taken=False, answer=type(error).__name__)


def _message(row: RowMapping, now: datetime) -> tuple[bytes, Mapping[str, str]]:
    said = row["event"]
    event = Event(said["id"], said["kind"], row["squad_id"], datetime.fromisoformat(said["at"]), said["data"])
    if row["form"] == "wecom":
        body = json.dumps(wecom_message(event, "zh"), ensure_ascii=False).encode()
        return body, {"content-type": "application/json"}
    body = json_body(event)
    return body, signed_headers(event, body, row["secret"].encode(), now)


def _judged(form: str, status: int, body: bytes) -> Attempt:
    """Return whether a message was taken; a WeCom robot says no with status 200 and a code of its own."""
    if form != "wecom":
        return Attempt(taken=True, answer=f"HTTP {status}")
    try:
        code = json.loads(body).get("errcode")
    except (ValueError, AttributeError):
        code = None
    return Attempt(taken=code == 0, answer=f"errcode {code}")
