"""`wuzao check --repairs`: ways to mend each gap on the terminal, in both languages, and in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import main
from tests.town import SQUAD, write_town

SHIFTS = """\
officer,date,band
01,2026-11-23,early
03,2026-11-23,early
02,2026-11-23,middle
04,2026-11-23,middle
"""
TIGHT = SQUAD + "\n[policy.response]\nlimit_minutes = 45\nguaranteed = false\n"


@pytest.fixture
def tight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return a squad and its plan with gaps: within 45 minutes nobody leaves an inspection of 80."""
    monkeypatch.setenv("WUZAO_CACHE", str(tmp_path / "cache"))
    town = write_town(tmp_path / "town", squad=TIGHT, shifts=SHIFTS, leave=None)
    toml = (town / "squad.toml").read_text(encoding="utf-8")
    (town / "squad.toml").write_text(toml.replace('[layers.leave]\nfile = "leave.csv"\n', ""), encoding="utf-8")
    main(["plan", str(town), "--week", "2026-W48", "--out", str(tmp_path / "out"), "--time-limit", "0.2"])
    return str(town), str(tmp_path / "out" / "plan.json")


def test_each_gap_comes_with_its_ways_in_both_languages_and_in_json(
    tight: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["check", *tight, "--json"]) == 3
    assert "repairs" not in json.loads(capsys.readouterr().out)["response"], "nobody asked"
    assert main(["check", *tight, "--repairs"]) == 3
    chinese = capsys.readouterr().out
    assert main(["check", *tight, "--repairs", "--lang", "en"]) == 3
    english = capsys.readouterr().out
    assert "  → 任务改为可中断:周一" in chinese
    assert "  → make an inspection breakable: the joint inspection at" in english
    assert main(["check", *tight, "--repairs", "--json"]) == 3
    response = json.loads(capsys.readouterr().out)["response"]
    assert [(gap["community"], gap["start"]) for gap in response["gaps"]] == [
        (mending["community"], mending["start"]) for mending in response["repairs"]
    ]
    for mending in response["repairs"]:
        assert [way["kind"] for way in mending["ways"]]
        assert all(way["late_seconds"]["after"] < way["late_seconds"]["before"] for way in mending["ways"])
