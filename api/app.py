"""The web application: the only place where its parts are wired together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI, Request, Response

from api import problems
from api.board.desk import Desk
from api.board.mending import Mender
from api.endpoints import (
    accounts,
    audit,
    board,
    board_plans,
    bureau,
    cases,
    days,
    dispatch,
    drafts,
    exchanges,
    feeds,
    health,
    lending,
    live,
    open311,
    outcomes,
    outlines,
    plans,
    register,
    reviews,
    setup,
    simulations,
    slots,
    squads,
    visits,
)
from api.errors import BodyTooBigError
from api.hooks import Sender
from api.inside import Clock
from api.jobs.embedded import EmbeddedBoard
from api.jobs.job import JobBoard, Work
from api.jobs.shared import SharedBoard
from api.observe import Counts, observed
from api.open_plans import Shelf
from api.pages import accounts as account_pages
from api.pages import assets, officers, report, simulation, squad, start, today
from api.pages import board as board_page
from api.pages import bureau as bureau_page
from api.pages import live as live_pages
from api.pages import loan as loan_page
from api.pages import map as map_pages
from api.pages import outcomes as outcomes_page
from api.pages import records as record_pages
from api.release import release
from api.security.limits import Limiter
from api.settings import Settings
from api.storage.engine import open_store
from api.storage.scope import about, squad_of
from api.uploads import LARGEST, LARGEST_ROADS
from api.worker import make_plan
from casework.calendar import SHANGHAI
from geo.text import Text

LONGEST_BODY = 16_384
"""Bytes; an order takes a few hundred."""

LONGER: Mapping[str, int] = {
    "/plan": 4 * 2**20,
    "/boundary": 2 * 2**20,
    "/outline": 2 * 2**20,
    "/outline/check": 2 * 2**20,
    "/workbook": LARGEST,
    "/files": LARGEST,
    "/api/squads": LARGEST,
    "/roads": LARGEST_ROADS,
    ".xlsx": LARGEST,
}
"""Bytes of what is longer, by the end of its address."""

API_POLICY = "default-src 'none'; frame-ancestors 'none'"


PARTS = (
    *(health, accounts, setup, squads, exchanges, outlines, cases, dispatch, live, audit),
    *(bureau, lending, outcomes),
    *(plans, board, board_plans, drafts, simulations, slots, visits, register, reviews, open311, feeds),
    *(
        start,
        account_pages,
        squad,
        bureau_page,
        loan_page,
        outcomes_page,
        board_page,
        live_pages,
        map_pages,
        report,
        officers,
        assets,
    ),
    *(days, today, simulation),
    record_pages,
)
"""In the order in which addresses are looked up."""


def shanghai_time() -> datetime:
    """Return the time."""
    return datetime.now(SHANGHAI)


def create_app(settings: Settings, work: Work = make_plan, clock: Clock = shanghai_time) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    clock
        Tells the time, aware; tests set their own.
    work
        What the planning process does; a function that can be imported by its name.
    """
    store = open_store(settings.records)
    board: JobBoard = SharedBoard(settings, work, store, clock) if settings.database else EmbeddedBoard(settings, work)
    sender = Sender(store, clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        board.start()
        sender.start()
        yield
        sender.stop()
        board.stop()
        store.dispose()

    # Swagger's pages load from a CDN, which an intranet does not reach; /openapi.json is served all the same.
    app = FastAPI(
        title="Wuzao 五早",
        description="Patrol plans for urban-management squads. Errors are RFC 9457 problem documents.",
        version=release(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.board = board
    app.state.settings = settings
    app.state.store = store
    app.state.desk = Desk(store, settings.cache)
    app.state.mender = Mender()
    app.state.limiter = Limiter(burst=10, hourly=60)
    app.state.sign_ins = Limiter(burst=100, hourly=600)
    app.state.clock = clock
    app.state.counts = Counts()
    app.state.shelf = Shelf()
    for part in PARTS:
        app.include_router(part.router)
    problems.install(app)
    app.middleware("http")(_guard)
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse endless requests; add the headers that keep a page from loading, framing or guessing anything."""
    longest = longest_body(request.url.path)
    if _too_long(request, longest):
        too_long = BodyTooBigError(Text(f"最多 {longest} 字节", f"{longest} bytes at most"))
        response: Response = problems.answer(request, too_long)
    else:
        with about(squad_of(request.url.path)):
            response = await observed(request, call_next, request.app.state.counts)
    response.headers.setdefault("Content-Security-Policy", API_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response


def longest_body(path: str) -> int:
    """Return the bytes that a request to an address may have."""
    return next((most for end, most in LONGER.items() if path.endswith(end)), LONGEST_BODY)


def _too_long(request: Request, longest: int) -> bool:
    """Say whether a body is longer than it may be, or keeps its length to itself (chunked)."""
    length = request.headers.get("content-length", "0")
    return "transfer-encoding" in request.headers or not length.isdigit() or int(length) > longest
