"""Where a visit could stand, as the week board shows it: the best places proven by the rules and the exact check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from api.board.desk import Sheet
from api.board.said import slowest
from api.board.view import broken_rows
from api.planned import Planned, judged_again
from planner.byhand.places import Place, places
from planner.words import clock

Json: TypeAlias = dict[str, Any]

TRIED, PROVEN = 48, 10
"""So many places are judged by the rules, and so many of the best of them checked exactly too."""


def places_of(sheet: Sheet, visit_id: str) -> Json:
    """Return where a visit could stand, the proven ones first; raises as `planner.byhand.places.places` does."""
    planned = sheet.planned
    found = places(planned.prepared.problem, planned.plan, visit_id, most=TRIED)
    proven = [_row(planned, place, _checked(sheet, place)) for place in found[:PROVEN]]
    rows = [row for group in (*proven, *(_row(planned, place, None) for place in found[PROVEN:])) for row in group]
    rows.sort(key=lambda row: not row["ok"])
    return {"visit": visit_id, "places": rows}


def _checked(sheet: Sheet, place: Place) -> Planned:
    return judged_again(sheet.planned, sheet.planned.prepared, place.plan, sheet.roster)


def _row(planned: Planned, place: Place, after: Planned | None) -> Iterator[Json]:
    """Yield a place once for each row of the board on which it lies."""
    lawful = not any(rule.hard for rule in place.broken)
    ok = after is not None and lawful and after.report.late <= planned.report.late
    row = {
        "day": place.day,
        "band": place.band_id,
        "begin": clock(place.begin // 60 * 60),
        "ok": ok,
        "broken": broken_rows(planned.prepared.problem, place.plan, place.broken),
        "cost": place.cost if after is None else after.plan.objective.total - planned.plan.objective.total,
        "worst": None if after is None else slowest(after),
    }
    for officer in place.officers:
        yield {**row, "officer": officer}
