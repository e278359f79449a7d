"""Zip files (workbooks and packed Shapefiles) unpacked whole, in memory, within limits."""

from __future__ import annotations

import io
import zipfile
import zlib

from geo.errors import RefusedError
from geo.text import Text

MAX_BYTES = 200_000_000
"""Most bytes read from one file, and most that a zip may unfold to."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)


def unzip(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip file by name.

    Raises
    ------
    RefusedError
        Where it is no zip, is damaged or encrypted, or unfolds beyond `MAX_BYTES`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > MAX_BYTES:
                raise too_large()
            return {part.filename: package.read(part) for part in package.infolist() if not part.is_dir()}
    except _DAMAGED as error:
        problem = Text(f"压缩文件打不开({error})", f"The zip file cannot be opened ({error})")
        raise RefusedError("broken_zip", problem, Text("重新保存或打包", "Save or pack it again")) from error


def too_large() -> RefusedError:
    """Return what to raise for a file or sheet beyond the limits."""
    problem = Text("文件或工作表过大", "The file or sheet is too large")
    mend = Text("删去多余的行列和工作表后重新保存", "Delete spare rows, columns and sheets and save it again")
    return RefusedError("too_large", problem, mend)
