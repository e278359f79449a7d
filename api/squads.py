"""Squads that the server may plan: folders and workbooks right below its data folder."""

from __future__ import annotations

from pathlib import Path

from api.errors import UnknownSquadError
from geo.text import Text


def squads(data: Path) -> dict[str, Path]:
    """Return every squad's name with its folder (one with a ``squad.toml``) or ``.xlsx`` workbook."""
    if not data.is_dir():
        return {}
    found: dict[str, Path] = {}
    for entry in sorted(data.iterdir()):
        if entry.name.startswith((".", "~")):
            continue
        if (entry / "squad.toml").is_file():
            found[entry.name] = entry
        elif entry.suffix.lower() == ".xlsx" and entry.is_file():
            found.setdefault(entry.stem, entry)
    return found


def find_squad(data: Path, name: str) -> Path:
    """Return where a squad lies; the name is looked up among those there are, never joined to a path."""
    try:
        return squads(data)[name]
    except KeyError:
        raise UnknownSquadError(Text(f"没有名为 {name} 的中队", f"There is no squad named {name}")) from None
