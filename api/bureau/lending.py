"""Which neighbour could lend a squad officers for a week: looked for in a process of its own, told before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from api.board.differences import differences
from api.commands import opened_plan
from api.drafts import with_known_gates
from api.faults import text_to_dict
from api.glance import figures_of
from api.jobs.job import LOAN, OUT, Order, write_json
from api.planned import Planned, judged
from api.prepare import Prepared
from api.records import recorded_squad
from geo.text import Text
from planner.document import plan_to_dict
from planner.guarantee import Promise
from planner.lending import Answer, Loan, Proposal, Refusal, Side, guests, lend
from planner.planning import Progress, plan_week
from planner.week import WeeklyPlan, WeeklyProblem

Json: TypeAlias = dict[str, Any]

TRIES = 6
"""So many loans are tried, each of which takes two weeks' planning at most."""

LOOKING = Text("看能否向{name}借人", "Asking what {name} could lend")


@dataclass(frozen=True, slots=True)
class PlanOf:
    """A squad's plan of the week, as the records have it."""

    squad_id: str
    plan_id: str
    version: int
    document: Mapping[str, Any]
    made_at: datetime


def question(borrower: PlanOf, neighbours: Sequence[PlanOf]) -> Json:
    """Return what is asked, as an order carries it: the plans of the borrower and of those who might lend."""
    return {
        "plans": [
            {
                "squad": one.squad_id,
                "plan": one.plan_id,
                "version": one.version,
                "document": dict(one.document),
                "made_at": one.made_at.isoformat(),
            }
            for one in (borrower, *neighbours)
        ]
    }


def make_loan(order: Order, folder: Path, progress: Callable[[Progress], None], stop: Callable[[], bool]) -> None:
    """Look for a loan as an order asks, and leave what came of it in the job's folder."""
    assert order.lend is not None  # noqa: S101 - that is what the order is for
    asked = order.lend["plans"]
    opened = {one["squad"]: _opened(order, one) for one in asked}
    names = {squad: planned.prepared.squad.name for squad, planned in opened.items()}

    def told(loan: Loan) -> bool:
        name = names[loan.lender]
        progress(Progress(None, 0, Text(LOOKING.zh.format(name=name), LOOKING.en.format(name=name)), None))
        return not stop()

    def replan(side: Side, problem: WeeklyProblem, *, explained: bool = False) -> Side:
        prepared = replace(opened[side.squad_id].prepared, problem=problem)
        plan = _planned(prepared, order, stop, explained=explained)
        return _side(side.squad_id, judged(prepared, plan))

    borrower, *neighbours = (_side(squad, planned) for squad, planned in opened.items())
    answer = lend(borrower, neighbours, replan, tries=TRIES, told=told)
    if answer.proposal is not None and answer.proposal.borrower.missed:  # the same plan, and why it misses what it does
        again = replan(borrower, answer.proposal.borrower.problem, explained=True)
        answer = replace(answer, proposal=replace(answer.proposal, borrower=again))
    out = folder / OUT
    out.mkdir(exist_ok=True)
    progress(Progress(None, 0, Text("已完成", "Done"), None))
    write_json(out / LOAN, _told(answer, opened, {one["squad"]: one for one in asked}))


def _planned(prepared: Prepared, order: Order, stop: Callable[[], bool], *, explained: bool) -> WeeklyPlan:
    return plan_week(
        prepared.problem,
        seed=order.seed,
        time_limit=order.time_limit,
        promise=Promise(prepared.travel, prepared.hours),
        stop=stop,
        explained=explained,
    )


def _opened(order: Order, asked: Mapping[str, Any]) -> Planned:
    loaded = recorded_squad(order.source, asked["squad"], datetime.fromisoformat(asked["made_at"]))
    cache = Path(order.cache) if order.cache else None
    opened = opened_plan(loaded, with_known_gates(asked["document"], loaded.squad.communities), cache)
    return judged(opened.prepared, opened.plan)


def _side(squad_id: str, planned: Planned) -> Side:
    prepared = planned.prepared
    return Side(squad_id, prepared.squad.name, prepared.problem, planned.plan, planned.report.late)


def _told(answer: Answer, before: Mapping[str, Planned], asked: Mapping[str, Mapping[str, Any]]) -> Json:
    refused = [_refused(refusal, before) for refusal in answer.refusals]
    told: Json = {"refused": refused, "sides": []}
    if answer.proposal is None:
        return told
    proposal = answer.proposal
    for side in (proposal.borrower, proposal.lender):
        told["sides"].append(_side_told(side, before[side.squad_id], asked[side.squad_id]))
    return told | _officers(proposal, before)


def _refused(refusal: Refusal, before: Mapping[str, Planned]) -> Json:
    lender = before[refusal.loan.lender].prepared
    names = [lender.problem.officers[officer].name for officer in refusal.loan.officer_ids]
    return {"lender": lender.squad.name, "officers": names, "why": text_to_dict(refusal.why)}


def _side_told(side: Side, before: Planned, asked: Mapping[str, Any]) -> Json:
    after = judged(replace(before.prepared, problem=side.problem), side.plan)
    return {
        "squad": side.squad_id,
        "name": side.name,
        "plan": asked["plan"],
        "version": asked["version"],
        "before": figures_of(before),
        "after": figures_of(after),
        "differences": differences(after, before),
        "document": plan_to_dict(side.problem, side.plan, before.prepared.squad),
    }


def _officers(proposal: Proposal, before: Mapping[str, Planned]) -> Json:
    lender = before[proposal.loan.lender]
    borrower = next(planned for squad, planned in before.items() if squad == proposal.borrower.squad_id)
    side = _side(proposal.loan.lender, lender)
    lent = guests(side, borrower.prepared.problem, proposal.loan)
    return {
        "officers": [
            {
                "id": officer,
                "guest": guest.officer.id,
                "name": guest.officer.name,
                "shifts": [
                    {"day": one.day.isoformat(), "band": one.band_id, "start": one.start, "end": one.end}
                    for one in guest.shifts
                ],
            }
            for officer, guest in zip(proposal.loan.officer_ids, lent, strict=True)
        ]
    }
