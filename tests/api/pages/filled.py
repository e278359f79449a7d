"""A town whose records are full: long names, hostile text, cases at every stage, a published plan, reviews to make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from api.storage.engine import connect, writing
from api.storage.plans import Change, PlanState, add_draft, change_plan, get_plan
from tests.api import fake_work
from tests.api.pages.stage import Stage, staged
from tests.api.served import MONDAY, PASSWORD, Clock
from tests.api.stores import records
from tests.town import CORNERS, OFFICERS, PARTNERS, communities, geojson, write_town

HOSTILE = '"><img src=x onerror=alert(1)>${7*7}{{7*7}}'
LONG = "嘉定新城远香湖畔春申阳光花园二期东区北块动迁安置房甲苑小区"
SURNAME = "欧阳司徒"
NOW = MONDAY + timedelta(days=2, hours=2)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
NAMES = {"C1": LONG, "C2": "乙苑", "C3": HOSTILE}


def write_full_town(folder: Path) -> Path:
    """Write the small town with names that are long or hostile."""
    features = communities()
    for feature in features:
        properties = feature["properties"]
        assert isinstance(properties, dict)
        properties["name"] = NAMES[properties["id"]]
    quoted = HOSTILE.replace('"', '""')
    return write_town(
        folder,
        communities=geojson(features),
        officers=OFFICERS.replace("队员01", SURNAME).replace("队员04", f'"{quoted}"'),
        partners=PARTNERS.replace("甲乙物业", f'"{quoted}"').replace("联络员甲", SURNAME),
    )


@contextmanager
def full(folder: Path, document: dict[str, Any] | None = None) -> Iterator[Stage]:
    """Yield a served town with everything in its records, on the Wednesday of week 48; `document` is published."""
    with staged(folder, write_full_town(folder / "town"), fake_work.quick, Clock(NOW)) as stage:
        _register(stage)
        _report(stage)
        if document is not None:
            publish(folder, document)
        yield stage


def planned(folder: Path) -> dict[str, Any]:
    """Return the document of a plan, with the full town's names."""
    text = (folder / "plan.json").read_text(encoding="utf-8")
    for old, new in (("队员01", SURNAME), ("队员04", HOSTILE), ("甲乙物业", HOSTILE), ("丙苑", HOSTILE)):
        text = text.replace(json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False))
    found: dict[str, Any] = json.loads(text.replace('"甲苑"', f'"{LONG}"'))
    return found


def publish(folder: Path, document: dict[str, Any], plan_id: str = "0123456789abcdef") -> str:
    """Publish a plan's document in the records, without a planning process."""
    store, at = connect(records(folder / "data")), MONDAY - timedelta(days=3)
    with writing(store) as connection:
        add_draft(connection, "town", plan_id, document, at)
        kept = get_plan(connection, "town", plan_id)
        change_plan(connection, "town", kept, Change(at, "administrator", state=PlanState.PUBLISHED))
    store.dispose()
    return plan_id


def unharmed(page: Page) -> None:
    """Fail where text that people typed became anything but text."""
    assert page.locator("img[src='x'], main script, [onerror]").count() == 0
    assert "49}}" not in page.inner_text("body")
    assert "$49" not in page.inner_text("body")


def sign_in(stage: Stage) -> None:
    """Sign the administrator in anew: sessions end while a test's clock runs ahead."""
    me = stage.asked("POST", "/api/sign-in", json={"name": "administrator", "password": PASSWORD})
    stage.client.headers["x-csrf-token"] = me["csrf"]


def report(stage: Stage, community: str, at: datetime, **said: Any) -> str:
    """Report something in a community at a time, and return the number of its case."""
    west, south = CORNERS[community]
    told = {
        "lon": west + 0.001,
        "lat": south + 0.001,
        "channel": "public",
        "type": "flue",
        "building": "3 幢 501",
        "note": "厨房外墙开孔",
        "reporter_name": SURNAME,
        "reporter_phone": "13812345678",
        "reported_at": at.isoformat(),
    }
    return str(stage.asked("POST", f"{stage.base}/reports", json=told | said)["case"]["id"])


def step(stage: Stage, case: str, kind: str, at: datetime, **said: Any) -> None:
    """Take a case one step on."""
    body = {"kind": kind, "at": at.isoformat(), **said}
    stage.asked("POST", f"{stage.base}/cases/{case}/steps", json=body)


def handled(stage: Stage, community: str, at: datetime, **said: Any) -> str:
    """Report something, send somebody and put it right within two hours; return the number of its case."""
    case = report(stage, community, at, **said)
    step(stage, case, "dispatched", at + timedelta(minutes=5), officers=["01", "02"])
    step(stage, case, "arrived", at + timedelta(minutes=40), officer="01", reason="定位失灵")
    photo = stage.asked("POST", f"{stage.base}/files", content=PNG)["sha256"]
    done = {"outcome": "rectified", "note": HOSTILE, "files": [photo]}
    step(stage, case, "handled", at + timedelta(minutes=80), **done)
    return case


def _report(stage: Stage) -> None:
    kinds = ("flue", "load_bearing", "drying_rack", "illegal_structure")
    for number in range(8):
        at = NOW - timedelta(days=7 * number + 9, hours=1)
        handled(stage, ("C1", "C2", "C3")[number % 3], at, type=kinds[number % 4], building=f"{number + 1} 幢 101")
    for number in range(3):
        at = NOW - timedelta(days=3 + number)
        dissuaded = (at - timedelta(hours=30)).isoformat()
        report(stage, "C1", at, channel="property", dissuaded_at=dissuaded, note=HOSTILE, building=HOSTILE)
    late = report(stage, "C2", NOW - timedelta(hours=4), note="敲墙,电话 13912345678", outside_number=HOSTILE)
    step(stage, late, "dispatched", NOW - timedelta(hours=3), officers=["03", "04"])
    report(stage, "C1", NOW - timedelta(minutes=20), type="load_bearing", note="承重墙开洞", building="5 幢 1201")


def _register(stage: Stage) -> None:
    base = stage.base
    for number in range(6):
        day = f"2026-11-{number + 2:02d}"
        one = {"community": "C1", "building": f"{number + 1} 幢 101", "registered_on": day, "contractor": HOSTILE}
        stage.asked("POST", f"{base}/renovations", json=one)
    for officer, points in (("01", 92), ("02", 81.5), ("03", 77), ("04", 95)):
        place = "C1" if officer in {"01", "02"} else "C2"
        said = {"officer": officer, "community": place, "day": "2026-11-10", "points": points, "note": HOSTILE}
        stage.asked("POST", f"{base}/feedback", json=said)
    photo = stage.asked("POST", f"{base}/files", content=PNG, params={"name": HOSTILE})["sha256"]
    item = {"item": "briefing-C1", "day": "2026-11-20", "note": HOSTILE, "files": [photo]}
    stage.asked("POST", f"{base}/communities/C1/evidence", json=item)
