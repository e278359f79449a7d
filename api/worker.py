"""What the server's planning process does, from an order to a finished folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection

from api.bureau.lending import make_loan
from api.commands import opened_plan, plan_loaded, planned_again, replanned
from api.drafts import with_known_gates
from api.faults import fault_to_dict
from api.glance import figures_of
from api.jobs.job import CHANGES, CHECK, FAILURE, OUT, PROGRESS, ROSTER, STOP, Kind, Order, write_json
from api.jobs.keeping import kept
from api.outputs import write_plan
from api.planned import Planned, check_to_dict
from api.records import recorded_squad
from api.storage.plans import add_draft
from api.studies.outcome import make_outcome
from api.studies.simulation import make_simulation
from casework.calendar import SHANGHAI
from geo.errors import InputError
from geo.text import Text
from planner.diff import diff_to_dict
from planner.document import plan_to_dict
from planner.errors import PlanFileError
from planner.planning import Progress
from planner.week import Week

DONE = Text("已完成", "Done")

Study: TypeAlias = Callable[[Order, Path, Callable[[Progress], None], Callable[[], bool]], None]

STUDIES: Mapping[Kind, Study] = {
    Kind.LOAN: make_loan,
    Kind.SIMULATION: make_simulation,
    Kind.REPORT: make_outcome,
}


def make_plan(order: Order, folder: Path) -> None:
    """Make the plan of `order` in the job's `folder`, or find out what it asks for instead.

    Faults in the squad's files become ``failure.json``.
    """
    try:
        if (study := STUDIES.get(order.kind)) is not None:
            study(order, folder, lambda found: tell(folder, found), (folder / STOP).exists)
            return
        planned = _planned(order, folder)
    except (InputError, PlanFileError) as error:
        write_json(folder / FAILURE, {"kind": "bad_input", "faults": [fault_to_dict(fault) for fault in error.faults]})
        return
    keep_draft(order, folder.name, planned)
    write_json(folder / ROSTER, {officer.id: officer.name for officer in planned.prepared.squad.officers})
    objective = planned.plan.objective
    done = asdict(Progress(objective.total, objective.bound, DONE, len(planned.plan.missed)))
    write_json(folder / PROGRESS, {**done, "terms": dict(objective.terms), "first_plan": planned.first_plan})
    if order.attempt is not None:  # its folder is not where the plan is looked at: that draws what is asked for
        changes = {} if planned.diff is None else diff_to_dict(planned.prepared.problem, planned.diff)
        write_json(folder / CHANGES, changes)
        return
    write_json(folder / CHECK, check_to_dict(planned))
    write_plan(planned, folder / OUT, order.language)


def _planned(order: Order, folder: Path) -> Planned:
    loaded = recorded_squad(order.source, order.squad, datetime.now(SHANGHAI))
    cache = Path(order.cache) if order.cache else None

    def progress(found: Progress) -> None:
        tell(folder, found)

    stop = (folder / STOP).exists
    seed, limit = order.seed, order.time_limit
    if order.plan is None:
        week = Week.parse(order.week)
        return plan_loaded(loaded, week, seed=seed, time_limit=limit, cache=cache, progress=progress, stop=stop)
    opened = opened_plan(loaded, with_known_gates(order.plan, loaded.squad.communities), cache)
    if order.event is None:
        return planned_again(opened, seed=seed, time_limit=limit, progress=progress, stop=stop)
    return replanned(opened, order.event, seed=seed, time_limit=limit, progress=progress, stop=stop)


def keep_draft(order: Order, plan_id: str, planned: Planned) -> None:
    """Write the plan into the records before its files, as `kept` does: where there are files, there is a draft."""
    document = plan_to_dict(planned.prepared.problem, planned.plan, planned.prepared.squad)
    figures = figures_of(planned)

    def keep(connection: Connection) -> None:
        add_draft(connection, order.squad, plan_id, document, datetime.now(SHANGHAI), figures=figures)

    kept(order, plan_id, keep)


def tell(folder: Path, progress: Progress) -> None:
    """Leave word of how the search stands."""
    write_json(folder / PROGRESS, asdict(progress))
