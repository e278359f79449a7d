"""The web application: the only place where its parts are wired together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from api import problems
from api.endpoints import health, pages, plans, slots
from api.errors import BodyTooBigError
from api.jobs import JobBoard, Work
from api.release import release
from api.settings import Settings
from api.worker import make_plan
from geo.text import Text

LONGEST_BODY = 16_384
"""Bytes; an order takes a few hundred."""

TOO_LONG = BodyTooBigError(Text(f"最多 {LONGEST_BODY} 字节", f"{LONGEST_BODY} bytes at most"))

API_POLICY = "default-src 'none'; frame-ancestors 'none'"


def create_app(settings: Settings, work: Work = make_plan) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    work
        What the planning process does; a function that can be imported by its name.
    """
    board = JobBoard(settings, work)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        board.start()
        yield
        board.stop()

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
    for part in (health, plans, slots, pages):
        app.include_router(part.router)
    problems.install(app)
    app.middleware("http")(_guard)
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse endless requests; add the headers that keep a page from loading, framing or guessing anything."""
    response = problems.answer(request, TOO_LONG) if _too_long(request) else await call_next(request)
    response.headers.setdefault("Content-Security-Policy", API_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response


def _too_long(request: Request) -> bool:
    """Say whether a body is longer than `LONGEST_BODY`, or keeps its length to itself (chunked)."""
    length = request.headers.get("content-length", "0")
    return "transfer-encoding" in request.headers or not length.isdigit() or int(length) > LONGEST_BODY
