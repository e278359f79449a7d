"""Which release this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """Return the installed version; 0 in a checkout that was never installed."""
    try:
        return version("wuzao")
    except PackageNotFoundError:
        return "0"
