"""Plans as repairs would have them, one file each, to be looked at, checked and published like any other plan."""

from __future__ import annotations

from pathlib import Path

from api.errors import OutputFolderError
from api.files import json_text, write_text
from api.outputs import _written_whole
from api.planned import Planned
from geo.text import Text
from planner.document import plan_to_dict
from planner.paths import with_paths


def require_empty(out: Path) -> None:
    """Raise `OutputFolderError` where `out` is no folder, or holds anything."""
    if out.exists() and not out.is_dir():
        raise OutputFolderError(Text(f"{out} 不是文件夹", f"{out} is not a folder"))
    if out.exists() and any(out.iterdir()):
        raise OutputFolderError(
            Text(f"{out} 里有别的文件,请换一个空文件夹", f"{out} is not empty: name an empty folder")
        )


def write_repairs(planned: Planned, out: Path) -> tuple[Path, ...]:
    """Write a plan for every repair that changes the plan alone, as ``<gap>-<kind>.json``; return the files.

    What changes the squad's files (shifts, leave, posts, how visits are done) is no plan yet: the leader changes those.
    """
    require_empty(out)
    prepared = planned.prepared
    names = []
    with _written_whole(out) as folder:
        for number, mending in enumerate(planned.mendings or (), start=1):
            for way in mending.ways:
                if way.problem is prepared.problem:
                    plan = with_paths(way.problem, way.plan, prepared.travel, prepared.hours)
                    names.append(f"{number:03d}-{way.kind}.json")
                    write_text(folder / names[-1], json_text(plan_to_dict(way.problem, plan, prepared.squad)))
    return tuple(out / name for name in names)
