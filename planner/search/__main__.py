"""Compile the search now, so that no plan waits for it: ``python -m planner.search``, after installing or updating."""

from __future__ import annotations

from pathlib import Path

from planner.search.warm import warm_up


def forget_compiled() -> None:
    """Delete what was compiled beside the source: numba notices changes only in the file that a function stands in."""
    for file in (Path(__file__).parent / "__pycache__").glob("*.nb[ic]"):
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    forget_compiled()
    warm_up()
