"""Backups: one file with the records and the road files, made while the service writes, and proven when it is put back.

The copy is made by the database itself (``VACUUM INTO``): a copy of the file would miss what still lies in the log.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from api.errors import BackupError
from api.settings import RECORDS
from api.storage.audit import Verdict, verify
from api.storage.carry import carry_all
from api.storage.engine import connect, open_store, reading, upgrade, writing
from geo.text import Text

ROADS = "roads"


@dataclass(frozen=True, slots=True)
class Proven:
    """What was found in a backup: its tables are whole, and this is its audit trail."""

    audit: Verdict
    squads: int
    cases: int


def make_backup(store: Engine, data: Path, file: Path) -> Proven:
    """Write a backup into `file` and return what is in it; raise `BackupError` where it cannot be written."""
    if file.exists():
        raise BackupError(Text(f"{file} 已存在,请换一个文件名", f"{file} is there already: name another file"))
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".wuzao-") as folder:
            copy = Path(folder) / RECORDS
            _copy(store, copy)
            proven = _prove(copy)
            packed = Path(folder) / "backup.zip"
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(copy, RECORDS)
                for roads in sorted((data / ROADS).glob("*")):
                    archive.write(roads, f"{ROADS}/{roads.name}", zipfile.ZIP_STORED)
            packed.replace(file)
    except OSError as error:
        raise BackupError(Text(f"备份写不进 {file}:{error}", f"Cannot write {file}: {error}")) from error
    return proven


def restore_backup(file: Path, data: Path) -> tuple[Proven, Path | None]:
    """Put a backup in place of the records in `data`, which the service must not be using.

    Returns
    -------
    tuple
        What is in it, and where the records that it replaced lie now (None where there were none).

    Raises
    ------
    BackupError
        Where the file is no backup, or is damaged; the records are then as they were.
    """
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=".wuzao-") as folder:
        fresh = Path(folder)
        _unpack(file, fresh)
        proven = _prove(fresh / RECORDS)
        before = _put_aside(data)
        for roads in (fresh / ROADS).glob("*"):
            (data / ROADS).mkdir(exist_ok=True)
            roads.replace(data / ROADS / roads.name)
        (fresh / RECORDS).replace(data / RECORDS)
    return proven, before


def _copy(store: Engine, file: Path) -> None:
    """Copy the records as they are at one instant, whatever is being written, into a file; none may be there yet."""
    if store.dialect.name == "postgresql":
        _copy_from_server(store, file)
        return
    raw = store.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM INTO ?", (str(file),))
        cursor.close()
    finally:
        raw.close()


def _copy_from_server(store: Engine, file: Path) -> None:
    copy = open_store(file)
    with reading(store) as source, writing(copy) as target:
        carry_all(source, target)
    copy.dispose()


def _unpack(file: Path, folder: Path) -> None:
    """Unpack what a backup holds, and nothing else that an archive may name."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name == RECORDS or name.startswith(f"{ROADS}/")]
            if RECORDS not in names:
                raise BackupError(Text(f"{file} 不是本软件的备份", f"{file} is no backup of ours"))
            (folder / ROADS).mkdir()
            for name in names:
                place = folder / RECORDS if name == RECORDS else folder / ROADS / Path(name).name
                with archive.open(name) as packed, place.open("wb") as out:
                    shutil.copyfileobj(packed, out)
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise BackupError(Text(f"读不出 {file}:{error}", f"Cannot read {file}: {error}")) from error


def _prove(file: Path) -> Proven:
    """Open a copy, bring it up to this release, and go through its tables and its audit trail."""
    store = connect(file)
    try:
        upgrade(store)
        with reading(store) as connection:
            whole = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            if whole != ["ok"]:
                raise BackupError(Text(f"数据损坏:{whole[0]}", f"Damaged: {whole[0]}"))
            audit = verify(connection)
            squads = connection.execute(text("SELECT count(*) FROM squads")).scalar_one()
            cases = connection.execute(text("SELECT count(*) FROM cases")).scalar_one()
    finally:
        store.dispose()
    for log in (file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        log.unlink(missing_ok=True)
    if audit.broken_at is not None:
        raise BackupError(
            Text(
                f"审计记录从第 {audit.broken_at} 条起对不上",
                f"The audit trail does not fit from line {audit.broken_at} on",
            )
        )
    return Proven(audit, squads, cases)


def _put_aside(data: Path) -> Path | None:
    present = data / RECORDS
    if not present.exists():
        return None
    number = 1
    while (aside := data / f"records.before-{number}.db").exists():
        number += 1
    for ending in ("", "-wal", "-shm"):
        part = present.with_name(present.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return aside
