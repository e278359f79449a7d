"""Ask about a missed visit where it matters first: of the visits that have to do with it, the rest left as it is.

Two small questions come before the whole week's. Leaving the others out only ever adds plans, so what is impossible for
the visit and its neighbours alone is impossible. Leaving the others where the plan has them only ever takes plans away,
so a plan beside them is a plan. Only what neither settles is asked of the whole week.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from planner.possible import Answer, Columns, ask
from planner.requirements import in_common
from planner.solver.columns import Column, Frame, frames, tasks_by_day
from planner.visit import Visit
from planner.week import Route, Stop, WeeklyPlan, WeeklyProblem

SMALL_SHARE = 0.3
"""Most of a question's work for each of the small ones."""


@dataclass
class Neighbourhood:
    """A missed visit, its neighbours and the plan; answers what the week, loosened or not, could be.

    Attributes
    ----------
    most
        How much of each obligation may be missed where nothing is loosened.
    near
        Obligations that share a partner or a lead with the visit, its own among them.
    """

    problem: WeeklyProblem
    plan: WeeklyPlan
    most: Mapping[str, int]
    near: frozenset[str]
    columns: Columns
    _crowded: bool = True
    """Whether the neighbours alone may keep the visit out; if they do not, they do not in a loosened week either."""

    def ask(
        self,
        problem: WeeklyProblem,
        most: Mapping[str, int],
        *,
        seed: int,
        work: float,
        stop: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """Find a plan or prove that there is none, as `planner.possible.ask` does of the whole week."""
        spent = 0.0
        if not self.near >= {visit.obligation_id for visit in problem.visits if visit.mandatory}:
            share = work * SMALL_SHARE
            if self._crowded:
                few = {key: most[key] for key in most if key in self.near}
                alone = self._ask(only(problem, few), few, seed, share, self.columns.of, stop)
                as_it_is = problem is self.problem and most == self.most
                self._crowded = alone.plan is None or not as_it_is
                if alone.impossible or (alone.plan is not None and len(few) == len(most)):
                    return alone
                spent += alone.work
            beside = Beside(self.columns, self.plan, self.near)
            around = self._ask(problem, most, seed, share, beside.of, stop)
            spent += around.work
            if around.plan is not None:
                return replace(around, work=spent)
        owed = only(problem, most)
        whole = self._ask(owed, most, seed, work - spent, self.columns.of, stop)
        return replace(whole, work=whole.work + spent)

    def _ask(
        self,
        problem: WeeklyProblem,
        most: Mapping[str, int],
        seed: int,
        work: float,
        columns: Callable[[WeeklyProblem], list[Column]],
        stop: Callable[[], bool],
    ) -> Answer:
        known = self.columns.settle
        return ask(problem, most, seed=seed, work=work, columns=columns, settling=known, stop=stop)


def neighbours(problem: WeeklyProblem, visit: Visit) -> frozenset[str]:
    """Return the obligations that share a partner or a lead with a visit, its own among them."""
    others = (other for other in problem.visits if other.mandatory and in_common(problem, visit, other) > 0)
    return frozenset({visit.obligation_id, *(other.obligation_id for other in others)})


def only(problem: WeeklyProblem, obligations: Collection[str]) -> WeeklyProblem:
    """Leave out all visits but those of some obligations, and those that stay on the road."""
    stay = {stop.visit_id for kept in problem.kept for stop in kept.route.stops}
    visits = tuple(v for v in problem.visits if v.obligation_id in obligations or v.id in stay)
    return replace(problem, visits=visits)


@dataclass(frozen=True)
class Beside:
    """The columns that leave every visit but the neighbours where the plan has it."""

    columns: Columns
    plan: WeeklyPlan
    near: frozenset[str]

    def of(self, problem: WeeklyProblem) -> list[Column]:
        """Return those columns of a week."""
        tasks, placed = tasks_by_day(problem), self._placed(problem)
        found: list[Column] = []
        for frame in frames(problem):
            stays = {task.key for task in tasks[frame.day] if _within(frame, placed.get(task.key))}
            mine = [task for task in tasks[frame.day] if task.key[0] in self.near or task.key in stays]
            found += (column for column in self.columns.within(problem, frame, mine) if stays <= column.keys)
        return found

    def _placed(self, problem: WeeklyProblem) -> dict[tuple[str, int], tuple[Route, Stop]]:
        """Return where the plan has the others, by obligation and day."""
        obligations = {visit.id: visit.obligation_id for visit in problem.visits}
        return {
            (obligations[stop.visit_id], route.day): (route, stop)
            for route in self.plan.routes
            for stop in route.stops
            if obligations.get(stop.visit_id, "") not in {"", *self.near}
        }


def _within(frame: Frame, where: tuple[Route, Stop] | None) -> bool:
    """Return whether a visit is placed in the shift of a frame."""
    if where is None:
        return False
    route, stop = where
    there = (route.day, route.band_id, route.crew.lead) == (frame.day, frame.band_id, frame.lead)
    return there and frame.start <= stop.begin <= frame.end
