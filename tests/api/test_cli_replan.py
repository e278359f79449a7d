"""The command that plans a published week again: what it writes, prints and exits with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from api.outputs import REPLANNED, WRITTEN
from tests.api.conftest import PlannedTown
from tests.api.test_cli import document, plan_town
from tests.town import write_town


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZAO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town")


EVENT = {
    "schema": "wuzao-event/1",
    "event": "report",
    "known": "2026-11-24T09:30:00+08:00",
    "officer": "01",
    "community": "C2",
    "from": "2026-11-24T09:30:00+08:00",
    "to": "2026-11-24T10:15:00+08:00",
}


def replan_town(town: Path, plan: Path, event: dict[str, Any], out: Path, *options: str) -> int:
    told = out.parent / f"{out.name}-event.json"
    told.write_text(json.dumps(event), encoding="utf-8")
    return main(["replan", str(town), str(plan), "--event", str(told), "--out", str(out), *options])


def test_replanning_writes_all_that_planning_does_and_what_changed(
    town: Path, tmp_path: Path, copied: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    copied(tmp_path / "a")
    before = document(tmp_path / "a" / "plan.json")
    out = next(r for r in before["routes"] if r["date"] == "2026-11-24" and r["band"]["id"] == "early")
    event = {**EVENT, "officer": out["crew"]["officers"][0]["id"]}
    code = replan_town(town, tmp_path / "a" / "plan.json", event, tmp_path / "b", "--lang", "en")
    said = capsys.readouterr().out
    assert {entry.name for entry in (tmp_path / "b").iterdir()} == WRITTEN | REPLANNED
    changed = document(tmp_path / "b" / "changes.json")
    assert changed["event"]["en"] in said
    assert all(change["sentence"]["en"] in said for change in changed["changes"])
    assert [c["before"] for c in changed["undo"]] == [c["after"] for c in changed["changes"]]
    assert document(tmp_path / "b" / "plan.before.json") == before
    assert document(tmp_path / "b" / "plan.json")["replanned"]["events"][0]["event"] == "report"
    assert main(["check", str(town), str(tmp_path / "b" / "plan.json"), "--json"]) == code
    again = {**EVENT, "event": "visit_overran", "known": "2026-11-24T09:00:00+08:00", "visit": "none", "until": "?"}
    assert replan_town(town, tmp_path / "b" / "plan.json", again, tmp_path / "c") == 2
    said = capsys.readouterr().err
    for where in ("[known]", "[visit]", "[until]"):
        assert where in said
    assert not (tmp_path / "c").exists()


def test_planning_anew_into_a_folder_of_a_replanned_week_leaves_no_changes_behind(
    town: Path, tmp_path: Path, planned_town: PlannedTown
) -> None:
    event = {**EVENT, "event": "vehicle_broken", "vehicle": "V1"}
    replan_town(town, planned_town.out / "plan.json", event, tmp_path / "b")
    plan_town(town, tmp_path / "b")
    assert {entry.name for entry in (tmp_path / "b").iterdir()} == WRITTEN
