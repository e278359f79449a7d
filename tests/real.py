"""The real geodata that some tests run on, where it is at hand: ``../shared/data`` beside the checkout, never in it."""

from __future__ import annotations

from pathlib import Path

import pytest

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
BENCH = REAL_DATA.parent / "bench"
"""Public instances and tables with published answers, likewise."""


def real_data(name: str) -> Path | None:
    """Return a file or folder of the real data, or None where there is none at all.

    Where the data is at hand but lacks `name`, that is a failure and no reason to skip.
    """
    if not REAL_DATA.is_dir():
        return None
    path = REAL_DATA / name
    if not path.exists():
        raise FileNotFoundError(path)
    return path


def need_real_data(name: str) -> Path:
    """Return a file or folder of the real data; skip where there is none, which `tests.ran` allows only there."""
    path = real_data(name)
    if path is None:
        pytest.skip("the real data is not at hand")
    return path


def need_bench(name: str) -> Path:
    """Return a folder of public instances; skip where there are none at all."""
    if not BENCH.is_dir():
        pytest.skip("the real data is not at hand")
    path = BENCH / name
    if not path.exists():
        raise FileNotFoundError(path)
    return path
