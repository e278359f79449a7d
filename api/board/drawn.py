"""A plan's files as they follow from the records: as they were first made, or drawn anew when somebody asks.

Drawing all maps and sheets of a plan takes longer than moving a visit, so a changed plan's files are drawn one by one,
when they are fetched, and kept until it changes again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Engine

from api.board.desk import Desk
from api.errors import UnknownPageError
from api.files import file_name, json_text, write_text
from api.jobs.job import CHECK, Job, require_done
from api.outputs import officer_page, officer_picture, response_page, week_page, week_sheet
from api.planned import Planned, check_to_dict
from api.storage.engine import reading
from api.storage.plans import plan_trail
from geo.text import Language, Text

DRAWN = "drawn"
"""The folder beside the first files that holds the changed plan's, in a folder named by version."""

FIRST = 1

Draw: TypeAlias = Callable[[Planned, Language], str | bytes]
DrawDay: TypeAlias = Callable[[Planned, Language, str, date], str]

WHOLE: Mapping[str, Draw] = {
    "week.html": week_page,
    "response.html": response_page,
    "plan.xlsx": week_sheet,
    "check.json": lambda planned, _: json_text(check_to_dict(planned)),
}
"""What is drawn of a whole plan, by the name of its file."""


class Drawn:
    """The files of plans on record."""

    def __init__(self, store: Engine, desk: Desk) -> None:
        self._store, self._desk = store, desk

    def whole(self, job: Job, name: str, language: Language | None = None) -> Path:
        """Return a file of `WHOLE` as it follows from the plan on record, in the plan's language or another."""
        made = job.folder / CHECK if name == CHECK else job.out / name
        return self._file(job, name, made, WHOLE[name], language or job.order.language)

    def officer(self, job: Job, officer: str, day: date) -> Path:
        """Return an officer's page of one day; raise `UnknownPageError` where he has no duty then."""
        return self._of_day(job, officer, day, "html", officer_page)

    def picture(self, job: Job, officer: str, day: date) -> Path:
        """Return what there is to draw of an officer's day; raises as `officer` does."""
        return self._of_day(job, officer, day, "json", officer_picture)

    def _of_day(self, job: Job, officer: str, day: date, form: str, drawn: DrawDay) -> Path:
        name = Path("officers") / file_name(officer) / f"{day.isoformat()}.{form}"

        def draw(planned: Planned, language: Language) -> str:
            if not any((s.officer_id, s.day) == (officer, day) for s in planned.prepared.problem.shifts):
                raise _no_page()
            return drawn(planned, language, officer, day)

        return self._file(job, str(name), job.out / name, draw, job.order.language)

    def _file(self, job: Job, name: str, made: Path, draw: Draw, language: Language) -> Path:
        current, own = self.version(job), language == job.order.language
        if current in {None, FIRST} and (job.out / "week.html").is_file() and (own or current is None):
            if not made.is_file():
                raise _no_page()
            return made
        name = name if own else f"{language}/{name}"
        file = job.folder / DRAWN / str(current) / name
        if not file.is_file():
            sheet = self._desk.sheet(job.order.squad, job.id)
            file = job.folder / DRAWN / str(sheet.trail.current) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".new")
            drawn = draw(sheet.planned, language)
            if isinstance(drawn, bytes):
                unfinished.write_bytes(drawn)
            else:
                write_text(unfinished, drawn)
            unfinished.replace(file)
            _forget(job, str(sheet.trail.current))
        return file

    def version(self, job: Job) -> int | None:
        """Return the version that a finished plan's document is of; None of one that is not on record."""
        require_done(job)
        with reading(self._store) as connection:
            return plan_trail(connection, job.order.squad, job.id).current

    def document(self, job: Job) -> Mapping[str, Any] | Path:
        """Return the plan document on record, or the file of one that was never changed."""
        current, made = self.version(job), job.out / "plan.json"
        if current in {None, FIRST} and made.is_file():
            return made
        return self._desk.sheet(job.order.squad, job.id).kept.document


def _forget(job: Job, kept: str) -> None:
    """Throw away what was drawn of other versions."""
    for folder in (job.folder / DRAWN).iterdir():
        if folder.name != kept:
            shutil.rmtree(folder, ignore_errors=True)


def _no_page() -> UnknownPageError:
    return UnknownPageError(Text("那天没有这位队员的页面", "There is no page of this officer on that day"))
