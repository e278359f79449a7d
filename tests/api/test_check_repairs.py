"""`wuzao check --repairs`: ways to mend each gap on the terminal, in JSON, and as plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from tests.town import SQUAD, write_town

SHIFTS = "officer,date,band\n" + "".join(f"{officer},2026-11-23,early\n" for officer in ("01", "02", "03", "04"))
TIGHT = SQUAD.replace('[layers.leave]\nfile = "leave.csv"\n\n', "") + (
    "\n[policy.response]\nlimit_minutes = 45\nguaranteed = false\n"
)


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code of `wuzao check` and what it prints."""
    capsys.readouterr()
    code = main(["check", *arguments])
    return code, capsys.readouterr().out


def response(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(asked(capsys, *arguments, "--json")[1])["response"]
    return said


def test_gaps_come_with_ways_to_mend_them_in_words_in_json_and_as_plans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both officers of a community go out together on an inspection of 80 minutes, and 45 minutes are promised."""
    monkeypatch.setenv("WUZAO_CACHE", str(tmp_path / "cache"))
    town = str(write_town(tmp_path / "town", squad=TIGHT, shifts=SHIFTS, leave=None))
    main(["plan", town, "--week", "2026-W48", "--out", str(tmp_path / "out"), "--time-limit", "0.2"])
    plan = str(tmp_path / "together.json")
    document = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    for route in document["routes"]:
        for crew in (route["crew"], *route["stops"]):
            lead = crew["officers"][0]["id"]
            crew["officers"][1] = {"id": {"01": "02", "02": "01", "03": "04", "04": "03"}[lead], "name": "second"}
    Path(plan).write_text(json.dumps(document), encoding="utf-8")

    folder = tmp_path / "ways"
    code, chinese = asked(capsys, town, plan, "--out", str(folder))
    assert code == 3
    assert "  → 任务改为可中断:周一" in chinese
    assert "  → 换人:周一早班" in chinese
    told = response(capsys, town, plan, "--repairs")
    assert [(gap["community"], gap["start"]) for gap in told["gaps"]] == [
        (mending["community"], mending["start"]) for mending in told["repairs"]
    ]
    assert all(mending["ways"] for mending in told["repairs"])
    ways = [way for mending in told["repairs"] for way in mending["ways"]]
    assert all(way["late_seconds"]["after"] < way["late_seconds"]["before"] == told["late_seconds"] for way in ways)
    written = sorted(folder.iterdir())
    assert {path.stem.partition("-")[2] for path in written} <= {way["kind"] for way in ways}
    assert response(capsys, town, str(written[0]))["late_seconds"] < told["late_seconds"]
    assert asked(capsys, town, plan, "--out", str(folder))[0] == 2, "the folder is no longer empty"
