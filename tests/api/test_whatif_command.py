"""`wuzao whatif`: what it prints and exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import main
from tests.town import write_town


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZAO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    return ["whatif", str(write_town(tmp_path / "town")), "--week", "2026-W48", "--time-limit", "1"]


def test_the_week_is_told_as_it_is_and_as_it_would_be(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = main([*asked, "--without-officer", "01", "--lang", "en"])
    said = capsys.readouterr().out
    assert "What if: without 队员01" in said
    assert "mandatory visits placed: " in said
    assert "slowest arrival: " in said
    assert (code == 0) == ("newly missed" not in said and "nobody can come" not in said) or code == 3


def test_every_answer_is_there_as_json_too(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--more-peak", "1", "--add-band", "01:late", "--n-1", "--break-even", "officers", "--json"]
    assert main([*asked, *options]) in (0, 3)
    told = json.loads(capsys.readouterr().out)
    assert {loss["officer"] for loss in told["without_each"]} == {"01", "02", "03", "04"}
    assert told["break_even"]["question"] == "officers"
    assert told["after"]["placed"] + len(told["after"]["missed"]) > told["before"]["placed"]
    assert "worst_arrival" not in told, "nobody knows the ways to the gates of a community that is not there"


def test_chinese_says_who_is_missed_most(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = main([*asked, "--n-1", "--break-even", "peak"])
    said = capsys.readouterr().out
    assert "逐一去掉 4 名持证队员" in said
    assert "试 0:排得上" in said
    assert code == (0 if "0 名缺了就有必做排不上" in said else 3)


def test_every_fault_of_what_is_asked_is_named_at_once(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--without-officer", "09", "--without-community", "C9", "--add-band", "01:noon", "--more-peak", "999"]
    assert main([*asked, *wrong, "--lang", "en"]) == 2
    said = capsys.readouterr().err
    for what in ("09", "C9", "noon", "more_peak"):
        assert what in said
    assert main(asked) == 2
    assert "没有问任何事" in capsys.readouterr().err
