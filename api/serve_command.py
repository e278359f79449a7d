"""`wuzao serve`: the web server, in one process or several behind one address."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.errors import DatabaseError
from api.observe import configure_logs
from api.settings import Settings, from_environment
from geo.text import Text

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def settings_for(host: str, processes: int, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a server at an address.

    Raises
    ------
    DatabaseError
        Where several processes are to share the records of a file.
    """
    environ = os.environ if environ is None else environ
    settings = from_environment(environ)
    if "WUZAO_HTTPS" not in environ and host in LOOPBACK:
        settings = replace(settings, https=False)
    if processes == 1:
        return settings
    if settings.database is None:
        raise DatabaseError(
            Text("多个进程须用 PostgreSQL:请设置 DATABASE_URL", "Several processes need PostgreSQL: set DATABASE_URL")
        )
    return replace(settings, makes_plans=False)


def serve(settings: Settings, host: str, port: int, processes: int) -> None:
    """Serve until stopped."""
    # no access log of the server's own: it would hold addresses, and with them the secrets of feeds
    quiet: dict[str, Any] = {"host": host, "port": port, "log_config": None, "access_log": False}
    if processes == 1:
        configure_logs()
        uvicorn.run(create_app(settings), **quiet)
        return
    os.environ |= {"WUZAO_HTTPS": str(int(settings.https)), "WUZAO_MAKES_PLANS": str(int(settings.makes_plans))}
    uvicorn.run(f"{__name__}:one_of_many", factory=True, workers=processes, **quiet)


def one_of_many() -> FastAPI:
    """Return the application of one of several processes, set up as their parent left the environment."""
    configure_logs()
    return create_app(from_environment())
