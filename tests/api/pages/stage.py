"""A served squad with a browser before it: signed in as anybody, at any width, in either language."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response

from api.jobs.job import Work
from api.security.roles import Role
from api.worker import make_plan
from tests.api.real_server import free_port
from tests.api.served import PASSWORD, Clock, application
from tests.town import write_town

WIDTHS: Mapping[str, tuple[int, int]] = {"desk": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}
LOCALES: Mapping[str, str] = {"zh": "zh-CN", "en": "en-GB"}
LANGUAGES = tuple(LOCALES)


@dataclass(frozen=True, slots=True)
class Stage:
    """A server that runs in this process, its clock, and an administrator's client."""

    address: str
    clock: Clock
    client: httpx2.Client
    squad: str
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Address of the squad's operations."""
        return f"/api/squads/{self.squad}"

    @property
    def pages(self) -> str:
        """Address of the squad's pages."""
        return f"/squads/{self.squad}"

    def asked(self, method: str, place: str, **more: Any) -> Any:
        """Return what the service answers the administrator, which must not be a refusal."""
        answer = self.client.request(method, place, **more)
        assert answer.is_success, f"{method} {place}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def session(self, who: str) -> str:
        """Return the token of somebody's session, begun anew where it has ended: hashing a password takes its time."""
        token = self.sessions.get(who, "")
        if not httpx2.get(f"{self.address}/api/me", headers={"Cookie": f"wuzao={token}"}).is_success:
            answer = httpx2.post(f"{self.address}/api/sign-in", json={"name": who, "password": PASSWORD})
            assert answer.is_success, answer.text
            self.sessions[who] = answer.cookies["wuzao"]
        return self.sessions[who]

    def account(self, role: Role, subject: str | None = None) -> str:
        """Make an account of the squad and return its name."""
        name = f"{role.value}-{subject or 'x'}"
        account = {"name": name, "password": PASSWORD, "role": role.value, "squad": self.squad, "subject": subject}
        answer = self.client.post("/api/accounts", json=account)
        assert answer.is_success or "already" in answer.text or "已" in answer.text, answer.text
        return name

    def planned(self, week: str = "2026-W48", *, published: bool = False, time_limit: float = 5.0) -> str:
        """Plan a week, publish it where asked to, and return the plan's number."""
        job = self.asked("POST", f"{self.base}/plans", json={"week": week, "time_limit": time_limit})
        place, deadline = job["links"]["self"], time.monotonic() + 120
        while (job := self.asked("GET", place))["state"] in {"waiting", "planning"}:
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.05)
        assert job["state"] == "done", job
        if published:
            version = {"If-Match": f'"{job["record"]["version"]}"'}
            self.asked("POST", f"{place}/state", json={"state": "published"}, headers=version)
        return str(job["id"])


@contextmanager
def staged(
    folder: Path,
    source: Path | None = None,
    work: Work = make_plan,
    clock: Clock | None = None,
    squad: str = "town",
    *,
    empty: bool = False,
) -> Iterator[Stage]:
    """Yield a server with a squad: the small town where no other `source` is given (its id is `squad` then).

    Parameters
    ----------
    empty
        There is nothing yet: no squad, no account, nobody signed in.
    """
    clock, port = clock or Clock(), free_port()
    town = None if empty else source or write_town(folder / "town")
    app = application(folder, work, source=town, clock=clock, administrator=not empty)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx2.Client(base_url=address, timeout=60) as client:
            if not empty:
                me = client.post("/api/sign-in", json={"name": "administrator", "password": PASSWORD}).json()
                client.headers["x-csrf-token"] = me["csrf"]
            yield Stage(address, clock, client, squad)
    finally:
        server.should_exit = True
        thread.join()


@dataclass(slots=True)
class Trouble:
    """What went wrong on a page: the console, uncaught errors, requests to elsewhere or refused, dialogs."""

    found: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.found)


@contextmanager
def before(
    browser: Browser,
    stage: Stage,
    place: str,
    *,
    width: str = "desk",
    language: str = "zh",
    who: str | None = "administrator",
    scale: float = 1.0,
) -> Iterator[tuple[Page, Trouble]]:
    """Yield a page of the stage as somebody sees it, and the trouble it gets into; none may be left at the end."""
    across, down = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": across, "height": down},
        locale=LOCALES[language],
        timezone_id="Asia/Shanghai",
        device_scale_factor=scale,
        has_touch=width == "phone",
        is_mobile=width == "phone",
    )
    context.clock.set_system_time(stage.clock.now)
    if who is not None:
        context.add_cookies([{"name": "wuzao", "value": stage.session(who), "url": stage.address}])
    page = context.new_page()
    trouble = listening(page, stage)
    page.goto(stage.address + place)
    page.wait_for_load_state("load")
    try:
        yield page, trouble
        assert trouble.found == [], trouble.found
    finally:
        context.close()


def each(
    browser: Browser,
    stage: Stage,
    places: Sequence[str],
    *,
    width: str = "desk",
    language: str = "zh",
    who: str | None = "administrator",
) -> Iterator[Page]:
    """Yield pages of the stage one after another in one window, which takes less than opening one for each."""
    with before(browser, stage, places[0], width=width, language=language, who=who) as (page, _):
        for number, place in enumerate(places):
            if number:
                page.goto(stage.address + place)
                page.wait_for_load_state("load")
            yield page


def listening(page: Page, stage: Stage) -> Trouble:
    """Return what will have gone wrong on a page from now on."""
    trouble = Trouble()

    def console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            trouble.found.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((stage.address, "data:", "blob:", "about:")):
            trouble.found.append(f"asked elsewhere: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            trouble.found.append(f"{response.status}: {response.url}")

    def dialog(one: Dialog) -> None:
        trouble.found.append(f"dialog: {one.message}")
        one.dismiss()

    page.on("console", console)
    page.on("pageerror", lambda error: trouble.found.append(f"error: {error}"))
    page.on("request", asked)
    page.on("response", answered)
    page.on("dialog", dialog)
    return trouble
