"""Visits by the plans that a squad works by: to come and made, read from the plans' documents as published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from api.storage.case_tables import PLANS
from api.storage.plans import PlanState
from casework.obligation import VisitKind
from planner.week import Week

WORKED_BY = (PlanState.PUBLISHED, PlanState.FROZEN, PlanState.DONE)
"""States of the plans that a squad works, or has worked, by."""


@dataclass(frozen=True, slots=True)
class PublishedVisit:
    """One stop of a published plan.

    Attributes
    ----------
    officers, partners
        Names, whoever leads first.
    post
        ``A`` or ``B``: what whoever leads is to the community; empty where he is neither.
    """

    id: str
    plan_id: str
    week: str
    community_id: str
    kind: VisitKind
    begin: datetime
    end: datetime
    officers: tuple[str, ...]
    partners: tuple[str, ...]
    post: str


def visits_since(connection: Connection, squad_id: str, first: Week) -> tuple[PublishedVisit, ...]:
    """Return the visits of a squad's published plans of a week and all later ones, in order of time."""
    states = [state.value for state in WORKED_BY]
    mine = (PLANS.c.squad_id == squad_id) & (PLANS.c.week >= str(first)) & PLANS.c.state.in_(states)
    wanted = select(PLANS.c.id, PLANS.c.week, PLANS.c.document).where(mine).order_by(PLANS.c.week)
    rows = connection.execute(wanted).all()
    found = [visit for row in rows for visit in visits_of(row.id, row.week, row.document)]
    return tuple(sorted(found, key=lambda one: (one.begin, one.community_id)))


def visits_of(plan_id: str, week: str, document: Mapping[str, Any]) -> Iterator[PublishedVisit]:
    """Yield the visits of one plan's document."""
    for route in document["routes"]:
        for stop in route["stops"]:
            yield PublishedVisit(
                id=stop["visit"],
                plan_id=plan_id,
                week=week,
                community_id=stop["community"]["id"],
                kind=VisitKind(stop["kind"]),
                begin=datetime.fromisoformat(stop["begin"]),
                end=datetime.fromisoformat(stop["end"]),
                officers=tuple(one["name"] for one in stop["officers"]),
                partners=tuple(one["name"] for one in stop["partners"]),
                post=stop["post"] or "",
            )
