"""Asking where it matters first: the same answers as of the whole week, and plans that leave the others alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from planner import nearby, possible
from planner.nearby import Beside, Neighbourhood, neighbours, only
from planner.offers import offers
from planner.planning import plan_week
from planner.possible import Answer, Columns, ask
from planner.reasons import Inquiry, loosened, reasons_for
from planner.solver.daily import settle
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.reason_checks import is_minimal
from tests.planner.seeded import Size, seeded_week

OVERFULL = Size(communities=12, pairs=4, peak=9, cars=3, days=4)


@cache
def _week(seed: int) -> tuple[WeeklyProblem, WeeklyPlan]:
    problem = seeded_week(seed, OVERFULL)
    return problem, plan_week(problem, time_limit=10, explained=False)


def _inquiry(seed: int) -> Inquiry:
    problem, plan = _week(seed)
    first = plan.missed[0].visit_id
    visit = next(visit for visit in problem.visits if visit.id == first)
    return Inquiry(problem, visit, plan, 0, 20.0, Columns())


def _questions(inquiry: Inquiry) -> Iterator[tuple[WeeklyProblem, dict[str, int]]]:
    """Yield the week as it is, without some requirements, without the first so many, and with some offers taken."""
    keys = [each.key for each in inquiry.every]
    yield inquiry.problem, inquiry.most
    yield from (loosened(inquiry, [key]) for key in keys[::5])
    yield from (loosened(inquiry, keys[:n]) for n in range(2, len(keys), 6))
    yield from ((offer.loosen(inquiry.problem), inquiry.most) for offer in offers(inquiry.problem, inquiry.visit)[::5])


@pytest.mark.parametrize("seed", [3, 4])
def test_the_answer_is_that_of_the_whole_week(seed: int) -> None:
    inquiry = _inquiry(seed)
    near = neighbours(inquiry.problem, inquiry.visit)
    asked = Neighbourhood(inquiry.problem, inquiry.plan, inquiry.most, near, Columns())
    said = set()
    for problem, most in _questions(inquiry):
        answer, whole = asked.ask(problem, most, seed=0, work=5.0), ask(problem, most, seed=0, work=5.0)
        assert (answer.plan is None, answer.impossible) == (whole.plan is None, whole.impossible)
        said.add(answer.impossible)
    assert said == {True, False}


def test_some_answers_need_the_neighbours_only(monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry = _inquiry(3)
    near = neighbours(inquiry.problem, inquiry.visit)
    assert inquiry.visit.obligation_id in near
    assert near < {visit.obligation_id for visit in inquiry.problem.visits}
    seen: list[int] = []

    def counted(problem: WeeklyProblem, *args: object, **kwargs: object) -> Answer:
        seen.append(len(problem.visits))
        return ask(problem, *args, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(nearby, "ask", counted)
    assert reasons_for(inquiry).together
    assert min(seen) <= len(only(inquiry.problem, near).visits) < len(inquiry.problem.visits)


@pytest.mark.parametrize("seed", [3, 4, 6])
def test_a_plan_beside_the_others_leaves_them_where_they_are(seed: int) -> None:
    inquiry = _inquiry(seed)
    near = neighbours(inquiry.problem, inquiry.visit)
    beside = Beside(inquiry.columns, inquiry.plan, near)
    as_planned = {key: count + (key == inquiry.visit.obligation_id) for key, count in inquiry.most.items()}
    found = ask(inquiry.problem, as_planned, seed=1, work=5.0, columns=beside.of).plan
    assert found is not None
    assert _of_others(inquiry.problem, found, near) == _of_others(inquiry.problem, inquiry.plan, near) != set()


def _of_others(problem: WeeklyProblem, plan: WeeklyPlan, near: frozenset[str]) -> set[tuple[str, int, str, str]]:
    owed = {visit.id: visit.obligation_id for visit in problem.visits if visit.mandatory}
    return {
        (owed[stop.visit_id], route.day, route.band_id, route.crew.lead)
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id in owed and owed[stop.visit_id] not in near
    }


def test_a_day_is_settled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, _ = _week(3)
    known = Columns()
    crews = known.of(problem)[:2]
    first = known.settle(problem, crews, seed=0, work=1.0)
    assert first == settle(problem, crews, seed=0, work=1.0)
    monkeypatch.setattr(possible, "settle", None)
    assert known.settle(problem, crews, seed=0, work=1.0) is first


def test_a_set_found_by_guess_is_minimal_too() -> None:
    inquiry = _inquiry(3)
    guess = [each.key for each in inquiry.every if each.key[0] in {"hours", "second", "keeps"}]
    found = reasons_for(inquiry, guess)
    assert found.together
    assert not found.unproven
    assert is_minimal(inquiry, found)


def test_what_gives_up_only_what_is_proven_to_make_no_room_is_in_vain() -> None:
    inquiry = _inquiry(3)
    assert not inquiry.in_vain([("outings",)])
    together = {each.key for each in reasons_for(inquiry).together}
    others = {each.key for each in inquiry.every} - together
    assert inquiry.in_vain(others)
    assert inquiry.in_vain([])
    assert not inquiry.in_vain([next(iter(together)), *others])
    assert not inquiry.in_vain([None])
