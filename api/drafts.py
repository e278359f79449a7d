"""Plans on record, opened against the squad as it is on record now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from api.commands import Opened, opened_plan
from api.exchange.squad_files import Loaded
from api.records import planning_squad
from api.scenes import Scene
from api.storage.engine import reading
from api.storage.plans import KeptPlan, get_plan
from geo.community import Community


def recorded_plan(store: Engine, squad_id: str, plan_id: str) -> KeptPlan:
    """Return a plan on record."""
    with reading(store) as connection:
        return get_plan(connection, squad_id, plan_id)


def open_recorded(
    store: Engine, squad_id: str, kept: KeptPlan, cache: Path | None, scenes: Sequence[Scene] = ()
) -> Opened:
    """Return a plan on record, read against the squad as it is now, history weighing as it did when it was made."""
    with reading(store) as connection:
        squad = planning_squad(connection, squad_id, kept.made_at)
    return opened_plan(Loaded(squad, ()), with_known_gates(kept.document, squad.communities), cache, scenes)


def with_known_gates(document: Mapping[str, Any], communities: Iterable[Community]) -> dict[str, Any]:
    """Return a plan's document, stops at gates that were taken away since led to their communities' main gates."""
    gates = {one.id: [gate.id for gate in one.gates] for one in communities}

    def led(stop: dict[str, Any]) -> dict[str, Any]:
        known = gates.get(stop["community"]["id"], [])
        return {**stop, "gate": {**stop["gate"], "id": known[0]}} if known and stop["gate"]["id"] not in known else stop

    routes = [{**route, "stops": [led(stop) for stop in route["stops"]]} for route in document.get("routes", ())]
    return {**document, "routes": routes}
