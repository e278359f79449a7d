"""Where a visit could stand, as the week board shows it: the best places proven by the rules and the exact check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from api.board.desk import Sheet
from api.board.view import broken_rows, known
from api.planned import Planned, judged_again
from planner.byhand.moving import Move
from planner.byhand.places import EVERYWHERE, Place, Said, Spot, broken_without, places
from planner.words import clock

Json: TypeAlias = dict[str, Any]

TRIED, PROVEN = 48, 8
"""So many places are judged by the rules, and so many of the best of them checked exactly too."""


def places_of(
    sheet: Sheet,
    visit_id: str,
    spot: Spot = EVERYWHERE,
    further: Callable[[], bool] = lambda: True,
    *,
    check: bool = True,
) -> Json:
    """Return where a visit could stand, the proven ones first.

    Parameters
    ----------
    spot
        Which places are asked for: a single one is known soon enough to be told under a card that is dragged over it.
    further
        Asked before each place, where it may wait; no more are looked at once it says no.
    check
        Whether the exact check is asked too, which takes twice as long as the rules.

    Raises
    ------
    planner.errors.ImpossibleMoveError
        As `planner.byhand.places.places` does.
    """
    planned = sheet.planned
    single = spot.day is not None and spot.band_id is not None
    found = _found(sheet, visit_id, spot, further)
    proven = [
        judged_again(planned, planned.prepared, place.plan, sheet.roster, place.judged)
        if check and n < PROVEN and further()
        else None
        for n, place in enumerate(found)
    ]
    pinned = any(pin.visit_id == visit_id for pin in planned.prepared.problem.pins)  # where it goes, its pin goes too
    if single and check and not pinned:
        sheet.looks.made = {
            Move(visit_id, place.day, place.band_id, officer): there
            for place, there in zip(found, proven, strict=True)
            if there is not None
            for officer in place.officers
        }
    rows = [row for place, there in zip(found, proven, strict=True) for row in _rows(planned, place, there)]
    rows.sort(key=lambda row: not row["ok"])
    return {"visit": visit_id, "places": rows}


def _found(sheet: Sheet, visit_id: str, spot: Spot, further: Callable[[], bool]) -> tuple[Place, ...]:
    """Return the places judged by the rules; those that were asked for last are known."""
    problem, plan, looks = sheet.planned.prepared.problem, sheet.planned.plan, sheet.looks
    asked = visit_id, spot
    if looks.spot == asked:
        return looks.places

    def without() -> frozenset[Said]:
        if visit_id not in looks.without:
            looks.without[visit_id] = broken_without(problem, plan, visit_id, further)
        return looks.without[visit_id]

    found = places(problem, plan, visit_id, most=TRIED, spot=spot, further=further, without=without)
    if spot.day is not None and spot.band_id is not None:  # of others `further` may have let only some be judged
        looks.spot, looks.places = asked, found
    return found


def _rows(now: Planned, place: Place, there: Planned | None) -> Iterator[Json]:
    """Yield a place once for each row of the board on which it lies; `there` is the plan with the visit there."""
    lawful = not any(rule.hard for rule in place.broken)
    row = {
        "day": place.day,
        "band": place.band_id,
        "begin": clock(place.begin // 60 * 60),
        "ok": there is not None and lawful and there.report.late <= now.report.late,
        "broken": broken_rows(now.prepared.problem, place.plan, place.broken),
        "cost": place.cost if there is None else there.plan.objective.total - now.plan.objective.total,
        "worst": None if there is None else _slowest(there),
        "late": None if there is None else max(0, there.report.late - now.report.late),
    }
    for officer in place.officers:
        yield {**row, "officer": officer}


def _slowest(planned: Planned) -> int | None:
    """Return the seconds of the week's slowest arrival, where there is one."""
    peaks = [cover.peak.seconds for cover in planned.check.covers if cover.peak is not None]
    return known(max(peaks)) if peaks else None
