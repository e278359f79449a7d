"""The month of a property company, and whom to summon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.case import Case, Channel
from casework.figures import month
from casework.phases import Renovation
from casework.property_review import PropertyReview, ReviewRules, property_reviews, to_summon
from geo.community import Phase
from tests.casework.cases import DAY, HOUR, TOLD, closed, merged, put_right, reopened, told, unfounded
from tests.casework.communities import community

NOVEMBER = month(2026, 11)
NOW = TOLD + 27 * DAY
RULES = ReviewRules(least_records=4)
PLACES = (community("C1", delivery_date=date(2026, 5, 1)), community("C2", Phase.ROUTINE), community("C3"))
COMPANIES = {"C1": "P1", "C2": "P1"}
REGISTER = (
    Renovation("n1", "C1", "1-101", date(2026, 10, 1), date(2026, 10, 31)),
    Renovation("n2", "C1", "1-102", date(2026, 10, 1), date(2026, 11, 1)),
    Renovation("n3", "C2", "1-103", date(2026, 11, 30)),
    Renovation("n4", "C1", "1-104", date(2026, 12, 1)),
    Renovation("n5", "C3", "1-105", date(2026, 11, 5)),
)
TRIED: dict[str, Any] = {"dissuaded_at": TOLD - HOUR}


def _review(*cases: Case, rules: ReviewRules = RULES, register: tuple[Renovation, ...] = REGISTER) -> PropertyReview:
    return property_reviews(PLACES, cases, register, NOVEMBER, NOW, rules, COMPANIES)[1]


def _why(review: PropertyReview) -> list[str]:
    return [reason.text.zh for reason in review.reasons]


def test_a_company_answers_for_all_its_communities_and_a_community_without_one_for_itself() -> None:
    alone, company = property_reviews(
        PLACES, [closed("k", community_id="C2")], REGISTER, NOVEMBER, NOW, RULES, COMPANIES
    )
    assert (alone.company, alone.community_ids, alone.registered.ids) == ("C3", ("C3",), ("n5",))
    assert (company.company, company.community_ids, company.found.part) == ("P1", ("C1", "C2"), ("k",))


def test_registered_in_the_month_is_not_the_same_as_under_way_in_it() -> None:
    review = _review()
    assert (review.registered.ids, review.under_way.ids) == (("n3",), ("n2", "n3"))


def test_what_only_others_told_of_is_not_found_by_the_company() -> None:
    cases = [
        closed("own"),
        closed("public", Channel.PUBLIC),
        merged("also", "public", at=TOLD + HOUR),
        closed("patrol", Channel.OFFICER),
        unfounded("nothing", Channel.PUBLIC),
    ]
    found = _review(*cases).found
    assert (sorted(found.part), found.rest) == (["own", "public"], ("patrol",))


def test_reports_count_as_dissuaded_first_and_told_within_a_day_by_their_own_times() -> None:
    cases = [
        closed("quick", dissuaded_at=TOLD - DAY),
        closed("slow", dissuaded_at=TOLD - DAY - timedelta(seconds=1)),
        closed("never"),
        told("outside", Channel.PUBLIC, **TRIED),
    ]
    review = _review(*cases)
    assert sorted(review.dissuaded.part) == ["quick", "slow"]
    assert review.dissuaded.rest == ("never",)
    assert (review.in_time.part, review.in_time.rest) == (("quick",), ("slow",))


def test_put_right_on_time_counts_what_is_past_its_days_and_still_open() -> None:
    cases = [
        closed("quick"),
        put_right("slow", after=15 * DAY),
        told("open"),
        reopened("back"),
        told("young", at=NOW - 2 * DAY),
    ]
    review = _review(*cases)
    assert sorted(review.rectified.part) == ["quick", "slow"]
    assert sorted(review.rectified.rest) == ["back", "open", "young"]
    assert (review.on_time.part, sorted(review.on_time.rest)) == (("quick",), ["back", "open", "slow"])


def test_a_company_that_does_its_duty_is_not_summoned() -> None:
    review = _review(*(closed(f"k{n}", **TRIED) for n in range(6)), closed("p", Channel.PUBLIC))
    assert not review.reasons
    assert to_summon([review]) == ()


def test_a_company_that_reports_nothing_while_others_do_is_summoned() -> None:
    one, two = closed("a", Channel.PUBLIC), closed("b", Channel.OFFICER)
    assert _why(_review(one)) == []
    review = _review(one, two)
    assert _why(review) == ["本月一起未报,居民、平台或队员却发现 2 起"]
    assert review.reasons[0].ids == ("a", "b")


def test_a_company_that_leaves_most_violations_to_others_to_find_is_summoned() -> None:
    others = [closed(f"p{n}", Channel.PUBLIC) for n in range(3)]
    own = closed("own", **TRIED)
    assert _why(_review(own, *others)) == ["违法行为由物业上报的只有 1/4(25.0%),低于 50%"]
    assert _why(_review(own, *others[:2])) == [], "three records say too little"


def test_a_company_that_reports_without_dissuading_is_summoned() -> None:
    tried = [closed(f"t{n}", **TRIED) for n in range(4)]
    assert _why(_review(*tried, closed("n1"))) == []
    review = _review(*tried, closed("n1"), closed("n2"))
    assert _why(review) == ["上报前先行劝阻的只有 4/6(66.7%),低于 80%"]
    assert review.reasons[0].ids == ("n1", "n2")


def test_a_single_report_after_its_day_is_a_reason_unless_the_squad_says_otherwise() -> None:
    late = closed("late", dissuaded_at=TOLD - 2 * DAY)
    assert _why(_review(late)) == ["劝阻无效后超过 24 小时才上报 1 起"]
    assert _why(_review(late, rules=replace(RULES, late_reports=1))) == []


def test_a_company_whose_violations_are_not_put_right_in_time_is_summoned() -> None:
    quick = [closed(f"q{n}", **TRIED) for n in range(3)]
    waiting = told("open", **TRIED)
    review = _review(*quick, waiting)
    assert _why(review) == ["14 天内完成整改的只有 3/4(75.0%),低于 80%"]
    assert review.reasons[0].ids == ("open",)
    assert _why(_review(*quick, closed("q3", **TRIED))) == []


def test_an_empty_register_in_the_peak_is_a_reason_but_not_in_the_month_of_delivery() -> None:
    review = _review(register=())
    assert _why(review) == ["1 个小区处于集中装修期,装修登记台账为空"]
    assert review.reasons[0].ids == ("C1",)
    assert _why(_review(register=(), rules=replace(RULES, register_in_peak=False))) == []
    new = (community("C1", delivery_date=date(2026, 11, 20)),)
    (delivered,) = property_reviews(new, [], [], NOVEMBER, NOW, RULES, {})
    assert not delivered.reasons


def test_those_with_most_reasons_are_summoned_first() -> None:
    cases = [
        closed("late", dissuaded_at=TOLD - 2 * DAY, community_id="C3"),
        *(closed(f"p{n}", Channel.PUBLIC, community_id="C2") for n in range(2)),
    ]
    reviews = property_reviews(PLACES, cases, REGISTER[4:], NOVEMBER, NOW, RULES, COMPANIES)
    assert [(each.company, len(each.reasons)) for each in to_summon(reviews)] == [("P1", 2), ("C3", 1)]


def test_other_months_are_other_reviews() -> None:
    assert not _review(closed("a", at=TOLD - 4 * DAY), closed("b", at=TOLD + 28 * DAY)).found.whole


@given(st.lists(st.tuples(st.sampled_from(Channel), st.sampled_from(["C1", "C2", "C3"]), st.booleans()), max_size=10))
def test_every_violation_of_the_month_is_in_one_review_and_every_reason_names_its_records(
    made: list[tuple[Channel, str, bool]],
) -> None:
    cases = [
        (closed if good else told)(f"k{n}", channel, community_id=place)
        for n, (channel, place, good) in enumerate(made)
    ]
    reviews = property_reviews(PLACES, cases, REGISTER, NOVEMBER, NOW, RULES, COMPANIES)
    assert sorted(key for each in reviews for key in each.found.whole) == sorted(case.id for case in cases)
    for reason in (reason for each in reviews for reason in each.reasons):
        assert reason.ids
        assert reason.text.zh != reason.text.en


@pytest.mark.parametrize("changes", [{"found_share": 1.5}, {"least_records": 0}, {"late_reports": -1}])
def test_limits_that_mean_nothing_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"shares|at least"):
        replace(RULES, **changes)  # type: ignore[arg-type]  # a test names fields freely
