"""Everything that `wuzao plan --out` leaves behind, or nothing at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path

from api.errors import OutputFolderError
from api.exchange.calendars import officer_calendar
from api.exchange.geopackage import write_geopackage
from api.exchange.plan_xlsx import write_workbook
from api.files import file_name, json_text, packed_json, write_text
from api.planned import Planned
from geo.text import Language, Text
from maps.day_picture import day_picture
from maps.response_map import response_map
from maps.route_map import route_map
from maps.week_map import week_map
from planner.diff import diff_to_dict
from planner.document import plan_to_dict

WRITTEN = frozenset(
    {
        "plan.json",
        "week.html",
        "response.json",
        "response.html",
        "officers",
        "plan.xlsx",
        "calendars",
        "plan.gpkg",
    }
)
"""What a results folder holds …"""

REPLANNED = frozenset({"changes.json", "plan.before.json"})
"""… and, of a week planned again, besides; one that holds anything else is never replaced."""


def write_plan(planned: Planned, out: Path, language: Language) -> None:
    """Write a plan with its check, maps, sheets and calendars into the folder `out`, all of it or nothing.

    A folder of earlier results is replaced in one step; a folder with anything else in it raises `OutputFolderError`.
    """
    require_ours(out)
    with _written_whole(out) as folder:
        _documents(planned, folder)
        write_text(folder / "week.html", week_page(planned, language))
        write_text(folder / "response.html", response_page(planned, language))
        _officer_pages(planned, folder, language)
        _calendars(planned, folder, language)
        problem, plan, squad = planned.prepared.problem, planned.plan, planned.prepared.squad
        write_workbook(problem, plan, squad, folder / "plan.xlsx", language)
        write_geopackage(problem, plan, squad, folder / "plan.gpkg")


def require_ours(out: Path) -> None:
    """Raise `OutputFolderError` where `out` is no folder, or holds something that we did not write."""
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputFolderError(Text(f"{out} 不是文件夹", f"{out} is not a folder"))
    strange = sorted(entry.name for entry in out.iterdir() if entry.name not in WRITTEN | REPLANNED)
    if strange:
        names = "、".join(strange[:5])
        raise OutputFolderError(
            Text(
                f"{out} 里有别的文件({names}),不会覆盖;请换一个文件夹",
                f"{out} holds other files ({names}) and is left alone: name another folder",
            )
        )


@contextmanager
def _written_whole(out: Path) -> Iterator[Path]:
    """Hand out a folder beside `out` that takes its place at the end, or is gone if anything goes wrong."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    except OSError as error:
        raise OutputFolderError(Text(f"写不进 {out}:{error}", f"Cannot write to {out}: {error}")) from error
    try:
        fresh = workshop / "new"
        fresh.mkdir()
        yield fresh
        if out.exists():
            out.rename(workshop / "old")
        fresh.rename(out)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _documents(planned: Planned, folder: Path) -> None:
    problem = planned.prepared.problem
    write_text(folder / "plan.json", json_text(plan_to_dict(problem, planned.plan, planned.prepared.squad)))
    write_text(folder / "response.json", json_text(planned.response_document))
    if planned.diff is not None and planned.before is not None:
        write_text(folder / "changes.json", json_text(diff_to_dict(problem, planned.diff)))
        write_text(folder / "plan.before.json", json_text(planned.before))


def week_sheet(planned: Planned, language: Language) -> bytes:
    """Return the week as an Excel workbook."""
    sheet = BytesIO()
    write_workbook(planned.prepared.problem, planned.plan, planned.prepared.squad, sheet, language)
    return sheet.getvalue()


def week_page(planned: Planned, language: Language) -> str:
    """Return the week's map as a page."""
    prepared = planned.prepared
    return week_map(prepared.problem, planned.plan, prepared.squad, prepared.roads, planned.report, language)


def response_page(planned: Planned, language: Language) -> str:
    """Return the two-hour check as a map."""
    prepared = planned.prepared
    return response_map(
        prepared.problem,
        planned.plan,
        prepared.squad,
        planned.report,
        prepared.roads,
        language,
        check=planned.check,
        figures=planned.figures,
    )


def officer_page(planned: Planned, language: Language, officer_id: str, day: date) -> str:
    """Return an officer's route map of one day."""
    prepared = planned.prepared
    return route_map(prepared.problem, planned.plan, prepared.squad, officer_id, day, prepared.roads, language)


def officer_picture(planned: Planned, _: Language, officer_id: str, day: date) -> str:
    """Return what there is to draw of an officer's day, as JSON."""
    prepared = planned.prepared
    return packed_json(day_picture(prepared.problem, planned.plan, prepared.squad, officer_id, day, prepared.roads))


def _officer_pages(planned: Planned, folder: Path, language: Language) -> None:
    """Write a page for each day on which an officer is on duty, visits or stand-by."""
    for officer_id, day in sorted({(shift.officer_id, shift.day) for shift in planned.prepared.problem.shifts}):
        page = officer_page(planned, language, officer_id, day)
        write_text(folder / "officers" / file_name(officer_id) / f"{day.isoformat()}.html", page)
        picture = officer_picture(planned, language, officer_id, day)
        write_text(folder / "officers" / file_name(officer_id) / f"{day.isoformat()}.json", picture)


def _calendars(planned: Planned, folder: Path, language: Language) -> None:
    (folder / "calendars").mkdir()
    for officer_id in planned.prepared.problem.officers:
        written = officer_calendar(planned.prepared.problem, planned.plan, planned.prepared.squad, officer_id, language)
        (folder / "calendars" / f"{file_name(officer_id)}.ics").write_bytes(written)
