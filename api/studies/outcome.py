"""How a squad's period came out: the figures of its outcome sheet, kept for a bureau to put them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from api.jobs.job import OUT, REPORT, Order, write_json
from api.jobs.keeping import kept
from api.plain import plain
from api.storage.cases import all_cases
from api.storage.outcomes import OUTCOME, Outcome, keep_outcome
from api.storage.register import renovations, snapshot
from casework.figures import period_named
from casework.outcome import outcome_sheet
from planner.planning import Progress

COUNTS = ("registered", "found", "pending", "set_aside", "complaints")
SHARES = ("rectified", "on_time", "reopened")


def make_outcome(order: Order, folder: Path, progress: Callable[[Progress], None], stop: Callable[[], bool]) -> None:
    """Work out a squad's figures of a period as an order asks, and keep them."""
    del progress, stop  # it is over before anybody could look or stop it
    assert order.report is not None  # noqa: S101 - that is what the order is for
    period, at = order.report["period"], datetime.fromisoformat(order.report["at"])

    def keep(connection: Connection) -> Outcome:
        found = outcome_of(connection, order.squad, period, at)
        keep_outcome(connection, order.squad, period, found)
        return found

    found = kept(order, folder.name, keep)
    out = folder / OUT
    out.mkdir(exist_ok=True)
    write_json(out / REPORT, {"period": period, "figures": found.figures})


def outcome_of(connection: Connection, squad_id: str, period: str, now: datetime) -> Outcome:
    """Return a squad's figures of a period: of the sheet that was frozen, or else as the records are."""
    frozen = snapshot(connection, squad_id, OUTCOME, period)
    if frozen is not None:
        return Outcome(now, figures_of_sheet(frozen["document"]), frozen=True)
    cases, registered = all_cases(connection, squad_id), renovations(connection, squad_id)
    sheet = plain(outcome_sheet(cases, registered, period_named(period), now))
    return Outcome(now, figures_of_sheet(sheet), frozen=False)


def figures_of_sheet(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sheet's figures alone: counts, shares as [part, whole], and how many cases were late."""
    counts = {key: sheet[key]["number"] for key in COUNTS}
    shares = {key: [sheet[key]["part"], sheet[key]["whole"]] for key in SHARES}
    return {**counts, **shares, "late": len(sheet["late"])}


def together(several: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the figures of several squads added up."""
    counts = {key: sum(one[key] for one in several) for key in (*COUNTS, "late")}
    shares = {key: [sum(one[key][side] for one in several) for side in (0, 1)] for key in SHARES}
    return {**counts, **shares}
