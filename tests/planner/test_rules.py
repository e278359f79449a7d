"""The rulebook as a whole, names, and what a plan costs; each rule is kept at its edge and broken beside this file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from casework.obligation import VisitKind
from planner.objective import price
from planner.officer import Crew
from planner.policy import PricePolicy
from planner.rules import RULES, judge
from planner.week import MissedVisit, Objective, Week, WeeklyPlan
from tests.planner.build import plan_of
from tests.planner.edits import (
    JOINT,
    PLAN,
    PROBLEM,
    SECOND_JOINT,
    b_led,
    broken,
    with_leg,
    with_route,
    with_stop,
)


def test_a_good_plan_breaks_no_rule_at_all() -> None:
    assert judge(PROBLEM, PLAN) == ()


def test_every_rule_has_its_own_code_and_a_sentence_in_both_languages() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.sentence.zh != rule.sentence.en and rule.sentence.en for rule in RULES)


def test_what_a_rule_finds_carries_the_code_and_hardness_the_rulebook_gives_it() -> None:
    hard = {rule.code: rule.hard for rule in RULES}
    wrecked = with_route(JOINT, crew=Crew(("x5", "nobody")), vehicle_id="tank", rest=None, stops=())
    found = judge(PROBLEM, wrecked)
    assert len({each.rule for each in found}) > 5
    assert all(hard[each.rule] == each.hard for each in found)


def test_a_plan_of_another_week_is_named() -> None:
    (fault,) = broken("plan_is_of_this_week", replace(PLAN, week=Week.parse("2026-W49")))
    assert fault.where == ("2026-W49",)


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (lambda: with_route(JOINT, vehicle_id="tank"), "tank"),
        (lambda: with_route(JOINT, band_id="dawn"), "dawn"),
        (lambda: with_route(JOINT, day=9), "9"),
        (lambda: with_route(JOINT, crew=Crew(("o1", "o2", "o9"))), "o9"),
        (lambda: with_stop(JOINT, officers=("o1", "o2", "o9")), "o9"),
        (lambda: with_stop(JOINT, visit_id="joint-moon"), "joint-moon"),
        (lambda: with_stop(JOINT, community_id="moon"), "moon"),
        (lambda: with_stop(JOINT, gate_id="mill-n"), "mill-n"),
        (lambda: with_stop(JOINT, partner_ids=("k1", "p1", "p9")), "p9"),
        (lambda: with_leg(JOINT, 0, origin="moon"), "moon"),
        (lambda: replace(PLAN, missed=(MissedVisit("joint-moon", ()),)), "joint-moon"),
    ],
)
def test_a_name_nobody_knows_is_named(edit: Callable[[], WeeklyPlan], name: str) -> None:
    (fault,) = broken("names_are_known", edit())
    assert fault.hard
    assert fault.where[-1] == name
    assert name in fault.message.zh


def test_two_routes_of_one_id_are_named() -> None:
    (fault,) = broken("names_are_known", with_route(SECOND_JOINT, id=PLAN.routes[JOINT].id))
    assert fault.where == (PLAN.routes[JOINT].id,)


def test_a_stated_cost_that_is_not_true_is_named_softly_term_by_term() -> None:
    terms = {**PLAN.objective.terms, "drive": PLAN.objective.terms["drive"] - 60}
    (fault,) = judge(PROBLEM, replace(PLAN, objective=Objective(terms, 0)))
    assert (fault.rule, fault.hard, fault.where, fault.over) == ("stated_cost_is_true", False, ("drive",), 60)


def test_a_bound_above_the_cost_is_named() -> None:
    total = PLAN.objective.total
    (fault,) = judge(PROBLEM, replace(PLAN, objective=replace(PLAN.objective, bound=total + 1)))
    assert fault.where == ("bound",)


def test_a_plan_costs_what_its_definition_says_term_by_term() -> None:
    prices = PricePolicy(b_leads=7, outing=100, uneven=10, extra=0)
    policy = replace(PROBLEM.policy, prices=prices)
    problem = replace(PROBLEM, policy=policy)
    plan = plan_of(problem, *b_led().routes[:2], *b_led().routes[3:])
    assert price(problem, plan) == {
        "drive": 2 * 600 + 2 * 1800 + 2 * 600 + 2 * 2 * 1200 + 2 * 1200,
        "outing": 5 * 100,
        "b_leads": 7,
        "uneven": 2 * 10 * 3 + 2 * 10 * 1,
        "preferred": 0,
        "predictable": 0,
        "missed": policy.visits[VisitKind.JOINT].missed,
        "late": 0,
        "extra": next(v.missed for v in PROBLEM.visits if v.kind is VisitKind.EXTRA),
    }


def test_an_empty_plan_costs_what_it_misses() -> None:
    nothing = plan_of(PROBLEM)
    assert nothing.objective.operating == 0
    assert nothing.objective.terms["missed"] == sum(v.missed for v in PROBLEM.visits if v.mandatory)
    assert {each.rule for each in judge(PROBLEM, nothing)} == {"mandatory_work_is_placed"}
