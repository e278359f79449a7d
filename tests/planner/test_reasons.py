"""Why a visit is missed, and what would mend it: cases whose smallest set is known by hand, and seeded squads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.community import Phase
from planner.document import plan_from_dict, plan_to_dict
from planner.officer import Leave, Shift, Vehicle
from planner.partner import Partner, PartnerKind
from planner.planning import plan_week
from planner.policy import MINUTE
from planner.possible import Columns, ask, missed_by_obligation
from planner.reason_words import sentences
from planner.reasons import Inquiry, Reasons, reasons_for
from planner.remedies import ways_out
from planner.requirements import requirements
from planner.rules import judge
from planner.squad import Squad
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.build import CAR, MONDAY, at, community, hours, small_problem, small_squad
from tests.planner.reason_checks import is_minimal, mends
from tests.planner.seeded import Size, seeded_week

ONE_CAR = (Vehicle("car1", "一号车", CAR, 4),)


def _on_monday(*officers: str) -> tuple[Shift, ...]:
    return tuple(Shift(who, MONDAY, "early", at(0, "07:30"), at(0, "13:30")) for who in officers)


def _one_company() -> Squad:
    """Two joint inspections, one each, by one property company that has two hours a week."""
    squad = small_squad()
    company = replace(squad.partners[1], community_ids=("lake", "mill"), hours=hours((1,), "09:00", "11:00"))
    committees = (
        Partner("k1", "湖居委", PartnerKind.COMMITTEE, ("lake",), hours(range(5), "08:00", "18:00")),
        Partner("k2", "坊居委", PartnerKind.COMMITTEE, ("mill",), hours(range(5), "08:00", "18:00")),
    )
    return replace(
        squad,
        communities=(community("lake", Phase.PEAK, "o1", "o3"), community("mill", Phase.PEAK, "o1", "o3")),
        partners=(*committees, company),
        violations=(),
        policy=replace(squad.policy, joint_per_week=1),
    )


def _one_vehicle() -> Squad:
    """Two stationings on the only day there is, two crews, one car."""
    squad = small_squad()
    return replace(
        squad,
        communities=(
            community("lake", Phase.PEAK, "o1", "o2", stationing_days=1),
            community("mill", Phase.PEAK, "o3", "o4", stationing_days=1),
        ),
        shifts=_on_monday("o1", "o2", "o3", "o4"),
        vehicles=ONE_CAR,
        violations=(),
        policy=replace(squad.policy, joint_per_week=0),
    )


def _b_away() -> Squad:
    """A spends the only shift on stationing elsewhere, B is on leave."""
    squad = small_squad()
    return replace(
        squad,
        communities=(
            community("lake", Phase.PEAK, "o1", "o3", stationing_days=1),
            community("mill", Phase.ROUTINE, "o1", "o3"),
        ),
        shifts=_on_monday("o1", "o2", "o4", "o3"),
        leave=(Leave("o3", MONDAY),),
        violations=(),
        policy=replace(squad.policy, joint_per_week=0),
    )


def _missed(problem: WeeklyProblem) -> tuple[WeeklyPlan, Inquiry, Reasons]:
    """Return the plan, the inquiry into the first visit it misses, and the reasons."""
    plan = plan_week(problem, time_limit=5, explained=False)
    first = plan.missed[0].visit_id
    visit = next(visit for visit in problem.visits if visit.id == first)
    inquiry = Inquiry(problem, visit, plan, 0, 20.0, Columns())
    return plan, inquiry, reasons_for(inquiry)


def _keys(found: Reasons) -> set[tuple[str, ...]]:
    return {each.key for each in found.together}


def test_two_inspections_with_one_company_of_two_hours_a_week_name_the_company_and_each_other() -> None:
    plan, inquiry, found = _missed(small_problem(_one_company()))
    assert len(plan.missed) == 1
    other = ({"joint-lake", "joint-mill"} - {inquiry.visit.obligation_id}).pop()
    assert _keys(found) == {("hours", "p1"), ("place", "p1"), ("keeps", other)}
    assert not found.unproven
    assert is_minimal(inquiry, found)
    said = [text.zh for text in sentences(inquiry.problem, found)]
    assert "· 湖物业只有周二 09:00–11:00能到" in said


def test_the_company_of_two_hours_is_asked_for_more_and_each_way_out_holds() -> None:
    plan, inquiry, _ = _missed(small_problem(_one_company()))
    ways = ways_out(inquiry)
    assert [way.price for way in ways] == sorted(way.price for way in ways)
    assert "请湖物业周二" in ways[0].text.zh
    assert all(mends(inquiry.problem, plan, inquiry.visit.obligation_id, way) for way in ways)
    for way in ways:
        assert not {rule.rule for rule in judge(way.problem, way.plan) if rule.hard} - {"a_or_b_is_on_duty"}


def test_two_crews_with_one_car_are_told_of_the_car_and_offered_another_for_the_day() -> None:
    plan, inquiry, found = _missed(small_problem(_one_vehicle()))
    mine, other = inquiry.visit.community_id, {"lake": "mill", "mill": "lake"}[inquiry.visit.community_id]
    a_officer = {"lake": "o1", "mill": "o3"}[mine]
    assert _keys(found) == {("duty", a_officer), ("vehicles",), ("keeps", f"stationing-{other}")}
    assert is_minimal(inquiry, found)
    ways = ways_out(inquiry)
    assert [way.text.zh.split(":")[0] for way in ways] == ["周一借一辆车"]
    assert mends(inquiry.problem, plan, inquiry.visit.obligation_id, ways[0])


def test_with_b_away_and_a_full_both_posts_are_named_and_b_is_asked_to_work() -> None:
    plan, inquiry, found = _missed(small_problem(_b_away()))
    assert inquiry.visit.obligation_id == "routine-mill"
    assert _keys(found) == {("posts",), ("duty", "o3"), ("keeps", "stationing-lake")}
    assert is_minimal(inquiry, found)
    ways = ways_out(inquiry)
    assert any("请队员03周一早班加班一班" in way.text.zh for way in ways)
    assert all(mends(inquiry.problem, plan, "routine-mill", way) for way in ways)


@pytest.mark.parametrize(
    ("seed", "size"),
    [
        (0, Size(6, 1, 3, 1, 0, 3)),
        (1, Size(6, 1, 3, 1, 0, 4)),
        (2, Size(9, 2, 6, 1, 0, 3)),
        (3, Size(9, 2, 6, 1, 1, 4)),
        (23, Size(12, 3, 8, 2, 0)),  # misses two visits of one obligation, and is asked for one of them
    ],
)
def test_every_set_of_a_seeded_squad_is_minimal_and_every_way_out_holds(seed: int, size: Size) -> None:
    problem = seeded_week(seed, size)
    plan, inquiry, found = _missed(problem)
    assert found.together
    assert not found.unproven
    assert is_minimal(inquiry, found)
    for way in ways_out(inquiry):
        assert mends(problem, plan, inquiry.visit.obligation_id, way)


def test_a_question_without_work_is_not_answered_and_offers_nothing() -> None:
    problem = small_problem(_one_company())
    plan = plan_week(problem, time_limit=5, explained=False)
    visit = next(visit for visit in problem.visits if visit.id == plan.missed[0].visit_id)
    inquiry = Inquiry(problem, visit, plan, 0, 0.0, Columns())
    assert reasons_for(inquiry) == Reasons()
    assert ways_out(inquiry) == ()
    assert list(sentences(problem, Reasons())) == []


def test_what_a_plan_misses_can_be_asked_for_and_one_visit_less_can_not() -> None:
    problem = small_problem(_one_company())
    plan = plan_week(problem, time_limit=5, explained=False)
    missed = missed_by_obligation(problem, plan)
    as_planned = dict.fromkeys(("joint-lake", "joint-mill"), 0) | missed
    assert ask(problem, as_planned, seed=0, work=5.0).plan is not None
    assert ask(problem, dict.fromkeys(as_planned, 0), seed=0, work=5.0).impossible


def test_visits_that_keep_their_place_are_told_in_one_sentence_and_counted_beyond_six() -> None:
    problem = seeded_week(0, Size())
    visit = problem.visits[0]
    kept = tuple(each for each in requirements(problem, visit) if each.keeps)
    assert len(kept) > 7
    *_, last = sentences(problem, Reasons(kept[:7]))
    assert last.zh.endswith("等 7 项都不能因此少做")
    assert last.en.endswith("and 1 more")


def test_a_set_that_time_cut_short_says_so() -> None:
    problem = seeded_week(0, Size())
    some = requirements(problem, problem.visits[0])[:3]
    head, *_ = sentences(problem, Reasons(some, unproven=some[:1]))
    assert "没有逐条查清" in head.zh


def test_every_requirement_given_up_leaves_all_that_was_possible() -> None:
    problem = small_problem()
    plan = plan_week(problem, time_limit=5, explained=False)
    most = dict.fromkeys((visit.obligation_id for visit in problem.visits if visit.mandatory), 0)
    assert not plan.missed
    for visit in {visit.obligation_id: visit for visit in problem.visits}.values():
        for each in requirements(problem, visit):
            if each.loosen is not None:
                assert ask(each.loosen(problem), most, seed=0, work=5.0).plan is not None, each.key


def test_prices_of_ways_out_set_their_order() -> None:
    squad = _one_company()
    prices = replace(squad.policy.mending, partner_day=1 * MINUTE)
    problem = small_problem(replace(squad, policy=replace(squad.policy, mending=prices)))
    _, inquiry, _ = _missed(problem)
    assert "到场" in ways_out(inquiry)[0].text.zh


def test_ways_out_are_part_of_the_plan_and_of_its_document() -> None:
    squad = _one_company()
    problem = small_problem(squad)
    plan = plan_week(problem, time_limit=10)
    assert plan.missed[0].remedies
    assert "均已证明" in plan.missed[0].reasons[0].zh
    assert plan_from_dict(plan_to_dict(problem, plan, squad), problem).missed == plan.missed
    assert plan_week(problem, time_limit=10) == plan
