"""What was computed once from the same content is read back: named arrays in a folder, keyed by all they depend on.

A key covers the content of the input and of this room's own code, so that neither a changed road file nor a changed
program ever meets an old answer. A file that cannot be read is computed again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


def key(kind: str, *parts: object) -> str:
    """Return the name under which something that depends on `parts` alone is kept."""
    digest = hashlib.sha256(code_digest().encode())
    for part in parts:
        digest.update(b"\0" + repr(part).encode())
    return f"{kind}-{digest.hexdigest()[:32]}"


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's content; empty where it cannot be read, which its reader will report."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def load(folder: Path | None, name: str) -> dict[str, NDArray[Any]] | None:
    """Return the arrays kept under `name`, or None."""
    if folder is None:
        return None
    try:
        with (folder / f"{name}.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            return {field: kept[field] for field in kept.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None


def save(folder: Path | None, name: str, arrays: Arrays) -> None:
    """Keep `arrays` under `name`: written aside and renamed, so that no reader ever sees half a file."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=folder, prefix=f".{name}-", suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type] # numpy types the keyword allow_pickle, not the arrays
        Path(aside).replace(folder / f"{name}.npz")
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


@cache
def code_digest() -> str:
    """Return a digest of this room's code, which every key contains."""
    digest = hashlib.sha256()
    for source in _sources():
        digest.update(source)
    return digest.hexdigest()


def _sources() -> Iterable[bytes]:
    modules = sorted(item.name for item in files("geo").iterdir() if item.name.endswith(".py"))
    return (files("geo").joinpath(name).read_bytes() for name in modules)
