"""The smallest set of requirements that keeps a visit out: a deletion filter over named groups of constraints.

The question is whether the week can be made with one visit more of an obligation and no more missed elsewhere. Leaving
out requirements only ever adds plans, so a requirement that could be left out of an impossible week stays out, and one
that could not stays in (Chinneck and Dravnieks 1991); halving the groups first asks less often (Junker 2004). Every
answer is a plan to the second or a proof; CP-SAT's own assumption cores are not asked, for they are unreliable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planner.loosening import RESERVE
from planner.nearby import Neighbourhood, neighbours
from planner.possible import Answer, Columns, missed_by_obligation
from planner.requirements import Requirement, requirements
from planner.visit import Visit
from planner.week import WeeklyPlan, WeeklyProblem

QUESTION_WORK = 1.0
"""Most deterministic seconds for one question; most take hundredths."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """What keeps a visit out.

    Attributes
    ----------
    together
        Requirements that cannot all be met with the visit made, whatever becomes of all others. Empty where the visit
        could be made, where nothing would make room for it, and where that is not known.
    unproven
        Those of them for which no plan without them was found in time: perhaps they are not needed.
    plan
        A week that makes the visit and misses no more elsewhere, where there is one.
    hopeless
        Proven: no week makes it even without all of the requirements.
    work
        Deterministic seconds spent.
    """

    together: tuple[Requirement, ...] = ()
    unproven: tuple[Requirement, ...] = ()
    plan: WeeklyPlan | None = None
    hopeless: bool = False
    work: float = 0.0


@dataclass
class Inquiry:
    """Questions about one missed visit, each asked once."""

    problem: WeeklyProblem
    visit: Visit
    plan: WeeklyPlan
    seed: int
    work: float
    columns: Columns
    stop: Callable[[], bool] = lambda: False
    every: tuple[Requirement, ...] = field(init=False)
    missed: Counter[str] = field(init=False)
    spent: float = 0.0
    _near: Neighbourhood = field(init=False)
    _possible: list[frozenset[tuple[str, ...]]] = field(default_factory=list)
    _impossible: list[frozenset[tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.every = requirements(self.problem, self.visit)
        self.missed = missed_by_obligation(self.problem, self.plan)
        near = neighbours(self.problem, self.visit)
        self._near = Neighbourhood(self.problem, self.plan, self.most, near, self.columns)

    @property
    def most(self) -> dict[str, int]:
        """How much of each obligation may be missed: as much as in the plan, and one less of the visit's own."""
        most = {visit.obligation_id: 0 for visit in self.problem.visits if visit.mandatory} | dict(self.missed)
        most[self.visit.obligation_id] -= 1
        return most

    def answer(self, kept: Iterable[Requirement]) -> Answer:
        """Return whether the week can be made with only `kept` of the requirements."""
        stay = {each.key for each in kept}
        loose = frozenset(each.key for each in self.every if each.key not in stay)
        if self.in_vain(loose):
            return Answer(None, impossible=True, work=0.0)
        answer = self.ask(*loosened(self, loose), QUESTION_WORK)
        if answer.impossible:
            self._impossible.append(loose)
        elif answer.plan is not None:
            self._possible.append(loose - self._unused(answer.plan))
        return answer

    def in_vain(self, given_up: Iterable[tuple[str, ...] | None]) -> bool:
        """Return whether it is proven that giving these requirements up makes no room; None is none of them."""
        keys = frozenset(given_up)
        return any(keys <= known for known in self._impossible)

    def ask(self, problem: WeeklyProblem, most: Mapping[str, int], work: float) -> Answer:
        """Return whether a week can be made with no more missed than that, in at most so much of what work is left."""
        left = min(work, self.work - self.spent)
        answer = self._near.ask(problem, most, seed=self.seed, work=left, stop=self.stop)
        self.spent += answer.work
        return answer

    def _unused(self, plan: WeeklyPlan) -> set[tuple[str, ...]]:
        """Return requirements that a plan meets for certain, though it need not have: it answers more questions."""
        missed = missed_by_obligation(self.problem, plan)
        unused = {each.key for each in self.every if each.keeps and missed[each.keeps] <= self.missed[each.keeps]}
        if not any(route.vehicle_id.startswith(RESERVE) for route in plan.routes):
            unused.add(("vehicles",))
        if not any(officer.startswith(RESERVE) for route in plan.routes for officer in route.crew.officers):
            unused.add(("second",))
        return unused

    def impossible(self, kept: Iterable[Requirement]) -> bool:
        """Return whether it is proven that the week cannot be made with only `kept` of the requirements."""
        stay = {each.key for each in kept}
        loose = frozenset(each.key for each in self.every if each.key not in stay)
        return not any(known <= loose for known in self._possible) and self.answer(kept).impossible

    def possible(self, kept: Iterable[Requirement]) -> bool:
        """Return whether a plan is known with only `kept` of the requirements."""
        stay = {each.key for each in kept}
        return any(stay.isdisjoint(known) for known in self._possible)


def loosened(inquiry: Inquiry, loose: Iterable[tuple[str, ...]]) -> tuple[WeeklyProblem, dict[str, int]]:
    """Return the week without some requirements, and how much of each obligation it may miss."""
    gone = set(loose)
    problem, most = inquiry.problem, inquiry.most
    for each in inquiry.every:
        if each.key not in gone:
            continue
        if each.loosen is not None:
            problem = each.loosen(problem)
        if each.keeps is not None:
            most.pop(each.keeps, None)
    return problem, most


def reasons_for(inquiry: Inquiry, guess: Iterable[tuple[str, ...]] = ()) -> Reasons:
    """Return the smallest set of requirements found that keeps the visit out.

    Parameters
    ----------
    guess
        Keys of requirements that kept another visit out, and that it is kept: they and others of their kind, but for
        visits kept, are tried first.
    """
    as_it_is = inquiry.answer(inquiry.every)
    if not as_it_is.impossible:
        return Reasons(plan=as_it_is.plan, work=inquiry.spent)
    if inquiry.impossible(()):
        return Reasons(hopeless=True, work=inquiry.spent)
    wanted = set(guess)
    kinds = {key[0] for key in wanted} - {"keeps"}
    start = tuple(each for each in inquiry.every if each.key in wanted or each.key[0] in kinds)
    if not start or not inquiry.impossible(start):
        start = inquiry.every
    together = tuple(_needed(inquiry, start, ()))
    unproven = tuple(each for each in together if not inquiry.possible(other for other in together if other != each))
    return Reasons(together, unproven, work=inquiry.spent)


def _needed(inquiry: Inquiry, candidates: Sequence[Requirement], others: tuple[Requirement, ...]) -> list[Requirement]:
    """Return which candidates must stay for the week to stay impossible, given that `others` stay.

    Later candidates are dropped first, so what is left speaks of the visit itself where it can.
    """
    if inquiry.impossible(others):
        return []
    if len(candidates) == 1:
        return list(candidates)
    half = len(candidates) // 2
    last = _needed(inquiry, candidates[half:], (*others, *candidates[:half]))
    first = _needed(inquiry, candidates[:half], (*others, *last))
    return first + last
