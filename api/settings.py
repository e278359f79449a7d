"""What whoever runs Wuzao may set: folders and limits, from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MIB, GIB = 2**20, 2**30

RECORDS = "records.db"
"""File of the records in the data folder, where they are in no database server."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders and limits of the server.

    Attributes
    ----------
    data
        Folder that holds the records (``records.db``, unless they are in `database`) and the squads' road files.
    jobs
        Folder that holds one folder for each plan asked for.
    cache
        Folder for parsed roads and matrices, or None for no cache.
    queue
        Plans that may wait; one more is refused.
    wall_limit
        Seconds after which a planning process is killed, whatever it is doing.
    keep
        Finished plans kept on disk; older ones are removed.
    memory
        Bytes of memory a planning process may ask for, 0 for no limit; Linux only.
    https
        Whether browsers reach the service by HTTPS only: its cookie is then sent no other way.
    database
        Address of the PostgreSQL database that holds the records, None for a file in `data`.
    makes_plans
        Whether the server makes plans itself, where other workers could (those of `wuzao worker`, with `database`).
    """

    data: Path
    jobs: Path
    cache: Path | None = None
    queue: int = 4
    wall_limit: float = 900.0
    keep: int = 50
    memory: int = 4 * GIB
    https: bool = True
    database: str | None = None
    makes_plans: bool = True

    @property
    def records(self) -> str:
        """Where the records are: the address of a database, or a file."""
        return self.database or str((self.data / RECORDS).resolve())


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return where parsed roads and matrices are kept: ``WUZAO_CACHE``, or the system's own place for caches."""
    if named := environ.get("WUZAO_CACHE"):
        return Path(named)
    if local := environ.get("LOCALAPPDATA"):
        return Path(local) / "wuzao" / "cache"
    if xdg := environ.get("XDG_CACHE_HOME"):
        return Path(xdg) / "wuzao"
    return Path.home() / ".cache" / "wuzao"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the variables of docs/operations.md hold, ``WUZAO_MEMORY`` in MiB."""
    environ = os.environ if environ is None else environ
    cache, data = cache_folder(environ), Path(environ.get("WUZAO_DATA", "data"))
    return Settings(
        data=data,
        jobs=Path(environ.get("WUZAO_JOBS", str(data / "jobs"))),
        cache=cache,
        queue=int(environ.get("WUZAO_QUEUE", "1000" if environ.get("DATABASE_URL") else "4")),
        wall_limit=float(environ.get("WUZAO_WALL_LIMIT", "900")),
        memory=int(environ.get("WUZAO_MEMORY", "4096")) * MIB,
        https=environ.get("WUZAO_HTTPS", "1") != "0",
        database=environ.get("DATABASE_URL") or None,
        makes_plans=environ.get("WUZAO_MAKES_PLANS", "1") != "0",
    )
