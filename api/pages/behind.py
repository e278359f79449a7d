"""The records behind a figure: each id of a case, renovation, feedback or community as a line that leads to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from api.pages import say
from api.pages.cases import case_address
from api.pages.communities import community_address
from api.pages.page import squad_address
from api.storage.case_tables import CASES
from api.storage.register import all_feedback, renovations
from casework.appraisal_sheet import Feedback
from casework.figures import day_of
from casework.phases import Renovation
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, ViolationType
from geo.text import Language, Text
from planner.squad import Squad

AT_A_TIME = 500
"""Ids asked for in one query."""

GONE = Text("记录已不在", "no longer on record")


@dataclass(frozen=True, slots=True)
class Behind:
    """What is known of the records that a page's figures name."""

    squad: Squad
    cases: Mapping[str, RowMapping]
    renovations: Mapping[str, Renovation]
    feedback: Mapping[str, Feedback]
    today: date
    language: Language

    def lines(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """Return a line for each record: its words, where it leads, and its id."""
        return [{"id": key, **self._line(key)} for key in ids]

    def _line(self, key: str) -> dict[str, Any]:
        if key in self.cases:
            return self._case(self.cases[key])
        if key in self.renovations:
            one = self.renovations[key]
            place = f"{community_address(self.squad.id, one.community_id)}#renovations"
            return {"name": self._joined(one.building, self._day(one.registered_on)), "address": place}
        if key in self.feedback:
            given = self.feedback[key]
            place = f"{community_address(self.squad.id, given.community_id)}#feedback"
            words = self._joined(self._community(given.community_id), self._day(given.day), f"{given.points:g}")
            return {"name": words, "address": place}
        if any(one.id == key for one in self.squad.communities):
            return {"name": self._community(key), "address": community_address(self.squad.id, key)}
        return {"name": f"{key} {GONE.say(self.language)}", "address": squad_address(self.squad.id)}

    def _case(self, row: RowMapping) -> dict[str, Any]:
        kind = "" if row["type"] is None else CATALOGUE[ViolationType(row["type"])].name.say(self.language)
        words = self._joined(
            row["id"],
            self._day(day_of(row["reported_at"])),
            self._community(row["community_id"] or ""),
            mask_phones(row["building"]),
            kind,
        )
        return {"name": words, "address": case_address(self.squad.id, row["id"])}

    def _community(self, key: str) -> str:
        return next((one.name for one in self.squad.communities if one.id == key), key)

    def _day(self, one: date) -> str:
        return say.short_day(one, self.today).say(self.language)

    def _joined(self, *parts: str) -> str:
        return " · ".join(part for part in parts if part)


def behind(connection: Connection, squad: Squad, ids: Collection[str], today: date, language: Language) -> Behind:
    """Return what is known of the records with such ids."""
    wanted = sorted(set(ids))
    names = CASES.c.id, CASES.c.reported_at, CASES.c.community_id, CASES.c.building, CASES.c.type
    cases: dict[str, RowMapping] = {}
    for first in range(0, len(wanted), AT_A_TIME):
        some = (CASES.c.squad_id == squad.id) & CASES.c.id.in_(wanted[first : first + AT_A_TIME])
        cases |= {row["id"]: row for row in connection.execute(select(*names).where(some)).mappings()}
    return Behind(
        squad=squad,
        cases=cases,
        renovations={one.id: one for one in renovations(connection, squad.id)},
        feedback={one.id: one for one in all_feedback(connection, squad.id)},
        today=today,
        language=language,
    )
