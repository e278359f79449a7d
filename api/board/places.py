"""Where a visit could stand, as the week board shows it: the best places proven by the rules and the exact check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from api.board.desk import Sheet
from api.board.view import broken_rows, known
from api.planned import Planned, at_its_price, checked_again
from planner.byhand.moving import Move
from planner.byhand.places import EVERYWHERE, Place, Spot, places
from planner.response import Checked
from planner.words import clock

Json: TypeAlias = dict[str, Any]

TRIED, PROVEN = 48, 8
"""So many places are judged by the rules, and so many of the best of them checked exactly too."""


@dataclass(frozen=True, slots=True)
class _Proof:
    """What the exact check says of a place: seconds late in the week, the slowest arrival, and what it costs more."""

    late: int
    worst: int | None
    cost: int


def places_of(sheet: Sheet, visit_id: str, spot: Spot = EVERYWHERE, further: Callable[[], bool] = lambda: True) -> Json:
    """Return where a visit could stand, the proven ones first.

    Parameters
    ----------
    spot
        Which places are asked for: a single one is known soon enough to be told under a card that is dragged over it.
    further
        Asked before each place, where it may wait; no more are looked at once it says no.

    Raises
    ------
    planner.errors.ImpossibleMoveError
        As `planner.byhand.places.places` does.
    """
    planned = sheet.planned
    found = places(planned.prepared.problem, planned.plan, visit_id, most=TRIED, spot=spot, further=further)
    checks = [
        checked_again(planned, planned.prepared, place.plan) if n < PROVEN and further() else None
        for n, place in enumerate(found)
    ]
    if spot.day is not None and spot.band_id is not None:
        sheet.looked_at.clear()
        sheet.looked_at.update(
            (Move(visit_id, place.day, place.band_id, officer), check)
            for place, check in zip(found, checks, strict=True)
            if check is not None
            for officer in place.officers
        )
    rows = [
        row
        for place, check in zip(found, checks, strict=True)
        for row in _rows(planned, place, None if check is None else _proof(sheet, place, check))
    ]
    rows.sort(key=lambda row: not row["ok"])
    return {"visit": visit_id, "places": rows}


def _proof(sheet: Sheet, place: Place, check: Checked) -> _Proof:
    planned, prepared = sheet.planned, sheet.planned.prepared
    plan = at_its_price(planned, prepared, place.plan, check, sheet.roster)
    peaks = [cover.peak.seconds for cover in check.covers if cover.peak is not None]
    return _Proof(
        sum(cover.late for cover in check.covers),
        known(max(peaks)) if peaks else None,
        plan.objective.total - planned.plan.objective.total,
    )


def _rows(planned: Planned, place: Place, proof: _Proof | None) -> Iterator[Json]:
    """Yield a place once for each row of the board on which it lies."""
    lawful = not any(rule.hard for rule in place.broken)
    row = {
        "day": place.day,
        "band": place.band_id,
        "begin": clock(place.begin // 60 * 60),
        "ok": proof is not None and lawful and proof.late <= planned.report.late,
        "broken": broken_rows(planned.prepared.problem, place.plan, place.broken),
        "cost": place.cost if proof is None else proof.cost,
        "worst": None if proof is None else proof.worst,
        "late": None if proof is None else max(0, proof.late - planned.report.late),
    }
    for officer in place.officers:
        yield {**row, "officer": officer}
