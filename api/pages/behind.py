"""The records behind a figure: each id of a case, renovation, feedback or community as a line that leads to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
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

SHOWN = 100
"""Lines of one figure; of a year with thousands of records nobody reads more, and the page stays small."""

GONE = Text("记录已不在", "no longer on record")
MORE = Text("另有 {count} 条,见案件列表", "{count} more: see the list of cases")


class Behind:
    """Looks up the records that a page's figures name, as long as the records are open."""

    def __init__(self, connection: Connection, squad: Squad, today: date, language: Language) -> None:
        self._connection = connection
        self._squad = squad
        self._today = today
        self._language = language
        self._names = {community.id: community.name for community in squad.communities}

    def lines(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return a line for each record: its words, where it leads, its id; a last one says how many are left out."""
        shown = ids[:SHOWN]
        cases = self._cases(shown)
        lines = [{"id": key, **self._line(key, cases)} for key in shown]
        if len(ids) > SHOWN:
            said = MORE.say(self._language).format(count=len(ids) - SHOWN)
            lines.append({"id": None, "name": said, "address": f"{squad_address(self._squad.id)}/cases?show=all"})
        return lines

    @cached_property
    def _renovations(self) -> Mapping[str, Renovation]:
        return {one.id: one for one in renovations(self._connection, self._squad.id)}

    @cached_property
    def _feedback(self) -> Mapping[str, Feedback]:
        return {one.id: one for one in all_feedback(self._connection, self._squad.id)}

    def _cases(self, ids: Sequence[str]) -> Mapping[str, RowMapping]:
        names = CASES.c.id, CASES.c.reported_at, CASES.c.community_id, CASES.c.building, CASES.c.type
        some = (CASES.c.squad_id == self._squad.id) & CASES.c.id.in_(list(ids))
        return {row["id"]: row for row in self._connection.execute(select(*names).where(some)).mappings()}

    def _line(self, key: str, cases: Mapping[str, RowMapping]) -> dict[str, Any]:
        if key in cases:
            return self._case(cases[key])
        if key in self._names:
            return {"name": self._names[key], "address": community_address(self._squad.id, key)}
        if key in self._renovations:
            one = self._renovations[key]
            place = f"{community_address(self._squad.id, one.community_id)}#renovations"
            return {"name": _joined(one.building, self._day(one.registered_on)), "address": place}
        if key in self._feedback:
            given = self._feedback[key]
            place = f"{community_address(self._squad.id, given.community_id)}#feedback"
            where = self._names.get(given.community_id, given.community_id)
            return {"name": _joined(where, self._day(given.day), f"{given.points:g}"), "address": place}
        return {"name": f"{key} {GONE.say(self._language)}", "address": squad_address(self._squad.id)}

    def _case(self, row: RowMapping) -> dict[str, Any]:
        kind = "" if row["type"] is None else CATALOGUE[ViolationType(row["type"])].name.say(self._language)
        where = self._names.get(row["community_id"] or "", row["community_id"] or "")
        words = _joined(row["id"], self._day(day_of(row["reported_at"])), where, mask_phones(row["building"]), kind)
        return {"name": words, "address": case_address(self._squad.id, row["id"])}

    def _day(self, one: date) -> str:
        return say.short_day(one, self._today).say(self._language)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
