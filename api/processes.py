"""Work in processes of its own beside the server: how it is begun, and how much it may take for itself."""

from __future__ import annotations

import multiprocessing
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Windows has no such thing to import
    from multiprocessing.context import ForkServerContext, SpawnContext


def apart() -> ForkServerContext | SpawnContext:
    """Return how work is begun in a process of its own, none of the server's threads and connections in it.

    Where the system can, such processes are forked off one that does nothing else and has imported what a plan takes:
    work begins at once, and not after the two seconds and more that the imports take each time.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["api.worker"])
    return context


def modest(limit: int) -> None:
    """Let this process take no more than `limit` bytes of memory (0: no limit), and time that others leave."""
    if hasattr(os, "nice"):
        os.nice(10)  # whoever waits for an answer goes before whoever waits for a plan
    if limit and sys.platform == "linux":
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
