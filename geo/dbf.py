"""The attribute table of a Shapefile (dBASE III), read here because GDAL guesses its encoding.

Without a ``.cpg`` GDAL takes ISO-8859-1, and it cuts Chinese field names in the middle of a character. Layout of
dBASE III+: header of 32 bytes, one descriptor of 32 bytes a field, fixed-width records each led by a deletion mark.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import date

from geo.cells import Cell, is_blank
from geo.decoding import encoding_of, normalise
from geo.errors import Fault, RefusedError
from geo.tables import Row, Table
from geo.text import Text

_EXPORT = Text("用 QGIS 等软件重新导出,编码选 UTF-8", "Export it again as UTF-8, from QGIS for instance")
_CODE_PAGES = {
    "utf8": "utf-8",
    "65001": "utf-8",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "936": "gb18030",
}


@dataclass(frozen=True, slots=True)
class _Field:
    name: bytes
    kind: str
    start: int
    width: int


def parse_dbf(data: bytes, cpg: bytes | None, label: str) -> Table:
    """Read the attribute table; its encoding is the one `cpg` names or else found out as for CSV."""
    try:
        fields, records = _split(data)
    except (struct.error, IndexError, ValueError):
        return _broken(label, "broken_dbf", Text(".dbf 属性表已损坏", "The .dbf attribute table is damaged"))
    if any(record[:1] == b"*" for record in records):
        problem = Text(".dbf 中有标为已删除的记录", "The .dbf holds records marked as deleted")
        return _broken(label, "deleted_records", problem)
    try:
        encoding = _encoding(fields, records, cpg)
        headers = tuple(normalise(_cut(field.name, encoding)) for field in fields)
        rows = tuple(
            Row(number, {h: _cell(f, r, encoding) for h, f in zip(headers, fields, strict=True)})
            for number, r in enumerate(records, start=1)
        )
    except RefusedError as error:
        return Table(label, faults=(error.fault(label),))
    except UnicodeDecodeError:
        return _broken(
            label, "encoding", Text(".cpg 写的编码与内容不符", "The .cpg names another encoding than the text has")
        )
    except ValueError as error:
        problem = Text(f".dbf 中的数字或日期有误({error})", f"A number or date in the .dbf is broken ({error})")
        return _broken(label, "broken_dbf", problem)
    return Table(label, headers, rows)


def _split(data: bytes) -> tuple[list[_Field], list[bytes]]:
    count, header_size, record_size = struct.unpack_from("<IHH", data, 4)
    fields = []
    start = 1
    for offset in range(32, header_size - 1, 32):
        if data[offset : offset + 1] == b"\r":
            break
        name = data[offset : offset + 11].split(b"\0")[0]
        width = data[offset + 16]
        fields.append(_Field(name, chr(data[offset + 11]), start, width))
        start += width
    if len(data) < header_size + count * record_size or start > record_size:
        raise ValueError("the table is shorter than its header says")
    body = data[header_size : header_size + count * record_size]
    return fields, [body[i * record_size : (i + 1) * record_size] for i in range(count)]


def _encoding(fields: list[_Field], records: list[bytes], cpg: bytes | None) -> str:
    if cpg is not None and cpg.strip():
        word = cpg.decode("ascii", "replace").strip().lower()
        known = _CODE_PAGES.get(re.sub(r"[^a-z0-9]|^cp|^windows", "", word))
        if known is None:
            raise RefusedError(
                "encoding",
                Text(f".cpg 中的编码“{word}”不认识", f"The encoding '{word}' of the .cpg is not known"),
                _EXPORT,
            )
        return known
    texts = [record[f.start : f.start + f.width].rstrip(b" \0") for record in records for f in fields if f.kind == "C"]
    return encoding_of(b"\n".join(texts) + b"\n" + b"\n".join(field.name for field in fields if field.name.isascii()))


def _cut(name: bytes, encoding: str) -> str:
    """Decode a field name; dBASE holds ten bytes, so the last character may be cut in half."""
    return name.decode(encoding, "ignore")


def _cell(field: _Field, record: bytes, encoding: str) -> Cell:
    raw = record[field.start : field.start + field.width]
    text = raw.decode(encoding if field.kind == "C" else "ascii").strip(" \0")
    if is_blank(text) or set(text) == {"*"}:
        return None
    if field.kind in "NF":
        number = float(text)
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else number
    if field.kind == "D":
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    if field.kind == "L":
        return _truth(text)
    return text


def _truth(mark: str) -> bool | None:
    if mark == "?":
        return None
    if mark.upper() not in {"T", "Y", "F", "N"}:
        raise ValueError(mark)
    return mark.upper() in {"T", "Y"}


def _broken(label: str, code: str, problem: Text) -> Table:
    return Table(label, faults=(Fault(code, label, None, None, problem, _EXPORT),))
