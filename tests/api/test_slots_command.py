"""`wuzao slots` and its endpoint: the ways listed, one of them taken, and every fault of the question named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.cli import main
from api.outputs import REPLANNED, WRITTEN
from api.worker import make_plan
from tests.api.conftest import PlannedTown
from tests.api.served import finished, problem, serving
from tests.api.test_cli import ROOT, document
from tests.town import write_town


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZAO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def planned(planned_town: PlannedTown) -> tuple[Path, Path]:
    return planned_town.town, planned_town.out / "plan.json"


def test_the_ways_are_listed_in_words_and_in_json_and_one_is_taken(
    planned: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town, plan = planned
    asked = ["slots", str(town), str(plan), "--community", "C3", "--kind", "routine", "--minutes", "30"]
    assert main([*asked, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "asks for one more visit" in said
    assert "1. " in said
    assert main([*asked, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["minutes"] == 30
    assert listed["slots"][0]["sentence"]["en"] in said
    out = tmp_path / "b"
    assert main([*asked, "--take", "1", "--out", str(out)]) == 0
    assert {entry.name for entry in out.iterdir()} == WRITTEN | REPLANNED
    made = document(out / "plan.json")
    stops = {stop["visit"]: stop for route in made["routes"] for stop in route["stops"]}
    assert stops[listed["visit"]]["begin"] == listed["slots"][0]["from"]
    assert main(["check", str(town), str(out / "plan.json")]) == 0
    assert main([*asked[:2], str(out / "plan.json"), *asked[3:], "--day", "2026-11-26"]) in (0, 3)


def test_every_fault_of_the_question_is_named_at_once(
    planned: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town, plan = planned
    wrong = ["--community", "C9", "--kind", "tea", "--day", "2026-12-24", "--partner", "nobody", "--minutes", "0"]
    assert main(["slots", str(town), str(plan), *wrong, "--lang", "en"]) == 2
    said = capsys.readouterr().err
    for what in ("C9", "tea", "2026-12-24", "nobody", "minutes"):
        assert what in said
    right = ["slots", str(town), str(plan), "--community", "C3", "--kind", "routine"]
    assert main([*right, "--take", "1"]) == 2
    assert main([*right, "--take", "99", "--most", "1", "--out", str(tmp_path / "b")]) == 2
    assert not (tmp_path / "b").exists()


def test_over_http_a_way_is_asked_for_and_taken(tmp_path: Path) -> None:
    with serving(tmp_path, make_plan, source=write_town(tmp_path / "town")) as client:
        order = {"week": "2026-W48", "time_limit": 2}
        place = finished(client, client.post("/api/squads/town/plans", json=order).headers["location"])["links"]["self"]
        asked = {"community": "C3", "kind": "routine"}
        listed = client.get(f"{place}/slots", params=asked).json()
        assert listed["slots"]
        assert client.post(f"{place}/slots", json={**asked, "take": 1}).json()["state"] == "done"
        stops = {stop["visit"] for route in client.get(f"{place}/plan").json()["routes"] for stop in route["stops"]}
        assert listed["visit"] in stops
        assert problem(client.get(f"{place}/slots", params={"community": "C9"}), 422)["faults"]
        problem(client.get(f"{place}/slots", params={**asked, "tea": "yes"}), 422)


def test_ctrl_c_once_writes_the_best_plan_so_far(tmp_path: Path) -> None:
    town, out = write_town(tmp_path / "town"), tmp_path / "out"
    words = [sys.executable, "-c", SLOW, "plan", str(town), "--week", "2026-W48", "--out", str(out), "--lang", "en"]
    with subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        assert b"planning" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        said = running.stderr.read().decode()
        assert running.wait(60) in (0, 3)
    assert "Stopping with the best plan so far" in said
    assert any("Stopped early" in note["en"] for note in document(out / "plan.json")["notes"])


def test_ctrl_c_twice_gives_up_and_writes_nothing(tmp_path: Path) -> None:
    town, out = write_town(tmp_path / "town"), tmp_path / "out"
    words = [sys.executable, "-c", STUCK, "plan", str(town), "--week", "2026-W48", "--out", str(out), "--lang", "en"]
    with subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        assert b"planning" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        while b"Stopping" not in running.stderr.readline():
            assert running.poll() is None
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read().decode()
        assert running.wait(60) == 130
    assert "Given up: nothing was written" in said
    assert not out.exists()


SLOW = """
import sys, time
import api.commands as commands
from api.cli import main

plan_week = commands.plan_week


def slowly(problem, *, stop, **rest):
    sys.stderr.write("planning\\n")
    sys.stderr.flush()
    while not stop():
        time.sleep(0.01)
    return plan_week(problem, stop=stop, **rest)


commands.plan_week = slowly
sys.exit(main(sys.argv[1:]))
"""

STUCK = SLOW.replace("while not stop():", "while True:")
