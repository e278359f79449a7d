"""The planning process's work, named without loading what it takes: only the process that does it needs that."""

from __future__ import annotations

from pathlib import Path

from api.jobs.job import Order


def make_plan(order: Order, folder: Path) -> None:
    """Make the plan of an order, as `api.worker.make_plan` does."""
    # 200 MB of libraries, which whoever hands out orders would hold for nothing
    from api.worker import make_plan as made  # noqa: PLC0415 - as above

    made(order, folder)
