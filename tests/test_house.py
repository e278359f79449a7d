"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.ran import complaints, outcomes

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("geo", "casework", "planner", "maps", "api")
TEXT_FILES = {"", ".py", ".md", ".toml", ".lock", ".html", ".css", ".js", ".json", ".csv", ".geojson", ".svg"}
CANONICAL_APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
LOCKS = ("requirements.lock", "requirements-run.lock", "requirements-peers.lock")


def files_of_the_project() -> list[Path]:
    """Return what a clone holds; generated folders and those with a leading dot, but `.ci`, are not the project's."""
    top = [path for path in ROOT.iterdir() if path.name not in {"out", "build", "dist", "squads"}]
    kept = [path for path in top if not path.name.startswith(".") or path.name == ".ci"]
    nested = [inner for path in kept if path.is_dir() for inner in path.rglob("*") if "__pycache__" not in inner.parts]
    return [path for path in (*kept, *nested) if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    return [path for path in files_of_the_project() if path.suffix == ".py"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pinned(lock: str) -> dict[str, str]:
    """Return each requirement of a lock file (name, version, marker) with its block of hashes."""
    blocks = re.split(r"\n(?=\S)", read(lock))
    return {block.split(" \\\n")[0]: block for block in blocks if not block.startswith("#")}


def test_no_python_file_is_longer_than_400_lines() -> None:
    too_long = [name_of(p) for p in python_files() if len(p.read_text(encoding="utf-8").splitlines()) > 400]
    assert not too_long


def test_no_file_knows_where_it_was_written() -> None:
    place = re.compile(r"(?<![\w.$}*])/(work|root|home|tmp|opt|Users)/|[A-Z]:\\\\?Users")
    found = [
        f"{name_of(path)}:{number}"
        for path in files_of_the_project()
        if path.suffix in TEXT_FILES and path.resolve() != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if place.search(line)
    ]
    assert not found


def test_no_environment_is_ever_tracked() -> None:
    """A link to one is a file to git: merged, it takes the place of the folder that it leads to."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        told = subprocess.run([git, "ls-files", "--", ".venv"], cwd=ROOT, capture_output=True, text=True, check=True)
        assert not told.stdout


def test_nothing_is_left_to_be_done_later() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b|pytest\.mark\.(skip|xfail)")
    found = [
        f"{name_of(path)}:{number}"
        for path in python_files()
        if path.resolve() != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    ]
    assert not found


def test_every_exception_to_a_check_gives_its_reason_on_the_line() -> None:
    bare = re.compile(r"#\s*noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?\W*$|#\s*type:\s*ignore(\[[\w, -]+\])?\W*$")
    found = [
        f"{name_of(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert not found


def test_every_folder_of_tests_is_a_package_that_mirrors_a_folder_of_code() -> None:
    for folder in {path.parent for path in (ROOT / "tests").rglob("test_*.py")}:
        assert (folder / "__init__.py").is_file(), f"{name_of(folder)} would shadow the code it tests"
        assert (ROOT / folder.relative_to(ROOT / "tests")).is_dir(), f"{name_of(folder)} mirrors nothing"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_draws_the_tree_of_its_exceptions(room: str) -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / room).rglob("errors.py")]
    for tree in trees:
        drawn = ast.get_docstring(tree) or ""
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                assert re.search(rf"\b{node.name}\b", drawn), f"{room}: {node.name} is not in the tree"


def test_the_licence_is_the_whole_apache_licence() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == CANONICAL_APACHE_2
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "Apache-2.0"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_everything_by_hash_and_names_no_place(lock: str) -> None:
    requirements = pinned(lock)
    assert all(re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; .+)?", line) for line in requirements)
    assert all("--hash=sha256:" in block for block in requirements.values())
    assert not re.search(r"://|--index|--find-links|--trusted-host|file:|^/|^-", read(lock), re.MULTILINE)


def test_the_locks_agree_and_cover_what_the_project_asks_for() -> None:
    everything, runtime, compared = (set(pinned(lock)) for lock in LOCKS)
    assert runtime <= everything & compared
    project = tomllib.loads(read("pyproject.toml"))
    asked = project["dependency-groups"]["build"] + project["project"]["dependencies"]
    optional = project["project"]["optional-dependencies"]
    peers = optional.pop("peers")
    extras = [line for extra in optional.values() for line in extra]
    for wanted, lock in ((asked, runtime), (asked + extras, everything), (asked + peers, compared)):
        names = {line.split("==")[0] for line in lock}
        assert {re.split(r"[<>=\[]", line)[0] for line in wanted} <= names


JUNIT = """<testsuites><testsuite>
<testcase name="a"><properties><property name="marker" value="browser"/></properties></testcase>
<testcase name="b"><properties><property name="marker" value="real"/></properties><skipped/></testcase>
<testcase name="c"/>
</testsuite></testsuites>"""


def test_a_run_is_counted_by_marker_and_outcome(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    junit.write_text(JUNIT, encoding="utf-8")
    assert outcomes(junit) == {
        ("", "passed"): 2,
        ("", "skipped"): 1,
        ("browser", "passed"): 1,
        ("real", "skipped"): 1,
    }


def test_a_run_without_its_browser_tests_does_not_count() -> None:
    skipped = Counter({("", "passed"): 9, ("", "skipped"): 1, ("browser", "skipped"): 1})
    assert complaints(skipped, real_data_is_here=False) == [
        "no test marked 'browser' passed",
        "1 tests were skipped",
    ]


def test_a_run_may_skip_real_data_only_where_there_is_none() -> None:
    run = Counter({("", "passed"): 9, ("browser", "passed"): 1, ("", "skipped"): 1, ("real", "skipped"): 1})
    assert complaints(run, real_data_is_here=False) == []
    assert complaints(run, real_data_is_here=True) == ["no test marked 'real' passed", "1 tests were skipped"]


def test_a_run_with_failures_does_not_count() -> None:
    run = Counter({("", "passed"): 9, ("browser", "passed"): 1, ("", "failed"): 2})
    assert complaints(run, real_data_is_here=False) == ["2 tests failed"]
