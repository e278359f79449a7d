"""All squads of a bureau in one week: what each owes and meets, misses and why, and how its two hours stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely
from sqlalchemy import Connection, select

from api.storage.case_tables import PLANS
from api.storage.plans import IN_FORCE, PlanState
from api.storage.squad_tables import BOUNDARIES, SQUADS


class Standing(StrEnum):
    """How a squad's week stands, the worst first."""

    MISSES = "misses"
    LATE = "late"
    UNKNOWN = "unknown"
    NONE = "none"
    MET = "met"


@dataclass(frozen=True, slots=True)
class SquadWeek:
    """A squad in one week.

    Attributes
    ----------
    outline
        ``(lon, lat)`` around its communities and its station, without the closing point.
    plan_id, state
        The plan in force, or its newest draft where none is; None where there is none.
    figures
        What is told of that plan (`api.glance.figures_of`); None of one that was made before it was told.
    """

    id: str
    name: str
    station: tuple[float, float]
    outline: tuple[tuple[float, float], ...]
    made_up: bool
    plan_id: str | None
    state: PlanState | None
    figures: Mapping[str, Any] | None

    @property
    def standing(self) -> Standing:
        """How it stands."""
        if self.plan_id is None:
            return Standing.NONE
        if self.figures is None:
            return Standing.UNKNOWN
        if self.figures["missed"]:
            return Standing.MISSES
        return Standing.LATE if self.figures["late"] else Standing.MET

    @property
    def key(self) -> tuple[int, int, int, str]:
        """What a bureau looks at first."""
        told = self.figures or {"missed": 0, "late": 0}
        return list(Standing).index(self.standing), -told["missed"], -told["late"], self.id


def weeks_of_squads(connection: Connection, week: str) -> Sequence[SquadWeek]:
    """Return all squads that the transaction may see, those to look at first in front."""
    corners: dict[str, list[tuple[float, float]]] = {}
    box = (BOUNDARIES.c.min_lon, BOUNDARIES.c.min_lat, BOUNDARIES.c.max_lon, BOUNDARIES.c.max_lat)
    for squad_id, west, south, east, north in connection.execute(
        select(BOUNDARIES.c.squad_id, *box).where(BOUNDARIES.c.current)
    ):
        corners.setdefault(squad_id, []).extend(((west, south), (east, south), (east, north), (west, north)))
    plans = _plans(connection, week)
    rows = connection.execute(select(SQUADS.c.id, SQUADS.c.name, SQUADS.c.station, SQUADS.c.made_up))
    found = []
    for row in rows:
        station = row.station["lon"], row.station["lat"]
        outline = _hull([*corners.get(row.id, []), station])
        plan = plans.get(row.id, (None, None, None))
        found.append(SquadWeek(row.id, row.name, station, outline, row.made_up, *plan))
    return sorted(found, key=lambda one: one.key)


def _plans(connection: Connection, week: str) -> Mapping[str, tuple[str, PlanState, Mapping[str, Any] | None]]:
    """Return each squad's plan of a week: the one in force, or else the newest draft."""
    columns = (PLANS.c.squad_id, PLANS.c.id, PLANS.c.state, PLANS.c.figures)
    states = [state.value for state in (*IN_FORCE, PlanState.DRAFT)]
    asked = select(*columns).where((PLANS.c.week == week) & PLANS.c.state.in_(states))
    found: dict[str, tuple[str, PlanState, Mapping[str, Any] | None]] = {}
    for squad_id, plan_id, said, figures in connection.execute(
        asked.order_by(PLANS.c.published_at, PLANS.c.made_at, PLANS.c.id)
    ):
        state, known = PlanState(said), found.get(squad_id)
        if state in IN_FORCE or known is None or known[1] not in IN_FORCE:
            found[squad_id] = (plan_id, state, figures)
    return found


def _hull(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    around = shapely.MultiPoint(points).convex_hull
    if not isinstance(around, shapely.Polygon):
        return ()
    return tuple((round(lon, 5), round(lat, 5)) for lon, lat in around.exterior.coords[:-1])
