"""Officers lent between squads: what is tried, in which order, and what is never proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import pytest

from planner.changes import WithoutOfficer, changed
from planner.lending import Answer, Loan, Proposal, Side, duties, guest_id, guests, lend
from planner.officer import Band
from planner.planning import plan_week
from planner.rules import judge
from planner.week import MissedVisit, Objective, WeeklyPlan, WeeklyProblem
from tests.planner.seeded import Size, seeded_week

BUSY = Size(communities=12, pairs=3, peak=9, cars=4, ebikes=0, days=5)
QUIET = Size(communities=4, pairs=3, peak=0, cars=4, ebikes=0, days=5)
WEEK = seeded_week(1, QUIET)


def side(name: str, missed: Sequence[str] = (), late: int = 0, problem: WeeklyProblem = WEEK) -> Side:
    """A squad's week whose plan leaves out what a test says."""
    left = tuple(MissedVisit(visit, ()) for visit in missed)
    return Side(name, name, problem, WeeklyPlan(problem.week, (), left, Objective({}, 0), 0, 1.0), late)


class Planner:
    """Plans weeks as a test says, by how many guests the borrower has and who is away from the lender."""

    def __init__(self, helped: Mapping[int, Side], left: Mapping[frozenset[str], Side] | None = None) -> None:
        self.helped, self.left = helped, left or {}
        self.asked: list[tuple[str, int]] = []

    def __call__(self, before: Side, problem: WeeklyProblem) -> Side:
        guests_there = sum("@" in officer for officer in problem.officers)
        self.asked.append((before.squad_id, guests_there))
        if guests_there:
            return replace(self.helped.get(guests_there, before), problem=problem)
        on_duty = {shift.officer_id for shift in problem.shifts}
        away = frozenset(officer for officer in problem.officers if officer not in on_duty)
        return replace(self.left.get(away, before), problem=problem)


def reasons(answer: Answer) -> list[str]:
    return [refusal.why.en for refusal in answer.refusals]


def test_a_loan_that_helps_and_costs_nothing_is_proposed_with_both_weeks() -> None:
    planner = Planner({1: side("full", ["v2"])})
    answer = lend(side("full", ["v1", "v2"]), [side("near")], planner, tries=4)
    assert isinstance(answer.proposal, Proposal)
    assert (answer.proposal.borrower.missed, answer.proposal.lender.missed) == (frozenset({"v2"}), frozenset())
    assert answer.proposal.loan.lender == "near"
    assert planner.asked == [("full", 1), ("near", 0)]
    assert answer.refusals == ()


def test_the_lender_never_misses_what_it_made_nor_comes_late_more_often() -> None:
    near, planner = side("near", ["x"], late=60), Planner({1: side("full"), 2: side("full")})
    everybody = [frozenset({officer}) for officer in WEEK.officers]
    planner.left = dict.fromkeys(everybody, side("near", ["x", "y"]))
    answer = lend(side("full", ["v1"]), [near], planner, tries=3)
    assert answer.proposal is None
    assert reasons(answer) == ["the lender would miss what it makes"] * 3
    planner.left = dict.fromkeys(everybody, side("near", ["x"], late=61))
    assert reasons(lend(side("full", ["v1"]), [near], planner, tries=1)) == ["the lender would be late more often"]


@pytest.mark.parametrize(
    ("helped", "why"),
    [
        (side("full", ["v1"]), "the borrower would make no more"),
        (side("full", ["v2"]), "the borrower would make no more"),
        (side("full", [], late=1), "the borrower would be late more often"),
    ],
)
def test_a_loan_that_does_not_help_is_not_proposed_and_its_lender_is_not_planned(helped: Side, why: str) -> None:
    planner = Planner({1: helped})
    answer = lend(side("full", ["v1"]), [side("near")], planner, tries=1)
    assert (answer.proposal, reasons(answer)) == (None, [why])
    assert planner.asked == [("full", 1)]


def test_neighbours_are_asked_in_turn_for_one_officer_and_then_for_two() -> None:
    seen: list[Loan] = []

    def told(loan: Loan) -> bool:
        seen.append(loan)
        return len(seen) < 10

    lend(side("full", ["v1"]), [side("near"), side("far")], Planner({}), tries=99, told=told)
    assert [loan.lender for loan in seen[:4]] == ["near", "far", "near", "far"]
    assert [len(loan.officer_ids) for loan in seen] == [1] * 8 + [2] * 2
    assert len(seen) == 10


def test_a_guest_comes_with_the_shifts_whose_hours_both_squads_know() -> None:
    other = {"day": Band("day", "白", 27_000, 48_600)}
    borrower = replace(seeded_week(2, QUIET), bands=other, shifts=())
    officer = next(iter(WEEK.officers))
    mine = [shift for shift in WEEK.shifts if shift.officer_id == officer]
    lent = duties(side("near"), officer, borrower)
    early = [shift for shift in mine if shift.band_id == "early"]
    assert [(shift.day, shift.band_id, shift.start) for shift in lent] == [(s.day, "day", s.start) for s in early]
    assert {shift.officer_id for shift in lent} == {guest_id("near", officer)}
    (guest,) = guests(side("near"), borrower, Loan("near", (officer,)))
    after = changed(borrower, [guest])
    assert after.officers[guest_id("near", officer)].name == WEEK.officers[officer].name
    assert changed(WEEK, [WithoutOfficer(officer)]).shifts != WEEK.shifts


@cache
def planned(problem_of: str) -> Side:
    problem = seeded_week(3, BUSY) if problem_of == "full" else WEEK
    return Side(problem_of, problem_of, problem, plan_week(problem, time_limit=2.0, explained=False), 0)


def test_a_real_week_that_is_too_full_is_helped_by_a_real_neighbour() -> None:
    borrower, lender = planned("full"), planned("near")
    assert borrower.missed

    def replan(before: Side, problem: WeeklyProblem) -> Side:
        return replace(before, problem=problem, plan=plan_week(problem, time_limit=2.0, explained=False))

    answer = lend(borrower, [lender], replan, tries=4)
    assert answer.proposal is not None, reasons(answer)
    after = answer.proposal
    assert len(after.borrower.missed) < len(borrower.missed)
    assert after.lender.missed <= lender.missed
    broken = {rule.rule for one in (after.borrower, after.lender) for rule in judge(one.problem, one.plan) if rule.hard}
    assert broken <= {"mandatory_work_is_placed"}
