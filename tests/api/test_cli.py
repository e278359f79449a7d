"""The command: what it writes, what it prints, what it exits with."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2
import pytest

import api
from api.cli import EXAMPLE, main
from api.cli_progress import progress_line
from api.errors import OutputFolderError
from api.files import file_name, id_of
from api.outputs import WRITTEN, _written_whole, require_ours
from api.settings import cache_folder, from_environment
from geo.text import Text
from planner.planning import Progress
from tests.api.conftest import PlannedTown
from tests.town import write_town

ROOT = Path(api.__file__).parents[1]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZAO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town")


def plan_town(town: Path, out: Path, *options: str) -> int:
    return main(["plan", str(town), "--week", "2026-W48", "--out", str(out), "--time-limit", "5", *options])


def document(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_planning_writes_everything_there_is_and_nothing_else(planned_town: PlannedTown) -> None:
    out = planned_town.out
    assert planned_town.code == 0
    assert {entry.name for entry in out.iterdir()} == WRITTEN
    assert {path.name for path in (out / "calendars").iterdir()} == {"01.ics", "02.ics", "03.ics", "04.ics"}
    pages = {path.relative_to(out).as_posix() for path in (out / "officers").rglob("*.html")}
    assert "officers/01/2026-11-23.html" in pages
    assert "officers/04/2026-11-27.html" not in pages, "on leave that day"
    assert len(pages) == 19
    assert document(out / "plan.json")["week"] == "2026-W48"
    assert {path.name for path in out.parent.iterdir()} - {"cache"} == {"out", "town"}


def test_the_summary_tells_what_is_placed_its_cost_its_proof_and_the_slowest_arrival(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_town(town, tmp_path / "out", "--lang", "en")
    said = capsys.readouterr().out
    assert re.search(r"(\d+) mandatory visits, \1 placed, 0 missed", said)
    assert re.search(r"Objective \d+ \(operating \d+\), bound \d+, gap \d", said)
    assert "Slowest arrival: " in said
    assert "straight-line estimates" in said
    assert "are invented" in said
    assert not re.search("[一-鿿]", re.sub(r"[甲乙丙]苑.门|[甲乙丙]苑|队员\d+|早班|中班|晚班", "", said)), (
        "English alone"
    )


def test_chinese_is_what_is_spoken_unless_asked_otherwise(planned_town: PlannedTown) -> None:
    assert "必做走访" in planned_town.said
    assert "最慢到场" in planned_town.said
    assert "行车时间为直线估算" in planned_town.said


def test_the_same_seed_and_limit_make_the_same_plan_document(
    town: Path, tmp_path: Path, planned_town: PlannedTown
) -> None:
    plan_town(town, tmp_path / "again", "--seed", "0")
    for name in ("plan.json", "response.json"):
        assert (tmp_path / "again" / name).read_bytes() == (planned_town.out / name).read_bytes()


def test_every_fault_of_every_file_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = write_town(
        tmp_path / "town",
        officers=("01,队员01,yes", "01,队员01,perhaps"),
        shifts=None,
        violations=("2026-11-09", "2026-13-09"),
    )
    assert plan_town(town, tmp_path / "out") == 2
    said = capsys.readouterr().err
    for file in ("officers.csv", "shifts.csv", "violations.csv"):
        assert file in said
    assert "没有写出任何文件" in said
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def test_a_road_file_that_is_none_is_a_fault_of_that_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = write_town(tmp_path / "town", squad=("[bands.early]", '[roads]\nfile = "roads.osm.pbf"\n\n[bands.early]'))
    (town / "roads.osm.pbf").write_bytes(b"not a pbf at all")
    assert plan_town(town, tmp_path / "out") == 2
    assert "roads.osm.pbf" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_roads_that_do_not_reach_a_gate_name_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = write_town(tmp_path / "town", squad=("[bands.early]", '[roads]\nfile = "roads.osm.pbf"\n\n[bands.early]'))
    example = ROOT / "examples" / "jiading" / "roads.osm.pbf"
    (town / "roads.osm.pbf").write_bytes(example.read_bytes())
    far = (town / "gates.csv").read_text(encoding="utf-8").replace("121.242,31.371", "121.2422,31.3712")
    (town / "gates.csv").write_text(far, encoding="utf-8")
    moved = (town / "squad.toml").read_text(encoding="utf-8").replace("lon = 121.2455", "lon = 121.1")
    (town / "squad.toml").write_text(moved, encoding="utf-8")
    assert plan_town(town, tmp_path / "out", "--lang", "en") == 2
    said = capsys.readouterr().err
    assert re.search(r"roads\.osm\.pbf: the station 中队驻地 is \d+ m from any usable road", said)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("week", ["2026-48", "2026-W60", "next", "2026-W00"])
def test_a_week_that_is_none_is_bad_input(
    town: Path, tmp_path: Path, week: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(town), "--week", week, "--out", str(tmp_path / "out")]) == 2
    assert week in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["plan"],
        ["plan", "x", "--week", "2026-W48"],
        ["plan", "x", "--week", "2026-W48", "--out", "o", "--time-limit", "-1"],
        ["plan", "x", "--week", "2026-W48", "--out", "o", "--time-limit", "nan"],
        ["plan", "x", "--week", "2026-W48", "--out", "o", "--seed", "1.5"],
        ["fly"],
        ["plan", "x", "--wek", "2026-W48"],
    ],
)
def test_a_command_that_is_not_understood_exits_2_and_says_how_to_get_help(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "--help" in capsys.readouterr().err


@pytest.mark.parametrize("before", [True, False])
def test_the_language_may_stand_before_or_after_the_command(
    before: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["check", str(tmp_path / "none"), str(tmp_path / "none.json")]
    assert main(["--lang", "en", *command] if before else [*command, "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert "nothing was written" in said.out + said.err or "error" in (said.out + said.err).lower()
    assert "错误" not in said.out + said.err


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", [[], ["plan"], ["check"], ["replan"], ["demo"], ["serve"]])
def test_help_is_given_in_both_languages(command: list[str], language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command, "--lang", language, "--help"])
    assert caught.value.code == 0
    said = capsys.readouterr().out
    assert ("用法:" in said) == (language == "zh")
    assert "%(" not in said


def test_a_visit_that_cannot_be_placed_exits_3_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = write_town(tmp_path / "town", partners=("周一至周五 08:30-17:00", "周六 20:00-22:00"))
    assert plan_town(town, tmp_path / "out", "--lang", "en") == 3
    said = capsys.readouterr().out
    missed = said[said.index("Missed:") :]
    assert re.search(r"Missed: [甲乙]苑, joint inspection\n  · \S", missed)
    assert "mandatory_work_is_placed" not in said, "the reasons are given once"
    assert "not to be published" in said
    assert document(tmp_path / "out" / "plan.json")["missed"]


def test_a_folder_with_other_things_in_it_is_left_alone(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "季度总结.docx").write_text("do not lose me", encoding="utf-8")
    assert plan_town(town, out) == 2
    assert "季度总结.docx" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["季度总结.docx"]


def test_earlier_results_are_replaced_as_a_whole(town: Path, tmp_path: Path, copied: Callable[[Path], Path]) -> None:
    out = copied(tmp_path / "out")
    (out / "officers" / "99").mkdir()
    assert plan_town(town, out) == 0
    assert not (out / "officers" / "99").exists()


def test_results_are_never_seen_half_written_and_earlier_ones_survive_a_failure(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.json").write_text("earlier", encoding="utf-8")

    def fail_half_way() -> None:
        with _written_whole(out) as folder:
            (folder / "plan.json").write_text("half", encoding="utf-8")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail_half_way()
    assert (out / "plan.json").read_text(encoding="utf-8") == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_is_a_file_is_no_folder_for_results(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(OutputFolderError):
        require_ours(tmp_path / "out")


def test_a_good_plan_passes_the_check(planned_town: PlannedTown, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(planned_town.town), str(planned_town.out / "plan.json"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["kept"] is True
    assert not [rule for rule in said["broken_rules"] if rule["hard"]]
    assert said["response"] == document(planned_town.out / "response.json")


def test_a_plan_changed_by_hand_fails_the_check_by_the_rule_it_breaks(
    town: Path, tmp_path: Path, copied: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = copied(tmp_path / "out") / "plan.json"
    plan = document(path)
    joint = next(route for route in plan["routes"] if any(stop["kind"] == "joint" for stop in route["stops"]))
    next(stop for stop in joint["stops"] if stop["kind"] == "joint")["partners"].pop()
    path.write_text(json.dumps(plan), encoding="utf-8")
    assert main(["check", str(town), str(path)]) == 3
    assert "partners_all_join" in capsys.readouterr().out
    assert main(["check", str(town), str(path), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["kept"] is False


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (None, "plan.json"),
        ("{", "plan.json 第 1 行"),
        ("[]", "plan.json"),
        ('{"week": "2026-48"}', "week"),
        ('{"week": "2026-W48"}', "routes"),
        ("[" * 100_000, "plan.json"),
        ("\udcff", "UTF-8"),
    ],
    ids=["missing", "broken", "list", "week", "empty", "deep", "bytes"],
)
def test_a_plan_file_that_is_none_is_bad_input(
    town: Path, tmp_path: Path, text: str | None, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.json"
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["check", str(town), str(path)]) == 2
    assert hint in capsys.readouterr().err


def test_progress_is_one_line_and_only_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    progress = Progress(best=2000, bound=1900, stage=Text("选择班组与路线", "Choosing crews and patrols"))
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        with progress_line(stream, "en") as tell:
            tell(Progress(best=None, bound=0, stage=progress.stage))
            tell(progress)
    assert "Choosing crews and patrols · best 2000 · bound 1900 · gap 5.00%" in terminal.getvalue()
    assert "\n" not in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
    assert file.getvalue() == ""


def test_the_demo_plans_its_squad_and_says_where_to_look(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("api.cli.EXAMPLE", str(town))  # the shipped one takes longer, and `make demo` plans it
    out = tmp_path / "demo"
    assert main(["demo", "--out", str(out), "--time-limit", "5", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert str(out / "week.html") in said
    assert {entry.name for entry in out.iterdir()} == WRITTEN


def test_the_demo_s_own_squad_is_shipped() -> None:
    assert (files("examples") / EXAMPLE / "squad.toml").is_file()


def test_serve_answers_on_its_port(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"WUZAO_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    environment |= {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            assert server.stdout is not None
            assert f":{port}/" in server.stdout.readline().decode()
            assert "/first?code=" in server.stdout.readline().decode(), "how to make the first account"
            assert answer(f"http://127.0.0.1:{port}/health", server)["status"] == "ok"
        finally:
            server.terminate()


def answer(address: str, server: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while True:
        assert server.poll() is None, "the server stopped"
        try:
            return dict(httpx2.get(address).json())
        except httpx2.ConnectError:
            assert time.monotonic() < deadline, "the server never answered"
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("01", "01"),
        ("队员01", "队员01"),
        ("a.b-c_d", "a.b-c_d"),
        ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a/b\\c:d", "a%2Fb%5Cc%3Ad"),
        ("CON", "%43ON"),
        ("nul.txt", "%6Eul.txt"),
        ("end.", "end%2E"),
        ("a\x00b", "a%00b"),
    ],
)
def test_an_id_becomes_a_file_name_that_leads_nowhere_else(id_: str, name: str) -> None:
    assert file_name(id_) == name
    assert id_of(name) == id_
    assert not set(name) & set('/\\:*?"<>|')


def test_settings_come_from_the_environment() -> None:
    settings = from_environment({"WUZAO_DATA": "d", "WUZAO_CACHE": "c", "WUZAO_QUEUE": "9", "WUZAO_WALL_LIMIT": "5"})
    assert from_environment({"WUZAO_MEMORY": "100"}).memory == 100 * 2**20
    assert (settings.data, settings.cache, settings.queue, settings.wall_limit) == (Path("d"), Path("c"), 9, 5.0)
    assert settings.jobs == Path("d") / "jobs"
    assert settings.https
    assert not from_environment({"WUZAO_HTTPS": "0"}).https
    assert cache_folder({"LOCALAPPDATA": "C"}) == Path("C") / "wuzao" / "cache"
    assert cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/wuzao")
