"""Cases merged into others are the same matter, told more than once."""

from __future__ import annotations

from casework.case import Case, Channel, Outcome
from casework.matters import matters, repeated_complaints
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


def test_a_violation_is_confirmed_by_whoever_was_there() -> None:
    by_id = {each.case.id: each for each in matters([told("o"), unfounded("u"), put_right("r"), reopened("f")])}
    assert {key: each.confirmed for key, each in by_id.items()} == {"o": False, "u": False, "r": True, "f": True}


def _repeated(*cases: Case) -> set[str]:
    return set(repeated_complaints(matters(cases), DAY, 90 * DAY))


def test_a_second_complaint_of_one_matter_a_day_later_repeats_the_first() -> None:
    first = put_right("a", Channel.PUBLIC)
    assert _repeated(first, merged("b", "a", Channel.PLATFORM, TOLD + DAY + HOUR)) == {"b"}


def test_neighbours_who_complain_within_a_day_tell_of_one_event() -> None:
    first = put_right("a", Channel.PUBLIC)
    assert _repeated(first, merged("b", "a", Channel.PUBLIC, TOLD + DAY)) == set()


def test_a_complaint_of_the_same_type_in_the_same_home_repeats_one_of_the_last_ninety_days() -> None:
    first = put_right("a", Channel.PUBLIC, building="3-402")
    again, new = TOLD + 90 * DAY, TOLD + 90 * DAY + HOUR
    assert _repeated(first, put_right("b", Channel.PUBLIC, again, building="3-402")) == {"b"}
    assert _repeated(first, put_right("b", Channel.PUBLIC, new, building="3-402")) == set()
    assert _repeated(first, put_right("b", Channel.PUBLIC, again, building="3-403")) == set()
    assert _repeated(first, put_right("b", Channel.PUBLIC, again, building="3-402", community_id="C2")) == set()


def test_a_complaint_whose_home_or_type_nobody_wrote_down_repeats_nothing() -> None:
    later = TOLD + 9 * DAY
    assert _repeated(put_right("a", Channel.PUBLIC), put_right("b", Channel.PUBLIC, later)) == set()
    untyped = [told(key, Channel.PUBLIC, at, building="3-402", type=None) for key, at in (("a", TOLD), ("b", later))]
    assert _repeated(*untyped) == set()


def test_what_was_unfounded_or_told_by_others_than_residents_is_never_repeated() -> None:
    later = TOLD + 9 * DAY
    assert _repeated(unfounded("a", Channel.PUBLIC), merged("b", "a", Channel.PUBLIC, later)) == set()
    for first, second in ((Channel.PROPERTY, Channel.PUBLIC), (Channel.PUBLIC, Channel.OFFICER)):
        assert _repeated(put_right("a", first), merged("b", "a", second, later)) == set()
