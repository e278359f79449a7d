"""Photographs and documents that people hand in as evidence: kept once, by what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from api.errors import UnknownRecordError, WrongFileError
from api.storage.case_tables import FILES
from geo.text import Text

LARGEST = 10 * 2**20
"""Bytes."""

BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
"""What may be handed in, told by its first bytes: not by a name, nor by what the sender says it is."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file on record."""

    sha256: str
    media_type: str
    name: str
    data: bytes


def keep_file(connection: Connection, squad_id: str, data: bytes, name: str, now: datetime) -> KeptFile:
    """Keep a file; the same file handed in again is one file.

    Raises
    ------
    WrongFileError
        Where it is no photograph and no PDF.
    """
    media_type = next((kind for beginning, kind in BEGINNINGS if data.startswith(beginning)), None)
    if media_type is None:
        raise WrongFileError(Text("只收 JPEG、PNG 照片和 PDF", "JPEG and PNG photographs and PDF only"))
    kept = KeptFile(hashlib.sha256(data).hexdigest(), media_type, name, data)
    if not known_files(connection, squad_id, [kept.sha256]):
        values = {"sha256": kept.sha256, "media_type": media_type, "name": name, "data": data, "stored_at": now}
        connection.execute(insert(FILES).values(squad_id=squad_id, **values))
    return kept


def known_files(connection: Connection, squad_id: str, hashes: Iterable[str]) -> frozenset[str]:
    """Return those of `hashes` that the squad has a file of."""
    mine = (FILES.c.squad_id == squad_id) & FILES.c.sha256.in_(list(hashes))
    return frozenset(connection.execute(select(FILES.c.sha256).where(mine)).scalars())


def require_files(connection: Connection, squad_id: str, hashes: Iterable[str]) -> None:
    """Raise `UnknownRecordError` where the squad has no file of one of `hashes`."""
    wanted = set(hashes)
    if wanted - known_files(connection, squad_id, wanted):
        raise UnknownRecordError(Text("没有这个文件", "There is no such file"))


def get_file(connection: Connection, squad_id: str, sha256: str) -> KeptFile:
    """Return a file; raise `UnknownRecordError` where the squad has none of that hash."""
    mine = (FILES.c.squad_id == squad_id) & (FILES.c.sha256 == sha256)
    row = connection.execute(select(FILES).where(mine)).mappings().first()
    if row is None:
        raise UnknownRecordError(Text("没有这个文件", "There is no such file"))
    return KeptFile(row["sha256"], row["media_type"], row["name"], row["data"])
