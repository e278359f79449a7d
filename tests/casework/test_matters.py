"""Cases merged into others are the same matter, told more than once."""

from __future__ import annotations

from casework.case import Channel, Outcome
from casework.matters import matters
from tests.casework.cases import DAY, HOUR, TOLD, case_with, handled, merged, put_right, reopened, told, unfounded


def test_a_matter_holds_every_case_merged_into_it_however_long_the_chain() -> None:
    cases = [merged("a", "b"), merged("b", "c", Channel.PUBLIC), put_right("c", Channel.OFFICER, TOLD + HOUR)]
    (matter,) = matters(cases)
    assert (matter.case.id, [case.id for case in matter.told]) == ("c", ["a", "b", "c"])
    assert matter.first_from is Channel.PROPERTY
    assert [case.id for case in matter.complaints] == ["b"]
    assert matter.rectified


def test_cases_of_their_own_are_matters_in_the_order_in_which_they_were_told() -> None:
    assert [each.case.id for each in matters([told("b", at=TOLD + DAY), told("a"), told("c")])] == ["a", "c", "b"]


def test_a_case_merged_into_one_that_is_not_at_hand_stands_for_the_matter() -> None:
    (matter,) = matters([merged("a", "elsewhere")])
    assert matter.case.id == "a"


def test_what_is_still_open_may_yet_be_a_violation_and_what_was_nothing_is_none() -> None:
    passed_on = case_with("t", handled(TOLD, HOUR, Outcome.TRANSFERRED))
    by_id = {each.case.id: each for each in matters([told("o"), unfounded("u"), passed_on, put_right("r")])}
    assert {key: each.founded for key, each in by_id.items()} == {"o": True, "u": False, "t": False, "r": True}


def test_a_failed_recheck_takes_the_rectification_back() -> None:
    (matter,) = matters([reopened("a")])
    assert matter.founded
    assert not matter.rectified
