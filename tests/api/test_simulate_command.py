"""`wuzao simulate`: what it prints and exits with."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from api.cli import main
from api.cli_progress import counted_line
from tests.api.conftest import PlannedTown


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZAO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def planned(planned_town: PlannedTown) -> tuple[str, str]:
    return str(planned_town.town), str(planned_town.out / "plan.json")


def test_weeks_are_simulated_and_told_in_chinese(planned: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *planned, "--weeks", "30"]) == 0
    said = capsys.readouterr().out
    assert "模拟 30 周" in said
    assert "95% 区间" in said
    assert "依据:" in said


def test_two_plans_are_compared_under_the_same_reports_as_json(
    planned: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["simulate", *planned, "--weeks", "30", "--against", planned[1], "--rate-factor", "2", "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["plan"] == told["other"]
    assert told["difference"] == [0.0, 0.0, 0.0]
    assert told["plan"]["weeks"] == 30
    assert told["plan"]["share"][1] <= told["plan"]["share"][0] <= told["plan"]["share"][2]


def test_english_names_the_other_plan(planned: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *planned, "--weeks", "2", "--against", planned[1], "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "The other plan" in said
    assert "same reports" in said


@pytest.mark.parametrize("weeks", ["0", "-1", "many"])
def test_no_number_of_weeks_is_no_simulation(
    planned: tuple[str, str], capsys: pytest.CaptureFixture[str], weeks: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["simulate", *planned, "--weeks", weeks])
    assert stopped.value.code == 2
    assert "1 以上的整数" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_shown_a_bar_that_goes_away_at_the_end() -> None:
    stream = Terminal()
    with counted_line(stream, "en", 40) as tell:
        tell(20)
    assert "[##########..........] 20 of 40 weeks" in stream.getvalue()
    assert stream.getvalue().endswith("\r")
    silent = io.StringIO()
    with counted_line(silent, "zh", 40) as tell:
        tell(20)
    assert silent.getvalue() == ""
