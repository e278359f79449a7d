"""`wuzao import`, `user`, `backup`, `restore` and `audit verify`."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from api.cli import main
from api.records import recorded_squad
from api.settings import RECORDS
from api.storage.engine import connect, writing
from tests.api.served import MONDAY
from tests.api.stores import database, records
from tests.town import write_town


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZAO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", database(tmp_path / "data") or "")


def _user(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = "long-enough-1") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    return main(["user", *arguments])


def test_a_squad_read_in_twice_is_the_squad_of_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = str(write_town(tmp_path / "town"))
    assert main(["import", town]) == main(["import", town, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "已读入 小镇中队(town)" in said
    squad = recorded_squad(records(tmp_path / "data"), "town", MONDAY).squad
    assert [officer.id for officer in squad.officers] == ["01", "02", "03", "04"]
    assert len(squad.violations) == 3


def test_files_with_faults_change_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = write_town(tmp_path / "town")
    (town / "officers.csv").unlink()
    assert main(["import", str(town)]) == 2
    assert "officers.csv" in capsys.readouterr().err
    assert not (tmp_path / "data" / RECORDS).exists()


def test_an_account_is_made_once_for_a_squad_that_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(write_town(tmp_path / "town"))])
    assert _user(monkeypatch, "leader", "--role", "leader", "--of", "town") == 0
    assert _user(monkeypatch, "leader", "--role", "leader", "--of", "town") == 2
    assert _user(monkeypatch, "other", "--role", "leader", "--of", "nowhere") == 2
    assert _user(monkeypatch, "short", "--role", "leader", "--of", "town", password="short") == 2
    assert _user(monkeypatch, "nobody", "--role", "officer", "--of", "town") == 2
    said = capsys.readouterr().err
    for what in ("已有用户“leader”", "没有名为 nowhere 的中队", "密码至少 10 个字符", "须写明对应的队员或单位编号"):
        assert what in said


@pytest.mark.sqlite
def test_a_backup_brings_everything_back_and_keeps_what_it_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(write_town(tmp_path / "town"))])
    _user(monkeypatch, "leader", "--role", "leader", "--of", "town")
    backup = str(tmp_path / "backup.zip")
    assert main(["backup", backup]) == 0
    assert main(["backup", backup]) == 2
    before = recorded_squad(records(tmp_path / "data"), "town", MONDAY)
    (tmp_path / "town2").mkdir()
    main(["import", str(write_town(tmp_path / "town2", officers=("03,队员03,yes", "03,换了名字,yes")))])
    assert recorded_squad(records(tmp_path / "data"), "town", MONDAY) != before
    assert main(["restore", backup]) == 0
    assert "records.before-1.db" in capsys.readouterr().out
    assert recorded_squad(records(tmp_path / "data"), "town", MONDAY) == before
    assert main(["audit", "verify"]) == 0


@pytest.mark.sqlite
def test_a_file_that_is_no_backup_or_is_damaged_leaves_the_records_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(write_town(tmp_path / "town"))])
    kept = (tmp_path / "data" / RECORDS).read_bytes()
    strange = tmp_path / "strange.zip"
    with zipfile.ZipFile(strange, "w") as archive:
        archive.writestr("other.txt", "x")
    torn = tmp_path / "torn.zip"
    main(["backup", str(tmp_path / "good.zip")])
    torn.write_bytes((tmp_path / "good.zip").read_bytes()[:2000])
    for file in (strange, torn, tmp_path / "missing.zip"):
        assert main(["restore", str(file)]) == 2
    assert "不是本软件的备份" in capsys.readouterr().err
    assert (tmp_path / "data" / RECORDS).read_bytes() == kept


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 'somebody else' WHERE number = 1",
        "DELETE FROM audit WHERE number = 1",
        "UPDATE audit SET detail = '{}' WHERE number = 1",
    ],
)
def test_a_changed_audit_trail_is_found_out(tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str) -> None:
    town = str(write_town(tmp_path / "town"))
    main(["import", town])
    main(["import", town])
    assert main(["audit", "verify"]) == 0
    store = connect(records(tmp_path / "data"))
    with writing(store) as connection:
        connection.execute(text(change))
    store.dispose()
    capsys.readouterr()
    assert main(["audit", "verify"]) == 3
    assert "从第 1 条起对不上" in capsys.readouterr().out
