"""Take the pictures of docs/pages.md: `python -m tests.pictures` (needs Chromium and two minutes).

The example squad, a published plan, a Monday morning with some reports; everything in them is invented.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from api.security.roles import Role
from tests.api.pages.stage import Stage, before, staged
from tests.api.served import EXAMPLE, MONDAY, Clock
from tests.browser import chromium

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SMALL: Mapping[str, float] = {"desk": 0.6, "tablet": 0.6, "phone": 0.8}
"""Picture points for a point of the page: enough to see what is where."""

TEN = MONDAY + timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to take: where, how wide, in which language, and as whom."""

    name: str
    place: str
    width: str = "desk"
    language: str = "zh"
    who: str = "administrator"


def pictures(stage: Stage, plan: str, community: str, officer: str) -> Iterator[Picture]:
    """Return the pictures to take."""
    board = f"{stage.pages}/plans/{plan}"
    yield Picture("board", board)
    yield Picture("board-en", board, language="en")
    yield Picture("board-phone", board, "phone")
    yield Picture("live", f"{stage.pages}/live")
    yield Picture("today", "/today", "phone", who=officer)
    yield Picture("map", f"{stage.pages}/map")
    yield Picture("community", f"{stage.pages}/communities/{community}")
    yield Picture("reviews", f"{stage.pages}/reviews")
    yield Picture("notice", f"{stage.pages}/communities/{community}/notice")
    yield Picture("print", f"{board}/print")
    yield Picture("start", "/")


def fill_in(stage: Stage) -> tuple[str, str]:
    """Hand in some reports and renovations; return a community in its peak and an officer's account."""
    places = stage.asked("GET", f"{stage.base}/communities")
    peak = [one for one in places if one["phase"] == "peak"]
    for number, one in enumerate(peak[:3]):
        ring = one["boundary"]["coordinates"][0]
        lon, lat = (sum(point[axis] for point in ring[:-1]) / (len(ring) - 1) for axis in (0, 1))
        at = (TEN - timedelta(minutes=15 + 35 * number)).isoformat()
        kind = ("flue", "load_bearing", "drying_rack")[number]
        report = {"lon": lon, "lat": lat, "type": kind, "building": f"{number + 3} 幢 501", "reported_at": at}
        stage.asked("POST", f"{stage.base}/reports", json=report)
        day = (TEN - timedelta(days=number + 1)).date().isoformat()
        renovation = {"community": one["id"], "building": f"{number + 1} 幢 1202", "registered_on": day}
        stage.asked("POST", f"{stage.base}/renovations", json=renovation)
    return str(peak[0]["id"]), stage.account(Role.OFFICER, peak[0]["a_officer"])


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        staged(Path(folder), EXAMPLE, clock=Clock(TEN), squad="jiading") as stage,
    ):
        plan = stage.planned(published=True, time_limit=40)
        community, officer = fill_in(stage)
        for one in pictures(stage, plan, community, officer):
            shown = before(
                browser,
                stage,
                one.place,
                width=one.width,
                language=one.language,
                who=one.who,
                scale=SMALL[one.width],
            )
            with shown as (page, _):
                page.wait_for_timeout(2500)
                page.screenshot(path=FOLDER / f"{one.name}.jpg", type="jpeg", quality=70)


if __name__ == "__main__":
    main()
