"""What the service says of its own work: a JSON line a request without personal data, and counts for monitoring."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import structlog
from fastapi import Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from casework.privacy import mask_phones

SECRET = frozenset(
    {"password", "token", "cookie", "csrf", "authorization", "secret", "reporter_name", "reporter_phone"}
)
"""Names whose values are never logged."""

HIDDEN = "…"


def configure_logs() -> None:
    """Write logs as JSON lines to the standard error stream, those of libraries too."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        redact,
        structlog.processors.TimeStamper(fmt="iso", utc=True),  # after that, which takes its digits for a number
    ]
    line = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, line],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_plain, line]))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def redact(_: Any, __: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401 - structlog's signature
    """Take secrets and telephone numbers out of what is to be logged, however deep they lie."""
    return {name: _redacted(name, value) for name, value in said.items()}


def _redacted(name: str, value: Any) -> Any:  # noqa: ANN401 - anything may be logged
    if name.lower() in SECRET:
        return HIDDEN
    if isinstance(value, str):
        return mask_phones(value)
    if isinstance(value, Mapping):
        return {key: _redacted(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted("", one) for one in value]
    return value


def _plain(_: Any, __: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401 - structlog's signature
    return {name: value for name, value in said.items() if not name.startswith("_")}


class Counts:
    """What is counted of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "wuzao_requests", "Requests answered", ("method", "endpoint", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "wuzao_request_seconds",
            "Time to answer",
            ("method", "endpoint"),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
            registry=self._registry,
        )
        self._jobs = Gauge("wuzao_jobs", "Plans that wait or are being made", ("state",), registry=self._registry)

    def answered(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        """Count a request by the form of its address: the address itself may hold a secret."""
        self._requests.labels(method, endpoint, str(status)).inc()
        self._seconds.labels(method, endpoint).observe(seconds)

    def text(self, waiting: int, planning: int) -> bytes:
        """Return all counts in the form that Prometheus reads."""
        self._jobs.labels("waiting").set(waiting)
        self._jobs.labels("planning").set(planning)
        return generate_latest(self._registry)


async def observed(request: Request, call_next: Callable[[Request], Awaitable[Response]], counts: Counts) -> Response:
    """Answer a request, count it and log it."""
    began = time.monotonic()
    response: Response | None = None
    try:
        response = await call_next(request)
    finally:
        seconds, status = time.monotonic() - began, 500 if response is None else response.status_code
        endpoint = getattr(request.scope.get("route"), "path", "unknown")
        method = request.method if request.method in METHODS else "other"
        counts.answered(method, endpoint, status, seconds)
        milliseconds = round(seconds * 1000, 1)
        structlog.get_logger().info("request", method=method, endpoint=endpoint, status=status, ms=milliseconds)
    return response


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Whatever else people send is counted as one."""
