"""`wuzao move`: a squad from the file to PostgreSQL and back; a backup made of records in PostgreSQL."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import text

from api.cli import main
from api.settings import RECORDS
from api.storage.audit import verify
from api.storage.carry import Sum, sums_of
from api.storage.engine import connect, reading, writing
from api.storage.files import keep_file
from api.storage.plans import add_draft
from tests.api.served import MONDAY
from tests.api.stores import database
from tests.town import write_town


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return where the file is that holds the town, a leader, a plan and a photograph."""
    monkeypatch.setenv("WUZAO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", "")
    main(["import", str(write_town(tmp_path / "town"))])
    add_leader(monkeypatch)
    store = connect(tmp_path / "data" / RECORDS)
    with writing(store) as connection:
        add_draft(connection, "town", "draft", {"week": "2026-W48", "routes": [], "说明": "甲苑"}, MONDAY)
        keep_file(connection, "town", b"\xff\xd8\xff\xe0 a photograph", "门.jpg", MONDAY)
    store.dispose()
    monkeypatch.setenv("DATABASE_URL", database(tmp_path / "data") or "")
    return str(tmp_path / "data" / RECORDS)


def add_leader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("long-enough-1\n"))
    assert main(["user", "leader", "--role", "leader", "--of", "town"]) == 0


def sums(source: str) -> dict[str, Sum]:
    store = connect(source)
    with reading(store) as connection:
        found = dict(sums_of(connection, "town"))
        assert verify(connection).broken_at is None
    store.dispose()
    return found


@pytest.mark.postgres
def test_a_squad_goes_to_the_database_and_back_row_by_row_the_same(
    tmp_path: Path, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    address = database(tmp_path / "data") or ""
    before = sums(file)
    assert main(["move", "town", "--to", "database", "--lang", "en"]) == 0
    assert f"officers: 4 rows, checksum {before['officers'].sha256[:16]}" in capsys.readouterr().out
    assert sums(address) == before
    assert sum(one.rows for one in sums(file).values()) == 0
    assert main(["import", str(tmp_path / "town")]) == 0, "the numbers that the database counts go on"
    moved = sums(address)
    assert main(["move", "town", "--to", "file"]) == 0
    assert sums(file) == moved
    assert {name: one.rows for name, one in moved.items()} == {name: one.rows for name, one in before.items()}
    assert all(moved[name] == before[name] for name in ("users", "plans", "files", "officers", "boundaries"))


@pytest.mark.postgres
def test_a_squad_stays_where_it_is_if_it_cannot_go_in(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sums(file)
    main(["import", str(tmp_path / "town")])
    assert main(["move", "town", "--to", "database"]) == 2
    assert "那边已有中队 town" in capsys.readouterr().err
    store = connect(database(tmp_path / "data") or "")
    add_leader(monkeypatch)
    with writing(store) as connection:
        connection.execute(text("UPDATE users SET squad_id = NULL"))
        connection.execute(text("DELETE FROM squads"))
    store.dispose()
    assert main(["move", "town", "--to", "database"]) == 2
    assert "目标处已有账号:leader" in capsys.readouterr().err
    assert sums(file) == before


@pytest.mark.postgres
def test_a_backup_of_the_database_is_restored_into_a_file(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sums(file)
    main(["move", "town", "--to", "database"])
    backup = str(tmp_path / "backup.zip")
    assert main(["backup", backup]) == 0
    assert main(["restore", backup]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err
    monkeypatch.delenv("DATABASE_URL")
    assert main(["restore", backup]) == 0
    assert sums(file) == before


def test_without_a_database_there_is_nowhere_to_move_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    assert main(["move", "town", "--to", "database"]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err
