"""The small town planned by the command once, for whatever looks at what that wrote or goes on from it."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path
from typing import NamedTuple

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.cli import main
from api.security import accounts
from tests.town import write_town


class PlannedTown(NamedTuple):
    """Where the squad lies, where its plan was written, what the command exited with and what it printed."""

    town: Path
    out: Path
    code: int
    said: str


@pytest.fixture(scope="session", autouse=True)
def forked_off() -> None:
    """Have what the servers of tests import ready too, where processes are forked off: they are begun many times."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        multiprocessing.set_forkserver_preload(["api.worker", "tests.api.real_server"])
        forkserver.ensure_running()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords with next to no work: it is meant to take long, and tests sign in many hundred times."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", lambda: quick)
        yield


@pytest.fixture(scope="session")
def planned_town(tmp_path_factory: pytest.TempPathFactory) -> PlannedTown:
    """Return the town as planned; for reading only."""
    folder, said = tmp_path_factory.mktemp("planned"), io.StringIO()
    town = write_town(folder / "town")
    words = ["plan", str(town), "--week", "2026-W48", "--out", str(folder / "out"), "--time-limit", "5"]
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.setenv("WUZAO_CACHE", str(folder / "cache"))
        code = main(words)
    return PlannedTown(town, folder / "out", code, said.getvalue())


@pytest.fixture
def copied(planned_town: PlannedTown) -> Callable[[Path], Path]:
    """Return what copies the planned week into a folder that may be changed."""

    def copy(folder: Path) -> Path:
        return Path(shutil.copytree(planned_town.out, folder))

    return copy
