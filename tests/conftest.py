"""What holds for every test."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # on a busy machine any example may take long
settings.load_profile("unhurried")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the storage that this run is not over, put first what takes long, and note the markers.

    They go into the JUnit file, where `tests.ran` counts them.
    """
    other = "sqlite" if os.environ.get("WUZAO_TEST_DATABASE") else "postgres"
    left_out = [item for item in items if item.get_closest_marker(other) is not None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    # what a browser shows takes longest, a file of it a minute and more: begun last, it would be waited for alone
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
    for item in items:
        item.user_properties.extend(
            ("marker", name) for name in ("browser", "real") if item.get_closest_marker(name) is not None
        )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Let one worker more than there are processors run under ``-n auto``: tests before a browser wait a lot."""
    return (os.cpu_count() or 1) + 1


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave browser tests out where there is no Chromium; `WUZAO_REQUIRE_BROWSER`, as in `.ci/run`, has them fail."""
    if item.get_closest_marker("browser") is None or os.environ.get("WUZAO_REQUIRE_BROWSER"):
        return
    from tests.browser import CHROMIUM  # noqa: PLC0415 - Playwright is slow to import, and most runs need none of it

    if CHROMIUM is None:
        pytest.skip("no Chromium here: install Debian's package 'chromium'")
