"""How a plan holds when reports come at random, told as `wuzao simulate` tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from api.commands import Opened, opened_plan
from api.drafts import with_known_gates
from api.faults import text_to_dict
from api.jobs.job import OUT, SIMULATION, Order, write_json
from api.records import recorded_squad
from api.simulate_command import Asked, simulated, simulated_to_dict
from api.storage.engine import connect, reading
from api.storage.plans import KeptPlan, get_plan
from api.storage.scope import about
from geo.text import Text
from planner.planning import Progress
from planner.simulation.weeks import Load
from planner.simulation.words import difference_in_words, result_in_words

Json: TypeAlias = dict[str, Any]

STEPS = 50
"""So often is told how far it has come."""


def simulation_of(plans: Sequence[str], weeks: int, load: Load) -> Json:
    """Return what is asked, as an order carries it: of which plans, by number, two where they are compared."""
    return {"plans": list(plans), "weeks": weeks, "rate": load.rate, "handling": load.handling}


def make_simulation(order: Order, folder: Path, progress: Callable[[Progress], None], stop: Callable[[], bool]) -> None:
    """Simulate as an order asks, and leave what came of it in the job's folder; stopped, what the weeks so far say."""
    assert order.simulate is not None  # noqa: S101 - that is what the order is for
    wanted, store = order.simulate, connect(order.source)
    with about(order.squad), reading(store) as connection:
        plans = [get_plan(connection, order.squad, plan) for plan in wanted["plans"]]
    store.dispose()
    opened, *others = (_opened(order, plan) for plan in plans)
    total = wanted["weeks"] * len(wanted["plans"])

    def told(done: int) -> None:
        if done % max(1, total // STEPS) == 0:
            progress(Progress(None, 0, Text(f"已模拟 {done} / {total} 周", f"{done} of {total} weeks simulated")))

    asked = Asked(wanted["weeks"], order.seed, Load(wanted["rate"], wanted["handling"]))
    found = simulated(opened, others[0] if others else None, asked, progress=told, stop=stop)
    problem = opened.prepared.problem
    results = [found.result] if found.other is None else [found.result, found.other]
    lines = [_texts(result_in_words(result, problem, found.fitted)) for result in results]
    out = folder / OUT
    out.mkdir(exist_ok=True)
    write_json(
        out / SIMULATION,
        {
            **wanted,
            "figures": simulated_to_dict(found),
            "lines": lines,
            "difference": None if found.apart is None else text_to_dict(difference_in_words(found.apart)),
        },
    )


def _opened(order: Order, plan: KeptPlan) -> Opened:
    loaded = recorded_squad(order.source, order.squad, plan.made_at)
    cache = Path(order.cache) if order.cache else None
    return opened_plan(loaded, with_known_gates(plan.document, loaded.squad.communities), cache)


def _texts(lines: Iterable[Text]) -> list[Json]:
    return [dict(text_to_dict(line)) for line in lines]
