"""Deadlines, weeks and re-checks are Shanghai's: wherever the server stands, at night, at a month's end, set back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from planner.week import Week
from tests.api import fake_work
from tests.api.served import Clock, serving, sign_in
from tests.town import write_town

TOWN = "/api/squads/town"
SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 11, 30, 23, 30, tzinfo=SHANGHAI)
SHIFTS = "officer,date,band\n" + "".join(
    f"{officer},2026-{day},{band}\n"
    for day in ("11-30", "12-01")
    for officer, band in (("01", "early"), ("03", "early"), ("02", "middle"), ("04", "middle"))
)


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Shanghai"])
def zone(request: pytest.FixtureRequest) -> Iterator[ZoneInfo]:
    """The zone of the server's machine."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield ZoneInfo(request.param)
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.fixture
def clock(zone: ZoneInfo) -> Clock:
    return Clock(NIGHT.astimezone(zone))


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[TestClient]:
    town = write_town(tmp_path / "town", shifts=SHIFTS)
    with serving(tmp_path, fake_work.quick, source=town, clock=clock) as client:
        yield client


def step(client: TestClient, case: str, **said: Any) -> dict[str, Any]:
    answer = client.post(f"{TOWN}/cases/{case}/steps", json=said)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_at_2330_at_a_month_s_end_everything_is_of_that_day(client: TestClient, clock: Clock) -> None:
    told = {"lon": 121.241, "lat": 31.371, "channel": "public", "type": "flue"}
    case = client.post(f"{TOWN}/reports", json=told).json()["case"]
    assert case["id"].startswith("20261130-")
    # nobody is on duty after 19:30: the two hours run from the next morning's 07:30
    assert moment(case["due_at"]) == datetime(2026, 12, 1, 9, 30, tzinfo=SHANGHAI)
    step(client, case["id"], kind="dispatched", officers=["01"])
    clock.now += timedelta(minutes=10)
    step(client, case["id"], kind="arrived", officer="01", lon=121.241, lat=31.371)
    clock.now += timedelta(minutes=10)
    handled = step(client, case["id"], kind="handled", outcome="rectified")
    assert handled["recheck_due"] == "2026-12-07"
    assert client.get(f"{TOWN}/reviews/outcome/2026-11").json()["document"]["complaints"]["ids"] == [case["id"]]
    assert client.get(f"{TOWN}/reviews/outcome/2026-12").json()["document"]["complaints"]["ids"] == []


def test_a_time_told_in_another_zone_is_the_same_instant(client: TestClient, clock: Clock) -> None:
    clock.now += timedelta(hours=1)
    utc = NIGHT.astimezone(UTC)
    told = {"lon": 121.241, "lat": 31.371, "reported_at": utc.isoformat()}
    case = client.post(f"{TOWN}/reports", json=told).json()["case"]
    assert moment(case["reported_at"]) == NIGHT
    for kind, more in (("dispatched", {"officers": ["01"]}), ("arrived", {"officer": "01", "reason": "测试"})):
        step(client, case["id"], kind=kind, at=utc.isoformat(), **more)
    assert (
        step(client, case["id"], kind="handled", outcome="rectified", at=utc.isoformat())["recheck_due"] == "2026-12-07"
    )


def test_a_clock_set_back_stops_nobody_and_puts_nothing_out_of_order(client: TestClient, clock: Clock) -> None:
    case = client.post(f"{TOWN}/reports", json={"lon": 121.241, "lat": 31.371}).json()["case"]["id"]
    sent = client.post(f"{TOWN}/cases/{case}/steps", json={"kind": "dispatched", "officers": ["01"]}).json()
    clock.now -= timedelta(hours=1)
    sign_in(client, "administrator")
    arrived = step(client, case, kind="arrived", officer="01", lon=121.241, lat=31.371)
    assert moment(arrived["first_arrival"]) >= moment(sent["reported_at"])
    assert client.post(f"{TOWN}/reports", json={"lon": 121.241, "lat": 31.371}).json()["case"]["id"] > case


@pytest.mark.parametrize(
    ("instant", "week"),
    [
        (datetime(2026, 11, 29, 23, 59, 59, tzinfo=SHANGHAI), "2026-W48"),
        (datetime(2026, 11, 30, tzinfo=SHANGHAI), "2026-W49"),
        (datetime(2026, 11, 29, 16, tzinfo=UTC), "2026-W49"),
        (datetime(2027, 1, 1, tzinfo=SHANGHAI), "2026-W53"),
    ],
)
def test_a_week_begins_on_monday_midnight_in_shanghai(zone: ZoneInfo, instant: datetime, week: str) -> None:
    assert str(Week.of(instant.astimezone(zone))) == week
