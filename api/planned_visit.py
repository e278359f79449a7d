"""A planned visit as the plan on record tells of it: where it is, and who is to make it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.errors import PlanStateError, UnknownRecordError
from api.storage.plans import PLAN_STATES, KeptPlan, PlanState
from geo.text import Text


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit of a plan; `crew` are those who ride there, whether they lead or not."""

    id: str
    week: str
    plan_id: str
    community_id: str
    crew: frozenset[str]
    lon: float
    lat: float


def planned_visit(plan: KeptPlan, visit_id: str) -> PlannedVisit:
    """Return a visit of a plan by which the squad works, or did until it was replaced.

    Raises
    ------
    PlanStateError
        Where the plan is a draft, by which nobody works.
    UnknownRecordError
        Where it has no such visit.
    """
    if plan.state is PlanState.DRAFT:
        name = PLAN_STATES[plan.state]
        raise PlanStateError(Text(f"计划目前为“{name.zh}”,还不能报到", "The plan is a draft: nobody works by it yet"))
    for route, stop in _stops(plan.document):
        if stop["visit"] == visit_id:
            crew = route["crew"]
            riders = {one["id"] for one in (*crew["officers"], *crew["auxiliaries"], *stop["officers"])}
            gate = stop["gate"]
            return PlannedVisit(
                visit_id, plan.week, plan.id, stop["community"]["id"], frozenset(riders), gate["lon"], gate["lat"]
            )
    raise UnknownRecordError(Text("计划里没有这次勤务", "The plan has no such visit"))


def _stops(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for route in document.get("routes", ()):
        for stop in route["stops"]:
            yield route, stop
