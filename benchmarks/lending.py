"""Officers lent between neighbouring squads: 20 seeded districts, in each a squad with more work than fits.

Every proposal is checked anew: the lender misses nothing that it made, and the district misses less.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from api.prepare import Prepared, prepare
from benchmarks.squads.made import BINDING, OVER_FULL, seeded_squad
from planner.changes import WithOfficer, changed
from planner.guarantee import Promise
from planner.lending import Answer, Side, lend
from planner.planning import plan_week
from planner.response import checked
from planner.rules import judge
from planner.week import Week, WeeklyProblem

WEEK = Week.parse("2026-W48")
HEADERS = "district | missed before | after | loan | tried | lender misses more | hard rules broken | seconds | why not"


def main(arguments: Sequence[str]) -> int:
    """Print a line for each district, and what they come to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks lending", description=__doc__)
    parser.add_argument("--districts", type=int, default=20)
    parser.add_argument("--size", choices=sorted(BINDING), default="24x14")
    parser.add_argument("--time-limit", type=float, default=4.0, help="work limit of each plan, deterministic seconds")
    parser.add_argument("--tries", type=int, default=8)
    options = parser.parse_args(arguments)
    print(HEADERS)
    before, after, worse = 0, 0, 0
    for number in range(1, options.districts + 1):
        began = time.monotonic()
        weeks = dict(_weeks(options.size, number))
        replan = planned(weeks, options.time_limit)
        sides = [replan(Side(name, name, week.problem, None, 0), week.problem) for name, week in weeks.items()]  # type: ignore[arg-type]  # planned just now
        borrower, *neighbours = sides
        answer = lend(borrower, neighbours, replan, tries=options.tries)
        cells, missed, lost = _told(answer, sides)
        before, after, worse = before + sum(len(s.missed) for s in sides), after + missed, worse + lost
        print(f"{number} | " + " | ".join((*cells[:-1], f"{time.monotonic() - began:.0f}", cells[-1])), flush=True)
    print(f"{options.districts} districts: {before} missed before, {after} after; lenders that lost something: {worse}")
    return 0 if worse == 0 and after < before else 1


def _weeks(size: str, number: int) -> Iterator[tuple[str, Prepared]]:
    """Yield the borrower's week and two neighbours', of whom the near one has two officers by day who hold no post."""
    for name, density in (("borrower", OVER_FULL[size]), ("near", BINDING[size]), ("far", BINDING[size])):
        seed = number if name == "borrower" else 100 * number + (name == "far")
        peak = density.peak if name == "borrower" else density.peak * 2 // 3
        # vehicles enough for everybody: people are what is wanting
        week = prepare(seeded_squad(size, replace(density, seed=seed, peak=peak, cars=4, ebikes=2)), WEEK, None)
        if name == "near":
            more = [WithOfficer(officer) for officer in sorted(week.problem.officers)[:2]]
            week = replace(week, problem=changed(week.problem, more))
        yield name, week


def planned(weeks: dict[str, Prepared], time_limit: float) -> Callable[[Side, WeeklyProblem], Side]:
    """Return what plans a side's week and checks it."""

    def replan(side: Side, problem: WeeklyProblem) -> Side:
        week = weeks[side.squad_id]
        promise = Promise(week.travel, week.hours)
        plan = plan_week(problem, seed=0, time_limit=time_limit, promise=promise, explained=False)
        late = sum(cover.late for cover in checked(problem, plan, week.travel, week.hours).covers)
        return replace(side, problem=problem, plan=plan, late=late)

    return replan


def _told(answer: Answer, sides: Sequence[Side]) -> tuple[tuple[str, ...], int, int]:
    """Return cells, what is missed with the loan, and whether the lender lost something."""
    missed = sum(len(side.missed) for side in sides)
    tried = len(answer.refusals) + (answer.proposal is not None)
    if answer.proposal is None:
        why = "; ".join(dict.fromkeys(refusal.why.en for refusal in answer.refusals))
        return (str(missed), str(missed), "none", str(tried), "no", "0", why or "nobody to lend"), missed, 0
    proposal = answer.proposal
    old = next(side for side in sides if side.squad_id == proposal.loan.lender)
    after = missed - len(sides[0].missed) - len(old.missed) + len(proposal.borrower.missed)
    after += len(proposal.lender.missed)
    lost = bool(proposal.lender.missed - old.missed)
    broken = sum(
        rule.hard and rule.rule != "mandatory_work_is_placed"
        for side in (proposal.borrower, proposal.lender)
        for rule in judge(side.problem, side.plan)
    )
    loan = f"{len(proposal.loan.officer_ids)} of {proposal.loan.lender}"
    return (str(missed), str(after), loan, str(tried), "yes" if lost else "no", str(broken), ""), after, int(lost)
