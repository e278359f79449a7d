"""Officers lent to a neighbouring squad for a week, where it misses what they could help to make.

A loan is proposed only where both weeks, planned again, prove it: the borrower makes more than it made, the lender
misses nothing that it made, and neither would be late for longer in the week than it was. A guest holds no post: he
makes a crew's second officer, as the rules ask of every crew, and drives what the borrower has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from geo.text import Text
from planner.changes import WithGuest, WithoutOfficer, changed, fewer_officers
from planner.officer import Shift
from planner.week import WeeklyPlan, WeeklyProblem

TOGETHER = 2
"""So many officers are lent at most: one where a crew wants its second, two where it wants both."""

LONGEST_ID = 64
"""Letters of an id, as records keep them."""

FEW = 4
"""So many of a lender's officers are thought of, those first who hold the fewest posts and shifts."""


@dataclass(frozen=True, slots=True)
class Side:
    """A squad's week with its plan.

    Attributes
    ----------
    late
        Seconds of the week in which a report would not be reached in time, added up over communities.
    """

    squad_id: str
    name: str
    problem: WeeklyProblem
    plan: WeeklyPlan
    late: int

    @property
    def missed(self) -> frozenset[str]:
        """Mandatory visits that the plan leaves out."""
        return frozenset(item.visit_id for item in self.plan.missed)


@dataclass(frozen=True, slots=True)
class Loan:
    """Officers of one squad who work for another all week."""

    lender: str
    officer_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A loan that both weeks prove, as they would be with it."""

    loan: Loan
    borrower: Side
    lender: Side


@dataclass(frozen=True, slots=True)
class Refusal:
    """A loan that was tried and is not proposed, and why."""

    loan: Loan
    why: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the question: the first loan that is proven, where one is, and what was tried before."""

    proposal: Proposal | None
    refusals: tuple[Refusal, ...]


Replan = Callable[[Side, WeeklyProblem], Side]
"""Returns a squad's side with another week, planned."""


def lend(
    borrower: Side,
    neighbours: Sequence[Side],
    replan: Replan,
    *,
    tries: int,
    told: Callable[[Loan], bool] = lambda _: True,
) -> Answer:
    """Return the first loan that helps the borrower and costs its lender nothing it made.

    Parameters
    ----------
    neighbours
        Those who might lend, the nearest first.
    tries
        So many loans are tried at most, the neighbours in turn.
    told
        Told of each loan before it is tried; no more are tried once it says no.
    """
    refusals: list[Refusal] = []
    sides = {side.squad_id: side for side in neighbours}
    for loan in islice(_loans(borrower, neighbours), tries):
        if not told(loan):
            break
        tried = _tried(borrower, sides[loan.lender], loan, replan)
        if isinstance(tried, Proposal):
            return Answer(tried, tuple(refusals))
        refusals.append(tried)
    return Answer(None, tuple(refusals))


def _loans(borrower: Side, neighbours: Sequence[Side]) -> Iterator[Loan]:
    """Yield loans to try: of each neighbour one, of each another one, and so on."""
    waiting = [_loans_of(borrower, side) for side in neighbours]
    while waiting:
        for loans in list(waiting):
            loan = next(loans, None)
            if loan is None:
                waiting.remove(loans)
            else:
                yield loan


def _loans_of(borrower: Side, lender: Side) -> Iterator[Loan]:
    order = [change.officer_id for change in fewer_officers(lender.problem, FEW)]
    useful = [
        officer
        for officer in order
        if duties(lender, officer, borrower.problem) and len(guest_id(lender.squad_id, officer)) <= LONGEST_ID
    ]
    for count in range(1, TOGETHER + 1):
        for officers in combinations(useful, count):
            yield Loan(lender.squad_id, officers)


def duties(lender: Side, officer_id: str, borrower: WeeklyProblem) -> tuple[Shift, ...]:
    """Return an officer's shifts as the borrower's: those in a band that both squads have, by its hours."""
    bands = {(band.start, band.end): band.id for band in borrower.bands.values()}
    hours = {key: (band.start, band.end) for key, band in lender.problem.bands.items()}
    return tuple(
        replace(shift, band_id=bands[hours[shift.band_id]], officer_id=guest_id(lender.squad_id, officer_id))
        for shift in lender.problem.shifts
        if shift.officer_id == officer_id and hours[shift.band_id] in bands
    )


def guest_id(lender: str, officer_id: str) -> str:
    """Return what a lender's officer is called among the borrower's."""
    return f"{officer_id}@{lender}"


def guests(lender: Side, borrower: WeeklyProblem, loan: Loan) -> tuple[WithGuest, ...]:
    """Return the officers of a loan as the borrower's guests."""
    return tuple(
        WithGuest(
            replace(lender.problem.officers[officer], id=guest_id(lender.squad_id, officer)),
            duties(lender, officer, borrower),
        )
        for officer in loan.officer_ids
    )


def _tried(borrower: Side, lender: Side, loan: Loan, replan: Replan) -> Proposal | Refusal:
    helped = replan(borrower, changed(borrower.problem, guests(lender, borrower.problem, loan)))
    if len(helped.missed) >= len(borrower.missed):
        return Refusal(loan, Text("借来也排不上更多", "the borrower would make no more"))
    if helped.late > borrower.late:
        return Refusal(loan, Text("借来后,两小时到不了的时段变多", "the borrower would be late more often"))
    left = replan(lender, changed(lender.problem, [WithoutOfficer(officer) for officer in loan.officer_ids]))
    if left.missed - lender.missed:
        return Refusal(loan, Text("借出的中队会排不上原来排上的", "the lender would miss what it makes"))
    if left.late > lender.late:
        return Refusal(loan, Text("借出的中队两小时到不了的时段变多", "the lender would be late more often"))
    return Proposal(loan, helped, left)
