"""From bytes to text: UTF-8 or the Chinese national encoding, taken only where there is no doubt which."""

from __future__ import annotations

import codecs
import unicodedata

from geo.errors import RefusedError
from geo.text import Text

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_INVISIBLE = dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060), None)
_MEND = Text("在 Excel 或 WPS 中另存为“CSV UTF-8”", "Save it as 'CSV UTF-8' in Excel or WPS")


def normalise(word: str) -> str:
    """Return `word` as ids are compared: NFKC (full width becomes half), invisible marks and spare spaces gone."""
    return " ".join(unicodedata.normalize("NFKC", word).translate(_INVISIBLE).split())


def header_key(word: str) -> str:
    """Return a header as it is looked up: normalised, lower case, spaces and hyphens as underscores."""
    return normalise(word).casefold().replace(" ", "_").replace("-", "_")


def encoding_of(data: bytes) -> str:
    """Return ``utf-8`` or ``gb18030``, whichever `data` is written in.

    Raises
    ------
    RefusedError
        Where neither fits, or both do: a few GBK characters can spell two-byte UTF-8 (the well-known Notepad fault);
        they hardly ever spell the three-byte UTF-8 of Chinese.
    """
    if data.startswith(_WIDE_MARKS) or b"\0" in data:
        problem = Text(
            "不是 UTF-8 或 GBK 文本(可能是 UTF-16 或二进制文件)", "Neither UTF-8 nor GBK text (UTF-16 or binary?)"
        )
        raise RefusedError("encoding", problem, _MEND)
    as_utf8, as_gb = _try(data, "utf-8"), _try(data, "gb18030")
    if as_utf8 is not None:
        _refuse_damaged(as_utf8)
        if as_gb is not None and not as_utf8.isascii() and max(as_utf8) < "\u0800":
            problem = Text("既可读作 UTF-8 也可读作 GBK,无法确定编码", "Reads as UTF-8 and as GBK alike: which is it?")
            raise RefusedError("encoding", problem, _MEND)
        return "utf-8"
    if as_gb is None:
        problem = Text("既不是 UTF-8 也不是 GBK/GB18030 编码", "Neither UTF-8 nor GBK/GB18030")
        raise RefusedError("encoding", problem, _MEND)
    if any(unicodedata.category(mark) in {"Co", "Cn"} for mark in set(as_gb)):
        problem = Text(
            "按 GBK 读取会出现不存在的字,可能是 Big5", "Read as GBK it holds characters that do not exist: Big5?"
        )
        raise RefusedError("encoding", problem, _MEND)
    return "gb18030"


def decode(data: bytes) -> str:
    """Return `data` as text, a leading byte-order mark removed; raise `RefusedError` where its encoding is in doubt."""
    return data.decode(encoding_of(data)).removeprefix("\ufeff")


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse_damaged(text: str) -> None:
    if "\ufffd" in text:
        problem = Text("含有“�”:此前转码时已丢字", "Holds '�': characters were lost in an earlier conversion")
        raise RefusedError("encoding", problem, Text("用原始文件重新导出", "Export it again from the original"))
