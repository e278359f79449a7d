"""`wuzao check --scene`: the two-hour check where it is known from where within a community a report comes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.cli import main
from tests.town import write_town


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The town and its plan."""
    folder = tmp_path_factory.mktemp("scenes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WUZAO_CACHE", str(folder / "cache"))
        town = str(write_town(folder / "town"))
        main(["plan", town, "--week", "2026-W48", "--out", str(folder / "out"), "--time-limit", "0.2"])
    return town, str(folder / "out" / "plan.json")


def _worst(
    planned: tuple[str, str], capsys: pytest.CaptureFixture[str], community: str, *scenes: str
) -> dict[str, Any]:
    """Return the slowest arrival of a community."""
    capsys.readouterr()
    main(["check", *planned, "--json", *(part for scene in scenes for part in ("--scene", scene))])
    told = json.loads(capsys.readouterr().out)["response"]["communities"]
    return next(one for one in told if one["community"] == community)["worst"]  # type: ignore[no-any-return]  # JSON


def test_a_scene_at_the_only_gate_is_reached_as_the_gate_is(
    planned: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    at_the_gate = _worst(planned, capsys, "C2", "C2:121.250,31.371")
    assert at_the_gate["gate"] == "现场"
    assert at_the_gate | {"gate": "G1"} == _worst(planned, capsys, "C2")


def test_of_several_scenes_the_one_reached_last_counts(
    planned: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    far = _worst(planned, capsys, "C2", "C2:121.300,31.371")
    both = _worst(planned, capsys, "C2", "C2:121.250,31.371", "C2:121.300,31.371")
    assert both | {"gate": "现场"} == far
    assert both["gate"] == "现场2"
    assert far["seconds"] > _worst(planned, capsys, "C2")["seconds"]


def test_a_scene_in_no_community_is_named_with_those_there_are(
    planned: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *planned, "--scene", "C9:121.25,31.37"]) == 2
    said = capsys.readouterr().err
    assert "没有编号为“C9”的小区" in said
    assert "C1、C2、C3" in said


@pytest.mark.parametrize("text", ["C2", "C2:121.25", "121.25,31.37", "C2:a,b", "C2:121.25,95", "C2:nan,31"])
def test_what_is_no_scene_is_refused_with_an_example(
    planned: tuple[str, str], capsys: pytest.CaptureFixture[str], text: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", *planned, "--scene", text])
    assert stopped.value.code == 2
    assert "C1:121.25,31.38" in capsys.readouterr().err
