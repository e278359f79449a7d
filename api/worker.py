"""What the server's planning process does, from an order to a finished folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from api.commands import check_to_dict, plan_squad
from api.faults import fault_to_dict
from api.jobs import CHECK, FAILURE, OUT, PROGRESS, ROSTER, STOP, Order, write_json
from api.outputs import write_plan
from geo.errors import InputError
from geo.text import Text
from planner.planning import Progress
from planner.week import Week

DONE = Text("已完成", "Done")


def make_plan(order: Order, folder: Path) -> None:
    """Make the plan of `order` in the job's `folder`; faults in the squad's files become ``failure.json``."""
    try:
        planned = plan_squad(
            Path(order.source),
            Week.parse(order.week),
            seed=order.seed,
            time_limit=order.time_limit,
            cache=Path(order.cache) if order.cache else None,
            progress=lambda progress: tell(folder, progress),
            stop=(folder / STOP).exists,
        )
    except InputError as error:
        write_json(folder / FAILURE, {"kind": "bad_input", "faults": [fault_to_dict(fault) for fault in error.faults]})
        return
    write_json(folder / CHECK, check_to_dict(planned))
    write_json(folder / ROSTER, {officer.id: officer.name for officer in planned.prepared.squad.officers})
    objective = planned.plan.objective
    done = asdict(Progress(objective.total, objective.bound, DONE, len(planned.plan.missed)))
    write_json(folder / PROGRESS, {**done, "terms": dict(objective.terms), "first_plan": planned.first_plan})
    write_plan(planned, folder / OUT, order.language)


def tell(folder: Path, progress: Progress) -> None:
    """Leave word of how the search stands."""
    write_json(folder / PROGRESS, asdict(progress))
